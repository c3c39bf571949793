"""`termlabel audit`: who did what, how well."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from tui.cli.common import json_option, network_option, opened, print_json, print_lines, project_argument
from tui.cli.work import start, view_options
from tui.config import load_project
from tui.model.project import Project
from tui.quality.agreement import Agreement
from tui.quality.audit import Audit, AuditRow, Tallies
from tui.quality.audit import audit as tables
from tui.store.log.counting import counted
from tui.text import printable


@click.command()
@project_argument
@json_option
@click.option("--format", "name", type=click.Choice(["table", "csv"]), default="table", show_default=True)
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
    found = tables(_tallies(loaded, allow_network_fs), (label.name for label in loaded.labels))
    if as_json:
        print_json(audit_object(found))
    elif name == "csv":
        csv.writer(sys.stdout, lineterminator="\n").writerows(_csv_rows(found))
    else:
        print_lines(table_lines(found))


def _tallies(project: Project, allow_network_fs: bool) -> Tallies:
    """Counted from the log as it lies there, else by the queue."""
    tallies = counted(project.queue, _progress)
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
        "confusion": _confusion_object(found.confusion),
    }


def _confusion_object(confusion: Agreement) -> dict[str, Any]:
    interval = confusion.interval
    return {
        "labels": list(confusion.labels),
        "matrix": [list(row) for row in confusion.matrix],
        "count": confusion.count,
        "percent_agreement": _rounded(confusion.percent, 2),
        "kappa": _rounded(confusion.kappa, 4),
        "interval": None if interval is None else [round(bound, 4) for bound in interval],
        "why": confusion.why or None,
    }


def _row_object(row: AuditRow) -> dict[str, Any]:
    return {
        "done": row.done,
        "reviewed": row.reviewed,
        "accepted": row.accepted,
        "accepted_first": row.accepted_first,
        "first_reviews": row.first_reviews,
        "fixed": row.fixed,
        "rejected": row.rejected,
        "rejected_by_reason": dict(row.reasons),
        "median_seconds": row.median_seconds,
        "per_hour": _rounded(row.per_hour, 1),
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _csv_rows(found: Audit) -> Iterator[Sequence[Any]]:
    yield (
        "kind", "name", "done", "reviewed", "accepted", "accepted_first", "first_reviews", "fixed", "rejected",
        "rejected_by_reason", "median_seconds", "per_hour",
    )  # fmt: skip
    yield from (_csv_row("annotator", row) for row in found.annotators)
    yield from (_csv_row("label", row) for row in found.labels)


def _csv_row(kind: str, row: AuditRow) -> Sequence[Any]:
    values = _row_object(row)
    values["rejected_by_reason"] = "|".join(f"{reason}={n}" for reason, n in row.reasons)
    return (kind, row.name, *("" if value is None else value for value in values.values()))


def table_lines(found: Audit) -> Iterator[str]:
    """The tables as text."""
    yield from _row_lines("annotator", found.annotators)
    yield from _row_lines("label", found.labels)
    for reviewer in found.reviewers:
        yield (
            f"{printable(reviewer.name)} reviewed: {reviewer.accepted} accepted, {reviewer.fixed} fixed, "
            f"{reviewer.rejected} rejected"
        )
    yield from _reason_lines(found.annotators)
    if found.annotators:
        yield from confusion_lines(found.confusion)
    else:
        yield "Nobody has labelled anything yet."


def _row_lines(title: str, rows: Sequence[AuditRow]) -> Iterator[str]:
    if rows:
        yield f"{title:<20}    done  reviewed  1st pass     fixed  rejected    median   per hour"
        yield from map(_text_row, rows)
        yield ""


def _reason_lines(annotators: Sequence[AuditRow]) -> Iterator[str]:
    """Why work was rejected, of all annotators, the most frequent reason first."""
    counts = Counter[str]()
    for row in annotators:
        counts.update(dict(row.reasons))
    if counts:
        words = ", ".join(f"{printable(reason) or 'no reason'} {n}" for reason, n in counts.most_common())
        yield f"rejected for: {words}"


def _text_row(row: AuditRow) -> str:
    first = f"{100 * row.accepted_first / row.first_reviews:.0f} %" if row.first_reviews else "–"
    median = "–" if row.median_seconds is None else f"{row.median_seconds:.1f} s"
    pace = "–" if row.per_hour is None else f"{row.per_hour:,.0f}"
    return (
        f"{printable(row.name)[:20]:<20}{row.done:>8}{row.reviewed:>10}{first:>10}{row.fixed:>10}"
        f"{row.rejected:>10}{median:>10}{pace:>11}"
    )


def confusion_lines(found: Agreement) -> Iterator[str]:
    """The matrix, and agreement with kappa and what they rest on."""
    yield ""
    if not found.count:
        yield f"No agreement can be told: {found.why}."
        return
    yield from _matrix_lines(found)
    agreed, labels = f"{found.percent:.1f} % agreement", f"over {found.count:,} labels"
    if found.kappa is None:
        yield f"{agreed} {labels}; no kappa: {found.why}."
    else:
        yield (
            f"{agreed}, Cohen's kappa {found.kappa:.2f}{_span(found.interval)}, {labels}; "
            "rejections without a fix say no label and are not in it."
        )


def _span(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f" (95 %: {interval[0]:.2f} to {interval[1]:.2f})"


def _matrix_lines(found: Agreement) -> Iterator[str]:
    names = [printable(name)[:9] for name in found.labels]
    yield "annotator said (rows), reviewer accepted or put in its place (columns):"
    yield " " * 12 + "".join(f"{name:>10}" for name in names)
    for name, row in zip(names, found.matrix, strict=True):
        yield f"{name:<12}" + "".join(f"{n or '·':>10}" for n in row)
