"""The emulated terminal itself."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import devtools.emulator
from devtools.emulator.emulator import Emulator
from devtools.emulator.profiles import PROFILES
from devtools.emulator.size import TerminalSize


def test_the_screen_before_the_program_has_the_size_of_the_window_when_it_comes_back() -> None:
    terminal = Emulator(PROFILES["kitty"], TerminalSize(20, 6))
    terminal.feed(b"before\x1b[?1049h")
    terminal.resize(TerminalSize(30, 9))
    terminal.feed(b"\x1b[?1049l\x1b[9;29Hxy")
    lines = terminal.text().split("\n")
    assert lines[0] == "before" and lines[8] == " " * 28 + "xy"


def test_a_string_in_two_pieces_is_one() -> None:
    whole = b'\x1bP0;0;0q"1;1;6;6#0;2;100;0;0#0!6~-\x1b\\\x1b[1;5Hx'
    for cut in range(1, len(whole)):
        terminal = Emulator(PROFILES["sixel"], TerminalSize(20, 5))
        terminal.feed(whole[:cut])
        terminal.feed(whole[cut:])
        assert terminal.text().strip() == "x"
        assert terminal.picture().getpixel((2, 2)) == (255, 0, 0)


def test_the_emulator_knows_nothing_of_the_program() -> None:
    """What it takes for right must not follow from what it measures."""
    allowed = {*sys.stdlib_module_names, "PIL", "numpy", "devtools"}
    files = list(Path(devtools.emulator.__path__[0]).glob("*.py"))
    assert files
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or "."] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert {name.split(".")[0] for name in names} <= allowed, path.name
