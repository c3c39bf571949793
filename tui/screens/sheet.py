"""Reviewing on contact sheets: the wrong ones are taken out, all others accepted at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from string import ascii_lowercase, ascii_uppercase
from typing import assert_never

from tui.imaging.sheet import grids_for, slots
from tui.imaging.viewport import CellBox
from tui.keymap import normal
from tui.model.project import Label
from tui.model.scene import Scene
from tui.screens.keys import KeyTable
from tui.screens.mode import MakeInput, WorkHost
from tui.screens.parts import FrontPart, PicturePart
from tui.screens.sheet_hints import sheet_keys
from tui.screens.sheet_rows import (
    card_line,
    closing_lines,
    fetching_line,
    heading_row,
    reasons_line,
    sheet_scene,
    sheet_status,
)
from tui.screens.status import Situation, help_page
from tui.screens.walk_heads import leaving_head, reason_head
from tui.screens.walk_keys import reason_key
from tui.sitting import begin_sheet, step_sheet
from tui.sitting import inputs as i
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
from tui.widgets.canvas import Canvas
from tui.widgets.in_hand import InHand
from tui.widgets.key_line import ModeKeys
from tui.widgets.pages import closing_rows, middle
from tui.widgets.rows import EMPTY, MUTED, Row, row
from tui.widgets.status_line import Status
from tui.work.desk import Desk

HELP = (
    "A picture's letter takes it out, a digit then says why; the letter again puts it back. A click goes to a picture, "
    "a click on the one that the cursor is on is its letter. What is left is accepted all at once."
)


def grids_on(host: WorkHost, most: int = 99) -> i.Grids:
    """Columns and rows of sheets, by the number of their pictures, for the canvas as it is now; at most `most`."""
    caps = host.canvas.caps
    return grids_for(host.room(), caps.cell, most=most, coarse=caps.graphics.coarse)


def card_letters(table: KeyTable, labels: Iterable[Label]) -> str:
    """The letters that cards can have: those that mean nothing else on a sheet, whatever is in hand there."""
    labelled = {normal(label.key) for label in labels if label.key is not None}

    def free(letter: str) -> bool:
        means = table.command(letter) or table.digit(letter) or table.is_for(letter, "review.confirm")
        return not means and letter not in labelled

    return "".join(filter(free, ascii_lowercase + ascii_uppercase))


class SheetMode:
    """One sheet after the other, all pictures of one label."""

    inputs: Mapping[str, MakeInput] = {
        "sheet.accept": i.AcceptShownKey,
        "sheet.mark": i.MarkCard,
        "sheet.reject": i.RejectKey,
        "sheet.enlarge": i.Enlarge,
        "sheet.undo": i.UndoKey,
        "sheet.left": lambda: i.MoveCursor(-1, 0),
        "sheet.right": lambda: i.MoveCursor(1, 0),
        "sheet.up": lambda: i.MoveCursor(0, -1),
        "sheet.down": lambda: i.MoveCursor(0, 1),
    }
    has_column = False

    def __init__(self, host: WorkHost) -> None:
        self._host, rules = host, host.setup.rules
        letters = card_letters(host.table, host.project.labels)
        self._grids = partial(grids_on, host, len(letters))
        self.desk = Desk(
            lambda at: begin_sheet(rules, self._grids(), letters, at),
            step_sheet,
            host.clerk,
            host,
            host.setup.trace,
        )
        self.front: FrontPart = self
        self.picture = PicturePart(
            resized=lambda: host.put(i.Resized(self._grids())),
            pointed=self._pointed,
            scene=self._scene,
            message_row=self._message_row,
            heading=lambda width: heading_row(self.state, host.project, width),
        )
        self.help = partial(help_page, host.table, HELP)

    @property
    def state(self) -> SheetState:
        """The sheets as they are now."""
        return self.desk.state

    def key(self, key: str) -> bool:
        """What gives a reason, or the letter of a card."""
        mode, host = self.state.mode, self._host
        match mode:
            case Rejecting() | TakenOut() if reason_key(host, key, "sheet.comment"):
                return True
            case Rejecting() | TakenOut() | Looking() | Fixing() | Confirming():
                return self._card_key(key)
            case ConfirmingLeave() | Leaving() | Over():
                return self._card_key(key)
            case _:
                assert_never(mode)

    def _card_key(self, key: str) -> bool:
        digit = self._host.table.digit(key)
        if digit is not None and self.pictures():
            self._host.put(i.ReasonKey(digit))
        elif key in self.state.letters and self.pictures():
            self._host.put(i.LetterKey(key))
        else:
            return False
        return True

    def _pointed(self, event: Canvas.Pointer) -> bool:
        """A click on a card. The wheel does not zoom a sheet: what is accepted is in sight."""
        state, host = self.state, self._host
        if not state.cards or state.enlarged:
            return False
        if event.action == "down" and event.button == 1 and not host.key_layers:
            host.put(i.ClickCard(self._card_at(event)))
        return event.action in ("down", "wheel-up", "wheel-down")

    def _card_at(self, event: Canvas.Pointer) -> int:
        """The number of the place where the mouse is."""
        cell, places = self._host.canvas.caps.cell, slots(self._host.room(), *self.state.grid)
        at = int(event.x // cell[0]), int(event.y // cell[1])
        return next((n for n, place in enumerate(places) if _holds(place, at)), len(places))

    def in_hand(self) -> InHand:
        """The sheet, one picture of it, what was taken out, the reason that is awaited."""
        state = self.state
        leaving = leaving_head(state, "verdict")
        if leaving is not None:
            return leaving
        if isinstance(state.mode, Rejecting):
            return reason_head(self._host.table)
        if isinstance(state.mode, TakenOut):
            return reason_head(self._host.table, state.letters[state.cursor])
        if state.closing:
            return InHand("DONE", calm=True)
        return InHand("ONE PICTURE") if state.enlarged else InHand("SHEET", calm=True)

    def legend(self) -> ModeKeys:
        """What can be pressed as things are: on a sheet, on one picture of it, for a reason, at the end."""
        return sheet_keys(self.state, self._host.table)

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """`v` goes to single pictures."""
        return {"sheet.single": self._host.switch_sheet}

    def _scene(self) -> Scene | None:
        """The marks over the sheet, once it was seen."""
        state, host = self.state, self._host
        if not state.cards or state.enlarged or not state.sitting.seen:
            return None
        return sheet_scene(state, host.room(), host.canvas.caps.cell, blind=host.project.review.blind)

    def pictures(self) -> bool:
        """Whether a sheet is in front."""
        return bool(self.state.cards)

    def page_rows(self, width: int, height: int) -> list[Row] | None:
        """The closing page, or a word of waiting."""
        if self.state.closing:
            return closing_rows(closing_lines(self.state), width, height)
        if not self.state.cards:
            again = self._host.table.key_of("sheet.accept")
            return middle([row((fetching_line(self.state, again), MUTED))], width, height)
        return None

    def _message_row(self, width: int) -> Row:
        """What the next key means, else what is known of the picture under the cursor."""
        state, host = self.state, self._host
        if isinstance(state.mode, Rejecting):
            return reasons_line("", host.project.reasons, width)
        if isinstance(state.mode, TakenOut):
            return reasons_line(f"{state.letters[state.cursor]}  ", host.project.reasons, width)
        if state.card is not None:
            return card_line(state, width, blind=host.project.review.blind)
        return EMPTY

    def status(self, now: Situation) -> Status:
        """Label and number of the pictures, and how much is done."""
        return sheet_status(self.state, now)


def _holds(place: CellBox, at: tuple[int, int]) -> bool:
    """Whether a place of a sheet holds the cell with this column and row."""
    column, line, width, height = place
    return column <= at[0] < column + width and line <= at[1] < line + height
