"""Ladders: what each line gets, in which order, and within which bytes."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.imaging.pictures import scenery
from tui.imaging import encode, preview
from tui.imaging.ladder import (
    _LADDERS,
    LOSSLESS,
    REFERENCE,
    Encoding,
    SentEncoding,
    Step,
    dithers,
    ladder,
    wire_bytes,
)
from tui.imaging.raster import raster
from tui.imaging.sheet import BUDGET
from tui.imaging.viewport import Viewport

KINDS: tuple[Encoding, ...] = get_args(Encoding)


def test_each_encoding_has_its_steps_and_each_file_a_budget_for_sheets() -> None:
    assert set(KINDS) == _LADDERS.keys()
    assert set(get_args(SentEncoding)) == {*BUDGET, "sixel"}


@pytest.mark.parametrize(
    ("rate", "least_kept_ahead", "first_kb"), [(1e6, 2, 30), (256e3, 2, 10), (64e3, 1, 8), (20e6, 3, 30)]
)
def test_a_slow_line_begins_with_less_and_keeps_less_ahead(
    rate: float, least_kept_ahead: int, first_kb: int
) -> None:
    steps = ladder("png", rate)
    assert max(step.ahead for step in steps) == least_kept_ahead
    assert wire_bytes(steps[0]) <= first_kb * 1000
    assert not steps[0].rest


def test_at_one_megabit_half_the_pixels_are_ahead_and_all_come_at_rest() -> None:
    steps = ladder("png", 1e6)
    assert [step.divisor for step in steps if step.ahead] == [4.5, 2]
    assert (steps[-1].divisor, steps[-1].rest) == (1, True)


def test_at_a_quarter_of_that_a_quarter_of_the_size_is_ahead() -> None:
    steps = ladder("png", 256e3)
    assert any(step.divisor <= 4.5 and step.ahead >= 2 and not step.rest for step in steps)
    assert steps[0].divisor <= 8


def test_without_a_rate_the_round_trip_tells_local_from_far() -> None:
    assert [step.divisor for step in ladder("png", None, 0.001)] == [4, 2, 1]
    assert ladder("png", None, 0.08) == ladder("png", 1e6) == ladder("png", None)


@pytest.mark.parametrize("rate", [64e3, 256e3, 1e6, 50e6, 1e9])
@pytest.mark.parametrize("zoomed", [False, True])
def test_all_colours_come_with_the_exact_step_alone(rate: float, zoomed: bool) -> None:
    assert all(step.quality is not None for step in ladder("png", rate, zoomed=zoomed))
    *early, last = ladder("png", rate, zoomed=zoomed, exact=True)
    assert (last.quality, last.exact) == (None, True)
    assert tuple(early) == ladder("png", rate, zoomed=zoomed)[: len(early)]


def test_nothing_is_sent_ahead_of_a_part() -> None:
    assert all(step.ahead == 0 for kind in KINDS for step in ladder(kind, 1e6, zoomed=True))


def test_sixels_begin_as_half_blocks_and_stay_within_the_registers() -> None:
    first, second = ladder("sixel", 1e6, registers=16)
    assert first.kind == "blocks"
    assert (second.kind, second.quality) == ("sixel", 16)


def of(steps: tuple[Step, ...]) -> list[tuple[str, int | None, bool, bool]]:
    return [(step.kind, step.quality, step.rest, step.exact) for step in steps]


@pytest.mark.parametrize("rate", [64e3, 256e3, 1e6, 6e6, 50e6])
def test_sixels_end_with_all_registers_dithered(rate: float) -> None:
    for registers in (16, 64, 200, 256):
        steps = ladder("sixel", rate, registers=registers, exact=True)
        assert (steps[0].kind, steps[0].rest) == ("blocks", False)
        assert steps[-1].quality == registers and dithers(steps[-1])
        assert len({(step.kind, step.quality, dithers(step)) for step in steps}) == len(steps)
        # Few colours that are not dithered would be steps in smooth places.
        assert all(dithers(step) or (step.quality or 0) >= 64 for step in steps)
    assert not any(step.exact for step in ladder("sixel", 1e6))


def test_half_blocks_get_24_bits_from_the_first_where_that_is_quick_and_at_rest_elsewhere() -> None:
    assert of(ladder("blocks", None, 0.001, exact=True)) == [("blocks", None, False, False)]
    assert of(ladder("blocks", 256e3, exact=True)) == [
        ("blocks", 256, False, False),
        ("blocks", None, True, True),
    ]
    assert of(ladder("blocks", 256e3)) == [("blocks", 256, False, False)]
    assert of(ladder("blocks", 1e9, truecolor=False, exact=True)) == [("blocks", 256, False, True)]
    assert of(ladder("blocks", 256e3, truecolor=False, exact=True)) == [
        ("blocks", 256, False, False),
        ("blocks", 256, True, True),
    ]


def test_inline_files_end_without_a_loss_or_with_none_that_is_seen() -> None:
    for rate, quality in ((256e3, None), (1e6, None), (6e6, None), (20e6, LOSSLESS)):
        *early, last = ladder("jpeg", rate, exact=True)
        assert (last.quality, last.rest, last.exact) == (quality, True, True)
        assert tuple(early) == ladder("jpeg", rate)[: len(early)] and not any(step.rest for step in early)


@pytest.mark.parametrize("kind", ["jpeg", "sixel", "blocks"])
def test_a_budget_below_what_is_exact_forbids_it(kind: Encoding) -> None:
    assert not any(step.exact for step in ladder(kind, 1e6, budget=90_000, exact=True))
    assert ladder(kind, 1e6, budget=5_000_000, exact=True)[-1].exact


def test_a_larger_canvas_does_not_make_the_first_picture_heavier() -> None:
    small, large = ladder("png", 256e3), ladder("png", 256e3, pixels=REFERENCE * 4)
    assert wire_bytes(large[0], REFERENCE * 4) <= wire_bytes(small[0]) * 1.5
    assert large[0].divisor == 2 * small[0].divisor


def test_a_picture_smaller_than_the_canvas_is_not_enlarged_before_sending() -> None:
    assert min(step.divisor for step in ladder("png", 1e6, scale=1.6)) == 1.6
    assert min(step.divisor for step in ladder("png", 1e6, scale=4)) == 1  # Single pixels are to be seen.
    # Reduced strips need not meet where the terminal keeps their proportions.
    assert ladder("jpeg", 1e6, scale=1.6)[-1].divisor == 1


@given(
    st.sampled_from(KINDS),
    st.one_of(st.none(), st.floats(1e3, 1e10)),
    st.integers(10_000, 20_000_000),
    st.floats(0.001, 40),
    st.booleans(),
    st.one_of(st.none(), st.integers(3000, 10**6)),
    st.booleans(),
)
def test_every_ladder_goes_up(
    kind: Encoding,
    rate: float | None,
    pixels: int,
    scale: float,
    zoomed: bool,
    budget: int | None,
    exact: bool,
) -> None:
    steps = ladder(kind, rate, pixels=pixels, scale=scale, zoomed=zoomed, budget=budget, exact=exact)
    assert steps
    divisors = [step.divisor for step in steps]
    assert divisors == sorted(divisors, reverse=True) and divisors[-1] >= 1
    resting = [step.rest for step in steps]
    assert resting == sorted(resting)
    assert not resting[0], "nobody stays at a picture of which nothing came"


@pytest.mark.parametrize("budget", [8_000, 40_000, 120_000])
@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_budget_is_kept_on_the_wire(kind: Encoding, budget: int) -> None:
    picture = raster(scenery(1000, 700), Viewport.fit((1000, 700), (1000, 760), (10.0, 20.0)))
    assert picture is not None
    last = ladder(kind, 1e6, budget=budget)[-1]
    assert last.max_bytes == budget
    if kind == "png":
        divisor, colours = preview.png_within(picture, budget)
        tiles = [preview.png_preview(picture, divisor, colours)]
    else:
        divisor, quality = encode.jpeg_within(picture, budget)
        tiles = list(encode.jpeg_tiles(picture, (10.0, 20.0), quality, divisor=divisor))
    assert budget / 3 < sum(len(tile.data) * 4 / 3 + 100 for tile in tiles) <= budget * 1.05


@pytest.mark.parametrize("rate", [5e4, 3e5, 6e5, 1e6, 5e6])
def test_before_the_exact_sixels_come_some_in_half_of_their_time(rate: float) -> None:
    """Also where a line of 1 Mbit/s is taken for a slower one, as half-blocks are painted one by one."""
    steps = ladder("sixel", rate, exact=True)
    assert [(step.kind, step.exact) for step in steps] == [
        ("blocks", False),
        ("sixel", False),
        ("sixel", True),
    ]
    assert 2 * wire_bytes(steps[1]) <= wire_bytes(steps[2])
    assert steps[1].rest == (rate < 500e3)
