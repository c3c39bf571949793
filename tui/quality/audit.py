"""Who did what, and what reviewers said of it: tables made of the counters that the queue keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tui.model.review import REVIEW_OPS
from tui.quality.agreement import Agreement, agreement

Tallies = Mapping[tuple[str, str, str], float]
"""(kind of counter, name of a person or label, what was counted) to how often."""
BUCKETS_PER_SECOND = 10
"""Times are counted by whole tenths of a second."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One annotator or one label.

    `done`: decisions that stand. `accepted_first`: accepted unchanged at the first review, of `first_reviews`.
    `median_seconds`: active seconds of a decision, to a tenth; `per_hour`: decisions in an active hour; None where
    nothing was measured.
    """

    name: str
    done: int
    reviewed: int
    accepted: int
    accepted_first: int
    first_reviews: int
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

    annotators: tuple[AuditRow, ...]
    labels: tuple[AuditRow, ...]
    reviewers: tuple[Reviewer, ...]
    confusion: Agreement


def audit(tallies: Tallies, order: Iterable[str] = ()) -> Audit:
    """All tables. `order`: label names as the project has them; labels no longer in it come after."""
    known, counters = tuple(order), _Counters(tallies)
    annotators = counters.names("decided") | counters.names("seconds") | counters.counted_names("review")
    decided = _totals(counters.of("decided", name) for name in counters.names("decided"))
    labels = counters.counted_names("label") | set(decided)
    ordered = [name for name in known if name in labels] + sorted(labels - set(known))
    pairs = {(said, final): n for (kind, said, final), n in tallies.items() if kind == "pair"}
    return Audit(
        tuple(_annotator(counters, name) for name in sorted(annotators)),
        tuple(_label(counters, name, decided.get(name, 0)) for name in ordered),
        tuple(_reviewer(counters, name) for name in sorted(counters.names("reviewer"))),
        agreement(pairs, known),
    )


class _Counters:
    """The queue's counters, grouped by kind and name."""

    def __init__(self, tallies: Tallies) -> None:
        self._groups: dict[tuple[str, str], dict[str, float]] = {}
        for (kind, name, what), n in tallies.items():
            self._groups.setdefault((kind, name), {})[what] = n

    def of(self, kind: str, name: str) -> Mapping[str, float]:
        return self._groups.get((kind, name), {})

    def names(self, kind: str) -> set[str]:
        """Everybody (or every label) that a counter of this kind exists for, also where all was taken back."""
        return {name for group, name in self._groups if group == kind}

    def counted_names(self, kind: str) -> set[str]:
        return {name for name in self.names(kind) if any(self.of(kind, name).values())}

    def verdicts(self, kind: str, name: str) -> tuple[int, int, int]:
        """How often accepted, fixed, rejected."""
        counts = self.of(kind, name)
        accepted, fixed, rejected = (int(counts.get(verdict, 0)) for verdict in REVIEW_OPS)
        return accepted, fixed, rejected

    def positive(self, kind: str, name: str) -> dict[str, int]:
        return {what: int(n) for what, n in self.of(kind, name).items() if n > 0}


class _RowKinds(NamedTuple):
    """The kinds of counters that a row is made of."""

    verdicts: str
    first_verdicts: str
    reasons: str
    seconds: str


_ANNOTATOR_KINDS = _RowKinds("review", "first", "reason", "seconds")
_LABEL_KINDS = _RowKinds("label", "label-first", "label-reason", "label-seconds")


def _totals(counts: Iterable[Mapping[str, float]]) -> dict[str, float]:
    totals: dict[str, float] = {}
    for each in counts:
        for what, n in each.items():
            totals[what] = totals.get(what, 0) + n
    return totals


def _buckets(counters: _Counters, kind: str, name: str) -> dict[int, int]:
    return {int(bucket): n for bucket, n in counters.positive(kind, name).items()}


def _annotator(counters: _Counters, name: str) -> AuditRow:
    done = sum(counters.of("seconds", name).values())
    active_seconds = counters.of("active", name).get("", 0.0)
    return _row(counters, _ANNOTATOR_KINDS, name, done, active_seconds)


def _label(counters: _Counters, name: str, done: float) -> AuditRow:
    # Active time is kept by person only: a label's is the middle of each bucket.
    buckets = _buckets(counters, _LABEL_KINDS.seconds, name)
    active_seconds = sum((bucket + 0.5) / BUCKETS_PER_SECOND * n for bucket, n in buckets.items())
    return _row(counters, _LABEL_KINDS, name, done, active_seconds)


def _row(counters: _Counters, kinds: _RowKinds, name: str, done: float, active_seconds: float) -> AuditRow:
    accepted, fixed, rejected = counters.verdicts(kinds.verdicts, name)
    firsts = counters.verdicts(kinds.first_verdicts, name)
    reasons = counters.positive(kinds.reasons, name)
    return AuditRow(
        name,
        done=int(done),
        reviewed=accepted + fixed + rejected,
        accepted=accepted,
        accepted_first=firsts[0],
        first_reviews=sum(firsts),
        fixed=fixed,
        rejected=rejected,
        reasons=tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
        median_seconds=median(_buckets(counters, kinds.seconds, name)),
        per_hour=done / active_seconds * 3600 if active_seconds > 0 and done else None,
    )


def median(buckets: Mapping[int, int]) -> float | None:
    """The lower median in seconds of times counted by whole tenths of a second; None of no times."""
    total, seen = sum(buckets.values()), 0
    for bucket in sorted(buckets):
        seen += buckets[bucket]
        if 2 * seen >= total:
            return bucket / BUCKETS_PER_SECOND
    return None


def _reviewer(counters: _Counters, name: str) -> Reviewer:
    return Reviewer(name, *counters.verdicts("reviewer", name))
