"""Picture and text change at once: whenever the terminal shows a frame, the picture on the canvas is the one that the
text beside it names, or there is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devtools.emulator.emulator import Emulator
from devtools.emulator.profiles import PROFILES
from devtools.emulator.size import TerminalSize
from tests.terminal.fake import FakeTerminal
from tests.terminal.test_line import run

SIZE = TerminalSize(100, 30)
COLOURS = {
    "red": (200, 40, 40),
    "green": (40, 160, 40),
    "blue": (40, 60, 200),
    "yellow": (200, 190, 30),
    "grey": (150, 150, 150),
}
SYNC_START, SYNC_END = b"\x1b[?2026h", b"\x1b[?2026l"
PROJECT = 'format = 1\nkind = "classify"\n[[labels]]\nname = "one"\n[[labels]]\nname = "two"\n'


def project(folder: Path) -> Path:
    folder.mkdir()
    (folder / "termlabel.toml").write_text(PROJECT, encoding="utf-8")
    for name, colour in COLOURS.items():
        noise = np.random.default_rng(1).integers(-25, 25, (600, 800, 1))
        pixels = np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{name}.png")
    run("add", str(folder), *(str(folder / f"{name}.png") for name in COLOURS))
    return folder


def frames(stream: bytes) -> Iterator[bytes]:
    """What comes between two moments at which a terminal may draw: brackets of synchronized output are not cut."""
    end = 0
    for found in re.finditer(re.escape(SYNC_START) + b".*?" + re.escape(SYNC_END), stream, re.DOTALL):
        yield from _pieces(stream[end : found.start()])
        yield found[0]
        end = found.end()
    yield from _pieces(stream[end:])


def _pieces(stream: bytes) -> Iterator[bytes]:
    """Cut before each picture and each placement, and behind each painting of the toolkit's."""
    cuts = rb"(?=\x1bP|\x1b_Ga=[pd]|\x1b\]1337;)|(?<=\x1b\[1;1H)(?!\x1b_G)"
    yield from (piece for piece in re.split(cuts, stream) if piece)


def colours_seen(model: Emulator, left: int = 65) -> set[str]:
    """Of the pictures on the canvas, which ends before column `left`."""
    picture = np.asarray(
        model.picture().convert("RGB").crop((0, 0, left * SIZE.cell[0], 26 * SIZE.cell[1]))
    ).astype(int)
    found = set()
    for name, colour in COLOURS.items():
        near = (np.abs(picture - np.array(colour)).max(axis=2) < 45).mean()
        if near > 0.02:
            found.add(name)
    return found


def name_seen(model: Emulator, left: int = 66) -> str | None:
    """The file that the column beside the canvas names."""
    words = re.findall(r"(\w+)\.png", "\n".join(line[left:] for line in model.text().splitlines()))
    return words[0] if words else None


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["kitty", "iterm2", "sixel", "plain"])
def test_in_every_frame_the_picture_is_the_one_that_is_named(tmp_path: Path, profile: str) -> None:
    folder = project(tmp_path / "project")
    with FakeTerminal(
        ["-m", "tui", "annotate", str(folder)], profile=profile, size=(100, 30), delay=0.02
    ) as t:
        for done in range(2):
            t.wait_for(f"{done} done" if done else "0 done")
            t.wait_until(colours_seen)
            t.wait_idle(0.4)
            t.press("1")
        t.wait_for("2 done")
        t.press("q")
        assert t.wait_exit() == 0
        stream = bytes(t.stream)
    model, named, wrong = Emulator(PROFILES[profile], SIZE), set[str](), list[tuple[str, set[str], bytes]]()
    for frame in frames(stream):
        model.feed(frame)
        name, seen = name_seen(model), colours_seen(model)
        if name and seen:
            named.add(name)
        if name and seen - {name}:
            wrong.append((name, seen, frame[:200]))
    assert len(named) >= 2
    assert wrong == []
