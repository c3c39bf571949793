"""Looking through an audit: bars and the matrix, and behind each number its pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from tui.model.scene import Scene
from tui.screens.audit_rows import audit_rows, cell_line, cell_words, gallery_line, gallery_scene, grid_of
from tui.screens.mode import MakeInput, WorkHost
from tui.screens.parts import FrontPart, PicturePart
from tui.screens.sheet import grids_on
from tui.screens.sheet_hints import audit_keys
from tui.screens.status import Situation, help_page
from tui.sitting import inputs as i
from tui.sitting.audit import AuditState, begin_audit, step_audit
from tui.widgets.in_hand import InHand
from tui.widgets.key_line import ModeKeys
from tui.widgets.rows import EMPTY, MUTED, Row, fit, row
from tui.widgets.status_line import Status
from tui.work.desk import Desk

HELP = "Who did what, how well. Enter on a number shows the pictures behind it; escape goes back."


class AuditMode:
    """Nothing is claimed and nothing decided but that a picture goes back to its annotator."""

    inputs: Mapping[str, MakeInput] = {
        "audit.open": i.Enlarge,
        "audit.send-back": i.SendBackKey,
        "audit.undo": i.UndoKey,
        "audit.left": lambda: i.MoveCursor(-1, 0),
        "audit.right": lambda: i.MoveCursor(1, 0),
        "audit.up": lambda: i.MoveCursor(0, -1),
        "audit.down": lambda: i.MoveCursor(0, 1),
    }
    has_column = False

    def __init__(self, host: WorkHost) -> None:
        tables = host.setup.launch.audit
        assert tables is not None
        self._host, self._tables, rules, numbers = host, tables, host.setup.rules, grid_of(tables)
        self.desk = Desk(
            lambda _: begin_audit(rules, numbers, grids_on(host)),
            step_audit,
            host.clerk,
            host,
            host.setup.trace,
        )
        self.front: FrontPart = self
        self.picture = PicturePart(
            resized=lambda: host.put(i.Resized(grids_on(host))),
            scene=self._scene,
            message_row=self._message_row,
        )
        self.help = partial(help_page, host.table, HELP)

    @property
    def state(self) -> AuditState:
        """The audit as it is looked at now."""
        return self.desk.state

    def key(self, key: str) -> bool:
        """All keys are commands."""
        return False

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """None of its own."""
        return {}

    def in_hand(self) -> InHand:
        """The tables, the pictures behind a number, one of these."""
        if self.state.opened is None:
            return InHand("AUDIT", calm=True)
        return InHand("ONE PICTURE" if self.state.enlarged else "PICTURES")

    def legend(self) -> ModeKeys:
        """What opens and closes."""
        return audit_keys(self.state, self._host.table)

    def _scene(self) -> Scene | None:
        """The marks over the pictures, once they were seen."""
        state, host = self.state, self._host
        if state.opened is None or state.enlarged or not state.sitting.seen:
            return None
        return gallery_scene(state, host.room(), host.canvas.caps.cell)

    def pictures(self) -> bool:
        """Whether pictures are in front, and not the tables."""
        return self.state.opened is not None

    def page_rows(self, width: int, height: int) -> list[Row] | None:
        """The tables."""
        return None if self.pictures() else audit_rows(self._tables, self.state, width, height)

    def _message_row(self, width: int) -> Row:
        """What is known of the picture or the number under the cursor."""
        state = self.state
        if state.opened is not None:
            return gallery_line(state, width)
        if state.asked is not None:
            return fit(row(("Looking for the pictures …", MUTED)), width)
        return cell_line(state.cell, width) if state.cell is not None else EMPTY

    def status(self, now: Situation) -> Status:
        """Which pictures these are; nothing is counted here."""
        state = self.state
        place = "audit"
        if state.opened is not None:
            place = f"{cell_words(state.opened)}: {state.at + 1} of {len(state.tasks)}"
        return Status(place=place, who=state.rules.who, protocol=now.caps.protocol, counts=False)
