"""Label Studio JSON: a list of tasks with annotations and predictions; coordinates in percent, written in full.

A rotation turns about the top left corner, and x, y say where that corner is after it: a box turned about its
middle is converted in pixels, because the percents of the two axes are of different lengths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tui.formats import brush, jsonl
from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.conversions import CLOSED_FLATTENED, FILLED, KEPT
from tui.formats.json_text import dumps
from tui.formats.kept import MARKS
from tui.formats.labelstudio_in import read
from tui.formats.pixels import grid_of
from tui.formats.rules import FeatureRule, Fidelity, carried
from tui.formats.xml_text import escaped
from tui.model.annotation import Json
from tui.model.measure import box_corners
from tui.model.shapes import Box, Mask, Polygon, Shape, Unknown, kind_of, known_kind, shape_of
from tui.model.task import State

_CONTROLS = {"RectangleLabels": "box", "PolygonLabels": "polygon", "BrushLabels": "brush", "Choices": "class"}
"""Names of the controls in the labelling configuration, by tag; the type of a result is the tag in small letters."""


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    """A list of tasks; beside it a labelling configuration that fits."""
    between = b"[\n"
    for image in images:
        job.out.write(between + dumps(_task(image, job)))
        between = b",\n"
    job.out.write(b"\n]\n" if between != b"[\n" else b"[]\n")
    job.sidecars["config.xml"] = _config(job).encode()


def _task(image: ExportedImage, job: ExportJob) -> dict[str, Any]:
    task, size = image.task, {"width": image.width, "height": image.height}
    annotation = _annotation(image, job)
    return {
        "id": task.id,
        "data": {"image": job.options.image_prefix + image.name, **size, **jsonl.about(task)},
        "annotations": [] if task.state is State.TODO else [annotation],
        "predictions": [_prediction(image)] if task.predictions else [],
    }


def _annotation(image: ExportedImage, job: ExportJob) -> dict[str, Any]:
    task, results = image.task, []
    for n, shape in enumerate(image.shapes, 1):
        job.classes[shape.label]
        results.append(_result(str(shape.id or n), shape, image.width, image.height))
    if image.labels:
        results.append(_choices(list(image.labels)))
    return {
        "id": task.id,
        "was_cancelled": task.state is State.SKIPPED,
        "ground_truth": False,
        "lead_time": round(task.seconds, 3),
        "result": results,
    }


def _prediction(image: ExportedImage) -> dict[str, Any]:
    """Predicted shapes that have a control here, and classes; others are passed over."""
    results: list[dict[str, Any]] = []
    for n, data in enumerate(image.task.predictions, 1):
        score = {"score": data["score"]} if isinstance(data.get("score"), int | float) else {}
        results += [{**result, **score} for result in _predicted(str(n), data, image)]
    return {"model_version": "termlabel", "score": image.task.score, "result": results}


def _predicted(name: str, data: Json, image: ExportedImage) -> list[dict[str, Any]]:
    if "kind" not in data:
        return [_choices([str(data["label"])])] if data.get("label") else []
    shape = shape_of(data)
    writable = not isinstance(shape, Unknown) and known_kind(shape) in _WRITERS
    return [_result(name, shape, image.width, image.height)] if writable else []


def _choices(labels: list[str]) -> dict[str, Any]:
    return {
        "id": "class",
        "from_name": _CONTROLS["Choices"],
        "to_name": "image",
        "type": "choices",
        "value": {"choices": labels},
    }


def _result(name: str, shape: Shape, width: int, height: int) -> dict[str, Any]:
    control, write_value = _WRITERS[kind_of(shape)]
    kind = control.lower()
    found = {
        "id": name,
        "from_name": _CONTROLS[control],
        "to_name": "image",
        "type": kind,
        "value": {**write_value(shape, width, height), kind: [shape.label]},
        "original_width": width,
        "original_height": height,
        "image_rotation": 0,
        "origin": "manual",
    }
    meta: dict[str, Any] = {name: True for name in MARKS if getattr(shape, name)}
    if shape.attributes:
        meta["attributes"] = dict(shape.attributes)
    return {**found, "meta": meta} if meta else found


def _box(box: Box, width: int, height: int) -> dict[str, Any]:
    x, y = box_corners(box)[0]
    return {
        "x": 100 * x / width,
        "y": 100 * y / height,
        "width": 100 * box.width / width,
        "height": 100 * box.height / height,
        "rotation": box.rotation,
    }


def _polygon(polygon: Polygon, width: int, height: int) -> dict[str, Any]:
    return {"points": [[100 * x / width, 100 * y / height] for x, y in polygon.points], "closed": True}


def _mask(mask: Mask, _width: int, _height: int) -> dict[str, Any]:
    return {"format": "rle", "rle": brush.packed(grid_of(mask))}


_WRITERS: dict[str, tuple[str, Callable[[Any, int, int], dict[str, Any]]]] = {
    "box": ("RectangleLabels", _box),
    "polygon": ("PolygonLabels", _polygon),
    "mask": ("BrushLabels", _mask),
}
"""Control and what makes the value of a result, by kind of shape."""


def _config(job: ExportJob) -> str:
    """A labelling configuration that has every control and label of the export."""
    colours = {label.name: label.colour for label in job.project.labels}
    lines = ["<View>", '  <Image name="image" value="$image"/>']
    for tag, name in _CONTROLS.items():
        inner, more = ("Choice", ' choice="multiple"') if tag == "Choices" else ("Label", "")
        lines.append(f'  <{tag} name="{name}" toName="image"{more}>')
        for label in job.classes.names:
            colour = f' background="{colours[label]}"' if label in colours and inner == "Label" else ""
            lines.append(f'    <{inner} value="{escaped(label)}"{colour}/>')
        lines.append(f"  </{tag}>")
    return "\n".join([*lines, "</View>", ""])


def _recognise(_path: Path, head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"[" and b'"data"' in head


_IN_DATA = FeatureRule(Fidelity.CARRIED, "in the task's data")
_IN_META = FeatureRule(Fidelity.CARRIED, "as meta of the region")
FORMAT = Format(
    "labelstudio",
    "one JSON file for Label Studio: choices, boxes, polygons, masks",
    write,
    read,
    {
        **carried(_WRITERS),
        **carried(("class", "tags", "negative", "rotated box", "predictions")),
        "polygon with holes": FILLED,
        "spline": CLOSED_FLATTENED,
        "cuboid": KEPT,
        **dict.fromkeys(("attributes", "occluded", "truncated"), _IN_META),
        **dict.fromkeys(("annotator", "times", "verdict", "flagged", "note"), _IN_DATA),
    },
    file="annotations.json",
    precision="exact, but for the last digit of a float",
    recognise=_recognise,
    states=(State.TODO, State.LABELLED, State.ACCEPTED, State.SKIPPED),
)
