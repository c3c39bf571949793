"""Annotating with shapes, and reviewing them: drawn again for a fix, or looked at one by one."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from tui.commands import COMMANDS
from tui.model.annotation import Json
from tui.model.measure import bounds
from tui.screens.annotate import AnnotateScreen
from tui.screens.drawing import DrawingScreen
from tui.screens.review import ReviewScreen
from tui.screens.setting import Setting
from tui.sitting import inputs as i
from tui.sitting.state import Fixing, Rejecting
from tui.sitting.walk_state import Visit
from tui.tools.editor import annotation_of, opened
from tui.tools.state import Editor
from tui.tools.view import View
from tui.widgets.legend import KeyLine
from tui.widgets.rows import Row
from tui.widgets.shape_list import shape_rows

FLUSH_SECONDS = 1.1
"""After the last edit the draft is brought up to date once more."""
LOOKING = ("shapes.next", "shapes.previous", "shapes.zoom", "shapes.hide")
"""What a reviewer does with shapes without changing them."""


class ShapeScreen(DrawingScreen, AnnotateScreen):
    """The walk of an annotator who draws."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._flushing = False
        self._submitted: dict[int, tuple[Json, ...]] = {}

    def opened_editor(self, visit: Visit, view: View, last: Editor | None) -> Editor:
        shapes = visit.annotation.shapes
        if not shapes and not visit.done and visit.task.id in self._submitted:
            # The decision was taken back, not the work: it goes on where it was.
            shapes = self._submitted.pop(visit.task.id)
            self.call_later(self._flush)
        predictions = () if visit.done else visit.task.predictions
        previous = last.shapes if last is not None else ()
        editor = opened(self._rules, view, shapes, predictions, previous, last)
        named = [n for n, shape in enumerate(editor.shapes) if str(shape.id) in self.named_wrong]
        return replace(editor, selected=named[0]) if named else editor

    @property
    def named_wrong(self) -> Mapping[str, str]:
        visit = self.state.visit
        return visit.task.wrong if visit is not None and visit.came_back else {}

    def walk_key(self, key: str) -> bool:
        if self.editor_key(key):
            return True
        command = self.table.command(key)
        if self.table.label(key) is None and not (command or "").startswith("shapes."):
            return super().walk_key(key)
        if self.state.visit is not None and not self.state.sitting.seen:
            self.put(i.BlindKey())
        return True

    def edited(self, editor: Editor) -> None:
        visit = self.state.visit
        if visit is None:
            return
        self.put(i.Edited(annotation_of(editor, visit.annotation.labels)))
        if not self._flushing:
            self._flushing = True
            self.set_timer(FLUSH_SECONDS, self._flush)

    def _flush(self) -> None:
        """What was edited in the last second reaches the draft too; then nothing is sent any more."""
        self._flushing = False
        editor, visit = self._current(), self.state.visit
        if editor is not None and visit is not None:
            self.desk.put(i.Edited(annotation_of(editor, visit.annotation.labels)), time.monotonic())

    def submit(self, editor: Editor) -> None:
        visit = self.state.visit
        self.edited(editor)
        if visit is not None:
            self._submitted[visit.task.id] = annotation_of(editor).shapes
        self.put(i.Confirm())

    def _label_found(self, name: str) -> None:
        """`/` chose a label: of the selected shape, or for the next."""
        self.press_editor("shapes.label", name)

    def view_commands(self) -> dict[str, Callable[[], None]]:
        """The palette draws too."""
        mine = [command.id for command in COMMANDS if command.scope == "shapes"]
        return {**super().view_commands(), **{name: self._presses(name) for name in mine}}

    def _presses(self, command: str) -> Callable[[], None]:
        return lambda: self.press_editor(command)

    def side_rows(self, width: int, height: int) -> Sequence[Row]:
        visit = self.state.visit
        column = self.shape_column(width, height) if visit is not None else None
        return column if column is not None else super().side_rows(width, height)


class ShapeReviewScreen(DrawingScreen, ReviewScreen):
    """The walk of a reviewer of shapes: `tab` goes from one to the next, enlarged; `e` takes the annotator's tools,
    `enter` then accepts what came of it. `x` on a shape marks it, and `R` sends the picture back for what is marked."""

    more_scopes = ("shapes", "drawing")

    @property
    def may_edit(self) -> bool:
        return isinstance(self.state.mode, Fixing)

    @property
    def named_wrong(self) -> Mapping[str, str]:
        visit = self.state.visit
        if visit is None or isinstance(self.state.mode, Fixing):
            return {}
        return visit.task.wrong if visit.done else visit.wrong

    def opened_editor(self, visit: Visit, view: View, last: Editor | None) -> Editor:
        return opened(self._rules, view, visit.annotation.shapes, last=last)

    def walk_key(self, key: str) -> bool:
        if self.covered or isinstance(self.state.mode, Rejecting):
            return super().walk_key(key)
        if isinstance(self.state.mode, Fixing):
            if self.editor_key(key):
                return True
            if self.table.is_for(key, "app.cancel"):
                self.start_over()
            return super().walk_key(key)
        return self._looking(key) or super().walk_key(key)

    def _looking(self, key: str) -> bool:
        """From shape to shape, enlarged; what is wrong is marked, `escape` shows the whole picture again."""
        editor, command = self._current(), self._keys.shapes.get(key, ("", 0))[0]
        if editor is not None and editor.shape is not None:
            if self.table.is_for(key, "review.reject"):
                self.put(i.MarkKey(str(editor.shape.id)))
                return True
            if self.table.is_for(key, "app.cancel"):
                self.press_editor("app.cancel")
                self.canvas.fit()
                return True
        if self.table.command(key) is not None or command not in LOOKING:
            return False
        self.press_editor(command)
        shape = self._editor.shape if self._editor is not None else None
        if shape is not None:
            self.canvas.zoom_to(*bounds(shape))
        return True

    def begin_fix(self) -> None:
        """`e`: the shapes can be changed until `enter` or `escape`."""
        self.put(i.FixKey())

    def submit(self, editor: Editor) -> None:
        visit = self.state.visit
        if visit is not None:
            self.put(i.Fix(annotation_of(editor, visit.annotation.labels)))

    def legend_lines(self) -> list[KeyLine]:
        if not isinstance(self.state.mode, Fixing) or (
            self._editor is not None and self._editor.tool is not None
        ):
            return super().legend_lines()
        return self.table.only("app", "shapes").lines(legend=True)

    def side_rows(self, width: int, height: int) -> Sequence[Row]:
        if isinstance(self.state.mode, Fixing):
            return self.shape_column(width, height) or ()
        rows = list(super().side_rows(width, height))
        editor = self._current()
        if editor is None:
            return rows
        return [*rows, *shape_rows(editor, self._problems, (), width, max(height - len(rows), 4))]
