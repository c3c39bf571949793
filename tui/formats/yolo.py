"""YOLO in the layout of Ultralytics: `data.yaml`, `images/PART/NAME`, `labels/PART/STEM.txt`.

One row an object: class and numbers between 0 and 1, six decimals (0.003 pixels on 4,000). detect: middle
and size; segment: an outline; obb: four corners; classify: a folder of images a class. Classes count from 0
without gaps, every image has its label file, no part is both `train` and `val`.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from tui.errors import UsageError
from tui.formats import labelled_folders
from tui.formats.adapt import size_of
from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.conversions import (
    CLOSED_FLATTENED,
    CORNERS,
    ENCLOSED,
    HOLES_FILLED,
    OUTLINED,
    box_of_corners,
)  # fmt: skip
from tui.formats.labelled_folders import image_at
from tui.formats.reading import (
    ImageRecord,
    PixelSize,
    ReadContext,
    by_number,
    files_below,
    numbered,
    utf8_text,
)
from tui.formats.rules import CARRIED
from tui.formats.values import RecordError, coordinate, extent, number, paired
from tui.model.geometry import Point, Ring
from tui.model.measure import box_corners
from tui.model.shapes import Box, Polygon, Shape, kind_of
from tui.text import counted

_NUMBER = re.compile("[0-9]{1,9}")
RowValues = Callable[[Shape, ExportedImage, ExportJob], Sequence[float]]
"""The numbers of a row behind its class."""


def _write(images: Iterable[ExportedImage], job: ExportJob, *, values_of: RowValues) -> None:
    parts: dict[str, None] = dict.fromkeys(job.options.split.names if job.options.split else ("train",))
    for image in images:
        part = job.part_of(image)
        rows = [_row(shape, image, job, values_of) for shape in image.shapes]
        stem = os.path.splitext(image.name)[0]
        job.tree.write(f"labels/{part}/{stem}.txt", "".join(rows).encode())
        job.put_image(f"images/{part}/{image.name}", image)
    lines = [f"{part}: images/{part}\n" for part in parts]
    lines.append("names:\n")
    lines += [f"  {n}: {json.dumps(name, ensure_ascii=False)}\n" for n, name in enumerate(job.classes.names)]
    job.tree.write("data.yaml", "".join(lines).encode("utf-8", "backslashreplace"))


def _row(shape: Shape, image: ExportedImage, job: ExportJob, values_of: RowValues) -> str:
    number = job.classes[shape.label]
    values = (min(max(value, 0.0), 1.0) for value in values_of(shape, image, job))
    return f"{number} {' '.join(f'{value:.6f}' for value in values)}\n"


def _middle_and_size(shape: Shape, image: ExportedImage, _job: ExportJob) -> Sequence[float]:
    assert isinstance(shape, Box)
    width, height = image.width, image.height
    middle = ((shape.x + shape.width / 2) / width, (shape.y + shape.height / 2) / height)
    return (*middle, shape.width / width, shape.height / height)


def _outline(shape: Shape, image: ExportedImage, job: ExportJob) -> Sequence[float]:
    width, height = image.width, image.height
    corners = _OUTLINES[kind_of(shape)](shape)
    if not all(0 <= x <= width and 0 <= y <= height for x, y in corners):
        job.report.changed("rotated box", "corners outside the image moved to its edge")
    return [value for x, y in corners for value in (x / width, y / height)]


_OUTLINES: dict[str, Callable[[Any], Ring]] = {"box": box_corners, "polygon": attrgetter("points")}


def _notes(job: ExportJob) -> list[str]:
    if job.options.split is None:
        return ["all images are in train; --split train=0.8,val=0.2 makes parts"]
    return []


# Reading.


def read(path: Path, context: ReadContext) -> Iterator[ImageRecord]:
    """A folder with `data.yaml` or `classes.txt` and its label files. Sizes come from the images beside them,
    else from the project's. Of a classify folder the images themselves say their class."""
    names = _names(path)
    root = path if path.is_dir() else path.parent
    labels = root / "labels" if (root / "labels").is_dir() else root
    files = [file for file in files_below(labels, "*.txt") if _holds_labels(file, root)]
    if not files:
        raise UsageError(f"{path}: there are no label files in it.")
    for file in files:
        record = _record(file, labels, root, names, context)
        if record is not None:
            yield record


def _holds_labels(file: Path, root: Path) -> bool:
    """Whether a text file is none of those that say classes or list images."""
    is_list = file.parent == root and file.stem in ("train", "val", "test", "obj")
    return not is_list and file.name not in ("classes.txt", "README.txt")


def _record(
    file: Path, labels: Path, root: Path, names: dict[int, str], context: ReadContext
) -> ImageRecord | None:
    stem = file.relative_to(labels).with_suffix("").as_posix()
    image = image_at(f"{root}/images/{stem}") or image_at(str(file.with_suffix("")))
    name = stem + (image.suffix if image else "")
    size = (size_of(image) if image else None) or context.size_of(name)
    rows = _rows(file)
    if size is None and rows:
        context.wrong(str(file), "has no image that tells its size; give --images ROOT")
        return None
    parse = partial(_shape, size=size or (1, 1), names=names)
    shapes = context.parse_each(rows, parse, by_number(f"{file}, line"))
    width, height = size or (None, None)
    return ImageRecord(str(file), name, width, height, shapes=numbered(shapes))


def _rows(file: Path) -> list[list[str]]:
    """The words of each line that is not empty."""
    lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    return [line.split() for line in lines if line.strip()]


def _shape(row: list[str], *, size: PixelSize, names: dict[int, str]) -> Shape:
    """A row of 5 numbers is a box, of 6 one with a score; more are an outline, four corners of a box a box.

    Raises:
        RecordError: it is none of these.
    """
    index, *values = (number(text, "a value") for text in row)
    label = names.get(int(index)) if index.is_integer() else None
    if label is None:
        raise RecordError(
            f"has the class {row[0]}, which is not among {counted(len(names), 'name')} of the data set"
        )
    if len(values) in (4, 5):
        return _box(values, size, label)
    ring: tuple[Point, ...] = tuple((_pixel(x * size[0]), _pixel(y * size[1])) for x, y in paired(values))
    # Six decimals move a corner by up to half of a millionth of the side.
    return box_of_corners(ring, max(size) * 2e-6, label=label) or Polygon(ring, label=label)


def _box(values: list[float], size: PixelSize, label: str) -> Box:
    """Middle and size, as shares of the image's sides, and perhaps a score."""
    x, y, w, h = (_pixel(value * side) for value, side in zip(values, (*size, *size), strict=False))
    extent(w, h)
    score = {"score": values[4]} if len(values) == 5 else {}
    return Box(x - w / 2, y - h / 2, w, h, label=label, extra=score)


_pixel = partial(coordinate, what="a value")
"""A coordinate in pixels, not too far out."""


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
    lines = utf8_text(path.read_bytes(), str(path)).splitlines()
    if path.suffix == ".txt":
        return dict(enumerate(line.strip() for line in lines if line.strip()))
    names = _yaml_names(lines)
    if not names:
        raise UsageError(f"{path} has no names of classes.")
    return names


def _yaml_names(lines: list[str]) -> dict[int, str]:
    """What stands behind `names:`."""
    before = itertools.takewhile(lambda line: not line.startswith("names:"), lines)
    first, *rest = [*lines[len(list(before)) :], ""]
    inline = first.removeprefix("names:").strip()
    if inline.startswith("["):
        return _bracketed_names(" ".join([inline, *rest]))
    names: dict[int, str] = {}
    for line in filter(_says_something, rest):
        entry = _entry(line, len(names))
        if entry is None:
            break
        names[entry[0]] = entry[1]
    return names


def _says_something(line: str) -> bool:
    """Whether a line is neither empty nor a comment."""
    return line.strip()[:1] not in ("", "#")


def _bracketed_names(text: str) -> dict[int, str]:
    parts = text[1:].rpartition("]")[0].split(",")
    return dict(enumerate(_scalar(part) for part in parts if part.strip()))


def _entry(line: str, following: int) -> tuple[int, str] | None:
    """Number and name of a class: `- name`, or `0: name` further in; None when the list is over."""
    entry = line.strip()
    if entry.startswith("- "):
        return following, _scalar(entry[2:])
    key, colon, value = entry.partition(":")
    is_entry = line[0] in " \t" and colon and _NUMBER.fullmatch(key.strip())
    return (int(key), _scalar(value)) if is_entry else None


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
    **dict.fromkeys(("rotated box", "polygon", "polygon with holes", "cuboid", "mask"), ENCLOSED),
}
_OBB = {**_DETECT, "rotated box": CARRIED}
_SEGMENT = {
    **_DETECT,
    "box": CORNERS,
    "rotated box": CORNERS,
    "polygon": CARRIED,
    "polygon with holes": HOLES_FILLED,
    "spline": CLOSED_FLATTENED,
    "mask": OUTLINED,
}
_DETECT_FORMAT = Format(
    "yolo detect",
    "for Ultralytics (--task detect, segment, obb, classify)",
    partial(_write, values_of=_middle_and_size),
    read,
    _DETECT,
    images="link",
    by_pictures=True,
    unique_stems=True,
    precision="six decimals of the side: 0.003 pixels on 4,000",
    recognise=_recognise,
    notes=_notes,
)
_write_outlines = partial(_write, values_of=_outline)
FORMAT = replace(
    _DETECT_FORMAT,
    name="yolo",
    default_variant=lambda kind: "detect" if kind == "shapes" else "classify",
    variants={
        "detect": _DETECT_FORMAT,
        "segment": replace(_DETECT_FORMAT, name="yolo segment", write=_write_outlines, rules=_SEGMENT),
        "obb": replace(_DETECT_FORMAT, name="yolo obb", write=_write_outlines, rules=_OBB),
        "classify": replace(
            _DETECT_FORMAT,
            name="yolo classify",
            write=labelled_folders.write,
            rules={"class": CARRIED},
            unique_stems=False,
        ),
    },
)
