"""Counters for audits that the fold keeps: who did what, and what reviewers said of it.

Rows are (kind, a, b, n):
  decided  annotator, label      decisions that stand or stood        first, last  annotator, ""  times
  seconds  annotator, bucket     decisions by active seconds, in tenths of a second, at most 3,000
  active   annotator, ""         active seconds
  review   annotator, verdict    reviews of this annotator's work: accept, fix, reject
  label    label, verdict        the same by label                    reason  annotator, reason  rejections
  first    annotator, verdict    the first review of each task        pair    annotated, reviewed label
  reviewer reviewer, verdict     verdicts given                       label-first, label-reason, label-seconds: as
                                 above, by label instead of annotator
  flagged now, seconds now (annotator), label now (label): sums over the documents as they stand
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tui.store.documents import names_given

VERDICTS = {"accept": "accept", "fix": "fix", "reject": "reject"}
TallyKey = tuple[str, str, str]
TallyRow = tuple[str, str, str, float]


def tally(record: Mapping[str, Any]) -> Iterable[TallyRow]:
    """What a record adds. An undo counts what it takes back with the opposite sign."""
    op = record["op"]
    if op in ("label", "revise"):
        who, at = record["who"], record["at"]
        return [*_decided(record), ("from", who, "", at), ("until", who, "", at)]
    if op == "import":
        return _imported(record)
    if op in VERDICTS:
        return _reviewed(record, VERDICTS[op])
    if op in ("undo", "redo"):
        return [(row[0], row[1], row[2], row[3]) for row in record.get("counts") or ()]
    return ()


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


def standing(doc: Mapping[str, Any], by: int) -> Iterator[TallyRow]:
    """What a document as it stands counts for, `by` times: rows that follow every change of it."""
    if doc.get("flagged"):
        yield ("flagged now", "", "", by)
    if annotator := doc.get("annotator"):
        yield ("seconds now", annotator, "", by * float(doc.get("seconds") or 0))
    if doc["state"] in ("labelled", "accepted", "rejected"):
        shapes = [str(shape["label"]) for shape in doc.get("shapes") or () if "label" in shape]
        for label in (*(doc.get("labels") or ()), *shapes):
            yield ("label now", label, "", by)


def counts_of(record: Mapping[str, Any]) -> list[TallyRow]:
    """What a record added to the counters, for taking it back."""
    op = record["op"]
    if op in ("label", "revise"):
        return list(_decided(record))
    if op in VERDICTS:
        return list(_reviewed(record, VERDICTS[op]))
    if op == "redo":
        return [(row[0], row[1], row[2], row[3]) for row in record.get("counts") or ()]
    return []


def _decided(record: Mapping[str, Any]) -> Iterator[TallyRow]:
    who = record["who"]
    seconds = float((record.get("ctx") or {}).get("seconds") or 0)
    for key, patch in record["set"].items():
        again = record["was"].get(key, {}).get("annotator") == who and record["op"] == "revise"
        for label in names_given(record["was"].get(key, {})) if again else ():
            yield ("decided", who, label, -1)
        bucket = str(min(int(seconds * 10), 3000))
        for label in names_given(patch):
            yield ("decided", who, label, 1)
            if record["op"] == "label":
                yield ("label-seconds", label, bucket, 1)
        if record["op"] == "label":
            yield ("seconds", who, bucket, 1)
        yield ("active", who, "", seconds)


def _imported(record: Mapping[str, Any]) -> Iterator[TallyRow]:
    """What a file said others had decided. Its reviews are not counted: who saw what is not known."""
    for patch in record["set"].values():
        if patch.get("state") in ("labelled", "accepted", "rejected") and patch.get("annotator"):
            yield from (("decided", patch["annotator"], label, 1) for label in names_given(patch))
            yield ("active", patch["annotator"], "", float(patch.get("seconds") or 0))


def _reviewed(record: Mapping[str, Any], verdict: str) -> Iterator[TallyRow]:
    for key, patch in record["set"].items():
        work = record.get("work", {}).get(key, {})
        annotator, labels = work.get("annotator") or "", work.get("labels") or []
        yield ("review", annotator, verdict, 1)
        yield ("reviewer", record["who"], verdict, 1)
        if work.get("first"):
            yield ("first", annotator, verdict, 1)
        if verdict == "reject":
            yield ("reason", annotator, patch.get("reason") or "", 1)
        for label in labels:
            yield ("label", label, verdict, 1)
            if work.get("first"):
                yield ("label-first", label, verdict, 1)
            if verdict == "reject":
                yield ("label-reason", label, patch.get("reason") or "", 1)
        if len(labels) == 1:
            said = names_given(patch) if verdict == "fix" else labels
            if verdict != "reject" and len(said) == 1:
                yield ("pair", labels[0], said[0], 1)
