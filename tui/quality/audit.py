"""Who did what, and what reviewers said of it: tables made of the counters that the queue keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from tui.model.review import REVIEW_OPS
from tui.quality.agreement import Agreement, agreement
from tui.quality.interval import wilson

Tallies = Mapping[tuple[str, str, str], float]
"""(kind of counter, name of a person or label, what was counted) to how often."""
BUCKETS_PER_SECOND = 10
"""Times are counted by whole tenths of a second."""


MIN_TIMED, MIN_ACTIVE = 10, 60.0
"""From so many decisions with a time, and so many active seconds on, a pace is told."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One annotator or one label.

    `done`: decisions that stand, `imported` of them from files, as work of whom the file names. `accepted_first`:
    accepted unchanged at the first review, of `first_reviews`. `timed`: decisions here whose active seconds are known;
    `median_seconds`: of one of them, to a tenth; `per_hour`: so many in an active hour, None where there is too little.
    """

    name: str
    done: int
    imported: int
    reviewed: int
    accepted: int
    accepted_first: int
    first_reviews: int
    fixed: int
    rejected: int
    reasons: tuple[tuple[str, int], ...]
    timed: int
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
class Verdicts:
    """All verdicts that stand. Reviewers agree where they accept work as it is; a fix is a disagreement, and a rejection
    is one whose right answer is unknown."""

    accepted: int
    fixed: int
    rejected: int

    @property
    def count(self) -> int:
        """All of them."""
        return self.accepted + self.fixed + self.rejected

    @property
    def interval(self) -> tuple[float, float] | None:
        """Of the share that was accepted, 95 % by Wilson; None without a verdict."""
        return wilson(self.accepted, self.count) if self.count else None


@dataclass(frozen=True, slots=True)
class Audit:
    """`confusion`: what annotators said (rows) against what reviewers accepted or put in its place (columns), of work with
    one label before and after; the rest of `verdicts` is not in it. `passes`: of the project. `removed`: tasks that left it; the work on them counts here."""

    annotators: tuple[AuditRow, ...]
    labels: tuple[AuditRow, ...]
    reviewers: tuple[Reviewer, ...]
    verdicts: Verdicts
    confusion: Agreement
    passes: int = 1
    removed: int = 0


def audit(tallies: Tallies, order: Iterable[str] = (), *, passes: int = 1) -> Audit:
    """All tables. `order`: label names as the project has them; labels no longer in it come after."""
    known, counters = tuple(order), _Counters(tallies)
    annotators = counters.names("decided") | counters.names("seconds") | counters.names("imported")
    annotators |= counters.counted_names("review")
    decided = _totals(counters.of("decided", name) for name in counters.names("decided"))
    labels = counters.counted_names("label") | set(decided)
    ordered = [name for name in known if name in labels] + sorted(labels - set(known))
    pairs = {(said, final): n for (kind, said, final), n in tallies.items() if kind == "pair"}
    reviewers = tuple(_reviewer(counters, name) for name in sorted(counters.names("reviewer")))
    verdicts = Verdicts(
        sum(r.accepted for r in reviewers),
        sum(r.fixed for r in reviewers),
        sum(r.rejected for r in reviewers),
    )
    return Audit(
        tuple(_annotator(counters, name) for name in sorted(annotators)),
        tuple(_label(counters, name, decided.get(name, 0)) for name in ordered),
        reviewers,
        verdicts,
        _told(agreement(pairs, known), verdicts),
        passes,
        int(counters.of("removed", "").get("", 0)),
    )


def _told(found: Agreement, verdicts: Verdicts) -> Agreement:
    """Without kappa where the right labels of most disagreements are unknown.

    Kappa leaves out what was rejected without a fix, all of it disagreement, and so comes out too high: with nothing but
    acceptances and rejections as 1.00. It is told, beside the number left out, while at least half of what is known to
    disagree has its right label.
    """
    fixed = found.count - found.agreed
    if found.kappa is None or verdicts.rejected <= fixed:
        return found
    why = (
        f"{verdicts.rejected:,} rejected without a right label, and only {fixed:,} corrected to another one: "
        "it would leave out most disagreements"
    )
    return replace(found, kappa=None, interval=None, why=why)


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


def _annotator(counters: _Counters, name: str) -> AuditRow:
    imported = counters.of("imported", name).get("", 0)
    done = sum(counters.of("seconds", name).values()) + imported
    active_seconds = counters.of("active", name).get("", 0.0)
    return _row(counters, _ANNOTATOR_KINDS, name, (done, imported), active_seconds)


def _label(counters: _Counters, name: str, done: float) -> AuditRow:
    # Active time is kept by person only: a label's is the sum of its decisions' times, each by the middle of its tenth.
    timed = _timed(counters, _LABEL_KINDS.seconds, name)
    active_seconds = sum((bucket + 0.5) / BUCKETS_PER_SECOND * n for bucket, n in timed.items())
    imported = counters.of("label-imported", name).get("", 0)
    return _row(counters, _LABEL_KINDS, name, (done, imported), active_seconds)


def _row(
    counters: _Counters, kinds: _RowKinds, name: str, done: tuple[float, float], active_seconds: float
) -> AuditRow:
    """`done`: decisions, and how many of them were imported."""
    accepted, fixed, rejected = counters.verdicts(kinds.verdicts, name)
    firsts = counters.verdicts(kinds.first_verdicts, name)
    reasons = counters.positive(kinds.reasons, name)
    times = _timed(counters, kinds.seconds, name)
    timed = sum(times.values())
    enough = timed >= MIN_TIMED and active_seconds >= MIN_ACTIVE
    return AuditRow(
        name,
        done=int(done[0]),
        imported=int(done[1]),
        reviewed=accepted + fixed + rejected,
        accepted=accepted,
        accepted_first=firsts[0],
        first_reviews=sum(firsts),
        fixed=fixed,
        rejected=rejected,
        reasons=tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
        timed=timed,
        median_seconds=median(times),
        per_hour=timed / active_seconds * 3600 if enough else None,
    )


def _timed(counters: _Counters, kind: str, name: str) -> dict[int, int]:
    """Decisions by tenths of active seconds, without those whose time is not known: nobody decides within one tenth."""
    return {int(bucket): n for bucket, n in counters.positive(kind, name).items() if int(bucket)}


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
