"""`termlabel export`."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import click

from tui.cli.common import (
    OneOf,
    network_option,
    opened,
    parse_filters,
    print_lines,
    project_argument,
    watched,
    where_option,
)
from tui.cli.report import step_object
from tui.config import load_settings, person_name
from tui.files import exported_path
from tui.formats import FORMATS, exporting
from tui.formats.base import ExportOptions
from tui.formats.output import ImagesMode
from tui.formats.report import ExportReport
from tui.formats.split import parse_split
from tui.looking import look
from tui.model.amendment import FileSeen
from tui.model.annotation import Json
from tui.model.project import Project
from tui.model.task import ANSWERED, Task
from tui.store.base import AnnotationQueue
from tui.store.trail import steps
from tui.text import printable

LAST = "since=LAST"
"""What changed since the last export of this format to this output."""
_EPILOG = "\b\nFormats:\n" + "\n".join(f"  {name:<12} {each.help}" for name, each in FORMATS.items())


@click.command(epilog=_EPILOG)
@project_argument
@click.option("--format", "name", type=OneOf(list(FORMATS)), required=True, help="See below.")
@click.option("--output", default="-", metavar="FILE|FOLDER|-", help="Where to; - is standard output.")
@where_option
@click.option("--split", metavar="PARTS", help="Parts with their shares, as train=0.8,val=0.2.")
@click.option("--seed", type=int, default=0, help="Draws other parts.")
@click.option("--copy-images", "images", flag_value="copy", help="Put copies of the images beside them.")
@click.option("--link-images", "images", flag_value="link", help="Put symbolic links to the images there.")
@click.option("--no-images", "images", flag_value="no", help="Write annotations alone.")
@click.option(
    "--task",
    metavar="TASK",
    help="For yolo: detect, segment, obb, classify; for imagefolder: detect, classify.",
)
@click.option("--voc-official", is_flag=True, help="For voc: integers from 1, the last pixel included.")
@click.option("--image-prefix", default="", metavar="URL", help="For labelstudio: stands before image names.")
@click.option("--history", is_flag=True, help="For jsonl: with everything that happened to each image.")
@click.option("--strict", is_flag=True, help="Write nothing if anything annotated would be lost.")
@click.option("--dry-run", is_flag=True, help="Only say what would be carried and lost.")
@click.option("--replace", is_flag=True, help="Replace a folder that an export wrote.")
@network_option
def export(
    project: Path,
    name: str,
    output: str,
    filters: tuple[str, ...],
    split: str | None,
    seed: int,
    images: ImagesMode | None,
    task: str | None,
    voc_official: bool,
    image_prefix: str,
    history: bool,
    strict: bool,
    dry_run: bool,
    replace: bool,
    allow_network_fs: bool,
) -> None:
    """Write the annotations to a file or folder, which appears whole or not at all.

    What the format cannot hold is counted in a table on standard error.
    """
    since_last, where = LAST in filters, parse_filters([each for each in filters if each != LAST])
    parts = parse_split(split, seed) if split is not None else None
    with opened(project, allow_network_fs=allow_network_fs) as (loaded, queue), ExitStack() as frozen:
        target = target_of(loaded, output)
        if since_last and (last := queue.last_export(name, target)) is not None:
            where = dataclasses.replace(where, since=last)
        found = frozen.enter_context(queue.as_of_now(where))
        files = FreshFiles(loaded)
        chosen = exporting.variant_of(FORMATS[name], loaded, task)
        options = ExportOptions(
            images=images,
            split=parts,
            voc_official=voc_official,
            image_prefix=image_prefix,
            history=trail_of(queue, found.seq) if history else None,
            named_states=bool(where.states),
            replace=replace,
            in_use=lambda: (task.path for task in queue.export(masks=False)),
            queue=queue.id,
            image_number=lambda task: image_number(queue, task),
            broken=lambda path: files.broken.get(path, ""),
        )

        def tasks() -> Iterator[Task]:
            if not sys.stderr.isatty():
                return map(files.as_now, found.tasks())
            return map(files.as_now, watched(found.tasks(), bar_of(queue.count(where)), width=70))

        if dry_run:
            if output != "-":
                exporting.check_output(chosen, loaded, output, options)
            print_report(exporting.survey(chosen, tasks, loaded, options))
            return
        try:
            report = exporting.export(chosen, tasks, loaded, output, options, strict=strict)
        except exporting.LossyExportError as losses:
            print_report(losses.report)
            raise
        finally:
            files.record(queue)
        if output != "-":
            queue.note_export(name, target, found.seq, who=person_name(None, load_settings()))
    print_report(report)


class FreshFiles:
    """Compares files with what is known of them while their labels are exported. `broken`: why those cannot be shown that are
    no pictures any more, by path."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._found: dict[int, FileSeen] = {}
        self.broken: dict[str, str] = {}

    def as_now(self, task: Task) -> Task:
        """The task, marked where its file is another picture than the one that was labelled."""
        if task.state not in ANSWERED:
            return task
        seen = self._found.get(task.id) or look(task, self._project.folder, self._project.max_pixels).seen
        if seen is not None and seen.reason:
            self.broken[task.path] = seen.reason
        if seen is None or seen.changed == task.file_changed:
            return task
        self._found[task.id] = seen
        return dataclasses.replace(task, file_changed=seen.changed)

    def record(self, queue: AnnotationQueue) -> None:
        """For everybody which files are marked now, or no longer. No more: an export would be something new for the next
        one of what is new."""
        if self._found and not queue.readonly:
            who = person_name(None, load_settings())
            queue.amend(self._found.items(), who=who, stroke=uuid4().hex)


def target_of(project: Project, output: str) -> str:
    """By what the same output is known again: relative to the project where it lies there."""
    return output if output == "-" else exported_path(project.folder, Path(output))


def image_number(queue: AnnotationQueue, task: Task) -> int:
    """Of the image, whichever pass of it this is: the number of its first task."""
    first = task if task.pass_ == 1 else queue.find(task.path)
    return task.id if first is None else first.id


def trail_of(queue: AnnotationQueue, until: int) -> Callable[[int], list[Json]]:
    """The trail of a task as `history --json` has it, up to the event of that number."""

    def trail(task_id: int) -> list[Json]:
        return [step_object(step) for step in steps(queue.history(task_id)) if step.seq <= until]

    return trail


def print_report(report: ExportReport) -> None:
    """On standard error: what was carried, and what could not be."""
    print_lines(map(printable, report.lines()), err=True)


def bar_of(total: int) -> Callable[[int, object], str]:
    """How far an export is, as a bar of 30 cells: for `watched`."""

    def bar(n: int, _newest: object) -> str:
        filled = min(30, 30 * n // max(1, total))
        return f"{'█' * filled}{'░' * (30 - filled)} {n} of {max(1, total)} exported"

    return bar
