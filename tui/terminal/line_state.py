"""What a person is told of the line while they work: nothing, unless it is slow or away."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum


class LineState(Enum):
    """The value is the word in the status line."""

    FINE = ""
    SLOW = "slow line"
    AWAY = "line away"


_SLOW_RATE, _FINE_RATE = 400e3, 800e3
"""Bits per second: below the first a line is slow, from the second on it is so no longer."""
_SLOW_TRIP, _FINE_TRIP = 0.8, 0.5
"""Seconds of the round trip, likewise."""


def line_state(
    before: LineState, rate: float | None, round_trip: float | None, *, away: bool = False
) -> LineState:
    """`rate`: bits per second; `round_trip`: seconds; None while unknown. `away`: what was asked is not answered. What lies
    between a slow line and a fine one stays what it was, so that the word does not flicker."""
    if away:
        return LineState.AWAY
    slow = before is LineState.SLOW
    min_rate, max_trip = (_FINE_RATE, _FINE_TRIP) if slow else (_SLOW_RATE, _SLOW_TRIP)
    thin = rate is not None and rate < min_rate
    far = round_trip is not None and round_trip > max_trip
    return LineState.SLOW if thin or far else LineState.FINE


def unmeasured(answered_by: str | None) -> str:
    """Why nothing is known of a line; '' where the person's own terminal answers."""
    return f" ({answered_by} answers in the terminal's place)" if answered_by else ""


def rate_text(bits: float | None) -> str:
    """Bits per second as a person writes them: `9.8 Mbit/s`; `unknown` for None."""
    return _in_units(bits, (("Gbit/s", 1e9), ("Mbit/s", 1e6), ("kbit/s", 1e3), ("bit/s", 1.0)))


def trip_text(seconds: float | None) -> str:
    """A round trip likewise: `4.2 ms`, `150 ms`, `1.2 s`."""
    return _in_units(seconds, (("s", 1.0), ("ms", 1e-3)))


def _in_units(value: float | None, units: Sequence[tuple[str, float]]) -> str:
    """In the first unit (its name and size, the largest first) of which there is one, in two figures or in whole ones."""
    if value is None:
        return "unknown"
    name, size = next((unit for unit in units if value >= 0.9995 * unit[1]), units[-1])
    many = value / size
    return f"{many:.1f}".removesuffix(".0") + f" {name}" if many < 9.95 else f"{many:.0f} {name}"
