"""`termlabel stats` and `termlabel history`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from tui.cli.common import (
    json_option,
    network_option,
    opened,
    parse_filters,
    print_json,
    print_lines,
    project_argument,
    tell,
    where_option,
)
from tui.cli.tables import room, table
from tui.cli.which_image import image_id
from tui.errors import TermlabelError
from tui.formats.jsonl import timestamp
from tui.model.project import PROJECT_FILE, Project
from tui.model.task import PRESENT, Filter, State
from tui.store.summary import Summary
from tui.store.trail import TrailStep, sentence, steps
from tui.text import counted, printable


@click.command()
@project_argument
@where_option
@json_option
@network_option
def stats(project: Path, filters: tuple[str, ...], as_json: bool, allow_network_fs: bool) -> None:
    """Who did what, which labels were given, and what is left."""
    with opened(project, allow_network_fs=allow_network_fs) as (loaded, queue):
        told = len(queue.warnings)
        where = parse_filters(filters)
        summary = queue.summary(where)
        summary.removed = queue.count(Filter(states=(State.REMOVED,))) if where == Filter() else 0
        summary.file_changed = queue.count(replace(where, file_changed=True))
        tell(queue.warnings[told:])
    if as_json:
        print_json(stats_object(summary, loaded))
    else:
        print_lines(_stats_lines(summary, loaded))


def stats_object(summary: Summary, project: Project) -> dict[str, Any]:
    """The object of `stats --json`."""
    return {
        "images": summary.images,
        **{str(state): summary.states[state] for state in PRESENT},
        "removed": summary.removed,
        "file_changed": summary.file_changed,
        "flagged": summary.flagged,
        "annotators": {
            name: {
                "labelled": p.labelled,
                "accepted": p.accepted,
                "rejected": p.rejected,
                "skipped": p.skipped,
                "seconds": round(p.seconds, 3),
            }
            for name, p in sorted(summary.annotators.items())
        },
        "labels": dict(_by_frequency(summary.labels)),
        "labels_not_in_project": project.not_named(summary.labels),
        "unreadable_files": [{"image": path, "reason": reason} for path, reason in summary.unreadable_files],
    }


def _stats_lines(summary: Summary, project: Project) -> Iterator[str]:
    yield from _state_lines(summary, project.passes)
    yield from _annotator_lines(summary)
    yield from _label_lines(summary)
    yield from not_named_lines(project.not_named(summary.labels))
    for path, reason in summary.unreadable_files:
        yield f"unreadable: {printable(path)}: {printable(reason)}"


def not_named_lines(given: Mapping[str, int]) -> Iterator[str]:
    """What is said of labels that the project file does not have."""
    for name, n in given.items():
        times = counted(n, "time")
        yield f"not in {PROJECT_FILE}: {printable(name)}, given {times}; 'termlabel labels' puts that right"


_STATE_WORDS = {
    State.TODO: "todo",
    State.LABELLED: "waiting for review",
    State.ACCEPTED: "accepted",
    State.REJECTED: "rejected",
    State.SKIPPED: "skipped",
    State.UNREADABLE: "unreadable",
}
"""What is said of images in each state; JSON has the states' own names."""


def _state_lines(summary: Summary, passes: int) -> Iterator[str]:
    states = ", ".join(
        f"{summary.states[state]:,} {_STATE_WORDS[state]}" for state in State if summary.states[state]
    )
    looks = counted(summary.images, "image")
    if passes > 1:
        looks = f"{counted(summary.images, 'task')} in {passes} passes (an image in one pass is a task)"
    yield f"{looks}: {states}" if states else f"{looks}."
    if summary.flagged:
        yield f"{summary.flagged:,} flagged as hard"
    if summary.file_changed:
        yield f"{summary.file_changed:,} whose file is another picture than was labelled (--where changed_file=yes)"
    if summary.removed:
        yield f"{summary.removed:,} removed"


def _annotator_lines(summary: Summary) -> Iterator[str]:
    """What each did and how it stands; the numbers add up to the images that are neither to do nor unreadable."""
    if not summary.annotators:
        return
    rows = [
        (
            printable(name),
            *(f"{n:,}" for n in (p.labelled, p.accepted, p.rejected, p.skipped)),
            f"{p.seconds / 60:,.1f}" if not 0 < p.seconds < 3 else "< 0.1",
        )
        for name, p in sorted(summary.annotators.items())
    ]
    yield ""
    heads = ("annotator", "waiting for review", "accepted", "rejected", "skipped", "minutes")
    yield from table([heads, *rows], room())


_BAR = 30
"""Cells of the longest bar."""


def _label_lines(summary: Summary) -> Iterator[str]:
    """Each label with a bar, the most frequent first."""
    found = _by_frequency(summary.labels)
    if not found:
        return
    most = found[0][1]
    columns = room()
    beside = columns and columns - _BAR - 2
    named = table([("label", "images"), *((printable(name), f"{n:,}") for name, n in found)], beside)
    yield ""
    yield next(named)
    for line, (_, n) in zip(named, found, strict=True):
        yield f"{line}  {'▇' * max(1, round(_BAR * n / most))}"


def _by_frequency(labels: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(labels.items(), key=lambda pair: (-pair[1], pair[0]))


@click.command()
@click.argument("project_and_image", nargs=-1, required=True, metavar="[PROJECT] IMAGE")
@json_option
@network_option
def history(project_and_image: tuple[str, ...], as_json: bool, allow_network_fs: bool) -> None:
    """Everything that happened to one image, oldest first. IMAGE: its path as exported, or its id."""
    if len(project_and_image) > 2:
        raise click.UsageError("history takes one project and one image")
    *folder, image = project_and_image
    with opened(Path(folder[0] if folder else "."), allow_network_fs=allow_network_fs) as (project, queue):
        task_id = image_id(queue, project.folder, image)
        if task_id is None:
            raise TermlabelError(f"There is no image {image} in this project.")
        trail = steps(queue.history(task_id))
    if as_json:
        print_json([step_object(step) for step in trail])
    else:
        print_lines(map(_step_line, trail))


def _step_line(step: TrailStep) -> str:
    return f"{timestamp(step.at)}  {printable(step.who):<12} {printable(sentence(step))}"


def step_object(step: TrailStep) -> dict[str, Any]:
    """One object of `history --json`."""
    return {
        "seq": step.seq,
        "at": timestamp(step.at),
        "who": step.who,
        "op": step.op,
        "before": dict(step.before),
        "after": dict(step.after),
        "reason": step.reason,
        **({"view": dict(step.view)} if step.view else {}),
    }
