"""Annotating: a label's key decides, or toggles a tag."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.model.project import project_kind
from tui.screens.layers import Finder
from tui.screens.work import WorkScreen
from tui.sitting import inputs as i
from tui.widgets.legend import KeyLine
from tui.widgets.rows import Row
from tui.widgets.side import annotate_rows


class AnnotateScreen(WorkScreen):
    """The walk of an annotator."""

    def walk_key(self, key: str) -> bool:
        label = self.table.label(key)
        if label is None or self.covered:
            return super().walk_key(key)
        self.put(i.LabelKey(label, key))
        return True

    def legend_lines(self) -> list[KeyLine]:
        """Where one key decides there is nothing to confirm, and the walk's keys come first."""
        lines = super().legend_lines()
        if not project_kind(self.project.kind).enter_needs_answer:
            return lines
        lines = [line for line in lines if line.id != "annotate.confirm"]
        return sorted(lines, key=lambda line: line.scope == "annotate")

    def view_commands(self) -> dict[str, Callable[[], None]]:
        return {**super().view_commands(), "annotate.filter": self.find_label}

    def find_label(self) -> None:
        """`/`: any label by a part of its name. `enter` that chose it is the key that may be held."""
        self.open(
            Finder(
                "Find label",
                lambda: self.label_lines(self._chosen),
                self._label_found,
                self.redraw,
            )
        )

    def _label_found(self, name: str) -> None:
        self.put(i.LabelKey(name, "enter"))

    @property
    def _chosen(self) -> tuple[str, ...]:
        visit = self.state.visit
        return visit.annotation.labels if visit is not None else ()

    def side_rows(self, width: int, height: int) -> Sequence[Row]:
        visit = self.state.visit
        if visit is None:
            return []
        view = self.canvas.viewport
        return annotate_rows(
            visit,
            self.label_lines(visit.annotation.labels),
            width,
            height,
            zoom=view.zoom if view is not None else 1.0,
            filter_key=self.table.key_of("annotate.filter"),
        )
