"""Screens with shapes: keys and the mouse go to an editor, what it makes goes to the sitting and the canvas."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tui.commands import COMMANDS, LABEL_SLOTS, SCOPES, SHINES_THROUGH, Scope
from tui.imaging.decode import load
from tui.imaging.pixels import Pixels
from tui.model.measure import bounds
from tui.screens import face
from tui.screens.layers import Commenting, Reading
from tui.screens.setting import Setting
from tui.screens.work import WorkScreen
from tui.sitting import inputs as i
from tui.sitting.walk_state import Visit
from tui.text import printable
from tui.tools import pointer
from tui.tools.checks import Checked, Problems, with_marks
from tui.tools.display import scene_of
from tui.tools.editor import opened, press, viewed
from tui.tools.keys import DIGITS, Keys, press_key
from tui.tools.state import Editor, EditorRules
from tui.tools.view import View
from tui.widgets.canvas import Canvas
from tui.widgets.legend import KeyLine
from tui.widgets.pages import came_back_rows
from tui.widgets.rows import EMPTY, MUTED, Row, fit, row
from tui.widgets.shape_list import shape_rows
from tui.widgets.side import picture_rows


class DrawingScreen(WorkScreen):
    """What annotating and reviewing shapes have in common. `may_edit`: whether keys change shapes now.
    `more_scopes`: what the help page tells besides the screen's own keys."""

    more_scopes: tuple[Scope, ...] = ("drawing",)

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        table = self.table
        slots = {key: n % 10 for n, slot in enumerate(LABEL_SLOTS, 1) for key in table.keymap.of(slot)}
        keys = Keys.of([command.id for command in COMMANDS], table.keymap.of, {})
        self._keys = replace(keys, labels=table.by_key, digits={**slots, **DIGITS})
        self._drawing = table.only("app", "drawing")
        launch = setting.launch
        self._rules = EditorRules(self.project.labels, launch.screen_nudges, launch.accept_above)
        self._editor: Editor | None = None
        self._of: tuple[int, int] | None = None
        self._checked: Checked | None = None
        self._problems: tuple[Problems, ...] = ()
        self._drawn: Editor | None = None
        self._named: Mapping[str, str] = {}
        self._reading = False

    @property
    def may_edit(self) -> bool:
        return True

    @property
    def named_wrong(self) -> Mapping[str, str]:
        """The shapes of the picture in front that a reviewer calls wrong, by their ids as text, and why."""
        return {}

    # Which picture the editor is for.

    def _current(self) -> Editor | None:
        """The editor of the picture in front; None before that was seen, so that nothing is drawn blind."""
        visit, view = self.state.visit, self.canvas.viewport
        if visit is None or visit.broken is not None or not self.state.sitting.seen or visit.lost:
            return None
        if view is not None:
            now = View(view.image[0], view.image[1], *view.visible, scale=view.scale)
        elif visit.task.width and visit.task.height:
            now = View.whole(visit.task.width, visit.task.height)
        else:
            return None
        if self._of != (visit.task.id, self.state.sitting.serial) or self._editor is None:
            self._of = (visit.task.id, self.state.sitting.serial)
            self._editor = self.opened_editor(visit, now, self._editor)
            self._checked = Checked(self.project.labels, self._editor.size)
        self._editor = viewed(self._editor, now)
        return self._editor

    def opened_editor(self, visit: Visit, view: View, last: Editor | None) -> Editor:
        """A fresh editor for the picture in front; `last`: the one before it."""
        return opened(self._rules, view, visit.annotation.shapes, last=last)

    def start_over(self) -> None:
        """Forget what was changed: the editor is opened again."""
        self._of = None

    # Keys and mouse.

    def editor_key(self, key: str) -> bool:
        """Whether the editor took a key. Help shines through whatever is being drawn."""
        editor = None if self.covered or self.state.failure is not None else self._current()
        if editor is None or (editor.tool is not None and self.table.is_for(key, "app.help")):
            return False
        found = press_key(editor, key, self._keys, self.key_at)
        if found is None:
            return False
        self._became(editor, found, key)
        return True

    def press_editor(self, command: str, text: str = "") -> None:
        """A command by another way than its key."""
        editor = self._current()
        if editor is not None:
            self._became(editor, press(editor, command, self.key_at, text=text))

    def _became(self, before: Editor, editor: Editor, key: str = "") -> None:
        """The editor after a key or the mouse: tell the sitting, and do what it wants."""
        self._editor = editor
        if (editor.shapes, editor.classes) != (before.shapes, before.classes):
            self.edited(editor)
        else:
            self.put(i.Touch())
        match editor.wants:
            case "submit":
                self.submit(editor)
            case "zoom" if editor.shape is not None:
                self.canvas.zoom_to(*bounds(editor.shape))
            case "text":
                self.open(Commenting(f"{editor.message}:", self._attribute_typed))
            case "pixels":
                self._read(key)

    def edited(self, editor: Editor) -> None:
        """Shapes have changed."""
        self.put(i.Touch())

    def submit(self, editor: Editor) -> None:
        """The picture is done."""
        raise NotImplementedError

    def _attribute_typed(self, text: str) -> None:
        self.press_editor("shapes.attribute-text", text)

    def _read(self, key: str) -> None:
        """The picture in full size, in a thread; then the same key again."""
        visit, of = self.state.visit, self._of
        if self._reading or visit is None:
            return
        self._reading = True
        path, most = self.project.folder / visit.task.path, self.project.max_pixels

        def work() -> None:
            image = load(path, None, most).image
            self.app.call_from_thread(done, Pixels(image) if image is not None else None)

        def done(pixels: Pixels | None) -> None:
            self._reading = False
            editor = self._current()
            if editor is None or self._of != of:
                return
            if pixels is None:
                self._editor = editor.say("The picture cannot be read in full size.")
            else:
                self._editor = replace(editor, pixels=pixels)
                self.editor_key(key)
            self.redraw()

        self.run_worker(work, thread=True, exclusive=True, group="pixels")

    def on_canvas_pointer(self, event: Canvas.Pointer) -> None:
        """The wheel zooms and the middle button pans; the others are the editor's."""
        editor = self._current()
        if (
            editor is None
            or not self.may_edit
            or event.button == 2
            or event.action not in ("down", "drag", "up")
        ):
            super().on_canvas_pointer(event)
            return
        event.stop()
        self.key_at = time.monotonic()
        found = pointer.point(
            editor, event.action, (event.x, event.y), event.button, ctrl=event.ctrl or event.shift
        )
        self._became(editor, found)
        self.redraw()

    def open_help(self) -> None:
        """While something is drawn, its keys alone; else all of them."""
        drawing = self._editor is not None and self._editor.tool is not None
        table = self._drawing if drawing else self.table.only(*self.table.scopes, *self.more_scopes)
        page = face.help_page(table, SCOPES, self.help_text)
        self.open(Reading(self.panel, "Keys", page, self.table.keymap.of("app.help")))

    # What is on the screen.

    def redraw(self) -> None:
        editor, named = self._current(), self.named_wrong
        new = editor is not self._drawn or named != self._named
        if editor is not None and new and self._checked is not None:
            self._problems = with_marks(self._checked(editor.shapes), editor.shapes, named)
            self.canvas.draw(scene_of(editor, self._problems))
            self._drawn, self._named = editor, named
        elif editor is None and self._drawn is not None:
            self.canvas.draw(())
            self._drawn = None
        super().redraw()

    def legend_lines(self) -> list[KeyLine]:
        drawing = self._editor is not None and self._editor.tool is not None
        if not drawing:
            return super().legend_lines()
        return [x for x in self._drawing.lines(legend=True) if x.scope == "drawing" or x.id == SHINES_THROUGH]

    def message_line(self, width: int) -> Row:
        editor = self._editor
        if self.state.sitting.message is None and editor is not None and editor.message:
            return fit(row((printable(editor.message), MUTED)), width)
        return super().message_line(width)

    def shape_column(self, width: int, height: int) -> Sequence[Row] | None:
        """The picture, the labels and the list of shapes; None while there is no editor."""
        editor, visit = self._current(), self.state.visit
        if editor is None or visit is None:
            return None
        label = editor.shape.label if editor.shape is not None else editor.label
        view = self.canvas.viewport
        task = visit.task
        head = picture_rows(task, width, view.zoom if view is not None else 1.0)
        if visit.came_back:
            head = [*head, EMPTY, *came_back_rows(task.reviewer, task.reason, task.comment, width), EMPTY]
        lines = self.label_lines((label,))
        return [*head, *shape_rows(editor, self._problems, lines, width, height - len(head))]
