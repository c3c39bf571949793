"""What a person is told of the line while they work: nothing, unless it is slow or away."""

from __future__ import annotations

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
    """`9.8 Mbit/s`; `unknown` for None."""
    if bits is None:
        return "unknown"
    for unit, size in (("Mbit/s", 1e6), ("kbit/s", 1e3)):
        if bits >= size:
            return f"{bits / size:.3g} {unit}"
    return f"{bits:.0f} bit/s"
