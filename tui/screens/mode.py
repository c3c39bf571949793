"""A mode of work is what a work screen holds: it says what keys mean and what is shown. What it needs of the screen in
turn is named here too, so that neither knows more of the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from tui.model.project import Project
from tui.screens.keys import KeyTable
from tui.screens.layers import KeyLayer
from tui.screens.parts import FrontPart, PicturePart
from tui.screens.setup import ScreenSetup
from tui.sitting import inputs as i
from tui.widgets.canvas import Canvas
from tui.widgets.in_hand import InHand
from tui.widgets.key_line import ModeKeys
from tui.widgets.panel import Page
from tui.work.desk import Desk, QueuePort, ScreenPort

MakeInput = Callable[[], i.Input]
"""What a command means to the sitting."""


class WorkHost(ScreenPort, Protocol):
    """What a mode asks of the screen that holds it. `key_layers`: those that are open, the topmost last."""

    setup: ScreenSetup
    project: Project
    table: KeyTable
    canvas: Canvas
    key_layers: list[KeyLayer]

    @property
    def clerk(self) -> QueuePort:
        """Who carries out what concerns the queue."""
        ...

    def put(self, incoming: i.Input) -> None:
        """An input of the sitting that came with the last key."""
        ...

    def open(self, layer: KeyLayer) -> None:
        """The layer takes the keys from now on."""
        ...

    def close_layers(self) -> None:
        """The keys are the mode's again."""
        ...

    def switch_sheet(self) -> None:
        """End this sitting, and go on with contact sheets instead of single pictures, or the other way."""
        ...

    def room(self) -> tuple[int, int]:
        """Columns and rows of the canvas, 0 before it has its place."""
        ...


class WorkMode(Protocol):
    """What people do on a work screen. `inputs`: commands that are the sitting's business. `has_column`: whether there
    is a column beside the picture."""

    inputs: Mapping[str, MakeInput]
    has_column: bool

    @property
    def desk(self) -> Desk[Any]:
        """The sitting."""
        ...

    @property
    def front(self) -> FrontPart:
        """What is in front."""
        ...

    @property
    def picture(self) -> PicturePart:
        """What lies over the picture and beside it."""
        ...

    def key(self, key: str) -> bool:
        """Whether it took a key that no layer took, before the key table is asked."""
        ...

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """Commands that concern the screen alone."""
        ...

    @property
    def in_hand(self) -> Callable[[], InHand]:
        """What is in hand, told at the head of the column, or of the row of messages where there is none."""
        ...

    @property
    def legend(self) -> Callable[[], ModeKeys]:
        """The innermost mode, and its keys."""
        ...

    @property
    def help(self) -> Callable[[ModeKeys], Page]:
        """The help page, which begins with what is in hand."""
        ...
