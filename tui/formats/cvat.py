"""CVAT for images 1.1: one XML file. Pixels with two decimals (0.005 pixels), rotation clockwise about the middle.

Servers keep an attribute only when the label declares it, so every attribute met is declared in `<labels>`;
these stand before the images, which therefore go through a spool.
"""

from __future__ import annotations

import xml.etree.ElementTree as Xml
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, assert_never

from tui.errors import UsageError
from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.conversions import FILLED, FLATTENED
from tui.formats.kept import restored_or
from tui.formats.output import append_spool, spool
from tui.formats.pixels import cropped, from_runs, pasted, runs_of
from tui.formats.reading import ImageRecord, ReadContext, numbered
from tui.formats.rules import CARRIED, FeatureRule, Fidelity, carried
from tui.formats.values import (
    RecordError,
    Sides,
    checked_edges,
    coordinate,
    number,
    paired,
    points,
    polygon,
    required_text,
    side,
    size_for_mask,
    whole,
)
from tui.formats.xml_text import attribute_text, attribute_value, elements, escaped, holds
from tui.model.geometry import Point
from tui.model.project import AttributeRule
from tui.model.shapes import Box, Cuboid, Mask, Polygon, Polyline, Shape, kind_of

_CORNERS = ("tl1", "tr1", "br1", "bl1", "tl2", "tr2", "br2", "bl2")
"""Names of a block's corners in our order: the front face first."""
Declared = dict[str, dict[str, AttributeRule]]
"""Attributes by label and name, those of the project and those that shapes have besides."""
Choices = set[tuple[str, str]]
"""Label and attribute where values are words, whatever they look like."""


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    """The declarations of labels and attributes, then the images from a spool."""
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
    kind, values = _input_of(rule)
    default = "" if rule.default is None else attribute_text(rule.default)
    return (
        f"<attribute><name>{escaped(rule.name)}</name><mutable>False</mutable><input_type>{kind}</input_type>"
        f"<default_value>{escaped(default)}</default_value>"
        f"<values>{escaped(chr(10).join(values))}</values></attribute>"
    )


def _input_of(rule: AttributeRule) -> tuple[str, tuple[str, ...]]:
    """How CVAT lets people enter an attribute, and what they choose from."""
    match rule.type:
        case "boolean":
            return "checkbox", ("true", "false")
        case "choice":
            return "select", rule.values
        case "number" | "text":
            return "text", rule.values
        case _:
            assert_never(rule.type)


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
    tag = kind_of(shape)
    if isinstance(shape, Cuboid) and any(shape.estimated):
        job.report.changed("cuboid", "estimated corners written like seen ones")
    attributes = {**shape.attributes, **({"truncated": True} if shape.truncated else {})}
    rules = declared.setdefault(shape.label, {})
    for name, value in attributes.items():
        rules.setdefault(name, AttributeRule(name, "boolean" if isinstance(value, bool) else "text"))
    inner = "".join(
        f'<attribute name="{escaped(name)}">{escaped(attribute_text(value))}</attribute>'
        for name, value in attributes.items()
    )
    return (
        f'<{tag} label="{escaped(shape.label)}" source="manual" occluded="{int(shape.occluded)}" '
        f'{_WRITERS[tag](shape)} z_order="{shape.z}">{inner}</{tag}>'
    )


def _box(box: Box) -> str:
    right, bottom, turn = box.x + box.width, box.y + box.height, box.rotation % 360
    text = f'xtl="{box.x:.2f}" ytl="{box.y:.2f}" xbr="{right:.2f}" ybr="{bottom:.2f}"'
    return f'{text} rotation="{turn:.2f}"' if turn else text


def _line(shape: Polygon | Polyline) -> str:
    text = ";".join(f"{x:.2f},{y:.2f}" for x, y in shape.points)
    return f'points="{text}"'


def _cuboid(cuboid: Cuboid) -> str:
    pairs = zip(_CORNERS, cuboid.corners, strict=True)
    return " ".join(f'x{name}="{x:.2f}" y{name}="{y:.2f}"' for name, (x, y) in pairs)


def _mask(mask: Mask) -> str:
    """Runs of the smallest crop, row by row, the first counting zeros."""
    crop, left, top = cropped(mask)
    runs = ", ".join(map(str, runs_of(crop.reshape(-1))))
    return f'rle="{runs}" left="{left}" top="{top}" width="{crop.shape[1]}" height="{crop.shape[0]}"'


_WRITERS: dict[str, Callable[[Any], str]] = {
    "box": _box,
    "polygon": _line,
    "polyline": _line,
    "cuboid": _cuboid,
    "mask": _mask,
}
"""What the attributes of an element say; elements are named as our kinds of shapes are."""


# Reading.


def read(path: Path, context: ReadContext) -> Iterator[ImageRecord]:
    """`annotations.xml`, or a folder that holds it. Ellipses, points, skeletons, tracks are named and passed over."""
    file = path / "annotations.xml" if path.is_dir() else path
    choices: Choices = set()
    for element in elements(file, "meta", "image", "track"):
        if element.tag == "meta":
            choices = set(_choices(element))
        elif element.tag == "track":
            context.wrong(f"{file}, track {element.get('id')}", "belongs to a video; only images are read")
        elif element.tag == "image":
            where = f"{file}, image {element.get('id')}"
            yield from context.parse_one(element, partial(_record, where, choices, context), where)
        elif element.tag != "annotations":
            raise UsageError(f"{file}: is <{element.tag}>, not <annotations>.")


def _choices(meta: Xml.Element) -> Iterator[tuple[str, str]]:
    """(label, attribute) where values are words, whatever they look like."""
    for label in meta.iter("label"):
        for attribute in label.iterfind("attributes/attribute"):
            if attribute.findtext("input_type") in ("select", "radio"):
                yield label.findtext("name") or "", attribute.findtext("name") or ""


def _record(where: str, choices: Choices, context: ReadContext, image: Xml.Element) -> ImageRecord:
    name = required_text(image.get("name"), "has no name")
    width, height = (side(image.get(each), each) for each in ("width", "height"))
    width, height = context.sides(name, width, height)
    parse = partial(_content, size=(width, height), choices=choices)
    found = context.parse_each(image, parse, lambda number, element: f"{where}, {element.tag} {number}")
    labels = tuple(each for each in found if isinstance(each, str))
    shapes = numbered(each for each in found if not isinstance(each, str))
    return ImageRecord(where, name, width, height, labels=labels, shapes=shapes)


def _content(element: Xml.Element, *, size: Sides, choices: Choices) -> str | Shape:
    """A label of the image (`<tag>`) or a shape."""
    label = required_text(element.get("label"), "has no label")
    if element.tag == "tag":
        return label
    attributes = dict(_attributes(element, label, choices))
    common: dict[str, Any] = {
        "label": label,
        "occluded": element.get("occluded") == "1",
        "truncated": attributes.pop("truncated", False) is True,
        "z": whole(element.get("z_order") or 0, "z_order"),
    }
    return restored_or(partial(_plain, element, size), attributes, common)


def _attributes(element: Xml.Element, label: str, choices: Choices) -> Iterator[tuple[str, Any]]:
    for each in element.iterfind("attribute"):
        name, value = each.get("name") or "", each.text or ""
        yield name, value if (label, name) in choices else attribute_value(value)


def _plain(element: Xml.Element, size: Sides, **common: Any) -> Shape:
    read_shape = _READERS.get(element.tag)
    if read_shape is None:
        raise RecordError(f"is a <{element.tag}>, which termlabel has no shape for")
    return read_shape(element, size, common)


def _read_box(element: Xml.Element, _size: Sides, common: dict[str, Any]) -> Box:
    left, top, right, bottom = (coordinate(element.get(edge), edge) for edge in ("xtl", "ytl", "xbr", "ybr"))
    box = checked_edges(left, top, right, bottom)
    return Box(*box, number(element.get("rotation") or 0, "rotation"), **common)


def _read_polygon(element: Xml.Element, _size: Sides, common: dict[str, Any]) -> Polygon:
    return polygon(_points(element), **common)


def _read_polyline(element: Xml.Element, _size: Sides, common: dict[str, Any]) -> Polyline:
    return Polyline(_points(element), **common)


def _read_cuboid(element: Xml.Element, _size: Sides, common: dict[str, Any]) -> Cuboid:
    flat = [coordinate(element.get(f"{axis}{name}"), f"{axis}{name}") for name in _CORNERS for axis in "xy"]
    return Cuboid(paired(flat), **common)


def _points(element: Xml.Element) -> tuple[Point, ...]:
    pairs = (element.get("points") or "").split(";")
    return points([pair.split(",") for pair in pairs if pair.strip()])


def _read_mask(element: Xml.Element, size: Sides, common: dict[str, Any]) -> Mask:
    known = size_for_mask(size)
    left, top, w, h = (whole(element.get(side), side) for side in ("left", "top", "width", "height"))
    runs = [whole(run, "rle") for run in (element.get("rle") or "").split(",") if run.strip()]
    grid = from_runs(runs, w, h)
    mask = None if grid is None else pasted(grid, left, top, known, **common)
    if mask is None:
        raise RecordError(f"has an rle that does not fill {w} x {h} pixels at {left}, {top}")
    return mask


_READERS: dict[str, Callable[[Xml.Element, Sides, dict[str, Any]], Shape]] = {
    "box": _read_box,
    "polygon": _read_polygon,
    "polyline": _read_polyline,
    "cuboid": _read_cuboid,
    "mask": _read_mask,
}
"""By the name of the element."""


def _recognise(path: Path, head: bytes) -> bool:
    return (path / "annotations.xml").is_file() or b"<annotations" in head


FORMAT = Format(
    "cvat",
    "one XML file for CVAT (1.1): all shapes, tags, attributes",
    write,
    read,
    {
        **carried(_WRITERS),
        **carried(("class", "tags", "negative")),
        "rotated box": CARRIED,
        "polygon with holes": FILLED,
        "spline": FLATTENED,
        **carried(("attributes", "occluded", "z")),
        "truncated": FeatureRule(Fidelity.CARRIED, "as an attribute"),
    },
    file="annotations.xml",
    precision="two decimals: 0.005 pixels",
    recognise=_recognise,
)
