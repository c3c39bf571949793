"""While nothing of the picture in front is on the canvas, its name is, and no other picture: the text beside the canvas is
its own already."""

from __future__ import annotations

from collections.abc import Callable

from tui.display.block_painter import BlockPainter
from tui.display.jobs import Rung
from tui.display.stage import Stage
from tui.display.strip_painter import StripPainter


def fetching_changed(stage: Stage, there: bool, clear: Callable[[], None] | None = None) -> bool:
    """Whether the tags of the stage are other ones now. `there`: something of the picture in front is on the screen, or on
    its way; `clear`: takes off what lies there of another picture. To be asked whenever something is put there."""
    front, layer = stage.front, stage.tag_layer
    coming = front is not None and 0 not in stage.size and not stage.is_broken(front)
    name = front.name if front is not None and coming and not there else ""
    if name == layer.fetching:
        return False
    layer.fetching = name
    if name and clear is not None:
        clear()
    return True


def cells_changed(stage: Stage, strips: StripPainter, blocks: BlockPainter) -> bool:
    """The same where pictures belong to cells."""

    def clear() -> None:
        if strips.any_painted:
            strips.eraser.all()
            blocks.erased()
        blocks.clear()

    return fetching_changed(stage, strips.now is not None or blocks.serial == stage.serial, clear)


def blank_rest(strips: StripPainter, blocks: BlockPainter, rough: Rung | None) -> None:
    """Blank cells where what comes of a picture has not come yet, in place of another picture; below strips on a line that
    carries them in a moment its half-blocks (`rough`), where they were made."""
    if strips.now is not None:
        strips.eraser.waiting(
            strips.now, lambda boxes: blocks.in_place_of(rough, boxes) if rough is not None else ""
        )
    else:
        blocks.blank_waiting()


def erase_name(stage: Stage, strips: StripPainter) -> None:
    """Strips come, in place of the picture's name."""
    if fetching_changed(stage, there=True):
        strips.eraser.erase(*(tag.box for tag in stage.tag_layer.replace(())))
