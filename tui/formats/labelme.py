"""labelme (5.x and 6.x): one JSON file an image, in pixels written in full, `imageData` always null.

Readers keep members they do not know, so attributes, marks and who did what stand as members of their own.
"""

from __future__ import annotations

import base64
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from tui.errors import UsageError
from tui.formats import jsonl
from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.conversions import FILLED, FLATTENED, KEPT, box_of_corners
from tui.formats.json_text import load, members
from tui.formats.kept import MARKS, marks, restored_or
from tui.formats.pixels import cropped, pasted
from tui.formats.reading import (
    ImageRecord,
    PixelSize,
    ReadContext,
    by_number,
    files_below,
    folder_below,
    local_name,
    numbered,
)
from tui.formats.rules import CARRIED, FeatureRule, Fidelity, carried
from tui.formats.values import (
    RecordError,
    Sides,
    points,
    polygon,
    required_text,
    seconds_of,
    side,
    size_for_mask,
)
from tui.model.geometry import Point, bounds_of
from tui.model.measure import box_corners
from tui.model.shapes import Box, Mask, Polygon, Polyline, Shape, kind_of
from tui.text import counted

_CORNER = 0.05
"""Pixels by which a corner of an `oriented_rectangle` may be off."""


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    """One JSON file an image, and the image beside it where images go along."""
    for image in images:
        stem = os.path.splitext(image.name)[0]
        text = json.dumps(_document(image), ensure_ascii=False, indent=1)
        job.tree.write(f"{stem}.json", text.encode("utf-8", "backslashreplace") + b"\n")
        job.put_image(image.name, image)


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
    kind, corners, more = _WRITERS[kind_of(shape)](shape)
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
    return found | {name: True for name in MARKS if getattr(shape, name)}


Geometry = tuple[str, Iterable[Point], dict[str, Any]]
"""`shape_type`, points, and further members."""


def _box(box: Box) -> Geometry:
    if box.rotation % 360:
        return "oriented_rectangle", box_corners(box), {}
    return "rectangle", ((box.x, box.y), (box.x + box.width, box.y + box.height)), {}


def _polygon(polygon: Polygon) -> Geometry:
    return "polygon", polygon.points, {}


def _polyline(polyline: Polyline) -> Geometry:
    return "linestrip", polyline.points, {}


def _mask(mask: Mask) -> Geometry:
    crop, x, y = cropped(mask)
    image = io.BytesIO()
    Image.fromarray(crop.astype(np.uint8) * 255).save(image, "PNG")
    height, width = crop.shape
    text = base64.b64encode(image.getvalue()).decode("ascii")
    return "mask", ((x, y), (x + width - 1, y + height - 1)), {"mask": text}


_WRITERS: dict[str, Callable[[Any], Geometry]] = {
    "box": _box,
    "polygon": _polygon,
    "polyline": _polyline,
    "mask": _mask,
}


# Reading.


def read(path: Path, context: ReadContext) -> Iterator[ImageRecord]:
    """A folder of JSON files (all below it), or one of them."""
    files = files_below(path, "*.json") if path.is_dir() else [path]
    found = False
    for file in files:
        data = members(load(file))
        if not isinstance(data.get("shapes"), list):
            context.wrong(str(file), "has no list of shapes, so it is no labelme file")
            continue
        found = True
        yield from context.parse_one(data, partial(_record, file, path, context), str(file))
    if not found and not context.problems:
        raise UsageError(f"{path}: there are no labelme files in it.")


def _record(file: Path, root: Path, context: ReadContext, data: dict[str, Any]) -> ImageRecord:
    name = local_name(str(data.get("imagePath") or file.stem)).rpartition("/")[2]
    if root.is_dir():
        name = folder_below(root, file.parent) + name
    width, height = (side(data.get(name), name) for name in ("imageWidth", "imageHeight"))
    width, height = context.sides(name, width, height)
    parse = partial(_read_shape, sides=(width, height))
    shapes = context.parse_each(data["shapes"], parse, by_number(f"{file}, shape"))
    annotator = data.get("annotator")
    return ImageRecord(
        where=str(file),
        name=name,
        width=width,
        height=height,
        labels=tuple(label for label, on in members(data.get("flags")).items() if on is True),
        shapes=numbered(shapes),
        annotator=annotator if isinstance(annotator, str) else None,
        seconds=seconds_of(data.get("seconds")),
    )


def _read_shape(found: Any, *, sides: Sides) -> Shape:
    data = members(found)
    label = required_text(data.get("label"), "has no label")
    attributes = dict(members(data.get("attributes")))
    attributes |= {name: on for name, on in members(data.get("flags")).items() if isinstance(on, bool)}
    return restored_or(partial(_plain, data, sides), attributes, {**marks(data), "label": label})


def _plain(data: dict[str, Any], sides: Sides, **common: Any) -> Shape:
    kind, corners = data.get("shape_type", "polygon"), points(data.get("points"))
    match kind:
        case "rectangle" if len(corners) in (2, 4):
            x, y, width, height = bounds_of(corners)
            if not width or not height:
                raise RecordError("has a rectangle without an area")
            return Box(x, y, width, height, **common)
        case "oriented_rectangle":
            return box_of_corners(corners, _CORNER, **common) or polygon(corners, **common)
        case "polygon":
            return polygon(corners, **common)
        case "linestrip" | "line":
            return Polyline(corners, **common)
        case "mask":
            return _read_mask(data, corners[0], size_for_mask(sides), common)
        case _:
            raise RecordError(
                f"is a {kind!r} of {counted(len(corners), 'point')}, which termlabel has no shape for"
            )


def _read_mask(data: dict[str, Any], corner: Point, size: PixelSize, common: dict[str, Any]) -> Mask:
    text = data.get("mask")
    try:
        with Image.open(
            io.BytesIO(base64.b64decode(text if isinstance(text, str) else "", validate=True))
        ) as image:
            crop = np.asarray(image.convert("L")) > 0
    except UnidentifiedImageError:
        # Its own words are where in memory the bytes lie.
        raise RecordError("has a mask that is no PNG") from None
    except (ValueError, OSError, SyntaxError) as error:
        raise RecordError(f"has a mask that is no PNG ({error})") from None
    mask = pasted(crop, round(corner[0]), round(corner[1]), size, **common)
    if mask is None:
        raise RecordError("has a mask that leads out of the image")
    return mask


def _recognise(path: Path, head: bytes) -> bool:
    if path.is_dir():
        first = next(path.rglob("*.json"), None)
        if first is None:
            return False
        with open(first, "rb") as file:
            head = file.read(1 << 16)
    return b'"shapes"' in head and (b'"imagePath"' in head or b'"shape_type"' in head)


_MEMBERS = ("attributes", "occluded", "truncated", "annotator", "times", "verdict", "flagged", "note")
FORMAT = Format(
    "labelme",
    "labelme JSON files (5.x; 6.x where boxes are rotated)",
    write,
    read,
    {
        **carried(_WRITERS),
        **dict.fromkeys(("class", "tags"), FeatureRule(Fidelity.CARRIED, "as flags")),
        "negative": CARRIED,
        "rotated box": CARRIED,
        "polygon with holes": FILLED,
        "spline": FLATTENED,
        "cuboid": KEPT,
        **dict.fromkeys(_MEMBERS, FeatureRule(Fidelity.CARRIED, "as members of its own")),
    },
    unique_stems=True,
    recognise=_recognise,
)
