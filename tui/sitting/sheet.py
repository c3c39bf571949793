"""A reviewer at a contact sheet, as a pure reducer: the wrong pictures are marked, `R` accepts the others.

What was marked is rejected in the same stroke, so that one undo takes all of a sheet back. Nothing is accepted
that was not shown: `R` counts only after the fence that follows the sheet was answered.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tui.model.review import Verdict
from tui.model.task import Lease
from tui.sitting import inputs as i
from tui.sitting import sheet_answers as answers
from tui.sitting import sheet_walk as walk
from tui.sitting.effects import Claim, Effect, Note, Review, Undo
from tui.sitting.sheet_state import HINTS, SheetState
from tui.sitting.state import Rules

Result = tuple[SheetState, tuple[Effect, ...]]


def begin_sheet(rules: Rules, columns: int, rows: int, at: float = 0.0) -> Result:
    """A new sitting at contact sheets, which asks for two sheets."""
    state = SheetState(rules, columns, rows, claiming=True, renewed=at)
    return state, (Claim(2 * state.size),)


def step_sheet(state: SheetState, event: i.Input, at: float) -> Result:
    """Take in one input that arrived at `at` (monotonic seconds)."""
    if state.over:
        return state, ()
    if isinstance(event, i.KEYS):
        return _key(_touched(replace(state, message=None), at), event, at)
    return answers.answer(state, event, at)


def _touched(state: SheetState, at: float) -> SheetState:
    if state.mark is None or not state.seen:
        return state
    gap = min(max(0.0, at - state.mark), state.rules.idle_cut)
    return replace(state, seconds=state.seconds + gap, mark=at)


def _key(state: SheetState, event: i.Input, at: float) -> Result:
    if state.quitting and not isinstance(event, i.QuitKey | i.CancelKey):
        return walk.waiting(state), ()
    if state.rejecting and not isinstance(event, i.Move):
        return _reason(state, event)
    match event:
        case i.Move(right, down):
            return _moved(state, right, down)
        case i.Mark():
            return _toggled(state, state.cursor), ()
        case i.HintKey(letter):
            at_card = HINTS.find(letter)
            if not 0 <= at_card < len(state.cards):
                return state.say(f"There is no picture {letter}."), ()
            return _toggled(replace(state, cursor=at_card), at_card), ()
        case i.Hinting():
            return replace(state, hinting=not state.hinting), ()
        case i.RejectKey():
            return (replace(state, rejecting=True), ()) if state.cards else (state, ())
        case i.AcceptShownKey():
            return _decided(state, at)
        case i.Enlarge():
            return walk.enlarged(state, not state.enlarged)
        case i.UndoKey():
            state, request = walk.request_id(state)
            return replace(state, undoing=(*state.undoing, request)), (Undo(request),)
        case i.QuitKey():
            return walk.leave(state)
        case i.CancelKey():
            return _cancelled(state)
        case _:
            return state, ()


def _cancelled(state: SheetState) -> Result:
    if state.enlarged:
        return walk.enlarged(state, False)
    return replace(state, hinting=False, quitting=False), ()


def _moved(state: SheetState, right: int, down: int) -> Result:
    """The cursor goes over the rows like text; it stops at both ends."""
    if not state.cards:
        return state, ()
    to = min(max(state.cursor + right + down * state.columns, 0), len(state.cards) - 1)
    state = replace(state, cursor=to)
    return walk.enlarged(state, True) if state.enlarged else (state, ())


def _toggled(state: SheetState, at: int) -> SheetState:
    if at >= len(state.cards):
        return state
    card = state.cards[at]
    return state.with_card(at, replace(card, marked=not card.marked, reason="", comment=""))


def _reason(state: SheetState, event: i.Input) -> Result:
    """After `x`: the reason is for all marked ones that have none yet, else for the one at the cursor."""
    reason = comment = ""
    match event:
        case i.ReasonKey(number):
            if not 1 <= number <= len(state.rules.reasons):
                return state.say(
                    f"There is no reason {number}; {len(state.rules.reasons)} is the last.", "warn"
                ), ()
            reason = state.rules.reasons[number - 1]
        case i.Comment(text):
            comment = text
        case i.Confirm() | i.Enlarge():
            pass
        case i.CancelKey():
            return replace(state, rejecting=False), ()
        case _:
            return state.say("A digit gives the reason, enter marks without one, escape goes back."), ()
    state = replace(state, rejecting=False)
    bare = [n for n, card in enumerate(state.cards) if card.marked and not (card.reason or card.comment)]
    for n in bare or [state.cursor]:
        card = replace(state.cards[n], marked=True, reason=reason, comment=comment)
        state = state.with_card(n, card)
    return state, ()


def _decided(state: SheetState, at: float) -> Result:
    """`R`: the marked ones are rejected, all others on the sheet accepted, in one stroke."""
    if state.closing:
        return state, ()
    last, when = state.held
    state = replace(state, held=("R", at))
    if last == "R" and at - when < state.rules.key_repeat:
        return state, (Note("refused", {"why": "held key"}),)
    why = _refusal(state)
    if why:
        return state.say(why, "warn"), (Note("refused", {"why": why}),)
    state, party = walk.request_id(state)
    seconds = state.seconds / len(state.cards)
    writes = []
    for n, card in enumerate(state.cards):
        assert card.lease is not None
        verdict = Verdict.REJECT if card.marked else Verdict.ACCEPT
        context = {**_context(state, card.lease, seconds), "party": party}
        writes.append(
            Review(
                f"{party}.{n}",
                card.task,
                card.lease,
                verdict,
                card.reason,
                card.comment,
                None,
                round(seconds, 3),
                context,
            )
        )
    note = Note("decided", {"tasks": [card.task.id for card in state.cards], "rejected": state.marked})
    state = replace(
        state,
        pending=(*state.pending, *writes),
        past=(*state.past, state.cards),
        cards=(),
        seconds=0.0,
        retry=False,
    )
    state, effects = walk.next_sheet(state)
    return state, (*writes, note, *effects)


def _refusal(state: SheetState) -> str:
    if not state.cards:
        return "The next sheet is on its way."
    if state.enlarged or not state.seen:
        return "Not yet: the sheet was not shown when the key was pressed."
    if state.pending:
        return "The sheet before is still being saved; press again in a moment."
    if any(card.lease is None for card in state.cards):
        return "One moment: these pictures are being taken up again."
    return ""


def _context(state: SheetState, lease: Lease, seconds: float) -> dict[str, Any]:
    rules = state.rules
    return {
        "version": rules.version,
        "protocol": rules.protocol,
        "order": rules.order,
        "rank": lease.rank,
        "seconds": round(seconds, 3),
        "sheet": state.size,
    }
