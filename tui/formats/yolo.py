"""YOLO in the layout of Ultralytics: `data.yaml`, `images/PART/NAME`, `labels/PART/STEM.txt`.

One row an object: class and numbers between 0 and 1, six decimals (0.003 pixels on 4,000). detect: middle
and size; segment: an outline; obb: four corners; classify: a folder of images a class. Classes count from 0
without gaps, every image has its label file, no part is both `train` and `val`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tui.errors import UsageError
from tui.formats import labelled_folders
from tui.formats.adapt import size_of
from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.changes import (
    CLOSED_FLATTENED,
    CORNERS,
    ENCLOSED,
    HOLES_FILLED,
    OUTLINED,
    box_of_corners,
)  # fmt: skip
from tui.formats.labelled_folders import image_at
from tui.formats.reading import ImageRecord, ReadContext, RecordError, numbered, paired
from tui.formats.reading import number as a_number
from tui.formats.rules import CARRIED
from tui.model.geometry import Point
from tui.model.measure import box_corners
from tui.model.shapes import Box, Polygon, Shape


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    parts: dict[str, None] = dict.fromkeys(job.options.split.names if job.options.split else ("train",))
    for image in images:
        part = job.part_of(image)
        rows = [_row(shape, image, job) for shape in image.shapes]
        stem = os.path.splitext(image.name)[0]
        job.tree.write(f"labels/{part}/{stem}.txt", "".join(rows).encode())
        job.tree.put_image(f"images/{part}/{image.name}", job.source(image), job.images)
    lines = [f"{part}: images/{part}\n" for part in parts]
    lines.append("names:\n")
    lines += [f"  {n}: {json.dumps(name, ensure_ascii=False)}\n" for n, name in enumerate(job.classes.names)]
    job.tree.write("data.yaml", "".join(lines).encode("utf-8", "backslashreplace"))


def _row(shape: Shape, image: ExportedImage, job: ExportJob) -> str:
    number, width, height = job.classes[shape.label], image.width, image.height
    if job.format.name == "yolo detect":
        assert isinstance(shape, Box)
        middle = ((shape.x + shape.width / 2) / width, (shape.y + shape.height / 2) / height)
        values: Sequence[float] = (*middle, shape.width / width, shape.height / height)
    else:
        corners = (
            shape.points
            if isinstance(shape, Polygon)
            else box_corners(shape)
            if isinstance(shape, Box)
            else ()
        )
        if any(not (0 <= x <= width and 0 <= y <= height) for x, y in corners):
            job.report.changed("rotated box", "corners outside the image moved to its edge")
        values = [value for x, y in corners for value in (x / width, y / height)]
    return f"{number} {' '.join(f'{min(max(value, 0.0), 1.0):.6f}' for value in values)}\n"


def _notes(job: ExportJob) -> list[str]:
    if job.options.split is None:
        return ["all images are in train; --split train=0.8,val=0.2 makes parts"]
    return []


# Reading.


def read(path: Path, context: ReadContext) -> Iterator[ImageRecord]:
    """A folder with `data.yaml` or `classes.txt` and its label files. Sizes come from the images beside them,
    else from the project's. Of a classify folder the images themselves say their class."""
    root = path if path.is_dir() else path.parent
    names = _names(root if path.is_dir() else path)
    labels = root / "labels" if (root / "labels").is_dir() else root
    found = False
    for file in sorted(labels.rglob("*.txt"), key=lambda each: each.as_posix()):
        if file.name in ("classes.txt", "README.txt") or (
            file.parent == root and labels == root and _is_list(file)
        ):
            continue
        found = True
        record = _record(file, labels, root, names, context)
        if record is not None:
            yield record
    if not found:
        raise UsageError(f"{path}: there are no label files in it.")


def _is_list(file: Path) -> bool:
    return file.stem in ("train", "val", "test", "obj")


def _record(
    file: Path, labels: Path, root: Path, names: dict[int, str], context: ReadContext
) -> ImageRecord | None:
    stem = file.relative_to(labels).with_suffix("").as_posix()
    image = image_at(f"{root}/images/{stem}") or image_at(str(file.with_suffix("")))
    name = stem + (image.suffix if image else "")
    size = (size_of(image) if image else None) or context.size_of(name)
    rows = [
        line.split()
        for line in file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        if line.strip()
    ]
    if size is None and rows:
        context.wrong(str(file), "has no image that tells its size; give --images ROOT")
        return None
    width, height = size or (None, None)
    shapes = []
    for number, row in enumerate(rows, 1):
        try:
            shapes.append(_shape(row, width or 1, height or 1, names))
        except RecordError as wrong:
            context.wrong(f"{file}, line {number}", str(wrong))
    return ImageRecord(str(file), name, width, height, shapes=numbered(shapes))


def _shape(row: list[str], width: int, height: int, names: dict[int, str]) -> Shape:
    """A row of 5 numbers is a box, of 6 one with a score; more are an outline, four corners of a box a box.

    Raises:
        Wrong: it is none of these.
    """
    numbers = [a_number(text, "a value") for text in row]
    number = int(numbers[0])
    if number not in names or number != numbers[0]:
        raise RecordError(f"has the class {row[0]}, which is not among the {len(names)} names")
    values, label = numbers[1:], names[number]
    if len(values) in (4, 5):
        x, y, w, h = values[0] * width, values[1] * height, values[2] * width, values[3] * height
        if w <= 0 or h <= 0:
            raise RecordError(f"has a box of {w:g} x {h:g} pixels")
        box = Box(x - w / 2, y - h / 2, w, h, label=label)
        return replace(box, extra={"score": values[4]}) if len(values) == 5 else box
    points: tuple[Point, ...] = tuple((x * width, y * height) for x, y in paired(values))
    # Six decimals move a corner by up to half of a millionth of the side.
    return box_of_corners(points, max(width, height) * 2e-6, label=label) or Polygon(points, label=label)


def _names(path: Path) -> dict[int, str]:
    """Class names of a `data.yaml` (a map, a list, or one in brackets) or a `classes.txt`.

    Raises:
        UsageError: neither says them.
    """
    if path.is_dir():
        found = sorted(path.glob("*.yaml")) + sorted(path.glob("*.yml")) + sorted(path.glob("**/classes.txt"))
        if not found:
            raise UsageError(f"{path} has no data.yaml or classes.txt with the names of the classes.")
        path = found[0]
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    if path.suffix == ".txt":
        return dict(enumerate(line.strip() for line in lines if line.strip()))
    names = _yaml_names(lines)
    if not names:
        raise UsageError(f"{path} has no names of classes.")
    return names


def _yaml_names(lines: list[str]) -> dict[int, str]:
    names: dict[int, str] = {}
    at = next((n for n, line in enumerate(lines) if line.startswith("names:")), len(lines))
    inline = lines[at].removeprefix("names:").strip() if at < len(lines) else ""
    if inline.startswith("["):
        text = " ".join([inline, *lines[at + 1 :]])
        return dict(
            enumerate(_scalar(part) for part in text[1 : text.rindex("]")].split(",") if part.strip())
        )
    for line in lines[at + 1 :]:
        entry = line.strip()
        if not entry or entry.startswith("#"):
            continue
        key, colon, value = entry.partition(":")
        if entry.startswith("- "):
            names[len(names)] = _scalar(entry[2:])
        elif line[0] in " \t" and colon and key.strip().isdigit():
            names[int(key)] = _scalar(value)
        else:
            break
    return names


def _scalar(text: str) -> str:
    """A YAML scalar: quoted one way or the other, or plain with perhaps a comment."""
    text = text.strip()
    if text.startswith('"'):
        try:
            value, _ = json.JSONDecoder().raw_decode(text)
            return str(value)
        except ValueError:
            return text.strip('"')
    if text.startswith("'"):
        return text[1 : text.rindex("'")].replace("''", "'")
    return text.split(" #")[0].strip()


def _recognise(path: Path, head: bytes) -> bool:
    if path.is_dir():
        return (path / "labels").is_dir() or (path / "classes.txt").exists()
    return path.suffix.lower() in (".yaml", ".yml") and b"names:" in head


_DETECT = {
    "negative": CARRIED,
    "box": CARRIED,
    "rotated box": ENCLOSED,
    "polygon": ENCLOSED,
    "polygon with holes": ENCLOSED,
    "cuboid": ENCLOSED,
    "mask": ENCLOSED,
}
_SEGMENT = {
    **_DETECT,
    "box": CORNERS,
    "rotated box": CORNERS,
    "polygon": CARRIED,
    "polygon with holes": HOLES_FILLED,
    "spline": CLOSED_FLATTENED,
    "mask": OUTLINED,
}
_PRECISION = "six decimals of the side: 0.003 pixels on 4,000"
FORMAT = Format(
    "yolo",
    "a folder for Ultralytics (--task detect, segment, obb, classify)",
    write,
    read,
    _DETECT,
    images="link",
    unique_stems=True,
    precision=_PRECISION,
    recognise=_recognise,
    notes=_notes,
)
_CLASSIFY = replace(
    FORMAT,
    name="yolo classify",
    write=labelled_folders.write,
    rules={"class": CARRIED},
    unique_stems=False,
    notes=_notes,
)
FORMAT = replace(
    FORMAT,
    default_variant=lambda kind: "detect" if kind == "shapes" else "classify",
    variants={
        "detect": replace(FORMAT, name="yolo detect"),
        "segment": replace(FORMAT, name="yolo segment", rules=_SEGMENT),
        "obb": replace(FORMAT, name="yolo obb", rules={**_DETECT, "rotated box": CARRIED}),
        "classify": _CLASSIFY,
    },
)
