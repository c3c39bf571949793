"""Label Studio JSON in: tasks as the tool exports them, with uploads, local files and predictions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from tui.errors import UsageError
from tui.formats import brush
from tui.formats.json_text import load, members
from tui.formats.kept import marks, restored_or
from tui.formats.pixels import mask_of
from tui.formats.reading import ImageRecord, PixelSize, ReadContext, by_number, numbered
from tui.formats.values import (
    RecordError,
    coordinate,
    extent,
    listed,
    number,
    points,
    polygon,
    required_text,
    seconds_of,
    side,
    whole,
)
from tui.model.annotation import Json
from tui.model.geometry import rotated
from tui.model.shapes import Box, Mask, Polygon, Shape
from tui.text import counted


def read(path: Path, context: ReadContext) -> Iterator[ImageRecord]:
    """Of a task with several annotations the first that was not cancelled counts."""
    data = load(path)
    tasks = [data] if isinstance(data, dict) else data
    if not isinstance(tasks, list):
        raise UsageError(f"{path} is no list of tasks.")
    for at, task in enumerate(map(members, tasks), 1):
        where = f"{path}, task {task.get('id', at)}"
        yield from context.parse_one(task, partial(_record, where, context), where)


def _image(data: dict[str, Any]) -> str | None:
    """The image of a task: `image`, `img`, or the only text that looks like a path."""
    for key in ("image", "img", "image_url", "url"):
        if isinstance(data.get(key), str):
            return str(data[key])
    texts = [value for value in data.values() if isinstance(value, str) and "." in value]
    return texts[0] if len(texts) == 1 else None


def _record(where: str, context: ReadContext, task: dict[str, Any]) -> ImageRecord:
    data = members(task.get("data"))
    name = _image(data)
    if name is None:
        raise RecordError("has no image in its data")
    given = listed(task.get("annotations") or task.get("completions"), "annotations")
    annotations = [members(each) for each in given]
    kept = [each for each in annotations if not each.get("was_cancelled")]
    if len(kept) > 1:
        context.note(
            f"{where} has {counted(len(kept), 'annotation')}; the first was read (and so of others)."
        )
    said: dict[str, Any] = kept[0] if kept else {}
    reader = _TaskReader(where, name, data, context)
    labels, shapes = reader.results(said.get("result"))
    found = ImageRecord(
        where=where,
        name=name,
        width=reader.width,
        height=reader.height,
        labels=tuple(labels),
        shapes=numbered(shapes),
        annotator=_annotator(data, said),
        seconds=seconds_of(said.get("lead_time")),
        decided=bool(kept),
        skipped=bool(annotations) and not kept,
    )
    return replace(found, predictions=reader.predictions(task.get("predictions")))


def _annotator(data: dict[str, Any], said: dict[str, Any]) -> str | None:
    if isinstance(data.get("annotator"), str):
        return str(data["annotator"])
    by = said.get("completed_by")
    by = by.get("email") or by.get("id") if isinstance(by, dict) else by
    return None if by is None or by == "" else str(by)


class _TaskReader:
    """One task being read: its image's size comes from the results, else from the data, else from the image."""

    def __init__(self, where: str, name: str, data: dict[str, Any], context: ReadContext) -> None:
        self.where, self.context = where, context
        width, height = (side(data.get(each), each) for each in ("width", "height"))
        self.width, self.height = context.sides(name, width, height)

    def results(self, results: Any) -> tuple[list[str], list[Shape]]:
        """Labels and shapes of an annotation."""
        place = by_number(f"{self.where}, result")
        found = self.context.parse_each(listed(results, "results"), self._result, place)
        labels = chain.from_iterable(each for each in found if isinstance(each, list))
        return list(dict.fromkeys(labels)), [each for each in found if not isinstance(each, list)]

    def predictions(self, predictions: Any) -> tuple[Json, ...]:
        """Those of the last model version, each with its score."""
        last = members(next(reversed(listed(predictions, "predictions")), None))
        parse = partial(self._prediction, last.get("score"))
        place = by_number(f"{self.where}, predicted result")
        results = self.context.parse_each(listed(last.get("result"), "predicted results"), parse, place)
        found: list[Json] = []
        for result in results:
            if isinstance(result, list):
                found += result
            else:
                found += numbered([replace(result, id=len(found) + 1)])
        return tuple(found)

    def _prediction(self, score: Any, found: Any) -> list[Json] | Shape:
        """The labels or the shape that a predicted result is, each with a score: its own, else that of all."""
        said = members(found).get("score", score)
        more = {"score": number(said, "score")} if isinstance(said, int | float) else {}
        result = self._result(found)
        if isinstance(result, list):
            return [{"label": label, **more} for label in dict.fromkeys(result)]
        return replace(result, extra=more)

    def _result(self, found: Any) -> list[str] | Shape:
        """The labels or the shape that a result is."""
        result = members(found)
        kind, value = result.get("type"), members(result.get("value"))
        if kind == "choices":
            return [str(choice) for choice in listed(value.get("choices"), "choices")]
        read_shape = _READERS.get(str(kind))
        if read_shape is None:
            raise RecordError(f"has the type {kind!r}, which termlabel has no shape for")
        size = self._size(result)
        labels = listed(value.get(str(kind)) or value.get("labels"), "labels")
        label = required_text(next(iter(labels), None), "has no label")
        meta = members(result.get("meta"))
        attributes = dict(members(meta.get("attributes")))
        return restored_or(partial(read_shape, value, *size), attributes, {**marks(meta), "label": label})

    def _size(self, result: dict[str, Any]) -> PixelSize:
        """The image's width and height in pixels, now that a result may say them."""
        width, height = (side(result.get(name), name) for name in ("original_width", "original_height"))
        self.width, self.height = width or self.width, height or self.height
        if self.width is None or self.height is None:
            raise RecordError("has no original_width and original_height, and the image is not known")
        return self.width, self.height


def _read_box(value: dict[str, Any], width: int, height: int, **common: Any) -> Box:
    x, y, w, h = (
        coordinate(number(value.get(name), name) * pixels / 100, name)
        for name, pixels in (("x", width), ("y", height), ("width", width), ("height", height))
    )
    extent(w, h)
    turn = number(value.get("rotation") or 0, "rotation")
    middle = rotated((x + w / 2, y + h / 2), (x, y), turn)
    return Box(middle[0] - w / 2, middle[1] - h / 2, w, h, turn, **common)


def _read_polygon(value: dict[str, Any], width: int, height: int, **common: Any) -> Polygon:
    ring = [(x * width / 100, y * height / 100) for x, y in points(value.get("points"))]
    return polygon(points(ring), **common)


def _read_brush(value: dict[str, Any], width: int, height: int, **common: Any) -> Mask:
    if value.get("format") != "rle":
        raise RecordError(f"has a brush mask of the format {value.get('format')!r}; rle is read")
    try:
        data = [whole(each, "rle") for each in listed(value.get("rle"), "rle")]
        return mask_of(brush.unpacked(data, width, height), **common)
    except (ValueError, IndexError) as error:
        raise RecordError(f"has an rle that cannot be read ({error})") from None


_READERS: dict[str, Callable[..., Shape]] = {
    "rectanglelabels": _read_box,
    "polygonlabels": _read_polygon,
    "brushlabels": _read_brush,
}
"""By type of result: value, width and height of the image in pixels, and the members that all shapes have."""
