"""The app: one window with one screen, and the terminal's replies on their way to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import events
from textual.driver import Driver

from tui.screens.annotate import AnnotateScreen
from tui.screens.board import Setting
from tui.screens.review import ReviewScreen
from tui.screens.shapes import ShapeReviewScreen, ShapeScreen
from tui.screens.work import WorkScreen
from tui.terminal.driver import GraphicsApp, Span
from tui.widgets.theme import THEMES


def _screen_for(setting: Setting) -> type[WorkScreen]:
    shapes = setting.launch.project.kind == "shapes"
    if setting.launch.work == "review":
        return ShapeReviewScreen if shapes else ReviewScreen
    return ShapeScreen if shapes else AnnotateScreen


class TermlabelApp(GraphicsApp[int], inherit_bindings=False):
    """Shows the screen for the work at hand. The toolkit's own bindings, palette and toasts are not used."""

    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = "work.tcss"
    TITLE = "termlabel"

    def __init__(self, setting: Setting, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class)
        self.caps = setting.caps
        self.work: WorkScreen = _screen_for(setting)(setting)
        self.curtain = True
        self.farewell = self.work.canvas.farewell
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = THEMES[setting.launch.theme].name

    def get_default_screen(self) -> Any:
        return self.work

    def painted(self, spans: Sequence[Span]) -> None:
        if self.work.canvas.is_attached:
            self.work.canvas.damaged(spans)

    def on_app_blur(self, event: events.AppBlur) -> None:
        # tmux hands answers to the pane in front: another program would get ours.
        self.work.canvas.pause(self.caps.tmux)

    def on_app_focus(self, event: events.AppFocus) -> None:
        self.work.canvas.pause(False)
