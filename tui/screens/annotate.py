"""Annotating: a label's key decides, or toggles a tag."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tui.model.project import project_kind
from tui.model.scene import Scene
from tui.screens import walk_rows
from tui.screens.layers import FinderLayer
from tui.screens.mode import MakeInput, WorkHost
from tui.screens.status import Situation, help_page
from tui.screens.walk_keys import WALK_INPUTS
from tui.sitting import begin, step
from tui.sitting import inputs as i
from tui.sitting.walk_state import WalkState
from tui.widgets.canvas import Canvas
from tui.widgets.legend import KeyLine
from tui.widgets.panel import Page
from tui.widgets.rows import EMPTY, Row
from tui.widgets.status_line import Status
from tui.work.desk import Desk


class AnnotateMode:
    """The walk of an annotator who gives labels."""

    inputs: Mapping[str, MakeInput] = WALK_INPUTS
    has_column = True

    def __init__(self, host: WorkHost) -> None:
        self._host, rules = host, host.setup.rules
        self.desk = Desk(lambda at: begin(rules, at), step, host.clerk, host, host.setup.trace)

    @property
    def state(self) -> WalkState:
        """The walk as it is now."""
        return self.desk.state

    def sync(self) -> None:
        """Nothing to be told."""

    def resized(self) -> None:
        """Nothing depends on it."""

    def key(self, key: str) -> bool:
        """A label's key."""
        label = self._host.table.label(key)
        if label is not None:
            self._host.put(i.LabelKey(label, key))
        return label is not None

    def pointed(self, event: Canvas.Pointer) -> bool:
        """The mouse means nothing of its own here."""
        return False

    def commands(self) -> Mapping[str, Callable[[], None]]:
        """`/` finds a label; `enter` that chose it is the key that may be held."""
        return {"annotate.filter": self._find_label}

    def _find_label(self) -> None:
        host = self._host
        host.open(
            FinderLayer(
                "Find label",
                lambda: walk_rows.labels_with_keys(host.project, host.table, self.state.chosen),
                lambda name: host.put(i.LabelKey(name, "enter")),
            )
        )

    @property
    def fetching(self) -> bool:
        """Whether the next picture is to come."""
        return not self.in_front and not self.state.closing

    @property
    def in_front(self) -> bool:
        """Whether a picture is in front."""
        return self.state.visit is not None

    def scene(self) -> Scene | None:
        """Nothing lies over the picture."""
        return None

    def side_rows(self, width: int, height: int) -> Sequence[Row]:
        """The picture and the labels."""
        visit, host = self.state.visit, self._host
        if visit is None:
            return []
        return walk_rows.annotator_rows(visit, host.project, host.table, zoom_of(host.canvas), width, height)

    def page_rows(self, width: int, height: int) -> list[Row] | None:
        """The closing page, a card, or a word of waiting."""
        return walk_rows.stage_rows(self.state, width, height)

    def message_row(self, width: int) -> Row:
        """Nothing of its own."""
        return EMPTY

    def status(self, now: Situation) -> Status:
        """Where one is in the walk, and how fast."""
        return walk_rows.status_of(self.state, now)

    def legend(self) -> list[KeyLine]:
        """Where one key decides there is nothing to confirm, and the walk's keys come first."""
        lines = self._host.table.lines(legend=True)
        if not project_kind(self._host.project.kind).enter_needs_answer:
            return lines
        lines = [line for line in lines if line.id != "annotate.confirm"]
        return sorted(lines, key=lambda line: line.scope == "annotate")

    def help(self) -> Page:
        """All keys of this screen."""
        return help_page(self._host.table, project_kind(self._host.project.kind).help)


def zoom_of(canvas: Canvas) -> float:
    """How many times as large as fitted the picture is shown."""
    return canvas.viewport.zoom if canvas.viewport is not None else 1.0
