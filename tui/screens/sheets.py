"""What screens with many small pictures have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from tui.imaging.sheet import Sheet, grid_for
from tui.model.task import Task
from tui.screens.frame import Frame
from tui.widgets.canvas import Picture
from tui.widgets.rows import Row


class Sheets(Frame):
    """No column beside the pictures; a sheet fills the canvas."""

    def grid(self) -> tuple[int, int]:
        """Columns and rows for the canvas as it is now."""
        size = self.canvas.size if self.is_mounted else (0, 0)
        return grid_for((size[0], size[1]), coarse=self.caps.graphics.coarse)

    @property
    @abstractmethod
    def slots_now(self) -> tuple[int, int]:
        """Columns and rows of the sheet in front."""

    def show_sheet(self, tasks: Sequence[Task], serial: int) -> None:
        self.canvas.show(self._sheet_of(tasks), serial)

    def want_sheet(self, tasks: Sequence[Task]) -> None:
        self.canvas.want([self._sheet_of(tasks)] if tasks else [])

    def _sheet_of(self, tasks: Sequence[Task]) -> Picture:
        paths = tuple(self.project.folder / task.path for task in tasks)
        size = self.canvas.size
        return Picture(Sheet(paths, *self.slots_now, (size.width, size.height)), self.project.max_pixels)

    def side_rows(self, width: int, height: int) -> Sequence[Row]:
        return []
