"""What is in hand of an editor of shapes, in words: the tool, the attribute, the shape. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from tui.model.measure import bounds
from tui.model.shapes import DrawnKind, Shape, Spline, Unknown, kind_of
from tui.tools.attributes import asked_of, choices_of, typed_words, value_of
from tui.tools.crosshair import COLUMNS
from tui.tools.drawing import MIN_POINTS, bounds_now, by_corners, can_close, closes_here
from tui.tools.edit import value_word
from tui.tools.state import Brush, Drawing, Editor
from tui.tools.suggest import score_of
from tui.widgets.in_hand import InHand, bounds_forms, point_forms

KeyOf = Callable[[str], str]
"""The key of a command as people read it."""
_WORDS: dict[DrawnKind, str] = {
    "box": "BOX",
    "polygon": "POLYGON",
    "polyline": "LINE",
    "spline": "SPLINE",
    "cuboid": "CUBOID",
}
_ENDS: dict[DrawnKind, str] = {"polygon": "closes", "polyline": "ends", "spline": "ends"}
_CORNERS: dict[DrawnKind, tuple[str, ...]] = {
    "box": ("corner 1 of 2", "corner 2 of 2"),
    "cuboid": ("front corner 1", "front corner 2", "depth"),
}


def editor_in_hand(editor: Editor, key_of: KeyOf) -> InHand | None:
    """None when nothing is in hand."""
    tool = editor.tool
    match tool:
        case Drawing():
            return _drawing(editor, tool, key_of("drawing.set"), key_of("drawing.close"))
        case Brush():
            return _painting(editor, tool)
        case None:
            return _chosen(editor)
        case _:
            assert_never(tool)


def _drawing(editor: Editor, tool: Drawing, enter: str, close: str) -> InHand:
    box = bounds_now(tool)
    place = bounds_forms(box) if box is not None else point_forms(tool.cross.at)
    details = (*_column(tool), *_step(tool, enter, close), editor.title(editor.label))
    return InHand(_WORDS[tool.kind], tuple(filter(None, details)), place)


def _column(tool: Drawing | Brush) -> tuple[str, ...]:
    """That a letter chose a column of the ruler, which waits for the letter of its row."""
    column = tool.cross.column
    return (f"column {COLUMNS[column]}, now a row",) if column is not None else ()


def _step(tool: Drawing, enter: str, close: str) -> tuple[str, ...]:
    """How far it is, and what ends it."""
    count = len(tool.points)
    if by_corners(tool):
        return (_CORNERS[tool.kind][count],)
    if tool.vertex is not None:
        return (f"point {tool.vertex + 1} of {count}", f"{enter} lets go")
    least, ends = MIN_POINTS[tool.kind], _ENDS[tool.kind]
    said = f"{count} point{'s' if count != 1 else ''}"
    if count < least:
        return (said, f"{least} at least")
    if closes_here(tool):
        return (said, f"{enter} closes")
    again = f"{enter} {'again' if tool.cross.at == tool.points[-1] else 'twice'} {ends}"
    closing = tool.kind != "polygon" and can_close(tool)
    return (said, f"{again}, {close} closes" if closing else again)


def _painting(editor: Editor, brush: Brush) -> InHand:
    word = "ERASING any label" if brush.erase else f"PAINTING {editor.title(editor.label)}"
    pen = "pen down" if brush.down else "pen up"
    return InHand(word, (*_column(brush), f"brush {brush.size:g}", pen), point_forms(brush.cross.at))


def _chosen(editor: Editor) -> InHand | None:
    """While nothing is drawn: the attribute or the number that is awaited, the selected shape."""
    if editor.jump is not None:
        return InHand("JUMP", (f"to shape {editor.jump}…" if editor.jump else "to which shape?",))
    shape, rule = editor.shape, asked_of(editor)
    if shape is None:
        return None
    if rule is not None:
        now = value_of(editor, rule)
        typed = () if choices_of(rule) is not None else (f"type {typed_words(rule)}",)
        return InHand(
            f"ATTRIBUTE {rule.name}",
            (f"now {value_word(now)}" if now is not None else "no value yet", *typed),
        )
    return InHand(
        _shape_word(editor, shape),
        (_how(editor, shape),),
        () if isinstance(shape, Unknown) else bounds_forms(bounds(shape)),
    )


def _shape_word(editor: Editor, shape: Shape) -> str:
    return (editor.title(shape.label) or kind_of(shape)).upper()


def _how(editor: Editor, shape: Shape) -> str:
    """What of it is in hand."""
    if editor.on_suggestion:
        score = score_of(shape)
        return "suggestion" if score is None else f"suggestion {score:.2f}"
    part = editor.moving
    if shape.label in editor.locked:
        return "locked"
    if part is None:
        return "kept as it is" if isinstance(shape, Unknown) else "mask"
    closed = isinstance(shape, Spline) and shape.closed
    kind = f"closed {kind_of(shape)}" if closed else f"whole {kind_of(shape)}"
    return kind if part.is_whole else f"{part.name} in hand"
