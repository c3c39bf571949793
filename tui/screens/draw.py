"""Annotating with shapes: keys and the mouse are commands of the editor, which is the sitting's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tui.commands import COMMANDS
from tui.model.project import project_kind
from tui.screens import walk_rows
from tui.screens.editor_hints import draw_keys
from tui.screens.editor_part import EditorPart, draw_desk
from tui.screens.go_layer import asking
from tui.screens.list_layers import FinderLayer
from tui.screens.mode import MakeInput, WorkHost
from tui.screens.parts import is_zoomed, zoom_of
from tui.screens.status import help_page
from tui.screens.walk_keys import WALK_INPUTS
from tui.sitting import inputs as i
from tui.sitting.draw_state import DrawState
from tui.widgets.key_line import ModeKeys
from tui.widgets.panel import Page
from tui.widgets.rows import Row


class DrawMode:
    """The walk of an annotator who draws."""

    inputs: Mapping[str, MakeInput] = WALK_INPUTS
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
        """The editor's keys; those that change shapes are never the walk's."""
        return self._editor.put(self._editor.keys.input_of(self.state, key) or self._blind(key))

    def _blind(self, key: str) -> i.EditorCommand | None:
        """A key that would change shapes, if there were an editor."""
        table = self._host.table
        command = table.command(key) or ""
        if table.label(key) is not None:
            return i.EditorCommand("shapes.label", text=table.label(key) or "")
        return i.EditorCommand(command) if command.startswith("shapes.") else None

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """The palette draws too; `/` finds a label for the selected shape, or for the next."""
        drawn = {command.id: self._pressed(command.id) for command in COMMANDS if command.scope == "shapes"}
        return {"annotate.filter": self._find_label, **asking(self._host, lambda: self.state.walk), **drawn}

    def _pressed(self, command: str, text: str = "") -> Callable[[], None]:
        return lambda: self._host.put(i.EditorCommand(command, text=text))

    def _find_label(self) -> None:
        host = self._host
        host.open(
            FinderLayer(
                "FIND LABEL",
                lambda: walk_rows.labels_with_keys(host.project, host.table, self.state.walk.chosen),
                lambda name: self._pressed("shapes.label", name)(),
            )
        )

    def _side_rows(self, width: int, height: int) -> Sequence[Row]:
        """The picture, the labels and the list of shapes."""
        visit, editor, host = self.state.walk.shown_visit, self.state.editor, self._host
        if visit is None:
            return []
        zoom = zoom_of(host.canvas)
        if editor is None:
            return walk_rows.annotator_rows(visit, host.project, host.table, zoom, width, height)
        return self._editor.view.column(visit, editor, host.table, zoom, width, height)

    def legend(self) -> ModeKeys:
        """While something is drawn, its keys alone."""
        return draw_keys(self.state, self._host.table, zoomed=is_zoomed(self._host.canvas))

    def help(self, now: ModeKeys) -> Page:
        """All keys of this screen, and those of drawing."""
        table = self._host.table
        return help_page(
            table.only(*table.scopes, "drawing"), project_kind(self._host.project.kind).help, now
        )
