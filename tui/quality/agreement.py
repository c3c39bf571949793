"""How far two people agree on labels, beyond chance.

Cohen's kappa: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
Measurement 20 (1960) 37-46. The interval is the percentile bootstrap (B. Efron, R. Tibshirani, "An Introduction
to the Bootstrap", 1993, chapter 13) over the pairs of judgements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

RESAMPLES = 2000
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """`matrix[row][column]`: how often the first person said `labels[row]` and the second `labels[column]`.

    `percent` from 0 to 100; `kappa` and `interval` (95 %) are None where they are not defined, and `why` says so.
    """

    labels: tuple[str, ...]
    matrix: tuple[tuple[int, ...], ...]
    count: int
    percent: float | None
    kappa: float | None
    interval: tuple[float, float] | None
    why: str = ""


def agreement(pairs: Mapping[Pair, float], order: tuple[str, ...] = (), *, seed: int = 0) -> Agreement:
    """Of judgements counted by (first, second) label. `order`: labels that come first, as the project has them."""
    counted = {pair: int(n) for pair, n in pairs.items() if n > 0}
    found = {label for pair in counted for label in pair}
    labels = tuple([label for label in order if label in found] + sorted(found - set(order)))
    at = {label: n for n, label in enumerate(labels)}
    matrix = np.zeros((len(labels), len(labels)), dtype=np.int64)
    for (first, second), n in counted.items():
        matrix[at[first], at[second]] = n
    count = int(matrix.sum())
    rows = tuple(tuple(int(n) for n in row) for row in matrix)
    if not count:
        return Agreement(labels, rows, 0, None, None, None, "nothing was judged by two people yet")
    percent = 100.0 * float(np.trace(matrix)) / count
    if len(labels) == 1:
        why = "only one label was ever given, so agreement by chance is certain"
        return Agreement(labels, rows, count, percent, None, None, why)
    kappa = float(kappas(matrix[None])[0])
    if np.isnan(kappa):
        why = "each person gave one label only, so chance explains all of it"
        return Agreement(labels, rows, count, percent, None, None, why)
    return Agreement(labels, rows, count, percent, kappa, _interval(matrix, seed))


def kappas(matrices: np.ndarray) -> np.ndarray:
    """Kappa of each of n matrices (n, k, k): (observed - expected) / (1 - expected), NaN where that is 0 / 0."""
    total = matrices.sum(axis=(1, 2)).astype(float)
    observed = np.trace(matrices, axis1=1, axis2=2) / total
    expected = (matrices.sum(axis=2) * matrices.sum(axis=1).astype(float)).sum(axis=1) / total**2
    with np.errstate(invalid="ignore", divide="ignore"):
        result: np.ndarray = np.where(expected < 1, (observed - expected) / (1 - expected), np.nan)
    return result


def _interval(matrix: np.ndarray, seed: int) -> tuple[float, float] | None:
    """From as many resamples of the same size; those where kappa is not defined are left out."""
    size, count = len(matrix), int(matrix.sum())
    filled = np.flatnonzero(matrix)
    draws = np.random.default_rng(seed).multinomial(count, matrix.flat[filled] / count, size=RESAMPLES)
    samples = np.zeros((RESAMPLES, size * size), dtype=np.int64)
    samples[:, filled] = draws
    found = kappas(samples.reshape(RESAMPLES, size, size))
    found = found[~np.isnan(found)]
    if not len(found):
        return None
    low, high = np.quantile(found, (0.025, 0.975))
    return float(low), float(high)
