"""The demo pictures as keys: how a person draws what is true of them, and how near it comes."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.tools.hands import aim, box_keys, editor, line_keys, type_
from tui.model import class_map as cm
from tui.model import rle
from tui.model.class_map import ClassMap
from tui.model.even_odd import ColumnSpan
from tui.model.geometry import Point, nearest_on
from tui.model.project import Label
from tui.model.shapes import Cuboid, Spline
from tui.model.spline import flattened
from tui.tools.state import Editor

FOLDER = Path(__file__).parents[2] / "demo_images"
PICTURES: list[dict[str, Any]] = tomllib.loads((FOLDER / "manifest.toml").read_text(encoding="utf-8"))[
    "pictures"
]
PIXEL = 0.75
"""Half a pixel each way, and rounding: as far as the crosshair's arrows come."""
Picture = Mapping[str, Any]


def begun(picture: Picture, names: Sequence[str]) -> Editor:
    """The picture, nothing drawn; the labels have the digits from 1 on."""
    start = editor(picture["width"], picture["height"])
    labels = tuple(Label(name, name, "#e69f00") for name in names)
    return replace(start, rules=replace(start.rules, labels=labels), label=names[0])


def digit(start: Editor, label: str) -> str:
    return str(1 + [rule.name for rule in start.rules.labels].index(label))


def boxes(start: Editor, picture: Picture) -> list[str]:
    keys = []
    for box in picture["boxes"]:
        place = (box["x"], box["y"], box["width"], box["height"])
        keys += box_keys(start, place, digit(start, box["label"]))
    return keys


def lane_of(picture: Picture) -> list[Point]:
    """The points of the lane inside the picture."""
    return [(x, y) for x, y in picture["lane"] if 0 <= x <= picture["width"] and 0 <= y <= picture["height"]]


def lane_error(lane: Sequence[Point], shape: Spline) -> float:
    """How far the curve is from the true point that it misses most."""
    curve = flattened(shape)
    return max(min(nearest_on(point, a, b)[1] for a, b in itertools.pairwise(curve)) for point in lane)


def hidden_car() -> tuple[Picture, list[Point]]:
    """A car that something stands before, with all its corners inside the picture."""
    return next(
        (picture, [(x, y) for x, y in box["corners"]])
        for picture in PICTURES
        for box in picture["boxes"]
        if box["occluded"]
        and "corners" in box
        and all(0 <= x <= picture["width"] and 0 <= y <= picture["height"] for x, y in box["corners"])
    )


def block(start: Editor, corners: Sequence[Point], label: str) -> list[str]:
    """Front, depth, occluded; then `w` goes whole, front, back, and corner by corner: arrows put each in its place."""
    keys = ["k", *aim(start, corners[0]), "enter", *aim(start, corners[2]), "enter"]
    keys += [*aim(start, corners[5]), "enter", label, "o", "w", "w"]
    now = type_(start, keys)
    for corner in range(8):
        assert isinstance(now.shape, Cuboid)
        at, steps = now.shape.corners[corner], ["w"]
        for axis, less, more in ((0, "left", "right"), (1, "up", "down")):
            count = round(corners[corner][axis] - at[axis])
            far, near = divmod(abs(count), 10)
            key = more if count > 0 else less
            steps += [f"shift+{key}"] * far + [key] * near
        # Held keys would go faster; people who look for a pixel press one after the other.
        now = type_(now, steps, pause=0.2)
        keys += steps
    return keys


def truth(picture: Picture) -> ClassMap:
    size = (picture["height"], picture["width"])
    return cm.from_runs(size, [(mask["label"], rle.unpack(mask["counts"])) for mask in picture["masks"]])


def regions(classes: ClassMap, name: str) -> Iterator[list[ColumnSpan]]:
    """The parts of a class that hang together, those of some size."""
    left = list(cm.spans_of(classes.runs()[name], classes.height))
    while left:
        part = classes.region(left[0][0] + 0.5, left[0][1] + 0.5)
        taken = set(part)
        left = [span for span in left if span not in taken]
        if sum(bottom - top for _, top, bottom in part) > 500:
            yield part


def envelope(spans: Sequence[ColumnSpan], step: int) -> list[Point]:
    """An outline of a region from the first and last pixel of every `step`-th column."""
    columns: dict[int, tuple[int, int]] = {}
    for column, top, bottom in spans:
        before = columns.get(column, (top, bottom))
        columns[column] = (min(before[0], top), max(before[1], bottom))
    chosen = [c for i, c in enumerate(sorted(columns)) if i % step == 0 or i == len(columns) - 1]
    upper: list[Point] = [(c, columns[c][0]) for c in chosen]
    return [*upper, *((c, columns[c][1]) for c in reversed(chosen))]


def street(start: Editor, picture: Picture, step: int = 24) -> list[str]:
    """Sky, road and vehicles by their outlines, made masks; the rest of the picture is buildings."""
    classes, names = truth(picture), [rule.name for rule in start.rules.labels]
    keys: list[str] = []
    label = start.label
    for name in ("sky", "road", "vehicle"):
        for spans in regions(classes, name):
            keys += line_keys(start, "g", envelope(spans, step if name != "vehicle" else step // 2))
            keys.append(digit(start, name))
            column, top, bottom = max(spans, key=lambda span: span[2] - span[1])
            keys += ["m", *aim(start, (column + 0.5, (top + bottom) / 2)), "P", "escape"]
            label = name
    steps = (names.index("building") - names.index(label)) % len(names)
    return [*keys, "m", *["tab"] * steps, "R", "escape"]


def overlap(one: Sequence[int], other: Sequence[int]) -> float:
    """IoU of two masks."""
    both = rle.common(one, other)
    return both / (rle.area(one) + rle.area(other) - both)
