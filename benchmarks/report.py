"""Figures with their limits, as a table that says of each whether it is met."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

RUNS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """`limit`: at most that much, or at least when `minimum`; None: printed, not judged."""

    name: str
    value: float | None
    unit: str
    limit: float | None = None
    minimum: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        if self.limit is None:
            return None
        if self.value is None:
            return False
        return self.value >= self.limit if self.minimum else self.value <= self.limit


def median_of(measure: Callable[[], float], runs: int = RUNS) -> float:
    """The median of some runs after one that is not counted."""
    measure()
    return statistics.median(measure() for _ in range(runs))


def number(value: float | None) -> str:
    if value is None:
        return "–"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def print_table(title: str, figures: Iterable[Figure]) -> bool:
    """Prints as it goes; True when every judged figure is met."""
    print(f"\n{title}")
    good = True
    for figure in figures:
        limit = ""
        if figure.limit is not None:
            limit = f"{'≥' if figure.minimum else '≤'} {number(figure.limit)} {figure.unit}"
        mark = {True: "yes", False: "NO", None: ""}[figure.met]
        value = f"{number(figure.value)} {figure.unit}"
        print(f"  {figure.name:<58} {value:>14} {limit:>16}  {mark:<3} {figure.note}".rstrip())
        sys.stdout.flush()
        good = good and figure.met is not False
    return good
