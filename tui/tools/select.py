"""Which shape is in hand: reading order, jumps by number, clicks; copies from the picture before; hide and lock."""

from __future__ import annotations

from dataclasses import replace

from tui.model.geometry import Point
from tui.model.measure import area, bounds, hit
from tui.tools.parts import has_parts
from tui.tools.state import Editor

ROWS = 12
"""Shapes whose middles lie in the same twelfth of the picture's height are read from left to right."""


def reading_order(editor: Editor) -> list[int]:
    """Indices of the visible items, from top to bottom and left to right; masks last."""
    height, items = editor.size[1] or 1.0, editor.items

    def place(index: int) -> tuple[bool, int, float, int]:
        shape = items[index]
        if not has_parts(shape):
            return (True, 0, 0.0, index)
        x, y, w, h = bounds(shape)
        return (False, int((y + h / 2) / height * ROWS), x + w / 2, index)

    return sorted((i for i, s in enumerate(items) if s.label not in editor.hidden), key=place)


def step(editor: Editor, by: int) -> Editor:
    """`tab`: the next one in reading order, around."""
    order = reading_order(editor)
    if not order:
        return editor.say("There is no shape to select.")
    if editor.selected not in order:
        return chosen(editor, order[0 if by > 0 else -1])
    return chosen(editor, order[(order.index(editor.selected) + by) % len(order)])


def chosen(editor: Editor, index: int | None) -> Editor:
    """The editor with this item selected, None for none."""
    return replace(editor, selected=index, part=0, asking=None)


def jump(editor: Editor, digit: int) -> Editor:
    """A digit of a number hint; it goes as soon as no longer number can be meant."""
    typed = (editor.jump or "") + str(digit)
    numbers = [str(number) for number, _ in editor.numbered]
    if any(number.startswith(typed) and number != typed for number in numbers):
        return replace(editor, jump=typed, message=f"Shape {typed}…")
    return _to_number(replace(editor, jump=None), typed)


def jumped(editor: Editor) -> Editor:
    """`enter` after a number that could go on."""
    if not editor.jump:
        return replace(editor, jump=None)
    return _to_number(replace(editor, jump=None), editor.jump)


def _to_number(editor: Editor, typed: str) -> Editor:
    index = editor.with_number(int(typed))
    if index is None:
        return editor.say(f"There is no shape {typed}; there are {len(editor.items)}.")
    return chosen(editor, index)


def at_point(editor: Editor, at: Point) -> int | None:
    """The smallest visible shape under a point; a mask only where nothing else is, a suggestion only where no shape."""
    reach = 5 / (editor.view.scale or 1.0)
    items = editor.items
    found = [i for i, s in enumerate(items) if s.label not in editor.hidden and hit(s, at, reach)]
    return min(
        found,
        key=lambda i: (i >= len(editor.shapes), not has_parts(items[i]), area(items[i])),
        default=None,
    )


def toggle_hidden(editor: Editor) -> Editor:
    """Shapes of the label in hand are not drawn, or drawn again. With nothing in hand: all are drawn again."""
    label = editor.label_in_hand
    if editor.hidden and (editor.shape is None or label in editor.hidden):
        return replace(editor, hidden=frozenset()).say("All shapes are shown.")
    return replace(editor, hidden=editor.hidden | {label}, selected=None).say(
        f"{label} is hidden; {{shapes.hide}} shows it."
    )


def toggle_locked(editor: Editor) -> Editor:
    """Shapes of the label in hand cannot be changed, or can again."""
    label = editor.label_in_hand
    if label in editor.locked:
        return replace(editor, locked=editor.locked - {label}).say(f"{label} can be changed again.")
    return replace(editor, locked=editor.locked | {label}).say(
        f"{label} is locked; {{shapes.lock}} unlocks it."
    )
