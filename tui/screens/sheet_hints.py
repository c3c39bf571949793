"""What the key line says at contact sheets and in an audit: functions of their states and the key table."""

from __future__ import annotations

from typing import assert_never

from tui.screens.hints import back, everywhere, help_key, leaving_keys, moves, plain, reason_keys, told
from tui.screens.keys import KeyTable
from tui.sitting.audit import AuditState
from tui.sitting.sheet_state import SheetState
from tui.sitting.state import (
    Confirming,
    ConfirmingLeave,
    Fixing,
    Leaving,
    Looking,
    Over,
    Rejecting,
    TakenOut,
)
from tui.widgets.key_line import Hint, ModeKeys, Role

FEW_LETTERS = 4
"""Letters of pictures that are named one by one where some between them mean something else."""


def sheet_keys(state: SheetState, table: KeyTable) -> ModeKeys:
    """A sheet, one picture of it enlarged or in hand, or in the middle of a verdict."""
    mode = state.mode
    match mode:
        case Rejecting():
            return reason_keys(table, len(state.rules.reasons), "sheet.comment")
        case TakenOut():
            return _in_hand_keys(state, table)
        case ConfirmingLeave():
            return _asked_to_leave(table)
        case Leaving():
            return leaving_keys(table)
        case Looking() | Fixing() | Confirming() | Over():
            return _on_sheet(state, table)
        case _:
            assert_never(mode)


def _asked_to_leave(table: KeyTable) -> ModeKeys:
    """Something is taken out and not decided."""
    leaves = told(table, "leave without", Role.FINISHES, "app.quit")
    return ModeKeys(
        "Leave without what is taken out?", (leaves, back(table, "stay"), *help_key(table)), "sheet"
    )


def _in_hand_keys(state: SheetState, table: KeyTable) -> ModeKeys:
    """A picture was just taken out."""
    why, back = (
        reason_keys(table, len(state.rules.reasons), "sheet.comment").hints,
        state.letters[state.cursor],
    )
    again = Hint((back,), "put back", Role.TAKES_BACK)
    kept = [hint for hint in why if hint.command != "app.cancel"]
    return ModeKeys("A picture is taken out: why?", (*kept, again), "sheet")


def _on_sheet(state: SheetState, table: KeyTable) -> ModeKeys:
    undo = plain(table, Role.TAKES_BACK, "sheet.undo")
    single = plain(table, Role.ELSEWHERE, "sheet.single", "sheet.guidelines")
    if state.closing:
        leaves = told(table, "quit", Role.FINISHES, "app.quit")
        return ModeKeys("The end", (leaves, *undo, *single, *help_key(table)), "sheet")
    letters = state.letters[: len(state.cards)]
    if state.enlarged:
        letters = letters[state.cursor]
    out = state.enlarged and state.card is not None and state.card.marked
    takes_out = Hint((letters,), "put back", Role.CHANGES) if out else _takes_out(letters)
    marks = [takes_out, *plain(table, Role.CHANGES, "sheet.reject")]
    if state.enlarged:
        whole = told(table, "whole sheet", Role.FINISHES, "sheet.enlarge")
        steps = told(table, "before, next", Role.CHANGES, "sheet.left", "sheet.right")
        return ModeKeys(
            "One picture of a sheet", (whole, *marks, steps, *undo, *single, *everywhere(table)), "sheet"
        )
    if state.retry:
        again = told(table, "try again", Role.FINISHES, "sheet.accept")
        return ModeKeys(
            "Verdicts are not saved",
            (again, *marks, back(table, "give them up"), *everywhere(table)),
            "sheet",
        )
    hints = (
        *plain(table, Role.FINISHES, "sheet.accept"),
        takes_out,
        *plain(table, Role.CHANGES, "sheet.enlarge", "sheet.reject"),
        moves(table, "sheet"),
        *undo,
        *single,
        *plain(table, Role.REST, "app.reload"),
        *everywhere(table),
    )
    return ModeKeys("A contact sheet", hints, "sheet")


def _takes_out(letters: str) -> Hint:
    """Those of the pictures: as a run where none is left out, a few one by one."""
    keys = tuple(letters)
    if "".join(chr(ord(letters[0]) + n) for n in range(len(letters))) == letters:
        return Hint(keys, "take out", Role.CHANGES, run=len(letters))
    return Hint(keys, "take out", Role.CHANGES, gaps=len(letters) > FEW_LETTERS)


def audit_keys(state: AuditState, table: KeyTable) -> ModeKeys:
    """The numbers, the pictures behind one of them, or one of these."""
    if state.opened is None:
        title, words, backs = "The numbers of an audit", "pictures", []
    elif state.enlarged:
        title, words, backs = "A picture behind a number", "all of them", [back(table)]
    else:
        title, words, backs = "Pictures behind a number", "enlarge", [back(table)]
    opens = told(table, words, Role.FINISHES, "audit.open")
    returns = plain(table, Role.CHANGES, "audit.send-back") if state.opened is not None else ()
    undo = plain(table, Role.TAKES_BACK, "audit.undo") if state.returned else ()
    return ModeKeys(
        title, (opens, moves(table, "audit"), *returns, *undo, *backs, *everywhere(table)), "audit"
    )
