"""What the queue and the canvas answered to a reviewer at a contact sheet."""

from __future__ import annotations

from dataclasses import replace

from tui.model.review import Verdict
from tui.model.task import Lease
from tui.sitting import inputs as i
from tui.sitting import sheet_walk as walk
from tui.sitting.effects import Effect, Note, Release, Renew, Take, WantSheet
from tui.sitting.sheet_state import Card, SheetState, group_of

Result = tuple[SheetState, tuple[Effect, ...]]


def answer(state: SheetState, event: i.Input, at: float) -> Result:
    match event:
        case i.Shown(serial):
            if serial != state.serial or not state.cards:
                return state, ()
            state = replace(state, seen=True, mark=at)
            return state, (Note("shown", {"sheet": [c.task.id for c in state.cards], "serial": serial}),)
        case i.Claimed(leases, _, totals):
            return _claimed(state, leases, totals)
        case i.Saved():
            return _saved(state, event)
        case i.Failed():
            return _failed(state, event)
        case i.TakenBack():
            return _taken_back(state, event)
        case i.Recalled(task_id, past):
            here = state.enlarged and state.card is not None and state.card.task.id == task_id
            return (replace(state, recalled=past) if here else state), ()
        case i.Taken(task_id, lease):
            return _taken(state, task_id, lease)
        case i.Renewed(leases):
            held = {lease.task.id for lease in leases}
            return replace(state, ahead=tuple(x for x in state.ahead if x.task.id in held)), ()
        case i.Tick():
            return _tick(state, at)
        case _:
            return state, ()


def _claimed(state: SheetState, leases: tuple[Lease, ...], totals: i.Totals | None) -> Result:
    known = {lease.task.id for lease in state.ahead} | {card.task.id for card in state.cards}
    fresh = tuple(lease for lease in leases if lease.task.id not in known)
    if state.quitting:
        return replace(state, claiming=False), (Release(fresh),) if fresh else ()
    state = replace(
        state,
        claiming=False,
        ended=not fresh,
        ahead=(*state.ahead, *fresh),
        totals=totals or state.totals,
    )
    if state.cards:
        return state, (WantSheet(tuple(x.task for x in state.ahead[: state.size])),)
    return walk.next_sheet(state)


def _saved(state: SheetState, event: i.Saved) -> Result:
    write = next((w for w in state.pending if w.request_id == event.request_id), None)
    if write is None:
        return state, ()
    accepted = write.verdict is Verdict.ACCEPT
    state = replace(
        state,
        pending=tuple(w for w in state.pending if w is not write),
        accepted=state.accepted + accepted,
        rejected=state.rejected + (not accepted),
        totals=event.totals or state.totals,
    )
    note = Note("durable", {"task": event.task.id, "request": event.request_id})
    if state.quitting:
        state, effects = walk.leave(state)
        return state, (note, *effects)
    return state, (note,)


def _failed(state: SheetState, event: i.Failed) -> Result:
    """A verdict that could not be saved comes back as a sheet of its own, so that it can be given again."""
    if event.request_id in state.undoing:
        left = tuple(r for r in state.undoing if r != event.request_id)
        return replace(state, undoing=left).say(f"Not taken back: {event.message}", "error"), ()
    write = next((w for w in state.pending if w.request_id == event.request_id), None)
    if write is None:
        state = replace(state, claiming=False, ended=True) if not event.request_id else state
        return state.say(event.message, "error"), ()
    state = replace(state, pending=tuple(w for w in state.pending if w is not write), quitting=False)
    text = f"Not saved: {event.message}"
    if event.current is not None:
        saw = group_of(write.task) or "nothing"
        now = group_of(event.current) or str(event.current.state)
        text = f"{event.message} You had seen: {saw}. Now it is: {now}."
    if event.lasting or write.lease is None:
        return state.say(text, "error"), ()
    back = Card(write.task, write.lease, write.verdict is Verdict.REJECT, write.reason, write.comment)
    if state.retry:
        state = replace(state, cards=(*state.cards, back))
    else:
        state = replace(
            state, cards=(back,), ahead=walk.all_leases(state), cursor=0, retry=True, past=state.past[:-1]
        )
    state, effects = walk.shown(state)
    return state.say(f"{text} R tries again.", "error"), effects


def _taken_back(state: SheetState, event: i.TakenBack) -> Result:
    """An undo: the sheet that it belongs to comes back; one of an earlier sitting as a sheet of its own."""
    state = replace(
        state,
        undoing=tuple(r for r in state.undoing if r != event.request_id),
        totals=event.totals or state.totals,
    )
    if event.task is None:
        return state.say("There is nothing left to take back."), ()
    ahead = walk.all_leases(state)
    mine = bool(state.past) and any(card.task.id == event.task.id for card in state.past[-1])
    if mine:
        cards = tuple(replace(card, lease=None) for card in state.past[-1])
        state = replace(state, past=state.past[:-1])
    else:
        cards = (Card(event.task, event.lease),)
    state = replace(state, cards=cards, ahead=ahead, cursor=0, enlarged=False, retry=False)
    state, effects = walk.shown(state)
    takes = tuple(Take(card.task.id) for card in cards if card.lease is None)
    return state.say("Taken back.", "good"), (*takes, *effects)


def _taken(state: SheetState, task_id: int, lease: Lease | None) -> Result:
    for n, card in enumerate(state.cards):
        if card.task.id != task_id or card.lease is not None:
            continue
        if lease is not None:
            return state.with_card(n, replace(card, task=lease.task, lease=lease)), ()
        cards = (*state.cards[:n], *state.cards[n + 1 :])
        state = replace(state, cards=cards, cursor=min(state.cursor, max(len(cards) - 1, 0)))
        state, effects = walk.shown(state) if cards else walk.next_sheet(state)
        return state.say("Somebody else took one of these pictures."), effects
    return state, (Release((lease,)),) if lease is not None else ()


def _tick(state: SheetState, at: float) -> Result:
    leases = walk.all_leases(state)
    if not leases or at - state.renewed < state.rules.ttl / 3:
        return state, ()
    return replace(state, renewed=at), (Renew(leases),)
