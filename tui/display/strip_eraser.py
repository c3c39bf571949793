"""Blanks over cells of a canvas in which strips lie, or something that was there before them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tui.display.jobs import erase_job, is_fast
from tui.display.stage import Stage
from tui.display.strip_format import StripFormat
from tui.display.strips import Strips, StripScreen, margins, uncovered
from tui.imaging.raster import covered_cells
from tui.imaging.viewport import CellBox


class StripEraser:
    """Wipes cells of the stage's canvas, and keeps `screen`, which knows what lies there, in step."""

    def __init__(self, stage: Stage, form: StripFormat, screen: StripScreen) -> None:
        self._stage, self._form, self._screen = stage, form, screen

    def erase(self, *boxes: CellBox) -> None:
        """Blanks for these cells of the canvas."""
        self.fill(self.blanks(box for box in boxes if box[2] > 0 and box[3] > 0))

    def all(self) -> None:
        """Wipes the canvas when strips lie on it."""
        if self._screen.any_there:
            self.erase((0, 0, *self._stage.size))
            self._screen.blank()

    def beside(self, now: Strips) -> tuple[str, list[CellBox]]:
        """Blanks for the cells round the picture of these strips on which others lie, and the cells: they go with the first
        strip, as until then the view before is to be seen whole."""
        boxes = self._screen.beside(now.clean if now.whole else [covered_cells(now.viewport)])
        return self.blanks(boxes), boxes

    def margin(self, strips: Iterable[CellBox]) -> None:
        """Where pictures stay under text, the cells round these strips, in which another picture may have been."""
        if not self._stage.caps.attached:
            return
        if self._screen.any_there:
            self.erase(*margins(list(strips), self._stage.size))
        else:
            # Of another size; a picture may be some pixels narrower than its cells, so one column more is hidden.
            self.erase((0, 0, self._stage.size[0] + 1, self._stage.size[1]))
            self._stage.host.repaint_beside()

    def waiting(self, now: Strips, in_place: Callable[[Sequence[CellBox]], str]) -> None:
        """The cells of other strips in which those of `now` are not written yet. `in_place`: text of what is to be seen
        there meanwhile, '' for nothing; on a slow line the strips come sooner without it."""
        boxes = self._screen.given_up(now)
        fast = bool(boxes) and is_fast(self._stage.channel.throughput)
        text = in_place(uncovered(boxes, self._stage.host.covered)) if fast else ""
        if text:
            self.fill(text)
        else:
            self.erase(*boxes)

    def blanks(self, boxes: Iterable[CellBox]) -> str:
        """Text that wipes cells of the canvas, but for those over which something else lies."""
        return "".join(map(self._blank, boxes))

    def _blank(self, box: CellBox) -> str:
        stage = self._stage
        if not self.covered(box):
            return self._form.blank(on_screen(stage, box), stage.caps.attached, stage.ground)
        seen = uncovered([box], stage.host.covered)
        return stage.ground.erased(*(on_screen(stage, part) for part in seen))

    def covered(self, box: CellBox) -> bool:
        """Whether a picture on these cells would go over something that lies over the canvas. Where pictures stay under text,
        the text of one column more goes."""
        stage, (x, y, columns, rows) = self._stage, box
        reach = min(columns + stage.caps.attached, stage.size[0] + 1 - x)
        return stage.host.covered((x, y, max(columns, reach), rows))

    def fill(self, text: str) -> None:
        """Text of cells in which strips are still to come, '' for nothing."""
        if text:
            self._stage.channel.submit(erase_job(text, self._stage.channel.throughput))
            self._stage.pump()


def on_screen(stage: Stage, box: CellBox) -> CellBox:
    """Cells of the canvas in cells of the screen."""
    return stage.origin[0] + box[0], stage.origin[1] + box[1], box[2], box[3]
