"""CVAT for images 1.1: one XML file. Pixels with two decimals (0.005 pixels), rotation clockwise about the middle.

Servers keep an attribute only when the label declares it, so every attribute met is declared in `<labels>`;
these stand before the images, which therefore go through a spool.
"""

from __future__ import annotations

import xml.etree.ElementTree as Xml
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tui.errors import UsageError
from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.changes import FILLED, FLATTENED
from tui.formats.output import append_spool, spool
from tui.formats.pixels import grid_of, mask_of, runs_of
from tui.formats.reading import (
    ImageRecord,
    ReadContext,
    RecordError,
    kept_shape,
    number,
    numbered,
    points,
    polygon,
    whole,
)
from tui.formats.rules import CARRIED, FeatureRule, Fidelity
from tui.formats.xml_text import attribute_text, attribute_value, elements, escaped, holds
from tui.model.geometry import Point
from tui.model.project import AttributeRule
from tui.model.shapes import Box, Cuboid, Mask, Polygon, Polyline, Shape

_CORNERS = ("tl1", "tr1", "br1", "bl1", "tl2", "tr2", "br2", "bl2")
"""Names of a block's corners in our order: the front face first."""
Declared = dict[str, dict[str, AttributeRule]]


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    declared: Declared = {
        label.name: {rule.name: rule for rule in label.attributes} for label in job.project.labels
    }
    count = 0
    with spool(job.out) as elements_out:
        for count, image in enumerate(images, 1):
            elements_out.write(_image(count - 1, image, declared, job).encode())
        job.out.write(_meta(declared, count, job).encode())
        append_spool(elements_out, job.out)
    job.out.write(b"</annotations>\n")


def _meta(declared: Declared, count: int, job: ExportJob) -> str:
    for name in job.classes.names:
        declared.setdefault(name, {})
    colours = {label.name: label.colour for label in job.project.labels}
    labels = "".join(
        f"<label><name>{escaped(name)}</name><color>{colours.get(name, '')}</color>"
        f"<attributes>{''.join(_declaration(rule) for rule in rules.values())}</attributes></label>\n"
        for name, rules in declared.items()
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n'
        f"<meta><task><name>termlabel</name><size>{count}</size><mode>annotation</mode>\n"
        f"<labels>\n{labels}</labels></task></meta>\n"
    )


def _declaration(rule: AttributeRule) -> str:
    kind = {"boolean": "checkbox", "choice": "select"}.get(rule.type, "text")
    values = ("true", "false") if rule.type == "boolean" else rule.values
    default = "" if rule.default is None else attribute_text(rule.default)
    return (
        f"<attribute><name>{escaped(rule.name)}</name><mutable>False</mutable><input_type>{kind}</input_type>"
        f"<default_value>{escaped(default)}</default_value>"
        f"<values>{escaped(chr(10).join(values))}</values></attribute>"
    )


def _image(number: int, image: ExportedImage, declared: Declared, job: ExportJob) -> str:
    if not holds(image.name):
        job.report.changed("name", "bytes that XML cannot hold written as \\xNN")
    lines = [
        f'<image id="{number}" name="{escaped(image.name)}" width="{image.width}" height="{image.height}">'
    ]
    lines += [_element(shape, declared, job) for shape in image.shapes]
    for label in image.labels:
        job.classes[label]
        lines.append(f'<tag label="{escaped(label)}" source="manual"></tag>')
    return "\n".join(lines) + "\n</image>\n"


def _element(shape: Shape, declared: Declared, job: ExportJob) -> str:
    job.classes[shape.label]
    tag, where = _geometry(shape)
    if isinstance(shape, Cuboid) and any(shape.estimated):
        job.report.changed("cuboid", "estimated corners written like seen ones")
    attributes = dict(shape.attributes)
    if shape.truncated:
        attributes["truncated"] = True
    rules = declared.setdefault(shape.label, {})
    for name, value in attributes.items():
        rules.setdefault(name, AttributeRule(name, "boolean" if isinstance(value, bool) else "text"))
    inner = "".join(
        f'<attribute name="{escaped(name)}">{escaped(attribute_text(value))}</attribute>'
        for name, value in attributes.items()
    )
    return (
        f'<{tag} label="{escaped(shape.label)}" source="manual" occluded="{int(shape.occluded)}" {where} '
        f'z_order="{shape.z}">{inner}</{tag}>'
    )


def _geometry(shape: Shape) -> tuple[str, str]:
    match shape:
        case Box():
            right, bottom = shape.x + shape.width, shape.y + shape.height
            text = f'xtl="{shape.x:.2f}" ytl="{shape.y:.2f}" xbr="{right:.2f}" ybr="{bottom:.2f}"'
            return "box", text + (f' rotation="{shape.rotation % 360:.2f}"' if shape.rotation % 360 else "")
        case Polygon() | Polyline():
            text = ";".join(f"{x:.2f},{y:.2f}" for x, y in shape.points)
            return "polygon" if isinstance(shape, Polygon) else "polyline", f'points="{text}"'
        case Cuboid():
            pairs = zip(_CORNERS, shape.corners, strict=True)
            return "cuboid", " ".join(f'x{name}="{x:.2f}" y{name}="{y:.2f}"' for name, (x, y) in pairs)
        case Mask():
            return "mask", _rle(shape)
        case _:
            raise AssertionError(shape)


def _rle(mask: Mask) -> str:
    """Runs of the smallest crop, row by row, the first counting zeros."""
    grid = grid_of(mask)
    rows, columns = np.flatnonzero(grid.any(axis=1)), np.flatnonzero(grid.any(axis=0))
    crop = grid[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    runs = ", ".join(map(str, runs_of(crop.reshape(-1))))
    return (
        f'rle="{runs}" left="{columns[0]}" top="{rows[0]}" width="{crop.shape[1]}" height="{crop.shape[0]}"'
    )


# Reading.


def read(path: Path, context: ReadContext) -> Iterator[ImageRecord]:
    """`annotations.xml`, or a folder that holds it. Ellipses, points, skeletons and tracks are named and passed over."""
    file = path / "annotations.xml" if path.is_dir() else path
    choices: set[tuple[str, str]] = set()
    for element in elements(file, "meta", "image", "track"):
        if element.tag == "meta":
            choices = set(_choices(element))
        elif element.tag == "track":
            context.wrong(f"{file}, track {element.get('id')}", "belongs to a video; only images are read")
        elif element.tag == "image":
            record = _record(file, element, choices, context)
            if record is not None:
                yield record
        elif element.tag != "annotations":
            raise UsageError(f"{file}: is <{element.tag}>, not <annotations>.")


def _choices(meta: Xml.Element) -> Iterator[tuple[str, str]]:
    """(label, attribute) where values are words, whatever they look like."""
    for label in meta.iter("label"):
        for attribute in label.iterfind("attributes/attribute"):
            if attribute.findtext("input_type") in ("select", "radio"):
                yield label.findtext("name") or "", attribute.findtext("name") or ""


def _record(
    file: Path, image: Xml.Element, choices: set[tuple[str, str]], context: ReadContext
) -> ImageRecord | None:
    where = f"{file}, image {image.get('id')}"
    name = image.get("name")
    if not name:
        context.wrong(where, "has no name")
        return None
    sides = [image.get(side) or "" for side in ("width", "height")]
    width, height = (int(side) if side.isdigit() and int(side) else None for side in sides)
    if width is None or height is None:
        width, height = context.size_of(name) or (None, None)
    labels: list[str] = []
    shapes: list[Shape] = []
    for at, element in enumerate(image, 1):
        try:
            if element.tag == "tag":
                labels.append(_label(element))
            else:
                shapes.append(_shape(element, width, height, choices))
        except RecordError as wrong:
            context.wrong(f"{where}, {element.tag} {at}", str(wrong))
    return ImageRecord(where, name, width, height, labels=tuple(labels), shapes=numbered(shapes))


def _label(element: Xml.Element) -> str:
    label = element.get("label")
    if not label:
        raise RecordError("has no label")
    return label


def _shape(
    element: Xml.Element, width: int | None, height: int | None, choices: set[tuple[str, str]]
) -> Shape:
    label = _label(element)
    attributes: dict[str, Any] = {}
    for each in element.iterfind("attribute"):
        name, text = each.get("name") or "", each.text or ""
        attributes[name] = text if (label, name) in choices else attribute_value(text)
    common: dict[str, Any] = {
        "label": label,
        "occluded": element.get("occluded") == "1",
        "truncated": attributes.pop("truncated", False) is True,
        "z": whole(element.get("z_order") or 0, "z_order"),
    }
    kept = kept_shape(attributes, common)
    return kept or replace(_plain(element, width, height, common), attributes=attributes)


def _plain(element: Xml.Element, width: int | None, height: int | None, common: dict[str, Any]) -> Shape:
    get = element.get
    match element.tag:
        case "box":
            xtl, ytl, xbr, ybr = (number(get(edge), edge) for edge in ("xtl", "ytl", "xbr", "ybr"))
            if xbr <= xtl or ybr <= ytl:
                raise RecordError(f"has a box from {xtl:g}, {ytl:g} to {xbr:g}, {ybr:g}")
            turn = number(get("rotation") or 0, "rotation")
            return Box(xtl, ytl, xbr - xtl, ybr - ytl, turn, **common)
        case "polygon":
            return polygon(_points(get("points")), **common)
        case "polyline":
            return Polyline(_points(get("points")), **common)
        case "cuboid":
            corners = [
                (number(get(f"x{name}"), f"x{name}"), number(get(f"y{name}"), f"y{name}"))
                for name in _CORNERS
            ]
            return Cuboid(tuple(corners), **common)
        case "mask":
            return _mask(element, width, height, common)
        case tag:
            raise RecordError(f"is a <{tag}>, which termlabel has no shape for")


def _points(text: str | None) -> tuple[Point, ...]:
    return points([pair.split(",") for pair in (text or "").split(";") if pair.strip()])


def _mask(element: Xml.Element, width: int | None, height: int | None, common: dict[str, Any]) -> Mask:
    if width is None or height is None:
        raise RecordError("is a mask of an image without a size")
    left, top, w, h = (whole(element.get(side), side) for side in ("left", "top", "width", "height"))
    runs = [whole(run, "rle") for run in (element.get("rle") or "").split(",") if run.strip()]
    if (
        not runs
        or min(runs) < 0
        or sum(runs) != w * h
        or left < 0
        or top < 0
        or left + w > width
        or top + h > height
    ):
        raise RecordError(f"has an rle that does not fill {w} x {h} pixels at {left}, {top}")
    grid = np.zeros((height, width), dtype=np.bool_)
    grid[top : top + h, left : left + w] = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(h, w)
    return mask_of(grid, **common)


def _recognise(path: Path, head: bytes) -> bool:
    return (path / "annotations.xml").is_file() or b"<annotations" in head


FORMAT = Format(
    "cvat",
    "one XML file for CVAT (images 1.1): all shapes, tags, attributes",
    write,
    read,
    {
        "class": CARRIED,
        "tags": CARRIED,
        "negative": CARRIED,
        "box": CARRIED,
        "rotated box": CARRIED,
        "polygon": CARRIED,
        "polygon with holes": FILLED,
        "polyline": CARRIED,
        "spline": FLATTENED,
        "cuboid": CARRIED,
        "mask": CARRIED,
        "attributes": CARRIED,
        "occluded": CARRIED,
        "z": CARRIED,
        "truncated": FeatureRule(Fidelity.CARRIED, "as an attribute"),
    },
    file="annotations.xml",
    precision="two decimals: 0.005 pixels",
    recognise=_recognise,
)
