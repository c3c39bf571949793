"""Going from sheet to sheet: what is shown, what is claimed, how it ends."""

from __future__ import annotations

from dataclasses import replace

from tui.model.task import Lease
from tui.sitting.effects import Claim, Effect, Quit, Recall, Release, Show, ShowSheet, Want, WantSheet
from tui.sitting.sheet_state import Card, SheetState, group_of

Result = tuple[SheetState, tuple[Effect, ...]]


def all_leases(state: SheetState) -> tuple[Lease, ...]:
    """All leases that are held: those of the sheet in front, then those ahead."""
    return (*(card.lease for card in state.cards if card.lease is not None), *state.ahead)


def next_sheet(state: SheetState) -> Result:
    """The next sheet in front: as many as fit of what lies ahead, all of one group."""
    if not state.cards and state.ahead:
        group, taken = group_of(state.ahead[0].task), 0
        for lease in state.ahead[: state.size]:
            if group_of(lease.task) != group:
                break
            taken += 1
        cards = tuple(Card(lease.task, lease) for lease in state.ahead[:taken])
        state = replace(state, cards=cards, ahead=state.ahead[taken:], cursor=0)
    state, asked = claim(state)
    state, effects = shown(replace(state, enlarged=False, rejecting=False))
    return state, (*asked, *effects)


def claim(state: SheetState) -> Result:
    if state.claiming or state.ended or len(state.ahead) >= state.size:
        return state, ()
    return replace(state, claiming=True), (Claim(2 * state.size - len(state.ahead)),)


def shown(state: SheetState) -> Result:
    """Show what stands in front now, and name what comes next."""
    state = replace(state, serial=state.serial + 1, seen=False, mark=None, recalled=())
    if not state.cards:
        return state, (Show(None, state.serial),) if state.ended else ()
    if state.enlarged:
        here = state.cards[state.cursor].task
        near = [c.task for c in state.cards[state.cursor + 1 : state.cursor + 3]]
        return state, (Show(here, state.serial), Want(tuple(near)), Recall(here.id))
    tasks = tuple(card.task for card in state.cards)
    coming = tuple(lease.task for lease in state.ahead[: state.size])
    return state, (ShowSheet(tasks, state.serial), WantSheet(coming))


def enlarged(state: SheetState, on: bool) -> Result:
    if not state.cards:
        return state, ()
    return shown(replace(state, enlarged=on))


def resized(state: SheetState, columns: int, rows: int) -> Result:
    """Another grid: what no longer fits goes back in front of what lies ahead, undecided."""
    if (columns, rows) == (state.columns, state.rows) or state.over:
        return state, ()
    kept, rest = state.cards[: columns * rows], state.cards[columns * rows :]
    leases = tuple(card.lease for card in rest if card.lease is not None)
    state = replace(
        state,
        columns=columns,
        rows=rows,
        cards=kept,
        ahead=(*leases, *state.ahead),
        cursor=min(state.cursor, max(len(kept) - 1, 0)),
    )
    return shown(state) if kept else (state, ())


def request_id(state: SheetState) -> tuple[SheetState, str]:
    number = state.requests + 1
    return replace(state, requests=number), f"{state.rules.prefix}-{number}"


def leave(state: SheetState) -> Result:
    """`q`: when all verdicts are durable, give back what was not decided and end."""
    if state.pending or state.undoing:
        return waiting(replace(state, quitting=True)), ()
    leases = all_leases(state)
    given: tuple[Effect, ...] = (Release(leases),) if leases else ()
    return replace(state, over=True, quitting=True, ahead=()), (*given, Quit())


def waiting(state: SheetState) -> SheetState:
    n = len(state.pending)
    return state.say(
        f"Waiting until {n} {'verdict is' if n == 1 else 'verdicts are'} safe, then it ends.", "warn"
    )
