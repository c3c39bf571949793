"""`termlabel stats` and `termlabel history`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    raw,
    tell,
    where_option,
)
from tui.errors import TermlabelError
from tui.formats.jsonl import timestamp
from tui.manifest import exported_path
from tui.model.task import State
from tui.store.base import AnnotationQueue
from tui.store.summary import Summary
from tui.store.trail import TrailStep, sentence, steps
from tui.text import printable


@click.command()
@project_argument
@where_option
@json_option
@network_option
def stats(project: Path, filters: tuple[str, ...], as_json: bool, allow_network_fs: bool) -> None:
    """Who did what, which labels were given, and what is left."""
    with opened(project, allow_network_fs=allow_network_fs) as (_, queue):
        told = len(queue.warnings)
        summary = queue.summary(parse_filters(filters))
        tell(queue.warnings[told:])
    if as_json:
        print_json(stats_object(summary))
    else:
        print_lines(_stats_lines(summary))


def stats_object(summary: Summary) -> dict[str, Any]:
    """The object of `stats --json`."""
    return {
        "images": summary.images,
        **{str(state): summary.states[state] for state in State},
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
        "unreadable_files": [{"image": path, "reason": reason} for path, reason in summary.unreadable_files],
    }


def _stats_lines(summary: Summary) -> Iterator[str]:
    yield from _state_lines(summary)
    yield from _annotator_lines(summary)
    yield from _label_lines(summary)
    for path, reason in summary.unreadable_files:
        yield f"unreadable: {printable(path)}: {printable(reason)}"


def _state_lines(summary: Summary) -> Iterator[str]:
    states = "  ".join(f"{summary.states[state]} {state}" for state in State if summary.states[state])
    yield f"{summary.images} images: {states or 'none'}"
    if summary.flagged:
        yield f"{summary.flagged} flagged as hard"


def _annotator_lines(summary: Summary) -> Iterator[str]:
    if summary.annotators:
        yield "\nannotator             labelled  accepted  rejected   skipped   minutes"
    for name, p in sorted(summary.annotators.items()):
        counts = f"{p.labelled:>8}  {p.accepted:>8}  {p.rejected:>8}  {p.skipped:>8}"
        yield f"{printable(name)[:20]:<20}  {counts}  {p.seconds / 60:>8.1f}"


def _label_lines(summary: Summary) -> Iterator[str]:
    """Each label with a bar, the most frequent first."""
    if summary.labels:
        yield ""
    maximum = max(summary.labels.values(), default=0)
    for name, n in _by_frequency(summary.labels):
        yield f"{printable(name)[:20]:<20}  {n:>8}  {'▇' * max(1, round(30 * n / maximum))}"


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
        task_id = _task_id(queue, project.folder, image)
        trail = steps(queue.history(task_id))
    if as_json:
        print_json([step_object(step) for step in trail])
    else:
        print_lines(map(_step_line, trail))


def _step_line(step: TrailStep) -> str:
    return f"{timestamp(step.at)}  {printable(step.who):<12} {printable(sentence(step))}"


def _task_id(queue: AnnotationQueue, folder: Path, image: str) -> int:
    task = queue.find(raw(image)) or queue.find(exported_path(folder, Path(raw(image))))
    if task is not None:
        return task.id
    if image.isdigit():
        return queue.get(int(image)).id
    raise TermlabelError(f"There is no image {image} in this project.")


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
