"""A contact sheet, as a pure reducer: the pictures that differ are taken out, one key decides all of them at once.

What one card's decision is, is a parameter: a reviewer rejects what is taken out and accepts the others. All writes of a
sheet are of one stroke, so that one undo takes all of it back. Nothing is decided that was not shown: keys count only
after the fence that follows the sheet was answered, and the one that accepts a moment later, so that nobody accepts two
sheets for one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import assert_never

from tui.model.review import Verdict
from tui.sitting import inputs as i
from tui.sitting import sentences
from tui.sitting import sheet_cards as cards
from tui.sitting import sheet_walk as walk
from tui.sitting.decide import TAKING_BACK
from tui.sitting.effects import Claim, DecisionWrite, Note, Review, Take, Undo, held_key
from tui.sitting.reducer import Reducer
from tui.sitting.sheet_answers import sheet_answers
from tui.sitting.sheet_state import Card, CardDecisions, SheetResult, SheetState
from tui.sitting.state import (
    Confirming,
    ConfirmingLeave,
    Fixing,
    Leaving,
    Looking,
    Over,
    Rejecting,
    Sitting,
    SittingRules,
    TakenOut,
)
from tui.text import counted

LEAST_LOOK = 0.8
"""Seconds for which a sheet must have been there before it is accepted."""
FIRST_A_LETTER = "A digit says why a picture is taken out: its letter comes first."


def begin_sheet(rules: SittingRules, grids: i.Grids, letters: str, at: float = 0.0) -> SheetResult:
    """A new sitting at contact sheets, which asks for two sheets. `grids`, `letters`: as in the state, a letter for each
    card of the largest; `at`: now, in monotonic seconds."""
    state = SheetState(Sitting.of(rules, at), grids, letters, aside=rules.marks)
    return state, (Claim(2 * state.size),)


def _canvas(state: SheetState, incoming: i.CanvasInput, at: float) -> SheetResult:
    match incoming:
        case i.SeenOnScreen(serial):
            return _seen(state, serial, at)
        case i.Broken():
            return state.say(f"This picture cannot be shown whole: {incoming.reason}", "warn"), ()
        case i.Resized(grids):
            return walk.resized(state, grids)
        case i.Covered(covered):
            return walk.cover(state, covered)
        case _:
            assert_never(incoming)


def _seen(state: SheetState, serial: int, at: float) -> SheetResult:
    """The terminal answered that it is on the screen; of a sheet the first time counts."""
    sitting = state.sitting.saw(serial, at)
    if sitting is None or not state.cards:
        return state, ()
    tasks = [card.task.id for card in state.cards]
    if not state.enlarged and not state.in_sight:
        state = replace(state, looked=(frozenset(tasks), at))
    return replace(state, sitting=sitting), (Note("shown", {"sheet": tasks, "serial": serial}),)


def _key(decisions: CardDecisions, state: SheetState, incoming: i.WorkKey, at: float) -> SheetResult:
    state, effects = _mode_key(decisions, state, incoming, at)
    return cards.with_refused(state), effects


def _mode_key(decisions: CardDecisions, state: SheetState, incoming: i.WorkKey, at: float) -> SheetResult:
    """A key whose meaning depends on what is half done."""
    if state.sitting.leaving and not isinstance(incoming, i.QuitKey | i.CancelKey):
        return walk.waiting_to_leave(state), ()
    if isinstance(incoming, i.Touch):
        return state, ()
    if isinstance(incoming, i.MoveCursor):
        return cards.moved(state, incoming.right, incoming.down)
    mode = state.mode
    match mode:
        case ConfirmingLeave():
            if isinstance(incoming, i.QuitKey):
                return walk.leave(state.in_mode(Leaving(incoming.then)))
            if isinstance(incoming, i.AcceptShownKey):
                return state.in_mode(Looking()).say(_stayed(state)), ()
            return _plain_key(decisions, state.in_mode(Looking()), incoming, at)
        case Rejecting():
            return cards.reason(state, incoming)
        case TakenOut() if isinstance(incoming, i.ReasonKey | i.Comment | i.Confirm | i.CancelKey):
            return cards.in_hand(state, incoming), ()
        case Looking() | TakenOut() | Leaving():
            return _plain_key(decisions, state, incoming, at)
        case Fixing() | Confirming() | Over():
            return state, ()
        case _:
            assert_never(mode)


def _plain_key(decisions: CardDecisions, state: SheetState, incoming: i.WorkKey, at: float) -> SheetResult:
    if isinstance(incoming, i.NoKey):
        return state.say(sentences.no_key(incoming, state)), ()
    if isinstance(incoming, i.SheetWorkKey):
        return _work_key(decisions, state, incoming, at)
    if isinstance(incoming, i.SheetKey) and not isinstance(incoming, i.MoveCursor):
        return cards.sheet_key(state, incoming, at)
    return state, ()


def _work_key(
    decisions: CardDecisions, state: SheetState, incoming: i.SheetWorkKey, at: float
) -> SheetResult:
    """Keys that mean much the same at other work."""
    match incoming:
        case i.RejectKey():
            return (
                (state.in_mode(Rejecting()), ())
                if state.in_sight
                else (
                    cards.not_seen(state, state.cursor),
                    (),
                )
            )
        case i.ReasonKey():
            return (state, ()) if state.refused_letters else (state.say(FIRST_A_LETTER), ())
        case i.AcceptShownKey():
            return _decided(decisions, state, at)
        case i.UndoKey():
            return _undo(state)
        case i.QuitKey(then):
            return _left(state, then)
        case i.CancelKey():
            return _cancelled(state)
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


def _left(state: SheetState, then: i.Then) -> SheetResult:
    """`q`: verdicts that are not saved must be tried again or given up before; what is taken out and would be lost is
    asked about once."""
    if not state.retry and then == "ends" and state.marks:
        question = f"{len(state.marks)} taken out and not decided: {{app.quit}} again leaves without, {{app.cancel}} stays."
        return state.in_mode(ConfirmingLeave(question)).say(question, "warn"), ()
    if not state.retry:
        return walk.leave(state.in_mode(Leaving(then)))
    return replace(state, sitting=state.sitting.staying()).say(_not_saved(state), "error"), ()


def _stayed(state: SheetState) -> str:
    """The key that accepts, as the answer to the question whether to leave, decides nothing: who means yes would not mean
    all these pictures."""
    return f"Nothing was decided: {{sheet.accept}} again decides {counted(len(state.cards), 'picture')}."


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


def _decided(decisions: CardDecisions, state: SheetState, at: float) -> SheetResult:
    """All cards of the sheet are decided, in one stroke."""
    if state.closing:
        return state, ()
    if not state.cards and not state.sitting.claiming:
        return walk.claim_again(state)
    sitting, repeats = state.sitting.press("R", at)
    state = replace(state, sitting=sitting)
    if repeats:
        return state.say(sentences.held(state.sitting.traced), "good"), (held_key(),)
    why = _refusal(state, at)
    if not why and state.refused_letters:
        rest = len(state.cards) - state.marked
        accepts = f"accepts {rest if state.marked else f'all {rest}'}"
        why = f"{cards.refused_words(state)}; {{sheet.accept}} again {accepts}."
        state = replace(state, refused=())
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
    sitting = sitting.with_pending(*writes)
    told = decisions.told(state.cards)
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


def _told(cards: tuple[Card, ...]) -> str:
    out = sum(card.marked for card in cards)
    return sentences.sheet_trace(len(cards) - out, out)


def _refusal(state: SheetState, at: float) -> str:
    """Why the sheet in front cannot be decided now, '' when it can."""
    reasons = (
        (not state.cards, "The next sheet is on its way."),
        (
            state.enlarged,
            "One picture is enlarged, and all of them are decided at once: {sheet.enlarge} shows the sheet.",
        ),
        (not (state.in_sight and state.sitting.seen), cards.NOT_SEEN),
        (
            at - state.looked[1] < LEAST_LOOK,
            "Not yet: this sheet has just come. Look at it, then press the key again.",
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


REVIEWED = CardDecisions(_review, _reviewed_card, _told)
step_sheet = sheet_reducer(REVIEWED)
"""Of a reviewer."""
