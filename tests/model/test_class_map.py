"""Masks as columns of runs, against plain arrays."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from tui.model import class_map as cm
from tui.model import rle
from tui.model.even_odd import ColumnSpan, filled_columns, inside

HEIGHT, WIDTH = 12, 17
Pixels = np.ndarray
span = st.tuples(st.integers(-2, WIDTH + 1), st.integers(-2, HEIGHT + 1), st.integers(-2, HEIGHT + 2))
deed = st.tuples(st.lists(span, max_size=5), st.integers(0, 3), st.none() | st.integers(0, 3))


def pixels_of(found: cm.ClassMap) -> Pixels:
    return np.array([[found.at(x, y) for x in range(found.width)] for y in range(found.height)], dtype=int)


@given(st.lists(deed, max_size=6))
def test_painting_is_that_of_an_array(deeds: list[tuple[list[ColumnSpan], int, int | None]]) -> None:
    found = cm.ClassMap.blank((HEIGHT, WIDTH), "abc")
    truth = np.zeros((HEIGHT, WIDTH), int)
    for spans, number, over in deeds:
        found = found.painted(spans, number, over)
        for column, top, bottom in spans:
            if 0 <= column < WIDTH and max(0, top) < bottom:
                part = truth[max(0, top) : bottom, column]
                part[(part == over) if over is not None else np.ones(part.shape, bool)] = number
    assert (pixels_of(found) == truth).all()
    runs = found.runs()
    for number, name in enumerate("abc", 1):
        assert (name in runs) == bool((truth == number).any())
        if name in runs:
            assert rle.check(runs[name], (HEIGHT, WIDTH)) == ""
            assert rle.area(runs[name]) == (truth == number).sum()
    assert (pixels_of(cm.from_runs((HEIGHT, WIDTH), runs.items())) > 0).tolist() == (truth > 0).tolist()


def test_every_pixel_has_one_class_the_later_mask_wins() -> None:
    found = cm.from_runs((2, 2), [("a", [0, 4]), ("b", [1, 2, 1])])
    assert found.runs() == {"a": [0, 1, 2, 1], "b": [1, 2, 1]}


point = st.tuples(st.floats(-3, WIDTH + 3), st.floats(-3, HEIGHT + 3))


@given(st.lists(point, min_size=3, max_size=6))
@example([(0.0, 0.0), (0.0, 0.0), (11.0, 11.0)])
def test_an_outline_covers_the_pixels_whose_middles_are_inside(ring: list[tuple[float, float]]) -> None:
    found = cm.ClassMap.blank((HEIGHT, WIDTH), "a").painted(filled_columns([ring], WIDTH, HEIGHT), 1)
    for x in range(WIDTH):
        for y in range(HEIGHT):
            assert (found.at(x, y) == 1) == inside((x + 0.5, y + 0.5), [ring])


@given(point, st.floats(0.1, 9))
def test_a_dab_is_round(middle: tuple[float, float], diameter: float) -> None:
    pixels = {(c, r) for c, top, bottom in cm.disc(middle, diameter) for r in range(top, bottom)}
    near = {
        (c, r)
        for c in range(-10, WIDTH + 10)
        for r in range(-10, HEIGHT + 10)
        if (c + 0.5 - middle[0]) ** 2 + (r + 0.5 - middle[1]) ** 2 < diameter**2 / 4 - 1e-9
    }
    assert near <= pixels
    assert len(pixels) >= 1
    assert set(cm.stroke(middle, middle, diameter)) == set(cm.disc(middle, diameter))


def test_a_region_hangs_together_by_sides() -> None:
    found = cm.ClassMap.blank((4, 4), "a").painted([(0, 0, 2), (1, 2, 4), (3, 0, 4)], 1)
    assert found.region(0.5, 0.5) == [(0, 0, 2)]
    assert found.region(3.5, 0.5) == [(3, 0, 4)]
    assert found.region(9, 9) == []
    whole = [(column, 0, 4) for column in range(4)]
    assert found.painted(whole, 1, over=0).runs() == {"a": [0, 16]}
