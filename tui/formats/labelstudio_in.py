"""Label Studio JSON in: tasks as the tool exports them, with uploads, local files and predictions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tui.errors import UsageError
from tui.formats import brush
from tui.formats.json_text import load, members
from tui.formats.pixels import mask_of
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
from tui.model.annotation import Json
from tui.model.geometry import Point, rotated
from tui.model.shapes import Box, Shape

_SHAPES = ("rectanglelabels", "polygonlabels", "brushlabels")


def read(path: Path, context: ReadContext) -> Iterator[ImageRecord]:
    """Of a task with several annotations the first that was not cancelled counts."""
    data = load(path)
    tasks = [data] if isinstance(data, dict) else data
    if not isinstance(tasks, list):
        raise UsageError(f"{path} is no list of tasks.")
    for at, task in enumerate(tasks, 1):
        where = f"{path}, task {members(task).get('id', at)}"
        name = _image(members(members(task).get("data")))
        if name is None:
            context.wrong(where, "has no image in its data")
            continue
        yield _record(where, name, task, context)


def _image(data: dict[str, Any]) -> str | None:
    """The image of a task: `image`, `img`, or the only text that looks like a path."""
    for key in ("image", "img", "image_url", "url"):
        if isinstance(data.get(key), str):
            return str(data[key])
    texts = [value for value in data.values() if isinstance(value, str) and "." in value]
    return texts[0] if len(texts) == 1 else None


def _record(where: str, name: str, task: dict[str, Any], context: ReadContext) -> ImageRecord:
    data = members(task.get("data"))
    annotations = [members(each) for each in task.get("annotations") or task.get("completions") or ()]
    kept = [each for each in annotations if not each.get("was_cancelled")]
    if len(kept) > 1:
        context.note(f"{where} has {len(kept)} annotations; the first was read (and so of others).")
    said: Mapping[str, Any] = kept[0] if kept else {}
    place = _Place(where, name, data, context)
    labels, shapes = place.results(said.get("result"))
    found = ImageRecord(
        where=where,
        name=name,
        width=place.width,
        height=place.height,
        labels=tuple(labels),
        shapes=numbered(shapes),
        annotator=_annotator(data, said),
        seconds=_seconds(said.get("lead_time")),
        decided=bool(kept),
        skipped=bool(annotations) and not kept,
    )
    return replace(found, predictions=place.predictions(task.get("predictions")))


def _annotator(data: dict[str, Any], said: Mapping[str, Any]) -> str | None:
    if isinstance(data.get("annotator"), str):
        return str(data["annotator"])
    by = said.get("completed_by")
    by = by.get("email") or by.get("id") if isinstance(by, dict) else by
    return None if by is None or by == "" else str(by)


def _seconds(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and value >= 0 else 0.0


class _Place:
    """One task being read: its image's size comes from the results, else from the data, else from the image."""

    def __init__(self, where: str, name: str, data: dict[str, Any], context: ReadContext) -> None:
        self.where, self.context = where, context
        self.width, self.height = (self._side(data.get(side)) for side in ("width", "height"))
        if self.width is None or self.height is None:
            self.width, self.height = context.size_of(name) or (None, None)

    def _side(self, value: Any) -> int | None:
        return int(value) if isinstance(value, int | float) and value > 0 else None

    def results(self, results: Any) -> tuple[list[str], list[Shape]]:
        """Labels and shapes of an annotation."""
        labels: list[str] = []
        shapes: list[Shape] = []
        for at, each in enumerate(results or (), 1):
            result = members(each)
            try:
                if result.get("type") == "choices":
                    labels += [str(choice) for choice in members(result.get("value")).get("choices") or ()]
                else:
                    shapes.append(self._shape(result))
            except RecordError as wrong:
                self.context.wrong(f"{self.where}, result {at}", str(wrong))
        return list(dict.fromkeys(labels)), shapes

    def predictions(self, predictions: Any) -> tuple[Json, ...]:
        """Those of the last model version, each with its score."""
        last = members((predictions or [None])[-1])
        found: list[Json] = []
        for each in last.get("result") or ():
            score = members(each).get("score", last.get("score"))
            labels, shapes = self.results([each])
            more = {"score": score} if isinstance(score, int | float) else {}
            found += [{"label": label, **more} for label in labels]
            found += numbered(replace(shape, extra=more, id=len(found) + 1) for shape in shapes)
        return tuple(found)

    def _shape(self, result: dict[str, Any]) -> Shape:
        kind, value = result.get("type"), members(result.get("value"))
        if kind not in _SHAPES:
            raise RecordError(f"has the type {kind!r}, which termlabel has no shape for")
        width, height = (self._side(result.get(side)) for side in ("original_width", "original_height"))
        self.width, self.height = width or self.width, height or self.height
        if self.width is None or self.height is None:
            raise RecordError("has no original_width and original_height, and the image is not known")
        label = (value.get(str(kind)) or value.get("labels") or [None])[0]
        if not isinstance(label, str) or not label:
            raise RecordError("has no label")
        meta = members(result.get("meta"))
        attributes = dict(members(meta.get("attributes")))
        common: dict[str, Any] = {name: meta.get(name) is True for name in ("occluded", "truncated")}
        common["label"] = label
        kept = kept_shape(attributes, common)
        return kept or replace(
            _plain(str(kind), value, self.width, self.height, common), attributes=attributes
        )


def _plain(kind: str, value: dict[str, Any], width: int, height: int, common: dict[str, Any]) -> Shape:
    if kind == "rectanglelabels":
        x, y = number(value.get("x"), "x") * width / 100, number(value.get("y"), "y") * height / 100
        w, h = (
            number(value.get("width"), "width") * width / 100,
            number(value.get("height"), "height") * height / 100,
        )
        if w <= 0 or h <= 0:
            raise RecordError(f"has a box of {w:g} x {h:g} pixels")
        turn = number(value.get("rotation") or 0, "rotation")
        middle = rotated((x + w / 2, y + h / 2), (x, y), turn)
        return Box(middle[0] - w / 2, middle[1] - h / 2, w, h, turn, **common)
    if kind == "polygonlabels":
        ring: tuple[Point, ...] = tuple(
            (x * width / 100, y * height / 100) for x, y in points(value.get("points"))
        )
        return polygon(ring, **common)
    if value.get("format") != "rle":
        raise RecordError(f"has a brush mask of the format {value.get('format')!r}; rle is read")
    try:
        data = [whole(each, "rle") for each in value.get("rle") or ()]
        return mask_of(brush.unpacked(data, width, height), **common)
    except (ValueError, IndexError) as error:
        raise RecordError(f"has an rle that cannot be read ({error})") from None
