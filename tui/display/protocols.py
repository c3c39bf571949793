"""How the pictures of each graphics protocol are encoded, and the stage that shows them.

What is known of a protocol without showing a picture is in `tui.terminal.protocols`, under the same name.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tui.display.block_stage import BlockStage
from tui.display.cell_stage import CellStage
from tui.display.covering_painter import CoveringPainter
from tui.display.covering_stage import CoveringStage
from tui.display.covering_supply import PictureSupply
from tui.display.jobs import StageChannel
from tui.display.stage import Stage, StageHost, StageParts
from tui.display.stored_painter import StoredPainter
from tui.display.stored_stage import StoredStage
from tui.display.strip_format import JpegStrips, SixelStrips, StripFormat
from tui.imaging.cache import DiskCache
from tui.imaging.decode_cache import DecodeCache
from tui.imaging.ladder import Encoding
from tui.imaging.worker_pool import WorkerPool
from tui.terminal import wire
from tui.terminal.caps import TerminalCaps
from tui.terminal.channel import SLACK, Channel
from tui.terminal.padding import is_invisible, padding

MUTE_DELAY = 0.15
"""Seconds after its bytes were written from which a picture counts as seen where the terminal answers nothing."""
MUTE_RATE = 20e6
"""Bits per second assumed where nothing is answered and nothing was set: a local line."""
STORED_SLACK = 0.012
"""Seconds of pictures that may wait on the line before the placement that a key brings."""


@dataclass(frozen=True, slots=True)
class StageSettings:
    """What a stage is made from. `budget`: bytes on the wire for a whole picture; `rate`: bits per second of the line;
    None: to be found out. `exact`: whether pictures become exact while one stays at them."""

    host: StageHost
    caps: TerminalCaps
    workers: WorkerPool
    decode_cache: DecodeCache
    cache: DiskCache | None = None
    budget: int | None = None
    rate: float | None = None
    exact: bool = True

    def channel(
        self,
        fence: Callable[[int], str] | None = None,
        *,
        inside: bool = True,
        first_number: int = 1,
        slack: float = SLACK,
    ) -> StageChannel:
        """A channel for this terminal and line; see `Channel`."""
        known = self.rate is not None or self.caps.answers
        return Channel(
            fence=fence,
            answers=self.caps.answers,
            inside=inside,
            rate=self.rate if known else MUTE_RATE,
            mute_delay=MUTE_DELAY,
            round_trip=self.caps.round_trip,
            first_number=first_number,
            slack=slack,
            padding=partial(padding, tmux=self.caps.tmux) if self._may_measure else None,
        )

    @property
    def _may_measure(self) -> bool:
        """Padding is not seen, and what answers is the terminal at the end of the line."""
        return is_invisible(os.environ) and not self.caps.answered_by

    def parts(self, channel: StageChannel) -> StageParts:
        """The parts of a stage whose pictures go through `channel`."""
        return StageParts(
            self.host,
            self.caps,
            self.workers,
            self.decode_cache,
            channel,
            self.budget,
            self.cache,
            self.exact,
        )


@dataclass(frozen=True, slots=True)
class DisplayProtocol:
    """`encoding`: the best of its pictures (see `imaging.ladder`); `prepare` makes it ahead. `make`: its stage."""

    encoding: Encoding
    make: Callable[[StageSettings], Stage]


def _stored(settings: StageSettings) -> Stage:
    caps = settings.caps
    # Ids are random, so that programs in one window do not meet.
    number = random.SystemRandom().randrange(1 << 16)
    painter = StoredPainter(caps, number)
    channel = settings.channel(
        painter.fence, inside=not caps.tmux, first_number=100_000 + number * 100, slack=STORED_SLACK
    )
    return StoredStage(settings.parts(channel), painter)


def _covering(settings: StageSettings) -> Stage:
    number = random.SystemRandom().randrange(1 << 16)
    channel = settings.channel(wire.fence, first_number=100_000 + number * 100, slack=STORED_SLACK)
    return CoveringStage(settings.parts(channel), CoveringPainter(settings.caps, number))


def _in_strips(form: StripFormat) -> DisplayProtocol:
    return DisplayProtocol(form.encoding, lambda s: CellStage(s.parts(s.channel()), form))


DISPLAY: dict[str, DisplayProtocol] = {
    "kitty": DisplayProtocol(StoredStage.encoding, _stored),
    "kitty-cells": DisplayProtocol(PictureSupply.encoding, _covering),
    "iterm2": _in_strips(JpegStrips()),
    "sixel": _in_strips(SixelStrips()),
    "blocks": DisplayProtocol("blocks", lambda s: BlockStage(s.parts(s.channel()))),
}
"""By the names of `tui.terminal.protocols.PROTOCOLS`."""


def make_stage(settings: StageSettings) -> Stage:
    """The stage of the terminal's protocol."""
    return DISPLAY[settings.caps.protocol].make(settings)


def encoding_of(protocol: str) -> Encoding:
    """What pictures of a protocol are encoded as in the end."""
    return DISPLAY[protocol].encoding
