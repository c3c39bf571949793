"""Intervals of shares.

Wilson's score interval: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
Journal of the American Statistical Association 22 (1927) 209-212. It holds its 95 % with few items and at 0 and 100 %,
where the usual p ± 1.96 s has no width at all.
"""

from __future__ import annotations

import math

Z = 1.959963984540054
"""Of a normal distribution 95 % lie within so many standard deviations."""


def wilson(part: float, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share, from 0 to 1: (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n). `whole` > 0."""
    p, n, z = part / whole, whole, Z
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return (
        0.0 if part == 0 else max(0.0, (middle - half) / scale),
        1.0 if part == whole else min(1.0, (middle + half) / scale),
    )
