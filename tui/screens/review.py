"""Reviewing: what others labelled is accepted, rejected with a reason, or fixed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tui.model.project import project_kind
from tui.screens import walk_heads, walk_rows
from tui.screens.annotate import walk_desk
from tui.screens.go_layer import asking
from tui.screens.hints import reviewer_keys
from tui.screens.layers import FixLayer
from tui.screens.list_layers import FinderLayer
from tui.screens.mode import MakeInput, WorkHost
from tui.screens.parts import PicturePart, WalkFront, is_zoomed, zoom_of
from tui.screens.status import help_page
from tui.screens.walk_keys import WALK_INPUTS, reason_key
from tui.sitting import inputs as i
from tui.sitting.state import Fixing, Rejecting
from tui.sitting.walk_state import WalkState
from tui.widgets.in_hand import InHand
from tui.widgets.key_line import ModeKeys
from tui.widgets.label_bar import LabelLine
from tui.widgets.panel import Page
from tui.widgets.rows import Row


class ReviewMode:
    """The walk of a reviewer of labels."""

    inputs: Mapping[str, MakeInput] = WALK_INPUTS
    has_column = True

    def __init__(self, host: WorkHost) -> None:
        self._host, self.desk = host, walk_desk(host)
        self.front = WalkFront(lambda: self.state, lambda: host.table)
        self.picture = PicturePart(
            side_rows=self._side_rows,
            fetching=self.front.fetching,
            message_row=lambda width: walk_rows.plan_row(self.state, width),
        )

    @property
    def state(self) -> WalkState:
        """The walk as it is now."""
        return self.desk.state

    def key(self, key: str) -> bool:
        """The key that gives a reason."""
        return isinstance(self.state.mode, Rejecting) and reason_key(self._host, key, "review.comment")

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """`e` fixes, `v` goes to contact sheets."""
        return {
            "review.fix": self._begin_fix,
            "review.sheet": self._host.switch_sheet,
            **asking(self._host, lambda: self.state),
        }

    def _begin_fix(self) -> None:
        """`e`: the right label, and accepted. With only one label there is nothing to choose from."""
        host = self._host
        host.put(i.FixKey())
        if not isinstance(self.state.mode, Fixing):
            return
        several = project_kind(host.project.kind).several_labels
        host.open(
            FixLayer(
                host.table,
                self._fix_lines,
                several,
                lambda name: host.put(i.LabelKey(name)),
                lambda: host.put(i.Confirm()),
                lambda: host.put(i.CancelKey()),
                self._find_fix,
                lambda: isinstance(self.state.mode, Fixing),
            )
        )

    def _fix_lines(self) -> list[LabelLine]:
        """All labels with their keys; those that are right so far are marked."""
        mode = self.state.mode
        chosen = mode.labels if isinstance(mode, Fixing) else ()
        return walk_rows.labels_with_keys(self._host.project, self._host.table, chosen)

    def _find_fix(self, fixing: FixLayer) -> None:
        def chosen(name: str) -> None:
            answer = fixing.take(name)
            if callable(answer):
                self._host.key_layers.remove(fixing)
                answer()

        self._host.open(FinderLayer("FIX", self._fix_lines, chosen))

    def _side_rows(self, width: int, height: int) -> Sequence[Row]:
        """The picture, what was said of it, and the reasons while one is awaited."""
        host = self._host
        return walk_rows.reviewer_rows(
            self.state,
            host.project,
            host.table,
            zoom_of(host.canvas),
            width,
            height,
            typing=bool(host.key_layers),
        )

    def in_hand(self) -> InHand:
        """The reason that is awaited, or the zoom."""
        return walk_heads.reviewing(self.state, self._host.table, zoom_of(self._host.canvas))

    def legend(self) -> ModeKeys:
        """The reviewer's keys, or those that give a reason."""
        return reviewer_keys(self.state, self._host.table, zoomed=is_zoomed(self._host.canvas))

    def help(self, now: ModeKeys) -> Page:
        """All keys of this screen."""
        return help_page(self._host.table, walk_rows.REVIEW_HELP, now)
