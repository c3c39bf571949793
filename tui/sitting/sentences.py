"""What a screen says about a sitting: pure functions of its state."""

from __future__ import annotations

from tui.sitting.walk_state import PACE_SECONDS, WalkState


def position(state: WalkState) -> str:
    """Which picture of this sitting stands in front, and of how many where one went back."""
    n = len(state.walk)
    if not n or state.at >= n:
        return "–"
    return f"#{state.at + 1}" if state.at == n - 1 else f"#{state.at + 1} of {n}"


def pace(state: WalkState, now: float) -> float | None:
    """Images per minute over the last minutes, None before there are two."""
    recent = [t for t in state.finished if now - t <= PACE_SECONDS]
    if len(recent) < 2 or now <= recent[0]:
        return None
    return (len(recent) - 1) / max(1e-3, now - recent[0]) * 60


def seconds_left(state: WalkState, now: float) -> float | None:
    """How long the rest takes at this pace, None while that is not known."""
    speed = pace(state, now)
    return state.sitting.totals.left / speed * 60 if speed and state.sitting.totals.left else None


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
    lines.append(f"{state.decided} {verb} in this sitting, {state.skipped} skipped.")
    if undone:
        lines.append(f"{undone} left without a decision: N goes there.")
    if broken:
        lines.append(f"{broken} could not be shown.")
    lines.append(f"In the whole project: {state.sitting.totals.done} done, {state.sitting.totals.left} left.")
    if state.sitting.pending:
        lines.append(f"Still saving {len(state.sitting.pending)}.")
    return lines
