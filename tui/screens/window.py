"""The app: one window with one screen, and the terminal's replies on their way to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from textual import events
from textual.driver import Driver

from tui.errors import TermlabelError
from tui.screens.rereading import following
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
    failed: TermlabelError | None = None
    """Why it could not go on."""

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

    def on_work_screen_goes_on(self, event: WorkScreen.GoesOn) -> None:
        """Another sitting in the place of the one before, which has ended."""
        last = self.work
        if self._remake is None:
            return
        last.finish()
        try:
            launch, greeting = following(last.setup.launch, last.desk.state.in_front, event.then)
            remade = self._remake(replace(last.setup, launch=launch, caps=last.caps))
        except TermlabelError as error:
            self.failed = error
            self.exit(1)
            return
        ended = last.desk.state
        rules = replace(remade.rules, before=ended.sitting.account, greeting=greeting, marks=ended.marks)
        self.work = WorkScreen(replace(remade, rules=rules, view=last.view))
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
