"""Stored pictures that take the place of cells, as in xterm.js: seen in xterm.js 6.1.0-beta.304."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from devtools.emulator.emulator import Emulator
from devtools.emulator.profiles import PROFILES
from devtools.emulator.size import TerminalSize
from devtools.emulator.tiled import MAX_IMAGES, PATTERN

COLOURS = {1: (200, 0, 0), 2: (0, 160, 0), 3: (0, 0, 200)}
GONE = b"ENOENT:image not found"


@pytest.fixture
def terminal() -> Emulator:
    """With images 1, 2 and 3 of 40 x 40 pixels, each of one colour; nothing is placed."""
    made = Emulator(PROFILES["xtermjs"], TerminalSize(20, 6))
    for image, colour in COLOURS.items():
        store(made, image, colour)
    return made


def store(terminal: Emulator, image: int, colour: tuple[int, int, int] = (9, 9, 9)) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(out, "PNG")
    data = base64.b64encode(out.getvalue()).decode()
    assert terminal.feed(f"\x1b_Ga=t,f=100,i={image},q=1;{data}\x1b\\".encode()) == []


def place(terminal: Emulator, image: int, more: str = "", at: str = "1;1") -> bytes:
    """What is answered, without its frame."""
    (answer,) = terminal.feed(f"\x1b[{at}H\x1b_Ga=p,i={image},C=1{more}\x1b\\".encode())
    return answer.partition(b";")[2][:-2]


def colour_at(terminal: Emulator, x: int, y: int) -> object:
    return terminal.picture().getpixel((x, y))


def test_a_covered_picture_is_gone_with_its_data(terminal: Emulator) -> None:
    assert place(terminal, 1) == b"OK"
    assert place(terminal, 2) == b"OK"
    assert place(terminal, 1) == GONE
    assert place(terminal, 3) == b"OK"
    assert not terminal.broken


def test_a_pixel_of_it_elsewhere_keeps_it(terminal: Emulator) -> None:
    place(terminal, 1)
    place(terminal, 1, ",w=1,h=1,z=-1", "1;10")
    place(terminal, 2)
    assert colour_at(terminal, 90, 0) == (0, 0, 0)
    assert place(terminal, 1) == b"OK"
    assert colour_at(terminal, 20, 20) == COLOURS[1]


def test_the_last_placement_alone_counts(terminal: Emulator) -> None:
    """The whole picture is still to be seen, and the cell of the last placement is written over."""
    place(terminal, 1)
    place(terminal, 1, ",w=1,h=1,z=-1", "1;10")
    terminal.feed(b"\x1b[1;10H ")
    assert 1 in terminal.kitty.stored
    place(terminal, 2, at="4;10")
    assert place(terminal, 1) == GONE
    assert colour_at(terminal, 20, 20) == COLOURS[1]


def test_any_picture_sweeps(terminal: Emulator) -> None:
    place(terminal, 1)
    terminal.feed(b"\x1b[2J")
    assert 1 in terminal.kitty.stored
    dot = base64.b64encode(b"").decode()
    out = io.BytesIO()
    Image.new("RGB", (10, 20)).save(out, "PNG")
    dot = base64.b64encode(out.getvalue()).decode()
    terminal.feed(f"\x1b[5;5H\x1b]1337;File=inline=1:{dot}\x07".encode())
    assert 1 not in terminal.kitty.stored


def test_text_wipes_pictures_out(terminal: Emulator) -> None:
    place(terminal, 1, ",c=4,r=2")
    terminal.feed(b"\x1b[1;2H ")
    assert colour_at(terminal, 15, 10) == (0, 0, 0)
    assert colour_at(terminal, 25, 10) == COLOURS[1]


@pytest.mark.parametrize("kind", ["i", "I", "a", "A"])
def test_every_deletion_frees(terminal: Emulator, kind: str) -> None:
    place(terminal, 1)
    assert terminal.feed(f"\x1b_Ga=d,d={kind},i=1\x1b\\".encode()) == []
    assert place(terminal, 1) == GONE
    assert colour_at(terminal, 20, 20) == PATTERN[:3]


def test_other_deletions_do_nothing(terminal: Emulator) -> None:
    terminal.feed(b"\x1b_Ga=d,d=r,x=1,y=3\x1b\\")
    assert place(terminal, 1) == b"OK"


def test_what_was_never_placed_goes_first_when_there_are_too_many(terminal: Emulator) -> None:
    place(terminal, 1)
    for image in range(100, 100 + MAX_IMAGES):
        store(terminal, image)
    assert len(terminal.kitty.stored) <= MAX_IMAGES
    assert place(terminal, 2, at="4;10") == GONE
    assert place(terminal, 1) == b"OK"


def test_cells_keep_their_pictures_when_the_size_changes(terminal: Emulator) -> None:
    place(terminal, 1)
    terminal.resize(TerminalSize(30, 8))
    assert colour_at(terminal, 20, 20) == COLOURS[1]
