"""The audit as a screen: bars and the matrix, and behind each number its pictures."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from tui.model.task import Task
from tui.quality.audit import Audit
from tui.screens import face
from tui.screens.audit_face import audit_rows, cell_line, cell_words, gallery_line, gallery_scene, grid_of
from tui.screens.setting import Setting
from tui.screens.sheets import Sheets
from tui.sitting import inputs as i
from tui.sitting.audit import AuditState, begin_audit, step_audit
from tui.widgets.rows import MUTED, Row, fit, row
from tui.widgets.status_line import Status
from tui.work.desk import Desk


class AuditScreen(Sheets):
    """Reads only: nothing is claimed, nothing decided."""

    INPUTS: ClassVar[dict[str, Callable[[], i.Input]]] = {
        "app.cancel": i.CancelKey,
        "audit.open": i.Enlarge,
        "audit.left": lambda: i.MoveCursor(-1, 0),
        "audit.right": lambda: i.MoveCursor(1, 0),
        "audit.up": lambda: i.MoveCursor(0, -1),
        "audit.down": lambda: i.MoveCursor(0, 1),
    }
    help_text = "Who did what, how well. Enter on a number shows the pictures behind it; escape goes back."

    def __init__(self, setting: Setting) -> None:
        assert setting.launch.audit is not None
        self.tables: Audit = setting.launch.audit
        super().__init__(setting)

    def make_desk(self, setting: Setting) -> Desk[AuditState]:
        grid = grid_of(self.tables)
        return Desk(
            lambda _: begin_audit(setting.rules, grid, *self.grid()),
            step_audit,
            self.clerk,
            self,
            setting.trace,
            self._leave,
        )

    @property
    def state(self) -> AuditState:
        state: AuditState = self.desk.state
        return state

    def _begin(self) -> None:
        super()._begin()
        self._begin_painting()

    @property
    def slots_now(self) -> tuple[int, int]:
        return self.state.columns, self.state.rows

    def show(self, task: Task | None, serial: int, *, keep_zoom: bool = False) -> None:
        super().show(task, serial)
        self.redraw()

    def resized(self) -> None:
        self.desk.put(i.Resized(*self.grid()), time.monotonic())

    # What is on the screen.

    def message_line(self, width: int) -> Row:
        state = self.state
        if state.sitting.message is None and state.opened is not None:
            return gallery_line(state, width)
        if state.sitting.message is None and state.asked is not None:
            return fit(row(("Looking for the pictures …", MUTED)), width)
        if state.sitting.message is None and state.cell is not None:
            return cell_line(state.cell, width)
        return super().message_line(width)

    def status_now(self, situation: face.Situation) -> Status:
        state = self.state
        place = "audit"
        if state.opened is not None:
            place = f"{cell_words(state.opened)}: {state.at + 1} of {len(state.tasks)}"
        return Status(place=place, who=state.rules.who, protocol=situation.caps.protocol, counts=False)

    def page_rows(self, width: int, height: int) -> list[Row] | None:
        if self.state.opened is not None:
            return None
        return audit_rows(self.tables, self.state, width, height)

    def redraw(self) -> None:
        super().redraw()
        state = self.state
        if self.is_mounted and state.opened is not None and not state.enlarged and state.sitting.seen:
            size = self.canvas.size
            self.canvas.draw(gallery_scene(state, (size.width, size.height), self.canvas.caps.cell))
