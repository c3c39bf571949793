"""Reviewing shapes: looked at one by one, enlarged, and drawn again for a fix."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tui.screens import walk_rows
from tui.screens.editor_hints import review_shapes_keys
from tui.screens.editor_part import EditorPart, draw_desk
from tui.screens.go_layer import asking
from tui.screens.mode import MakeInput, WorkHost
from tui.screens.parts import is_zoomed, zoom_of
from tui.screens.status import help_page
from tui.screens.walk_keys import WALK_INPUTS, reason_key
from tui.sitting import inputs as i
from tui.sitting.draw import LOOKING_COMMANDS
from tui.sitting.draw_state import DrawState
from tui.sitting.state import Rejecting
from tui.widgets.key_line import ModeKeys
from tui.widgets.panel import Page
from tui.widgets.rows import Row


class ReviewShapesMode:
    """The walk of a reviewer of shapes: `tab` goes from one to the next, enlarged; `e` takes the annotator's tools,
    `enter` then accepts what came of it. `x` on a shape marks it, and `R` sends the picture back for what is marked."""

    inputs: Mapping[str, MakeInput] = {**WALK_INPUTS, "review.fix": i.FixKey}
    has_column = True

    def __init__(self, host: WorkHost) -> None:
        self._host, self.desk = host, draw_desk(host)
        self._editor = EditorPart(host, lambda: self.state, self._side_rows)
        self.front, self.picture = self._editor.front, self._editor.picture
        self.in_hand = self._editor.in_hand

    @property
    def state(self) -> DrawState:
        """The walk and its editor as they are now."""
        return self.desk.state

    def key(self, key: str) -> bool:
        """The key that gives a reason; the editor's keys; what looks at shapes."""
        state = self.state
        if isinstance(state.walk.mode, Rejecting):
            return reason_key(self._host, key, "review.comment")
        return self._editor.put(self._editor.keys.input_of(state, key) if state.fixing else self._look(key))

    def _look(self, key: str) -> i.EditorCommand | None:
        command = self._editor.keys.command(key)
        if self._host.table.command(key) is not None or command not in LOOKING_COMMANDS:
            return None
        return i.EditorCommand(command)

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """`v` goes to contact sheets."""
        return {"review.sheet": self._host.switch_sheet, **asking(self._host, lambda: self.state.walk)}

    def _side_rows(self, width: int, height: int) -> Sequence[Row]:
        """The picture, what was said of it, and its shapes; during a fix the labels too."""
        state, host = self.state, self._host
        zoom = zoom_of(host.canvas)
        if state.fixing:
            visit, editor = state.walk.visit, state.editor
            if visit is None or editor is None:
                return []
            return self._editor.view.column(visit, editor, host.table, zoom, width, height)
        rows = walk_rows.reviewer_rows(state.walk, host.project, host.table, zoom, width, height)
        if state.editor is None:
            return rows
        return [
            *rows,
            *self._editor.view.rows(state.editor, host.table, (), width, max(height - len(rows), 4)),
        ]

    def legend(self) -> ModeKeys:
        """The reviewer's keys, or those that give a reason; during a fix the annotator's."""
        return review_shapes_keys(self.state, self._host.table, zoomed=is_zoomed(self._host.canvas))

    def help(self, now: ModeKeys) -> Page:
        """All keys of this screen, and those of a fix."""
        table = self._host.table
        return help_page(table.only(*table.scopes, "shapes", "drawing"), walk_rows.REVIEW_HELP, now)
