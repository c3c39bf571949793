"""Painting a mask with keys: each pixel of the picture is of one class, or of none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from tui.model import class_map as cm
from tui.model.class_map import ClassMap
from tui.model.even_odd import ColumnSpan, filled_columns
from tui.model.geometry import Point
from tui.model.measure import rings_of
from tui.model.shapes import Mask
from tui.text import counted
from tui.tools.crosshair import Crosshair
from tui.tools.painted import is_layer
from tui.tools.select import at_point
from tui.tools.state import Brush, Editor

MIN_SIZE, MAX_SIZE = 1.0, 2000.0
"""Diameters of a brush in image pixels."""
FACTOR = 1.25
"""How much larger or smaller one key makes it."""


def begin(editor: Editor) -> Editor:
    """`m`: the masks of the picture are taken up together."""
    width, height = (round(side) for side in editor.size)
    masks = [(s.label, s.runs) for s in editor.shapes if isinstance(s, Mask) and is_layer(s, (height, width))]
    classes = cm.from_runs((height, width), masks).with_names(label.name for label in editor.rules.labels)
    size = editor.brush_size or max(MIN_SIZE, round(min(editor.view.width, editor.view.height) / 20))
    brush = Brush(Crosshair.start(editor.view), size)
    return replace(editor, tool=brush, classes=classes, jump=None, asking=None)


def leave(editor: Editor, brush: Brush) -> Editor:
    """`escape`: the pen is lifted first, then painting is over and the masks are shapes again. That of the label is in hand,
    as every shape that was just drawn."""
    if brush.down:
        return replace(editor, tool=replace(brush, down=False))
    shapes, size = editor.result(), (round(editor.size[1]), round(editor.size[0]))
    own = (n for n, shape in enumerate(shapes) if is_layer(shape, size) and shape.label == editor.label)
    editor = replace(editor, tool=None, classes=None, shapes=shapes, brush_size=brush.size)
    return replace(editor, selected=next(own, None), part=0)


def paint(
    editor: Editor, spans: Iterable[ColumnSpan], erase: bool = False, over: int | None = None
) -> Editor:
    """Pixels of the current label (of none when erased), as a step of undo."""
    classes = editor.classes
    assert classes is not None
    if not erase and editor.label in editor.locked:
        return editor.say(f"The label {editor.label} is locked.")
    classes = classes.with_names([editor.label])
    number = 0 if erase else classes.number(editor.label)
    found = classes.painted(_unlocked(editor, classes, spans), number, over)
    if found.columns == classes.columns:
        return editor
    return replace(editor.remembered(), classes=found)


def _told(before: Editor, after: Editor, done: str, nothing: str) -> Editor:
    """With a word on what was painted, or on why nothing was."""
    if after.classes != before.classes:
        return after.say(f"{done}; {{drawing.take-back}} takes it back.")
    return after if after.message else after.say(nothing)


def _there(editor: Editor, brush: Brush, what: str) -> tuple[str, str]:
    """What is said of a part of the picture that was painted or erased, or was so before."""
    if brush.erase:
        return f"{what} has no label now", f"{what} has no label."
    title = editor.title(editor.label)
    return f"{what} is {title} now", f"{what} is {title} already."


def _unlocked(editor: Editor, classes: ClassMap, spans: Iterable[ColumnSpan]) -> Iterable[ColumnSpan]:
    """Without the pixels of locked labels."""
    locked = {classes.number(name) for name in editor.locked} - {0}
    if not locked:
        return spans
    return (span for each in spans for number, span in classes.pieces(each) if number not in locked)


def dab(editor: Editor, brush: Brush) -> Editor:
    """`enter`. Afterwards digits divide the visible part again."""
    at = brush.cross.at
    editor = replace(editor, tool=replace(brush, cross=brush.cross.put(at, editor.view)))
    painted = paint(editor, cm.disc(at, brush.size), brush.erase)
    return _told(editor, painted, *_there(editor, brush, "What lies under the brush"))


def aim(editor: Editor, brush: Brush, move: Callable[[Crosshair], Crosshair]) -> Editor:
    """The crosshair moved; with the pen down it leaves a stroke."""
    cross = move(brush.cross)
    before = brush.cross.at
    editor = replace(editor, tool=replace(brush, cross=cross))
    # A column letter alone moves the crosshair sideways on its way to the row: that is no stroke.
    if not brush.down or cross.at == before or cross.column is not None:
        return editor
    return paint(editor, cm.stroke(before, cross.at, brush.size), brush.erase)


def pen(editor: Editor, brush: Brush) -> Editor:
    """`space`: the pen goes down, with a dab, or up."""
    if brush.down:
        return replace(editor, tool=replace(brush, down=False))
    return dab(editor, replace(brush, down=True))


def resize(editor: Editor, brush: Brush, sign: int) -> Editor:
    """By a quarter, at least by one pixel."""
    size = brush.size * FACTOR if sign > 0 else brush.size / FACTOR
    size = max(brush.size + 1, round(size)) if sign > 0 else min(brush.size - 1, round(size))
    size = min(max(size, MIN_SIZE), MAX_SIZE)
    return replace(editor, tool=replace(brush, size=size)).say(f"Brush of {counted(round(size), 'pixel')}.")


def fill(editor: Editor, brush: Brush) -> Editor:
    """The region under the crosshair, whose pixels are all of one class (or none), made of the current label."""
    assert editor.classes is not None
    painted = paint(editor, editor.classes.region(*brush.cross.at), brush.erase)
    return _told(editor, painted, *_there(editor, brush, "The region under the crosshair"))


def grow_here(editor: Editor, brush: Brush) -> Editor:
    """The pixels around the crosshair that have nearly its colour."""
    if editor.pixels is None:
        return replace(editor, wants="pixels", message="Reading the picture …")
    spans = editor.pixels.alike(brush.cross.at, editor.rules.alike)
    painted = paint(editor, spans, brush.erase)
    return _told(editor, painted, *_there(editor, brush, "What has the colour under the crosshair"))


def rest(editor: Editor) -> Editor:
    """Every pixel without a class."""
    assert editor.classes is not None
    whole = ((column, 0, editor.classes.height) for column in range(editor.classes.width))
    painted = paint(editor, whole, over=0)
    title = editor.title(editor.label)
    return _told(editor, painted, f"Every free pixel is {title} now", "No pixel is free: each has a label.")


def from_outline(editor: Editor, brush: Brush) -> Editor:
    """The polygon, box or closed curve under the crosshair, filled with its own label; it stays."""
    assert editor.classes is not None
    at = at_point(editor, brush.cross.at)
    shape = editor.items[at] if at is not None else None
    rings = rings_of(shape) if shape is not None else ()
    if at is None or shape is None or not rings:
        return editor.say("No box, polygon or closed curve lies under the crosshair.")
    spans = filled_columns(rings, editor.classes.width, editor.classes.height)
    painted = paint(replace(editor, label=shape.label), spans)
    title = editor.title(shape.label)
    return _told(
        editor, painted, f"{editor.named(at)} is filled with {title}", f"All of it is {title} already."
    )


def next_label(editor: Editor, brush: Brush, by: int) -> Editor:
    """`tab`: the class that is painted."""
    names = [label.name for label in editor.rules.labels]
    if not names:
        return editor
    at = names.index(editor.label) if editor.label in names else 0
    name = names[(at + by) % len(names)]
    title = editor.title(name)
    if brush.erase:
        return replace(editor, label=name).say(
            f"Erasing takes away whatever label is there; {{drawing.erase}} paints {title}."
        )
    return replace(editor, label=name).say(f"Painting {title}.")


def pointed(editor: Editor, brush: Brush, a: Point, b: Point, erase: bool) -> Editor:
    """A stroke of the mouse."""
    cross = brush.cross.put(b, editor.view)
    editor = replace(editor, tool=replace(brush, cross=cross))
    return paint(editor, cm.stroke(a, b, brush.size), erase)


def erase(editor: Editor, tool: Brush) -> Editor:
    """`E`: the brush takes classes away from now on, or paints again."""
    said = (
        f"Painting {editor.title(editor.label)}."
        if tool.erase
        else "Erasing takes away whatever label is there."
    )
    return replace(editor, tool=replace(tool, erase=not tool.erase)).say(said)
