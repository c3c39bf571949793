"""What keys and clicks do with the cards of a contact sheet: the cursor moves, cards are taken out with a reason, and put
back. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from tui.sitting import inputs as i
from tui.sitting import sentences
from tui.sitting import sheet_walk as walk
from tui.sitting.effects import held_key
from tui.sitting.sheet_state import SheetResult, SheetState
from tui.sitting.state import Looking, TakenOut

NOT_SEEN = "Not yet: the sheet was not shown when the key was pressed."


def sheet_key(
    state: SheetState, incoming: i.MarkCard | i.LetterKey | i.ClickCard | i.Enlarge, at: float
) -> SheetResult:
    """Keys and clicks that are about one card."""
    match incoming:
        case i.MarkCard():
            return _turned(state, state.cursor, "space", at)
        case i.LetterKey(letter):
            number = state.letters.find(letter)
            if number >= len(state.cards):
                return state.say(f"There is no picture {letter}."), ()
            return _turned(state, number, letter, at)
        case i.ClickCard(number) if number == state.cursor:
            return _turned(state, number, "", at)
        case i.ClickCard(number):
            return (_at(state, number), ()) if number < len(state.cards) else (state, ())
        case i.Enlarge():
            return walk.enlarged(state, not state.enlarged)
        case _:
            assert_never(incoming)


def _turned(state: SheetState, number: int, key: str, at: float) -> SheetResult:
    """The card with this number is taken out and in hand, or put back."""
    if not state.in_sight:
        return not_seen(state, number), ()
    sitting, repeats = state.sitting.press(key, at)
    state = replace(state, sitting=sitting)
    if repeats:
        return state, (held_key(),)
    card, moved = state.cards[number], number != state.cursor
    out = not card.marked
    state = replace(state, refused=tuple(task for task in state.refused if task != card.task.id))
    state = _at(state, number).with_card(number, replace(card, marked=out, reason="", comment=""))
    state = state.in_mode(TakenOut() if out else Looking())
    return walk.enlarged(state, True) if state.enlarged and moved else (state, ())


def _at(state: SheetState, number: int) -> SheetState:
    """The cursor on another card; nothing is in hand."""
    return replace(state, cursor=number).in_mode(
        Looking() if isinstance(state.mode, TakenOut) else state.mode
    )


def not_seen(state: SheetState, number: int) -> SheetState:
    """Why the card with this number is not taken out: it is told until the sheet is decided, or the card is taken out."""
    if not state.cards:
        return state
    return replace(state, refused=(*state.refused, state.cards[number].task.id))


def refused_words(state: SheetState) -> str:
    """What was not taken out; '' for nothing."""
    letters = ", ".join(state.refused_letters)
    was = "were" if len(state.refused_letters) > 1 else "was"
    return f"{letters} {was} not taken out: the sheet was not shown yet" if letters else ""


def with_refused(state: SheetState) -> SheetState:
    """The same with a word on what was not taken out, where nothing else is said."""
    if not state.refused_letters or state.sitting.message is not None or state.sitting.leaving:
        return state
    return state.say(f"{refused_words(state)}.", "warn")


def in_hand(state: SheetState, incoming: i.ReasonKey | i.Comment | i.Confirm | i.CancelKey) -> SheetState:
    """Why the card in hand was taken out, or no reason; or it is put back."""
    match incoming:
        case i.ReasonKey() | i.Comment():
            return _with_reason(state, incoming, (state.cursor,))
        case i.Confirm():
            return state.in_mode(Looking())
        case i.CancelKey():
            card = replace(state.cards[state.cursor], marked=False)
            return state.with_card(state.cursor, card).in_mode(Looking())
        case _:
            assert_never(incoming)


def _with_reason(state: SheetState, said: i.ReasonKey | i.Comment, numbers: Sequence[int]) -> SheetState:
    """The cards with these numbers are taken out for a reason of the project or in words."""
    reasons, reason, comment = state.rules.reasons, "", ""
    if isinstance(said, i.Comment):
        comment = said.text
    elif 1 <= said.number <= len(reasons):
        reason = reasons[said.number - 1]
    else:
        return state.say(f"There is no reason {said.number}; {len(reasons)} is the last.", "warn")
    return _taken_out(state, numbers, reason, comment)


def _taken_out(state: SheetState, numbers: Sequence[int], reason: str = "", comment: str = "") -> SheetState:
    for n in numbers:
        state = state.with_card(n, replace(state.cards[n], marked=True, reason=reason, comment=comment))
    return state.in_mode(Looking())


def moved(state: SheetState, right: int, down: int) -> SheetResult:
    """The cursor goes over the rows like text; it stops at both ends."""
    if not state.cards:
        return state, ()
    to = min(max(state.cursor + right + down * state.grid[0], 0), len(state.cards) - 1)
    state = _at(state, to)
    return walk.enlarged(state, True) if state.enlarged else (state, ())


def reason(state: SheetState, incoming: i.WorkKey) -> SheetResult:
    """After `x`: the reason for what is taken out without one, else for the card at the cursor."""
    bare = [n for n, card in enumerate(state.cards) if card.marked and not (card.reason or card.comment)]
    numbers = bare or [state.cursor]
    match incoming:
        case i.ReasonKey() | i.Comment():
            return _with_reason(state, incoming, numbers), ()
        case i.Confirm():
            return _taken_out(state, numbers), ()
        case i.CancelKey():
            return state.in_mode(Looking()), ()
        case _:
            return state.say(sentences.asks_reason("takes out")), ()
