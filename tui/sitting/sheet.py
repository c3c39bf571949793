"""A contact sheet, as a pure reducer: the pictures that differ are marked, `R` decides all of them at once.

What one card's decision is, is a parameter: a reviewer rejects what is marked and accepts the others. All writes of a
sheet are of one stroke, so that one undo takes all of it back. Nothing is decided that was not shown: `R` counts only
after the fence that follows the sheet was answered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import assert_never

from tui.model.review import Verdict
from tui.sitting import inputs as i
from tui.sitting import sentences
from tui.sitting import sheet_walk as walk
from tui.sitting.decide import TAKING_BACK
from tui.sitting.effects import Claim, DecisionWrite, Note, Review, Take, Undo, held_key
from tui.sitting.reducer import Reducer
from tui.sitting.sheet_answers import sheet_answers
from tui.sitting.sheet_state import HINTS, Card, CardDecisions, SheetResult, SheetState
from tui.sitting.state import (
    ConfirmingNothing,
    Fixing,
    Leaving,
    LetterMarking,
    Looking,
    Over,
    Rejecting,
    Sitting,
    SittingRules,
)
from tui.text import counted


def begin_sheet(rules: SittingRules, columns: int, rows: int, at: float = 0.0) -> SheetResult:
    """A new sitting at contact sheets, which asks for two sheets. `at`: now, in monotonic seconds."""
    state = SheetState(Sitting(rules, claiming=True, renewed=at, account=rules.before), columns, rows)
    return state, (Claim(2 * state.size),)


def _canvas(state: SheetState, incoming: i.CanvasInput, at: float) -> SheetResult:
    match incoming:
        case i.SeenOnScreen(serial):
            sitting = state.sitting.saw(serial, at)
            if sitting is None or not state.cards:
                return state, ()
            note = Note("shown", {"sheet": [c.task.id for c in state.cards], "serial": serial})
            return replace(state, sitting=sitting), (note,)
        case i.Broken():
            return state.say(f"This picture cannot be shown whole: {incoming.reason}", "warn"), ()
        case i.Resized(columns, rows):
            return walk.resized(state, columns, rows)
        case i.Covered(covered):
            return walk.cover(state, covered)
        case _:
            assert_never(incoming)


def _key(decisions: CardDecisions, state: SheetState, incoming: i.WorkKey, at: float) -> SheetResult:
    if state.sitting.leaving and not isinstance(incoming, i.QuitKey | i.CancelKey):
        return walk.waiting_to_leave(state), ()
    if isinstance(incoming, i.Touch):
        return state, ()
    if isinstance(incoming, i.MoveCursor):
        return _moved(state, incoming.right, incoming.down)
    mode = state.mode
    match mode:
        case Rejecting():
            return _reason(state, incoming)
        case Looking() | LetterMarking() | Leaving():
            return _plain_key(decisions, state, incoming, at)
        case Fixing() | ConfirmingNothing() | Over():
            return state, ()
        case _:
            assert_never(mode)


def _plain_key(decisions: CardDecisions, state: SheetState, incoming: i.WorkKey, at: float) -> SheetResult:
    if isinstance(incoming, i.NoKey):
        return state.say(sentences.no_key(incoming, state)), ()
    if isinstance(incoming, i.SheetWorkKey):
        return _work_key(decisions, state, incoming, at)
    if isinstance(incoming, i.SheetKey) and not isinstance(incoming, i.MoveCursor):
        return _sheet_key(state, incoming)
    return state, ()


def _work_key(
    decisions: CardDecisions, state: SheetState, incoming: i.SheetWorkKey, at: float
) -> SheetResult:
    """Keys that mean much the same at other work."""
    match incoming:
        case i.RejectKey():
            return (state.in_mode(Rejecting()), ()) if state.cards else (state, ())
        case i.AcceptShownKey():
            return _decided(decisions, state, at)
        case i.UndoKey():
            return _undo(state)
        case i.QuitKey(switch):
            return _left(state, switch)
        case i.CancelKey():
            return _cancelled(state)
        case _:
            assert_never(incoming)


def _sheet_key(state: SheetState, incoming: i.MarkCard | i.Hinting | i.HintKey | i.Enlarge) -> SheetResult:
    match incoming:
        case i.MarkCard():
            return _toggled(state, state.cursor), ()
        case i.HintKey(letter):
            at_card = HINTS.find(letter)
            if not 0 <= at_card < len(state.cards):
                return state.say(f"There is no picture {letter}."), ()
            return _toggled(replace(state, cursor=at_card), at_card), ()
        case i.Hinting() if state.cards:
            return state.in_mode(Looking() if isinstance(state.mode, LetterMarking) else LetterMarking()), ()
        case i.Hinting():
            return state, ()
        case i.Enlarge():
            return walk.enlarged(state, not state.enlarged)
        case _:
            assert_never(incoming)


def _undo(state: SheetState) -> SheetResult:
    if state.retry:
        return state.say(_not_saved(state), "warn"), ()
    sitting, request = state.sitting.with_request()
    write = Undo(request)
    return replace(state, sitting=sitting.with_pending(write)), (write,)


def _cancelled(state: SheetState) -> SheetResult:
    if state.enlarged:
        return walk.enlarged(state, False)
    if state.retry and isinstance(state.mode, Looking):
        return _given_up(state), ()
    return state.in_mode(Looking()), ()


def _left(state: SheetState, switch: bool) -> SheetResult:
    """`q`: verdicts that are not saved must be tried again or given up before."""
    if not state.retry:
        return walk.leave(state.in_mode(Leaving(switch)))
    return replace(state, sitting=state.sitting.staying()).say(_not_saved(state), "error"), ()


def _not_saved(state: SheetState) -> str:
    """Why it cannot go on yet, and what can be done."""
    subject = counted(len(state.cards) + len(state.unsaved), "verdict is", "verdicts are")
    return f"{subject} not saved: {{sheet.accept}} tries again, {{app.cancel}} gives up."


def _given_up(state: SheetState) -> SheetState:
    """The verdicts that could not be saved go; their pictures stay as a sheet that is not decided."""
    cards = tuple(Card(card.task, card.lease) for card in state.cards)
    leases = tuple(card.lease for card in state.unsaved if card.lease is not None)
    state = state.with_ahead((*leases, *state.sitting.ahead))
    return replace(state, cards=cards, unsaved=(), retry=False).say("Those verdicts were given up.")


def _moved(state: SheetState, right: int, down: int) -> SheetResult:
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


def _reason(state: SheetState, incoming: i.WorkKey) -> SheetResult:
    """After `x`: the reason for what is marked."""
    reasons = state.rules.reasons
    match incoming:
        case i.ReasonKey(number) if not 1 <= number <= len(reasons):
            return state.say(f"There is no reason {number}; {len(reasons)} is the last.", "warn"), ()
        case i.ReasonKey(number):
            return _reasoned(state, reason=reasons[number - 1]), ()
        case i.Comment(text):
            return _reasoned(state, comment=text), ()
        case i.Confirm() | i.Enlarge():
            return _reasoned(state), ()
        case i.CancelKey():
            return state.in_mode(Looking()), ()
        case _:
            return state.say(sentences.asks_reason("marks")), ()


def _reasoned(state: SheetState, *, reason: str = "", comment: str = "") -> SheetState:
    """The reason is for all marked ones that have none yet, else for the one at the cursor."""
    state = state.in_mode(Looking())
    bare = [n for n, card in enumerate(state.cards) if card.marked and not (card.reason or card.comment)]
    for n in bare or [state.cursor]:
        card = replace(state.cards[n], marked=True, reason=reason, comment=comment)
        state = state.with_card(n, card)
    return state


def _decided(decisions: CardDecisions, state: SheetState, at: float) -> SheetResult:
    """`R`: all cards of the sheet are decided, in one stroke."""
    if state.closing:
        return state, ()
    if not state.cards and not state.sitting.claiming:
        return walk.claim_again(state)
    sitting, repeats = state.sitting.press("R", at)
    state = replace(state, sitting=sitting)
    if repeats:
        return state.say(sentences.held(state.sitting.traced), "good"), (held_key(),)
    why = _refusal(state)
    if why:
        # What is being taken up again is asked for once more: the first try may have failed.
        takes = tuple(Take(card.task.id) for card in state.cards if card.lease is None)
        return state.say(why, "warn"), (Note("refused", {"why": why}), *takes)
    sitting, stroke = sitting.with_request()
    writes = tuple(
        decisions.write(state, card, f"{stroke}.{n}", stroke) for n, card in enumerate(state.cards)
    )
    note = Note("decided", {"tasks": [card.task.id for card in state.cards], "rejected": state.marked})
    past = (*state.past, state.cards)
    told = sentences.sheet_trace(len(state.cards) - state.marked, state.marked)
    sitting = sitting.with_pending(*writes)
    state = replace(state, sitting=sitting, past=past, cards=(), seconds=0.0, retry=False)
    state, effects = walk.next_sheet(state)
    return state.leave_trace(told), (*writes, note, *effects)


def _review(state: SheetState, card: Card, request_id: str, stroke: str) -> Review:
    """A reviewer's: what is marked is rejected, the others are accepted."""
    assert card.lease is not None
    seconds = state.seconds / len(state.cards)
    context = state.sitting.context(card.lease.rank, seconds)
    return Review(
        request_id,
        card.task,
        card.lease,
        Verdict.REJECT if card.marked else Verdict.ACCEPT,
        card.reason,
        card.comment,
        None,
        round(seconds, 3),
        {**context, "sheet": state.size},
        stroke,
    )


def _reviewed_card(write: DecisionWrite) -> Card:
    assert isinstance(write, Review)
    return Card(write.task, write.lease, write.verdict is Verdict.REJECT, write.reason, write.comment)


def _refusal(state: SheetState) -> str:
    """Why the sheet in front cannot be decided now, '' when it can."""
    reasons = (
        (not state.cards, "The next sheet is on its way."),
        (
            state.enlarged or not state.sitting.seen,
            "Not yet: the sheet was not shown when the key was pressed.",
        ),
        (state.sitting.taking_back, TAKING_BACK),
        (
            bool(state.sitting.pending),
            "The sheet before is still being saved; press again in a moment.",
        ),
        (
            any(card.lease is None for card in state.cards),
            "One moment: these pictures are being taken up again.",
        ),
    )
    return next((why for holds, why in reasons if holds), "")


def _tick(state: SheetState, at: float) -> SheetResult:
    sitting, effects = state.sitting.renewing(state.leases, at)
    return replace(state, sitting=sitting), effects


def sheet_reducer(decisions: CardDecisions) -> Callable[[SheetState, i.Input, float], SheetResult]:
    """Takes in one input that arrived at a time (monotonic seconds), on sheets whose cards are decided like this."""
    answers = sheet_answers(decisions).take
    return Reducer(SheetState.touched, sentences.idle, partial(_key, decisions), _canvas, answers, _tick).step


REVIEWED = CardDecisions(_review, _reviewed_card)
step_sheet = sheet_reducer(REVIEWED)
"""Of a reviewer."""
