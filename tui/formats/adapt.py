"""From tasks to images as a format sees them; everything that is lost on the way is counted here."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path

from PIL import Image

from tui.errors import TermlabelError
from tui.files import open_regular, why_unreadable
from tui.formats.base import ExportedImage, ExportJob
from tui.formats.clipping import clipped
from tui.formats.conversions import feature_of
from tui.formats.rules import CARRIED, FeatureRule, Fidelity
from tui.libraries import overheard
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
        TermlabelError: two images would share a name.
    """
    names = ExportNames(job)
    for task in selected(tasks, job):
        if (size := _size(task, job)) is None:
            continue
        width, height = size
        if task.file_changed:
            was = f"was {width} x {height} when it was labelled, and is another picture now"
            job.report.file(
                "changed file", task.path, was, kept="written as labelled, in the pixels of that time"
            )
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
            job.report.count(feature_of(shape_of(data)), rule)
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
    """The shapes that stand for one: cut off at the edges, converted by the rule, counted."""
    feature, report = feature_of(shape), job.report
    rule = job.format.rule(feature)
    if rule.fidelity is Fidelity.LEFT_OUT:
        report.count(feature, rule)
        return []
    inside = clipped(shape, width, height)
    if inside is None:
        report.lost(feature, "empty or outside the image")
        return []
    found = _converted(inside, rule, width, height)
    if not found:
        report.lost(feature, "")
        return []
    cut = inside is not shape and rule.fidelity is Fidelity.CARRIED
    report.count(feature, _CLIPPED if cut else rule)
    _count_marks(shape, job)
    return found


def _converted(shape: Shape, rule: FeatureRule, width: int, height: int) -> list[Shape]:
    if rule.convert is None:
        return [shape]
    found = (clipped(each, width, height) for each in rule.convert(shape, width, height))
    return [each for each in found if each is not None]


_MARKS = {name: name for name in ("attributes", "occluded", "truncated", "z", "extra")}
_PROVENANCE = {
    "annotator": "annotator",
    "times": "labelled_at",
    "verdict": "verdict",
    "flagged": "flagged",
    "note": "note",
    "metadata": "metadata",
    "predictions": "predictions",
}


def _count_marks(shape: Shape, job: ExportJob) -> None:
    """What a shape has beside its geometry."""
    _count_members(shape, _MARKS, job)


def _count_members(owner: Shape | Task, members: Mapping[str, str], job: ExportJob) -> None:
    """Features whose member (`members`: by feature) says something."""
    for feature, member in members.items():
        if getattr(owner, member):
            job.report.count(feature, job.format.rule(feature))


_plain_members = itemgetter("id", "label", "attributes", "occluded", "truncated", "x", "y", "width", "height")
_PLAIN_TYPES = {(kind, str, dict, bool, bool) for kind in (int, str)}
"""Of the first five of these."""


def plain_box(data: Json, width: int, height: int) -> Box | None:
    """A box of the usual eleven members, not turned and inside the image, faster than the general reader; None
    for all else."""
    if len(data) != 11 or data.get("kind") != "box" or data.get("rotation") != 0:
        return None
    try:
        number, label, attributes, occluded, truncated, x, y, w, h = _plain_members(data)
        inside = x >= 0 and y >= 0 and 0 < w <= width - x and 0 < h <= height - y
    except (KeyError, TypeError):
        return None
    types = (type(number), type(label), type(attributes), type(occluded), type(truncated))
    if not inside or types not in _PLAIN_TYPES:
        return None
    return Box(
        float(x), float(y), float(w), float(h), 0.0,
        id=number, label=label, attributes=attributes, occluded=occluded, truncated=truncated,
    )  # fmt: skip


def _count(task: Task, job: ExportJob) -> None:
    """What a task has beside its shapes."""
    feature = _answer_feature(task)
    if feature is not None:
        job.report.count(feature, job.format.rule(feature))
    _count_members(task, _PROVENANCE, job)


def _answer_feature(task: Task) -> str | None:
    """Which feature the labels of the image are; None when only its shapes say something, or nobody answered."""
    labels = task.annotation.labels
    if labels:
        return "class" if len(labels) == 1 else "tags"
    nothing_there = task.state in ANSWERED and not task.annotation.shapes
    return "negative" if nothing_there else None


def _size(task: Task, job: ExportJob) -> tuple[int, int] | None:
    """Width and height after EXIF orientation; read from the picture where the queue does not know them. None, counted in
    the report, of an image that has no place in the export without its file."""
    goes_along = job.format.by_pictures and job.images != "no"
    if goes_along and (problem := _why_not_shown(task, job)):
        job.report.file("file", task.path, problem, kept="")
        return None
    if task.width and task.height:
        return task.width, task.height
    source = job.project.folder / task.path
    if size := size_of(source):
        return size
    reason = why_unreadable(source) or "cannot be read as a picture"
    job.report.file("file", task.path, f"{reason}, and its size is not known", kept="")
    return None


def _why_not_shown(task: Task, job: ExportJob) -> str:
    """Why nobody could train with the picture; '' for none."""
    return why_unreadable(job.project.folder / task.path) or job.options.broken(task.path)


def size_of(path: Path) -> tuple[int, int] | None:
    """Width and height of a picture after EXIF orientation (tag 0x0112), None when it cannot be read."""
    try:
        with overheard(), open_regular(path) as file, Image.open(file) as image:
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
        """The name of a task's image in the export.

        Raises:
            TermlabelError: the format names one file an image by its stem, and another image has it.
        """
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
