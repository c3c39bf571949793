"""The app: one window with one screen, and the terminal's replies on their way to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from textual import events
from textual.driver import Driver

from tui.screens.setup import ScreenSetup
from tui.screens.work import WorkScreen
from tui.terminal.driver import GraphicsApp
from tui.terminal.paint import Span
from tui.widgets.theme import THEMES

Remake = Callable[[ScreenSetup], ScreenSetup]
"""A setup for a new sitting: with request ids of its own, and the keys of its screen."""


class TermlabelApp(GraphicsApp[int], inherit_bindings=False):
    """Shows the screen for the work at hand. The toolkit's own bindings, palette and toasts are not used."""

    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = "work.tcss"
    TITLE = "termlabel"

    def __init__(
        self, setup: ScreenSetup, driver_class: type[Driver] | None = None, remake: Remake | None = None
    ) -> None:
        super().__init__(driver_class=driver_class)
        self.caps = setup.caps
        self._remake = remake
        self.work = WorkScreen(setup)
        self.painting_held = True
        self.release_text = self.work.canvas.release_text
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = THEMES[setup.launch.theme].name

    def get_default_screen(self) -> Any:
        self.replaceable(self.work)
        return self.work

    def on_work_screen_sheet_switched(self, event: WorkScreen.SheetSwitched) -> None:
        """From contact sheets to single pictures, or the other way; the sitting before has ended."""
        old = self.work.setup
        if self._remake is None:
            return
        self.work.finish()
        launch = replace(old.launch, sheet=not old.launch.sheet, at=None)
        remade = self._remake(replace(old, launch=launch, caps=self.work.caps))
        rules = replace(remade.rules, before=self.work.desk.state.sitting.account)
        self.work = WorkScreen(replace(remade, rules=rules, view=self.work.view))
        self.release_text = self.work.canvas.release_text
        self.switch_screen(self.work)

    def painted(self, spans: Sequence[Span]) -> None:
        if self.work.canvas.is_attached:
            self.work.canvas.overwritten(spans)

    def disturbed(self) -> None:
        if self.work.canvas.is_attached:
            self.work.canvas.disturbed()

    def on_app_blur(self, event: events.AppBlur) -> None:
        # tmux hands answers to the pane in front: another program would get ours.
        self.work.canvas.pause(self.caps.tmux)

    def on_app_focus(self, event: events.AppFocus) -> None:
        self.work.canvas.pause(False)
