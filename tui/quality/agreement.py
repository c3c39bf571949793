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
"""The labels that two people gave to one image."""


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
    """How far two people agree, with Cohen's kappa and its 95 % bootstrap interval.

    `pairs`: how often each (first, second) label was given. `order`: labels that come first, as the project has them.
    `seed`: of the resampling; the same seed gives the same interval.
    """
    labels, matrix = _confusion(pairs, order)
    rows, count = tuple(tuple(row) for row in matrix.tolist()), int(matrix.sum())
    percent = 100.0 * float(np.trace(matrix)) / count if count else None
    kappa = float(kappas(matrix[None])[0]) if count else float("nan")
    if np.isnan(kappa):
        return Agreement(labels, rows, count, percent, None, None, _why_undefined(len(labels)))
    return Agreement(labels, rows, count, percent, kappa, _interval(matrix, seed))


def _confusion(pairs: Mapping[Pair, float], order: tuple[str, ...]) -> tuple[tuple[str, ...], np.ndarray]:
    """(labels that occur, matrix (k, k) of counts)."""
    counted = {pair: int(n) for pair, n in pairs.items() if n > 0}
    found = {label for pair in counted for label in pair}
    labels = (*(label for label in order if label in found), *sorted(found - set(order)))
    index = {label: n for n, label in enumerate(labels)}
    matrix = np.zeros((len(labels), len(labels)), dtype=np.int64)
    for (first, second), n in counted.items():
        matrix[index[first], index[second]] = n
    return labels, matrix


def _why_undefined(labels: int) -> str:
    """Why there is no kappa, by how many labels were given."""
    if labels == 0:
        return "nothing was judged by two people yet"
    if labels == 1:
        return "only one label was ever given, so agreement by chance is certain"
    return "each person gave one label only, so chance explains all of it"


def kappas(matrices: np.ndarray) -> np.ndarray:
    """Cohen's kappa of each of n confusion matrices (n, k, k), as n floats.

    (observed - expected) / (1 - expected), where expected is the agreement by chance of the two people's label
    frequencies (Cohen 1960, equation 1); NaN where that is 0 / 0.
    """
    total = matrices.sum(axis=(1, 2)).astype(float)
    observed = np.trace(matrices, axis1=1, axis2=2) / total
    expected = (matrices.sum(axis=2) * matrices.sum(axis=1).astype(float)).sum(axis=1) / total**2
    with np.errstate(invalid="ignore", divide="ignore"):
        result: np.ndarray = np.where(expected < 1, (observed - expected) / (1 - expected), np.nan)
    return result


def _interval(matrix: np.ndarray, seed: int) -> tuple[float, float] | None:
    """Percentile bootstrap at 2.5 and 97.5 %; resamples where kappa is not defined are left out."""
    size, count = len(matrix), int(matrix.sum())
    filled = np.flatnonzero(matrix)
    draws = np.random.default_rng(seed).multinomial(count, matrix.flat[filled] / count, size=RESAMPLES)
    samples = np.zeros((RESAMPLES, size * size), dtype=np.int64)
    samples[:, filled] = draws
    resampled = kappas(samples.reshape(RESAMPLES, size, size))
    defined = resampled[~np.isnan(resampled)]
    if not len(defined):
        return None
    low, high = np.quantile(defined, (0.025, 0.975))
    return float(low), float(high)
