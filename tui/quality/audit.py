"""Who did what, and what reviewers said of it: tables made of the counters that the queue keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tui.quality.agreement import Agreement, agreement

Tallies = Mapping[tuple[str, str, str], float]
VERDICTS = ("accept", "fix", "reject")


@dataclass(frozen=True, slots=True)
class Line:
    """One annotator or one label. `done`: decisions that stand. `first`: accepted unchanged at the first review, of
    `first_of` first reviews. `median_seconds`: active seconds of a decision, to a tenth; `per_hour`: decisions in
    an active hour. None where nothing was measured."""

    name: str
    done: int
    reviewed: int
    accepted: int
    first: int
    first_of: int
    fixed: int
    rejected: int
    reasons: tuple[tuple[str, int], ...]
    median_seconds: float | None
    per_hour: float | None


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Verdicts that one reviewer gave."""

    name: str
    accepted: int
    fixed: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Audit:
    """`confusion`: what annotators said (rows) against what reviewers accepted or put in its place (columns)."""

    annotators: tuple[Line, ...]
    labels: tuple[Line, ...]
    reviewers: tuple[Reviewer, ...]
    confusion: Agreement


def audit(tallies: Tallies, order: Iterable[str] = ()) -> Audit:
    """All tables. `order`: label names as the project has them; labels no longer in it come after."""
    known = tuple(order)
    done: dict[str, float] = {}
    by_label: dict[str, float] = {}
    for (kind, annotator, label), n in tallies.items():
        if kind == "decided":
            by_label[label] = by_label.get(label, 0) + n
            done.setdefault(annotator, 0)
        elif kind == "seconds":
            done[annotator] = done.get(annotator, 0) + n
    labels = {a for (kind, a, _), n in tallies.items() if kind == "label" and n} | set(by_label)
    ordered = [x for x in known if x in labels] + sorted(labels - set(known))
    people = sorted(set(done) | {a for (kind, a, _), n in tallies.items() if kind == "review" and n})
    confusion = {(a, b): n for (kind, a, b), n in tallies.items() if kind == "pair"}
    return Audit(
        tuple(_annotator(tallies, name, done.get(name, 0)) for name in people),
        tuple(_label(tallies, name, by_label.get(name, 0)) for name in ordered),
        tuple(
            _reviewer(tallies, name) for name in sorted({a for kind, a, _ in tallies if kind == "reviewer"})
        ),
        agreement(confusion, known),
    )


def _annotator(tallies: Tallies, name: str, done: float) -> Line:
    active = tallies.get(("active", name, ""), 0.0)
    return _line(tallies, name, done, ("review", "first", "reason", "seconds"), active)


def _label(tallies: Tallies, name: str, done: float) -> Line:
    return _line(tallies, name, done, ("label", "label-first", "label-reason", "label-seconds"), None)


def _line(
    tallies: Tallies, name: str, done: float, kinds: tuple[str, str, str, str], active: float | None
) -> Line:
    review, first, reason, seconds = kinds
    verdicts = {v: int(tallies.get((review, name, v), 0)) for v in VERDICTS}
    firsts = {v: int(tallies.get((first, name, v), 0)) for v in VERDICTS}
    reasons = [(b, int(n)) for (kind, a, b), n in tallies.items() if kind == reason and a == name and n > 0]
    buckets = {
        int(b): int(n) for (kind, a, b), n in tallies.items() if kind == seconds and a == name and n > 0
    }
    if active is None:
        active = sum((bucket + 0.5) / 10 * n for bucket, n in buckets.items())
    return Line(
        name,
        int(done),
        sum(verdicts.values()),
        verdicts["accept"],
        firsts["accept"],
        sum(firsts.values()),
        verdicts["fix"],
        verdicts["reject"],
        tuple(sorted(reasons, key=lambda pair: (-pair[1], pair[0]))),
        median(buckets),
        done / active * 3600 if active > 0 and done else None,
    )


def median(buckets: Mapping[int, int]) -> float | None:
    """Of times counted by whole tenths of a second, in seconds: the lower middle one's tenth."""
    total, seen = sum(buckets.values()), 0
    for bucket in sorted(buckets):
        seen += buckets[bucket]
        if 2 * seen >= total:
            return bucket / 10
    return None


def _reviewer(tallies: Tallies, name: str) -> Reviewer:
    accepted, fixed, rejected = (int(tallies.get(("reviewer", name, v), 0)) for v in VERDICTS)
    return Reviewer(name, accepted, fixed, rejected)
