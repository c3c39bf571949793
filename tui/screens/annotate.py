"""Annotating: a label's key decides, or toggles a tag."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tui.model.project import project_kind
from tui.screens import walk_heads, walk_rows
from tui.screens.go_layer import asking
from tui.screens.hints import annotator_keys
from tui.screens.list_layers import FinderLayer
from tui.screens.mode import MakeInput, WorkHost
from tui.screens.parts import PicturePart, WalkFront, is_zoomed, zoom_of
from tui.screens.status import help_page
from tui.screens.walk_keys import WALK_INPUTS
from tui.sitting import begin, step
from tui.sitting import inputs as i
from tui.sitting.walk_state import WalkState
from tui.widgets.in_hand import InHand
from tui.widgets.key_line import ModeKeys
from tui.widgets.panel import Page
from tui.widgets.rows import Row
from tui.work.desk import Desk


def walk_desk(host: WorkHost) -> Desk[WalkState]:
    """A walk from picture to picture."""
    rules = host.setup.rules
    return Desk(lambda at: begin(rules, at), step, host.clerk, host, host.setup.trace)


class AnnotateMode:
    """The walk of an annotator who gives labels."""

    inputs: Mapping[str, MakeInput] = WALK_INPUTS
    has_column = True

    def __init__(self, host: WorkHost) -> None:
        self._host, self.desk = host, walk_desk(host)
        self.front = WalkFront(lambda: self.state, lambda: host.table)
        self.picture = PicturePart(side_rows=self._side_rows, fetching=self.front.fetching)

    @property
    def state(self) -> WalkState:
        """The walk as it is now."""
        return self.desk.state

    def key(self, key: str) -> bool:
        """A label's key."""
        label = self._host.table.label(key)
        if label is not None:
            self._host.put(i.LabelKey(label, key))
        return label is not None

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """`/` finds a label; `enter` that chose it is the key that may be held."""
        return {"annotate.filter": self._find_label, **asking(self._host, lambda: self.state)}

    def _find_label(self) -> None:
        host = self._host
        host.open(
            FinderLayer(
                "FIND LABEL",
                lambda: walk_rows.labels_with_keys(host.project, host.table, self.state.chosen),
                lambda name: host.put(i.LabelKey(name, "enter")),
            )
        )

    def _side_rows(self, width: int, height: int) -> Sequence[Row]:
        """The picture and the labels."""
        visit, host = self.state.shown_visit, self._host
        if visit is None:
            return []
        return walk_rows.annotator_rows(visit, host.project, host.table, zoom_of(host.canvas), width, height)

    def in_hand(self) -> InHand:
        """The zoom, or what the keys do."""
        return walk_heads.annotating(self.state, self._host.table, zoom_of(self._host.canvas))

    def legend(self) -> ModeKeys:
        """The walk's keys."""
        return annotator_keys(self.state, self._host.table, zoomed=is_zoomed(self._host.canvas))

    def help(self, now: ModeKeys) -> Page:
        """All keys of this screen."""
        return help_page(self._host.table, project_kind(self._host.project.kind).help, now)
