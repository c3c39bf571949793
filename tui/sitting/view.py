"""What a screen says about a sitting: pure functions of its state."""

from __future__ import annotations

from tui.sitting.state import SittingState


def position(state: SittingState) -> str:
    """Which picture of this sitting stands in front."""
    n = len(state.walk)
    return f"{min(state.at + 1, n)}/{n}" if n else "–"


def pace(state: SittingState, now: float) -> float | None:
    """Images per minute over the last minutes, None before there are two."""
    recent = [t for t in state.finished if now - t <= 300.0]
    if len(recent) < 2 or now <= recent[0]:
        return None
    return (len(recent) - 1) / max(1e-3, now - recent[0]) * 60


def time_left(state: SittingState, now: float) -> str:
    """How long the rest takes at this pace, '' while it is not known."""
    speed = pace(state, now)
    if not speed or not state.totals.left:
        return ""
    minutes = state.totals.left / speed
    if minutes < 1:
        return "under a minute left"
    if minutes < 90:
        return f"{minutes:.0f} min left"
    hours = minutes / 60
    return f"{hours:.1f} h left" if hours < 48 else f"{hours / 24:.0f} days left"


def status(state: SittingState, now: float) -> list[str]:
    """The parts of the status line, most important first."""
    parts = [position(state), f"{state.totals.done} done", f"{state.totals.left} left"]
    if state.pending:
        parts.append(f"saving {len(state.pending)}")
    speed = pace(state, now)
    if speed is not None:
        parts.append(f"{speed:.0f}/min")
        left = time_left(state, now)
        if left:
            parts.append(left)
    return parts


def closing(state: SittingState) -> list[str]:
    """The sentences of the closing page."""
    review = state.rules.work == "review"
    verb = "reviewed" if review else "labelled"
    lines = [f"{state.decided} {verb} in this sitting, {state.skipped} skipped."]
    undone = sum(1 for v in state.walk if not v.done and v.broken is None and not v.skipped)
    broken = sum(1 for v in state.walk if v.broken is not None)
    if undone:
        lines.append(f"{undone} left without a decision: N goes there.")
    if broken:
        lines.append(f"{broken} could not be shown.")
    lines.append(f"In the whole project: {state.totals.done} done, {state.totals.left} left.")
    if state.pending:
        lines.append(f"Still saving {len(state.pending)}.")
    return lines
