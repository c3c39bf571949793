"""What to ask a terminal, and what its answers mean. Nothing here reads or writes.

Tiers are decided by behaviour: Konsole and xterm.js say OK to kitty graphics too, but place a picture
"relative to a parent that does not exist" without complaint, so they do not know relative placements, nor the
z-order that goes with them. Environment variables do not cross ssh and are used for colours only.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tui.terminal.caps import GraphicsProtocol, TerminalCaps
from tui.terminal.parser import Reply, ReplyFilter

QUERY_ID, PASSED_ID, ORPHAN_ID = 31, 32, 41
"""Image ids of the probe: the plain query, the one through tmux, the picture without a parent."""
_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR4nGNgAAIAAAUAAXpeqz8AAAAASUVORK5CYII="
"""A transparent PNG of one pixel, in base64."""
_PIXEL_BYTES = 68
_MODES = (2026, 1016, 2048)
_TRUECOLOR_NAMES = ("kitty", "ghostty", "WezTerm", "iTerm2", "foot", "Konsole", "xterm.js", "VTE", "contour")
_FORCED: Mapping[str, GraphicsProtocol] = {
    "kitty": "kitty",
    "iterm2": "iterm2",
    "sixel": "sixel",
    "blocks": "blocks",
}
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
        + f"\x1b[>q{sizes}\x1b[?1;1;0S\x1b[?2;1;0S{modes}\x1b[?u{colours}"
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


@dataclass(frozen=True, slots=True)
class Size:
    """What the operating system says (TIOCGWINSZ): cells, and pixels or 0."""

    columns: int = 80
    rows: int = 24
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Answers:
    """What has been answered so far; `None` and empty: not answered.

    `attributes`: the numbers of DA1. `names`: XTVERSION, tmux before the terminal outside. `kitty`: graphics
    commands are understood. `relative`: so is a placement's parent. `cell`, `area`, `grid`: width and height
    of a cell in pixels, of the text area in pixels, of the grid in cells. `cursor`: the row after the OSC 1337
    picture. `modes`: number to state (0 unknown, 1 set, 2 reset).
    """

    attributes: tuple[int, ...] | None = None
    names: tuple[str, ...] = ()
    kitty: bool = False
    passthrough: bool = False
    relative: bool | None = None
    cell: tuple[int, int] | None = None
    area: tuple[int, int] | None = None
    grid: tuple[int, int] | None = None
    registers: int = 0
    most_pixels: tuple[int, int] | None = None
    modes: Mapping[int, int] = field(default_factory=dict)
    cursor: int | None = None
    kitty_keys: bool = False
    truecolor: bool = False

    @property
    def fenced(self) -> bool:
        """The answer to the last question came, so nothing asked of this terminal is outstanding."""
        return self.attributes is not None

    def feed(self, reply: Reply) -> Answers:
        """With one more reply; those that belong to something else change nothing."""
        numbers = reply.numbers
        match reply.kind:
            case "_G":
                return self._graphics(reply.body)
            case "P" if reply.body.startswith(">|"):
                return replace(self, names=(*self.names, reply.body[2:]))
            case "P" if reply.body.startswith("1$r"):
                return replace(self, truecolor=_says_truecolor(reply.body))
            case "c" if reply.body.startswith("?"):
                return replace(self, attributes=numbers)
            case "t" if numbers[0] == 6:
                return replace(self, cell=(numbers[2], numbers[1]))
            case "t" if numbers[0] == 4:
                return replace(self, area=(numbers[2], numbers[1]))
            case "t" if numbers[0] == 8:
                return replace(self, grid=(numbers[2], numbers[1]))
            case "S" if numbers[:2] == (1, 0) and len(numbers) == 3:
                return replace(self, registers=numbers[2])
            case "S" if numbers[:2] == (2, 0) and len(numbers) == 4:
                return replace(self, most_pixels=(numbers[2], numbers[3]))
            case "$y" if len(numbers) == 2:
                return replace(self, modes={**self.modes, numbers[0]: numbers[1]})
            case "R":
                return replace(self, cursor=numbers[0])
            case "u":
                return replace(self, kitty_keys=True)
        return self

    def _graphics(self, body: str) -> Answers:
        head, _, said = body.partition(";")
        image = dict(part.partition("=")[::2] for part in head.split(",")).get("i")
        if image == str(QUERY_ID):
            return replace(self, kitty=said == "OK")
        if image == str(PASSED_ID):
            return replace(self, kitty=said == "OK", passthrough=True)
        if image == str(ORPHAN_ID):
            return replace(self, relative=said.startswith("ENOPARENT"))
        return self


def _says_truecolor(body: str) -> bool:
    """Whether the colour 1, 2, 3 set before was kept as it was (DECRQSS of SGR)."""
    return "48:2:1:2:3" in body or "48:2::1:2:3" in body or "48;2;1;2;3" in body


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


def in_tmux(env: Mapping[str, str]) -> bool:
    """Inside tmux, also when `TMUX` did not cross an ssh connection."""
    return bool(env.get("TMUX")) or env.get("TERM", "").startswith(("tmux", "screen"))


def decide(
    answers: Answers,
    env: Mapping[str, str] = os.environ,
    size: Size | None = None,
    *,
    protocol: str = "auto",
    cell: tuple[float, float] | None = None,
    round_trip: float | None = None,
) -> TerminalCaps:
    """What the terminal can do. `protocol` and `cell` force what they name; a protocol stays forced whatever the
    terminal answers."""
    size = size or Size()
    columns, rows = answers.grid if answers.grid and not size.columns else (size.columns, size.rows)
    tmux = in_tmux(env) or any(name.startswith("tmux") for name in answers.names)
    name = answers.names[-1] if answers.names else ""
    relative = bool(answers.relative) and answers.kitty
    known = relative or "ghostty" in name.lower() or name.startswith("kitty(")
    return TerminalCaps(
        protocol=_FORCED.get(protocol) or _protocol(answers, tmux=tmux, kitty=answers.kitty and known),
        cell=cell or _cell(answers, size, tmux=tmux),
        columns=columns,
        rows=rows,
        answers=answers.fenced,
        truecolor=_truecolor(answers, env, name, tmux=tmux),
        synchronized=answers.modes.get(2026, 0) in (1, 2),
        pixel_mouse=answers.modes.get(1016, 0) in (1, 2),
        tmux=tmux,
        passthrough=answers.passthrough,
        relative=relative,
        attached=answers.kitty and not known,
        kitty_keys=answers.kitty_keys,
        in_band_size=answers.modes.get(2048, 0) in (1, 2),
        registers=_registers(answers),
        most_pixels=answers.most_pixels,
        round_trip=round_trip,
        name=name,
    )


def _protocol(answers: Answers, *, tmux: bool, kitty: bool) -> GraphicsProtocol:
    if not answers.fenced:
        return "blocks"
    if tmux:
        # The picture hangs on a cell by a relative placement; tmux's own sixel loses pictures under text.
        return "kitty" if answers.passthrough and kitty and answers.relative else "blocks"
    if kitty:
        return "kitty"
    if answers.cursor is not None and answers.cursor > 5:
        return "iterm2"
    return "sixel" if _has_sixel(answers) else "blocks"


def _has_sixel(answers: Answers) -> bool:
    # The first number is the terminal's class, the rest what it can do.
    return answers.attributes is not None and 4 in answers.attributes[1:]


def _registers(answers: Answers) -> int:
    """A VT340 has 16; terminals of today that do not tell have 256."""
    return answers.registers or (256 if _has_sixel(answers) else 0)


def _cell(answers: Answers, size: Size, *, tmux: bool) -> tuple[float, float]:
    """The text area by the grid, as cells may be a fraction of a pixel off what the terminal calls a cell."""
    told = answers.cell if answers.cell and min(answers.cell) > 0 else None
    if tmux:
        # Its own idea of pixels is made up.
        return (float(told[0]), float(told[1])) if told else (10.0, 20.0)
    columns, rows = answers.grid or (size.columns, size.rows)
    for width, height in filter(None, (answers.area, (size.width, size.height))):
        if width and height and columns and rows:
            measured = width / columns, height / rows
            if told is None or _near(measured, told):
                return measured
    return (float(told[0]), float(told[1])) if told else (10.0, 20.0)


def _near(measured: tuple[float, float], told: tuple[int, int]) -> bool:
    """Rounding, and no border or scroll bar counted in."""
    return all(abs(a - b) <= 1 and 2 <= a <= 200 for a, b in zip(measured, told, strict=True))


def _truecolor(answers: Answers, env: Mapping[str, str], name: str, *, tmux: bool) -> bool:
    if env.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return True
    # Of the terminal outside tmux it says nothing about what tmux makes of the colours.
    return not tmux and (
        answers.truecolor or name.lower().startswith(tuple(map(str.lower, _TRUECOLOR_NAMES)))
    )
