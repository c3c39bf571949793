"""COCO instances: one JSON object of images, annotations and categories (cocodataset.org, "Data format").

Coordinates are floats in pixels, written in full. Annotations go through a spool, because images stand
before them; nothing else is held.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from tui.errors import UsageError
from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.conversions import FILLED, KEPT
from tui.formats.json_text import dumps, load, members
from tui.formats.kept import restored
from tui.formats.output import append_spool, spool
from tui.formats.reading import ImageRecord, ReadContext, numbered
from tui.formats.rules import CARRIED, carried
from tui.formats.values import RecordError, extent, listed, number, numbers, opened_ring, paired, side, whole
from tui.model import rle
from tui.model.geometry import Point, bounds_of, ring_area
from tui.model.shapes import Box, Mask, Polygon, Shape, kind_of

_OURS = "exported by termlabel"


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    """One JSON object: images as they come, annotations from a spool, then the categories that were met."""
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
    text = f'{{"id":{number},"image_id":{image},"category_id":{category},{_WRITERS[kind_of(shape)](shape)}'
    if shape.attributes or shape.occluded or shape.truncated:
        text += f',"attributes":{dumps(_attributes(shape)).decode()}'
    return text + "}"


def _box(box: Box) -> str:
    x, y, w, h = box.x, box.y, box.width, box.height
    return f'"bbox":[{x!r},{y!r},{w!r},{h!r}],"area":{w * h!r},"iscrowd":0,"segmentation":[]'


def _polygon(polygon: Polygon) -> str:
    x, y, w, h = bounds_of(polygon.points)
    ring = ",".join(f"{x!r},{y!r}" for x, y in polygon.points)
    area = ring_area(polygon.points)
    return f'"bbox":[{x!r},{y!r},{w!r},{h!r}],"area":{area!r},"iscrowd":0,"segmentation":[[{ring}]]'


def _mask(mask: Mask) -> str:
    runs = mask.runs
    return (
        f'"bbox":{list(rle.box(runs, mask.size))},"area":{rle.area(runs)},"iscrowd":0,'
        f'"segmentation":{{"size":{list(mask.size)},"counts":{json.dumps(mask.counts)}}}'
    )


_WRITERS: dict[str, Callable[[Any], str]] = {"box": _box, "polygon": _polygon, "mask": _mask}
"""Kinds of shapes that have a form of their own here; others are converted by a rule, or left out."""


def _attributes(shape: Shape) -> dict[str, Any]:
    marks = {name: True for name in ("occluded", "truncated") if getattr(shape, name)}
    return {**shape.attributes, **marks}


# Reading.


def read(path: Path, context: ReadContext) -> Iterator[ImageRecord]:
    """Images in the file's order; ids may be texts or floats, as some tools write them."""
    data = _document(path)
    parse = partial(
        _shapes, names=_categories(data), ours=members(data.get("info")).get("description") == _OURS
    )
    place = partial(_place_of, path)
    by_image = _annotations(path, data, context)
    for at, image in enumerate(data["images"], 1):
        where, entry = f"{path}, image {at}", members(image)
        its = by_image.pop(_key(entry.get("id")), ()) if entry else ()
        for name, width, height in context.parse_one(entry, _image, where):
            found = context.parse_each(its, parse, place)
            yield ImageRecord(where, name, width, height, shapes=numbered(chain.from_iterable(found)))
    for key, left in by_image.items():
        context.wrong(_place_of(path, 1, left[0]), f"belongs to image {key}, which is not listed")


def _document(path: Path) -> dict[str, Any]:
    """The whole of a file, whose `images` are a list.

    Raises:
        UsageError: it is no COCO data set.
    """
    data = load(path)
    if isinstance(data, list):
        raise UsageError(f"{path} is a list of results without images; termlabel reads COCO data sets.")
    if not isinstance(members(data).get("images"), list):
        raise UsageError(f"{path} has no list of images, so it is no COCO file.")
    for name in ("annotations", "categories"):
        if not isinstance(data.get(name) or [], list):
            raise UsageError(f"{path} has {name} that are no list, so it is no COCO file.")
    return members(data)


def _categories(data: dict[str, Any]) -> dict[str, str]:
    """Names of categories by id."""
    found = (each for each in data.get("categories") or () if isinstance(each, dict))
    return {str(each.get("id")): str(each.get("name")) for each in found}


def _annotations(path: Path, data: dict[str, Any], context: ReadContext) -> dict[str, list[dict[str, Any]]]:
    """Annotations by the id of their image."""
    found: dict[str, list[dict[str, Any]]] = {}
    for at, annotation in enumerate(data.get("annotations") or (), 1):
        if isinstance(annotation, dict):
            found.setdefault(_key(annotation.get("image_id")), []).append(annotation)
        else:
            context.wrong(f"{path}, annotation {at}", "is no object")
    return found


def _place_of(path: Path, _number: int, annotation: dict[str, Any]) -> str:
    return f"{path}, annotation {annotation.get('id')}"


def _image(data: dict[str, Any]) -> tuple[str, int | None, int | None]:
    """Name, width and height of an image; in pixels, where it says them."""
    name = data.get("file_name")
    if not isinstance(name, str):
        raise RecordError("has no file_name")
    return name, side(data.get("width"), "width"), side(data.get("height"), "height")


def _key(value: Any) -> str:
    """An id that is the same for 3, 3.0 and "3"."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _shapes(annotation: dict[str, Any], *, names: dict[str, str], ours: bool) -> list[Shape]:
    """The shapes of one annotation; a polygon of several parts becomes several polygons.

    Raises:
        RecordError: it says something that makes no sense.
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
    special = restored(attributes, common)
    if special is not None:
        return [special]
    if annotation.get("iscrowd"):
        attributes["iscrowd"] = True
    return _plain(annotation, ours, {**common, "attributes": attributes})


def _plain(annotation: dict[str, Any], ours: bool, common: dict[str, Any]) -> list[Shape]:
    """A mask, polygons or a box. Other tools write a box as a polygon of its corners; `ours` are polygons because
    somebody drew them."""
    segmentation = annotation.get("segmentation")
    if isinstance(segmentation, dict):
        return [_read_mask(segmentation, common)]
    if isinstance(segmentation, list) and segmentation:
        rings = [opened_ring(paired(numbers(part, "segmentation"))) for part in segmentation]
        if ours or len(rings) > 1 or not _is_box(rings[0], annotation.get("bbox")):
            return [Polygon(ring, **common) for ring in rings]
    x, y, width, height = numbers(annotation.get("bbox"), "bbox", 4)[:4]
    return [Box(x, y, *extent(width, height, "bbox"), **common)]


def _is_box(ring: tuple[Point, ...], bbox: Any) -> bool:
    """Whether a ring only repeats the four corners of the box."""
    if len(ring) != 4 or not isinstance(bbox, list) or len(bbox) != 4:
        return False
    x, y, w, h = numbers(bbox, "bbox", 4)
    return set(ring) == {(x, y), (x + w, y), (x + w, y + h), (x, y + h)}


def _read_mask(segmentation: dict[str, Any], common: dict[str, Any]) -> Mask:
    height, width = (whole(side, "size") for side in numbers(segmentation.get("size"), "size", 2)[:2])
    runs = _runs(segmentation.get("counts"))
    problem = rle.check(runs, (height, width))
    if problem:
        raise RecordError(problem)
    return Mask((height, width), rle.pack(runs), **common)


def _runs(counts: Any) -> list[int]:
    """Run lengths in pixels, out of COCO's text or its list."""
    try:
        return (
            rle.unpack(counts)
            if isinstance(counts, str)
            else [whole(n, "counts") for n in listed(counts, "counts")]
        )
    except ValueError as error:
        raise RecordError(f"has counts that cannot be read ({error})") from None


def _recognise(_path: Path, head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{" and (b'"images"' in head or b'"image_id"' in head)


_RULES = {
    **carried(_WRITERS),
    "negative": CARRIED,
    "rotated box": KEPT,
    "polygon with holes": FILLED,
    "cuboid": KEPT,
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
