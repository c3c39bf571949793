"""Pascal VOC: one XML file an image in `Annotations/`, images in `JPEGImages/`, parts in `ImageSets/Main/`.

Two conventions are in use, and a file does not say which: floats from 0 with the end excluded, which most
tools write and read, and the data set's own: integers from 1, the last pixel included.
"""

from __future__ import annotations

import math
import os
import xml.etree.ElementTree as Xml
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tui.errors import UsageError
from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.conversions import ENCLOSED, KEPT
from tui.formats.kept import MARKS, restored_or
from tui.formats.reading import ImageRecord, ReadContext, by_number, files_below, folder_below, numbered
from tui.formats.rules import FeatureRule, Fidelity, carried
from tui.formats.values import RecordError, checked_edges, coordinate, required_text, side
from tui.formats.xml_text import attribute_text, attribute_value, escaped, holds, root_of
from tui.model.shapes import Box, Shape


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    """One XML file an image, and lists of the images of each part where there is a split."""
    parts: dict[str, list[str]] = {}
    official = job.options.voc_official
    for image in images:
        stem = os.path.splitext(image.name)[0]
        if not holds(image.name):
            job.report.changed("name", "bytes that XML cannot hold written as \\xNN")
        job.tree.write(f"Annotations/{stem}.xml", _document(image, official, job).encode())
        job.put_image(f"JPEGImages/{image.name}", image)
        if job.assign is not None:
            parts.setdefault(job.part_of(image), []).append(stem)
    for part, stems in sorted(parts.items()):
        text = "".join(f"{stem}\n" for stem in stems)
        job.tree.write(f"ImageSets/Main/{part}.txt", text.encode("utf-8", "surrogateescape"))


def _document(image: ExportedImage, official: bool, job: ExportJob) -> str:
    boxes = [shape for shape in image.shapes if isinstance(shape, Box)]
    for _ in filter(_is_fractional, boxes if official else ()):
        job.report.changed("box", "edges rounded outwards to whole pixels")
    objects = "".join(_object(box, official) for box in boxes)
    return (
        "<annotation>\n\t<folder>JPEGImages</folder>\n"
        f"\t<filename>{escaped(image.name)}</filename>\n"
        f"\t<size>\n\t\t<width>{image.width}</width>\n\t\t<height>{image.height}</height>\n"
        "\t\t<depth>3</depth>\n\t</size>\n\t<segmented>0</segmented>\n"
        f"{objects}</annotation>\n"
    )


def _is_fractional(box: Box) -> bool:
    return any(value % 1 for value in (box.x, box.y, box.width, box.height))


def _object(box: Box, official: bool) -> str:
    xmin, ymin, xmax, ymax = _official_edges(box) if official else _edges(box)
    kept = dict(box.attributes)
    difficult = int(kept.pop("difficult", False) is True)
    return (
        f"\t<object>\n\t\t<name>{escaped(box.label)}</name>\n\t\t<pose>Unspecified</pose>\n"
        f"\t\t<truncated>{int(box.truncated)}</truncated>\n\t\t<occluded>{int(box.occluded)}</occluded>\n"
        f"\t\t<difficult>{difficult}</difficult>\n"
        f"\t\t<bndbox>\n\t\t\t<xmin>{xmin}</xmin>\n\t\t\t<ymin>{ymin}</ymin>\n"
        f"\t\t\t<xmax>{xmax}</xmax>\n\t\t\t<ymax>{ymax}</ymax>\n\t\t</bndbox>\n"
        f"{_attributes(kept) if kept else ''}\t</object>\n"
    )


def _edges(box: Box) -> tuple[float, float, float, float]:
    """Left, top, right and bottom in pixels from 0, the end excluded."""
    return box.x, box.y, box.x + box.width, box.y + box.height


def _official_edges(box: Box) -> tuple[int, int, int, int]:
    """The same as whole pixels from 1, the last one included, rounded outwards."""
    left, top, right, bottom = _edges(box)
    return math.floor(left) + 1, math.floor(top) + 1, math.ceil(right), math.ceil(bottom)


def _attributes(kept: dict[str, Any]) -> str:
    rows = "".join(
        f"\t\t\t<attribute>\n\t\t\t\t<name>{escaped(name)}</name>\n"
        f"\t\t\t\t<value>{escaped(attribute_text(value))}</value>\n\t\t\t</attribute>\n"
        for name, value in kept.items()
    )
    return f"\t\t<attributes>\n{rows}\t\t</attributes>\n"


def _notes(job: ExportJob) -> list[str]:
    if job.options.voc_official:
        return ["coordinates: integers from 1, the last pixel included (--voc-official)"]
    return ["coordinates: floats from 0, the end excluded; --voc-official writes integers from 1"]


# Reading.


def read(path: Path, context: ReadContext) -> Iterator[ImageRecord]:
    """A folder of XML files (all below it), or one of them."""
    folder = path / "Annotations" if (path / "Annotations").is_dir() else path
    files = files_below(folder, "*.xml") if path.is_dir() else [path]
    if not files:
        raise UsageError(f"{path}: there are no XML files in it.")
    hints = _Hints()
    for file in files:
        root = root_of(file)
        for record in context.parse_one(root, partial(_record, file, folder, context), str(file)):
            hints.see(root, record)
            yield record
    if context.voc == "floats" and hints.are_official:
        context.note(
            f"{path} looks like integers counted from 1; it was read as floats from 0. If it is the former, "
            "use --voc-official."
        )


def _record(file: Path, folder: Path, context: ReadContext, root: Xml.Element) -> ImageRecord:
    if root.tag != "annotation":
        raise RecordError(f"is <{root.tag}>, not <annotation>")
    name = (root.findtext("filename") or "").strip("\n") or file.with_suffix("").name
    if folder.is_dir() and "/" not in name and "\\" not in name:
        name = folder_below(folder, file.parent) + name
    width, height = (side(root.findtext(f"size/{name}"), name) for name in ("width", "height"))
    parse = partial(_shape, official=context.voc == "official")
    shapes = context.parse_each(root.findall("object"), parse, by_number(f"{file}, object"))
    return ImageRecord(str(file), name, width, height, shapes=numbered(shapes))


def _shape(element: Xml.Element, *, official: bool) -> Shape:
    label = required_text(element.findtext("name"), "has no name")
    xmin, ymin, xmax, ymax = (
        coordinate(element.findtext(f"bndbox/{edge}"), edge) for edge in ("xmin", "ymin", "xmax", "ymax")
    )
    first = 1 if official else 0
    box = checked_edges(xmin - first, ymin - first, xmax, ymax)
    common: dict[str, Any] = {"label": label}
    common |= {mark: element.findtext(mark) == "1" for mark in MARKS}
    attributes = {
        each.findtext("name") or "": attribute_value(each.findtext("value") or "")
        for each in element.iterfind("attributes/attribute")
    }
    if element.findtext("difficult") == "1":
        attributes["difficult"] = True
    return restored_or(partial(Box, *box), attributes, common)


class _Hints:
    """Whether the files look like the official convention: integers only, none below 1, some at the far edge."""

    def __init__(self) -> None:
        self._whole, self._at_edge = True, False

    def see(self, root: Xml.Element, record: ImageRecord) -> None:
        """Take in the boxes of a file."""
        for box in root.iterfind("object/bndbox"):
            texts = [box.findtext(edge) or "" for edge in ("xmin", "ymin", "xmax", "ymax")]
            self._whole = self._whole and all(map(_is_counted, texts))
            self._at_edge = self._at_edge or texts[2] == str(record.width) or texts[3] == str(record.height)

    @property
    def are_official(self) -> bool:
        """Whether all boxes seen look like the official convention."""
        return self._whole and self._at_edge


def _is_counted(text: str) -> bool:
    """Whether a text is an integer from 1 on."""
    return text.isdigit() and text != "0"


def _recognise(path: Path, head: bytes) -> bool:
    if path.is_dir():
        return (path / "Annotations").is_dir() or next(path.rglob("*.xml"), None) is not None
    return b"<annotation>" in head or b"<annotation " in head


_RULES = {
    **carried(("negative", "box", "occluded", "truncated")),
    "rotated box": KEPT,
    "polygon": ENCLOSED,
    "polygon with holes": ENCLOSED,
    "cuboid": KEPT,
    "mask": ENCLOSED,
    "attributes": FeatureRule(Fidelity.CARRIED, "as <attributes>, which few tools read"),
}
FORMAT = Format(
    "voc",
    "Pascal VOC XML files: boxes (floats from 0, or --voc-official)",
    write,
    read,
    _RULES,
    unique_stems=True,
    precision="exact; --voc-official rounds outwards to whole pixels",
    recognise=_recognise,
    notes=_notes,
)
