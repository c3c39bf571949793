"""The demo project for drawing: some of the bundled pictures, with boxes that a model found and some that `ann` drew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tui.demo import Truth, found_boxes, write_demo
from tui.model.annotation import Annotation
from tui.model.shapes import Box, json_of
from tui.store.base import AnnotationQueue

PROJECT = """\
# The demo project for drawing. docs/project-file.md explains every member.
format = 1
kind = "shapes"
guidelines = "guidelines.md"
reasons = ["wrong label", "not tight", "something missing", "other"]

[[labels]]
name = "cat"
colour = "#e69f00"
attributes = [
    {name = "view", type = "choice", values = ["front", "side", "back"]},
    {name = "asleep", type = "boolean"},
]
[[labels]]
name = "dog"
colour = "#56b4e9"
[[labels]]
name = "bird"
colour = "#009e73"
[[labels]]
name = "car"
colour = "#f0e442"
attributes = [{name = "view", type = "choice", values = ["front", "side", "back"]}]
[[labels]]
name = "bicycle"
colour = "#d55e00"
[[labels]]
name = "person"
colour = "#cc79a7"
[[labels]]
name = "cyclist"
colour = "#8800ff"
[[labels]]
name = "road"
colour = "#999999"
"""
GUIDELINES = """\
# Draw what you see

A **box** around each animal, vehicle and person, as tight as the pixels: `b`, then `enter` at two corners. The road as a
**mask** (`m`) or an outline (`g`), a rail or a kerb as a line (`l`), a path as a curve (`s`).

1. What stands behind something else is *occluded* (`o`), what goes on beyond the edge is *truncated* (`O`).
2. Smaller than 15 pixels: leave it out.
3. A box that a model found is dashed: `enter` takes it, `d` takes it away, any change makes it yours.
4. `enter` with nothing in hand: the picture is done.
"""
TO_DRAW = ("garden", "kerbside", "stand", "hedge", "bend", "meadow", "drive", "crossing")
FOUND = ("kerbside", "stand", "bend")
"""Where a model has found objects."""
DRAWN: Mapping[str, tuple[int, str | None, float]] = {
    "pond": (9, None, 6.2),
    "fence": (9, None, 7.9),
    "doorstep": (9, "dog", 5.1),
    "evening": (3, None, 14.5),
}
"""What `ann` has drawn: how many boxes at most, the label where it is not the true one, and seconds. In one the label is
wrong, in another objects are missing."""


def make_shapes_project(folder: Path) -> Path:
    """Make the demo project for drawing in `folder`, which need not exist; gives `folder`.

    Raises:
        TermlabelError: it cannot be written there.
    """
    return write_demo(folder, PROJECT, GUIDELINES, _lines, _drawn)


def _lines(truth: Truth) -> Iterator[dict[str, Any]]:
    for stem in (*TO_DRAW, *DRAWN):
        line: dict[str, Any] = {"image": f"images/{stem}.jpg", "source": "rendered"}
        if stem in FOUND:
            line["predictions"] = list(found_boxes(truth[stem]["boxes"]))
        yield line


def _drawn(queue: AnnotationQueue, truth: Truth) -> None:
    for stem, (most, label, seconds) in DRAWN.items():
        task = queue.find(f"images/{stem}.jpg")
        lease = queue.claim_task(task.id, who="ann", sitting="demo-ann") if task is not None else None
        assert lease is not None, "nobody else works on a project that is being made"
        shapes = tuple(_boxes(truth[stem]["boxes"][:most], label))
        queue.submit(lease, Annotation((), shapes), who="ann", seconds=seconds, request_id=f"demo-{stem}")


def _boxes(true: Sequence[Mapping[str, Any]], label: str | None) -> Iterator[Mapping[str, Any]]:
    for number, box in enumerate(true, 1):
        sides = [float(box[side]) for side in ("x", "y", "width", "height")]
        hidden = {"occluded": box["occluded"], "truncated": box["truncated"]}
        yield json_of(Box(*sides, id=number, label=label or box["label"], **hidden))
