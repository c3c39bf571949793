"""What is wrong with shapes while one draws: as sentences without subject and end, shown on the shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.model.geometry import crossing, length
from tui.model.measure import area, bounds, iou
from tui.model.project import Label
from tui.model.shapes import Cuboid, Mask, Polygon, Polyline, Shape, Spline, Unknown

SAME = 0.95
"""Shapes of one kind and label that overlap more than this are one twice."""
Problems = tuple[str, ...]


def problems_of(shape: Shape, labels: Mapping[str, Label], size: tuple[float, float]) -> Problems:
    """Of one shape by itself. `size`: width and height of the image."""
    if isinstance(shape, Unknown):
        return (shape.problem,)
    found = []
    label = labels.get(shape.label)
    if label is None:
        found.append(f"has the label {shape.label!r}, which the project does not have")
    found.extend(_geometry(shape, size))
    found.extend(f"needs {name}" for name in missing(shape, label))
    return tuple(found)


def missing(shape: Shape, label: Label | None) -> tuple[str, ...]:
    """Required attributes without a value."""
    rules = label.attributes if label is not None else ()
    return tuple(
        rule.name for rule in rules if rule.required and shape.attributes.get(rule.name) in (None, "")
    )


def _geometry(shape: Shape, size: tuple[float, float]) -> list[str]:
    found = []
    if isinstance(shape, Mask):
        if shape.size != (round(size[1]), round(size[0])):
            theirs = f"{shape.size[1]} x {shape.size[0]}"
            found.append(f"is made for {theirs} pixels, the picture has {size[0]:g} x {size[1]:g}")
        return found
    x, y, width, height = bounds(shape)
    # The corners of a block may well lie outside: that is what `estimated` and `truncated` are for.
    if not isinstance(shape, Cuboid) and (
        x < -1e-6 or y < -1e-6 or x + width > size[0] + 1e-6 or y + height > size[1] + 1e-6
    ):
        found.append("reaches out of the picture")
    if isinstance(shape, Polyline) or (isinstance(shape, Spline) and not shape.closed):
        if length(shape.points) == 0:
            found.append("has no length")
    elif area(shape) == 0:
        found.append("has no area")
    if isinstance(shape, Polygon) and any(crossing(ring) for ring in (shape.points, *shape.holes)):
        found.append("crosses itself")
    return found


def duplicates(shapes: Sequence[Shape]) -> dict[int, int]:
    """Index of a shape to that of an earlier one which it nearly equals (same kind and label, overlap > 0.95)."""
    found: dict[int, int] = {}
    around = [bounds(shape) if not isinstance(shape, Mask | Unknown) else None for shape in shapes]
    order = sorted((box[0], i) for i, box in enumerate(around) if box is not None)
    for place, (left, i) in enumerate(order):
        box = around[i]
        assert box is not None
        for other_left, j in order[place + 1 :]:
            # Boxes that overlap so much begin nearer to one another than 0.05 / 0.95 of their width.
            if other_left - left > box[2] * 0.06:
                break
            other = around[j]
            assert other is not None
            if (
                abs(other[1] - box[1]) <= box[3] * 0.06
                and abs(other[2] - box[2]) <= box[2] * 0.06
                and shapes[i].label == shapes[j].label
                and type(shapes[i]) is type(shapes[j])
                and iou(shapes[i], shapes[j]) > SAME
            ):
                found[max(i, j)] = min(i, j, found.get(max(i, j), i))
    return found


def with_marks(
    problems: Sequence[Problems], shapes: Sequence[Shape], wrong: Mapping[str, str]
) -> tuple[Problems, ...]:
    """Problems with what a reviewer said of shapes before them. `wrong`: by the shapes' ids as text, and why."""
    return tuple(
        (f"wrong: {why}" if (why := wrong[str(shape.id)]) else "wrong", *found)
        if str(shape.id) in wrong
        else found
        for shape, found in zip(shapes, problems, strict=True)
    )


class Checked:
    """Problems of many shapes, of which only those that are new are looked at again (by identity)."""

    __slots__ = ("_known", "labels", "size")

    def __init__(self, labels: Sequence[Label], size: tuple[float, float]) -> None:
        self.labels = {label.name: label for label in labels}
        self.size = size
        self._known: dict[int, tuple[Shape, Problems]] = {}

    def __call__(self, shapes: Sequence[Shape]) -> tuple[Problems, ...]:
        """One entry for each shape."""
        known: dict[int, tuple[Shape, Problems]] = {}
        for shape in shapes:
            entry = self._known.get(id(shape))
            known[id(shape)] = entry or (shape, problems_of(shape, self.labels, self.size))
        self._known = known
        same = duplicates(shapes)
        return tuple(
            (*known[id(shape)][1], f"is nearly the same as {same[i] + 1}")
            if i in same
            else known[id(shape)][1]
            for i, shape in enumerate(shapes)
        )
