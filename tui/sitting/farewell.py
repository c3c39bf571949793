"""What is said on the ordinary screen once a person has left: what was done, that it is safe, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from tui.model.task import Work
from tui.sitting.account import LEAST_SECONDS, Account, Doing, pace_words

TRY_OWN = "That was a throw-away copy. With pictures of your own: termlabel annotate FOLDER --labels cat,dog"


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a run. `passed`: pictures that a reviewer went on from without a verdict. `drafts`: pictures whose
    unfinished work is kept. `unsaved`: decisions that are lost. `came_back`: rejected work that waits for this person."""

    account: Account
    work: Work
    passed: int = 0
    drafts: int = 0
    unsaved: int = 0
    came_back: int = 0


@dataclass(frozen=True, slots=True)
class Left:
    """What there is to do in the project. `open`: without an answer; `to_review`: this person may review it;
    `others`: work that only others may review."""

    open: int = 0
    to_review: int = 0
    others: int = 0


def done_sentence(ended: Ended, place: str) -> str:
    """`You labelled 37 in 3.1 active minutes (12/min), skipped 2, 1 came back; all is safe in photos/.` `place`: where,
    '' when that needs no word."""
    counts, account = ended.account.counts, ended.account
    answered = account.answered
    said = [_answered(ended)] if answered else []
    said += [f"{word} {n}" for word, n in (("changed", counts["changed"]), ("skipped", _skipped(ended))) if n]
    text = ", ".join(said)
    text = text if answered or not text else f"You {text}"
    if text:
        came = f", {ended.came_back} came back" if ended.came_back else ""
        safe = "; all is safe" if not ended.unsaved else ""
        text = f"{text}{came}{safe}{f' in {place}' if place and safe else ''}."
    else:
        text = "Nothing was decided."
    return " ".join([text, *_notes(ended)])


def _answered(ended: Ended) -> str:
    counts, account, n = ended.account.counts, ended.account, ended.account.answered
    verb = "reviewed" if ended.work == "review" else "labelled"
    minutes = account.active / 60
    pace = f" ({pace_words(n / minutes)})" if n > 1 and account.active >= LEAST_SECONDS else ""
    how: tuple[Doing, ...] = ("fixed", "rejected")
    of_these = [f"{counts[outcome]} {outcome}" for outcome in how if counts[outcome]]
    return f"You {verb} {n} in {_minutes(account.active)}{pace}" + "".join(f", {each}" for each in of_these)


def _minutes(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} active second{'' if round(seconds) == 1 else 's'}"
    minutes = f"{seconds / 60:.1f}".removesuffix(".0")
    return f"{minutes} active minute{'' if minutes == '1' else 's'}"


def _skipped(ended: Ended) -> int:
    return ended.account.counts["skipped"] + ended.passed


def _notes(ended: Ended) -> list[str]:
    notes = []
    if ended.drafts:
        of = "1 picture" if ended.drafts == 1 else f"{ended.drafts} pictures"
        notes.append(f"Unfinished work on {of} is kept.")
    if ended.unsaved:
        were = "1 decision was" if ended.unsaved == 1 else f"{ended.unsaved} decisions were"
        notes.append(f"{were} not saved.")
    return notes


def next_lines(left: Left, project: str, columns: int) -> tuple[str, ...]:
    """`63 are left: termlabel annotate photos · 37 wait for review: termlabel review photos`, in two lines where
    there are too few columns. `project`: as it is written on the command line, '' for the current folder."""
    annotate, review = (f"termlabel {command} {project}".rstrip() for command in ("annotate", "review"))
    said = []
    if left.open:
        said.append(f"{left.open} {'is' if left.open == 1 else 'are'} left: {annotate}")
    if left.to_review:
        said.append(f"{left.to_review} {_wait(left.to_review)} for review: {review}")
    elif left.others:
        said.append(f"{left.others} {_wait(left.others)} for review by somebody else: {review}")
    line = " · ".join(said) or "Nothing is left."
    return (line,) if len(line) <= columns else tuple(said)


def _wait(n: int) -> str:
    return "waits" if n == 1 else "wait"
