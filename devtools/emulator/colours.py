"""Colours of text: select graphic rendition (ECMA-48, 8.3.117; ISO 8613-6 for 38 and 48)."""

from __future__ import annotations

from dataclasses import dataclass, replace

Rgb = tuple[int, int, int]
_NORMAL: tuple[Rgb, ...] = (
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
)  # fmt: skip
_BRIGHT: tuple[Rgb, ...] = (
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255),
)  # fmt: skip
_LEVELS = (0, 95, 135, 175, 215, 255)
FOREGROUND: Rgb = (220, 220, 220)
BACKGROUND: Rgb = (0, 0, 0)
"""What cells have that were given no colour."""


def indexed(number: int) -> Rgb:
    """A colour of xterm's 256."""
    if number < 16:
        return (_NORMAL + _BRIGHT)[number]
    if number >= 232:
        grey = 8 + 10 * (number - 232)
        return grey, grey, grey
    number -= 16
    return _LEVELS[number // 36], _LEVELS[number // 6 % 6], _LEVELS[number % 6]


_SIMPLE: dict[int, tuple[str, Rgb | None]] = {
    39: ("front", None),
    49: ("back", None),
    **{30 + n: ("front", _NORMAL[n]) for n in range(8)},
    **{90 + n: ("front", _BRIGHT[n]) for n in range(8)},
    **{40 + n: ("back", _NORMAL[n]) for n in range(8)},
    **{100 + n: ("back", _BRIGHT[n]) for n in range(8)},
}
"""What is changed by one number, and to which colour."""


@dataclass(frozen=True, slots=True)
class Pen:
    """What the next character will look like. None: the terminal's own colour."""

    front: Rgb | None = None
    back: Rgb | None = None
    reverse: bool = False

    @property
    def colours(self) -> tuple[Rgb | None, Rgb | None]:
        """Foreground and background as they come to the screen."""
        if self.reverse:
            return self.back or BACKGROUND, self.front or FOREGROUND
        return self.front, self.back

    def changed(self, parameters: str) -> Pen:
        """After SGR with these parameters; what changes neither colour nor reverse is ignored."""
        pen = self
        parts = [int(part or 0) for part in parameters.replace(":", ";").split(";")]
        while parts:
            code = parts.pop(0)
            if code == 0:
                pen = Pen()
            elif code in (7, 27):
                pen = replace(pen, reverse=code == 7)
            elif code in (38, 48):
                colour = _direct(parts)
                pen = replace(pen, front=colour) if code == 38 else replace(pen, back=colour)
            elif code in _SIMPLE:
                side, simple = _SIMPLE[code]
                pen = replace(pen, front=simple) if side == "front" else replace(pen, back=simple)
        return pen


def _direct(parts: list[int]) -> Rgb | None:
    """The colour that follows 38 or 48; its numbers are taken off `parts`."""
    kind = parts.pop(0) if parts else 0
    if kind == 2 and len(parts) >= 3:
        red, green, blue = parts[:3]
        del parts[:3]
        return red, green, blue
    return indexed(parts.pop(0)) if kind == 5 and parts else None
