"""An export from beginning to end: losses first where asked, parts, then a file or folder that appears whole."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO

from tui.errors import TermlabelError, UsageError
from tui.formats.adapt import images, inside_name, selected, whole_images
from tui.formats.base import ClassIndex, ExportedImage, ExportJob, ExportOptions, Format
from tui.formats.output import DiscardingFolder, OutputFolder, whole_file, whole_folder
from tui.formats.replacing import check_folder, refuse_own
from tui.formats.report import ExportReport
from tui.formats.split import Split
from tui.model.annotation import label_names
from tui.model.project import Project
from tui.model.task import Task

Tasks = Callable[[], Iterable[Task]]
"""Gives the tasks anew each time; an export may need to go through them more than once."""


class LossyExportError(TermlabelError):
    """`--strict` found that something would be lost; `report` says what."""

    def __init__(self, report: ExportReport) -> None:
        n = report.losses
        super().__init__(
            f"{n} thing{'s' * (n != 1)} would not come through whole; nothing was written (--strict)."
        )
        self.report = report


def variant_of(chosen: Format, project: Project, task: str | None) -> Format:
    """The format with the rules of `--task`; without it, what fits the project's kind.

    Raises:
        UsageError: the format has no such task.
    """
    if not chosen.variants:
        if task is not None:
            raise UsageError(f"--task belongs to yolo and imagefolder; {chosen.name} has none.")
        return chosen
    task = task or chosen.default_variant(project.kind)
    if task not in chosen.variants:
        raise UsageError(f"There is no task {task!r}; there are {', '.join(chosen.variants)}.")
    return chosen.variants[task]


def survey(chosen: Format, tasks: Tasks, project: Project, options: ExportOptions) -> ExportReport:
    """What an export would carry and lose; writes nothing."""
    job = _job(chosen, project, replace(options, split=None))
    job.folder = DiscardingFolder() if _is_folder(chosen, options) else None
    with open(os.devnull, "wb") as nothing:
        if chosen.file:
            _write_part(job, tasks(), nothing)
        else:
            _write(job, tasks(), nothing)
    job.report.notes += chosen.notes(job)
    return job.report


def export(
    chosen: Format,
    tasks: Tasks,
    project: Project,
    output: str,
    options: ExportOptions,
    *,
    strict: bool = False,
) -> ExportReport:
    """Write tasks in a format to a file or folder, or to standard output for `-`; it appears whole or not at all.

    Raises:
        LossyExportError: with `strict`, when something would be lost.
        UsageError: options that do not fit the format, or an output that is not to be replaced.
        TermlabelError: the output cannot be written.
    """
    check_output(chosen, project, output, options)
    if strict:
        report = survey(chosen, tasks, project, options)
        if report.losses:
            raise LossyExportError(report)
    job = _job(chosen, project, options)
    if (split := options.split) is not None:
        job.assign = partial(_part_of, split, options)
        job.report.notes += _sizes(split, (job.assign(task) for task in _chosen(tasks(), job)))
    if _is_folder(chosen, options):
        _export_folder(job, tasks, Path(output))
    elif output == "-":
        _write(job, tasks(), sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        _export_file(job, tasks(), Path(output))
    job.report.notes += chosen.notes(job)
    return job.report


def check_output(chosen: Format, project: Project, output: str, options: ExportOptions) -> None:
    """Whether an export may write there, before anything is read or written.

    Raises:
        UsageError: options that do not fit the format, or an output that is not to be replaced.
    """
    _check(chosen, output, options)
    if output == "-":
        return
    path, folder = Path(output), _is_folder(chosen, options)
    # No image is named like an annotation file, and to look through a million of them takes seconds.
    images = () if not folder and path.suffix == Path(chosen.file).suffix else options.in_use()
    refuse_own(path, project, images)
    if folder:
        check_folder(path, replace=options.replace)


def _export_folder(job: ExportJob, tasks: Tasks, path: Path) -> None:
    with whole_folder(path, replace=job.options.replace) as folder:
        job.folder = folder
        _write_folder(job, tasks)
        for name, data in job.sidecars.items():
            folder.write(name, data)


def _export_file(job: ExportJob, tasks: Iterable[Task], path: Path) -> None:
    with whole_file(path) as file:
        _write(job, tasks, file)
    for name, data in job.sidecars.items():
        with whole_file(path.with_suffix(f".{name}")) as file:
            file.write(data)


def _check(chosen: Format, output: str, options: ExportOptions) -> None:
    """Refuse options that belong to another format, and outputs of the wrong kind."""
    if options.history is not None and chosen.name != "jsonl":
        raise UsageError(f"--history belongs to jsonl; {chosen.name} cannot hold it.")
    if options.voc_official and chosen.name != "voc":
        raise UsageError(f"--voc-official belongs to voc, not to {chosen.name}.")
    if not _is_folder(chosen, options):
        if Path(output).is_dir():
            raise UsageError(f"{output} is a folder; {chosen.name} is one file.")
    elif output == "-":
        why = " with images or parts" if chosen.file else ""
        raise UsageError(f"{chosen.name}{why} is a folder; name one with --output FOLDER.")


def _is_folder(chosen: Format, options: ExportOptions) -> bool:
    """A format of one file becomes a folder when image files or parts go with it."""
    return not chosen.file or options.split is not None or options.images in ("copy", "link")


def _job(chosen: Format, project: Project, options: ExportOptions) -> ExportJob:
    return ExportJob(chosen, project, options, ExportReport(chosen.name), ClassIndex(project))


def _chosen(tasks: Iterable[Task], job: ExportJob) -> Iterator[Task]:
    """The tasks that will be written, for counting parts; counts nothing that stays."""
    if job.format.exact:
        yield from tasks
    else:
        yield from selected(tasks, replace(job, report=ExportReport(job.format.name)))


def _part_of(split: Split, options: ExportOptions, task: Task) -> str:
    return split.part(options.queue, options.image_number(task))


def _sizes(split: Split, parts: Iterable[str]) -> list[str]:
    """How many images each part has, since shares hold on the whole only."""
    counts = Counter(parts)
    return [f"Parts: {', '.join(f'{name} {counts[name]:,}' for name in split.names)}."]


def _images(tasks: Iterable[Task], job: ExportJob) -> Iterator[ExportedImage]:
    return _names_counted(whole_images(tasks, job) if job.format.exact else images(tasks, job), job)


def _names_counted(found: Iterable[ExportedImage], job: ExportJob) -> Iterator[ExportedImage]:
    """Each image; labels that the project file does not have are told, as nobody would expect them among the classes."""
    known = frozenset(label.name for label in job.project.labels)
    for image in found:
        said = image.task.annotation
        if known and (said.shapes or not known.issuperset(said.labels)):
            job.report.not_named.update(name for name in label_names(said) if name and name not in known)
        yield image


def _write(job: ExportJob, tasks: Iterable[Task], file: IO[bytes]) -> None:
    job.file = file
    job.format.write(_images(tasks, job), job)


def _write_folder(job: ExportJob, tasks: Tasks) -> None:
    if not job.format.file:
        job.format.write(_images(tasks(), job), job)
        return
    stem, dot, suffix = job.format.file.rpartition(".")
    if job.assign is None:
        with _part_file(job.tree, f"{stem}{dot}{suffix}") as file:
            _write_part(job, tasks(), file)
        return
    assert job.options.split is not None
    assign = job.assign
    for name in job.options.split.names:
        part = replace(job, report=ExportReport(job.format.name), part=name)
        with _part_file(job.tree, f"{name}{dot}{suffix}") as file:
            _write_part(part, (task for task in tasks() if assign(task) == name), file)
        job.report.add(part.report)


def _write_part(job: ExportJob, tasks: Iterable[Task], file: IO[bytes]) -> None:
    job.file = file
    job.format.write(_with_image_files(_images(tasks, job), job), job)


def _with_image_files(found: Iterable[ExportedImage], job: ExportJob) -> Iterator[ExportedImage]:
    for image in found:
        if job.images != "no":
            job.put_image(f"images/{inside_name(image.name)}", image)
        yield image


@contextmanager
def _part_file(folder: OutputFolder, name: str) -> Iterator[IO[bytes]]:
    with open(folder.path(name), "xb", buffering=1 << 18) as file:
        yield file
