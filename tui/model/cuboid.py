"""Blocks drawn in two dimensions: from a front face and a depth, with the corners nobody saw estimated.

Corners 0-3 are the front (top left, top right, bottom right, bottom left), 4-7 the back alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tui.model.even_odd import inside
from tui.model.geometry import Point
from tui.model.shapes import Cuboid

FACES = ((0, 1, 2, 3), (4, 5, 6, 7), (0, 1, 5, 4), (3, 2, 6, 7), (0, 3, 7, 4), (1, 2, 6, 5))
"""Front, back, top, bottom, left, right; each runs around."""
EDGES = (
    (0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7),
)  # fmt: skip


def from_front(front: Sequence[Point], depth: Point) -> Cuboid:
    """A block from its front face (four corners, as above) and the way from the front to the back in pixels.
    Back corners that the front hides are marked as estimated."""
    back = tuple((x + depth[0], y + depth[1]) for x, y in front)
    hidden = tuple(inside(corner, [front]) for corner in back)
    return Cuboid((*front, *back), (False,) * 4 + hidden)


def completed(corners: Sequence[Point | None]) -> Cuboid | None:
    """A block of which some corners are unknown (None): each is estimated from the faces where the other three
    are known, opposite sides being parallel; several faces give the mean. None when too few are known."""
    known = corners
    while None in known:
        further = [_from_faces(i, known) if at is None else at for i, at in enumerate(known)]
        if further == list(known):
            return None
        known = further
    return Cuboid(tuple(filter(None, known)), tuple(corner is None for corner in corners))


def _from_faces(index: int, corners: Sequence[Point | None]) -> Point | None:
    """The mean of what the faces say of a corner in which all others are known."""
    found = [at for face in FACES if index in face and (at := _fourth(index, face, corners)) is not None]
    if not found:
        return None
    return (sum(x for x, _ in found) / len(found), sum(y for _, y in found) / len(found))


def _fourth(index: int, face: Sequence[int], corners: Sequence[Point | None]) -> Point | None:
    """A corner from the three others of a face, as of a parallelogram."""
    place = face.index(index)
    before, after, across = (corners[face[(place + n) % 4]] for n in (-1, 1, 2))
    if before is None or after is None or across is None:
        return None
    return (before[0] + after[0] - across[0], before[1] + after[1] - across[1])


def corner_put(cuboid: Cuboid, index: int, at: Point) -> Cuboid:
    """One corner by itself. It counts as seen from now on; the estimated ones follow where they can."""
    estimated = tuple(flag and i != index for i, flag in enumerate(cuboid.estimated))
    corners = (*cuboid.corners[:index], at, *cuboid.corners[index + 1 :])
    again = _estimated_again(corners, estimated)
    return replace(cuboid, corners=again.corners if again is not None else corners, estimated=estimated)


def corner_hidden(cuboid: Cuboid, index: int) -> Cuboid:
    """The same with one corner estimated instead of seen; unchanged when too few others are known."""
    estimated = tuple(flag or i == index for i, flag in enumerate(cuboid.estimated))
    again = _estimated_again(cuboid.corners, estimated)
    return replace(cuboid, corners=again.corners, estimated=estimated) if again is not None else cuboid


def _estimated_again(corners: Sequence[Point], estimated: Sequence[bool]) -> Cuboid | None:
    """A block through the corners that were seen; None when these are too few."""
    return completed([None if flag else at for at, flag in zip(corners, estimated, strict=True)])
