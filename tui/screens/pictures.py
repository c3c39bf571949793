"""What a sitting wants to see: tasks become pictures and sheets on the canvas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import assert_never

from tui.imaging.decode import Detail, load
from tui.imaging.pixels import Pixels
from tui.imaging.sheet import Sheet
from tui.model.project import Project
from tui.model.task import Task
from tui.sitting import effects as e
from tui.sitting import inputs as i
from tui.widgets.canvas import Canvas, Picture

ReadInThread = Callable[[Callable[[], i.PixelsRead]], None]
LookAtFile = Callable[[Task, Path, int], None]


class Pictures:
    """`read`: calls what it is given in a thread, and puts the answer to the sitting. `look`: compares a picture's file, in
    a thread, too."""

    def __init__(self, canvas: Canvas, project: Project, read: ReadInThread, look: LookAtFile) -> None:
        self._canvas, self._project, self._read, self._look = canvas, project, read, look

    def carry_out(self, effect: e.PictureEffect) -> None:
        """One effect of the sitting."""
        match effect:
            case e.Show(task, serial, keep_zoom):
                picture = self._picture(task) if task is not None else None
                self._canvas.show(picture, serial, keep_view=keep_zoom)
                if task is not None:
                    self._look(task, self._project.folder, self._project.max_pixels)
            case e.Want(tasks):
                self._canvas.want([self._picture(task) for task in tasks])
            case e.ShowSheet(tasks, serial, columns, rows):
                self._canvas.show(self._sheet(tasks, columns, rows), serial)
            case e.WantSheet(tasks, columns, rows):
                self._canvas.want([self._sheet(tasks, columns, rows)] if tasks else [])
            case e.ZoomTo(x, y, width, height):
                self._canvas.zoom_to(x, y, width, height)
            case e.Fit():
                self._canvas.fit()
            case e.Adjust(adjustment):
                self._canvas.adjust(adjustment)
            case e.ReadPixels(task, serial, frame):
                self._read(lambda: self._pixels(task, serial, frame))
            case _:
                assert_never(effect)

    def _picture(self, task: Task) -> Picture:
        return Picture(self._project.folder / task.path, self._project.max_pixels)

    def _sheet(self, tasks: Sequence[Task], columns: int, rows: int) -> Picture:
        paths = tuple(self._project.folder / task.path for task in tasks)
        size = self._canvas.size
        sheet = Sheet(paths, columns, rows, (size.width, size.height), self._canvas.ground)
        return Picture(sheet, self._project.max_pixels)

    def _pixels(self, task: Task, serial: int, frame: int) -> i.PixelsRead:
        """The picture in full size; or why not, as an error in the thread would end the app."""
        path, most = self._project.folder / task.path, self._project.max_pixels
        try:
            found = load(path, None, most, Detail(frame=frame))
            if found.image is None:
                return i.PixelsRead(serial, None, frame, found.reason)
            return i.PixelsRead(serial, Pixels(found.image), frame)
        except MemoryError as error:
            return i.PixelsRead(serial, None, frame, str(error) or "there is not enough memory")
