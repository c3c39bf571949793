"""Edges and likeness, on pictures made here."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tui.imaging.pixels import Pixels
from tui.tools.reading import PixelReader


def picture(noise: float = 6.0, ellipse: bool = False) -> Pixels:
    image = Image.new("RGB", (400, 300), (90, 110, 90))
    draw = ImageDraw.Draw(image)
    (draw.ellipse if ellipse else draw.rectangle)((100, 80, 219, 179), fill=(180, 60, 40))
    grain = np.random.default_rng(1).normal(0, noise, (300, 400, 3))
    return Pixels(Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8)))


@pytest.mark.parametrize("off", [(5, -4, 3, 5), (-5, 4, -3, -5), (0, 0, 0, 0), (3, 3, -6, -6)])
def test_a_box_is_tightened_to_the_object(off: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = (a + b for a, b in zip((100, 80, 220, 180), off, strict=True))
    x, y, width, height = picture().tightened((left, top, right - left, bottom - top))
    assert (x, y, x + width, y + height) == pytest.approx((100, 80, 220, 180), abs=0.5)


def test_a_round_object_is_met_where_it_is_widest() -> None:
    x, y, width, height = picture(2, ellipse=True).tightened((97, 83, 120, 99))
    assert (x, y, x + width, y + height) == pytest.approx((100, 80, 220, 180), abs=2)


def test_without_edges_nothing_moves() -> None:
    plain = Pixels(Image.new("RGB", (100, 100), (9, 9, 9)))
    assert plain.tightened((20.5, 20.5, 30, 30)) == (20.5, 20.5, 30, 30)
    assert plain.tightened((-20, -20, 10, 10)) == (-20, -20, 10, 10)


def test_alike_is_what_hangs_together() -> None:
    tools: PixelReader = picture(0)
    spans = sorted(tools.alike((150.5, 100.5), 10))
    assert spans == [(column, 80, 180) for column in range(100, 220)]
    assert list(tools.alike((900, 900), 10)) == []


def test_a_large_picture_is_not_copied_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    image = Image.new("RGB", (40, 30), (1, 2, 3))
    monkeypatch.setattr(Image.Image, "copy", lambda _: pytest.fail("a copy"))
    assert Pixels(image).size == (40, 30)
