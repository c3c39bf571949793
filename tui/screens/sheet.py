"""Reviewing on contact sheets: the wrong ones are marked, all others accepted at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import assert_never

from tui.imaging.sheet import grid_for
from tui.model.scene import Scene
from tui.screens.hints import sheet_keys
from tui.screens.mode import MakeInput, WorkHost
from tui.screens.parts import FrontPart, PicturePart
from tui.screens.sheet_rows import (
    card_line,
    closing_lines,
    fetching_line,
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
from tui.sitting.state import ConfirmingNothing, Fixing, Leaving, LetterMarking, Looking, Over, Rejecting
from tui.widgets.in_hand import InHand
from tui.widgets.key_line import ModeKeys
from tui.widgets.pages import closing_rows, middle
from tui.widgets.rows import ACCENT, EMPTY, MUTED, Row, fit, row
from tui.widgets.status_line import Status
from tui.work.desk import Desk

HELP = "Mark the wrong ones; then R accepts all others, and the next sheet comes."


def grid_on(host: WorkHost) -> tuple[int, int]:
    """Columns and rows of a sheet for the canvas as it is now."""
    return grid_for(host.room(), coarse=host.canvas.caps.graphics.coarse)


class SheetMode:
    """One sheet after the other, all pictures of one label."""

    inputs: Mapping[str, MakeInput] = {
        "app.cancel": i.CancelKey,
        "sheet.accept": i.AcceptShownKey,
        "sheet.mark": i.MarkCard,
        "sheet.letters": i.Hinting,
        "sheet.reject": i.RejectKey,
        "sheet.enlarge": i.Enlarge,
        "sheet.undo": i.UndoKey,
        "sheet.left": lambda: i.MoveCursor(-1, 0),
        "sheet.right": lambda: i.MoveCursor(1, 0),
        "sheet.up": lambda: i.MoveCursor(0, -1),
        "sheet.down": lambda: i.MoveCursor(0, 1),
    }
    has_column = False
    many_keys = False

    def __init__(self, host: WorkHost) -> None:
        self._host, rules = host, host.setup.rules
        self.desk = Desk(
            lambda at: begin_sheet(rules, *grid_on(host), at), step_sheet, host.clerk, host, host.setup.trace
        )
        self.front: FrontPart = self
        self.picture = PicturePart(
            resized=lambda: host.put(i.Resized(*grid_on(host))),
            scene=self._scene,
            message_row=self._message_row,
        )
        self.help = partial(help_page, host.table, HELP)

    @property
    def state(self) -> SheetState:
        """The sheets as they are now."""
        return self.desk.state

    def key(self, key: str) -> bool:
        """The key that gives a reason, or the letter of a picture."""
        mode = self.state.mode
        match mode:
            case Rejecting():
                return reason_key(self._host, key, "sheet.comment")
            case LetterMarking():
                hint = len(key) == 1 and key.isalpha()
                if hint:
                    self._host.put(i.HintKey(key))
                return hint
            case Looking() | Fixing() | ConfirmingNothing() | Leaving() | Over():
                return False
            case _:
                assert_never(mode)

    def in_hand(self) -> InHand:
        """The sheet, one picture of it, the letters, the reason that is awaited."""
        state = self.state
        leaving = leaving_head(state, "verdict")
        if leaving is not None:
            return leaving
        if isinstance(state.mode, Rejecting):
            return reason_head(self._host.table)
        if isinstance(state.mode, LetterMarking):
            return InHand("LETTERS", ("each marks its picture",))
        if state.closing:
            return InHand("DONE", calm=True)
        return InHand("ONE PICTURE") if state.enlarged else InHand("SHEET", calm=True)

    def legend(self) -> ModeKeys:
        """What can be pressed as things are: on a sheet, on one picture of it, for a reason, for letters, at the end."""
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
            keys = (host.table.key_of("review.confirm"), host.table.key_of("sheet.comment"))
            return reasons_line(host.project.reasons, *keys, width)
        if isinstance(state.mode, LetterMarking):
            return fit(row(("Letters mark pictures; escape ends.", ACCENT)), width)
        if state.card is not None:
            return card_line(state, width, blind=host.project.review.blind)
        return EMPTY

    def status(self, now: Situation) -> Status:
        """Label and number of the pictures, and how much is done."""
        return sheet_status(self.state, now)
