"""Which of the strips that were made may take the place of those on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from tui.display.strip_painter import StripPainter
from tui.imaging.develop import Developed
from tui.imaging.ladder import Step

_CLEARLY_SHARPER = 1.5
"""By how many times more pixels, both ways, a rough step may replace another."""
_AT_ONCE = 0.2
"""Seconds that the strips of a step which was made before may take on the line to be the first that is shown."""


def may_come(step: Step, steps: Sequence[Step], strips: StripPainter, *, seen: bool, told: bool) -> bool:
    """Whether a step of the ladder `steps` may come though it takes its time: the first strips of another picture or view,
    and others when these are whole and the fence behind them is sent: else a part of the canvas would show nothing, or the
    view before, until the last of them is there. `seen`: the picture was; `told`: or the fence that tells it is sent."""
    if not seen and steps[0].kind == "blocks":
        return False
    if strips.as_wanted:
        return told and strips.complete
    return step == next(step for step in steps if step.kind != "blocks")


def is_soon_sent(made: Developed, rate: float | None) -> bool:
    """Whether strips take so little of the line (bits per second) that they may be the first that is seen."""
    return made.whole and are_soon_sent(sum(len(tile.data) for tile in made.tiles), rate)


def are_soon_sent(size: int, rate: float | None) -> bool:
    """The same of so many bytes."""
    return size * 8 <= _AT_ONCE * (rate or 0.0)


def gains(step: Step, shown: Step) -> bool:
    """Whether strips of a step are clearly better than those `shown`, or are these. What is exact stays; a part of a budget
    comes before what uses it up; the rest is judged by pixels, then by colours or quality."""
    if step == shown:
        return True
    if shown.exact or step.exact or step.kind == "blocks":
        return step.exact and not shown.exact
    if step.max_bytes is not None or shown.max_bytes is not None:
        return shown.max_bytes is None
    if step.divisor == shown.divisor:
        return _colours(step) > _colours(shown)
    return step.divisor * (1 if step.divisor == 1 else _CLEARLY_SHARPER) <= shown.divisor


def as_good(steps: Sequence[Step], shown: Step) -> Step:
    """How far strips of a step `shown` are on the ladder `steps`, of which it is none when the line was taken for another one
    before: the last step that takes their place no longer."""
    passed = (
        step for step in reversed(steps) if step == shown or not (step.kind == "blocks" or gains(step, shown))
    )
    return next(passed, shown)


def _colours(step: Step) -> int:
    """Of strips that are not exact: the number of colours, or the quality; None is all of them."""
    return 256 if step.quality is None else step.quality
