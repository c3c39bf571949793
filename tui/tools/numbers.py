"""Numbers of shapes and suggestions: each keeps its own while its picture is in front, whatever comes or goes beside it."""

from __future__ import annotations

from dataclasses import replace

from tui.model.shapes import Shape
from tui.tools.state import Editor, with_numbers
from tui.tools.suggest import comes_from


def renumbered(before: Editor, after: Editor) -> Editor:
    """What a key or the mouse made of an editor, with the numbers that its items had. A suggestion that was taken, and a shape
    that got another label, keep theirs; what is new comes behind all others."""
    same = after.shapes is before.shapes and after.suggestions is before.suggestions
    if same and after.classes is before.classes:
        return after
    had, keyed = dict(with_numbers(before)), after.keyed
    # After an undo these are those of that step.
    said = after.numbers if after.numbers is not before.numbers else had
    numbers = {key: said[key] for key, _ in keyed if key in said}
    gone = [(had[key], shape) for key, shape in before.keyed if key not in numbers]
    for key, shape in keyed:
        heir = (
            next((entry for entry in gone if _is_same(entry[1], shape)), None) if key not in numbers else None
        )
        if heir is not None:
            gone.remove(heir)
            numbers[key] = heir[0]
    return replace(after, numbers=with_numbers(replace(after, numbers=numbers)))


def _is_same(before: Shape, after: Shape) -> bool:
    return comes_from(after, before) or (type(before) is type(after) and before.id == after.id)
