"""What is said on the ordinary screen once a person has left: what was done, that it is safe, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from tui.model.task import Work
from tui.sitting.account import LEAST_SECONDS, Account, pace_words
from tui.text import counted

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
    """What there is to do in the project. `open`: to be labelled, for the first time or again; `skipped`: beside that, what
    comes to this person again, `passed` what does not: others skipped it; `to_review`: this person may review it; `others`: work that only others may review, `own`
    of it this person's."""

    open: int = 0
    to_review: int = 0
    others: int = 0
    skipped: int = 0
    own: int = 0
    passed: int = 0


def done_sentence(ended: Ended, place: str) -> str:
    """`You labelled 37 in 3.1 minutes at the screen (12/min), skipped 2, 1 came back; all in photos/ is safe.` `place`:
    where, '' when that needs no word."""
    return " ".join(filter(None, [_done(ended, place), _kept(ended.drafts), _lost(ended.unsaved)]))


def _done(ended: Ended, place: str) -> str:
    counts = ended.account.counts
    skipped = counts["skipped"] + ended.passed
    said = [*_answered(ended), *_some("changed {}", counts["changed"]), *_some("skipped {}", skipped)]
    marked = ended.account.marked
    said += [*_some("flagged {}", marked["flagged"]), *_some("noted {}", marked["noted"])]
    if not said:
        return "Nothing was decided."
    text = ", ".join([*said, *_some("{} came back", ended.came_back)])
    return f"You {text}{_safe(ended.unsaved, place)}."


def _safe(unsaved: int, place: str) -> str:
    return "" if unsaved else f"; all in {place} is safe" if place else "; all is safe"


def _some(words: str, n: int) -> list[str]:
    """With the number, where there is one."""
    return [words.format(n)] if n else []


def _answered(ended: Ended) -> list[str]:
    account, counts = ended.account, ended.account.counts
    n = account.answered
    if not n:
        return []
    how = [*_some("{} fixed", counts["fixed"]), *_some("{} rejected", counts["rejected"])]
    return [f"{_VERBS[ended.work]} {n} in {_minutes(account.active)}{_pace(n, account.active)}", *how]


_VERBS: dict[Work, str] = {"annotate": "labelled", "review": "reviewed"}


def _pace(n: int, active: float) -> str:
    return f" ({pace_words(n / active * 60)})" if n > 1 and active >= LEAST_SECONDS else ""


def _minutes(seconds: float) -> str:
    """Longer than the minutes of `stats`, which are those of the decisions that stand."""
    if seconds < 60:
        return f"{counted(round(seconds), 'second')} at the screen"
    minutes = f"{seconds / 60:.1f}".removesuffix(".0")
    return f"{minutes} minute{'' if minutes == '1' else 's'} at the screen"


def _kept(drafts: int) -> str:
    return f"Unfinished work on {counted(drafts, 'picture')} is kept." if drafts else ""


def _lost(unsaved: int) -> str:
    return f"{counted(unsaved, 'decision was', 'decisions were')} not saved." if unsaved else ""


def next_lines(left: Left, project: str, columns: int) -> tuple[str, ...]:
    """`63 are left: termlabel annotate photos · 37 wait for review: termlabel review photos`, in two lines where
    there are too few columns. `project`: as it is written on the command line, '' for the current folder."""
    rows = ((_to_label(left), "annotate"), (_to_review(left), "review"))
    said = [f"{words}: termlabel {command} {project}".rstrip() for words, command in rows if words]
    if left.to_review and left.own:
        said.append(f"{left.own:,} of yours {'waits' if left.own == 1 else 'wait'} for somebody else")
    line = " · ".join(said or ["Nothing is left."])
    return (line,) if len(line) <= columns else tuple(said)


def _to_label(left: Left) -> str:
    said = [counted(left.open, "is left", "are left")] if left.open else []
    if left.skipped:
        said.append(f"{left.skipped:,} skipped {'comes' if left.skipped == 1 else 'come'} again")
    if left.passed:
        said.append(f"{left.passed:,} skipped by others")
    return ", ".join(said)


def _to_review(left: Left) -> str:
    if left.to_review:
        return _waits(left.to_review)
    return f"{_waits(left.others)} by somebody else" if left.others else ""


def _waits(n: int) -> str:
    return counted(n, "waits for review", "wait for review")
