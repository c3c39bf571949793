"""Reviewing shapes: looked at one by one, enlarged, and drawn again for a fix."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tui.commands import Scope
from tui.model.scene import Scene
from tui.screens import walk_rows
from tui.screens.annotate import zoom_of
from tui.screens.editor_keys import EditorKeys, EditorView, editor_message, editor_rules, pointed, view_of
from tui.screens.mode import MakeInput, WorkHost
from tui.screens.status import Situation, help_page
from tui.screens.walk_keys import WALK_INPUTS, reason_key
from tui.sitting import inputs as i
from tui.sitting.draw import LOOKING_COMMANDS, begin_draw, step_draw
from tui.sitting.draw_state import DrawState
from tui.sitting.state import Rejecting
from tui.widgets.canvas import Canvas
from tui.widgets.legend import KeyLine
from tui.widgets.panel import Page
from tui.widgets.rows import Row
from tui.widgets.status_line import Status
from tui.work.desk import Desk


class ReviewShapesMode:
    """The walk of a reviewer of shapes: `tab` goes from one to the next, enlarged; `e` takes the annotator's tools,
    `enter` then accepts what came of it. `x` on a shape marks it, and `R` sends the picture back for what is marked."""

    inputs: Mapping[str, MakeInput] = {**WALK_INPUTS, "review.fix": i.FixKey}
    has_column = True

    def __init__(self, host: WorkHost) -> None:
        self._host, rules, tools = host, host.setup.rules, editor_rules(host)
        self.desk = Desk(
            lambda at: begin_draw(rules, tools, at), step_draw, host.clerk, host, host.setup.trace
        )
        self._keys, self._view = EditorKeys(host.table), EditorView(host.project)

    @property
    def state(self) -> DrawState:
        """The walk and its editor as they are now."""
        return self.desk.state

    def sync(self) -> None:
        """The editor is told what is visible."""
        view = view_of(self._host.canvas)
        if view != self.state.view:
            self._host.put(i.Viewed(view))

    def resized(self) -> None:
        """Nothing depends on it."""

    def key(self, key: str) -> bool:
        """The key that gives a reason; the editor's keys; what looks at shapes."""
        state = self.state
        if isinstance(state.walk.mode, Rejecting):
            return reason_key(self._host, key, "review.comment")
        event = self._keys.event(state, key) if state.fixing else self._look(key)
        if event is not None:
            self._host.put(event)
        return event is not None

    def _look(self, key: str) -> i.EditorCommand | None:
        command = self._keys.command(key)
        if self._host.table.command(key) is not None or command not in LOOKING_COMMANDS:
            return None
        return i.EditorCommand(command)

    def pointed(self, event: Canvas.Pointer) -> bool:
        """The mouse draws, during a fix."""
        found = pointed(self.state, event)
        if found is not None:
            self._host.put(found)
        return found is not None

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """`v` goes to contact sheets."""
        return {"review.sheet": self._host.switch_sheet}

    @property
    def fetching(self) -> bool:
        """Whether the next picture is to come."""
        return not self.in_front and not self.state.walk.closing

    @property
    def in_front(self) -> bool:
        """Whether a picture is in front."""
        return self.state.walk.visit is not None

    def scene(self) -> Scene | None:
        """The shapes, where they changed."""
        return self._view.scene(self.state)

    def side_rows(self, width: int, height: int) -> Sequence[Row]:
        """The picture, what was said of it, and its shapes; during a fix the labels too."""
        state, host = self.state, self._host
        zoom = zoom_of(host.canvas)
        if state.fixing:
            visit, editor = state.walk.visit, state.editor
            if visit is None or editor is None:
                return []
            return self._view.column(visit, editor, host.table, zoom, width, height)
        rows = walk_rows.reviewer_rows(state.walk, host.project, host.table, zoom, width, height)
        if state.editor is None:
            return rows
        return [*rows, *self._view.rows(state.editor, (), width, max(height - len(rows), 4))]

    def page_rows(self, width: int, height: int) -> list[Row] | None:
        """The closing page, a card, or a word of waiting."""
        return walk_rows.stage_rows(self.state.walk, width, height)

    def message_row(self, width: int) -> Row:
        """What the editor has to say."""
        return editor_message(self.state, width)

    def status(self, now: Situation) -> Status:
        """Where one is in the walk, and how fast."""
        return walk_rows.status_of(self.state.walk, now)

    def legend(self) -> list[KeyLine]:
        """The reviewer's keys; during a fix the annotator's, and while something is drawn its keys alone."""
        if self._drawing:
            return self._keys.drawing_legend()
        table = self._host.table
        return (table.only("app", "shapes") if self.state.fixing else table).lines(legend=True)

    def help(self) -> Page:
        """While something is drawn, its keys alone; else all of them, with those of a fix."""
        table = self._host.table
        scopes: tuple[Scope, ...] = (*table.scopes, "shapes", "drawing")
        table = self._keys.drawing_table() if self._drawing else table.only(*scopes)
        return help_page(table, walk_rows.REVIEW_HELP)

    @property
    def _drawing(self) -> bool:
        editor = self.state.editor
        return editor is not None and editor.tool is not None
