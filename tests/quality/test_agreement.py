"""Agreement: worked examples from the literature, and what must hold of every table."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.quality.agreement import agreement
from tui.quality.interval import wilson

NAMES = "abc"


def pairs_of(rows: list[list[int]]) -> dict[tuple[str, str], float]:
    return {(NAMES[r], NAMES[c]): n for r, row in enumerate(rows) for c, n in enumerate(row)}


@pytest.mark.parametrize(
    ("rows", "agreed", "kappa"),
    [
        # Cohen (1960), table 1: proportions of 200 judgements; observed .29, by chance .35.
        ([[50, 26, 24], [24, 4, 32], [6, 30, 4]], 58, -0.06 / 0.65),
        # Fleiss, Levin, Paik, "Statistical Methods for Rates and Proportions" (3rd ed., 2003), table 18.1.
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], 89, 0.23 / 0.34),
    ],
)
def test_worked_examples(rows: list[list[int]], agreed: int, kappa: float) -> None:
    found = agreement(pairs_of(rows))
    assert found.agreed == agreed
    assert found.kappa == pytest.approx(kappa)
    assert found.interval is not None and found.interval[0] < kappa < found.interval[1]
    assert found.count == sum(map(sum, rows))


tables = st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=3, max_size=3)


@given(tables)
def test_changing_the_two_people_changes_nothing_but_the_side(rows: list[list[int]]) -> None:
    one, other = agreement(pairs_of(rows)), agreement(pairs_of([list(r) for r in zip(*rows, strict=True)]))
    assert one.count == other.count and one.agreed == other.agreed
    assert tuple(zip(*one.matrix, strict=True)) == other.matrix
    assert (one.kappa is None) == (other.kappa is None)
    if one.kappa is not None and other.kappa is not None:
        assert math.isclose(one.kappa, other.kappa, abs_tol=1e-12)
        assert -1 - 1e-12 <= one.kappa <= 1 + 1e-12


@given(st.lists(st.integers(1, 50), min_size=2, max_size=3))
def test_perfect_agreement_is_one(diagonal: list[int]) -> None:
    found = agreement({(NAMES[n], NAMES[n]): count for n, count in enumerate(diagonal)})
    assert found.kappa == pytest.approx(1.0) and found.agreed == found.count
    assert found.interval is not None
    low, high = found.interval
    assert low < 1.0 and high == pytest.approx(1.0), "few of them prove nothing"


@pytest.mark.parametrize(
    ("pairs", "word"),
    [({}, "no work with exactly one label"), ({("a", "a"): 9.0}, "only one label"), ({("a", "b"): 4.0}, "")],
)
def test_where_kappa_is_not_defined_it_says_why(pairs: dict[tuple[str, str], float], word: str) -> None:
    found = agreement(pairs)
    if word:
        assert found.kappa is None and found.interval is None and word in found.why
    else:
        assert found.kappa == 0.0 and found.agreed == 0


def test_the_interval_is_wilsons_around_the_observed_agreement_and_labels_keep_the_projects_order() -> None:
    found = agreement(pairs_of([[20, 5, 1], [3, 30, 2], [0, 4, 9]]), ("c", "a"))
    assert found.labels == ("c", "a", "b")
    expected = (26 * 23 + 35 * 39 + 13 * 12) / 74**2
    assert found.interval == pytest.approx([(p - expected) / (1 - expected) for p in wilson(59, 74)])


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (9, 10, 0.5958, 0.9821),
        (47, 50, 0.8378, 0.9794),
        (98, 100, 0.9300, 0.9945),
        (100, 100, 0.9630, 1.0),
        (980, 1000, 0.9693, 0.9870),
    ],
)
def test_wilsons_interval_of_worked_values(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=5e-5)
    assert (wilson(part, whole)[1] == 1.0) == (part == whole)
