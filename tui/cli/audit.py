"""`termlabel audit`: who did what, how well."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from tui.cli.common import json_option, network_option, opened, print_json, project_argument
from tui.cli.work import start, view_options
from tui.config import load_project
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
    tallies: Tallies | None = counted(loaded.folder / "queue", _progress)
    if tallies is None:
        with opened(loaded, allow_network_fs=allow_network_fs) as (_, queue):
            tallies = queue.tallies()
    found = tables(tallies, (label.name for label in loaded.labels))
    if as_json:
        print_json(audit_object(found))
    elif name == "csv":
        csv.writer(sys.stdout, lineterminator="\n").writerows(_csv_rows(found))
    else:
        for line in table_lines(found):
            click.echo(line)


def _progress(done: int, total: int) -> None:
    """A line on a terminal while a long log is counted."""
    if sys.stderr.isatty():
        text = (
            f"\r{100 * done // max(total, 1)} % of the log read " if done < total else "\r" + " " * 30 + "\r"
        )
        click.echo(text, nl=False, err=True)


def audit_object(found: Audit) -> dict[str, Any]:
    """The object of `audit --json`."""
    return {
        "annotators": {line.name: _line_object(line) for line in found.annotators},
        "labels": {line.name: _line_object(line) for line in found.labels},
        "reviewers": {
            r.name: {"accepted": r.accepted, "fixed": r.fixed, "rejected": r.rejected}
            for r in found.reviewers
        },
        "confusion": {
            "labels": list(found.confusion.labels),
            "matrix": [list(row) for row in found.confusion.matrix],
            "count": found.confusion.count,
            "percent_agreement": _rounded(found.confusion.percent, 2),
            "kappa": _rounded(found.confusion.kappa, 4),
            "interval": [round(x, 4) for x in found.confusion.interval] if found.confusion.interval else None,
            "why": found.confusion.why or None,
        },
    }


def _line_object(line: AuditRow) -> dict[str, Any]:
    return {
        "done": line.done,
        "reviewed": line.reviewed,
        "accepted": line.accepted,
        "accepted_first": line.accepted_first,
        "first_reviews": line.first_reviews,
        "fixed": line.fixed,
        "rejected": line.rejected,
        "rejected_by_reason": dict(line.reasons),
        "median_seconds": line.median_seconds,
        "per_hour": _rounded(line.per_hour, 1),
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _csv_rows(found: Audit) -> Iterator[Sequence[Any]]:
    yield (
        "kind", "name", "done", "reviewed", "accepted", "accepted_first", "first_reviews", "fixed", "rejected",
        "rejected_by_reason", "median_seconds", "per_hour",
    )  # fmt: skip
    for kind, lines in (("annotator", found.annotators), ("label", found.labels)):
        for line in lines:
            values = _line_object(line)
            values["rejected_by_reason"] = "|".join(f"{reason}={n}" for reason, n in line.reasons)
            yield (kind, line.name, *("" if v is None else v for v in values.values()))


def table_lines(found: Audit) -> Iterator[str]:
    """The tables as text."""
    for title, lines in (("annotator", found.annotators), ("label", found.labels)):
        if not lines:
            continue
        yield f"{title:<20}    done  reviewed  1st pass     fixed  rejected    median   per hour"
        for line in lines:
            yield _text_row(line)
        yield ""
    for reviewer in found.reviewers:
        yield (
            f"{printable(reviewer.name)} reviewed: {reviewer.accepted} accepted, {reviewer.fixed} fixed, "
            f"{reviewer.rejected} rejected"
        )
    reasons: dict[str, int] = {}
    for line in found.annotators:
        for reason, n in line.reasons:
            reasons[reason] = reasons.get(reason, 0) + n
    if reasons:
        words = ", ".join(
            f"{printable(r) or 'no reason'} {n}" for r, n in sorted(reasons.items(), key=lambda p: -p[1])
        )
        yield f"rejected for: {words}"
    if not found.annotators:
        yield "Nobody has labelled anything yet."
        return
    yield from confusion_lines(found.confusion)


def _text_row(line: AuditRow) -> str:
    first = f"{100 * line.accepted_first / line.first_reviews:.0f} %" if line.first_reviews else "–"
    median = "–" if line.median_seconds is None else f"{line.median_seconds:.1f} s"
    pace = "–" if line.per_hour is None else f"{line.per_hour:,.0f}"
    return (
        f"{printable(line.name)[:20]:<20}{line.done:>8}{line.reviewed:>10}{first:>10}{line.fixed:>10}"
        f"{line.rejected:>10}{median:>10}{pace:>11}"
    )


def confusion_lines(found: Agreement) -> Iterator[str]:
    """The matrix, and agreement with kappa and what they rest on."""
    yield ""
    if not found.count:
        yield f"No agreement can be told: {found.why}."
        return
    names = [printable(name)[:9] for name in found.labels]
    yield "annotator said (rows), reviewer accepted or put in its place (columns):"
    yield " " * 12 + "".join(f"{name:>10}" for name in names)
    for name, row in zip(names, found.matrix, strict=True):
        yield f"{name:<12}" + "".join(f"{n or '·':>10}" for n in row)
    if found.kappa is None:
        yield f"{found.percent:.1f} % agreement over {found.count:,} labels; no kappa: {found.why}."
        return
    span = "" if found.interval is None else f" (95 %: {found.interval[0]:.2f} to {found.interval[1]:.2f})"
    yield (
        f"{found.percent:.1f} % agreement, Cohen's kappa {found.kappa:.2f}{span}, over {found.count:,} labels; "
        "rejections without a fix say no label and are not in it."
    )
