"""What a person saw of a measured run, one screen after another.

A terminal paints some sixty times a second, and not within a synchronized update: what comes and goes between two
paintings nobody sees, and a frame is seen as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from PIL import Image

from devtools.emulator.emulator import Emulator
from devtools.emulator.kitty import Commands
from devtools.emulator.pictures import Grain
from devtools.emulator.records import RunResult
from devtools.emulator.tokens import Token, Tokenizer

PixelBox = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the screen."""
REPAINT = 1 / 60
"""Seconds from one painting of the screen to the next at least."""
_LOOKS = 5
"""Cells of a row of which the grain is looked at, about."""
_BEGIN, _END = b"\x1b[?2026h", b"\x1b[?2026l"


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """`image`: RGB of what was looked at. `at`: monotonic seconds. `end`: bytes of the stream that it shows. `grains`:
    how many pixels of the screen show one of the picture's own, in all the cells that were looked at; None: no picture."""

    at: float
    end: int
    image: Image.Image
    grains: frozenset[Grain | None]


def snapshots(
    result: RunResult,
    box: PixelBox,
    begin: float = float("-inf"),
    end: float = float("inf"),
    repaint: float = REPAINT,
) -> Iterator[Snapshot]:
    """The part of the screen in `box` at `begin` (monotonic seconds), and then each time that it looks other than
    before, until `end`."""
    terminal = result.terminal(0)
    tokens, commands = Tokenizer(), Commands()
    fed, before, touched = 0, b"", True
    for at, upto in paintings(result.stream, result.arrivals, begin, end, repaint):
        for token in tokens.feed(result.stream[fed:upto]):
            terminal.take(token)
            touched = _is_seen(token, commands) or touched
        fed = max(fed, upto)
        if not touched:
            continue
        touched = False
        image = terminal.picture().crop(box)
        pixels = image.tobytes()
        if pixels != before:
            before = pixels
            yield Snapshot(at, upto, image, _grains(terminal, box))


def _is_seen(token: Token, commands: Commands) -> bool:
    """Whether the screen may look other than before: not by a question, nor by parts of an upload but the last."""
    if token.purpose == "kitty":
        keys = commands.whole(token.body)
        return keys is not None and keys.get("a") != "q"
    return not (token.kind == "csi" and token.data[-1:] in b"nc")


def _grains(terminal: Emulator, box: PixelBox) -> frozenset[Grain | None]:
    """Of the cells that lie in the box as a whole, some of each row."""
    width, height = terminal.size.cell
    columns = range(-(-box[0] // width), box[2] // width)
    rows = range(-(-box[1] // height), box[3] // height)
    some = columns[:: max(1, len(columns) // _LOOKS)]
    return frozenset(terminal.grain(column, row) for row in rows for column in some)


def paintings(
    stream: bytes, arrivals: Sequence[tuple[float, int]], begin: float, end: float, repaint: float = REPAINT
) -> Iterator[tuple[float, int]]:
    """When the screen is painted and how much of the stream it shows then; the first time is at `begin`."""
    hidden = list(_synchronized(stream))
    came = max((upto for at, upto in arrivals if at < begin), default=0)
    yield begin, _outside(came, hidden)
    last = begin
    waiting: tuple[float, int] | None = None
    for at, upto in arrivals:
        if not begin <= at <= end:
            continue
        if waiting is not None and at > waiting[0]:
            yield waiting
            last = waiting[0]
        waiting = max(at, last + repaint), _outside(upto, hidden)
    if waiting is not None:
        yield waiting


def _synchronized(stream: bytes) -> Iterator[tuple[int, int]]:
    """From where to before where in the stream updates are synchronized."""
    at, since = 0, None
    for token in Tokenizer().feed(stream):
        if token.data == _BEGIN and since is None:
            since = at + len(token.data)
        elif token.data == _END and since is not None:
            yield since, at + len(token.data)
            since = None
        at += len(token.data)
    if since is not None:
        yield since, len(stream) + 1


def _outside(upto: int, hidden: Iterable[tuple[int, int]]) -> int:
    """As many bytes of the first `upto` as are shown: an open synchronized update is not."""
    return next((first for first, last in hidden if first <= upto < last), upto)
