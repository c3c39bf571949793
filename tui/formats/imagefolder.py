"""Folders of images for Hugging Face datasets and torchvision.

classify: `PART/CLASS/NAME`, as both read it. detect: `PART/NAME` with `PART/metadata.jsonl`, as Hugging Face
reads it: boxes `[x, y, width, height]` in pixels with the names of their classes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from tui.errors import UsageError
from tui.formats import labelled_folders
from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.conversions import ENCLOSED
from tui.formats.json_text import dumps, json_lines, members
from tui.formats.reading import ImageRecord, ReadContext, folder_below, numbered
from tui.formats.rules import CARRIED, carried
from tui.formats.values import RecordError, listed, numbers, required_text, side
from tui.model.shapes import Box
from tui.text import counted


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    """A `metadata.jsonl` a part, and the images beside it."""
    parts: dict[str, io.BufferedWriter] = {}
    try:
        for image in images:
            part = job.part_of(image)
            if part not in parts:
                parts[part] = open(job.tree.path(f"{part}/metadata.jsonl"), "wb")  # noqa: SIM115
            job.put_image(f"{part}/{image.name}", image)
            parts[part].write(dumps(_row(image)) + b"\n")
    finally:
        for file in parts.values():
            file.close()


def _row(image: ExportedImage) -> dict[str, Any]:
    boxes = [shape for shape in image.shapes if isinstance(shape, Box)]
    return {
        "file_name": image.name,
        "width": image.width,
        "height": image.height,
        "labels": list(image.labels),
        "objects": {
            "bbox": [[box.x, box.y, box.width, box.height] for box in boxes],
            "categories": [box.label for box in boxes],
        },
    }


def read(path: Path, context: ReadContext) -> Iterator[ImageRecord]:
    """`metadata.jsonl` files where there are any, else folders named after their class."""
    lists = sorted(path.rglob("metadata.jsonl")) if path.is_dir() else [path]
    if lists:
        for file in lists:
            yield from _listed(file, path, context)
    else:
        yield from _folders(path)


def _folders(path: Path) -> Iterator[ImageRecord]:
    record = None
    for record in labelled_folders.read_folders(path):
        yield record
    if record is None:
        raise UsageError(f"{path}: there are no images in folders and no metadata.jsonl in it.")


def _listed(file: Path, root: Path, context: ReadContext) -> Iterator[ImageRecord]:
    """The images that a `metadata.jsonl` lists; folders of parts are not in their names."""
    below = folder_below(root, file.parent) if root.is_dir() else ""
    prefix = "" if below.rstrip("/") in labelled_folders.PARTS else below
    for line in json_lines(file):
        yield from context.parse_one(line, partial(_record, prefix=prefix), line[0])


def _record(line: tuple[str, Any], *, prefix: str) -> ImageRecord:
    where, data = line[0], members(line[1])
    name = required_text(data.get("file_name"), "has no file_name")
    labels = data.get("labels", data.get("label", []))
    labels = labels if isinstance(labels, list) else [labels]
    named = tuple(str(label) for label in labels if label is not None)
    width, height = side(data.get("width"), "width"), side(data.get("height"), "height")
    shapes = numbered(_boxes(members(data.get("objects"))))
    return ImageRecord(where, prefix + name, width, height, labels=named, shapes=shapes)


def _boxes(objects: dict[str, Any]) -> list[Box]:
    boxes = listed(objects.get("bbox"), "boxes")
    classes: Any = next((objects[key] for key in ("categories", "category", "label") if key in objects), [])
    if not isinstance(classes, list) or len(classes) != len(boxes):
        raise RecordError(f"has {counted(len(boxes), 'box', 'boxes')} and not as many categories")
    return [
        Box(*numbers(box, "bbox", 4)[:4], label=str(label)) for box, label in zip(boxes, classes, strict=True)
    ]


def _recognise(path: Path, head: bytes) -> bool:
    if path.is_dir():
        return next(path.rglob("metadata.jsonl"), None) is not None or labelled_folders.holds_images(path)
    return b'"file_name"' in head.split(b"\n", 1)[0]


_DETECT = {
    **carried(("class", "tags", "negative", "box")),
    **dict.fromkeys(("rotated box", "polygon", "polygon with holes", "cuboid", "mask"), ENCLOSED),
}
_FORMAT = Format(
    "imagefolder",
    "for Hugging Face and torchvision (--task classify, detect)",
    write,
    read,
    _DETECT,
    images="link",
    by_pictures=True,
    recognise=_recognise,
    default_variant=lambda kind: "classify" if kind == "classify" else "detect",
)
FORMAT = replace(
    _FORMAT,
    variants={
        "classify": replace(
            _FORMAT, name="imagefolder classify", write=labelled_folders.write, rules={"class": CARRIED}
        ),
        "detect": replace(_FORMAT, name="imagefolder detect"),
    },
)
