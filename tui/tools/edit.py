"""Keys on a selected shape: nudge, grow, turn, tighten, relabel, delete, duplicate; undo and redo of edits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tui.model.geometry import Point
from tui.model.measure import bounds
from tui.model.project import Label
from tui.model.shapes import Box, Mask, Shape, Unknown
from tui.tools.moves import Part
from tui.tools.painted import free_id
from tui.tools.parts import (
    clamped,
    grown,
    part_moved,
    parts_of,
    turned,
)
from tui.tools.state import BRINGS_BACK, GESTURE_SECONDS, Editor
from tui.tools.suggest import adopted

ACROSS: dict[str, Point] = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
FAR = 10
"""Times as far with shift."""
HELD_SECONDS = 1.0
"""A key that repeats for so long moves faster; a keyboard repeats every 15 to 60 ms, so that quick single
presses and pasted ones do not count as held."""
REPEAT = (0.012, 0.07)


def step_of(editor: Editor, key: str, now: float) -> tuple[Editor, float]:
    """How far one press goes, in image pixels, and the editor that remembers how long the key is held."""
    last = editor.gesture
    repeats = last.key == key and REPEAT[0] <= now - last.pressed <= REPEAT[1]
    held = last.held if repeats else now
    gesture = replace(last, key=key, pressed=now, held=held)
    step = (FAR if key.endswith("-far") else 1) * _times(now - held) / editor.steps_per_pixel
    return replace(editor, gesture=gesture), step


def _times(held: float) -> int:
    """How many times as far a key goes that was held so many seconds."""
    if held < HELD_SECONDS:
        return 1
    return 2 if held < 2 * HELD_SECONDS else 4


NOTHING_SELECTED = "Nothing is selected; {shapes.next} chooses a shape."


def may_change(editor: Editor) -> Editor | Shape:
    """The selected shape, or the editor with the reason why it cannot be changed."""
    shape = editor.shape
    if shape is None:
        return editor.say(NOTHING_SELECTED)
    if isinstance(shape, Unknown):
        return editor.say(f"This shape {shape.problem}; it is kept as it is.")
    if shape.label in editor.locked:
        return editor.say(f"The label {shape.label} is locked; {{shapes.lock}} unlocks it.")
    return shape


def nudged(editor: Editor, what: str, now: float, change: Callable[[Shape], Shape]) -> Editor:
    """The selected shape changed as a part of a gesture: one step of undo for all that follow closely."""
    shape = may_change(editor)
    if isinstance(shape, Editor):
        return shape
    if isinstance(shape, Mask):
        return editor.say("A mask is painted; {shapes.mask} takes the brush.")
    found = change(shape)
    if found == shape:
        return editor
    if editor.on_suggestion or not _goes_on(editor, what, now):
        editor = replace(editor.remembered(), gesture=editor.gesture)
    editor = replaced(editor, shape, found)
    return replace(editor, gesture=replace(editor.gesture, what=(what, _index(editor)), at=now))


def _goes_on(editor: Editor, what: str, now: float) -> bool:
    """Whether a nudge belongs to the gesture before it."""
    last = editor.gesture
    return last.what == (what, _index(editor)) and now - last.at <= GESTURE_SECONDS


def _index(editor: Editor) -> int:
    return editor.selected if editor.selected is not None else -1


def replaced(editor: Editor, before: Shape, shape: Shape) -> Editor:
    """The selected one, which was `before`, replaced; what was suggested is kept beside what the person makes of it."""
    from_suggestion = editor.on_suggestion
    editor = editor.with_shape(shape)
    if not from_suggestion:
        return editor
    return editor.with_shape(replace(adopted(before, shape), id=free_id(editor.shapes)))


def arrow(editor: Editor, direction: str, far: bool, now: float) -> Editor:
    """Moves the part in hand."""
    editor, step = step_of(editor, direction + ("-far" if far else ""), now)
    dx, dy = ACROSS[direction]
    return _part_nudged(
        editor, "move", now, lambda shape, part: part_moved(shape, part, (dx * step, dy * step), editor.size)
    )


def grow(editor: Editor, sign: int, far: bool, now: float) -> Editor:
    """Moves the edges of the part in hand outwards (1) or inwards (-1)."""
    editor, step = step_of(editor, f"grow{sign}" + ("-far" if far else ""), now)
    return _part_nudged(editor, "grow", now, lambda shape, part: grown(shape, part, sign * step, editor.size))


def _part_nudged(editor: Editor, what: str, now: float, change: Callable[[Shape, Part], Shape]) -> Editor:
    part = editor.moving
    return nudged(editor, what, now, lambda shape: change(shape, part) if part is not None else shape)


def turn(editor: Editor, sign: int, now: float) -> Editor:
    """Turns the shape by one degree at first, clockwise (1) or back (-1)."""
    editor, step = step_of(editor, f"turn{sign}", now)
    degrees = step if not editor.rules.screen_nudges else 1.0
    return nudged(editor, "turn", now, lambda shape: turned(shape, sign * degrees))


def tighten(editor: Editor, now: float) -> Editor:
    """`t`: each edge of a box to the nearest strong edge of the picture."""
    shape = may_change(editor)
    if isinstance(shape, Editor):
        return shape
    if not isinstance(shape, Box) or shape.rotation:
        return editor.say("Only upright boxes can be tightened.")
    if editor.pixels is None:
        return replace(editor, wants="pixels", message="Reading the picture …")
    x, y, width, height = editor.pixels.tightened(bounds(shape))
    found = clamped(replace(shape, x=x, y=y, width=width, height=height), editor.size)
    if found == shape:
        return editor.say("The box lies on edges already.")
    return nudged(editor, "tighten", now, lambda _: found)


def cycle(editor: Editor, by: int) -> Editor:
    """`w`: what the arrows move."""
    if editor.shape is None:
        return editor.say(NOTHING_SELECTED)
    parts = parts_of(editor.shape)
    if not parts:
        return editor.say("It has no parts.")
    part = (editor.part + by) % len(parts)
    return replace(editor, part=part, message=f"Arrows move: {parts[part].name}.")


def changed(editor: Editor, change: Callable[[Shape], Shape]) -> Editor:
    """The selected shape changed in a step of its own."""
    shape = may_change(editor)
    if isinstance(shape, Editor):
        return shape
    found = change(shape)
    return editor if found == shape else replaced(editor.remembered(), shape, found)


def relabel(editor: Editor, name: str) -> Editor:
    """A label's key: of the selected shape, and of those that follow."""
    label = editor.rule(name)
    if label is None:
        return editor.say(f"There is no label {name}.")
    if editor.label == name and (editor.shape is None or editor.shape.label == name):
        return editor.say(f"{name} it is already.")
    editor = replace(editor, label=name)
    shape = editor.shape
    if shape is None or isinstance(shape, Unknown) or shape.label == name:
        return editor.say(f"What is drawn next is {name}.")
    kept = _kept(shape, label)
    found = changed(editor, lambda each: replace(each, label=name, attributes=kept))
    return found if found.items == editor.items else found.say(_lost(shape, kept, label.title))


def _lost(shape: Shape, kept: Mapping[str, Any], title: str) -> str:
    """Which attributes a shape lost with its label, '' for none."""
    lost = [f"{name}: {value_word(value)}" for name, value in shape.attributes.items() if name not in kept]
    return f"{title}: {_gone(lost)}" if lost else ""


def _gone(lost: list[str]) -> str:
    """How what is gone comes back."""
    ends = ("is gone; {work.undo} brings it back", "are gone; {work.undo} brings them back")
    return f"{', '.join(lost)} {ends[len(lost) > 1]}"


def value_word(value: Any) -> str:
    """As people say it."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _kept(shape: Shape, label: Label) -> dict[str, Any]:
    """The attributes that a label has too."""
    known = {rule.name for rule in label.attributes}
    return {name: value for name, value in shape.attributes.items() if name in known}


def delete(editor: Editor) -> Editor:
    """The selected shape or suggestion; the one in its place comes next."""
    if editor.selected is None:
        return editor.say(NOTHING_SELECTED)
    if editor.on_suggestion:
        rest = _without(editor.suggestions, editor.selected - len(editor.shapes))
        found = _next(replace(editor.remembered(), suggestions=rest))
        return found.say(f"{editor.named(editor.selected)} rejected · {BRINGS_BACK}")
    shape = editor.shape if isinstance(editor.shape, Unknown) else may_change(editor)
    if isinstance(shape, Editor):
        return shape
    found = _next(replace(editor.remembered(), shapes=_without(editor.shapes, editor.selected)))
    return found.say(f"{editor.named(editor.selected)} deleted · {BRINGS_BACK}")


def _without(shapes: tuple[Shape, ...], index: int) -> tuple[Shape, ...]:
    return (*shapes[:index], *shapes[index + 1 :])


def _next(editor: Editor) -> Editor:
    count = len(editor.items)
    selected = min(editor.selected or 0, count - 1) if count else None
    return replace(editor, selected=selected, part=0)


def duplicate(editor: Editor) -> Editor:
    """A copy a little further right and down, where there is room."""
    shape = may_change(editor)
    if isinstance(shape, Editor):
        return shape
    if isinstance(shape, Mask):
        return editor.say("Each pixel has one label; a mask cannot be there twice.")
    by = 10 / (editor.view.scale or 1.0)
    copy = part_moved(shape, parts_of(shape)[0], (by, by), editor.size)
    return editor.remembered().with_new(copy)


def lift(editor: Editor, by: int) -> Editor:
    """Over (1) or under (-1) all other shapes."""
    levels = [shape.z for shape in editor.shapes] or [0]
    z = max(levels) + 1 if by > 0 else min(levels) - 1
    return changed(editor, lambda shape: replace(shape, z=z))
