"""From tasks to images as a format sees them; everything that is lost on the way is counted here."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from PIL import Image

from tui.errors import TermlabelError
from tui.formats.base import ExportedImage, ExportJob
from tui.formats.changes import clipped, kind_of
from tui.formats.rules import CARRIED, FeatureRule, Fidelity
from tui.model.annotation import Json
from tui.model.shapes import Box, Shape, shape_of
from tui.model.task import ANSWERED, State, Task

_CLIPPED = FeatureRule(Fidelity.APPROXIMATED, "cut off at the edge of the image")


def selected(tasks: Iterable[Task], job: ExportJob) -> Iterator[Task]:
    """The tasks that belong into the export: of each image the first pass with an annotation.

    Images that nobody has labelled are no negatives and stay out, and so does rejected work unless
    states were asked for by name. A skipped image has no annotation.
    """
    wanted = {*job.format.states, *((State.REJECTED,) if job.options.named_states else ())}
    several = job.project.passes > 1
    seen: set[str] = set()
    for task in tasks:
        if task.state not in wanted:
            job.report.passed_over[str(task.state)] += 1
        elif several and task.path in seen:
            job.report.lost("pass", "one annotation an image")
        else:
            if several:
                seen.add(task.path)
            yield task


def images(tasks: Iterable[Task], job: ExportJob) -> Iterator[ExportedImage]:
    """What the format's writer gets, in order, counted in the job's report.

    Raises:
        TermlabelError: two images would share a name, or an image's size is not known.
    """
    names = ExportNames(job)
    for task in selected(tasks, job):
        width, height = _size(task, job)
        shapes = _shapes(task.annotation.shapes, width, height, job)
        labels = tuple(job.classes.in_order(task.annotation.labels))
        _count(task, job)
        job.report.images += 1
        job.report.shapes += len(shapes)
        yield ExportedImage(task, names.of(task), width, height, labels, shapes)


def whole_images(tasks: Iterable[Task], job: ExportJob) -> Iterator[ExportedImage]:
    """The same for a format that writes tasks as they are, in every state."""
    for task in tasks:
        _count(task, job)
        job.report.images += 1
        for data in task.annotation.shapes:
            rule = job.format.rule("box")
            job.report.count(kind_of(shape_of(data)), rule)
            job.report.shapes += rule is CARRIED
        yield ExportedImage(task, task.path, task.width or 0, task.height or 0, task.annotation.labels, [])


def _shapes(found: Sequence[Json], width: int, height: int, job: ExportJob) -> list[Shape]:
    """The shapes that stand for those of an annotation, in order."""
    shapes: list[Shape] = []
    rule, plain = job.format.rule("box"), 0
    carried = rule.fidelity is Fidelity.CARRIED
    for data in found:
        box = plain_box(data, width, height) if carried else None
        if box is not None:
            plain += 1
            shapes.append(box)
            if box.attributes or box.occluded or box.truncated:
                _count_marks(box, job)
        else:
            shapes += _adapted(shape_of(data), width, height, job)
    if plain:
        job.report.count("box", rule, plain)
    return shapes


def _adapted(shape: Shape, width: int, height: int, job: ExportJob) -> list[Shape]:
    """The shapes that stand for one: cut off at the edges, changed by the rule, counted."""
    kind, report = kind_of(shape), job.report
    rule = job.format.rule(kind)
    if rule.fidelity is Fidelity.LEFT_OUT:
        report.count(kind, rule)
        return []
    inside = clipped(shape, width, height)
    if inside is None:
        report.lost(kind, "empty or outside the image")
        return []
    found = [inside]
    if rule.convert is not None:
        changed = (clipped(new, width, height) for new in rule.convert(inside, width, height))
        found = [new for new in changed if new is not None]
        if not found:
            report.lost(kind, "")
            return []
    report.count(kind, rule if inside is shape or rule.fidelity is not Fidelity.CARRIED else _CLIPPED)
    _count_marks(shape, job)
    return found


def _count_marks(shape: Shape, job: ExportJob) -> None:
    for feature, there in (
        ("attributes", shape.attributes),
        ("occluded", shape.occluded),
        ("truncated", shape.truncated),
        ("z", shape.z),
        ("extra", shape.extra),
    ):
        if there:
            job.report.count(feature, job.format.rule(feature))


def plain_box(data: Json, width: int, height: int) -> Box | None:
    """A box of the usual eleven members, not turned and inside the image, faster than the general reader; None
    for all else."""
    if len(data) != 11 or data.get("kind") != "box" or data.get("rotation") != 0:
        return None
    try:
        x, y, w, h = data["x"], data["y"], data["width"], data["height"]
        label, attributes, number = data["label"], data["attributes"], data["id"]
        occluded, truncated = data["occluded"], data["truncated"]
        if x >= 0 and y >= 0 and 0 < w <= width - x and 0 < h <= height - y:
            known = type(label) is str and type(attributes) is dict and type(number) in (int, str)
            if known and type(occluded) is bool and type(truncated) is bool:
                return Box(
                    float(x), float(y), float(w), float(h), 0.0,
                    id=number, label=label, attributes=attributes, occluded=occluded, truncated=truncated,
                )  # fmt: skip
    except (KeyError, TypeError):
        pass
    return None


def _count(task: Task, job: ExportJob) -> None:
    """What a task has beside its shapes."""
    report, rule = job.report, job.format.rule
    labels = task.annotation.labels
    if labels:
        report.count("class" if len(labels) == 1 else "tags", rule("class" if len(labels) == 1 else "tags"))
    elif not task.annotation.shapes and task.state in ANSWERED:
        report.count("negative", rule("negative"))
    for feature, there in (
        ("annotator", task.annotator),
        ("times", task.labelled_at),
        ("verdict", task.verdict),
        ("flagged", task.flagged),
        ("metadata", task.metadata),
        ("predictions", task.predictions),
    ):
        if there:
            report.count(feature, rule(feature))


def _size(task: Task, job: ExportJob) -> tuple[int, int]:
    """Width and height after EXIF orientation; read from the picture where the queue does not know them."""
    if task.width and task.height:
        return task.width, task.height
    size = size_of(job.project.folder / task.path)
    if size is None:
        raise TermlabelError(
            f"{task.path} has no known size, and the picture cannot be read; leave it out by --where path=."
        )
    return size


def size_of(path: Path) -> tuple[int, int] | None:
    """Width and height of a picture after EXIF orientation (tag 0x0112), None when it cannot be read."""
    try:
        with Image.open(path) as image:
            turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
            return (image.height, image.width) if turned else (image.width, image.height)
    except (OSError, ValueError, SyntaxError):
        return None


class ExportNames:
    """Names of images in an export: as in the project; below a folder, absolute paths lose their root.

    Formats that name one file an image by its stem refuse two images that would share it.
    """

    def __init__(self, job: ExportJob) -> None:
        self._inside = job.folder is not None or not job.format.file
        self._stems: set[int] | None = set() if job.format.unique_stems else None

    def of(self, task: Task) -> str:
        name = inside_name(task.path) if self._inside else task.path
        if self._stems is not None:
            stem = hash(os.path.splitext(name)[0])
            if stem in self._stems:
                raise TermlabelError(
                    f"{task.path} and another image differ only in their ending; this format would write one "
                    "file for both. Rename one, or leave one out by --where path=."
                )
            self._stems.add(stem)
        return name


def inside_name(path: str) -> str:
    """A path as exported, as a name below a folder."""
    return "/".join(part for part in path.split("/") if part not in ("", ".", ".."))
