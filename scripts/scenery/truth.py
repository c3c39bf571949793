"""What is true of a rendered picture: boxes, masks and corners, from the numbers of its samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from scripts.scenery.arrays import Array
from scripts.scenery.mesh import Mesh
from scripts.scenery.raster import rasterise
from scripts.scenery.render import Scene, Shot

SMALLEST = 15.0
"""Pixels: an object less wide or high than this is not worth a box."""
MOSTLY_HIDDEN = 0.35
"""Share of an object that must be seen for a box."""


@dataclass(slots=True)
class View:
    """A scene and what is known of it. `things`: number -> class; `cuboids`: number -> (8, 3) corners;
    `lane`: (n, 3) places on the middle of a lane; `classes`: names of a whole mask, in this order: ground,
    sky, then those of `things` and of `groups` (number -> name)."""

    scene: Scene
    things: dict[int, str] = field(default_factory=dict)
    cuboids: dict[int, Array] = field(default_factory=dict)
    lane: Array | None = None
    groups: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A visible object. Pixels of the picture; `corners`: (8, 2), front first, see `facing`."""

    label: str
    x: float
    y: float
    width: float
    height: float
    occluded: bool
    truncated: bool
    corners: Array | None


def objects(view: View, shot: Shot) -> Iterator[Found]:
    """Objects that are large enough and not mostly hidden, by number."""
    over = shot.camera.over
    for number, label in sorted(view.things.items()):
        seen = shot.things == number
        if not seen.any():
            continue
        columns, rows = np.nonzero(seen.any(0))[0], np.nonzero(seen.any(1))[0]
        x, y = columns[0] / over, rows[0] / over
        width, height = (columns[-1] + 1) / over - x, (rows[-1] + 1) / over - y
        whole, truncated = _alone([m for m in view.scene.meshes if m.thing == number], shot)
        share = float(seen.sum()) / max(whole, 1)
        if min(width, height) < SMALLEST or share < MOSTLY_HIDDEN:
            continue
        solid = view.cuboids.get(number)
        corners = facing(shot, solid) if solid is not None else None
        yield Found(label, x, y, width, height, share < 0.93, truncated, corners)


def _alone(meshes: Sequence[Mesh], shot: Shot) -> tuple[int, bool]:
    """(samples an object would cover if nothing stood before it, whether it goes on outside the picture)."""
    w, h = shot.camera.size
    covered = np.zeros(w * h, bool)
    outside = False
    for mesh in meshes:
        xy, depth = shot.camera.project(mesh.points)
        near = np.where(depth > 0.05, 1 / np.maximum(depth, 1e-3), 0).astype(np.float32)
        covered |= rasterise(xy, near, mesh.triangles, w, h)[0] >= 0
        outside |= bool(((xy < 0) | (xy > [w, h]) | (depth[:, None] <= 0.05)).any())
    return int(covered.sum()), outside


def facing(shot: Shot, corners: Array) -> Array | None:
    """Corners of a block on the picture: of the two ends the one nearer to the eye first, each top left,
    top right, bottom right, bottom left as they are seen. None where a corner is behind the eye."""
    _, depth = shot.camera.project(corners)
    if depth.min() < 0.3:
        return None
    flat = shot.camera.to_picture(corners)
    ends = [0, 1] if depth[:4].mean() <= depth[4:].mean() else [1, 0]
    quads = [flat[4 * end : 4 * end + 4] for end in ends]
    if quads[0][0, 0] > quads[0][1, 0]:
        quads = [quad[[1, 0, 3, 2]] for quad in quads]
    return np.concatenate(quads)


def masks(view: View, shot: Shot) -> dict[str, Array]:
    """Class -> (h, w) truth of every pixel, by the sample at its middle; the classes share out the picture."""
    over = shot.camera.over
    things, depth = (
        shot.things[over // 2 :: over, over // 2 :: over],
        shot.depth[over // 2 :: over, over // 2 :: over],
    )
    named = {**view.things, **view.groups}
    found = {"road": (things == 0) & (depth < 1e5), "sky": (things == 0) & (depth >= 1e5)}
    for number, name in named.items():
        found[name] = found.get(name, np.zeros_like(things, bool)) | (things == number)
    return found


def run_lengths(mask: Array) -> str:
    """The counts of COCO's run-length encoding in its compact spelling: column by column, runs of 0 and 1 in
    turn, each less the one before the last, in groups of five bits from 48 upwards (pycocotools' maskApi.c)."""
    flat = np.asarray(mask, bool).ravel(order="F")
    edges = np.concatenate([[0], np.nonzero(np.diff(flat))[0] + 1, [len(flat)]])
    counts = [int(n) for n in np.diff(edges)]
    if flat[0]:
        counts.insert(0, 0)
    text = []
    for i, count in enumerate(counts):
        value = count - counts[i - 2] if i > 2 else count
        while True:
            bits, value = value & 31, value >> 5
            more = value != (-1 if bits & 16 else 0)
            text.append(chr(48 + bits + (32 if more else 0)))
            if not more:
                break
    return "".join(text)
