"""Keys on a selected shape: nudge, grow, turn, tighten, relabel, delete, duplicate; undo and redo of edits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tui.model.cuboid import corner_hidden, corner_put
from tui.model.geometry import Point
from tui.model.measure import bounds
from tui.model.shapes import Box, Cuboid, Mask, Polygon, Polyline, Shape, Spline, Unknown
from tui.model.spline import as_bezier
from tui.tools.parts import clamped, grown, part_moved, parts_of, turned
from tui.tools.state import GESTURE_SECONDS, Editor, Gesture, Snapshot, with_masks
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
    base = FAR if key.endswith("-far") else 1
    last = editor.gesture
    repeats = last.key == key and REPEAT[0] <= now - last.pressed <= REPEAT[1]
    held = last.held if repeats else now
    times = 1 if now - held < HELD_SECONDS else 2 if now - held < 2 * HELD_SECONDS else 4
    scale = editor.view.scale if editor.rules.screen_nudges else 1.0
    gesture = replace(last, key=key, pressed=now, held=held)
    return replace(editor, gesture=gesture), base * times / (scale or 1.0)


def may_change(editor: Editor) -> Editor | Shape:
    """The selected shape, or the editor with the reason why it cannot be changed."""
    shape = editor.shape
    if shape is None:
        return editor.say("Nothing is selected; tab chooses a shape.")
    if isinstance(shape, Unknown):
        return editor.say(f"This shape {shape.problem}; it is kept as it is.")
    if shape.label in editor.locked:
        return editor.say(f"The label {shape.label} is locked; x unlocks it.")
    return shape


def nudged(editor: Editor, what: str, now: float, change: Callable[[Shape], Shape]) -> Editor:
    """The selected shape changed as a part of a gesture: one step of undo for all that follow closely."""
    shape = may_change(editor)
    if isinstance(shape, Editor):
        return shape
    if isinstance(shape, Mask):
        return editor.say("A mask is painted; m takes the brush.")
    changed = change(shape)
    if changed == shape:
        return editor
    same = (what, editor.selected if editor.selected is not None else -1)
    gesture = editor.gesture
    if gesture.what != same or now - gesture.at > GESTURE_SECONDS or editor.on_suggestion:
        editor = replace(editor.remembered(), gesture=gesture)
    editor = replaced(editor, shape, changed)
    same = (what, editor.selected if editor.selected is not None else -1)
    return replace(editor, gesture=replace(editor.gesture, what=same, at=now))


def replaced(editor: Editor, before: Shape, shape: Shape) -> Editor:
    """The selected one, which was `before`, replaced; what was suggested is kept beside what the person makes of it."""
    from_suggestion = editor.on_suggestion
    editor = editor.with_shape(shape)
    if not from_suggestion:
        return editor
    return editor.with_shape(replace(adopted(before, shape), id=editor.next_id()))


def arrow(editor: Editor, direction: str, far: bool, now: float) -> Editor:
    """Moves the part in hand."""
    editor, step = step_of(editor, direction + ("-far" if far else ""), now)
    dx, dy = ACROSS[direction]
    part = editor.moving
    if part is None:
        return nudged(editor, "move", now, lambda shape: shape)
    return nudged(
        editor, "move", now, lambda shape: part_moved(shape, part, (dx * step, dy * step), editor.size)
    )


def grow(editor: Editor, sign: int, far: bool, now: float) -> Editor:
    editor, step = step_of(editor, f"grow{sign}" + ("-far" if far else ""), now)
    part = editor.moving
    if part is None:
        return nudged(editor, "grow", now, lambda shape: shape)
    return nudged(editor, "grow", now, lambda shape: grown(shape, part, sign * step, editor.size))


def turn(editor: Editor, sign: int, now: float) -> Editor:
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
    shape = editor.shape
    parts = parts_of(shape) if shape is not None else ()
    if not parts:
        return editor.say(
            "Nothing is selected; tab chooses a shape." if shape is None else "It has no parts."
        )
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
    if editor.rule(name) is None:
        return editor.say(f"There is no label {name}.")
    editor = replace(editor, label=name)
    shape = editor.shape
    if shape is None or isinstance(shape, Unknown) or shape.label == name:
        return editor
    rule = editor.rule(name)
    known = {each.name for each in rule.attributes} if rule is not None else set()
    kept = {key: value for key, value in shape.attributes.items() if key in known}
    return changed(editor, lambda each: replace(each, label=name, attributes=kept))


def delete(editor: Editor) -> Editor:
    """The selected shape or suggestion; the one in its place comes next."""
    if editor.on_suggestion and editor.selected is not None:
        at = editor.selected - len(editor.shapes)
        editor = editor.remembered()
        rest = (*editor.suggestions[:at], *editor.suggestions[at + 1 :])
        return _next(replace(editor, suggestions=rest))
    shape = may_change(editor) if not isinstance(editor.shape, Unknown) else editor.shape
    if isinstance(shape, Editor) or editor.selected is None:
        return shape if isinstance(shape, Editor) else editor
    at = editor.selected
    editor = editor.remembered()
    return _next(replace(editor, shapes=(*editor.shapes[:at], *editor.shapes[at + 1 :])))


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
        return editor.say("Each pixel has one class; a mask cannot be there twice.")
    by = 10 / (editor.view.scale or 1.0)
    copy = part_moved(shape, parts_of(shape)[0], (by, by), editor.size)
    return editor.remembered().with_new(copy)


def insert_point(editor: Editor) -> Editor:
    """A point between the one in hand (the last one when the whole is) and the next."""
    at = editor.part - 1

    def more(shape: Shape) -> Shape:
        if not isinstance(shape, Polygon | Polyline | Spline):
            return shape
        points, closed = shape.points, isinstance(shape, Polygon) or getattr(shape, "closed", False)
        first = at if 0 <= at < len(points) - (not closed) else len(points) - 1 - (not closed)
        if first < 0 or first >= len(points):
            return shape
        a, b = points[first], points[(first + 1) % len(points)]
        middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        return replace(shape, points=(*points[: first + 1], middle, *points[first + 1 :]))

    before = editor
    editor = changed(editor, more)
    count = len(getattr(editor.shape, "points", ()))
    if editor.shapes == before.shapes:
        return editor.say("Points are inserted into polygons, lines and splines.")
    return replace(editor, part=(at + 2) if 0 <= at < count - 1 else editor.part)


def delete_point(editor: Editor) -> Editor:
    """The point in hand, while enough are left."""
    at = editor.part - 1
    shape = editor.shape
    if not isinstance(shape, Polygon | Polyline | Spline) or not 0 <= at < len(shape.points):
        return editor.say("Choose a point with w first.")
    least = 3 if isinstance(shape, Polygon) else 2
    if len(shape.points) <= least:
        return editor.say(f"It needs {least} points; d deletes the whole.")
    points = (*shape.points[:at], *shape.points[at + 1 :])
    editor = changed(editor, lambda each: replace(shape, points=points))
    return replace(editor, part=max(1, at))


def curve(editor: Editor) -> Editor:
    """A spline becomes the same curve through Bézier points."""
    return changed(editor, lambda shape: as_bezier(shape) if isinstance(shape, Spline) else shape)


def hide_corner(editor: Editor) -> Editor:
    """The corner of a block in hand estimated from the others, or seen again."""
    shape, part = editor.shape, editor.moving
    if not isinstance(shape, Cuboid) or part is None or len(part.xs) != 1:
        return editor.say("Choose a corner of a cuboid with w first.")
    index = part.xs[0]
    if shape.estimated[index]:
        return changed(editor, lambda _: corner_put(shape, index, shape.corners[index]))
    return changed(editor, lambda _: corner_hidden(shape, index))


def lift(editor: Editor, by: int) -> Editor:
    """Over (1) or under (-1) all other shapes."""
    levels = [shape.z for shape in editor.shapes] or [0]
    z = max(levels) + 1 if by > 0 else min(levels) - 1
    return changed(editor, lambda shape: replace(shape, z=z))


def undo(editor: Editor) -> Editor:
    """The last edit of this picture. While one paints, only what was painted since."""
    painting = editor.classes is not None
    if not editor.past or (painting and editor.past[-1].classes is None):
        return editor.say("Nothing to take back on this picture.")
    return _restored(editor, editor.past[-1], editor.past[:-1], (*editor.future, editor.snapshot()))


def redo(editor: Editor) -> Editor:
    if not editor.future or (editor.classes is not None and editor.future[-1].classes is None):
        return editor.say("Nothing was taken back.")
    return _restored(editor, editor.future[-1], (*editor.past, editor.snapshot()), editor.future[:-1])


def _restored(
    editor: Editor, to: Snapshot, past: tuple[Snapshot, ...], future: tuple[Snapshot, ...]
) -> Editor:
    shapes, classes = to.shapes, to.classes
    if classes is not None and editor.classes is None:
        # The step was painted, and painting is over.
        shapes, classes = with_masks(shapes, classes), None
    return replace(
        editor,
        shapes=shapes,
        suggestions=to.suggestions,
        classes=classes,
        selected=to.selected,
        past=past,
        future=future,
        gesture=Gesture(),
    )
