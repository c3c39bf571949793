"""Choosing some of many: seeded, so that the same call chooses the same, and spread over groups."""

from __future__ import annotations

import random
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from tui.errors import UsageError


@dataclass(frozen=True, slots=True)
class Sample:
    """How many: a `number`, or a `share` from 0 to 1 of what there is."""

    number: int | None = None
    share: float | None = None

    def of(self, there: int) -> int:
        """How many of `there` tasks; never more than there are, and at least one of some."""
        wanted = self.number if self.number is not None else round((self.share or 0.0) * there)
        return min(there, max(wanted, 1 if there else 0))

    def __str__(self) -> str:
        return str(self.number) if self.number is not None else f"{(self.share or 0) * 100:g}%"


def parse_sample(text: str) -> Sample:
    """`200` or `10%`.

    Raises:
        UsageError: neither of them, or nothing at all.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(%?)\s*", text)
    if found is None:
        raise UsageError(f"--sample {text}: write a number such as 200, or a share such as 10%.")
    value = float(found[1])
    if found[2]:
        if not 0 < value <= 100:
            raise UsageError(f"--sample {text}: a share lies above 0% and is at most 100%.")
        return Sample(share=value / 100)
    if value < 1 or value != int(value):
        raise UsageError(f"--sample {text}: a whole number of at least 1 is wanted.")
    return Sample(number=int(value))


def stratified(groups: Mapping[Hashable, Sequence[int]], wanted: int, seed: int) -> list[int]:
    """A stratified sample of `wanted` ids, ascending: from each group as many as `shares` says, drawn at random.

    The same groups, number and seed give the same ids.
    """
    sizes = {key: len(ids) for key, ids in groups.items()}
    chosen: list[int] = []
    for key, n in shares(sizes, wanted).items():
        ids = sorted(groups[key])
        chosen += random.Random(f"{seed} {key}").sample(ids, n)
    return sorted(chosen)


def shares(sizes: Mapping[Hashable, int], wanted: int) -> dict[Hashable, int]:
    """How many of each group, in proportion to its size, each group represented while there is room.

    They sum up to `wanted`, or to all there is when that is less. Largest remainders (Hamilton's method), except that
    a group with none yet comes before any remainder.
    """
    total = sum(sizes.values())
    wanted = min(wanted, total)
    if not wanted:
        return {}
    exact = {key: wanted * size / total for key, size in sizes.items() if size}
    given = {key: int(share) for key, share in exact.items()}
    # The rarest come first where there is a choice: a label with three pictures should not be missed.
    order = sorted(exact, key=lambda key: (given[key] > 0, given[key] - exact[key], sizes[key], str(key)))
    for key in order[: wanted - sum(given.values())]:
        given[key] += 1
    return given
