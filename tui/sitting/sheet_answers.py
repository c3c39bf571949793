"""What the queue answered at a contact sheet."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import assert_never

from tui.model.task import Lease, Task
from tui.sitting import inputs as i
from tui.sitting import sentences
from tui.sitting import sheet_walk as walk
from tui.sitting.effects import DecisionWrite, Note, Release, Take
from tui.sitting.reducer import AnswerTable
from tui.sitting.seeking import FileLooked, Found, Opened
from tui.sitting.sheet_state import Card, CardDecisions, SheetResult, SheetState, group_of


def _looked_up(state: SheetState, answer: i.LookupAnswer) -> SheetResult:
    match answer:
        case i.Recalled(task_id, past):
            here = state.enlarged and state.card is not None and state.card.task.id == task_id
            return (replace(state, recalled=past) if here else state), ()
        case i.EarlierWork() | i.Picked() | Found() | Opened() | FileLooked():
            return state, ()
        case _:
            assert_never(answer)


def _claimed(state: SheetState, incoming: i.Claimed) -> SheetResult:
    fresh = state.sitting.fresh(incoming.leases, {card.task.id for card in (*state.cards, *state.unsaved)})
    sitting = state.sitting.claimed(incoming)
    if sitting.leaving:
        state, effects = _if_leaving(replace(state, sitting=sitting))
        return state, (Release(fresh), *effects) if fresh else effects
    was_closing = state.closing
    first = not (state.sitting.serial or sitting.ahead)
    ahead = walk.from_place(state, fresh) if first else (*sitting.ahead, *fresh)
    sitting = replace(sitting, ended=not fresh, ahead=ahead)
    state = replace(state, sitting=sitting)
    if was_closing and not sitting.ahead:
        return state, ()
    if state.cards:
        return state, (walk.want(state),)
    state, effects = walk.next_sheet(state)
    return (walk.with_cursor_at(state, state.rules.at) if first else state), effects


def _saved(decisions: CardDecisions, state: SheetState, incoming: i.Saved, at: float) -> SheetResult:
    sitting, write = state.sitting.without_pending(incoming.request_id)
    if not isinstance(write, DecisionWrite):
        return state, ()
    state = replace(state, sitting=sitting.with_totals(incoming.totals))
    note = Note("durable", {"task": incoming.task.id, "request": incoming.request_id})
    state, effects = _if_leaving(state)
    return state, (note, *effects)


def _if_leaving(state: SheetState) -> SheetResult:
    """After an answer: it ends, where that was the last one that leaving waited for."""
    return walk.leave(state) if state.sitting.leaving else (state, ())


def _failed(decisions: CardDecisions, state: SheetState, incoming: i.Failed) -> SheetResult:
    """A claim, an undo or a verdict failed."""
    if not incoming.request_id:
        return _claim_failed(state, incoming.message)
    sitting, write = state.sitting.without_pending(incoming.request_id)
    if write is None:
        return state, ()
    state = replace(state, sitting=sitting.staying())
    if isinstance(write, DecisionWrite):
        return _not_saved(state, decisions.card(write), incoming)
    return state.say(f"Not taken back: {incoming.message}", "error"), ()


def _claim_failed(state: SheetState, message: str) -> SheetResult:
    state = replace(state, sitting=replace(state.sitting, claiming=False, ended=False))
    if state.sitting.leaving:
        return _if_leaving(state)
    return state.say(f"{message} {{sheet.accept}} tries again.", "error"), ()


def _not_saved(state: SheetState, card: Card, incoming: i.Failed) -> SheetResult:
    """A verdict that could not be saved comes back as a sheet of its own, so that it can be given again."""
    text = _why_not_saved(card.task, incoming)
    if incoming.lasting or card.lease is None:
        return state.say(text, "error"), (Release((card.lease,)),) if card.lease is not None else ()
    state = replace(state, sitting=state.sitting.moved_on())
    if state.retry:
        state = state.with_unsaved((*state.cards, *state.unsaved, card))
    else:
        state = state.laid_aside(state.cards)
        state = replace(state, cursor=0, past=state.past[:-1]).with_unsaved((card,))
    state, effects = walk.shown(state)
    return state.say(f"{text} {{sheet.accept}} tries again.", "error"), effects


def _why_not_saved(task: Task, incoming: i.Failed) -> str:
    """A sentence; both versions where somebody else was faster."""
    if incoming.current is None:
        return f"Not saved: {incoming.message}"
    saw = group_of(task) or "nothing"
    now = group_of(incoming.current) or str(incoming.current.state)
    return f"{incoming.message} You had seen: {saw}. Now it is: {now}."


def _taken_back(state: SheetState, incoming: i.TakenBack) -> SheetResult:
    """An undo: the sheet that it belongs to comes back; one of an earlier sitting as a sheet of its own."""
    sitting, _ = state.sitting.without_pending(incoming.request_id)
    state = replace(state, sitting=sitting.with_totals(incoming.totals))
    if incoming.task is None:
        return _if_leaving(state.say(sentences.nothing_left(again=False)))
    if state.retry:
        return _taken_back_behind(state, incoming.lease)
    state = replace(state, sitting=state.sitting.moved_on())
    state = _with_sheet_of(state.laid_aside(state.cards), Card(incoming.task, incoming.lease))
    told = _told_of(state, incoming)
    if state.sitting.leaving and not state.sitting.pending and not state.sitting.awaits_claim:
        return walk.leave(state)
    takes = tuple(Take(card.task.id) for card in state.cards if card.lease is None)
    state, effects = walk.shown(replace(state, cursor=0, enlarged=False, retry=False))
    state, ending = _if_leaving(state.say(told))
    return state, (*takes, *effects, *ending)


def _told_of(state: SheetState, incoming: i.TakenBack) -> str:
    """Which sheet came back, or which picture of an earlier sitting."""
    assert incoming.task is not None
    if len(state.cards) == 1 and incoming.was is not None:
        return sentences.taken_back(incoming.task, incoming.was, state.rules.titles, again=False)
    return sentences.sheet_taken_back(len(state.cards) - state.marked, state.marked)


def _taken_back_behind(state: SheetState, lease: Lease | None) -> SheetResult:
    """Verdicts that are not saved stay in front; what was taken back comes after them, with a new claim."""
    sitting = state.sitting
    leases = (lease,) if lease is not None else ()
    state = replace(state, sitting=replace(sitting, ahead=(*leases, *sitting.ahead), ended=False))
    return state.say("Taken back; it comes after the verdicts that are not saved.", "warn"), ()


def _with_sheet_of(state: SheetState, card: Card) -> SheetState:
    """The latest sheet in front, to be taken up again, if the card is of it, whose lease is there; else the card alone."""
    latest = state.past[-1] if state.past else ()
    if all(each.task.id != card.task.id for each in latest):
        return replace(state, cards=(card,))
    cards = tuple(
        replace(each, task=card.task, lease=card.lease)
        if each.task.id == card.task.id
        else replace(each, lease=None)
        for each in latest
    )
    return replace(state, cards=cards, past=state.past[:-1])


def _taken(state: SheetState, incoming: i.Taken) -> SheetResult:
    """A card's lease is ours again; or the card goes, when it is somebody else's."""
    number, lease = state.number_of(incoming.task_id), incoming.lease
    if number is None:
        return _taken_behind(state, lease)
    if lease is not None:
        return state.with_card(number, replace(state.cards[number], task=lease.task, lease=lease)), ()
    return _without_card(state, number, "Somebody else took one of these pictures.")


def _take_failed(state: SheetState, incoming: i.TakeFailed) -> SheetResult:
    """Whether a card may be decided is not known: `R` asks once more, where that can help."""
    number = state.number_of(incoming.task_id)
    if number is None:
        return state, ()
    if incoming.lasting:
        return _without_card(state, number, incoming.message)
    return state.say(f"Not taken up again: {incoming.message} {{sheet.accept}} tries again.", "error"), ()


def _without_card(state: SheetState, number: int, why: str) -> SheetResult:
    cards = (*state.cards[:number], *state.cards[number + 1 :])
    state = replace(state, cards=cards, cursor=min(state.cursor, max(len(cards) - 1, 0)))
    state, effects = walk.shown(state) if cards else walk.next_sheet(state)
    return state.say(why), effects


def _taken_behind(state: SheetState, lease: Lease | None) -> SheetResult:
    """What left the sheet before its lease was ours again comes next: a plan names no picture twice."""
    held = {card.task.id for card in (*state.cards, *state.unsaved)}
    fresh = state.sitting.fresh((lease,) if lease is not None else (), held)
    state = state.with_ahead((*fresh, *state.sitting.ahead))
    return (state, ()) if state.cards or not fresh else walk.next_sheet(state)


def _renewed(state: SheetState, incoming: i.Renewed) -> SheetResult:
    """Leases ahead that were lost are not reached any more."""
    state = state.forgetting(x.task.id for x in state.sitting.ahead if x.task.id in incoming.lost)
    return state.with_ahead(tuple(x for x in state.sitting.ahead if x.task.id not in incoming.lost)), ()


def _more(state: SheetState, incoming: i.MoreTasks) -> SheetResult:
    """Others added or gave back tasks: where no sheet is in front, that goes on with them."""
    return (state, ()) if state.cards else walk.claim_again(state)


def _no_draft(state: SheetState, answer: i.DraftAnswer) -> SheetResult:
    """There is no unfinished work at contact sheets."""
    return state, ()


def sheet_answers(decisions: CardDecisions) -> AnswerTable[SheetState]:
    """What contact sheets make of the queue's answers, where cards are decided like this."""
    return AnswerTable(
        partial(_saved, decisions),
        partial(_failed, decisions),
        _taken_back,
        _claimed,
        _taken,
        _take_failed,
        _renewed,
        _more,
        _looked_up,
        _no_draft,
    )
