"""The demo project: the bundled pictures, some of them already labelled by others, ready to label or to review."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tui.config import load_project
from tui.errors import TermlabelError
from tui.manifest import new_tasks
from tui.model.annotation import Annotation
from tui.model.project import PROJECT_FILE
from tui.model.review import Verdict
from tui.resources import bundled
from tui.store import open_queue
from tui.store.base import AnnotationQueue

PROJECT = """\
# The demo project. Every member is explained in the documentation; this file shows the usual ones.
format = 1
kind = "classify"
guidelines = "guidelines.md"
reasons = ["wrong label", "unclear picture", "other"]

[[labels]]
name = "cat"
colour = "#e69f00"
attributes = [{name = "age", type = "choice", values = ["kitten", "adult"]}]
[[labels]]
name = "dog"
colour = "#56b4e9"
[[labels]]
name = "bird"
colour = "#009e73"
[[labels]]
name = "fish"
colour = "#f0e442"
[[labels]]
name = "car"
colour = "#0072b2"
[[labels]]
name = "bicycle"
title = "bicycle (no rider)"
colour = "#d55e00"
[[labels]]
name = "flower"
colour = "#cc79a7"
key = "b"        # a key of its own instead of a digit: blossom
[[labels]]
name = "street"
colour = "#999999"
key = "y"        # roads that meet
"""

GUIDELINES = """\
# What is on the picture?

Choose the **one** label that says what the picture *is of*. One key is enough; the next picture comes by itself.

| Label   | Choose it for                                 | Not for                             |
|---------|-----------------------------------------------|-------------------------------------|
| cat     | a cat, of any coat                            |                                     |
| dog     | a dog, of any breed                           | foxes, wolves                       |
| bird    | birds that sit, fly or swim                   | a bird that is small in a landscape |
| fish    | fish, also several                            | a pond without visible fish         |
| car     | one or a few cars that fill most of the width | traffic in a street: **street**     |
| bicycle | bicycles that nobody rides                    | a rider in traffic: **street**      |
| flower  | one flower, a bed, a whole meadow             | grass without flowers               |
| street  | a road with traffic or people on it           | a car before a house: **car**       |

## In doubt

1. Ask what a friend would say who saw the picture for a second.
2. Two things on it? The larger one counts.
3. Still unsure: press `f` to flag the picture as hard, and choose all the same.
4. Nothing fits, or it cannot be seen: `space` skips it.

## Examples

- Three bicycles at a wall, and a person walks by: **bicycle**.
- A cyclist among cars: **street**.
- A drake on a pond: **bird**, not *fish*, though there is much water.

> A wrong key is one key to undo: `backspace`.
"""

PREDICTED: Mapping[str, tuple[str, float]] = {
    "terrace": ("street", 0.94), "garden": ("cat", 0.98), "kerbside": ("car", 0.86), "meadow": ("cat", 0.41),
    "stand": ("bicycle", 0.93), "hedge": ("bird", 0.97), "crossing": ("street", 0.90), "tank": ("fish", 0.72),
    "field": ("flower", 0.88), "drive": ("car", 0.99), "bend": ("street", 0.52), "doorstep": ("cat", 0.95),
    "pond": ("bird", 0.91), "bush": ("flower", 0.99), "fence": ("bicycle", 0.96), "beach": ("dog", 0.83),
}  # fmt: skip
"""What a model would have said: right but for one, and not sure of all."""
BOXED = ("terrace", "kerbside", "stand")
"""Pictures on which it has found objects too."""
DONE: tuple[tuple[str, str, float], ...] = (
    ("doorstep", "cat", 1.6), ("pond", "fish", 0.5), ("bush", "flower", 1.4), ("fence", "bicycle", 1.9),
    ("beach", "cat", 2.7), ("evening", "street", 2.2), ("daisies", "bird", 0.4),
)  # fmt: skip
"""What `ann` has said, in how many seconds. Three are wrong; the last of them has come back to her already."""
HARD = "evening"
Truth = Mapping[str, Mapping[str, Any]]
"""What is true of the bundled pictures, by file name without its ending."""
TORN = "torn.jpg"
"""A picture that breaks off in the middle, the last that nobody has done."""


def make_demo_project(folder: Path) -> Path:
    """Make the demo project in `folder`, which need not exist; gives `folder`.

    Raises:
        TermlabelError: it cannot be written there.
    """
    return write_demo(folder, PROJECT, GUIDELINES, _lines, _work_done)


def write_demo(
    folder: Path,
    project: str,
    guidelines: str,
    lines: Callable[[Truth], Iterable[Mapping[str, Any]]],
    work_done: Callable[[AnnotationQueue, Truth], None],
) -> Path:
    """A project in `folder` with the bundled pictures: its files' texts, the list of images, and what others did.

    Raises:
        TermlabelError: it cannot be written there.
    """
    source = bundled("demo_images")
    try:
        pictures = tomllib.loads((source / "manifest.toml").read_text(encoding="utf-8"))["pictures"]
        truth = {Path(entry["image"]).stem: entry for entry in pictures}
        images = folder / "images"
        images.mkdir(parents=True)
        listed = folder / "images.jsonl"
        wanted = list(lines(truth))
        for line in wanted:
            _copy(source, Path(line["image"]), pictures[0]["image"], images)
        (folder / PROJECT_FILE).write_text(project, encoding="utf-8")
        (folder / "guidelines.md").write_text(guidelines, encoding="utf-8")
        listed.write_text("".join(f"{json.dumps(line)}\n" for line in wanted), encoding="utf-8")
    except OSError as error:
        raise TermlabelError(f"The demo project cannot be made in {folder}: {error.strerror}.") from error
    loaded = load_project(folder)
    queue = open_queue(loaded)
    try:
        queue.add(new_tasks(loaded, [listed]), who="ann")
        work_done(queue, truth)
    finally:
        queue.close()
    return folder


def _copy(source: Path, image: Path, first: str, images: Path) -> None:
    if image.name != TORN:
        shutil.copyfile(source / image.name, images / image.name)
        return
    whole = (source / first).read_bytes()
    # Within the first coarse pass of a progressive file, so that the lower half is missing.
    (images / TORN).write_bytes(whole[: len(whole) // 14])


def _lines(truth: Truth) -> Iterator[dict[str, Any]]:
    """The list of images for `add`: what is left to do, the torn one, then what `ann` has done."""
    done = [stem for stem, _, _ in DONE]
    for stem in [*(stem for stem in truth if stem not in done), Path(TORN).stem, *done]:
        line: dict[str, Any] = {"image": f"images/{stem}.jpg", "source": "rendered"}
        if stem in PREDICTED:
            label, score = PREDICTED[stem]
            line |= {"labels": [label], "score": score}
        if stem in BOXED:
            line["predictions"] = list(found_boxes(truth[stem]["boxes"]))
        yield line


def found_boxes(boxes: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Boxes near the true ones, as a model finds them: each a few pixels off, less sure of the small ones."""
    for number, box in enumerate(boxes):
        x, y, width, height = (float(box[side]) for side in ("x", "y", "width", "height"))
        off = ((number * 5) % 7 - 3) / 60
        yield {
            "kind": "box",
            "label": box["label"],
            "x": round(max(0.0, x + off * width), 1),
            "y": round(max(0.0, y - off * height), 1),
            "width": round(width * (1 - abs(off)), 1),
            "height": round(height * (1 - abs(off)), 1),
            "rotation": 0.0,
            "score": round(min(0.85, 0.35 + min(width, height) / 250), 2),
        }


def _work_done(queue: AnnotationQueue, _: Truth) -> None:
    """`ann` does her part, and `ben` rejects one of it."""
    for stem, label, seconds in DONE:
        _label(queue, stem, label, seconds)
    lease = queue.claim_task(_number(queue, DONE[-1][0]), who="ben", sitting="demo-ben", work="review")
    assert lease is not None, "nobody else works on a project that is being made"
    queue.review(
        lease,
        Verdict.REJECT,
        reason="wrong label",
        comment="These are daisies. See the table in the guidelines.",
        who="ben",
        seconds=3.1,
        request_id="demo-ben",
    )


def _label(queue: AnnotationQueue, stem: str, label: str, seconds: float) -> None:
    lease = queue.claim_task(_number(queue, stem), who="ann", sitting="demo-ann")
    assert lease is not None, "nobody else works on a project that is being made"
    queue.submit(lease, Annotation((label,)), who="ann", seconds=seconds, request_id=f"demo-{stem}")
    if stem == HARD:
        queue.flag(lease.task.id, True, who="ann", request_id="demo-flag")


def _number(queue: AnnotationQueue, stem: str) -> int:
    task = queue.find(f"images/{stem}.jpg")
    assert task is not None, stem
    return task.id
