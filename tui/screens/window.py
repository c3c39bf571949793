"""The app: one window with one screen, and the terminal's replies on their way to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from textual import events
from textual.driver import Driver

from tui.model.project import project_kind
from tui.screens.annotate import AnnotateScreen
from tui.screens.audit import AuditScreen
from tui.screens.frame import Frame
from tui.screens.review import ReviewScreen
from tui.screens.setting import Setting
from tui.screens.shapes import ShapeReviewScreen, ShapeScreen
from tui.screens.sheet import SheetScreen
from tui.terminal.driver import GraphicsApp, Span
from tui.widgets.theme import THEMES

Remake = Callable[[Setting], Setting]
"""A setting for a new sitting: with request ids of its own, and the keys of its screen."""


def _screen_for(setting: Setting) -> type[Frame]:
    shapes = project_kind(setting.launch.project.kind).draws
    if setting.launch.audit is not None:
        return AuditScreen
    if setting.launch.work == "review":
        if setting.launch.sheet:
            return SheetScreen
        return ShapeReviewScreen if shapes else ReviewScreen
    return ShapeScreen if shapes else AnnotateScreen


class TermlabelApp(GraphicsApp[int], inherit_bindings=False):
    """Shows the screen for the work at hand. The toolkit's own bindings, palette and toasts are not used."""

    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = "work.tcss"
    TITLE = "termlabel"

    def __init__(
        self, setting: Setting, driver_class: type[Driver] | None = None, remake: Remake | None = None
    ) -> None:
        super().__init__(driver_class=driver_class)
        self.caps = setting.caps
        self._remake = remake
        self.work: Frame = _screen_for(setting)(setting)
        self.painting_held = True
        self.release_text = self.work.canvas.release_text
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = THEMES[setting.launch.theme].name

    def get_default_screen(self) -> Any:
        self.replaceable(self.work)
        return self.work

    def on_frame_sheet_switched(self, event: Frame.SheetSwitched) -> None:
        """From contact sheets to single pictures, or the other way; the sitting before has ended."""
        old = self.work.setting
        if self._remake is None:
            return
        self.work.finish()
        launch = replace(old.launch, sheet=not old.launch.sheet)
        self.work = self._remake_screen(replace(old, launch=launch, caps=self.work.caps))
        self.release_text = self.work.canvas.release_text
        self.switch_screen(self.work)

    def _remake_screen(self, setting: Setting) -> Frame:
        assert self._remake is not None
        setting = self._remake(setting)
        return _screen_for(setting)(setting)

    def painted(self, spans: Sequence[Span]) -> None:
        if self.work.canvas.is_attached:
            self.work.canvas.damaged(spans)

    def disturbed(self) -> None:
        if self.work.canvas.is_attached:
            self.work.canvas.disturbed()

    def on_app_blur(self, event: events.AppBlur) -> None:
        # tmux hands answers to the pane in front: another program would get ours.
        self.work.canvas.pause(self.caps.tmux)

    def on_app_focus(self, event: events.AppFocus) -> None:
        self.work.canvas.pause(False)
