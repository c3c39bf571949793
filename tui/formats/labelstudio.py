"""Label Studio JSON: a list of tasks with annotations and predictions; coordinates in percent, written in full.

A rotation turns about the top left corner, and x, y say where that corner is after it: a box turned about its
middle is converted in pixels, because the percents of the two axes are of different lengths.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tui.formats import brush, jsonl
from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.changes import CLOSED_FLATTENED, FILLED, KEPT
from tui.formats.json_text import dumps
from tui.formats.labelstudio_in import read
from tui.formats.pixels import grid_of
from tui.formats.rules import CARRIED, FeatureRule, Fidelity
from tui.formats.xml_text import escaped
from tui.model.measure import box_corners
from tui.model.shapes import Box, Mask, Polygon, Shape, shape_of
from tui.model.task import State

_CONTROLS = {"rectanglelabels": "box", "polygonlabels": "polygon", "brushlabels": "brush", "choices": "class"}
"""Names of the controls in the labelling configuration, by type of result."""


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    between = b"[\n"
    for image in images:
        job.out.write(between + dumps(_task(image, job)))
        between = b",\n"
    job.out.write(b"\n]\n" if between != b"[\n" else b"[]\n")
    job.sidecars["config.xml"] = _config(job).encode()


def _task(image: ExportedImage, job: ExportJob) -> dict[str, Any]:
    task, results = image.task, []
    for n, shape in enumerate(image.shapes, 1):
        job.classes[shape.label]
        results.append(_result(str(shape.id or n), shape, image.width, image.height))
    if image.labels:
        results.append(_choices(list(image.labels)))
    annotation = {
        "id": task.id,
        "was_cancelled": task.state is State.SKIPPED,
        "ground_truth": False,
        "lead_time": round(task.seconds, 3),
        "result": results,
    }
    size = {"width": image.width, "height": image.height}
    return {
        "id": task.id,
        "data": {"image": job.options.image_prefix + image.name, **size, **jsonl.about(task)},
        "annotations": [] if task.state is State.TODO else [annotation],
        "predictions": [_prediction(image)] if task.predictions else [],
    }


def _prediction(image: ExportedImage) -> dict[str, Any]:
    """Predicted boxes, polygons, masks and classes; other kinds have no control."""
    results: list[dict[str, Any]] = []
    for n, data in enumerate(image.task.predictions, 1):
        shape = shape_of(data)
        if isinstance(shape, Box | Polygon | Mask):
            results.append(_result(str(n), shape, image.width, image.height))
        elif "kind" not in data and data.get("label"):
            results.append(_choices([str(data["label"])]))
        if results and isinstance(data.get("score"), int | float):
            results[-1]["score"] = data["score"]
    return {"model_version": "termlabel", "score": image.task.score, "result": results}


def _choices(labels: list[str]) -> dict[str, Any]:
    control = _CONTROLS["choices"]
    return {
        "id": "class",
        "from_name": control,
        "to_name": "image",
        "type": "choices",
        "value": {"choices": labels},
    }


def _result(name: str, shape: Shape, width: int, height: int) -> dict[str, Any]:
    kind, value = _value(shape, width, height)
    found = {
        "id": name,
        "from_name": _CONTROLS[kind],
        "to_name": "image",
        "type": kind,
        "value": {**value, kind: [shape.label]},
        "original_width": width,
        "original_height": height,
        "image_rotation": 0,
        "origin": "manual",
    }
    meta: dict[str, Any] = {name: True for name in ("occluded", "truncated") if getattr(shape, name)}
    if shape.attributes:
        meta["attributes"] = dict(shape.attributes)
    return {**found, "meta": meta} if meta else found


def _value(shape: Shape, width: int, height: int) -> tuple[str, dict[str, Any]]:
    match shape:
        case Box():
            corner = box_corners(shape)[0]
            return "rectanglelabels", {
                "x": 100 * corner[0] / width,
                "y": 100 * corner[1] / height,
                "width": 100 * shape.width / width,
                "height": 100 * shape.height / height,
                "rotation": shape.rotation,
            }
        case Polygon():
            percent = [[100 * x / width, 100 * y / height] for x, y in shape.points]
            return "polygonlabels", {"points": percent, "closed": True}
        case Mask():
            return "brushlabels", {"format": "rle", "rle": brush.packed(grid_of(shape))}
        case _:
            raise AssertionError(shape)


def _config(job: ExportJob) -> str:
    """A labelling configuration that has every control and label of the export."""
    colours = {label.name: label.colour for label in job.project.labels}
    lines = ["<View>", '  <Image name="image" value="$image"/>']
    for tag, name, inner in (
        ("RectangleLabels", "box", "Label"),
        ("PolygonLabels", "polygon", "Label"),
        ("BrushLabels", "brush", "Label"),
        ("Choices", "class", "Choice"),
    ):
        more = ' choice="multiple"' if tag == "Choices" else ""
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
    "one JSON file for Label Studio: choices, boxes, polygons, brush masks",
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
        "spline": CLOSED_FLATTENED,
        "cuboid": KEPT,
        "mask": CARRIED,
        "attributes": _IN_META,
        "occluded": _IN_META,
        "truncated": _IN_META,
        "annotator": _IN_DATA,
        "times": _IN_DATA,
        "verdict": _IN_DATA,
        "flagged": _IN_DATA,
        "predictions": CARRIED,
    },
    file="annotations.json",
    precision="exact, but for the last digit of a float",
    recognise=_recognise,
    states=(State.TODO, State.LABELLED, State.ACCEPTED, State.SKIPPED),
)
