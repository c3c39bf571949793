"""Reviewing: what others labelled is accepted, rejected with a reason, or fixed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from tui.model.annotation import Annotation
from tui.model.project import project_kind
from tui.screens.layers import Commenting, Finder, Fixing
from tui.screens.work import WorkScreen
from tui.sitting import inputs as i
from tui.sitting.state import Fixing as FixingMode
from tui.sitting.state import Rejecting
from tui.widgets.rows import Row
from tui.widgets.side import label_line, reason_rows, review_rows


class ReviewScreen(WorkScreen):
    """The walk of a reviewer."""

    def walk_key(self, key: str) -> bool:
        if not isinstance(self.state.mode, Rejecting) or self.covered:
            return super().walk_key(key)
        number = self.table.digit(key)
        if number is not None:
            self.put(i.ReasonKey(number))
        elif self.table.is_for(key, "review.confirm"):
            self.put(i.Confirm())
        elif self.table.is_for(key, "review.comment"):
            self.put(i.Touch())
            self.open(Commenting("Why?", lambda text: self.put(i.Comment(text))))
        else:
            return super().walk_key(key)
        return True

    def view_commands(self) -> dict[str, Callable[[], None]]:
        return {
            **super().view_commands(),
            "review.fix": self.begin_fix,
            "review.sheet": self.switch_sheet,
            "review.keep-zoom": self.toggle_zoom,
        }

    def toggle_zoom(self) -> None:
        """The zoom stays from picture to picture, or each is fitted again."""
        self.put(i.KeepZoomKey())

    def begin_fix(self) -> None:
        """`e`: the right label, and accepted. With only one label there is nothing to choose from."""
        self.put(i.FixKey())
        visit = self.state.visit
        if not isinstance(self.state.mode, FixingMode) or visit is None:
            return
        lines = self.label_lines(visit.annotation.labels)
        several = project_kind(self.project.kind).several_labels
        self.open(
            Fixing(self.table, lines, several, self._fixed, lambda: self.put(i.CancelKey()), self._find_fix)
        )

    def redraw(self) -> None:
        """A verdict that was left by moving on asks no more."""
        if not isinstance(self.state.mode, FixingMode) and any(
            isinstance(layer, Fixing) for layer in self.opened
        ):
            self.opened.clear()
        super().redraw()

    def _fixed(self, names: tuple[str, ...]) -> None:
        visit = self.state.visit
        if visit is not None:
            self.put(i.Fix(Annotation(names, visit.annotation.shapes)))

    def _find_fix(self, fixing: Fixing) -> None:
        def chosen(name: str) -> None:
            answer = fixing.take(name)
            if callable(answer):
                self.opened.remove(fixing)
                answer()

        self.open(Finder("What is right?", lambda: fixing.lines, chosen, self.redraw))

    def side_rows(self, width: int, height: int) -> Sequence[Row]:
        visit = self.state.visit
        if visit is None:
            return []
        view = self.canvas.viewport
        names = visit.annotation.labels
        known = {label.name: label for label in self.project.labels}
        lines = [label_line(known[name], {}, ()) for name in names if name in known]
        rows = review_rows(
            visit,
            lines,
            width,
            zoom=view.zoom if view is not None else 1.0,
            blind=self.project.review.blind,
            now=time.time(),
        )
        if isinstance(self.state.mode, Rejecting):
            keys = (self.table.key_of("review.confirm"), self.table.key_of("review.comment"))
            asked = reason_rows(self.project.reasons, *keys, width)
            rows = [*rows[: max(height - len(asked), 0)], *asked]
        return rows
