"""labelme (5.x and 6.x): one JSON file an image, in pixels written in full, `imageData` always null.

Readers keep members they do not know, so attributes, marks and who did what stand as members of their own.
"""

from __future__ import annotations

import base64
import io
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tui.errors import UsageError
from tui.formats import jsonl
from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.changes import FILLED, FLATTENED, KEPT, box_of_corners
from tui.formats.json_text import load, members
from tui.formats.pixels import grid_of, mask_of
from tui.formats.reading import (
    ImageRecord,
    ReadContext,
    RecordError,
    kept_shape,
    local_name,
    numbered,
    points,
    polygon,
)
from tui.formats.rules import CARRIED, FeatureRule, Fidelity
from tui.model import rle
from tui.model.measure import box_corners
from tui.model.shapes import Box, Mask, Polygon, Polyline, Shape

_CORNER = 0.05
"""Pixels by which a corner of an `oriented_rectangle` may be off."""


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    for image in images:
        stem = os.path.splitext(image.name)[0]
        text = json.dumps(_document(image), ensure_ascii=False, indent=1)
        job.tree.write(f"{stem}.json", text.encode("utf-8", "backslashreplace") + b"\n")
        job.tree.put_image(image.name, job.source(image), job.images)


def _document(image: ExportedImage) -> dict[str, Any]:
    turned = any(isinstance(shape, Box) and shape.rotation % 360 for shape in image.shapes)
    return {
        "version": "6.0.0" if turned else "5.5.0",
        "flags": dict.fromkeys(image.labels, True),
        "shapes": [_shape(shape) for shape in image.shapes],
        "imagePath": image.name.rpartition("/")[2],
        "imageData": None,
        "imageHeight": image.height,
        "imageWidth": image.width,
        **jsonl.about(image.task),
    }


def _shape(shape: Shape) -> dict[str, Any]:
    kind, corners, more = _geometry(shape)
    found: dict[str, Any] = {
        "label": shape.label,
        "points": [[x, y] for x, y in corners],
        "group_id": None,
        "description": "",
        "shape_type": kind,
        "flags": {},
        **more,
    }
    if shape.attributes:
        found["attributes"] = dict(shape.attributes)
    return found | {name: True for name in ("occluded", "truncated") if getattr(shape, name)}


def _geometry(shape: Shape) -> tuple[str, Iterable[tuple[float, float]], dict[str, Any]]:
    match shape:
        case Box():
            if shape.rotation % 360:
                return "oriented_rectangle", box_corners(shape), {}
            return "rectangle", ((shape.x, shape.y), (shape.x + shape.width, shape.y + shape.height)), {}
        case Polygon():
            return "polygon", shape.points, {}
        case Polyline():
            return "linestrip", shape.points, {}
        case Mask():
            x, y, width, height = rle.box(shape.runs, shape.size)
            crop = grid_of(shape)[y : y + height, x : x + width]
            image = io.BytesIO()
            Image.fromarray(crop.astype(np.uint8) * 255).save(image, "PNG")
            text = base64.b64encode(image.getvalue()).decode("ascii")
            return "mask", ((x, y), (x + width - 1, y + height - 1)), {"mask": text}
        case _:
            raise AssertionError(shape)


# Reading.


def read(path: Path, context: ReadContext) -> Iterator[ImageRecord]:
    """A folder of JSON files (all below it), or one of them."""
    files = sorted(path.rglob("*.json"), key=lambda each: each.as_posix()) if path.is_dir() else [path]
    found = False
    for file in files:
        data = load(file)
        if not isinstance(data, dict) or not isinstance(data.get("shapes"), list):
            context.wrong(str(file), "has no list of shapes, so it is no labelme file")
            continue
        found = True
        yield _record(file, path, data, context)
    if not found and not context.problems:
        raise UsageError(f"{path}: there are no labelme files in it.")


def _record(file: Path, root: Path, data: dict[str, Any], context: ReadContext) -> ImageRecord:
    base = local_name(str(data.get("imagePath") or file.stem)).rpartition("/")[2]
    below = file.parent.relative_to(root).as_posix() if root.is_dir() else "."
    name = base if below == "." else f"{below}/{base}"
    width, height = (_side(data.get(side)) for side in ("imageWidth", "imageHeight"))
    if width is None or height is None:
        width, height = context.size_of(name) or (None, None)
    shapes: list[Shape] = []
    for at, each in enumerate(data["shapes"], 1):
        try:
            shapes.append(_read_shape(members(each), width, height))
        except RecordError as wrong:
            context.wrong(f"{file}, shape {at}", str(wrong))
    annotator = data.get("annotator")
    seconds = data.get("seconds")
    return ImageRecord(
        where=str(file),
        name=name,
        width=width,
        height=height,
        labels=tuple(label for label, on in members(data.get("flags")).items() if on is True),
        shapes=numbered(shapes),
        annotator=annotator if isinstance(annotator, str) else None,
        seconds=float(seconds) if isinstance(seconds, int | float) else 0.0,
    )


def _side(value: Any) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


def _read_shape(data: dict[str, Any], width: int | None, height: int | None) -> Shape:
    label = data.get("label")
    if not isinstance(label, str) or not label:
        raise RecordError("has no label")
    attributes = dict(members(data.get("attributes")))
    attributes |= {name: on for name, on in members(data.get("flags")).items() if isinstance(on, bool)}
    common: dict[str, Any] = {name: data.get(name) is True for name in ("occluded", "truncated")}
    common["label"] = label
    kept = kept_shape(attributes, common)
    return kept or replace(_plain(data, width, height, common), attributes=attributes)


def _plain(data: dict[str, Any], width: int | None, height: int | None, common: dict[str, Any]) -> Shape:
    kind, corners = data.get("shape_type", "polygon"), points(data.get("points"))
    match kind:
        case "rectangle" if len(corners) in (2, 4):
            xs, ys = [x for x, _ in corners], [y for _, y in corners]
            if min(xs) == max(xs) or min(ys) == max(ys):
                raise RecordError("has a rectangle without an area")
            return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys), **common)
        case "oriented_rectangle":
            return box_of_corners(corners, _CORNER, **common) or polygon(corners, **common)
        case "polygon":
            return polygon(corners, **common)
        case "linestrip" | "line":
            return Polyline(corners, **common)
        case "mask":
            return _read_mask(data, corners, width, height, common)
        case _:
            raise RecordError(f"is a {kind!r} of {len(corners)} points, which termlabel has no shape for")


def _read_mask(
    data: dict[str, Any],
    corners: Iterable[tuple[float, float]],
    width: int | None,
    height: int | None,
    common: Any,
) -> Mask:
    if width is None or height is None:
        raise RecordError("is a mask of an image without a size")
    try:
        with Image.open(io.BytesIO(base64.b64decode(data.get("mask") or "", validate=True))) as image:
            crop = np.asarray(image.convert("L")) > 0
    except (ValueError, OSError, SyntaxError) as error:
        raise RecordError(f"has a mask that is no PNG ({error})") from None
    left, top = (round(value) for value in next(iter(corners)))
    bottom, right = top + crop.shape[0], left + crop.shape[1]
    if left < 0 or top < 0 or right > width or bottom > height:
        raise RecordError("has a mask that leads out of the image")
    grid = np.zeros((height, width), dtype=np.bool_)
    grid[top:bottom, left:right] = crop
    return mask_of(grid, **common)


def _recognise(path: Path, head: bytes) -> bool:
    if path.is_dir():
        first = next(path.rglob("*.json"), None)
        if first is None:
            return False
        with open(first, "rb") as file:
            head = file.read(1 << 16)
    return b'"shapes"' in head and (b'"imagePath"' in head or b'"shape_type"' in head)


_EXTRA = FeatureRule(Fidelity.CARRIED, "as members of its own")
FORMAT = Format(
    "labelme",
    "a folder of labelme JSON files (5.x; 6.x where boxes are rotated)",
    write,
    read,
    {
        "class": FeatureRule(Fidelity.CARRIED, "as flags"),
        "tags": FeatureRule(Fidelity.CARRIED, "as flags"),
        "negative": CARRIED,
        "box": CARRIED,
        "rotated box": CARRIED,
        "polygon": CARRIED,
        "polygon with holes": FILLED,
        "polyline": CARRIED,
        "spline": FLATTENED,
        "cuboid": KEPT,
        "mask": CARRIED,
        "attributes": _EXTRA,
        "occluded": _EXTRA,
        "truncated": _EXTRA,
        "annotator": _EXTRA,
        "times": _EXTRA,
        "verdict": _EXTRA,
        "flagged": _EXTRA,
    },
    unique_stems=True,
    recognise=_recognise,
)
