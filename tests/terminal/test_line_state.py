"""The word about the line: where it appears, and that it does not flicker."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.line_state import LineState, line_state, rate_text, trip_text

FINE, SLOW, AWAY = LineState.FINE, LineState.SLOW, LineState.AWAY


@pytest.mark.parametrize(
    ("before", "rate", "trip", "after"),
    [
        (FINE, None, None, FINE),
        (FINE, 256e3, 0.15, SLOW),
        (FINE, 500e3, 0.08, FINE),
        (SLOW, 500e3, 0.08, SLOW),
        (SLOW, 900e3, 0.08, FINE),
        (FINE, 10e6, 0.9, SLOW),
        (SLOW, 10e6, 0.6, SLOW),
        (SLOW, 10e6, 0.4, FINE),
        (AWAY, 10e6, 0.04, FINE),
    ],
)
def test_a_line_is_slow_by_its_rate_or_its_round_trip(
    before: LineState, rate: float | None, trip: float | None, after: LineState
) -> None:
    assert line_state(before, rate, trip) is after
    assert line_state(before, rate, trip, away=True) is AWAY


@given(st.lists(st.floats(0.75, 1.3), min_size=2, max_size=60), st.floats(100e3, 5e6))
def test_a_rate_that_is_measured_now_so_now_so_changes_the_word_once_at_most(
    errors: list[float], rate: float
) -> None:
    states = [FINE]
    for error in errors:
        states.append(line_state(states[-1], rate * error, 0.1))
    assert sum(a is not b for a, b in pairwise(states)) <= 1


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        (None, "unknown"),
        (900.0, "900 bit/s"),
        (256_000.0, "256 kbit/s"),
        (999_800.0, "1 Mbit/s"),
        (9.87e6, "9.9 Mbit/s"),
        (9.97e6, "10 Mbit/s"),
        (1.24e9, "1.2 Gbit/s"),
        (2.5e12, "2500 Gbit/s"),
    ],
)
def test_rates_are_written_for_people(bits: float | None, text: str) -> None:
    assert rate_text(bits) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "unknown"),
        (0.0, "0 ms"),
        (0.0042, "4.2 ms"),
        (0.1504, "150 ms"),
        (1.2345, "1.2 s"),
        (12.0, "12 s"),
    ],
)
def test_round_trips_are_written_for_people(seconds: float | None, text: str) -> None:
    assert trip_text(seconds) == text
