"""How a person looks at pictures: what is done to their pixels before they are shown, and what lies over them. It changes
nothing that is saved; what is not neutral is recorded with each decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Literal

ColourChannel = Literal["all", "red", "green", "blue", "luma"]
MASK_OPACITY = 45
"""Of the insides of masks, in percent, unless it is set otherwise."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What is done to the pixels of a picture, in this order: one `channel` is taken; values from `level - window / 2` to
    `level + window / 2` percent become the whole range; `stretch` percent of the pixels at either end are clipped and
    the rest becomes the whole range; `local` percent of a local contrast; `contrast` (percent: at 100 four times as
    steep around the middle, at -100 a quarter) and `brightness` (percent of the range, added); `gamma` (hundredths:
    above 100 the shadows become lighter); `invert`."""

    brightness: int = 0
    contrast: int = 0
    gamma: int = 100
    level: int = 50
    window: int = 100
    stretch: float = 0.0
    local: int = 0
    invert: bool = False
    channel: ColourChannel = "all"


NEUTRAL = Adjustment()
"""Changes nothing."""


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """`mask_opacity` in percent; `shapes`, `predictions`: whether they are shown (what is being edited always is)."""

    adjustment: Adjustment = NEUTRAL
    mask_opacity: int = MASK_OPACITY
    shapes: bool = True
    predictions: bool = True

    @property
    def members(self) -> dict[str, Any]:
        """What is not neutral, as it is recorded; empty when all is."""
        return {**_changed(self.adjustment, NEUTRAL), **_changed(self, AS_IT_IS, "adjustment")}

    @property
    def signs(self) -> tuple[str, ...]:
        """What is not neutral in a few characters each, what hides something first."""
        return tuple(_hidden(self)) + tuple(_signs(self.adjustment)) + tuple(_opacity(self))


AS_IT_IS = ViewSettings()
"""Pictures as they are, with all that lies over them."""


def _changed(value: Any, neutral: Any, *but: str) -> dict[str, Any]:
    names = [field.name for field in fields(value) if field.name not in but]
    return {name: getattr(value, name) for name in names if getattr(value, name) != getattr(neutral, name)}


def _hidden(view: ViewSettings) -> Iterator[str]:
    if not view.shapes:
        yield "shapes hidden"
    if not view.predictions:
        yield "predictions hidden"


def _opacity(view: ViewSettings) -> Iterator[str]:
    if view.mask_opacity != MASK_OPACITY:
        yield f"masks {view.mask_opacity}%"


def _signs(adjustment: Adjustment) -> Iterator[str]:
    words = {
        "gamma": f"γ{adjustment.gamma / 100:.1f}",
        "invert": "inverted",
        "channel": adjustment.channel,
        "stretch": "stretched",
        "local": "local",
        "brightness": f"bright{adjustment.brightness:+d}",
        "contrast": f"contrast{adjustment.contrast:+d}",
        "level": "windowed",
        "window": "windowed",
    }
    changed = _changed(adjustment, NEUTRAL)
    yield from dict.fromkeys(word for name, word in words.items() if name in changed)
