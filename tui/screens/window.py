"""The app: one window with one screen."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.driver import Driver

from tui.screens.annotate import AnnotateScreen
from tui.screens.review import ReviewScreen
from tui.screens.work import Setting, WorkScreen
from tui.widgets.theme import THEMES


class TermlabelApp(App[int], inherit_bindings=False):
    """Shows the screen for the work at hand. The toolkit's own bindings, palette and toasts are not used."""

    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = "work.tcss"
    TITLE = "termlabel"

    def __init__(self, setting: Setting, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class)
        kind = AnnotateScreen if setting.launch.work == "annotate" else ReviewScreen
        self.work: WorkScreen = kind(setting)
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = THEMES[setting.launch.theme].name

    def get_default_screen(self) -> Any:
        return self.work
