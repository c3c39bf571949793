"""Which qualities of several pictures are made and sent, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tui.display.jobs import Picture, Rung
from tui.display.sharpness import Sharpness
from tui.display.stage import Stage
from tui.imaging.ladder import Encoding, Step, assumed_rate, ladder
from tui.imaging.sheet import BUDGET, Sheet
from tui.terminal.exactness import inexactness

FAST_RATE = 10e6
"""Bits per second from which on pictures come in full size in a moment."""
Rungs = Callable[[Picture, Step], Rung | None]
"""The rung of a picture at a step; None when it is not to be made: a broken picture, or better is there."""


@dataclass(frozen=True, slots=True)
class Planner:
    """The steps of a stage's pictures over its line. `budget`: bytes on the wire for a whole picture; None: any.
    `exact`: with the last steps, which make pictures exact."""

    encoding: Encoding
    budget: int | None
    exact: bool = True

    def steps(self, stage: Stage, scale: float, *, zoomed: bool = False) -> tuple[Step, ...]:
        """`scale`: pixels of the canvas per pixel of the image; `zoomed`: a part of it is looked at."""
        # A stored picture comes as fast as its bytes; what belongs to cells, as fast as the terminal draws it.
        rate = stage.channel.rate if self.encoding == "png" else stage.channel.throughput
        pixels = max(1, stage.canvas[0] * stage.canvas[1])
        return ladder(
            self.encoding,
            rate,
            stage.channel.round_trip,
            budget=self._budget_of(stage, fast=assumed_rate(rate, stage.channel.round_trip) >= FAST_RATE),
            pixels=pixels,
            scale=scale,
            zoomed=zoomed,
            registers=stage.caps.registers,
            truecolor=stage.caps.truecolor,
            exact=self.exact,
        )

    def steps_now(self, stage: Stage) -> tuple[Step, ...]:
        """Of the picture in front, as it is looked at."""
        scale = stage.viewport.scale if stage.viewport is not None else 0.1
        return self.steps(stage, scale, zoomed=stage.zoomed_view is not None)

    def settled(self, stage: Stage, sharpness: Sharpness, *, whole: bool = True) -> Sharpness:
        """How sharp the picture in front is when this is how far it has come: INEXACT in place of FINAL where the terminal
        could show more of it, and none of its steps does. `whole`: all of the exact step is there; the terminal may have
        refused some of it, or the budget a part of its bytes."""
        front = stage.front
        if sharpness != Sharpness.FINAL or front is None or stage.is_broken(front):
            return sharpness
        # Sixels are never equal to it, and all the same are more like it at the exact step.
        if self.encoding != "sixel" and inexactness(stage.caps):
            return sharpness
        exact = whole and any(step.exact and step.kind != "blocks" for step in self.steps_now(stage))
        return sharpness if exact else Sharpness.INEXACT

    def _budget_of(self, stage: Stage, *, fast: bool) -> int | None:
        """Contact sheets may have one of their own, but where all of their pixels come in a moment and may."""
        picture = stage.front
        is_sheet = picture is not None and isinstance(picture.source, Sheet)
        if self.encoding == "blocks" or self.encoding not in BUDGET or not is_sheet or (fast and self.exact):
            return self.budget
        return min(self.budget or BUDGET[self.encoding], BUDGET[self.encoding])

    def plan(self, stage: Stage, rungs: Rungs) -> list[Rung]:
        """All rungs that are to be made or sent, the next one first."""
        scale = stage.viewport.scale if stage.viewport is not None else 0.1
        zoomed = self.steps(stage, scale, zoomed=True) if stage.zoomed_view is not None else None
        steps = self.steps(stage, scale)
        return in_order(stage.front, stage.wanted, steps, rungs, resting=stage.resting, zoomed=zoomed)

    def made_ahead(self, stage: Stage, rungs: Rungs) -> list[Rung]:
        """What is only made while the person stays, so that the line need not wait for it: the next picture as it is."""
        following = [picture for picture in stage.wanted if picture != stage.front][: int(stage.resting)]
        steps = [step for step in self.steps(stage, 0.1) if step.exact] if following else []
        return _rungs([(picture, step) for picture in following for step in steps], rungs)


def in_order(
    front: Picture | None,
    wanted: Sequence[Picture],
    steps: Sequence[Step],
    rungs: Rungs,
    *,
    resting: bool,
    zoomed: Sequence[Step] | None = None,
) -> list[Rung]:
    """Step by step: that of the picture in front, then those of the pictures to come that the step says.

    `resting`: the person stays at the picture, so that it gets its last steps too; those come after everything that
    is sent ahead. `zoomed`: the steps of the picture in front when a part of it is looked at.
    """
    due = [step for step in steps if resting or not step.rest]
    fitted = front if zoomed is None else None
    pairs: list[_PlannedStep] = [(front, step) for step in zoomed or ()]
    pairs += _ahead(due, fitted, [picture for picture in wanted if picture != front])
    pairs += [(fitted, step) for step in due if step.rest]
    if resting:
        pairs += _idle(steps, wanted)
    return _rungs(pairs, rungs)


IDLE_AHEAD = 3
"""Pictures to come that get all steps but the exact one when nothing else is to be sent."""
_PlannedStep = tuple[Picture | None, Step]


def _ahead(steps: Sequence[Step], own: Picture | None, others: Sequence[Picture]) -> Iterator[_PlannedStep]:
    """Step by step, what does not wait until the person stays: the own picture, then those to come."""
    for step in steps:
        if not step.rest:
            yield own, step
        yield from ((picture, step) for picture in others[: step.ahead])


def _idle(steps: Sequence[Step], wanted: Sequence[Picture]) -> Iterator[_PlannedStep]:
    """When the line has nothing else to carry: whoever goes on then finds the next pictures as sharp as they become
    before they are exact. Not where nothing is to become exact: there the line may be paid by the megabyte."""
    if any(step.exact for step in steps):
        yield from ((picture, step) for step in steps if not step.exact for picture in wanted[:IDLE_AHEAD])


def _rungs(planned: Sequence[_PlannedStep], rungs: Rungs) -> list[Rung]:
    found = (rungs(picture, step) for picture, step in planned if picture is not None)
    return list(dict.fromkeys(rung for rung in found if rung is not None))
