"""Going from sheet to sheet: what is shown, what is claimed, how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from tui.model.task import Lease
from tui.sitting.effects import Claim, Recall, Show, ShowSheet, Want, WantSheet
from tui.sitting.inputs import Grids
from tui.sitting.sheet_state import SheetResult, SheetState, group_of


def next_sheet(state: SheetState) -> SheetResult:
    """The next sheet in front: as many as fit of what lies ahead and belong together."""
    ahead = state.sitting.ahead
    if not state.cards and state.unsaved:
        state = replace(state.with_unsaved(state.unsaved), cursor=0)
    elif not state.cards and ahead:
        leases = _next_group(state)
        state = state.with_ahead(ahead[len(leases) :]).laid_out(leases)
    state, asked = claim(state)
    state, effects = shown(replace(state, sitting=state.sitting.moved_on(), enlarged=False))
    return state, (*asked, *effects)


def _next_group(state: SheetState) -> tuple[Lease, ...]:
    """What comes on the next sheet."""
    return one_sheet(state.sitting.ahead, state.size)


def one_sheet(leases: Sequence[Lease], size: int) -> tuple[Lease, ...]:
    """What stands on one sheet of at most `size`, the first of these: pictures of one label; of labels that have less than
    half a sheet each, as many as fit whole, since whoever looks at one picture after the other needs no sheet."""
    groups = [tuple(group) for _, group in groupby(leases[:size], key=lambda lease: group_of(lease.task))]
    found = groups[0] if groups else ()
    if 2 * len(found) >= size:
        return found
    for group in groups[1:]:
        if 2 * len(group) >= size or _goes_on(group, leases[size : size + 1]):
            break
        found += group
    return found


def _goes_on(group: Sequence[Lease], rest: Sequence[Lease]) -> bool:
    """Whether there is more of a label than fits."""
    return bool(rest) and group_of(group[-1].task) == group_of(rest[0].task)


def from_place(state: SheetState, leases: Sequence[Lease]) -> tuple[Lease, ...]:
    """The leases of the first claim, from the sheet on that holds the picture to begin with; those before it come last."""
    start, rest = 0, tuple(leases)
    while (sheet := one_sheet(rest, state.size)) and all(lease.task.id != state.rules.at for lease in sheet):
        start, rest = start + len(sheet), rest[len(sheet) :]
    return (*rest, *leases[:start]) if rest else tuple(leases)


def with_cursor_at(state: SheetState, task_id: int | None) -> SheetState:
    """The same with the cursor on this task, where that is on the sheet."""
    number = None if task_id is None else state.number_of(task_id)
    return state if number is None else replace(state, cursor=number)


def claim(state: SheetState) -> SheetResult:
    """Keep a whole sheet claimed ahead."""
    sitting = state.sitting
    if sitting.ended or len(sitting.ahead) >= state.size:
        return state, ()
    return claim_again(state)


def claim_again(state: SheetState) -> SheetResult:
    """Ask for as much as is missing, also when there was nothing the last time."""
    sitting = state.sitting
    if sitting.claiming or sitting.leaving:
        return state, ()
    claiming = replace(state, sitting=replace(sitting, claiming=True))
    return claiming, (Claim(2 * state.size - len(sitting.ahead)),)


def shown(state: SheetState) -> SheetResult:
    """Show what stands in front now, and name what comes next."""
    sitting = state.sitting.with_next_serial()
    state = replace(state, sitting=sitting, recalled=())
    if sitting.covered or (not state.cards and sitting.ended):
        return state, (Show(None, sitting.serial),)
    if not state.cards:
        return state, ()
    if state.enlarged:
        here = state.cards[state.cursor].task
        near = [c.task for c in state.cards[state.cursor + 1 : state.cursor + 3]]
        return state, (Show(here, sitting.serial), Want(tuple(near)), Recall(here.id))
    tasks = tuple(card.task for card in state.cards)
    return state, (ShowSheet(tasks, sitting.serial, *state.grid), want(state))


def want(state: SheetState) -> WantSheet:
    """The next sheet, as far as it is claimed."""
    coming = tuple(lease.task for lease in _next_group(state))
    return WantSheet(coming, *state.grid_of(len(coming)))


def enlarged(state: SheetState, on: bool) -> SheetResult:
    """The card at the cursor fills the canvas, or the sheet comes back."""
    if not state.cards:
        return state, ()
    return shown(replace(state, enlarged=on))


def resized(state: SheetState, grids: Grids) -> SheetResult:
    """Another canvas: what no longer fits goes back in front of what lies ahead, undecided; what could not be saved stays
    so."""
    if grids == state.grids:
        return state, ()
    if state.retry:
        state = replace(state, grids=grids)
        return shown(state.with_unsaved((*state.cards, *state.unsaved)))
    kept, rest = state.cards[: len(grids)], state.cards[len(grids) :]
    cursor = min(state.cursor, max(len(kept) - 1, 0))
    state = replace(state, grids=grids, cards=kept, cursor=cursor).laid_aside(rest)
    return shown(state) if kept else (state, ())


def cover(state: SheetState, covered: bool) -> SheetResult:
    """Too small, or large enough again: what was seen before must be seen anew."""
    sitting = state.sitting.covering(covered)
    return shown(replace(state, sitting=sitting)) if sitting is not None else (state, ())


def leave(state: SheetState) -> SheetResult:
    """Leaving: when all verdicts are durable, give back what was not decided and end."""
    if state.sitting.pending or state.sitting.awaits_claim:
        return waiting_to_leave(state), ()
    sitting, effects = state.sitting.ending(state.leases)
    return replace(state, sitting=sitting), effects


def waiting_to_leave(state: SheetState) -> SheetState:
    """It ends when all verdicts are durable, and says for what it waits."""
    return replace(state, sitting=state.sitting.waiting("verdict", len(state.sitting.pending)))
