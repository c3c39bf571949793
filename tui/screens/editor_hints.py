"""What the key line says of an editor of shapes: with nothing in hand, with a shape or a suggestion selected, while an
attribute or a number is asked for, while something is drawn or painted. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from tui.commands import BY_ID
from tui.model.shapes import SHAPE_KINDS, Box, Shape, Unknown
from tui.screens.hints import (
    back,
    everywhere,
    help_key,
    labels_of,
    moves,
    plain,
    reviewer_keys,
    run_of,
    stuck_keys,
    told,
    view_keys,
    walking,
)
from tui.screens.keys import KeyTable
from tui.sitting.draw_state import DrawState
from tui.sitting.state import Looking
from tui.tools.attributes import asked_of, choices_of, rules_of
from tui.tools.drawing import MIN_POINTS, by_corners, can_close, closes_here
from tui.tools.state import Brush, Drawing, Editor
from tui.widgets.key_line import Hint, ModeKeys, Role

TOOLS = tuple(f"shapes.{kind}" for kind in SHAPE_KINDS)
_DIGIT_KEYS = 10
_HELP = {
    True: "Set the corner under the crosshair",
    False: "Set a point; twice at one place, or at the first one, ends it",
}
"""Of the key that sets something, for shapes that are told by corners and for others."""
_WITH_BRUSH = {False: ("Painting {}", "paint here", "erase"), True: ("Erasing", "erase here", "paint")}
"""What the brush does, or the eraser: the title, one touch, what the other would do."""


def in_hand(editor: Editor, table: KeyTable, *, zoomed: bool) -> ModeKeys | None:
    """What is under way on the picture in front; None where that is nothing, and keys are about the whole picture."""
    if editor.tool is not None:
        return drawing_keys(editor, editor.tool, table, zoomed=zoomed)
    if editor.jump is not None:
        return _jumping(table)
    return _asking(editor, table) if editor.asking is not None else None


def _jumping(table: KeyTable) -> ModeKeys:
    hints = (
        told(table, "go there", Role.FINISHES, "annotate.confirm"),
        run_of(table, "number", Role.CHANGES, _DIGIT_KEYS),
        back(table),
        *help_key(table),
    )
    return ModeKeys("Going to a shape by its number", hints, "shapes")


def _asking(editor: Editor, table: KeyTable) -> ModeKeys:
    rule = asked_of(editor)
    values = choices_of(rule) if rule is not None else None
    digits = run_of(table, "value", Role.FINISHES, min(len(values), 9)) if values else None
    hints = (
        *([digits] if digits is not None else []),
        told(table, "as it is", Role.FINISHES, "annotate.confirm"),
        told(table, "next attribute", Role.CHANGES, "shapes.attribute"),
        told(table, "none", Role.CHANGES, "annotate.label-10"),
        back(table),
        *help_key(table),
    )
    return ModeKeys("Setting an attribute", hints, "shapes")


def shape_hints(editor: Editor, table: KeyTable, done: str) -> list[Hint]:
    """What can be done with shapes while nothing is under way. `done`: what ends the work on the picture."""
    shape = editor.shape
    locked = shape is not None and shape.label in editor.locked
    return [
        *([told(table, "unlock", Role.FINISHES, "shapes.lock")] if locked else []),
        told(table, "take" if editor.on_suggestion else done, Role.FINISHES, "annotate.confirm"),
        *(_selected(editor, table) if editor.shape is not None else _nothing_selected(editor, table)),
    ]


def _nothing_selected(editor: Editor, table: KeyTable) -> Iterator[Hint]:
    for tool in TOOLS:
        yield from plain(table, Role.CHANGES, tool)
    if editor.suggestions:
        yield told(table, "take all", Role.CHANGES, "shapes.accept-above")
    if editor.items:
        yield told(table, "next shape", Role.CHANGES, "shapes.next")
    if editor.label in editor.locked:
        yield told(table, "unlock label", Role.CHANGES, "shapes.lock")
    if editor.hidden:
        yield told(table, "show hidden", Role.CHANGES, "shapes.hide")
    if editor.previous:
        yield told(table, "copy last", Role.REST, "shapes.copy")


def _selected(editor: Editor, table: KeyTable) -> Iterator[Hint]:
    if editor.on_suggestion:
        yield told(table, "reject", Role.FINISHES, "shapes.delete")
        yield told(table, "take all", Role.CHANGES, "shapes.accept-above")
    shape = editor.shape
    if shape is not None and shape.label not in editor.locked:
        yield from _changing(editor, shape, table)
    yield back(table, "let go")
    yield told(table, "next shape", Role.REST, "shapes.next")
    yield told(table, "draw", Role.REST, *TOOLS, help="Box, polygon, line, spline, cuboid, mask")
    yield told(table, "zoom to it", Role.REST, "shapes.zoom")


def _changing(editor: Editor, shape: Shape, table: KeyTable) -> Iterator[Hint]:
    """What changes the selected shape; none of it while its label is locked."""
    part = editor.moving
    if part is not None:
        words = "move" if part.is_whole else f"move {part.name}"
        yield moves(table, "shapes", words)
        yield told(table, "part", Role.CHANGES, "shapes.part")
        sizes = "Every edge, or the edge in hand, in or out by a pixel; with shift by ten"
        yield told(table, "size", Role.CHANGES, "shapes.shrink", "shapes.grow", help=sizes)
    yield labels_of(table, "label", Role.CHANGES)
    if rules_of(editor) and not isinstance(shape, Unknown):
        yield told(table, "attribute", Role.CHANGES, "shapes.attribute")
    if not editor.on_suggestion:
        yield told(table, "delete", Role.CHANGES, "shapes.delete")
    if isinstance(shape, Box):
        yield told(table, "tighten", Role.REST, "shapes.tighten")
    yield told(table, "lock label", Role.REST, "shapes.lock")


def drawing_keys(editor: Editor, tool: Drawing | Brush, table: KeyTable, *, zoomed: bool) -> ModeKeys:
    """While something is drawn or painted."""
    match tool:
        case Brush():
            title = _WITH_BRUSH[tool.erase][0].format(editor.title(editor.label))
            hints = list(_painting(editor, tool, table))
        case Drawing():
            title, hints = f"Drawing a {tool.kind}", list(_drawing(tool, table))
        case _:
            assert_never(tool)
    more = view_keys(table, zoomed=zoomed, taken=table.keymap.taken("drawing"))
    return ModeKeys(title, (*hints, *more, *help_key(table)), "drawing")


def _aims(table: KeyTable) -> Iterator[Hint]:
    """What brings the crosshair elsewhere."""
    yield moves(table, "drawing")
    for command, words in (("drawing.ruler", "ruler"), ("drawing.ninth", "ninth")):
        keys = table.keys_of(command)
        run = keys[:9] if words == "ninth" else keys
        yield Hint(run, words, Role.CHANGES, run=len(run), help=BY_ID[command].help)


def _painting(editor: Editor, brush: Brush, table: KeyTable) -> Iterator[Hint]:
    if brush.down:
        lifts = "The crosshair moves without painting"
        yield told(table, "lift pen", Role.FINISHES, "drawing.back", "drawing.pen", help=lifts)
    else:
        yield told(table, "done", Role.FINISHES, "drawing.back", help="Leave the brush; the masks stay")
        yield told(
            table, _WITH_BRUSH[brush.erase][1], Role.CHANGES, "drawing.set", help="What lies under the brush"
        )
        yield told(table, "pen down", Role.CHANGES, "drawing.pen")
    yield told(
        table, "brush", Role.CHANGES, "drawing.smaller", "drawing.larger", help="A smaller or a larger one"
    )
    if not brush.erase:
        yield told(table, "label", Role.CHANGES, "drawing.next", help="Paint the next label")
    yield told(table, _WITH_BRUSH[brush.erase][2], Role.CHANGES, "drawing.erase")
    yield from plain(table, Role.CHANGES, "drawing.fill")
    yield told(table, "grow", Role.CHANGES, "drawing.grow-here")
    yield from _aims(table)
    if editor.past:
        yield from plain(table, Role.TAKES_BACK, "drawing.take-back")
    yield told(table, "paint the rest", Role.REST, "drawing.rest")
    yield told(table, "fill the outline", Role.REST, "drawing.outline")


def _drawing(tool: Drawing, table: KeyTable) -> Iterator[Hint]:
    if tool.vertex is not None:
        yield told(
            table, "let go", Role.FINISHES, "drawing.set", "drawing.back", help="The point stays where it is"
        )
    else:
        yield told(table, _by_setting(tool), Role.FINISHES, "drawing.set", help=_HELP[by_corners(tool)])
    if can_close(tool):
        yield told(table, "close", Role.FINISHES, "drawing.close")
    yield from _aims(table)
    if tool.points and not by_corners(tool):
        yield told(
            table,
            "hold a point",
            Role.CHANGES,
            "drawing.next",
            help="A point that is set follows the crosshair",
        )
    if tool.vertex is not None:
        return
    if tool.points:
        yield from plain(table, Role.TAKES_BACK, "drawing.take-back")
    yield told(table, "back, then leave" if tool.points else "leave", Role.TAKES_BACK, "drawing.back")


def _by_setting(tool: Drawing) -> str:
    """What the key that sets a point does."""
    if by_corners(tool):
        corners = 2 if tool.kind == "box" else 3
        return "finish" if len(tool.points) + 1 >= corners else "corner"
    if not tool.points:
        return "point"
    if closes_here(tool):
        return "close"
    again = tool.cross.at in (tool.points[-1], tool.points[0])
    if again and len(tool.points) >= MIN_POINTS.get(tool.kind, 2):
        return "finish"
    return "point; twice ends"


# The modes of work.


def draw_keys(state: DrawState, table: KeyTable, *, zoomed: bool) -> ModeKeys:
    """An annotator who draws."""
    if (stuck := stuck_keys(state.walk, table)) is not None:
        return stuck
    return _editing(state, table, "done", "Shapes", [], zoomed=zoomed)


def _editing(
    state: DrawState, table: KeyTable, done: str, title: str, leaves: list[Hint], *, zoomed: bool
) -> ModeKeys:
    """Shapes are changed. `done`: what ends it; `leaves`: what leaves it with nothing selected."""
    editor = state.editor
    if editor is None:
        shapes = [told(table, done, Role.FINISHES, "annotate.confirm")]
    elif (under_way := in_hand(editor, table, zoomed=zoomed)) is not None:
        return under_way
    else:
        shapes = shape_hints(editor, table, done)
    if editor is not None and editor.on_suggestion:
        title = "A suggestion"
    elif editor is not None and editor.shape is not None:
        title, leaves = "A shape is selected", []
    walk = [
        *plain(table, Role.REST, "work.skip", "work.flag"),
        *walking(table, zoomed=zoomed, idle=not leaves and not _is_selected(editor)),
    ]
    undo = plain(table, Role.TAKES_BACK, "work.undo")
    return ModeKeys(title, (*shapes, *undo, *leaves, *walk, *everywhere(table)), "shapes")


def review_shapes_keys(state: DrawState, table: KeyTable, *, zoomed: bool) -> ModeKeys:
    """A reviewer of shapes: a shape, the whole picture, the reason, or a fix."""
    if state.fixing and stuck_keys(state.walk, table) is None:
        return _editing(
            state, table, "accept so", "Fixing shapes", [back(table, "give the fix up")], zoomed=zoomed
        )
    editor = state.editor
    keys = reviewer_keys(state.walk, table, zoomed=zoomed, idle=not _is_selected(editor))
    looks = editor is not None and isinstance(state.walk.mode, Looking) and state.walk.failure is None
    return _with_shapes(keys, editor, table) if looks and editor is not None and editor.items else keys


def _is_selected(editor: Editor | None) -> bool:
    """Whether a shape or a suggestion is, which is let go first."""
    return editor is not None and editor.selected is not None


def _with_shapes(keys: ModeKeys, editor: Editor, table: KeyTable) -> ModeKeys:
    """A reviewer's keys with those that look at shapes."""
    here = editor.shape is not None
    leaves = [back(table, "whole picture")] if here else []
    hints = [_of_shape(hint, here=here) for hint in keys.hints]
    return replace(keys, hints=(*hints, told(table, "next shape", Role.CHANGES, "shapes.next"), *leaves))


def _of_shape(hint: Hint, *, here: bool) -> Hint:
    """`x` on a shape is about that one."""
    return replace(hint, words="mark wrong") if here and hint.command == "review.reject" else hint
