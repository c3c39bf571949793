"""An audit's numbers in words, the same on the screen and in the printed table: each with what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from tui.quality.audit import Audit, AuditRow
from tui.quality.interval import wilson
from tui.text import counted, percent

NOBODY = "nobody named"
"""Who did work whose annotator a file left out."""


def share(part: int, whole: int) -> str:
    """Such as `60 % (23–88) of 5`: with its 95 % interval by Wilson; a dash of nothing."""
    if not whole:
        return "–"
    low, high = wilson(part, whole)
    span = f"{percent(low, digits=0)}–{percent(high, digits=0)}"
    return f"{percent(part, whole, 0)} % ({span}) of {whole:,}"


def pace(row: AuditRow) -> str:
    """Decisions in an active hour; a dash where there is too little to tell."""
    return "–" if row.per_hour is None else f"{row.per_hour:,.0f}"


def median(row: AuditRow) -> str:
    """Of a decision's active seconds; a dash where none is known."""
    return "–" if row.median_seconds is None else f"{row.median_seconds:.1f} s"


def agreement_sentences(found: Audit) -> Iterator[str]:
    """How far reviewers agree with annotators, and what of it is not known."""
    yield from _verdict_sentences(found)
    if found.passes > 1:
        yield f"The {found.passes} passes are not compared with each other yet: the agreement of passes is not told."


def _verdict_sentences(found: Audit) -> Iterator[str]:
    verdicts, agreed = found.verdicts, found.confusion
    if verdicts.interval is None:
        yield "No agreement can be told: nothing was reviewed yet."
        return
    low, high = map(percent, verdicts.interval)
    yield (
        f"{percent(verdicts.accepted, verdicts.count)} % agreement (95 %: {low} to {high} %): of "
        f"{counted(verdicts.count, 'verdict')} {verdicts.accepted:,} accepted as it was, {verdicts.fixed:,} fixed, "
        f"{verdicts.rejected:,} rejected."
    )
    if agreed.kappa is None or agreed.interval is None:
        yield f"No kappa: {agreed.why}."
        return
    low_kappa, high_kappa = agreed.interval
    yield (
        f"Cohen's kappa {agreed.kappa:.2f} (95 %: {low_kappa:.2f} to {high_kappa:.2f}) over "
        f"{counted(agreed.count, 'verdict')} with one label before and after{_left_out(found)}."
    )


def _left_out(found: Audit) -> str:
    """What kappa does not know, in words."""
    rejected = found.verdicts.rejected
    others = found.verdicts.count - rejected - found.confusion.count
    parts = [f"{rejected:,} rejected without a right label, so it is rather too high"] if rejected else []
    parts += [f"{others:,} of several labels or none"] if others > 0 else []
    return f"; left out: {'; '.join(parts)}" if parts else ""
