"""Tags that lie on strips which belong to cells: each is written behind the strip below it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tui.display.stage import Stage
from tui.display.strip_eraser import StripEraser
from tui.display.strips import boxes_of, cells, common, uncovered
from tui.display.tags import Tag, part_of, tag_text
from tui.imaging.viewport import CellBox


class StripTags:
    """Of one stage. `_gone`: those that are on the screen and not wanted there any more: with the next strip on their
    cells they go."""

    def __init__(self, stage: Stage, eraser: StripEraser) -> None:
        self._stage, self._eraser = stage, eraser
        self._gone: set[Tag] = set()

    def replace(self, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
        """These are to be on the screen; gives back those before."""
        before = self._stage.tag_layer.replace(tags)
        self._gone = {*self._gone, *before} - {*tags}
        return before

    def leave(self) -> None:
        """None is to be on the screen."""
        self._gone.update(self._stage.tag_layer.tags)

    def supersede(self) -> list[CellBox]:
        """Those that the widget painted go; their cells."""
        return [tag.box for tag in self.replace(())]

    def until_covered(self, tag: Tag) -> str:
        """The text of a tag that is to be on the screen until strips come in its place."""
        self._gone.add(tag)
        return self.texts([tag])

    def forget(self) -> None:
        """None is on the screen that is not wanted."""
        self._gone.clear()

    def covered(self, boxes: Iterable[CellBox]) -> None:
        """Strips went over what of tags was on these cells."""
        for box in boxes:
            self._gone = {tag for tag in self._gone if not common(box, tag.box)}

    def blanks_beside(self, box: CellBox, strips: Collection[CellBox]) -> str:
        """Blanks for what is left of tags that have gone, before the strip that goes over them: beside all `strips`, and where
        cells are a fraction of a pixel wide at its end, where a line of their background would shine out. No others: until
        the strip has come, nothing of the picture is seen in these cells."""
        end = box[0] + box[2]
        seen_from = end - (abs(self._stage.caps.cell[0] % 1 - 0.5) < 0.49)
        bare = set[tuple[int, int]]()
        for tag in self._gone:
            if common(box, tag.box):
                under = {cell for strip in strips if (part := common(strip, tag.box)) for cell in cells(part)}
                bare |= {*cells(tag.box)} - under
                bare |= {cell for cell in cells(tag.box) if seen_from <= cell[0] < end}
        return self._blanks(boxes_of(bare))

    def blanks_under(self, box: CellBox, strips: Collection[CellBox]) -> str:
        """The same before a small picture that goes over tags that have gone, which comes at once: where cells are a fraction
        of a pixel wide, for all of the tags."""
        if abs(self._stage.caps.cell[0] % 1 - 0.5) >= 0.49:
            return self.blanks_beside(box, strips)
        return self._blanks(sorted(tag.box for tag in self._gone if common(box, tag.box)))

    def _blanks(self, boxes: Iterable[CellBox]) -> str:
        text = self._eraser.blanks(boxes)
        return f"\x1b[0m{text}" if text else ""

    def over(self, box: CellBox) -> str:
        """Text goes over pictures, so it is written after them."""
        return self.texts([tag for tag in self._stage.tag_layer.tags if common(box, tag.box)])

    def texts(self, tags: Iterable[Tag]) -> str:
        """Tags as text for the terminal, where nothing else lies over them."""
        stage = self._stage
        seen = (part_of(tag, box) for tag in tags for box in uncovered([tag.box], stage.host.covered))
        return "".join(tag_text(tag, stage.origin, stage.caps.truecolor) for tag in seen)
