"""What holds a picture back when it is to be done."""

from __future__ import annotations

from tui.tools import select
from tui.tools.checks import is_nothing, missing
from tui.tools.parts import has_parts
from tui.tools.state import Editor


def incomplete(editor: Editor) -> Editor | None:
    """The first shape without a required attribute, or without area or length, selected; None when there is none."""
    for index, shape in enumerate(editor.shapes):
        if has_parts(shape) and is_nothing(shape):
            editor = select.chosen(editor, index)
            return editor.refuse(
                f"Shape {editor.number(index)} ({shape.label}) has no size; {{shapes.delete}} deletes it."
            )
        if names := missing(shape, editor.rule(shape.label)):
            editor = select.chosen(editor, index)
            return editor.refuse(
                f"Shape {editor.number(index)} ({shape.label}) needs {names[0]}; {{shapes.attribute}} sets it."
            )
    return None
