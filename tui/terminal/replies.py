"""A reply of the terminal as a value: parsed once, where it is taken out of the input, and passed on as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

ESC = "\x1b"


@dataclass(frozen=True, slots=True)
class StatusReport:
    """`CSI 0 n`: everything sent before the question has been taken in. Serves as a fence."""


@dataclass(frozen=True, slots=True)
class GraphicsReply:
    """kitty graphics, `APC G i=<image>;<message>`. `message`: `OK`, or an error such as `ENOENT:…`."""

    image: int | None
    message: str

    @property
    def ok(self) -> bool:
        """Whether the terminal did what it was asked."""
        return self.message == "OK"

    @property
    def error(self) -> str:
        """The error's name, such as `ENOENT`."""
        found = re.match(r"\w+", self.message)
        return found[0] if found else ""


@dataclass(frozen=True, slots=True)
class CursorReport:
    """`CSI <row> ; <column> R`, both from 1."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class DeviceAttributes:
    """DA1, `CSI ? … c`: the terminal's class, then what it can do (4: sixels)."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SizeReport:
    """`CSI <what> ; <height> ; <width> t`: 4 the text area in pixels, 6 a cell in pixels, 8 the grid in cells."""

    what: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class SixelRegisters:
    """XTSMGRAPHICS of colour registers (`CSI ? 1 ; 0 ; <count> S`)."""

    count: int


@dataclass(frozen=True, slots=True)
class SixelSize:
    """XTSMGRAPHICS of the largest sixel picture, in pixels (`CSI ? 2 ; 0 ; <width> ; <height> S`)."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ModeReport:
    """DECRPM, `CSI ? <mode> ; <state> $ y`: 0 unknown, 1 set, 2 reset."""

    mode: int
    state: int


@dataclass(frozen=True, slots=True)
class TerminalName:
    """XTVERSION, `DCS > | <name>`."""

    name: str


@dataclass(frozen=True, slots=True)
class ColourSetting:
    """DECRPSS of SGR, `DCS 1 $ r <parameters>`."""

    parameters: str


@dataclass(frozen=True, slots=True)
class Background:
    """`OSC 11 ; rgb:<red>/<green>/<blue>`: the colour (RGB) of cells that have none of their own."""

    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class KeyboardFlags:
    """`CSI ? <flags> u`: the terminal knows kitty's keyboard protocol."""


@dataclass(frozen=True, slots=True)
class OtherReply:
    """Nothing that was asked for here."""


ReplyValue = (
    StatusReport
    | GraphicsReply
    | CursorReport
    | DeviceAttributes
    | SizeReport
    | SixelRegisters
    | SixelSize
    | ModeReport
    | TerminalName
    | ColourSetting
    | Background
    | KeyboardFlags
    | OtherReply
)


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply. `kind`: what it begins and ends with, without parameters: `_G` (kitty graphics), `P`, `]`, or the
    final characters of a control sequence (`c`, `n`, `t`, `S`, `$y`, `R`, `u`). `body`: what stands between.
    `value`: what it says."""

    kind: str
    body: str
    value: ReplyValue = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", parsed(self.kind, self.body))

    @property
    def text(self) -> str:
        """The whole sequence as it was sent (a string ended by BEL is given with ST)."""
        if self.kind in ("_G", "P", "]"):
            return f"{ESC}{self.kind}{self.body}{ESC}\\"
        return f"{ESC}[{self.body}{self.kind}"


def parsed(kind: str, body: str) -> ReplyValue:
    """What a reply of this kind says; `OtherReply` when it is not understood."""
    return _PARSERS[kind](body) if kind in _PARSERS else OtherReply()


def _numbers(body: str) -> tuple[int, ...]:
    """The parameters of a control sequence; what is no number is left out."""
    return tuple(int(part) for part in body.lstrip("?>=").split(";") if part.isdecimal())


def _status(body: str) -> ReplyValue:
    return StatusReport() if body == "0" else OtherReply()


def _graphics(body: str) -> ReplyValue:
    head, _, message = body.partition(";")
    image = dict(part.partition("=")[::2] for part in head.split(",")).get("i", "")
    return GraphicsReply(int(image) if image.isdecimal() else None, message)


def _cursor(body: str) -> ReplyValue:
    numbers = _numbers(body)
    return CursorReport(*numbers) if len(numbers) == 2 else OtherReply()


def _attributes(body: str) -> ReplyValue:
    return DeviceAttributes(_numbers(body)) if body.startswith("?") else OtherReply()


def _size(body: str) -> ReplyValue:
    numbers = _numbers(body)
    return SizeReport(numbers[0], numbers[2], numbers[1]) if len(numbers) == 3 else OtherReply()


def _sixel(body: str) -> ReplyValue:
    match _numbers(body):
        case (1, 0, count):
            return SixelRegisters(count)
        case (2, 0, width, height):
            return SixelSize(width, height)
        case _:
            return OtherReply()


def _mode(body: str) -> ReplyValue:
    numbers = _numbers(body)
    return ModeReport(*numbers) if len(numbers) == 2 else OtherReply()


def _string(body: str) -> ReplyValue:
    if body.startswith(">|"):
        return TerminalName(body[2:])
    return ColourSetting(body[3:]) if body.startswith("1$r") else OtherReply()


_BACKGROUND = re.compile(r"11;rgba?:([\da-f]{1,4})/([\da-f]{1,4})/([\da-f]{1,4})", re.IGNORECASE)


def _background(body: str) -> ReplyValue:
    """Of each channel there are one to four hexadecimal digits, of which the largest number is full brightness."""
    found = _BACKGROUND.match(body)
    if found is None:
        return OtherReply()
    red, green, blue = (round(int(part, 16) * 255 / (16 ** len(part) - 1)) for part in found.groups())
    return Background((red, green, blue))


_PARSERS: dict[str, Callable[[str], ReplyValue]] = {
    "n": _status,
    "_G": _graphics,
    "R": _cursor,
    "c": _attributes,
    "t": _size,
    "S": _sixel,
    "$y": _mode,
    "P": _string,
    "]": _background,
    "u": lambda _: KeyboardFlags(),
}
