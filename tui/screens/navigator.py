"""Zoom and pan of the picture in front, by keys, by the wheel and by dragging."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from tui.sitting.inputs import IdleCommand
from tui.widgets.canvas import Canvas

ZOOM, PAN = 1.5, 0.25
"""By which factor, and by which share of the canvas, one key goes."""


class Navigator:
    """Looks at a canvas's picture in other ways; the sitting has no part in it. `aim`: the place, in image pixels, around
    which keys zoom; None: the middle. `put`: tells the sitting of a command that changed nothing."""

    def __init__(
        self,
        canvas: Canvas,
        aim: Callable[[], tuple[float, float] | None],
        put: Callable[[IdleCommand], None],
    ) -> None:
        self._canvas, self._aim, self._put = canvas, aim, put
        self._grip: tuple[float, float] | None = None

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """By the ids of commands."""
        canvas = self._canvas
        looks: Mapping[str, Callable[[], None]] = {
            "work.zoom-in": lambda: canvas.zoom(ZOOM, self._aim()),
            "work.zoom-out": lambda: canvas.zoom(1 / ZOOM, self._aim()),
            "work.fit": canvas.fit,
            "work.pan-left": lambda: canvas.pan(-PAN, 0),
            "work.pan-right": lambda: canvas.pan(PAN, 0),
            "work.pan-up": lambda: canvas.pan(0, -PAN),
            "work.pan-down": lambda: canvas.pan(0, PAN),
            "work.frame-next": lambda: canvas.step_frame(1),
            "work.frame-previous": lambda: canvas.step_frame(-1),
        }
        return {command: partial(self._look, command, look) for command, look in looks.items()}

    def _look(self, command: str, look: Callable[[], None]) -> None:
        """Look in another way; where that is the same way it is told."""
        before = self._canvas.viewport, self._canvas.frame
        look()
        if (self._canvas.viewport, self._canvas.frame) == before:
            self._put(IdleCommand(command))

    def pointed(self, event: Canvas.Pointer) -> bool:
        """The wheel zooms around the pointer, a drag with any button pans; whether another part is looked at now."""
        before = self._canvas.viewport
        match event.action:
            case "wheel-up":
                self._canvas.zoom(ZOOM, (event.x, event.y))
            case "wheel-down":
                self._canvas.zoom(1 / ZOOM, (event.x, event.y))
            case "down":
                self._grip = (event.x, event.y)
            case "up":
                self._grip = None
            case "drag":
                self._drag(event)
            case "move":
                pass
        return self._canvas.viewport != before

    def _drag(self, event: Canvas.Pointer) -> None:
        view = self._canvas.viewport
        if self._grip is None or view is None:
            return
        right = (self._grip[0] - event.x) * view.scale / view.canvas[0]
        down = (self._grip[1] - event.y) * view.scale / view.canvas[1]
        self._canvas.pan(right, down)
