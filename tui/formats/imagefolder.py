"""Folders of images for Hugging Face datasets and torchvision.

classify: `PART/CLASS/NAME`, as both read it. detect: `PART/NAME` with `PART/metadata.jsonl`, as Hugging Face
reads it: boxes `[x, y, width, height]` in pixels with the names of their classes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tui.errors import UsageError
from tui.formats import labelled_folders
from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.changes import ENCLOSED
from tui.formats.json_text import dumps, loads, members
from tui.formats.reading import ImageRecord, ReadContext, RecordError, numbered, numbers
from tui.formats.rules import CARRIED
from tui.model.shapes import Box, Shape


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    parts: dict[str, io.BufferedWriter] = {}
    try:
        for image in images:
            part = job.part_of(image)
            if part not in parts:
                parts[part] = open(job.tree.path(f"{part}/metadata.jsonl"), "wb")  # noqa: SIM115
            job.tree.put_image(f"{part}/{image.name}", job.source(image), job.images)
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
    if not lists:
        found = False
        for record in labelled_folders.read_folders(path):
            found = True
            yield record
        if not found:
            raise UsageError(f"{path}: there are no images in folders and no metadata.jsonl in it.")
    for file in lists:
        below = file.parent.relative_to(path).as_posix() if path.is_dir() else "."
        prefix = "" if below in (".", *labelled_folders.PARTS) else f"{below}/"
        with open(file, "rb") as lines:
            for number, line in enumerate(lines, 1):
                where = f"{file}, line {number}"
                if not line.strip():
                    continue
                try:
                    yield _record(where, prefix, members(loads(line, str(file), number - 1)))
                except RecordError as wrong:
                    context.wrong(where, str(wrong))


def _record(where: str, prefix: str, data: dict[str, Any]) -> ImageRecord:
    name = data.get("file_name")
    if not isinstance(name, str) or not name:
        raise RecordError("has no file_name")
    labels = data.get("labels", data.get("label", []))
    labels = labels if isinstance(labels, list) else [labels]
    objects = members(data.get("objects"))
    boxes = objects.get("bbox") or []
    classes: Any = next((objects[key] for key in ("categories", "category", "label") if key in objects), [])
    if not isinstance(classes, list) or len(classes) != len(boxes):
        raise RecordError(f"has {len(boxes)} boxes and not as many categories")
    shapes: list[Shape] = []
    for box, label in zip(boxes, classes, strict=True):
        x, y, width, height = numbers(box, "bbox", 4)[:4]
        shapes.append(Box(x, y, width, height, label=str(label)))
    sides = [data.get(side) if isinstance(data.get(side), int) else None for side in ("width", "height")]
    named = tuple(str(label) for label in labels if label is not None)
    return ImageRecord(where, prefix + name, sides[0], sides[1], labels=named, shapes=numbered(shapes))


def _recognise(path: Path, head: bytes) -> bool:
    if path.is_dir():
        return next(path.rglob("metadata.jsonl"), None) is not None or labelled_folders.holds_images(path)
    return b'"file_name"' in head.split(b"\n", 1)[0]


_DETECT = {
    "class": CARRIED,
    "tags": CARRIED,
    "negative": CARRIED,
    "box": CARRIED,
    "rotated box": ENCLOSED,
    "polygon": ENCLOSED,
    "polygon with holes": ENCLOSED,
    "cuboid": ENCLOSED,
    "mask": ENCLOSED,
}
_FORMAT = Format(
    "imagefolder",
    "folders of images for Hugging Face and torchvision (--task classify, detect)",
    write,
    read,
    _DETECT,
    images="link",
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
