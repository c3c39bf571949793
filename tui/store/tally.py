"""Counters for audits that the fold keeps: who did what, and what reviewers said of it.

Rows are (kind, a, b, n):
  decided  annotator, label      decisions that stand or stood        first, last  annotator, ""  times
  seconds  annotator, bucket     decisions by active seconds, in tenths of a second, at most 3,000
  active   annotator, ""         active seconds, of decisions here
  imported annotator, ""         decisions that a file says somebody made
  review   annotator, verdict    reviews of this annotator's work: accept, fix, reject
  label    label, verdict        the same by label                    reason  annotator, reason  rejections
  first    annotator, verdict    the first review of each task        pair    annotated, reviewed label
  reviewer reviewer, verdict     verdicts given                       label-first, label-reason, label-seconds,
                                 label-imported: as above, by label instead of annotator
  removed  "", ""                tasks that left the project; what was decided on them stays counted
  flagged now, seconds now (annotator), label now (label): sums over the documents as they stand
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, assert_never

from tui.model.annotation import counted_labels
from tui.model.review import ReviewOp
from tui.model.task import ANSWERED, State
from tui.store.documents import names_given
from tui.store.members import stated_members, stated_seconds
from tui.store.operations import operation_of

TallyKey = tuple[str, str, str]
TallyRow = tuple[str, str, str, float]


def tally(record: Mapping[str, Any]) -> list[TallyRow]:
    """What a record adds. An undo counts what it takes back with the opposite sign."""
    match operation_of(record):
        case "label" | "revise":
            who, at = record["who"], record["at"]
            return [*_decided(record), ("from", who, "", at), ("until", who, "", at)]
        case "import":
            return list(_imported(record))
        case "labels":
            return list(_renamed(record))
        case "remove":
            return [("removed", "", "", len(record["set"]))]
        case "undo" | "revert":
            return _told_counts(record)
        case _:
            return counts_of(record)


def merge(sums: dict[TallyKey, float], rows: Iterable[TallyRow]) -> None:
    """Add rows to sums as the index does to its table."""
    for kind, a, b, n in rows:
        key = (kind, a, b)
        if key not in sums:
            sums[key] = n
        elif kind == "from":
            sums[key] = min(sums[key], n)
        elif kind == "until":
            sums[key] = max(sums[key], n)
        else:
            sums[key] += n


def tally_now(doc: Mapping[str, Any], by: int) -> Iterator[TallyRow]:
    """What a document as it stands counts for, `by` times: rows that follow every change of it."""
    if doc["state"] == State.REMOVED:
        return
    if doc.get("flagged"):
        yield ("flagged now", "", "", by)
    if annotator := doc.get("annotator"):
        yield ("seconds now", annotator, "", by * stated_seconds(doc.get("seconds")))
    if doc["state"] in ANSWERED:
        for label in counted_labels(doc.get("labels") or (), doc.get("shapes") or ()):
            yield ("label now", label, "", by)


def counts_of(record: Mapping[str, Any]) -> list[TallyRow]:
    """What a record added to the counters, for taking it back."""
    op = operation_of(record)
    match op:
        case "label" | "revise":
            return list(_decided(record))
        case "accept" | "fix" | "reject":
            return list(_reviewed(record, op))
        case "redo":
            return _told_counts(record)
        case "skip" | "flag" | "note" | "return" | "unreadable" | "undo" | "add" | "edit":
            return []
        case "import" | "revert" | "file" | "relink" | "remove" | "reopen" | "labels" | "update":
            return []
        case "begin" | "project" | "export" | "restored" | None:
            return []
        case _:
            assert_never(op)


def _told_counts(record: Mapping[str, Any]) -> list[TallyRow]:
    """The rows that an undo or a redo carries."""
    return [(kind, a, b, n) for kind, a, b, n in record.get("counts") or ()]


def _decided(record: Mapping[str, Any]) -> Iterator[TallyRow]:
    who, label_op = record["who"], record["op"] == "label"
    seconds = stated_seconds(stated_members(record.get("ctx")).get("seconds"))
    bucket = str(min(int(seconds * 10), 3000))
    for key, patch in record["set"].items():
        was = record["was"].get(key, {})
        if not label_op and was.get("annotator") == who:
            for label in names_given(was):
                yield ("decided", who, label, -1)
        for label in names_given(patch):
            yield ("decided", who, label, 1)
            if label_op:
                yield ("label-seconds", label, bucket, 1)
        if label_op:
            yield ("seconds", who, bucket, 1)
        yield ("active", who, "", seconds)


def _imported(record: Mapping[str, Any]) -> Iterator[TallyRow]:
    """What a file said others had decided, as work of whom it names; of the same person's work it is a correction. Its
    times and reviews are not counted: it is not known how they were taken, and who saw what."""
    for key, patch in record["set"].items():
        annotator = patch.get("annotator")
        if patch.get("state") not in ANSWERED or not annotator:
            continue
        was = record.get("was", {}).get(key, {})
        again = was.get("state") in ANSWERED and was.get("annotator") == annotator
        if again:
            yield from (("decided", annotator, label, -1) for label in names_given(was))
        else:
            yield ("imported", annotator, "", 1)
        for label in names_given(patch):
            yield ("decided", annotator, label, 1)
            if not again:
                yield ("label-imported", label, "", 1)


def _renamed(record: Mapping[str, Any]) -> Iterator[TallyRow]:
    """The decisions that stand go by the labels' new names; who gave them said the same thing."""
    for key in record["set"]:
        work = (record.get("work") or {}).get(key)
        if work and work.get("annotator"):
            yield from (("decided", work["annotator"], label, -1) for label in work["labels"])
            yield from (("decided", work["annotator"], label, 1) for label in work["now"])


def taken_back(record: Mapping[str, Any], task_ids: Iterable[int]) -> list[TallyRow]:
    """What the counters lose when an amendment or an import is taken back for some of its tasks."""
    keys = {str(task_id) for task_id in task_ids}
    part = {**record, "set": {key: patch for key, patch in record["set"].items() if key in keys}}
    return [(kind, a, b, -n) for kind, a, b, n in tally(part) if kind not in ("from", "until")]


def _reviewed(record: Mapping[str, Any], verdict: ReviewOp) -> Iterator[TallyRow]:
    for key, patch in record["set"].items():
        work = record.get("work", {}).get(key, {})
        annotator, labels = work.get("annotator") or "", work.get("labels") or []
        # What was reviewed, with the kinds of its rows: of the annotator first, then of each label.
        subjects = [("review", "first", "reason", annotator)]
        subjects += [("label", "label-first", "label-reason", label) for label in labels]
        yield ("reviewer", record["who"], verdict, 1)
        for each, first, reason, name in subjects:
            yield (each, name, verdict, 1)
            if work.get("first"):
                yield (first, name, verdict, 1)
            if verdict == "reject":
                yield (reason, name, patch.get("reason") or "", 1)
        found = _found(verdict, labels, patch)
        if len(labels) == len(found) == 1:
            yield ("pair", labels[0], found[0], 1)


def _found(verdict: ReviewOp, labels: list[str], patch: Mapping[str, Any]) -> list[str]:
    """What a reviewer found work with these labels to be; nothing where they only said that it is wrong."""
    match verdict:
        case "accept":
            return labels
        case "fix":
            return names_given(patch)
        case "reject":
            return []
        case _:
            assert_never(verdict)
