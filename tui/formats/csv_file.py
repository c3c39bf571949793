"""Comma-separated values (RFC 4180, with `\\n`): the scalar members of `jsonl`, labels joined by `|`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from tui.errors import UsageError
from tui.formats import jsonl
from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.reading import ImageRecord, ReadContext
from tui.formats.rules import FeatureRule, Fidelity, carried
from tui.formats.values import RecordError, required_text, seconds_of
from tui.model.members import shown
from tui.model.task import ANSWERED, PRESENT, State

COLUMNS = tuple(name for name in jsonl.COLUMNS if name not in ("schema", "shapes", "metadata"))
_BAR = "a label holds |, which joins labels here"


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    """A head line and one line a task."""
    order = jsonl.order_of(job)
    job.out.write(_line(COLUMNS))
    for image in images:
        record = jsonl.record(image.task, order)
        if any("|" in label for label in record["labels"]):
            job.report.changed("class" if len(record["labels"]) == 1 else "tags", _BAR)
        record["labels"] = "|".join(record["labels"])
        job.out.write(_line([_text(record[name]) for name in COLUMNS]))


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def _line(values: Iterable[Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(values)
    return out.getvalue().encode("utf-8", "backslashreplace")


def read(path: Path, context: ReadContext) -> Iterator[ImageRecord]:
    """Needs the columns `image` and `labels`; others of `COLUMNS` are taken where they are."""
    with open(path, encoding="utf-8-sig", newline="", errors="strict") as file:
        rows = csv.DictReader(file, strict=True)
        try:
            yield from _records(path, rows, context)
        except csv.Error as error:
            raise UsageError(f"{path}, line {rows.line_num}: is not CSV ({error}).") from None
        except UnicodeDecodeError:
            raise UsageError(f"{path}: is not UTF-8 text.") from None


def _records(path: Path, rows: csv.DictReader[str], context: ReadContext) -> Iterator[ImageRecord]:
    missing = sorted({"image", "labels"} - set(rows.fieldnames or ()))
    if missing:
        raise UsageError(f"{path}, line 1: has no column {' and no column '.join(missing)}.")
    for row in rows:
        where = f"{path}, line {rows.line_num}"
        yield from context.parse_one(row, partial(_record, where), where)


def _record(where: str, row: dict[str, str]) -> ImageRecord:
    name = required_text(row["image"], "names no image")
    status = row.get("status") or "labelled"
    if status not in set(State):
        raise RecordError(f"has status {shown(status)}; {', '.join(PRESENT)} are known")
    return ImageRecord(
        where=where,
        name=name,
        labels=tuple(label for label in (row["labels"] or "").split("|") if label),
        annotator=row.get("annotator") or None,
        seconds=_seconds(row.get("seconds")),
        labelled_at=_time(row.get("labelled_at")),
        sha256=row.get("sha256") or None,
        decided=status in ANSWERED,
        skipped=status == State.SKIPPED,
    )


def _seconds(text: str | None) -> float:
    try:
        return seconds_of(float(text or 0))
    except ValueError:
        raise RecordError(f"has seconds {shown(text)}; a number is wanted") from None


def _time(text: str | None) -> float | None:
    """A time or a day; without a zone UTC, as all times of exports."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo is not None else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise RecordError(
            f"has labelled_at {shown(text)}; a time such as 2026-11-23T16:41:07.123Z is wanted"
        ) from None


def _recognise(_path: Path, head: bytes) -> bool:
    names = head.split(b"\n", 1)[0].lstrip(b"\xef\xbb\xbf").strip().split(b",")
    return b"image" in names and b"labels" in names


_RULES = {
    **carried(("class", "negative", "annotator", "times", "verdict", "flagged", "note", "pass")),
    "tags": FeatureRule(Fidelity.CARRIED, "joined by |"),
}
FORMAT = Format(
    "csv",
    "the scalar columns; labels joined by |",
    write,
    read,
    _RULES,
    file="annotations.csv",
    exact=True,
    recognise=_recognise,
)
