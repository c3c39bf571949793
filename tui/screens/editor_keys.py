"""Between a work screen and the editor of shapes: which command a key means, and what the editor shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tui.commands import COMMANDS, LABEL_SLOTS, LOOKS
from tui.model.project import Project
from tui.model.scene import Scene
from tui.model.view_settings import AS_IT_IS
from tui.screens.keys import KeyTable
from tui.screens.mode import WorkHost
from tui.screens.status import said_row
from tui.screens.unknown import unknown_key
from tui.screens.walk_rows import labels_with_keys
from tui.sitting import inputs as i
from tui.sitting.draw_state import DrawState
from tui.sitting.state import Message
from tui.sitting.walk_state import Visit
from tui.tools.attributes import asked_of, choices_of, question
from tui.tools.checks import Checked, Problems, with_marks
from tui.tools.display import scene_of
from tui.tools.keys import DIGITS, Keys, command_of
from tui.tools.state import Editor, EditorRules
from tui.tools.view import View
from tui.widgets.canvas import Canvas
from tui.widgets.label_bar import LabelLine
from tui.widgets.pages import came_back_rows
from tui.widgets.rows import EMPTY, Row
from tui.widgets.shape_list import EditorColumn
from tui.widgets.side import picture_rows, sign_of, unlisted_rows

_PASSES = LOOKS | {c.id for c in COMMANDS if c.scope == "app"} - {"app.quit", "app.cancel", "app.reload"}
"""What is good while something is drawn too, where drawing has no use for the key."""


class EditorKeys:
    """The keys of an editor: those of a screen's table, and while something is drawn others that shadow them: `drawing`."""

    def __init__(self, table: KeyTable) -> None:
        slots = {key: n % 10 for n, slot in enumerate(LABEL_SLOTS, 1) for key in table.keymap.of(slot)}
        keys = Keys.of([command.id for command in COMMANDS], table.keymap.of, {})
        self._keys = replace(keys, labels=table.by_key, digits={**slots, **DIGITS})
        self._table, self.drawing = table, table.only("app", "drawing")

    def input_of(self, state: DrawState, key: str) -> i.EditorCommand | i.UnknownKey | None:
        """What a key means to the editor; None when it is the walk's. While something is drawn all keys are the
        editor's, but for help, and for those that look at another part where drawing has no use for them."""
        editor = state.editor if state.walk.failure is None else None
        if editor is None or (editor.tool is not None and self._table.is_for(key, "app.help")):
            return None
        arguments = command_of(editor, key, self._keys)
        if arguments is not None:
            return i.EditorCommand(**arguments)
        if editor.tool is None or self._table.command(key) in _PASSES:
            return None
        return unknown_key(key, self.drawing.means)

    def command(self, key: str) -> str:
        """The command of the scope `shapes` that a key means, '' for none."""
        return self._keys.shapes.get(key, ("", 0))[0]


class EditorView:
    """What an editor shows over the picture and beside it. `problems`: what is wrong with its shapes."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._checked: Checked | None = None
        self._drawn: Editor | None = None
        self._named: Mapping[str, str] = {}
        self._view = AS_IT_IS
        self.problems: tuple[Problems, ...] = ()

    def scene(self, state: DrawState) -> Scene | None:
        """All marks over the picture; None where nothing has changed since the last time."""
        editor, named, view = state.editor, state.wrong, state.sitting.view
        if editor is None:
            was_drawn, self._drawn = self._drawn is not None, None
            return () if was_drawn else None
        if editor is self._drawn and (named, view) == (self._named, self._view):
            return None
        if self._checked is None or self._checked.size != editor.size:
            self._checked = Checked(self._project.labels, editor.size)
        self.problems = with_marks(self._checked(editor.shapes), editor.shapes, named)
        self._drawn, self._named, self._view = editor, named, view
        return scene_of(editor, self.problems, view)

    def rows(
        self, editor: Editor, table: KeyTable, lines: Sequence[LabelLine], width: int, height: int
    ) -> list[Row]:
        """The labels `lines`, or what is asked of the selected shape, and the list of shapes."""
        column = EditorColumn(editor, self.problems, lines, table.digit_key, table.key_of)
        return column.rows(width, height)

    def column(
        self, visit: Visit, editor: Editor, table: KeyTable, zoom: float, width: int, height: int
    ) -> list[Row]:
        """The picture, the labels and the list of shapes."""
        task = visit.task
        unlisted = unlisted_rows(self._project, visit.annotation, width)
        head = [*picture_rows(task, width, zoom, sign_of(visit)), *unlisted, EMPTY]
        if visit.came_back:
            head = [*head, *came_back_rows(task.reviewer, task.reason, task.comment, width), EMPTY]
        lines = labels_with_keys(self._project, table, (editor.label_in_hand,))
        return [*head, *self.rows(editor, table, lines, width, height - len(head))]


def editor_rules(host: WorkHost) -> EditorRules:
    """What the editor obeys."""
    launch = host.setup.launch
    return EditorRules(host.project.labels, launch.screen_nudges, launch.accept_above)


def view_of(canvas: Canvas) -> View | None:
    """Which part of the picture in front is visible."""
    view = canvas.viewport
    if view is None:
        return None
    cell = view.cell[0] / view.scale, view.cell[1] / view.scale
    return View(view.image[0], view.image[1], *view.visible, scale=view.scale, frame=canvas.frame, cell=cell)


def pointed(state: DrawState, event: Canvas.Pointer) -> i.Pointed | None:
    """What a movement of the mouse means to the editor: the wheel and the middle button are not its business."""
    if state.editor is None or not state.edits or event.button == 2:
        return None
    match event.action:
        case "down" | "drag" | "up":
            ctrl = event.ctrl or event.shift
            return i.Pointed(event.action, (event.x, event.y), event.button, ctrl)
        case "move" | "wheel-up" | "wheel-down":
            return None


def editor_message(state: DrawState, table: KeyTable, width: int) -> Row:
    """What the editor has to say; not what the column says already: the values that digits choose."""
    editor = state.editor
    if editor is None or not editor.message:
        return EMPTY
    rule = asked_of(editor)
    if rule is not None and choices_of(rule) is not None and editor.message == question(rule, editor):
        return EMPTY
    return said_row(Message(editor.message, editor.tone), table, width)
