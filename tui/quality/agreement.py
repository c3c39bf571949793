"""How far two people agree on labels, beyond chance.

Cohen's kappa: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
Measurement 20 (1960) 37-46. Its interval takes the agreement by chance as it was found, as Cohen's standard error does
(his equation 7), and puts Wilson's bounds of the observed agreement in the place of the observed agreement. So it has
a width also where all agree, where a bootstrap would say that 1.00 is certain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tui.quality.interval import wilson

Pair = tuple[str, str]
"""The labels that two people gave to one image."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """`matrix[row][column]`: how often the first person said `labels[row]` and the second `labels[column]`; `count`: all
    of it, `agreed`: where they said the same. `kappa` and `interval` (95 %) are None where they are not told, and `why`
    says so."""

    labels: tuple[str, ...]
    matrix: tuple[tuple[int, ...], ...]
    count: int
    agreed: int
    kappa: float | None
    interval: tuple[float, float] | None
    why: str = ""


def agreement(pairs: Mapping[Pair, float], order: tuple[str, ...] = ()) -> Agreement:
    """How far two people agree, with Cohen's kappa and its 95 % interval.

    `pairs`: how often each (first, second) label was given. `order`: labels that come first, as the project has them.

    Kappa is (observed - expected) / (1 - expected), where expected is the agreement by chance of the two people's label
    frequencies (Cohen 1960, equation 1). It is not defined where that is 0 / 0.
    """
    counts = {pair: int(n) for pair, n in pairs.items() if n > 0}
    found = {label for pair in counts for label in pair}
    labels = (*(label for label in order if label in found), *sorted(found - set(order)))
    matrix = tuple(tuple(counts.get((row, column), 0) for column in labels) for row in labels)
    count, agreed = sum(counts.values()), sum(n for (first, second), n in counts.items() if first == second)
    by_chance = sum(
        sum(row) * sum(column) for row, column in zip(matrix, zip(*matrix, strict=True), strict=True)
    )
    if by_chance == count**2:
        return Agreement(labels, matrix, count, agreed, None, None, _why_undefined(len(labels)))
    expected = by_chance / count**2
    low, high = wilson(agreed, count)
    kappa, low, high = ((observed - expected) / (1 - expected) for observed in (agreed / count, low, high))
    return Agreement(labels, matrix, count, agreed, kappa, (low, high))


def _why_undefined(labels: int) -> str:
    """Why there is no kappa, by how many labels were given."""
    if not labels:
        return "no work with exactly one label has a known right label yet"
    return "only one label was ever given, so agreement by chance is certain"
