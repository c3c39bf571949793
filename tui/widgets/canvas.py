"""The canvas: the widget in which pictures lie. It is told what to show; what a person saw comes back as messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from textual.message import Message
from textual.widget import Widget

from tui.imaging.scene import Scene
from tui.imaging.viewport import Viewport
from tui.terminal.caps import TerminalCaps

Trace = Callable[[str, Mapping[str, Any]], None]
Action = Literal["down", "drag", "up", "move", "wheel-up", "wheel-down"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file. `max_pixels`: larger ones are not decoded."""

    path: Path
    max_pixels: int


@dataclass(frozen=True, slots=True)
class Meter:
    """What the line is like: bits per second, round trip in seconds (None while unknown), bytes under way."""

    rate: float | None = None
    round_trip: float | None = None
    under_way: int = 0


class Canvas(Widget, can_focus=False):
    """Shows one picture at a time, with a scene over it."""

    @dataclass
    class Seen(Message):
        """The person sees the picture shown under `serial` (a fence after it was answered)."""

        serial: int

    @dataclass
    class Broken(Message):
        """The file could not be decoded whole; what could be is shown. `partial`: whether that is something."""

        serial: int
        reason: str
        partial: bool

    @dataclass
    class Moved(Message):
        """The viewport changed: another picture, zoom, pan or size."""

        viewport: Viewport

    @dataclass
    class Pointer(Message):
        """The mouse, in image pixels (floats; may lie outside the image). `button`: 0 none, 1 left, 2 middle, 3 right."""

        action: Action
        x: float
        y: float
        button: int = 0
        shift: bool = False
        ctrl: bool = False

    def __init__(
        self,
        caps: TerminalCaps,
        *,
        budget: int | None = None,
        rate: float | None = None,
        cache: bool = True,
        trace: Trace | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.caps = caps
        self._trace = trace

    @property
    def viewport(self) -> Viewport | None:
        """None while there is no picture."""
        return None

    @property
    def meter(self) -> Meter:
        return Meter()

    def show(self, picture: Picture | None, serial: int, *, keep_view: bool = False) -> None:
        """Put a picture in front, fitted (or with the zoom that is set); None: nothing. Answered by Seen or Broken."""
        if picture is not None:
            self.post_message(self.Seen(serial))

    def want(self, pictures: Sequence[Picture]) -> None:
        """Pictures to have ready, best first; what was wanted before and is not here any more is dropped."""

    def draw(self, scene: Scene) -> None:
        """Replaces what lies over the picture; only the difference is sent."""

    def zoom(self, factor: float, at: tuple[float, float] | None = None) -> None:
        """`factor` times as large around an image point (the middle when left out)."""

    def fit(self) -> None:
        """The whole picture."""

    def pan(self, right: float, down: float) -> None:
        """By fractions of the canvas."""

    def zoom_to(self, x: float, y: float, width: float, height: float) -> None:
        """This region of the image fills the canvas, with a margin."""

    def close(self) -> None:
        """Free what the terminal keeps for us; nothing is sent afterwards."""
