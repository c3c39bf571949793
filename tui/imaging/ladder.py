"""Which encodings of a picture are sent over which line, from the first to be seen to the sharpest.

The steps come from benchmarks/encode.py: mean bytes and likeness over photographs. A rough picture now beats a good
one later, so each ladder begins with what the line carries in a third of a second.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, assert_never

from tui.imaging.raster import NEAREST_FROM

SentEncoding = Literal["png", "jpeg", "sixel"]
"""Of pictures that are sent by a plan, each within its budget."""
Encoding = Literal[SentEncoding, "blocks"]
REFERENCE = 1000 * 760
"""Canvas pixels for which the steps are written."""
LOCAL_ROUND_TRIP = 0.015
"""Seconds; longer than a terminal beside this program takes while that starts, shorter than most ways to another town."""
_UNKNOWN_RATE = 1e6
_LOCAL_RATE = 1e9


@dataclass(frozen=True, slots=True)
class StripTerms:
    """How an exact picture is cut that the terminal keeps: into strips of so many `rows` of cells, so that what a key
    breaks off is soon sent again, and these into parts of so many `columns`, None: not at all. `level`: of
    compression. `rounded`: whether those with much in them come with rounded colours first."""

    rows: int
    level: int
    columns: int | None = None
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """`divisor`: of the canvas's pixels, both ways. `quality`: colours of a PNG, sixel or blocks (None: all of them; blocks
    in 256 are in as few bytes of 24-bit colours where the terminal has these, see `block_runs`), quality of a JPEG (None: as low as cannot be told from the picture; LOSSLESS: it is PNG files instead). `ahead`: how
    many of the pictures to come get this step before the picture in front gets the next one. `rest`: sent only once the
    person stays at the picture. `max_bytes`: when set, bytes on the wire of the whole picture, which then decide
    `divisor` and `quality` (see `preview.png_within`, `encode.jpeg_within`).
    `exact`: made of the whole file, decoded in full and resized once, to be equal to that pixel by pixel, or as near as
    the encoding comes to it. `strips`: of an exact PNG. `strip_bytes`: of a strip that belongs to cells at most, before
    base64; None: what suits the encoding. `one_piece`: one file in place of strips, of which all is seen at once."""

    kind: Encoding
    divisor: float
    quality: int | None
    ahead: int = 0
    rest: bool = False
    max_bytes: int | None = None
    exact: bool = False
    strips: StripTerms | None = None
    strip_bytes: int | None = None
    one_piece: bool = False


LOSSLESS = 101
"""A quality that JPEGs do not have."""
_Table = tuple[tuple[float, tuple[Step, ...]], ...]
"""Steps by the bits per second from which on they are meant, the fastest line first."""
_PNG: _Table = (
    (10e6, (Step("png", 4, 256, 3), Step("png", 2, 256, 3), Step("png", 1, 256, 1, True))),
    (700e3, (Step("png", 4.5, 256, 2), Step("png", 2, 256, 2), Step("png", 1, 256, 0, True))),
    (100e3, (Step("png", 7.5, 128, 2), Step("png", 4.5, 256, 2), Step("png", 2.5, 256, 0, True))),
    (0, (Step("png", 10, 128, 1), Step("png", 5, 256, 0, True))),
)
_JPEG: _Table = (
    (10e6, (Step("jpeg", 1, 80, 3),)),
    (4e6, (Step("jpeg", 1, 40, 2), Step("jpeg", 1, 75, 2, True))),
    (700e3, (Step("jpeg", 5, 50, 2, one_piece=True), Step("jpeg", 1, 34, 2), Step("jpeg", 1, 60, 0, True))),
    (100e3, (Step("jpeg", 6, 50, 2, one_piece=True), Step("jpeg", 1, 40, 2))),
    (0, (Step("jpeg", 6, 50, 1, one_piece=True), Step("jpeg", 2, 50, 1, True))),
)
_SIXEL: _Table = (
    (10e6, (Step("blocks", 1, None, 3), Step("sixel", 1, 256, 3, exact=True, strip_bytes=14_000))),
    (500e3, (Step("blocks", 1, 256, 1), Step("sixel", 1, 256, 2))),
    (0, (Step("blocks", 1, 256, 1), Step("sixel", 1, 256, 1, True))),
)
_BLOCKS: _Table = ((4e6, (Step("blocks", 1, None, 3),)), (0, (Step("blocks", 1, 256, 3),)))
_EXACT_PNG: _Table = (
    (100e6, (Step("png", 1, None, 1, exact=True, strips=StripTerms(8, 1)),)),
    (10e6, (Step("png", 1, None, 1, exact=True, strips=StripTerms(5, 6)),)),
    (700e3, (Step("png", 1, None, exact=True, strips=StripTerms(3, 7, 25, True)),)),
    (0, (Step("png", 1, None, 0, True, exact=True, strips=StripTerms(3, 7, 25, True)),)),
)
# Strips are as long as the line takes in a tenth of a second or two, as a key that comes meanwhile waits for one.
_EXACT_JPEG: _Table = (
    (10e6, (Step("jpeg", 1, LOSSLESS, 0, True, exact=True, strip_bytes=24_000),)),
    (4e6, (Step("jpeg", 1, None, 0, True, exact=True, strip_bytes=12_000),)),
    (700e3, (Step("jpeg", 1, None, 0, True, exact=True, strip_bytes=7_000),)),
    (0, (Step("jpeg", 1, None, 0, True, exact=True, strip_bytes=3_500),)),
)
_EXACT_SIXEL: _Table = (
    (10e6, ()),
    (2.5e6, (Step("sixel", 1, 256, 0, True, exact=True, strip_bytes=10_000),)),
    (0, (Step("sixel", 1, 256, 0, True, exact=True, strip_bytes=7_000),)),
)
_EXACT_BLOCKS: _Table = ((4e6, ()), (0, (Step("blocks", 1, None, 0, True, exact=True),)))
_EXACT: Mapping[Encoding, _Table] = {
    "png": _EXACT_PNG,
    "jpeg": _EXACT_JPEG,
    "sixel": _EXACT_SIXEL,
    "blocks": _EXACT_BLOCKS,
}
"""What follows the other steps: the picture as it is, as far as the encoding can hold it. It takes the place of steps in
full size that wait until the person stays."""
_LADDERS: Mapping[Encoding, _Table] = {"png": _PNG, "jpeg": _JPEG, "sixel": _SIXEL, "blocks": _BLOCKS}

_FEW = 64
SIXEL_COLOURS = (256, 160, 128, 96, 64)
_BYTES_PER_PIXEL: dict[tuple[str, int | None], float] = {
    ("png", 256): 0.35, ("png", 128): 0.33, ("png", 64): 0.29, ("png", 32): 0.26,
    ("exact sixel", 256): 1.1, ("sixel", 256): 0.48, ("sixel", 160): 0.46, ("sixel", 128): 0.45, ("sixel", 96): 0.44, ("sixel", 64): 0.42, ("sixel", 32): 0.7, ("sixel", 16): 0.55, ("blocks", 256): 0.066, ("blocks", None): 0.17,
}  # fmt: skip
"""On the wire, in full size; a reduced PNG has a little more for each pixel of its own."""


def ladder(
    encoding: Encoding,
    rate: float | None,
    round_trip: float | None = None,
    *,
    budget: int | None = None,
    pixels: int = REFERENCE,
    scale: float = 0.1,
    zoomed: bool = False,
    registers: int = 256,
    truecolor: bool = True,
    exact: bool = False,
) -> tuple[Step, ...]:
    """The steps for a picture of `encoding`.

    `rate`: bits per second, None while unknown: then a round trip of a local terminal means a fast line, any other
    one of 1 Mbit/s. `budget`: bytes on the wire that a whole picture may take. `pixels`: of the canvas; the bytes of the
    early steps stay about the same on a larger one. `scale`: canvas pixels per image pixel. `zoomed`: a part of
    the picture, of which nothing is sent ahead. `registers`: of sixel colours, 0: unknown. `truecolor`: cells may have
    24-bit colours. `exact`: with the last steps that make it exact, where no budget forbids them.
    """
    known = assumed_rate(rate, round_trip)
    table, follows = _steps_at(_LADDERS[encoding], known), _steps_at(_EXACT[encoding], known)
    steps = _distinct(table, registers, truecolor=truecolor)
    last = _distinct((*table, *follows), registers, truecolor=truecolor)[len(steps) :] if exact else ()
    if zoomed:
        # Nothing is sent ahead of a part.
        steps = tuple(replace(step, ahead=0) for step in steps)
    # A JPEG may only be reduced as a whole: mlterm keeps proportions, and its strips would not meet.
    steps = _for_size(steps, (pixels / REFERENCE) ** 0.5, scale if encoding == "png" else 1.0)
    if budget is None or (last and all(wire_bytes(step, pixels) <= budget for step in last)):
        first, *others = _with_last(steps, tuple(_capped(step, budget) for step in last))
    else:
        first, *others = _within(steps, budget, pixels)
    # A person stays at what is there: the first step waits for nothing.
    return (replace(first, rest=False), *others)


def _capped(step: Step, budget: int | None) -> Step:
    """What takes more than photographs do is to stay below the budget all the same."""
    return replace(step, max_bytes=budget) if step.kind in ("png", "jpeg") else step


def assumed_rate(rate: float | None, round_trip: float | None) -> float:
    """Bits per second, where they are not known too."""
    if rate is not None:
        return rate
    local = round_trip is not None and round_trip < LOCAL_ROUND_TRIP
    return _LOCAL_RATE if local else _UNKNOWN_RATE


def _steps_at(table: _Table, rate: float) -> tuple[Step, ...]:
    return next(steps for minimum, steps in table if rate >= minimum)


def _with_last(steps: tuple[Step, ...], last: tuple[Step, ...]) -> tuple[Step, ...]:
    """What is as large as the `last` steps and comes hardly before them is left out. Sixels that are
    not exact come in less than half of their time."""
    if not last:
        return steps
    waits = last[0].rest
    *early, late = [
        step for step in steps if (waits and (step.divisor > 1 or step.kind == "sixel")) or not step.rest
    ] or [
        steps[0]  # Of a small canvas all steps are one.
    ]
    return (*early, late, *last)


def _distinct(steps: Iterable[Step], registers: int, *, truecolor: bool) -> tuple[Step, ...]:
    """As a terminal shows them with its registers and colours; a step that looks as one before it is left out."""
    found: dict[Hashable, Step] = {}
    for step in steps:
        limited = _limited(step, registers, truecolor)
        alike = (
            limited
            if step.kind in ("png", "jpeg")
            else (
                limited.kind,
                limited.divisor,
                limited.quality,
                limited.kind == "blocks" and limited.exact,
                dithers(limited),
            )
        )
        found.setdefault(alike, limited)
    return tuple(found.values())


def _limited(step: Step, registers: int, truecolor: bool) -> Step:
    if step.kind == "sixel" and registers and step.quality is not None:
        return replace(step, quality=min(step.quality, registers))
    if step.kind == "blocks" and step.quality is None and not truecolor:
        return replace(step, quality=256, exact=True)
    return step


def dithers(step: Step) -> bool:
    """Whether a step's colours are dithered in full: in few of them smooth places would become steps. In many of them a
    sixel picture that something better follows takes half of the bytes when it is dithered a little."""
    if step.kind == "sixel":
        return step.exact or (step.quality is not None and step.quality < _FEW)
    return step.kind == "blocks"


def every_step(
    encoding: Encoding, *, pixels: int = REFERENCE, scale: float = 0.1, registers: int = 256
) -> tuple[Step, ...]:
    """The steps of all lines, for what is encoded before the line is known; those that one line takes first stay so."""
    found: dict[tuple[Encoding, float, int | None, bool], Step] = {}
    for minimum, _ in _LADDERS[encoding]:
        for step in ladder(encoding, minimum, pixels=pixels, scale=scale, registers=registers):
            found.setdefault((step.kind, step.divisor, step.quality, step.exact), step)
    return tuple(found.values())


def wire_bytes(step: Step, pixels: int = REFERENCE) -> int:
    """About how many bytes a step takes for a photograph, as measured."""
    own = pixels / step.divisor**2
    grown = float(step.divisor**0.25)
    if step.kind == "jpeg":
        return round(own * _jpeg_bytes(step.quality) * grown)
    if step.quality is None and step.kind != "blocks":
        return round(own * 2)
    kind = "exact sixel" if step.kind == "sixel" and step.exact else step.kind
    return round(own * _BYTES_PER_PIXEL.get((kind, step.quality), 0.35) * grown)


def _jpeg_bytes(quality: int | None) -> float:
    """For each pixel."""
    if quality is None:
        return 0.3
    return 1.15 if quality == LOSSLESS else 0.035 + 0.00125 * quality


def _for_size(steps: tuple[Step, ...], larger: float, scale: float) -> tuple[Step, ...]:
    """Reduced steps keep their bytes on another canvas, and never hold more pixels than the picture has."""
    min_divisor = scale if 1 < scale < NEAREST_FROM else 1.0
    found: list[Step] = []
    for step in steps:
        if step.kind in ("blocks", "sixel"):
            found.append(step)
            continue
        divisor = max(min_divisor, step.divisor * larger if step.divisor > 1 else 1.0)
        if (
            found
            and found[-1].divisor <= divisor
            and (step.kind == "png" or found[-1].quality == step.quality)
        ):
            found.pop()
        found.append(replace(step, divisor=divisor))
    return tuple(found)


def _within(steps: tuple[Step, ...], budget: int, pixels: int) -> tuple[Step, ...]:
    """Steps that stay below the budget with room to spare, then one that uses it up."""
    last = steps[-1]
    match last.kind:
        case "sixel":
            return _sixels_within(steps, budget, pixels)
        case "blocks":
            return tuple(
                step if wire_bytes(step, pixels) <= budget else replace(step, quality=256) for step in steps
            )
        case "png" | "jpeg":
            early = tuple(step for step in steps if wire_bytes(step, pixels) * 3 <= budget)[:1]
            return (*early, replace(last, max_bytes=budget))
        case other:
            assert_never(other)


def _sixels_within(steps: tuple[Step, ...], budget: int, pixels: int) -> tuple[Step, ...]:
    """Half-blocks first, then the most colours that stay below the budget."""
    *early, last = steps
    if wire_bytes(last, pixels) <= budget:
        return steps
    colours = [c for c in SIXEL_COLOURS if c <= (last.quality or 0)] or [last.quality or 0]
    fitting = (replace(last, quality=c, exact=False) for c in colours)
    return (*early, *[step for step in fitting if wire_bytes(step, pixels) <= budget][:1])
