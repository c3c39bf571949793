"""Shapes of the picture before, onto this one: at the same places, scaled where the pictures differ in size alone."""

from __future__ import annotations

from dataclasses import replace

from tui.model.geometry import Point
from tui.model.measure import bounds
from tui.model.shapes import Shape
from tui.text import counted
from tui.tools.checks import is_nothing
from tui.tools.parts import clamped, has_parts, scaled
from tui.tools.state import Editor

SAME_RATIO = 0.01
"""Pictures whose sides are in the same ratio, to this share, are one at several sizes: what is on them is scaled."""


def copy_previous(editor: Editor, only: int | None = None) -> Editor:
    """The shapes of the previous picture, or one of them; those that are here already are left out, and what would lie
    outside this picture."""
    source = editor.previous if only is None else editor.previous[only : only + 1]
    movable = [shape for shape in source if has_parts(shape)]
    factor = _factor(editor.previous_size, editor.size)
    wanted = [shape if factor == 1 else scaled(shape, factor) for shape in movable]
    inside = [cut for shape in wanted if (cut := _cut(shape, editor.size)) is not None]
    new = [shape for shape in inside if not any(_equal(shape, mine) for mine in editor.shapes)]
    how = [
        *(_way(factor, editor) if wanted else ()),
        *_left_out(outside=len(wanted) - len(inside), masks=len(source) - len(movable)),
    ]
    if not new:
        said = "Nothing was copied" if source else "There is nothing to copy from the previous picture"
        here = "they are here already" if inside else ""
        return editor.say(f"{'; '.join(filter(None, [said, here, *how]))}.")
    editor = editor.remembered().with_new(*new)
    return editor.say(f"{'; '.join([f'{len(new)} copied from the previous picture', *how])}.")


def _factor(before: Point | None, size: Point) -> float:
    """By how much shapes are scaled; 1 where the pictures are not one at two sizes."""
    if before is None or before == size or not all((*before, *size)):
        return 1.0
    across, down = size[0] / before[0], size[1] / before[1]
    return across if abs(across / down - 1) <= SAME_RATIO else 1.0


def _cut(shape: Shape, size: Point) -> Shape | None:
    """What of it lies inside the picture; None where that is nothing."""
    x, y, width, height = bounds(shape)
    if x >= size[0] or y >= size[1] or x + width <= 0 or y + height <= 0:
        return None
    cut = clamped(shape, size)
    return None if is_nothing(cut) and not is_nothing(shape) else cut


def _way(factor: float, editor: Editor) -> tuple[str, ...]:
    """How shapes come onto a picture of another size; nothing of one of the same."""
    if editor.previous_size in (None, editor.size):
        return ()
    return (f"scaled to {100 * factor:.0f} %" if factor != 1 else "at the same pixels, cut at the edges",)


def _left_out(*, outside: int, masks: int) -> list[str]:
    """What was not copied, in numbers of shapes."""
    return [
        *([f"{counted(outside, 'shape lies', 'shapes lie')} outside"] if outside else []),
        *([f"{counted(masks, 'mask stays', 'masks stay')} there"] if masks else []),
    ]


def _equal(a: Shape, b: Shape) -> bool:
    return replace(a, id=0, extra={}) == replace(b, id=0, extra={})
