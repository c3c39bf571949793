"""One even-odd rule under all fills, also where the middle of a pixel lies on an edge."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from tui.formats import pixels
from tui.model.class_map import ClassMap
from tui.model.even_odd import crossings, filled_columns, filled_rows, inside
from tui.model.geometry import Point, Ring, edges

HEIGHT, WIDTH = 7, 9
OUTLINES = 10_000
Outline = list[list[Point]]


def coordinate(dice: random.Random, size: int) -> float:
    """Whole and half numbers put edges on the middles of pixels and on their corners."""
    match dice.randrange(5):
        case 0 | 1:
            return dice.randint(-4, 2 * size + 4) / 2
        case 2:
            return float(dice.randint(-1, size + 1))
        case 3:
            return dice.randint(-8, 8 * size + 8) / 8
        case _:
            return dice.uniform(-2.0, size + 2.0)


def ring(dice: random.Random) -> list[Point]:
    """Mostly crossing itself; sometimes without area, along itself and back, or with a point twice."""
    points = [(coordinate(dice, WIDTH), coordinate(dice, HEIGHT)) for _ in range(dice.randint(1, 7))]
    return points + dice.choice([[], [], [], points[:1], points[-1:], points[::-1]])


def outline(seed: int) -> Outline:
    """One to three rings; the further ones are holes, or parts, as it happens."""
    dice = random.Random(seed)
    return [ring(dice) for _ in range(dice.choice([1, 1, 1, 2, 3]))]


def exactly_inside(point: Point, rings: Sequence[Ring]) -> bool:
    """The rule in fractions: half-open edges, and what lies on an edge lies to its right."""
    x, y = Fraction(point[0]), Fraction(point[1])
    odd = False
    for each in rings:
        for (ax, ay), (bx, by) in edges(each):
            if (ay <= y) != (by <= y):
                at = Fraction(ax) + (y - Fraction(ay)) * (Fraction(bx) - Fraction(ax)) / (
                    Fraction(by) - Fraction(ay)
                )
                odd ^= x < at
    return odd


def by_level_lines(rings: Outline) -> np.ndarray:
    grid = np.zeros((HEIGHT, WIDTH), bool)
    middles = np.arange(WIDTH) + 0.5
    for row in range(HEIGHT):
        for at in crossings(row + 0.5, rings):
            grid[row] ^= middles >= at
    return grid


def by_rows(rings: Outline) -> np.ndarray:
    grid = np.zeros((HEIGHT, WIDTH), bool)
    for row, first, last in filled_rows(rings, WIDTH, HEIGHT):
        assert not grid[row, first:last].any()
        grid[row, first:last] = True
    return grid


def by_painting(rings: Outline) -> np.ndarray:
    spans = list(filled_columns(rings, WIDTH, HEIGHT))
    painted = ClassMap.blank((HEIGHT, WIDTH), "a").painted(spans, 1)
    grid = np.array([[painted.at(x, y) == 1 for x in range(WIDTH)] for y in range(HEIGHT)])
    assert grid.sum() == sum(bottom - top for _, top, bottom in spans)
    return grid


def test_ten_thousand_outlines_agree_in_all_fills() -> None:
    on_edges = 0
    for seed in range(OUTLINES):
        rings = outline(seed)
        exported = pixels.filled(rings, WIDTH, HEIGHT)
        assert (by_rows(rings) == exported).all(), (seed, rings)
        assert (by_painting(rings) == exported).all(), (seed, rings)
        assert (by_level_lines(rings) == exported).all(), (seed, rings)
        for pixel in range(seed % 7, WIDTH * HEIGHT, 7):
            y, x = divmod(pixel, WIDTH)
            assert inside((x + 0.5, y + 0.5), rings) == exported[y, x], (seed, rings)
        on_edges += any(at % 1 == 0.5 for row in range(HEIGHT) for at in crossings(row + 0.5, rings))
    assert on_edges > OUTLINES / 5


def test_the_rule_is_that_of_exact_numbers() -> None:
    """Where an edge can meet a middle exactly, at whole and half coordinates, nothing is lost to rounding."""
    for seed in range(400):
        rings = [[(round(2 * x) / 2, round(2 * y) / 2) for x, y in each] for each in outline(seed)]
        truth = [[exactly_inside((x + 0.5, y + 0.5), rings) for x in range(WIDTH)] for y in range(HEIGHT)]
        assert pixels.filled(rings, WIDTH, HEIGHT).tolist() == truth, (seed, rings)


def test_neighbours_share_no_pixel_and_leave_none() -> None:
    """A square cut along a diagonal through the middles of pixels, and along a row of middles."""
    square = [(0.5, 0.5), (6.5, 0.5), (6.5, 6.5), (0.5, 6.5)]
    for a, b in (
        ([square[0], square[1], square[2]], [square[0], square[2], square[3]]),
        ([square[1], square[2], square[3]], [square[1], square[3], square[0]]),
        (
            [(0.5, 0.5), (6.5, 0.5), (6.5, 3.5), (0.5, 3.5)],
            [(0.5, 3.5), (6.5, 3.5), (6.5, 6.5), (0.5, 6.5)],
        ),
    ):
        whole, one, other = (pixels.filled([each], WIDTH, HEIGHT).astype(int) for each in (square, a, b))
        assert (one + other == whole).all()
        assert whole.sum() == 36


def test_the_upper_left_edges_belong_to_an_outline_and_the_others_do_not() -> None:
    square = [(1.5, 1.5), (3.5, 1.5), (3.5, 3.5), (1.5, 3.5)]
    assert list(filled_rows([square], WIDTH, HEIGHT)) == [(1, 1, 3), (2, 1, 3)]
    assert sorted(filled_columns([square], WIDTH, HEIGHT)) == [(1, 1, 3), (2, 1, 3)]
    assert inside((1.5, 1.5), [square]) and not inside((3.5, 3.5), [square])
