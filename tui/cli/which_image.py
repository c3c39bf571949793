"""Which image of a project a person means."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import click

from tui.cli.common import raw
from tui.errors import UsageError, nearest
from tui.manifest import exported_path
from tui.model.task import Filter
from tui.store.base import AnnotationQueue

at_option = click.option(
    "--at", "image", metavar="IMAGE", help="Begin with this one: its path as exported, or its id."
)
LONGEST_NUMBER = 18
_MANY = 20_000
"""Among so many names the nearest is looked for; among more that would take seconds."""


def image_id(queue: AnnotationQueue, folder: Path, image: str) -> int | None:
    """The id of an image's task, by its path as exported, or as seen from here, or by that id; None: there is none."""
    task = queue.find(raw(image)) or queue.find(exported_path(folder, Path(raw(image))))
    return task.id if task is not None else _numbered(queue, image)


def _numbered(queue: AnnotationQueue, image: str) -> int | None:
    if not (image.isascii() and image.isdecimal()) or len(image) > LONGEST_NUMBER:
        return None
    return next((each.id for each in queue.export(Filter(ids=frozenset((int(image),))), masks=False)), None)


def image_to_begin_with(queue: AnnotationQueue, folder: Path, image: str) -> int:
    """The same for `--at`.

    Raises:
        UsageError: there is none; the nearest name is told.
    """
    task_id = image_id(queue, folder, image)
    if task_id is not None:
        return task_id
    near = nearest(image, [task.path for task in islice(queue.export(masks=False), _MANY)])
    hint = f"; did you mean {near}?" if near is not None else "."
    raise UsageError(f"--at {image}: there is no such image in this project{hint}")
