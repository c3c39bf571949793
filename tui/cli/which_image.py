"""Which image of a project a person means."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import click

from tui.cli.common import raw
from tui.errors import UsageError, nearest
from tui.files import exported_path
from tui.model.task import Filter, State, Task
from tui.store.base import AnnotationQueue

at_option = click.option(
    "--at", "image", metavar="IMAGE", help="Begin with this one: its path as exported, or its id."
)
LONGEST_NUMBER = 18
_MANY = 20_000
"""Among so many names the nearest is looked for; among more that would take seconds."""


def image_id(queue: AnnotationQueue, folder: Path, image: str) -> int | None:
    """The id of an image's task, by its path as exported, or as seen from here, or by that id; None: there is none. One
    that was removed is found too."""
    task = queue.find(raw(image)) or queue.find(exported_path(folder, Path(raw(image))))
    return task.id if task is not None else _numbered(queue, image)


def tasks_of_image(queue: AnnotationQueue, folder: Path, image: str) -> list[Task]:
    """The same of all passes of the image; [] where there is none."""
    named = queue.passes_of(raw(image)) or queue.passes_of(exported_path(folder, Path(raw(image))))
    if named:
        return named
    task_id = _numbered(queue, image)
    return queue.passes_of(queue.get(task_id).path) if task_id is not None else []


def _numbered(queue: AnnotationQueue, image: str) -> int | None:
    if not (image.isascii() and image.isdecimal()) or len(image) > LONGEST_NUMBER:
        return None
    by_id = Filter(ids=frozenset((int(image),)), states=tuple(State))
    return next((each.id for each in queue.export(by_id, masks=False)), None)


def nearest_image(queue: AnnotationQueue, image: str) -> str:
    """The end of a sentence about an image that is none of the project."""
    near = nearest(image, [task.path for task in islice(queue.export(masks=False), _MANY)])
    return f"; did you mean {near}?" if near is not None else "."


def image_to_begin_with(queue: AnnotationQueue, folder: Path, image: str) -> int:
    """The same for `--at`.

    Raises:
        UsageError: there is none; the nearest name is told.
    """
    task_id = image_id(queue, folder, image)
    if task_id is None:
        raise UsageError(f"--at {image}: there is no such image in this project{nearest_image(queue, image)}")
    if queue.get(task_id).state is State.REMOVED:
        raise UsageError(f"--at {image}: this image was removed from the project.")
    return task_id
