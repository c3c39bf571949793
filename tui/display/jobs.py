"""What a stage has made and sent: pictures in their qualities, and all jobs of its channel by their keys."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path

from tui.imaging.decode_cache import Subject
from tui.imaging.encode import Rgb
from tui.imaging.sheet import Sheet
from tui.imaging.viewport import CellBox, Viewport
from tui.model.view_settings import NEUTRAL, Adjustment
from tui.terminal.channel import Channel, Job, Priority, Sent
from tui.text import counted


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file, or a contact sheet of several. `max_pixels`: larger files are not decoded. `frame`: of a file that
    holds several, counted from 0."""

    source: Path | Sheet
    max_pixels: int
    frame: int = 0

    @property
    def name(self) -> str:
        """As people call it."""
        return (
            counted(len(self.source.paths), "picture") if isinstance(self.source, Sheet) else self.source.name
        )


@dataclass(frozen=True, slots=True)
class Rung:
    """One quality of one picture at one view; also the key of its upload. `view` None: fitted. `step` is the
    painter's. `adjustment`: what is done to its pixels. `rim`: the RGB of those that are not the picture's in its cells;
    None: they are clear."""

    picture: Picture
    canvas: tuple[int, int]
    view: Viewport | None
    step: Hashable
    adjustment: Adjustment = NEUTRAL
    rim: Rgb | None = None

    def subject(self, cell: tuple[float, float], ground: Rgb) -> Subject:
        """What is developed for it: the source, and the canvas and view that it is for. `ground`: what is seen round it."""
        picture = self.picture
        source, most, frame = picture.source, picture.max_pixels, picture.frame
        return Subject(source, most, self.canvas, cell, self.view, self.adjustment, frame, ground)


@dataclass(frozen=True, slots=True)
class StoredStrip:
    """One strip of an exact picture that the terminal stores, and the key of its upload. `turn`: the how-manieth of all
    that are sent of the rung."""

    rung: Rung
    turn: int


RANKS = 10_000
"""More than a rung has strips."""


def owner_of(key: Rung | StoredStrip) -> Rung:
    """The rung of which an image is all or a strip."""
    return key.rung if isinstance(key, StoredStrip) else key


def rank_of(key: Rung | StoredStrip, place: int) -> int:
    """Among all images of a plan, where the rung has this place."""
    return place * RANKS + (key.turn if isinstance(key, StoredStrip) else 0)


@dataclass(frozen=True, slots=True)
class SeenFence:
    """The fence whose answer tells that the picture `serial` was seen; see `SeenGate` for `attempt`."""

    serial: int
    attempt: int


@dataclass(frozen=True, slots=True)
class PlacementJob:
    """The placements of the picture in front and of all that lies over it."""


@dataclass(frozen=True, slots=True)
class SceneJob:
    """The placements of a scene that changed."""


@dataclass(frozen=True, slots=True)
class StripJob:
    """The strip that lies in these cells of the canvas."""

    box: CellBox


@dataclass(frozen=True, slots=True)
class PatchJob:
    """What changed of strips that lie on the screen; `number` counts such changes."""

    number: int


@dataclass(frozen=True, slots=True)
class EraseJob:
    """Blanks over cells in which a picture lies."""


CellSpan = tuple[int, int, int]
"""Cells of the canvas: row, first column, column after the last."""


@dataclass(frozen=True, slots=True)
class RowsJob:
    """Half-blocks, which the widget paints."""

    spans: tuple[CellSpan, ...]


JobKey = Rung | StoredStrip | SeenFence | PlacementJob | SceneJob | StripJob | PatchJob | EraseJob | RowsJob
StageChannel = Channel[JobKey]
StageJob = Job[JobKey]
StagePiece = Sent[JobKey]

_FAST = 10e6
"""Bits per second with which blanks are on the screen in a moment, whatever follows them."""


def erase_job(blanks: str, rate: float | None) -> StageJob:
    """Text that wipes cells, at once. On a line that carries much (`rate`: bits per second) pictures follow at once as well:
    the canvas is not to be black between two of them."""
    return Job(EraseJob(), Priority.URGENT, (f"\x1b[0m{blanks}",), "place", holds=not is_fast(rate))


def is_fast(rate: float | None) -> bool:
    """Whether a line carries a picture in a moment. `rate`: bits per second, None while unknown."""
    return rate is not None and rate >= _FAST
