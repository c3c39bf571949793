"""Parts that a mode of work holds: what stands in front, and what lies over it. Those of different modes are
made of the same pieces; what a mode does not say is nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tui.model.geometry import Point
from tui.model.scene import Scene
from tui.screens import walk_rows
from tui.screens.keys import KeyTable
from tui.screens.layers import nothing
from tui.screens.status import Situation
from tui.sitting.walk_state import WalkState
from tui.widgets.canvas import Canvas
from tui.widgets.rows import EMPTY, Row
from tui.widgets.side import LEAST_ZOOM
from tui.widgets.status_line import Status


class FrontPart(Protocol):
    """What is in front."""

    def pictures(self) -> bool:
        """Whether pictures are in front, and no page."""
        ...

    def page_rows(self, width: int, height: int) -> list[Row] | None:
        """What stands in the picture's place, for columns and rows of the canvas; None: the picture."""
        ...

    def status(self, now: Situation) -> Status:
        """What the status line says."""
        ...


@dataclass(frozen=True, slots=True)
class PicturePart:
    """What lies over the picture and beside it. `sync`: called before keys and before each redraw: what the canvas
    shows; `resized`: the canvas has another size; `pointed`: whether it took a movement of the mouse; `aim`: where in the
    picture the person is about to do something; `scene`: what is to lie over the picture, None for what lies there already;
    `message_row`: what stands in the row of messages (so many columns wide) while the sitting has none; `heading`: the row
    above the picture, None where there is none; `side_rows`: what the column beside it says (so many columns and rows); `fetching`: whether nothing is in front, and something is to
    come, which is told only after a while; `table`: the keys that count instead of the screen's; `ask`: has
    words typed, which the sitting asks for."""

    sync: Callable[[], None] = nothing
    resized: Callable[[], None] = nothing
    pointed: Callable[[Canvas.Pointer], bool] = lambda event: False
    aim: Callable[[], Point | None] = lambda: None
    scene: Callable[[], Scene | None] = lambda: None
    message_row: Callable[[int], Row] = lambda width: EMPTY
    heading: Callable[[int], Row] | None = None
    side_rows: Callable[[int, int], Sequence[Row]] = lambda width, height: ()
    fetching: Callable[[], bool] = lambda: False
    table: Callable[[], KeyTable | None] = lambda: None
    ask: Callable[[str], None] = lambda prompt: None


class WalkFront:
    """The picture in front of a walk; else the closing page, its damage, or a word of waiting."""

    def __init__(self, walk: Callable[[], WalkState], table: Callable[[], KeyTable]) -> None:
        self._walk, self._table = walk, table

    def pictures(self) -> bool:
        """Whether a picture is in front."""
        return self._walk().visit is not None

    def page_rows(self, width: int, height: int) -> list[Row] | None:
        """What stands in the picture's place; None: the picture."""
        return walk_rows.cover_rows(self._walk(), self._table(), width, height)

    def status(self, now: Situation) -> Status:
        """Where one is in the walk, and how fast."""
        return walk_rows.status_of(self._walk(), now)

    def fetching(self) -> bool:
        """Whether the next picture is to come."""
        return self._walk().awaits_next


def zoom_of(canvas: Canvas) -> float:
    """How many times as large as fitted the picture is shown."""
    return canvas.viewport.zoom if canvas.viewport is not None else 1.0


def is_zoomed(canvas: Canvas) -> bool:
    """Whether a part of the picture is looked at."""
    return zoom_of(canvas) > LEAST_ZOOM
