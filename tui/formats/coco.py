"""COCO instances: one JSON object of images, annotations and categories (cocodataset.org, "Data format").

Coordinates are floats in pixels, written in full. Annotations go through a spool, because images stand
before them; nothing else is held.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tui.errors import UsageError
from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.changes import FILLED, KEPT
from tui.formats.json_text import dumps, load, members
from tui.formats.output import append_spool, spool
from tui.formats.reading import (
    ImageRecord,
    ReadContext,
    RecordError,
    kept_shape,
    number,
    numbered,
    numbers,
    opened_ring,
    paired,
    whole,
)  # fmt: skip
from tui.formats.rules import CARRIED, LEFT_OUT
from tui.model import rle
from tui.model.geometry import ring_area
from tui.model.shapes import Box, Mask, Polygon, Shape

_OURS = "exported by termlabel"


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    out, number = job.out, 0
    out.write(dumps({"info": {"description": _OURS}, "licenses": []})[:-1] + b',"images":[')
    with spool(out) as annotations:
        between = b"\n"
        for image in images:
            size = b'"width":%d,"height":%d}' % (image.width, image.height)
            out.write(b'%b{"id":%d,"file_name":%b,%b' % (between, image.task.id, dumps(image.name), size))
            lines = []
            for shape in image.shapes:
                number += 1
                lines.append(_annotation(number, image.task.id, job.classes[shape.label] + 1, shape))
            if lines:
                text = ",\n".join(lines)
                first = number == len(lines)
                annotations.write((("\n" if first else ",\n") + text).encode("utf-8", "backslashreplace"))
            between = b",\n"
        out.write(b'],"annotations":[')
        append_spool(annotations, out)
    categories = [{"id": n, "name": name, "supercategory": ""} for n, name in enumerate(job.classes.names, 1)]
    out.write(b'],"categories":[' + b",".join(b"\n" + dumps(each) for each in categories) + b"]}\n")


def _annotation(number: int, image: int, category: int, shape: Shape) -> str:
    """One object, as text: this is the inner loop of exports with millions of boxes."""
    match shape:
        case Box(x=x, y=y, width=w, height=h):
            where = f'"bbox":[{x!r},{y!r},{w!r},{h!r}],"area":{w * h!r},"iscrowd":0,"segmentation":[]'
        case Polygon():
            xs, ys = [x for x, _ in shape.points], [y for _, y in shape.points]
            left, top = min(xs), min(ys)
            ring = ",".join(f"{x!r},{y!r}" for x, y in shape.points)
            where = (
                f'"bbox":[{left!r},{top!r},{max(xs) - left!r},{max(ys) - top!r}],'
                f'"area":{ring_area(shape.points)!r},"iscrowd":0,"segmentation":[[{ring}]]'
            )
        case Mask():
            runs = shape.runs
            where = (
                f'"bbox":{list(rle.box(runs, shape.size))},"area":{rle.area(runs)},"iscrowd":0,'
                f'"segmentation":{{"size":{list(shape.size)},"counts":{json.dumps(shape.counts)}}}'
            )
        case _:
            raise AssertionError(shape)
    text = f'{{"id":{number},"image_id":{image},"category_id":{category},{where}'
    if shape.attributes or shape.occluded or shape.truncated:
        text += f',"attributes":{dumps(_attributes(shape)).decode()}'
    return text + "}"


def _attributes(shape: Shape) -> dict[str, Any]:
    marks = {name: True for name in ("occluded", "truncated") if getattr(shape, name)}
    return {**shape.attributes, **marks}


def read(path: Path, context: ReadContext) -> Iterator[ImageRecord]:
    """Images in the file's order; ids may be texts or floats, as some tools write them."""
    data = load(path)
    if isinstance(data, list):
        raise UsageError(f"{path} is a list of results without images; termlabel reads COCO data sets.")
    if not isinstance(data, dict) or not isinstance(data.get("images"), list):
        raise UsageError(f"{path} has no list of images, so it is no COCO file.")
    names = {
        str(c.get("id")): str(c.get("name")) for c in data.get("categories") or () if isinstance(c, dict)
    }
    ours = members(data.get("info")).get("description") == _OURS
    found: dict[str, list[dict[str, Any]]] = {}
    for at, annotation in enumerate(data.get("annotations") or (), 1):
        if isinstance(annotation, dict):
            found.setdefault(_key(annotation.get("image_id")), []).append(annotation)
        else:
            context.wrong(f"{path}, annotation {at}", "is no object")
    for at, image in enumerate(data["images"], 1):
        where = f"{path}, image {at}"
        if not isinstance(image, dict) or not isinstance(image.get("file_name"), str):
            context.wrong(where, "has no file_name")
            continue
        shapes: list[Shape] = []
        for annotation in found.pop(_key(image.get("id")), ()):
            place = f"{path}, annotation {annotation.get('id')}"
            try:
                shapes += _shapes(annotation, names, ours)
            except RecordError as wrong:
                context.wrong(place, str(wrong))
        width, height = (
            image.get(side) if isinstance(image.get(side), int) else None for side in ("width", "height")
        )
        yield ImageRecord(where, image["file_name"], width, height, shapes=numbered(shapes))
    for key, left in found.items():
        context.wrong(
            f"{path}, annotation {left[0].get('id')}", f"belongs to image {key}, which is not listed"
        )


def _key(value: Any) -> str:
    """An id that is the same for 3, 3.0 and "3"."""
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)


def _shapes(annotation: dict[str, Any], names: dict[str, str], ours: bool) -> list[Shape]:
    """The shapes of one annotation; a polygon of several parts becomes several polygons. Other tools write a box
    as a polygon of its corners; `ours` are polygons because somebody drew them.

    Raises:
        Wrong: it says something that makes no sense.
    """
    label = names.get(_key(annotation.get("category_id")))
    if label is None:
        raise RecordError(f"has the category {annotation.get('category_id')!r}, which is not listed")
    attributes = dict(members(annotation.get("attributes")))
    common: dict[str, Any] = {
        "label": label,
        "occluded": bool(attributes.pop("occluded", False)),
        "truncated": bool(attributes.pop("truncated", False)),
    }
    if "score" in annotation:
        common["extra"] = {"score": number(annotation["score"], "score")}
    special = kept_shape(attributes, common)
    if special is not None:
        return [special]
    if annotation.get("iscrowd"):
        attributes["iscrowd"] = True
    common["attributes"] = attributes
    segmentation = annotation.get("segmentation")
    if isinstance(segmentation, dict):
        return [_mask(segmentation, common)]
    if isinstance(segmentation, list) and segmentation:
        rings = [opened_ring(paired(numbers(part, "segmentation"))) for part in segmentation]
        if ours or len(rings) > 1 or not _is_box(rings[0], annotation.get("bbox")):
            return [Polygon(ring, **common) for ring in rings]
    x, y, width, height = numbers(annotation.get("bbox"), "bbox", 4)[:4]
    if width <= 0 or height <= 0:
        raise RecordError(f"has a bbox of {width:g} x {height:g} pixels")
    return [Box(x, y, width, height, **common)]


def _is_box(ring: tuple[tuple[float, float], ...], bbox: Any) -> bool:
    """Whether a ring only repeats the four corners of the box."""
    if len(ring) != 4 or not isinstance(bbox, list) or len(bbox) != 4:
        return False
    x, y, w, h = numbers(bbox, "bbox", 4)
    return set(ring) == {(x, y), (x + w, y), (x + w, y + h), (x, y + h)}


def _mask(segmentation: dict[str, Any], common: dict[str, Any]) -> Mask:
    height, width = (whole(side, "size") for side in numbers(segmentation.get("size"), "size", 2)[:2])
    counts = segmentation.get("counts")
    try:
        runs = rle.unpack(counts) if isinstance(counts, str) else [whole(n, "counts") for n in counts or ()]
    except ValueError as error:
        raise RecordError(f"has counts that cannot be read ({error})") from None
    problem = rle.check(runs, (height, width))
    if problem:
        raise RecordError(problem)
    return Mask((height, width), rle.pack(runs), **common)


def _recognise(_path: Path, head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{" and (b'"images"' in head or b'"image_id"' in head)


_RULES = {
    "negative": CARRIED,
    "box": CARRIED,
    "rotated box": KEPT,
    "polygon": CARRIED,
    "polygon with holes": FILLED,
    "polyline": LEFT_OUT,
    "spline": LEFT_OUT,
    "cuboid": KEPT,
    "mask": CARRIED,
    "attributes": CARRIED,
    "occluded": CARRIED,
    "truncated": CARRIED,
}
FORMAT = Format(
    "coco",
    "one JSON file: boxes, polygons, masks, attributes",
    write,
    read,
    _RULES,
    file="annotations.json",
    recognise=_recognise,
)
