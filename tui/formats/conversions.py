"""Shapes into shapes that a format can hold: the converters that rules name.

Every converter takes a shape and the image's width and height in pixels, and gives the shapes that stand for it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from tui.formats import pixels
from tui.formats.kept import keeping
from tui.formats.rules import FeatureRule, Fidelity, ShapeConverter
from tui.model.geometry import Point
from tui.model.measure import bounds, box_corners, rings_of
from tui.model.shapes import Box, Common, Mask, Polygon, Polyline, Shape, Spline, Unknown, known_kind
from tui.model.spline import flattened

_COMMON = [field.name for field in fields(Common)]


def common(shape: Shape) -> dict[str, Any]:
    """The members that all shapes have."""
    return {name: getattr(shape, name) for name in _COMMON}


def keeping_all(shape: Shape) -> dict[str, Any]:
    """The same, with what restores the shape kept as attributes, for formats that have attributes."""
    return common(shape) | {"attributes": keeping(shape)}


def enclose(shape: Shape, width: int, height: int) -> list[Shape]:
    """The upright box around it. What it was stays as an attribute, as in `kept.py`."""
    return [Box(*bounds(shape), **keeping_all(shape))]


def corners(shape: Shape, width: int, height: int) -> list[Shape]:
    """A box as the polygon of its four corners."""
    assert isinstance(shape, Box)
    return [Polygon(box_corners(shape), **common(shape))]


def flatten(shape: Shape, width: int, height: int) -> list[Shape]:
    """A curve as lines within a quarter of a pixel; the curve itself stays as an attribute `spline`."""
    assert isinstance(shape, Spline)
    kept, points = keeping_all(shape), flattened(shape)
    return [Polygon(points, **kept) if shape.closed else Polyline(points, **kept)]


def fill(shape: Shape, width: int, height: int) -> list[Shape]:
    """An area as the mask of the pixels whose middle lies in it."""
    grid = pixels.filled(rings_of(shape), width, height)
    return [pixels.mask_of(grid, **common(shape))]


def filled_in(shape: Shape, width: int, height: int) -> list[Shape]:
    """A polygon without its holes."""
    assert isinstance(shape, Polygon)
    return [replace(shape, holes=())]


def area_of_curve(shape: Shape, width: int, height: int) -> list[Shape]:
    """A closed curve as a polygon; nothing of an open one."""
    assert isinstance(shape, Spline)
    return flatten(shape, width, height) if shape.closed else []


def outline(shape: Shape, width: int, height: int) -> list[Shape]:
    """A mask as the polygons around its parts, along the edges of the pixels; holes are filled."""
    assert isinstance(shape, Mask)
    return [Polygon(ring, **common(shape)) for ring in pixels.outlines(pixels.grid_of(shape))]


def approximated(how: str, convert: ShapeConverter) -> FeatureRule:
    """A shape is written as others; `how`: as which, for the report."""
    return FeatureRule(Fidelity.APPROXIMATED, how, convert)


ENCLOSED = approximated("enclosed in an upright box", enclose)
KEPT = approximated("enclosed in an upright box, corners kept as attributes", enclose)
CORNERS = approximated("as a polygon of four corners", corners)
FLATTENED = approximated("flattened to lines", flatten)
FILLED = approximated("filled into a mask", fill)
HOLES_FILLED = approximated("holes filled", filled_in)
CLOSED_FLATTENED = approximated("closed ones flattened to polygons", area_of_curve)
OUTLINED = approximated("outlined, holes filled", outline)


def box_of_corners(points: Sequence[Point], tolerance: float, **kept: Any) -> Box | None:
    """The box, turned or not, whose corners these are in order from its top left; None when they are not
    those of a box to within `tolerance` pixels."""
    if len(points) != 4:
        return None
    a, b, c, d = points
    width, height = (math.dist(a, b) + math.dist(d, c)) / 2, math.dist(b, c)
    middle = ((a[0] + b[0] + c[0] + d[0]) / 4, (a[1] + b[1] + c[1] + d[1]) / 4)
    turn = math.degrees(math.atan2(b[1] - a[1] + c[1] - d[1], b[0] - a[0] + c[0] - d[0]))
    if abs(turn) * max(width, height) < 30 * tolerance:
        turn = 0.0
    box = Box(middle[0] - width / 2, middle[1] - height / 2, width, height, turn, **kept)
    near = all(
        math.dist(one, other) <= tolerance for one, other in zip(points, box_corners(box), strict=True)
    )
    return box if near else None


def feature_of(shape: Shape) -> str:
    """The feature that a shape is, as in `rules.SHAPES`: its kind, or a special case of it with its own rule."""
    if isinstance(shape, Box) and shape.rotation % 360:
        return "rotated box"
    if isinstance(shape, Polygon) and shape.holes:
        return "polygon with holes"
    return "unknown" if isinstance(shape, Unknown) else known_kind(shape)
