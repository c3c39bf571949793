"""What a screen says about a sitting: pure functions of its state."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from tui.model.project import project_kind
from tui.sitting.farewell import Ended
from tui.sitting.inputs import Saved, TakenBack
from tui.sitting.state import WorkState
from tui.sitting.walk_state import WalkState

S = TypeVar("S", bound=WorkState)


def position(state: WalkState) -> str:
    """Which picture of this sitting stands in front, and of how many where one went back."""
    n = len(state.walk)
    if not n or state.at >= n:
        return "–"
    return f"#{state.at + 1}" if state.at == n - 1 else f"#{state.at + 1} of {n}"


def seconds_left(state: WorkState) -> float | None:
    """How long the rest takes at this pace, None while that is not known."""
    pace, left = state.sitting.account.pace, state.sitting.totals.left
    return left / pace * 60 if pace and left else None


def passed(state: WalkState) -> int:
    """Pictures that a reviewer went on from without a verdict."""
    return sum(visit.passed for visit in state.walk)


def settled(state: S, answer: Saved | TakenBack) -> S:
    """The same where the queue had answered, and the app was ended before it was told; for the words on leaving alone."""
    sitting, write = state.sitting.counting(answer).without_pending(answer.request_id)
    return replace(state, sitting=sitting) if write is not None else state


def ended(state: WorkState) -> Ended:
    """The end of a run, from the last state of its last sitting."""
    sitting = state.sitting
    found = Ended(
        sitting.account, sitting.rules.work, unsaved=len(sitting.pending), came_back=sitting.totals.came_back
    )
    if not isinstance(state, WalkState):
        return found
    drafts = sum(visit.undone and visit.annotation != visit.task.annotation for visit in state.walk)
    kept = drafts if project_kind(state.rules.kind).has_drafts and not state.reviews else 0
    return replace(found, passed=passed(state), drafts=kept, unsaved=found.unsaved + len(state.failures))


def _head(state: WalkState) -> str:
    totals = state.sitting.totals
    if not (totals.done or totals.left or state.walk):
        return "Nothing to review yet." if state.reviews else "No pictures yet: 'termlabel add' brings some."
    if state.rules.asked:
        more = "Nothing more" if state.walk else "Nothing"
        return f"{more} for you matches {state.rules.asked}."
    return "Nothing more for you now." if totals.left else "All done."


def closing(state: WalkState) -> list[str]:
    """The sentences of the closing page; the first is its head."""
    review = state.reviews
    verb = "reviewed" if review else "labelled"
    undone = sum(visit.overlooked for visit in state.walk)
    broken = sum(v.damage is not None for v in state.walk)
    lines = [_head(state)]
    account = state.sitting.account
    skipped = account.counts["skipped"] + passed(state)
    lines.append(f"{account.answered} {verb} in this sitting, {skipped} skipped.")
    if undone:
        lines.append(f"{undone} left without a decision: N goes there.")
    if broken:
        lines.append(f"{broken} could not be shown.")
    lines.append(f"In the whole project: {state.sitting.totals.done} done, {state.sitting.totals.left} left.")
    if state.sitting.pending:
        lines.append(f"Still saving {len(state.sitting.pending)}.")
    return lines
