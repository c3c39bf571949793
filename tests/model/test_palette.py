"""The default colours of labels stay apart, also for colour-blind people."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tui.model.project_file import PALETTE
from tui.widgets.theme import THEMES

Array = NDArray[np.float64]
LEAST = 16.0
"""CIELAB units (CIE76) between any two; 2.3 is what can just be told apart side by side."""

# What dichromats see, as matrices over linear RGB (Machado, Oliveira and Fernandes 2009, severity 1).
SEEN_BY = {
    "everyone else": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopes": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopes": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopes": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
TO_XYZ = [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
]
WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(colours: tuple[str, ...]) -> Array:
    parts = np.array([[int(c[n : n + 2], 16) / 255 for n in (1, 3, 5)] for c in colours])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: Array) -> Array:
    ratio = rgb @ np.array(TO_XYZ).T / WHITE
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=-1)


@pytest.mark.parametrize("who", SEEN_BY)
def test_any_two_colours_are_told_apart(who: str) -> None:
    seen = lab(np.clip(linear(PALETTE) @ np.array(SEEN_BY[who]).T, 0, 1))
    apart = np.linalg.norm(seen[:, None] - seen[None], axis=-1)
    np.fill_diagonal(apart, np.inf)
    first, second = np.unravel_index(apart.argmin(), apart.shape)
    assert apart.min() >= LEAST, f"{PALETTE[first]} and {PALETTE[second]} are {apart.min():.1f} apart"


def test_there_are_twenty_and_none_is_black_or_white() -> None:
    assert len(set(PALETTE)) == 20
    lightness = lab(linear(PALETTE))[:, 0]
    assert lightness.min() > 20 and lightness.max() < 96


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["surface", "highlight"])
def test_each_is_seen_on_the_themes_grounds(theme: str, ground: str) -> None:
    chosen = THEMES[theme]
    behind = chosen.surface if ground == "surface" else chosen.variables["line"]
    assert behind is not None
    apart = np.linalg.norm(lab(linear(PALETTE)) - lab(linear((behind,))), axis=-1)
    assert apart.min() >= 13
