"""While nothing of the picture in front is on the canvas, its name is, and no other picture: the text beside the canvas is
its own already."""

from __future__ import annotations

from collections.abc import Callable

from tui.display.block_painter import BlockPainter
from tui.display.jobs import Rung
from tui.display.stage import Stage
from tui.display.strip_painter import StripPainter
from tui.display.tags import fetching_tag
from tui.imaging.develop import Developed

_UNREAD = 0.1
"""Seconds."""


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

    there = strips.now is not None or blocks.serial == stage.serial
    return fetching_changed(stage, there, lambda: _clear(strips, blocks))


def _clear(strips: StripPainter, blocks: BlockPainter) -> None:
    if strips.any_painted:
        strips.eraser.all()
        blocks.erased()
    blocks.clear()


def blank_rest(strips: StripPainter, blocks: BlockPainter, rough: Rung | None) -> None:
    """Blank cells where what comes of a picture has not come yet, in place of another picture; below strips on a line that
    carries them in a moment its half-blocks (`rough`), where they were made."""
    if strips.now is not None:
        strips.eraser.waiting(
            strips.now, lambda boxes: blocks.in_place_of(rough, boxes) if rough is not None else ""
        )
    else:
        blocks.blank_waiting()


def announce(stage: Stage, strips: StripPainter, blocks: BlockPainter, made: Developed) -> None:
    """Before strips of what was `made` come: the first of them take the place of the picture's name. Where nothing of the
    picture is there and they take a moment, the name is."""
    front, named = stage.front, fetching_changed(stage, there=True)
    if named:
        strips.eraser.erase(*strips.tags.supersede())
    elif (
        front is not None
        and strips.now is None
        and blocks.serial != stage.serial
        and not _at_once(stage, made)
    ):
        _clear(strips, blocks)
        strips.eraser.fill(strips.tags.until_covered(fetching_tag(front.name, stage.size)))


def _at_once(stage: Stage, made: Developed) -> bool:
    """Whether its first strip comes so soon that nobody would read a word before it."""
    return len(made.tiles[0].data) * 8 <= _UNREAD * (stage.channel.throughput or 0.0)
