"""In which order the qualities of several pictures are made and sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.display.stage import Picture, Rung
from tui.imaging.ladder import Step

Rungs = Callable[[Picture, Step], Rung | None]
"""The rung of a picture at a step; None when it is not to be made: a broken picture, or better is there."""


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
    others = [picture for picture in wanted if picture != front]
    early: list[Rung | None] = []
    late: list[Rung | None] = []
    if front is not None and zoomed is not None:
        early += [rungs(front, step) for step in zoomed]
    for step in steps:
        own = late if step.rest else early
        if front is not None and zoomed is None and (resting or not step.rest):
            own.append(rungs(front, step))
        if resting or not step.rest:
            own += [rungs(picture, step) for picture in others[: step.ahead]]
    return [rung for rung in (*early, *late) if rung is not None]
