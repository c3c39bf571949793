"""Triangles to pixels: which triangle is nearest at the centre of each pixel."""

from __future__ import annotations

import numpy as np

from scripts.scenery.arrays import Array

_STEPS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)


def rasterise(xy: Array, nearness: Array, triangles: Array, width: int, height: int) -> tuple[Array, Array]:
    """(triangle of each pixel or -1, nearness of each pixel or 0), flat arrays of height*width.

    `xy`: (n, 2) points in pixels; `nearness`: positive, greater is nearer, linear on the screen
    (1/depth for a perspective). A triangle with a corner of nearness <= 0 is left out.
    """
    p = xy[triangles].astype(np.float32)
    near = nearness[triangles].astype(np.float32)
    lo = np.ceil(np.maximum(p.min(1), -1e6) - 0.5)
    hi = np.floor(np.minimum(p.max(1), 1e6) - 0.5)
    x0, y0 = np.maximum(lo[:, 0], 0), np.maximum(lo[:, 1], 0)
    x1, y1 = np.minimum(hi[:, 0], width - 1), np.minimum(hi[:, 1], height - 1)
    area = _cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
    seen = (x1 >= x0) & (y1 >= y0) & (np.abs(area) > 1e-12) & (near.min(1) > 0)
    size = np.maximum(x1 - x0, y1 - y0) + 1
    buffer = np.zeros(width * height, np.uint64)
    low = 0
    for step in _STEPS:
        chosen = np.nonzero(seen & (size > low) & (size <= step))[0]
        low = step
        chunk = max(1, 1_500_000 // (step * step))
        for start in range(0, len(chosen), chunk):
            _small(buffer, p, near, x0, y0, area, chosen[start : start + chunk], step, width, height)
    for index in np.nonzero(seen & (size > low))[0]:
        _large(buffer, p[index], near[index], int(index), (x0, y0, x1, y1), width)
    found = buffer > 0
    number = np.where(found, (buffer & np.uint64(0xFFFFFFFF)).astype(np.int64), -1)
    depth = (buffer >> np.uint64(32)).astype(np.uint32).view(np.float32)
    return number, depth


def splat(buffer_near: Array, pixel: Array, nearness: Array) -> Array:
    """For fragments at pixels: the number of the nearest one that is before `buffer_near`, or -1."""
    keys = np.zeros(len(buffer_near), np.uint64)
    np.maximum.at(keys, pixel, _keys(nearness, np.arange(len(pixel))))
    depth = (keys >> np.uint64(32)).astype(np.uint32).view(np.float32)
    number = (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return np.where((keys > 0) & (depth >= buffer_near), number, -1)


def _keys(nearness: Array, number: Array) -> Array:
    bits = np.ascontiguousarray(nearness, np.float32).view(np.uint32).astype(np.uint64)
    return np.asarray((bits << np.uint64(32)) | number.astype(np.uint64))


def _cross(a: Array, b: Array) -> Array:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])


def _weights(p: Array, area: Array, x: Array, y: Array) -> tuple[Array, Array, Array]:
    """Barycentric weights; p (..., 3, 2)."""
    x0, y0, x1, y1 = p[..., 0, 0], p[..., 0, 1], p[..., 1, 0], p[..., 1, 1]
    x2, y2 = p[..., 2, 0], p[..., 2, 1]
    a = ((x1 - x) * (y2 - y) - (y1 - y) * (x2 - x)) / area
    b = ((x2 - x) * (y0 - y) - (y2 - y) * (x0 - x)) / area
    return a, b, 1 - a - b


def _small(buffer: Array, p: Array, near: Array, x0: Array, y0: Array, area: Array, chosen: Array,
           step: int, width: int, height: int) -> None:  # fmt: skip
    dy, dx = np.divmod(np.arange(step * step), step)
    x = x0[chosen][:, None] + dx
    y = y0[chosen][:, None] + dy
    a, b, c = _weights(p[chosen][:, None], area[chosen][:, None], x + 0.5, y + 0.5)
    inside = (a >= 0) & (b >= 0) & (c >= 0) & (x < width) & (y < height)
    n = near[chosen]
    depth = a * n[:, None, 0] + b * n[:, None, 1] + c * n[:, None, 2]
    pixel = (y * width + x)[inside].astype(np.int64)
    number = np.broadcast_to(chosen[:, None], inside.shape)[inside]
    np.maximum.at(buffer, pixel, _keys(depth[inside], number))


def _large(buffer: Array, p: Array, near: Array, index: int, box: tuple[Array, ...], width: int) -> None:
    x0, y0, x1, y1 = (int(side[index]) for side in box)
    q = p.astype(np.float64)
    area = _cross(q[1] - q[0], q[2] - q[0])
    rows = max(1, 400_000 // (x1 - x0 + 1))
    view = buffer.reshape(-1, width)
    for top in range(y0, y1 + 1, rows):
        bottom = min(y1, top + rows - 1)
        y, x = np.mgrid[top : bottom + 1, x0 : x1 + 1]
        a, b, c = _weights(q, area, x + 0.5, y + 0.5)
        inside = (a >= 0) & (b >= 0) & (c >= 0)
        depth = a * near[0] + b * near[1] + c * near[2]
        keys = np.where(inside & (depth > 0), _keys(depth, np.full(depth.shape, index)), 0).astype(np.uint64)
        part = view[top : bottom + 1, x0 : x1 + 1]
        np.maximum(part, keys, out=part)


def weights_at(xy: Array, nearness: Array, corners: Array, x: Array, y: Array) -> Array:
    """Perspective-correct weights (n, 3) of the corners (n, 3 point numbers) at pixel centres."""
    p = xy[corners].astype(np.float32)
    area = _cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
    w = np.stack(_weights(p, area, x, y), -1) * nearness[corners]
    return np.asarray(w / w.sum(1, keepdims=True), np.float32)
