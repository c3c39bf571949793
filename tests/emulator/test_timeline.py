"""What a person saw of a run: whole frames, at the pace of a screen, and only what looked other than before."""

from __future__ import annotations

import base64
import io
import sys

from PIL import Image

from devtools.emulator.profiles import PROFILES
from devtools.emulator.records import RunResult
from devtools.emulator.session import run
from devtools.emulator.size import TerminalSize
from devtools.emulator.timeline import paintings, snapshots
from tests.emulator.conftest import BLUE, GREEN, RED, Make, png

HIDE, SHOW = b"\x1b[?2026h", b"\x1b[?2026l"
WHOLE = (0, 0, 200, 120)


def stored(number: int, colour: tuple[int, int, int], size: tuple[int, int] = (200, 120)) -> bytes:
    return f"\x1b_Ga=t,f=100,i={number},q=2;".encode() + png(colour, size) + b"\x1b\\"


def placed(number: int, more: str = "") -> bytes:
    return f"\x1b[H\x1b_Ga=p,i={number},p=1,C=1,q=2{more}\x1b\\".encode()


def result_of(*pieces: tuple[float, bytes]) -> RunResult:
    """A run in which these came at these times."""
    stream, arrivals = b"", []
    for at, data in pieces:
        stream += data
        arrivals.append((at, len(stream)))
    return RunResult(PROFILES["kitty"], TerminalSize(20, 6), [], stream, arrivals, 0, False, 0.0, [])


def seen(result: RunResult, begin: float = 0.0, end: float = 99.0) -> list[tuple[float, object]]:
    """When the middle of the screen had which colour."""
    found = snapshots(result, WHOLE, begin, end)
    return [(each.at, each.image.getpixel((100, 60))) for each in found]


def test_each_look_of_the_screen_is_seen_once() -> None:
    result = result_of(
        (1.0, stored(1, RED)),
        (2.0, placed(1)),
        (3.0, b"\x1b[5n"),
        (4.0, placed(1)),
        (5.0, b"\x1b_Ga=d,d=A\x1b\\"),
    )
    assert seen(result) == [(0.0, (0, 0, 0)), (2.0, RED), (5.0, (0, 0, 0))]
    assert seen(result, 3.5, 4.5) == [(3.5, RED)]


def test_what_comes_and_goes_between_two_paintings_is_not_seen() -> None:
    both = (1.0, stored(1, RED) + stored(2, GREEN))
    quick = result_of(both, (2.0, placed(1)), (2.001, placed(1, ",z=1")), (2.002, placed(2, ",z=2")))
    # The first is painted at once; what follows within a sixtieth of a second, together.
    assert [colour for _, colour in seen(quick)] == [(0, 0, 0), RED, GREEN]
    slow = result_of(both, (2.0, placed(1) + placed(2, ",z=2")))
    assert [colour for _, colour in seen(slow)] == [(0, 0, 0), GREEN]


def test_a_synchronized_frame_is_seen_when_it_is_whole() -> None:
    result = result_of(
        (1.0, stored(1, RED) + stored(2, BLUE) + placed(1)),
        (2.0, HIDE + b"\x1b_Ga=d,d=i,i=1\x1b\\"),
        (3.0, b"\x1b[Habc"),
        (4.0, placed(2) + SHOW),
    )
    assert seen(result) == [(0.0, (0, 0, 0)), (1.0, RED), (4.0, BLUE)]
    assert [upto for _, upto in paintings(b"a" + HIDE + b"b", [(1.0, 1), (2.0, 10)], 0.0, 9.0)] == [0, 1, 9]


def test_a_picture_tells_how_large_its_own_pixels_are(make: Make) -> None:
    terminal = make()
    terminal.feed(stored(1, RED, (50, 30)) + placed(1, ",c=20,r=6,z=-5"))
    assert terminal.grain(3, 2) == (4.0, 4.0)
    terminal.feed(stored(2, GREEN, (40, 40)) + b"\x1b[1;3H\x1b_Ga=p,i=2,p=1,C=1,q=2\x1b\\")
    assert (terminal.grain(1, 0), terminal.grain(3, 1)) == ((4.0, 4.0), (1.0, 1.0))
    clear = io.BytesIO()
    Image.new("RGBA", (2, 2)).save(clear, "PNG")
    over = b"\x1b_Ga=t,f=100,i=3,q=2;" + base64.b64encode(clear.getvalue()) + b"\x1b\\"
    terminal.feed(over + placed(3, ",c=20,r=6,z=9"))
    assert terminal.grain(3, 1) == (1.0, 1.0), "what is clear hides nothing"


def test_a_single_pixel_over_the_canvas_is_no_picture(make: Make) -> None:
    terminal = make()
    terminal.feed(stored(1, RED, (1, 1)) + b"\x1b_Ga=p,i=1,p=1,c=4,r=2,z=-2,C=1,q=1\x1b\\")
    assert len(terminal.screen.pictures.placed) == 1 and not terminal.screen.pictures.shown
    assert terminal.grain(1, 1) is None and terminal.picture().getpixel((5, 5)) == RED


def test_half_blocks_and_inline_pictures_have_a_grain_too(make: Make) -> None:
    terminal = make("iterm2")
    terminal.feed(b"\x1b[H\x1b[38;2;9;9;9m\xe2\x96\x80" + b"x")
    assert (terminal.grain(0, 0), terminal.grain(5, 5)) == ((10, 10.0), None)
    terminal.feed(
        b"\x1b[2;1H\x1b]1337;File=inline=1;width=4;height=2;preserveAspectRatio=0:"
        + png(RED, (20, 10))
        + b"\x07"
    )
    assert [terminal.grain(column, 1) for column in (0, 3, 4)] == [(2.0, 4.0), (2.0, 4.0), None]
    terminal.feed(b"\x1b[2;1Hab")
    assert terminal.grain(1, 1) is None and terminal.grain(2, 1) == (2.0, 4.0)


def test_of_two_images_at_one_height_the_higher_number_is_seen(make: Make) -> None:
    terminal = make()
    terminal.feed(stored(1, RED) + stored(2, GREEN) + placed(2) + placed(1))
    assert terminal.picture().getpixel((100, 60)) == GREEN


PIXEL = "\x1b_Ga=T,f=24,s=1,v=1,i=1,q=2;AAAA\x1b\\"
PROGRAM = f"""
import os, termios, tty
tty.setraw(0, termios.TCSANOW)
for _ in range(20):
    os.write(1, {PIXEL!r}.encode())
os.write(1, b"\\x1b[5n")
os.read(0, 4)
"""


def test_a_terminal_may_take_its_time_for_each_picture() -> None:
    """The answer behind twenty pictures comes when all are decoded; the program ends with it."""
    result = run([sys.executable, "-c", PROGRAM], picture_delay=0.05)
    assert result.stream.count(PIXEL.encode()) == 20 and not result.timed_out
    assert result.wall >= 20 * 0.05
