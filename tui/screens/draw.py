"""Annotating with shapes: keys and the mouse are commands of the editor, which is the sitting's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tui.commands import COMMANDS, Scope
from tui.model.project import project_kind
from tui.model.scene import Scene
from tui.screens import walk_rows
from tui.screens.annotate import zoom_of
from tui.screens.editor_keys import EditorKeys, EditorView, editor_message, editor_rules, pointed, view_of
from tui.screens.layers import FinderLayer
from tui.screens.mode import MakeInput, WorkHost
from tui.screens.status import Situation, help_page
from tui.screens.walk_keys import WALK_INPUTS
from tui.sitting import inputs as i
from tui.sitting.draw import begin_draw, step_draw
from tui.sitting.draw_state import DrawState
from tui.widgets.canvas import Canvas
from tui.widgets.legend import KeyLine
from tui.widgets.panel import Page
from tui.widgets.rows import Row
from tui.widgets.status_line import Status
from tui.work.desk import Desk


class DrawMode:
    """The walk of an annotator who draws."""

    inputs: Mapping[str, MakeInput] = WALK_INPUTS
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
        """The editor's keys; those that change shapes are never the walk's."""
        event = self._keys.event(self.state, key)
        if event is None:
            event = self._blind(key)
        if event is not None:
            self._host.put(event)
        return event is not None

    def _blind(self, key: str) -> i.EditorCommand | None:
        """A key that would change shapes, if there were an editor."""
        table = self._host.table
        command = table.command(key) or ""
        if table.label(key) is not None:
            return i.EditorCommand("shapes.label", text=table.label(key) or "")
        return i.EditorCommand(command) if command.startswith("shapes.") else None

    def pointed(self, event: Canvas.Pointer) -> bool:
        """The mouse draws."""
        found = pointed(self.state, event)
        if found is not None:
            self._host.put(found)
        return found is not None

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """The palette draws too; `/` finds a label for the selected shape, or for the next."""
        drawn = {command.id: self._pressed(command.id) for command in COMMANDS if command.scope == "shapes"}
        return {"annotate.filter": self._find_label, **drawn}

    def _pressed(self, command: str, text: str = "") -> Callable[[], None]:
        return lambda: self._host.put(i.EditorCommand(command, text=text))

    def _find_label(self) -> None:
        host = self._host
        host.open(
            FinderLayer(
                "Find label",
                lambda: walk_rows.labels_with_keys(host.project, host.table, self.state.walk.chosen),
                lambda name: self._pressed("shapes.label", name)(),
            )
        )

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
        """The picture, the labels and the list of shapes."""
        visit, editor, host = self.state.walk.visit, self.state.editor, self._host
        if visit is None:
            return []
        zoom = zoom_of(host.canvas)
        if editor is None:
            return walk_rows.annotator_rows(visit, host.project, host.table, zoom, width, height)
        return self._view.column(visit, editor, host.table, zoom, width, height)

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
        """While something is drawn, its keys alone."""
        return self._keys.drawing_legend() if self._drawing else self._host.table.lines(legend=True)

    def help(self) -> Page:
        """While something is drawn, its keys alone; else all of them."""
        table = self._host.table
        scopes: tuple[Scope, ...] = (*table.scopes, "drawing")
        table = self._keys.drawing_table() if self._drawing else table.only(*scopes)
        return help_page(table, project_kind(self._host.project.kind).help)

    @property
    def _drawing(self) -> bool:
        editor = self.state.editor
        return editor is not None and editor.tool is not None
