"""Reviewing on contact sheets: the wrong ones are marked, all others accepted at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from tui.screens import face
from tui.screens.layers import Commenting
from tui.screens.setting import Setting
from tui.screens.sheet_face import card_line, closing_lines, reasons_line, sheet_scene, sheet_status
from tui.screens.sheets import Sheets
from tui.sitting import begin_sheet, step_sheet
from tui.sitting import inputs as i
from tui.sitting.sheet_state import SheetState
from tui.sitting.state import Rejecting
from tui.widgets.canvas import Canvas
from tui.widgets.pages import closing_rows, middle
from tui.widgets.rows import ACCENT, MUTED, Row, fit, row
from tui.widgets.status_line import Status
from tui.work.desk import Desk


class SheetScreen(Sheets):
    """One sheet after the other, all pictures of one label."""

    INPUTS: ClassVar[dict[str, Callable[[], i.Input]]] = {
        "app.cancel": i.CancelKey,
        "sheet.accept": i.AcceptShownKey,
        "sheet.mark": i.MarkCard,
        "sheet.letters": i.Hinting,
        "sheet.reject": i.RejectKey,
        "sheet.enlarge": i.Enlarge,
        "sheet.undo": i.UndoKey,
        "sheet.left": lambda: i.MoveCursor(-1, 0),
        "sheet.right": lambda: i.MoveCursor(1, 0),
        "sheet.up": lambda: i.MoveCursor(0, -1),
        "sheet.down": lambda: i.MoveCursor(0, 1),
    }
    help_text = "Mark the wrong ones; then R accepts all others, and the next sheet comes."

    def make_desk(self, setting: Setting) -> Desk[SheetState]:
        return Desk(
            lambda at: begin_sheet(setting.rules, *self.grid(), at),
            step_sheet,
            self.clerk,
            self,
            setting.trace,
            self._leave,
        )

    @property
    def state(self) -> SheetState:
        state: SheetState = self.desk.state
        return state

    @property
    def slots_now(self) -> tuple[int, int]:
        return self.state.columns, self.state.rows

    # What comes in.

    def walk_key(self, key: str) -> bool:
        if self.covered:
            return super().walk_key(key)
        if isinstance(self.state.mode, Rejecting) and self._reason_key(key):
            return True
        if self.state.hinting and len(key) == 1 and key.isalpha():
            self.put(i.HintKey(key))
            return True
        return super().walk_key(key)

    def _reason_key(self, key: str) -> bool:
        number = self.table.digit(key)
        if number is not None:
            self.put(i.ReasonKey(number))
        elif self.table.is_for(key, "review.confirm"):
            self.put(i.Confirm())
        elif self.table.is_for(key, "sheet.comment"):
            self.open(Commenting("Why?", lambda text: self.put(i.Comment(text))))
        else:
            return False
        return True

    def view_commands(self) -> dict[str, Callable[[], None]]:
        return {
            **super().view_commands(),
            "sheet.guidelines": self.open_guidelines,
            "sheet.single": self.switch_sheet,
        }

    def on_canvas_broken(self, event: Canvas.Broken) -> None:
        self.desk.put(i.Broken(event.serial, event.reason, event.partial), time.monotonic())
        self.redraw()

    def resized(self) -> None:
        self.desk.put(i.Resized(*self.grid()), time.monotonic())

    # What is on the screen.

    def status_now(self, situation: face.Situation) -> Status:
        return sheet_status(self.state, situation)

    def message_line(self, width: int) -> Row:
        state = self.state
        if state.sitting.message is None and isinstance(state.mode, Rejecting):
            keys = (self.table.key_of("review.confirm"), self.table.key_of("sheet.comment"))
            return reasons_line(self.project.reasons, *keys, width)
        if state.sitting.message is None and state.hinting:
            return fit(row(("Letters mark pictures; escape ends.", ACCENT)), width)
        if state.sitting.message is None and state.card is not None:
            return card_line(state, width, blind=self.project.review.blind)
        return super().message_line(width)

    def page_rows(self, width: int, height: int) -> list[Row] | None:
        if self.state.closing:
            return closing_rows(closing_lines(self.state), width, height)
        if not self.state.cards:
            return middle([row(("Fetching the next sheet …", MUTED))], width, height)
        return None

    def redraw(self) -> None:
        super().redraw()
        if not self.is_mounted:
            return
        state, size = self.state, self.canvas.size
        if state.cards and not state.enlarged and state.sitting.seen:
            blind = self.project.review.blind
            cell = self.canvas.caps.cell
            self.canvas.draw(sheet_scene(state, (size.width, size.height), cell, blind=blind))

    def redraw_progress(self) -> None:
        if self._status is None:
            return
        self.show_status(
            sheet_status(self.state, face.Situation(self.caps, self.canvas.meter, time.monotonic()))
        )
