"""Marks on the picture in front beside what is said of it: that it is hard, and a note."""

from __future__ import annotations

from dataclasses import replace

from tui.sitting import decide, sentences
from tui.sitting.effects import Flag, SetNote
from tui.sitting.under_way import begun
from tui.sitting.walk_state import Visit, WalkResult, WalkState


def flag(state: WalkState, at: float) -> WalkResult:
    """`f`: hard, look at it again. What was not seen is not hard."""
    return decide.deciding(state, "f", at, _flagged)


def _flagged(state: WalkState, visit: Visit) -> WalkResult:
    on = not visit.task.flagged
    sitting, request = state.sitting.with_request()
    write = Flag(request, visit.task.id, on, decide.context_of(state, visit))
    state = begun(replace(state, sitting=sitting), write)
    return state.leave_trace(sentences.trace(visit.task, state.walk[state.at].task, state.rules.titles)), (
        write,
    )


def remark(state: WalkState, text: str, at: float) -> WalkResult:
    """A note on the picture, or none any more; what is said already changes nothing."""
    return decide.deciding(state, "", at, lambda state, visit: _noted(state, visit, text.strip() or None))


def _noted(state: WalkState, visit: Visit, text: str | None) -> WalkResult:
    if text == visit.task.note:
        return state.say("The note is as it was."), ()
    sitting, request = state.sitting.with_request()
    write = SetNote(request, visit.task.id, text, decide.context_of(state, visit))
    state = begun(replace(state, sitting=sitting), write)
    return state.leave_trace(sentences.trace(visit.task, state.walk[state.at].task, state.rules.titles)), (
        write,
    )
