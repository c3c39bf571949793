"""What to ask a terminal, and what its answers mean. Nothing here reads or writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

from tui.terminal.parser import ReplyFilter
from tui.terminal.replies import (
    Background,
    ColourSetting,
    CursorReport,
    DeviceAttributes,
    GraphicsReply,
    KeyboardFlags,
    ModeReport,
    OtherReply,
    Reply,
    SixelRegisters,
    SixelSize,
    SizeReport,
    StatusReport,
    TerminalName,
)

QUERY_ID, PASSED_ID, ORPHAN_ID, COVERED_ID, COVERING_ID = 31, 32, 41, 42, 43
"""Image ids of the probe: the plain query, the one through tmux, the picture without a parent, the one that another is
laid over, and that other."""
_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR4nGNgAAIAAAUAAXpeqz8AAAAASUVORK5CYII="
"""A transparent PNG of one pixel, in base64."""
_PIXEL_BYTES = 68
_MODES = (2026, 1016, 2048)
FENCE = "\x1b[c"


def passed(sequence: str) -> str:
    """`sequence` wrapped so that tmux hands it to the terminal outside."""
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def query(image: int) -> str:
    """Asks whether a kitty image could be taken in; nothing is kept."""
    return f"\x1b_Gi={image},s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"


def questions(tmux: bool) -> str:
    """The whole burst; DA1 stands last, as every terminal answers it and answers in order.

    tmux takes what is not wrapped in passthrough for itself: graphics commands would become its pane title.
    """
    sizes = "\x1b[16t\x1b[14t\x1b[18t"
    modes = "".join(f"\x1b[?{mode}$p" for mode in _MODES)
    colours = "\x1b[48;2;1;2;3m\x1bP$qm\x1b\\\x1b[m"
    if tmux:
        return f"\x1b[>q{sizes}{modes}\x1b[?u{questions_outside()}\x1b[6n{FENCE}"
    picture = (
        f"\x1b]1337;File=inline=1;size={_PIXEL_BYTES};width=2;height=3;preserveAspectRatio=0:{_PIXEL}\x07"
    )
    return (
        query(QUERY_ID)
        + _without_parent()
        + _covered()
        + f"\x1b[>q{sizes}\x1b[?1;1;0S\x1b[?2;1;0S{modes}\x1b[?u{colours}\x1b]11;?\x1b\\"
        + f"\x1b[5;5H{picture}\x1b[6n{FENCE}"
    )


def questions_outside() -> str:
    """What the terminal around tmux is asked; the query stands last."""
    return passed("\x1b[>q\x1b[16t" + _without_parent() + query(PASSED_ID))


def _without_parent() -> str:
    """A picture of one pixel, placed relative to one that does not exist, and freed again."""
    return (
        f"\x1b_Ga=t,f=24,s=1,v=1,i={ORPHAN_ID},q=2;AAAA\x1b\\"
        f"\x1b_Ga=p,i={ORPHAN_ID},p=9,P=777777,Q=1,C=1\x1b\\"
        f"\x1b_Ga=d,d=I,i={ORPHAN_ID},q=2\x1b\\"
    )


def _covered() -> str:
    """A picture of one pixel is stored, which is answered, and placed; another is laid over it; the first is placed
    again, which is answered too. Both are freed."""
    upload, place, free = "a=t,f=24,s=1,v=1,i={}{};AAAA", "a=p,i={},C=1{}", "a=d,d=I,i={},q=2"
    commands = (
        upload.format(COVERED_ID, ""),
        upload.format(COVERING_ID, ",q=1"),
        place.format(COVERED_ID, ",q=1"),
        place.format(COVERING_ID, ",q=1"),
        place.format(COVERED_ID, ""),
        free.format(COVERED_ID),
        free.format(COVERING_ID),
    )
    return "\x1b[H" + "".join(f"\x1b_G{command}\x1b\\" for command in commands)


def ends_round(reply: Reply) -> bool:
    """Whether this answers the question that stands last: DA1, or through tmux the query of the terminal outside."""
    if isinstance(reply.value, GraphicsReply):
        return reply.value.image == PASSED_ID
    return isinstance(reply.value, DeviceAttributes)


@dataclass(frozen=True, slots=True)
class Answers:
    """What has been answered so far; `None` and empty: not answered.

    `attributes`: the numbers of DA1. `names`: XTVERSION, tmux before the terminal outside. `kitty`: graphics
    commands are understood. `relative`: so is a placement's parent. `evicts`: a stored picture that another covers is
    gone with its data. `cell`, `area`, `grid`: width and height of a cell in pixels, of the text area in pixels, of
    the grid in cells. `background`: RGB of cells without a colour. `cursor`: the row after the OSC 1337 picture. `modes`: number to state (0 unknown, 1 set, 2 reset).
    """

    attributes: tuple[int, ...] | None = None
    names: tuple[str, ...] = ()
    kitty: bool = False
    passthrough: bool = False
    relative: bool | None = None
    evicts: bool | None = None
    cell: tuple[int, int] | None = None
    area: tuple[int, int] | None = None
    grid: tuple[int, int] | None = None
    registers: int = 0
    max_sixel_size: tuple[int, int] | None = None
    modes: Mapping[int, int] = field(default_factory=dict)
    cursor: int | None = None
    kitty_keys: bool = False
    truecolor: bool = False
    background: tuple[int, int, int] | None = None

    @property
    def fenced(self) -> bool:
        """The answer to the last question came, so nothing asked of this terminal is outstanding."""
        return self.attributes is not None

    @property
    def name(self) -> str:
        """What the terminal at the end of the line calls itself."""
        return self.names[-1] if self.names else ""

    @property
    def has_layers(self) -> bool:
        """kitty graphics with the z-order of the protocol, so that text lies over pictures."""
        named = "ghostty" in self.name.lower() or self.name.startswith("kitty(")
        return self.kitty and (bool(self.relative) or named)

    def has_mode(self, mode: int) -> bool:
        """Whether the terminal knows a DEC private mode: it is set, or reset."""
        return self.modes.get(mode, 0) in (1, 2)

    @property
    def has_sixel(self) -> bool:
        """DA1 says so: the first number is the terminal's class, the rest what it can do."""
        return self.attributes is not None and 4 in self.attributes[1:]

    def feed(self, reply: Reply) -> Answers:
        """With one more reply; those that belong to something else change nothing."""
        match reply.value:
            case GraphicsReply() as graphics:
                return replace(self, **_graphics(graphics, self.evicts))
            case TerminalName(name):
                return replace(self, names=(*self.names, name))
            case ColourSetting(parameters):
                return replace(self, truecolor=_says_truecolor(parameters))
            case Background(colour):
                return replace(self, background=colour)
            case DeviceAttributes(numbers):
                return replace(self, attributes=numbers)
            case SizeReport(what, width, height):
                return replace(self, **_size(what, (width, height)))
            case SixelRegisters(count):
                return replace(self, registers=count)
            case SixelSize(width, height):
                return replace(self, max_sixel_size=(width, height))
            case ModeReport(mode, state):
                return replace(self, modes={**self.modes, mode: state})
            case CursorReport(row, _):
                return replace(self, cursor=row)
            case KeyboardFlags():
                return replace(self, kitty_keys=True)
            case StatusReport() | OtherReply():
                return self
            case other:
                assert_never(other)


_SIZES = {6: "cell", 4: "area", 8: "grid"}
"""Members of `Answers` by what a size report is about."""


def _size(what: int, size: tuple[int, int]) -> dict[str, Any]:
    return {_SIZES[what]: size} if what in _SIZES else {}


def _graphics(reply: GraphicsReply, evicts: bool | None) -> dict[str, Any]:
    """Members of `Answers` that a reply about one of the probe's images sets. `evicts`: as known before."""
    if reply.image == QUERY_ID:
        return {"kitty": reply.ok}
    if reply.image == PASSED_ID:
        return {"kitty": reply.ok, "passthrough": True}
    if reply.image == ORPHAN_ID:
        return {"relative": reply.message.startswith("ENOPARENT")}
    if reply.image == COVERED_ID:
        # It was taken in: only then it can be gone.
        return (
            {"evicts": evicts is not None and reply.error == "ENOENT"}
            if reply.ok or evicts is not None
            else {}
        )
    return {}


def _says_truecolor(parameters: str) -> bool:
    """Whether the colour 1, 2, 3 set before was kept as it was (DECRQSS of SGR)."""
    return any(kept in parameters for kept in ("48:2:1:2:3", "48:2::1:2:3", "48;2;1;2;3"))


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A probe that did not end in time. `held`: the beginning of a reply cut in two. `asked_at`: monotonic
    seconds. `protocol`, `cell`: what is forced."""

    answers: Answers
    held: str
    asked_at: float
    protocol: str = "auto"
    cell: tuple[float, float] | None = None


def replies(data: bytes) -> Answers:
    """What a recorded stream of replies says."""
    answers = Answers()
    for piece in ReplyFilter().feed(data.decode("utf-8", "replace"), 0.0):
        if isinstance(piece, Reply):
            answers = answers.feed(piece)
    return answers
