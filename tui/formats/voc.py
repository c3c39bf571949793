"""Pascal VOC: one XML file an image in `Annotations/`, images in `JPEGImages/`, parts in `ImageSets/Main/`.

Two conventions are in use, and a file does not say which: floats from 0 with the end excluded, which most
tools write and read, and the data set's own: integers from 1, the last pixel included.
"""

from __future__ import annotations

import math
import os
import xml.etree.ElementTree as Xml
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tui.errors import UsageError
from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.changes import ENCLOSED, KEPT
from tui.formats.reading import ImageRecord, ReadContext, RecordError, kept_shape, numbered
from tui.formats.reading import number as a_number
from tui.formats.rules import CARRIED, FeatureRule, Fidelity
from tui.formats.xml_text import attribute_text, attribute_value, escaped, holds, root_of
from tui.model.shapes import Box, Shape


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    parts: dict[str, list[str]] = {}
    official = job.options.voc_official
    for image in images:
        stem = os.path.splitext(image.name)[0]
        if not holds(image.name):
            job.report.changed("name", "bytes that XML cannot hold written as \\xNN")
        job.tree.write(f"Annotations/{stem}.xml", _document(image, official, job).encode())
        job.tree.put_image(f"JPEGImages/{image.name}", job.source(image), job.images)
        if job.assign is not None:
            parts.setdefault(job.part_of(image), []).append(stem)
    for part, stems in sorted(parts.items()):
        text = "".join(f"{stem}\n" for stem in stems)
        job.tree.write(f"ImageSets/Main/{part}.txt", text.encode("utf-8", "surrogateescape"))


def _document(image: ExportedImage, official: bool, job: ExportJob) -> str:
    objects = []
    for shape in image.shapes:
        assert isinstance(shape, Box)
        if official and any(value % 1 for value in (shape.x, shape.y, shape.width, shape.height)):
            job.report.changed("box", "edges rounded outwards to whole pixels")
        objects.append(_object(shape, official))
    return (
        "<annotation>\n\t<folder>JPEGImages</folder>\n"
        f"\t<filename>{escaped(image.name)}</filename>\n"
        f"\t<size>\n\t\t<width>{image.width}</width>\n\t\t<height>{image.height}</height>\n"
        "\t\t<depth>3</depth>\n\t</size>\n\t<segmented>0</segmented>\n"
        f"{''.join(objects)}</annotation>\n"
    )


def _object(box: Box, official: bool) -> str:
    edges: tuple[float, ...] = (box.x, box.y, box.x + box.width, box.y + box.height)
    if official:
        low, high = math.floor, math.ceil
        edges = (low(edges[0]) + 1, low(edges[1]) + 1, high(edges[2]), high(edges[3]))
    xmin, ymin, xmax, ymax = edges
    difficult = int(box.attributes.get("difficult") is True)
    kept = {name: value for name, value in box.attributes.items() if name != "difficult"}
    return (
        f"\t<object>\n\t\t<name>{escaped(box.label)}</name>\n\t\t<pose>Unspecified</pose>\n"
        f"\t\t<truncated>{int(box.truncated)}</truncated>\n\t\t<occluded>{int(box.occluded)}</occluded>\n"
        f"\t\t<difficult>{difficult}</difficult>\n"
        f"\t\t<bndbox>\n\t\t\t<xmin>{xmin}</xmin>\n\t\t\t<ymin>{ymin}</ymin>\n"
        f"\t\t\t<xmax>{xmax}</xmax>\n\t\t\t<ymax>{ymax}</ymax>\n\t\t</bndbox>\n"
        f"{_attributes(kept) if kept else ''}\t</object>\n"
    )


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
    files = sorted(folder.rglob("*.xml"), key=lambda each: each.as_posix()) if path.is_dir() else [path]
    if not files:
        raise UsageError(f"{path}: there are no XML files in it.")
    hints = _Hints(context)
    for file in files:
        root = root_of(file)
        if root.tag != "annotation":
            context.wrong(str(file), f"is <{root.tag}>, not <annotation>")
            continue
        yield _record(file, folder, root, context, hints)
    hints.say(path)


def _record(file: Path, folder: Path, root: Xml.Element, context: ReadContext, hints: _Hints) -> ImageRecord:
    name = (root.findtext("filename") or "").strip("\n") or file.with_suffix("").name
    below = file.parent.relative_to(folder).as_posix() if file.parent != folder and folder.is_dir() else ""
    if below and "/" not in name and "\\" not in name:
        name = f"{below}/{name}"
    width, height = (_side(root.findtext(f"size/{side}")) for side in ("width", "height"))
    shapes: list[Shape] = []
    for at, element in enumerate(root.findall("object"), 1):
        try:
            shapes.append(_shape(element, context.voc == "official"))
        except RecordError as wrong:
            context.wrong(f"{file}, object {at}", str(wrong))
    hints.see(root, width, height)
    return ImageRecord(str(file), name, width, height, shapes=numbered(shapes))


def _side(text: str | None) -> int | None:
    try:
        return int(float(text or 0)) or None
    except ValueError:
        return None


def _shape(element: Xml.Element, official: bool) -> Shape:
    label = element.findtext("name")
    if not label:
        raise RecordError("has no name")
    xmin, ymin, xmax, ymax = (
        a_number(element.findtext(f"bndbox/{edge}"), edge) for edge in ("xmin", "ymin", "xmax", "ymax")
    )
    if official:
        xmin, ymin = xmin - 1, ymin - 1
    if xmax <= xmin or ymax <= ymin:
        raise RecordError(f"has a box from {xmin:g}, {ymin:g} to {xmax:g}, {ymax:g}")
    common: dict[str, Any] = {
        "label": label,
        "occluded": element.findtext("occluded") == "1",
        "truncated": element.findtext("truncated") == "1",
    }
    attributes = {
        each.findtext("name") or "": attribute_value(each.findtext("value") or "")
        for each in element.iterfind("attributes/attribute")
    }
    if element.findtext("difficult") == "1":
        attributes["difficult"] = True
    kept = kept_shape(attributes, common)
    return kept or Box(xmin, ymin, xmax - xmin, ymax - ymin, attributes=attributes, **common)


class _Hints:
    """Whether the files look like the official convention: integers only, none below 1, some at the far edge."""

    def __init__(self, context: ReadContext) -> None:
        self.context, self.whole, self.edge = context, True, False

    def see(self, root: Xml.Element, width: int | None, height: int | None) -> None:
        for box in root.iterfind("object/bndbox"):
            texts = [box.findtext(edge) or "" for edge in ("xmin", "ymin", "xmax", "ymax")]
            self.whole = self.whole and all(text.isdigit() and text != "0" for text in texts)
            self.edge = self.edge or texts[2] == str(width) or texts[3] == str(height)

    def say(self, path: Path) -> None:
        if self.context.voc == "floats" and self.whole and self.edge:
            self.context.note(
                f"{path} looks like integers counted from 1; it was read as floats from 0. If it is the former, "
                "use --voc-official."
            )


def _recognise(path: Path, head: bytes) -> bool:
    if path.is_dir():
        return (path / "Annotations").is_dir() or next(path.rglob("*.xml"), None) is not None
    return b"<annotation>" in head or b"<annotation " in head


_RULES = {
    "negative": CARRIED,
    "box": CARRIED,
    "rotated box": KEPT,
    "polygon": ENCLOSED,
    "polygon with holes": ENCLOSED,
    "cuboid": KEPT,
    "mask": ENCLOSED,
    "attributes": FeatureRule(Fidelity.CARRIED, "as <attributes>, which few tools read"),
    "occluded": CARRIED,
    "truncated": CARRIED,
}
FORMAT = Format(
    "voc",
    "a folder of Pascal VOC XML files: boxes (floats from 0, or --voc-official)",
    write,
    read,
    _RULES,
    unique_stems=True,
    precision="exact; --voc-official rounds outwards to whole pixels",
    recognise=_recognise,
    notes=_notes,
)
