"""The screen on which people walk from picture to picture: keys become inputs of the sitting, and the widgets are told
how things stand. Annotating and reviewing differ in a few methods."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from tui.model.project import project_kind
from tui.model.task import Task
from tui.screens import face
from tui.screens.frame import Frame
from tui.screens.setting import Setting
from tui.sitting import begin, step
from tui.sitting import inputs as i
from tui.sitting.walk_state import WalkState
from tui.widgets.canvas import Canvas
from tui.widgets.label_bar import LabelLine
from tui.widgets.rows import Row
from tui.widgets.side import label_line
from tui.widgets.status_line import Status
from tui.work.desk import Desk


class WorkScreen(Frame):
    """See the module's text. `launch.work` says which of the two screens it is."""

    INPUTS: ClassVar[dict[str, Callable[[], i.Input]]] = {
        "app.cancel": i.CancelKey,
        "work.skip": i.SkipKey,
        "work.undo": i.UndoKey,
        "work.redo": i.RedoKey,
        "work.flag": i.FlagKey,
        "work.next": i.NextKey,
        "work.previous": i.PreviousKey,
        "work.next-undone": i.NextUndoneKey,
        "annotate.confirm": i.Confirm,
        "review.accept": i.AcceptKey,
        "review.accept-shown": i.AcceptShownKey,
        "review.reject": i.RejectKey,
        "review.confirm": i.Confirm,
    }

    def make_desk(self, setting: Setting) -> Desk[WalkState]:
        return Desk(lambda at: begin(setting.rules, at), step, self.clerk, self, setting.trace, self._leave)

    @property
    def state(self) -> WalkState:
        state: WalkState = self.desk.state
        return state

    def show(self, task: Task | None, serial: int, *, keep_zoom: bool = False) -> None:
        picture = self.picture_of(task) if task is not None else None
        self.canvas.show(picture, serial, keep_view=keep_zoom)

    def on_canvas_broken(self, event: Canvas.Broken) -> None:
        self.desk.put(i.Broken(event.serial, event.reason, event.partial), time.monotonic())
        self.redraw()

    # What is on the screen.

    @property
    def help_text(self) -> str:  # type: ignore[override]
        annotating = self.setting.launch.work == "annotate"
        return project_kind(self.project.kind).help if annotating else face.REVIEW_HELP

    def label_lines(self, chosen: Sequence[str]) -> list[LabelLine]:
        return [label_line(label, self.table.labels, chosen) for label in self.project.labels]

    def status_now(self, situation: face.Situation) -> Status:
        return face.status_of(self.state, situation)

    @property
    def fetching(self) -> bool:
        return self.state.visit is None and not self.state.closing

    def page_rows(self, width: int, height: int) -> list[Row] | None:
        return face.stage_rows(self.state, width, height)

    def redraw_progress(self) -> None:
        """One number changes, nothing else: it must cost next to nothing on the line."""
        if self._status is None or self.state.closing or self.state.visit is None:
            self.redraw()
        else:
            self.show_status(replace(self._status, done=self.state.sitting.totals.done))

    def cover(self, small: bool) -> None:
        self.desk.put(i.Covered() if small else i.Uncovered(), time.monotonic())
