"""`termlabel audit`: who did what, how well."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from tui.cli.common import (
    OneOf,
    json_option,
    network_option,
    opened,
    print_json,
    print_lines,
    project_argument,
)
from tui.cli.tables import room, table
from tui.cli.work import start, view_options
from tui.config import load_project
from tui.model.project import Project
from tui.quality import told
from tui.quality.audit import Audit, AuditRow, Tallies
from tui.quality.audit import audit as tables
from tui.store.log.counting import counted_log
from tui.text import printable


@click.command()
@project_argument
@json_option
@click.option("--format", "name", type=OneOf(["table", "csv"]), default="table", show_default=True)
@click.option(
    "--screen", is_flag=True, help="Bars and the matrix on the screen, with the pictures behind them."
)
@view_options
@network_option
def audit(project: Path, as_json: bool, name: str, screen: bool, allow_network_fs: bool, **view: Any) -> None:
    """Who did what, how well: by annotator and by label, and how far reviewers agree with annotators."""
    if screen:
        start(load_project(project), None, view, allow_network_fs=allow_network_fs, auditing=True)
        return
    loaded = load_project(project)
    found = tables(
        _tallies(loaded, allow_network_fs), (label.name for label in loaded.labels), passes=loaded.passes
    )
    if as_json:
        print_json(audit_object(found))
    elif name == "csv":
        csv.writer(sys.stdout, lineterminator="\n").writerows(_csv_rows(found))
    else:
        print_lines(table_lines(found))


def _tallies(project: Project, allow_network_fs: bool) -> Tallies:
    """Counted from the log as it lies there, else by the queue."""
    tallies = counted_log(project.queue, _progress)
    if tallies is not None:
        return tallies
    with opened(project, allow_network_fs=allow_network_fs) as (_, queue):
        return queue.tallies()


def _progress(done: int, total: int) -> None:
    """A line on a terminal while a long log is counted; bytes."""
    if sys.stderr.isatty():
        text = f"{100 * done // max(total, 1)} % of the log read " if done < total else " " * 30 + "\r"
        click.echo(f"\r{text}", nl=False, err=True)


def audit_object(found: Audit) -> dict[str, Any]:
    """The object of `audit --json`."""
    return {
        "annotators": {row.name: _row_object(row) for row in found.annotators},
        "labels": {row.name: _row_object(row) for row in found.labels},
        "reviewers": {
            r.name: {"accepted": r.accepted, "fixed": r.fixed, "rejected": r.rejected}
            for r in found.reviewers
        },
        "confusion": _confusion_object(found),
        "passes": found.passes,
        "removed": found.removed,
        "passes_compared": False if found.passes > 1 else None,
    }


def _confusion_object(found: Audit) -> dict[str, Any]:
    """`percent_agreement` is of all verdicts; matrix, `count` and kappa are of those with a known right label."""
    verdicts, confusion = found.verdicts, found.confusion
    percent = 100 * verdicts.accepted / verdicts.count if verdicts.count else None
    return {
        "verdicts": verdicts.count,
        "percent_agreement": _rounded(percent, 2),
        "percent_interval": _interval_object(verdicts.interval, 100, 2),
        "labels": list(confusion.labels),
        "matrix": [list(row) for row in confusion.matrix],
        "count": confusion.count,
        "kappa": _rounded(confusion.kappa, 4),
        "interval": _interval_object(confusion.interval, 1, 4),
        "left_out": {
            "rejected": verdicts.rejected,
            "several_labels_or_none": max(verdicts.count - verdicts.rejected - confusion.count, 0),
        },
        "why": confusion.why or None,
    }


def _interval_object(interval: tuple[float, float] | None, scale: float, digits: int) -> list[float] | None:
    return None if interval is None else [round(scale * bound, digits) for bound in interval]


def _row_object(row: AuditRow) -> dict[str, Any]:
    return {
        "done": row.done,
        "imported": row.imported,
        "reviewed": row.reviewed,
        "accepted": row.accepted,
        "accepted_first": row.accepted_first,
        "first_reviews": row.first_reviews,
        "fixed": row.fixed,
        "rejected": row.rejected,
        "rejected_by_reason": dict(row.reasons),
        "median_seconds": row.median_seconds,
        "per_hour": _rounded(row.per_hour, 1),
        "timed": row.timed,
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _csv_rows(found: Audit) -> Iterator[Sequence[Any]]:
    yield ("kind", "name", *_CSV)
    yield from (_csv_row("annotator", row) for row in found.annotators)
    yield from (_csv_row("label", row) for row in found.labels)


_CSV = (
    "done", "reviewed", "accepted", "accepted_first", "first_reviews", "fixed", "rejected", "rejected_by_reason",
    "median_seconds", "per_hour", "timed", "imported",
)  # fmt: skip


def _csv_row(kind: str, row: AuditRow) -> Sequence[Any]:
    values = _row_object(row)
    values["rejected_by_reason"] = "|".join(f"{reason}={n}" for reason, n in row.reasons)
    return (kind, row.name, *("" if values[name] is None else values[name] for name in _CSV))


def table_lines(found: Audit) -> Iterator[str]:
    """The tables as text."""
    if not found.annotators:
        yield "Nobody has labelled anything yet."
    else:
        yield from _tables(found)
    if found.removed:
        yield f"{found.removed:,} removed since; the work on them is counted here."


def _tables(found: Audit) -> Iterator[str]:
    yield from _row_lines("annotator", found.annotators)
    yield from _row_lines("label", found.labels)
    for reviewer in found.reviewers:
        yield (
            f"{printable(reviewer.name)} reviewed: {reviewer.accepted:,} accepted, {reviewer.fixed:,} fixed, "
            f"{reviewer.rejected:,} rejected"
        )
    yield from _reason_lines(found.annotators)
    yield ""
    yield from _matrix_lines(found)
    yield from told.agreement_sentences(found)


def _row_lines(title: str, rows: Sequence[AuditRow]) -> Iterator[str]:
    heads = (title, "done", "reviewed", "accepted at first", "fixed", "rejected", "median", "per hour")
    if rows:
        yield from table([heads, *map(_texts, rows)], room())
        yield ""


def _texts(row: AuditRow) -> tuple[str, ...]:
    return (
        printable(row.name) or told.NOBODY,
        f"{row.done:,}",
        f"{row.reviewed:,}",
        told.share(row.accepted_first, row.first_reviews),
        f"{row.fixed:,}",
        f"{row.rejected:,}",
        told.median(row),
        told.pace(row),
    )


def _reason_lines(annotators: Sequence[AuditRow]) -> Iterator[str]:
    """Why work was rejected, of all annotators, the most frequent reason first."""
    counts = Counter[str]()
    for row in annotators:
        counts.update(dict(row.reasons))
    if counts:
        words = ", ".join(f"{printable(reason) or 'no reason'} {n}" for reason, n in counts.most_common())
        yield f"rejected for: {words}"


def _matrix_lines(found: Audit) -> Iterator[str]:
    confusion = found.confusion
    if confusion.count:
        names = [printable(name) for name in confusion.labels]
        rows = [[str(n or "·") for n in row] for row in confusion.matrix]
        yield "annotator said (rows), reviewer accepted or put in its place (columns):"
        lines = ([name, *row] for name, row in zip(names, rows, strict=True))
        yield from table([["", *names], *lines], room())
        yield ""
