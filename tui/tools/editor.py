"""The editor's keys: every command of the scopes `shapes` and `drawing`, from one editor to the next. Pure.

Commands carry the names that `tui.commands` and the keymaps give them. `n` counts from 1: the n-th key of the
ruler or of the ninths, a digit; `text`: a label's name, or words that were typed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import assert_never

from tui.model.annotation import Annotation, Json
from tui.model.shapes import SHAPE_KINDS, Shape, ShapeKind, json_of, shapes_of
from tui.tools import attributes, brush, copying, drawing, edit, points, select, suggest, undoing
from tui.tools.complete import incomplete
from tui.tools.crosshair import COLUMNS, Crosshair
from tui.tools.numbers import renumbered
from tui.tools.slips import ended
from tui.tools.state import Brush, Closing, Drawing, Editor, EditorRules
from tui.tools.told import toned
from tui.tools.view import View

Handler = Callable[[Editor, float, int, str], Editor]


def opened(
    rules: EditorRules,
    view: View,
    shapes: Sequence[Json] = (),
    predictions: Sequence[Json] = (),
    previous: Sequence[Shape] = (),
    last: Editor | None = None,
) -> Editor:
    """An editor for a picture. `last`: the one before it, from which the label, the size of boxes and brush,
    and what is hidden or locked are kept. The first suggestion in reading order is selected."""
    own = shapes_of(shapes)
    label = rules.labels[0].name if rules.labels else ""
    editor = Editor(rules, view, own, suggest.suggestions_of(predictions, own), tuple(previous), label=label)
    if last is not None:
        editor = replace(
            editor,
            label=last.label,
            previous_size=last.size,
            last_size=last.last_size,
            brush_size=last.brush_size,
            hidden=last.hidden,
            locked=last.locked,
        )
    first = next((i for i in select.reading_order(editor) if i >= len(own)), None)
    return replace(editor, selected=first)


def annotation_of(editor: Editor, labels: tuple[str, ...] = ()) -> Annotation:
    """What is saved."""
    return Annotation(labels, tuple(json_of(shape) for shape in editor.result()))


def viewed(editor: Editor, view: View) -> Editor:
    """After zoom, pan, another window size or frame: the crosshair stays, its digits divide what is visible now. The pixels of
    another frame are other ones. A crosshair that would go out of sight comes along, unless it holds or paints something."""
    if view == editor.view:
        return editor
    tool = editor.tool
    if tool is not None:
        holds = tool.down if isinstance(tool, Brush) else tool.vertex is not None
        at = tool.cross.at if holds else view.within(tool.cross.at)
        tool = replace(tool, cross=Crosshair.start(view, at))
    pixels = editor.pixels if view.frame == editor.view.frame else None
    return replace(editor, view=view, tool=tool, pixels=pixels)


def press(editor: Editor, command: str, now: float = 0.0, *, n: int = 0, text: str = "") -> Editor:
    """The editor after a command at a time in seconds; unknown ones change nothing."""
    closing = editor.closing
    editor = replace(editor, message="", tone="hint", wants="", closing=None)
    handler = (_DRAWING if editor.tool is not None else _SHAPES).get(command)
    found = _still_asked(editor, handler(editor, now, n, text)) if handler is not None else editor
    found = renumbered(editor, found)
    if found.wants == "submit" and closing is not None and closing.reaches(now):
        return replace(editor, closing=closing._replace(last=now)).say(closing.what)
    if what := ended(editor, found, command):
        return replace(found, closing=Closing(now, now, what))
    same = not (found.message or found.wants) and replace(found, gesture=editor.gesture) == editor
    return found.refuse(f"{{{command}}}: nothing to do here.") if same else toned(editor, found)


def _still_asked(before: Editor, editor: Editor) -> Editor:
    """An attribute is asked of one shape under one label: with another nothing is asked."""
    same = before.selected == editor.selected and len(before.items) == len(editor.items)
    if editor.asking is None or (same and attributes.asked_of(editor) is not None):
        return editor
    return replace(editor, asking=None)


def _confirm(editor: Editor) -> Editor:
    """`enter`: accepts the selected suggestion, else the picture is done. Required attributes hold it back."""
    if editor.jump is not None:
        return select.jumped(editor)
    if editor.asking is not None:
        return replace(editor, asking=None)
    if editor.on_suggestion:
        return suggest.accept(editor)
    return incomplete(editor) or replace(editor, wants="submit")


def _cancel(editor: Editor) -> Editor:
    """`escape`: what waits for more keys, then the selection."""
    if editor.jump is not None or editor.asking is not None:
        return replace(editor, jump=None, asking=None)
    return select.chosen(editor, None)


def _digit(editor: Editor, n: int) -> Editor:
    if editor.jump is not None:
        return select.jump(editor, n)
    return attributes.set_digit(editor, n) if editor.asking is not None else editor


def _choose(editor: Editor, n: int) -> Editor:
    """The shape or suggestion with this number, by a click in the list."""
    index = editor.with_number(n)
    return editor if index is None else select.chosen(replace(editor, jump=None, asking=None), index)


def _copy_one(editor: Editor) -> Editor:
    """The shape of the previous picture that has the place of the selected one here, or its first."""
    return copying.copy_previous(editor, editor.selected if editor.selected is not None else 0)


def _zoom(editor: Editor) -> Editor:
    if editor.shape is None:
        return editor.say(edit.NOTHING_SELECTED)
    return replace(editor, wants="zoom")


def _occluded(editor: Editor) -> Editor:
    return edit.changed(editor, lambda shape: replace(shape, occluded=not shape.occluded))


def _truncated(editor: Editor) -> Editor:
    return edit.changed(editor, lambda shape: replace(shape, truncated=not shape.truncated))


def _plain(handler: Callable[[Editor], Editor]) -> Handler:
    return lambda editor, now, n, text: handler(editor)


def _begin(kind: ShapeKind) -> Handler:
    """The key that takes up the tool for a kind of shape."""
    return _plain(brush.begin if kind == "mask" else lambda editor: drawing.begin(editor, kind))


def _arrow(direction: str, far: bool) -> Handler:
    return lambda editor, now, n, text: edit.arrow(editor, direction, far, now)


_SHAPES: dict[str, Handler] = {
    **{f"shapes.{kind}": _begin(kind) for kind in SHAPE_KINDS},
    "shapes.next": _plain(lambda e: select.step(e, 1)),
    "shapes.previous": _plain(lambda e: select.step(e, -1)),
    "shapes.jump": _plain(lambda e: replace(e, jump="", asking=None, message="Number of the shape:")),
    **{f"shapes.{d}": _arrow(d, False) for d in edit.ACROSS},
    **{f"shapes.{d}-far": _arrow(d, True) for d in edit.ACROSS},
    "shapes.part": _plain(lambda e: edit.cycle(e, 1)),
    "shapes.part-back": _plain(lambda e: edit.cycle(e, -1)),
    "shapes.shrink": lambda e, now, n, text: edit.grow(e, -1, False, now),
    "shapes.grow": lambda e, now, n, text: edit.grow(e, 1, False, now),
    "shapes.shrink-far": lambda e, now, n, text: edit.grow(e, -1, True, now),
    "shapes.grow-far": lambda e, now, n, text: edit.grow(e, 1, True, now),
    "shapes.turn": lambda e, now, n, text: edit.turn(e, 1, now),
    "shapes.turn-back": lambda e, now, n, text: edit.turn(e, -1, now),
    "shapes.tighten": lambda e, now, n, text: edit.tighten(e, now),
    "shapes.copy": _plain(copying.copy_previous),
    "shapes.copy-one": _plain(_copy_one),
    "shapes.duplicate": _plain(edit.duplicate),
    "shapes.occluded": _plain(_occluded),
    "shapes.truncated": _plain(_truncated),
    "shapes.delete": _plain(edit.delete),
    "shapes.attribute": _plain(attributes.ask),
    "shapes.attribute-text": lambda e, now, n, text: attributes.set_text(e, text),
    "shapes.insert-point": _plain(points.insert_point),
    "shapes.delete-point": _plain(points.delete_point),
    "shapes.curve": _plain(points.curve),
    "shapes.estimated": _plain(points.hide_corner),
    "shapes.raise": _plain(lambda e: edit.lift(e, 1)),
    "shapes.lower": _plain(lambda e: edit.lift(e, -1)),
    "shapes.hide": _plain(select.toggle_hidden),
    "shapes.lock": _plain(select.toggle_locked),
    "shapes.accept-above": _plain(suggest.accept_above),
    "shapes.zoom": _plain(_zoom),
    "shapes.choose": lambda e, now, n, text: _choose(e, n),
    "annotate.confirm": _plain(_confirm),
    "app.cancel": _plain(_cancel),
    "shapes.digit": lambda e, now, n, text: _digit(e, n),
    "shapes.label": lambda e, now, n, text: edit.relabel(e, text),
    "work.undo": _plain(undoing.undo),
    "work.redo": _plain(undoing.redo),
}
"""While nothing is being drawn."""

Drawn = Callable[[Editor, Drawing], Editor]
Painted = Callable[[Editor, Brush], Editor]


def _either(drawn: Drawn | None, painted: Painted | None) -> Handler:
    """One key, two meanings: for a shape under way and for the brush."""

    def handle(editor: Editor, now: float, n: int, text: str) -> Editor:
        tool = editor.tool
        match tool:
            case Brush():
                return painted(editor, tool) if painted is not None else editor
            case Drawing():
                return drawn(editor, tool) if drawn is not None else editor
            case None:
                return editor
            case _:
                assert_never(tool)

    return handle


def _aim(move: Callable[[Crosshair, Editor, int], Crosshair]) -> Handler:
    """The crosshair moved, with what it draws or paints."""

    def handle(editor: Editor, now: float, n: int, text: str) -> Editor:
        def to(cross: Crosshair) -> Crosshair:
            return move(cross, editor, n)

        either = _either(lambda e, tool: drawing.aim(e, tool, to), lambda e, tool: brush.aim(e, tool, to))
        return either(editor, now, n, text)

    return handle


def _cross_arrow(direction: str, far: bool) -> Handler:
    return _aim(lambda cross, e, n: cross.moved(direction, drawing.arrow_step(e, far), e.view))


def _ruler(editor: Editor, now: float, n: int, text: str) -> Editor:
    """A letter of the ruler, which need not have all."""
    tool = editor.tool
    if tool is None or not 1 <= n <= len(COLUMNS):
        return editor
    letter, letters = COLUMNS[n - 1], tool.cross.letters(editor.view)
    if letter not in letters:
        return editor.say(f"{letter}: the ruler ends at {letters[-1]}.")
    return _aim(lambda cross, e, n: cross.letter(letter, e.view))(editor, now, n, text)


def _ninth(cross: Crosshair, editor: Editor, n: int) -> Crosshair:
    return cross.digit(n) if 1 <= n <= 9 else cross


def _back(editor: Editor, now: float, n: int, text: str) -> Editor:
    """`escape`: a column that waits for its row is let go first."""
    tool = editor.tool
    if tool is not None and tool.cross.column is not None:
        return replace(editor, tool=replace(tool, cross=Crosshair.start(editor.view, tool.cross.at)))
    return _either(drawing.escape, brush.leave)(editor, now, n, text)


_DRAWING: dict[str, Handler] = {
    "drawing.set": _either(drawing.set_point, brush.dab),
    "drawing.back": _back,
    "drawing.close": _either(drawing.close, None),
    "drawing.take-back": _either(drawing.take_back, lambda e, tool: undoing.undo(e)),
    "drawing.next": _either(
        lambda e, t: drawing.choose_vertex(e, t, 1), lambda e, t: brush.next_label(e, t, 1)
    ),
    "drawing.previous": _either(
        lambda e, t: drawing.choose_vertex(e, t, -1), lambda e, t: brush.next_label(e, t, -1)
    ),
    "drawing.ruler": _ruler,
    "drawing.ninth": _aim(_ninth),
    **{f"drawing.{d}": _cross_arrow(d, False) for d in edit.ACROSS},
    **{f"drawing.{d}-far": _cross_arrow(d, True) for d in edit.ACROSS},
    "drawing.pen": _either(None, brush.pen),
    "drawing.smaller": _either(None, lambda e, t: brush.resize(e, t, -1)),
    "drawing.larger": _either(None, lambda e, t: brush.resize(e, t, 1)),
    "drawing.erase": _either(None, brush.erase),
    "drawing.fill": _either(None, brush.fill),
    "drawing.grow-here": _either(None, brush.grow_here),
    "drawing.rest": _either(None, lambda e, t: brush.rest(e)),
    "drawing.outline": _either(None, brush.from_outline),
}
"""While something is being drawn or painted."""
COMMANDS = frozenset(_SHAPES) | frozenset(_DRAWING)
