"""What a simpler shape cannot say, kept in its attributes, so that an import makes the first shape again.

A rotated box leaves `rotation` and `rotated_box` (x, y, width, height before it was turned), a cuboid `cuboid` (its
corners as 16 numbers), a spline `spline` (its curve, whether it is closed, and its points).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tui.formats.values import checked_json, number, numbers, paired, points
from tui.model.annotation import Json
from tui.model.shapes import Box, Cuboid, Shape, Spline

MARKS = ("occluded", "truncated")
"""Members of shapes that are true or false."""
Attributes = dict[str, Any]


def _keep_box(box: Box) -> Attributes:
    return {"rotation": box.rotation, "rotated_box": [box.x, box.y, box.width, box.height]}


def _keep_cuboid(cuboid: Cuboid) -> Attributes:
    return {"cuboid": [number for point in cuboid.corners for number in point]}


def _keep_spline(spline: Spline) -> Attributes:
    return {"spline": {"curve": spline.curve, "closed": spline.closed, "points": spline.points}}


_KEEPERS: dict[type, Callable[[Any], Attributes]] = {
    Box: _keep_box,
    Cuboid: _keep_cuboid,
    Spline: _keep_spline,
}


def keeping(shape: Shape) -> Json:
    """A shape's attributes, with what restores it where its kind has a way to be kept."""
    keep = _KEEPERS.get(type(shape))
    return {**shape.attributes, **keep(shape)} if keep else shape.attributes


def _restore_box(attributes: Attributes, common: dict[str, Any]) -> Box | None:
    box = _parsed(attributes.get("rotated_box"))
    if not _is_list_of(box, 4) or "rotation" not in attributes:
        return None
    del attributes["rotated_box"]
    x, y, width, height = numbers(box, "rotated_box")
    rotation = number(attributes.pop("rotation"), "rotation")
    return Box(x, y, width, height, rotation, **common, attributes=attributes)


def _restore_cuboid(attributes: Attributes, common: dict[str, Any]) -> Cuboid | None:
    flat = _parsed(attributes.get("cuboid"))
    if not _is_list_of(flat, 16):
        return None
    del attributes["cuboid"]
    return Cuboid(paired(numbers(flat, "cuboid")), **common, attributes=attributes)


def _restore_spline(attributes: Attributes, common: dict[str, Any]) -> Spline | None:
    curve = _parsed(attributes.get("spline"))
    if not isinstance(curve, dict) or curve.get("curve") not in ("catmull-rom", "bezier"):
        return None
    del attributes["spline"]
    closed = curve.get("closed") is True
    return Spline(points(curve.get("points")), curve["curve"], closed, **common, attributes=attributes)


def restored(attributes: Attributes, common: dict[str, Any]) -> Shape | None:
    """The shape that our own writer replaced and kept in `attributes`, from which it is taken out; None when there is
    none. `common`: the other members that all shapes have.

    Raises:
        RecordError: what was kept makes no sense, or an attribute is nothing that the queue can hold.
    """
    checked_json(attributes, "attributes")
    for restore in (_restore_box, _restore_cuboid, _restore_spline):
        shape = restore(attributes, common)
        if shape is not None:
            return shape
    return None


def restored_or(plain: Callable[..., Shape], attributes: Attributes, common: dict[str, Any]) -> Shape:
    """The shape that was kept in `attributes`, else the one that `plain` makes of all common members.

    Raises:
        RecordError: it makes no sense.
    """
    return restored(attributes, common) or plain(attributes=attributes, **common)


def marks(data: Json) -> dict[str, bool]:
    """The marks of a JSON object that has them under our names."""
    return {name: data.get(name) is True for name in MARKS}


def _is_list_of(value: Any, length: int) -> bool:
    return isinstance(value, list) and len(value) == length


def _parsed(value: Any) -> Any:
    """A value, also one written as JSON text."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value
