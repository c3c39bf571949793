"""What is sent rounded first looks as it is, costs little in addition, and saves a fifth of the time until it does."""

from __future__ import annotations

import io
from collections import Counter
from math import ceil

import numpy as np
import pytest
from PIL import Image

from benchmarks.fidelity import Original, judge
from tests.imaging.pictures import scenery
from tui.imaging.exact import exact_strips
from tui.imaging.ladder import StripTerms
from tui.imaging.png import full_png
from tui.imaging.raster import Raster, raster
from tui.imaging.rounding import MAX_SPENT, SAVED, Likely, chosen
from tui.imaging.viewport import Viewport

CELL = (10.0, 20.0)
TERMS = StripTerms(3, 6, 25, True)


def photograph() -> Image.Image:
    """A sky over much grass: what photographs are made of."""
    rng = np.random.default_rng(5)
    y, x = np.mgrid[0:700, 0:900]
    values = np.stack([110 + y / 12, 130 + y / 9, 190 - y / 20], -1) + rng.normal(0, 0.6, (700, 900, 3))
    grass = (
        rng.normal(0, 26, (300, 900, 1)) + rng.normal(0, 6, (300, 900, 3)) + np.sin(x[400:, :, None] / 9) * 20
    )
    values[400:] += grass
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def cut_of(image: Image.Image) -> Raster:
    found = raster(image, Viewport.fit(image.size, (1000, 760), CELL), exact=True)
    assert found is not None
    return found


def test_what_goes_first_is_not_told_from_the_picture_and_pays() -> None:
    cut = cut_of(photograph())
    strips = exact_strips(cut, CELL, TERMS)
    whole = sum(len(strip.data) for strip in strips)
    first = sum(len(strip.rounded or strip.data) for strip in strips)
    spent = sum(len(strip.rounded or b"") for strip in strips)
    assert first < 0.92 * whole and 0 < spent <= MAX_SPENT * whole
    canvas = Image.new("RGB", (1000, 760))
    for strip in strips:
        canvas.paste(Image.open(io.BytesIO(strip.rounded or strip.data)), strip.box[:2])
    seen = canvas.crop(
        (strips[0].box[0], strips[0].box[1], max(s.box[2] for s in strips), max(s.box[3] for s in strips))
    )
    assert judge(seen, Original(cut.image.crop(cut.inside))).indistinguishable


@pytest.mark.parametrize("rows", [1, 3, 8])
@pytest.mark.parametrize("size", [(901, 655), (300, 700), (1400, 90)])
def test_strips_make_the_whole_picture_and_cost_hardly_more(size: tuple[int, int], rows: int) -> None:
    cut = cut_of(scenery(*size))
    strips = exact_strips(cut, CELL, StripTerms(rows, 6, 25))
    left, top = round(cut.column * CELL[0]), round(cut.row * CELL[1])
    canvas = Image.new("RGB", (1000, 760))
    for strip in strips:
        image = Image.open(io.BytesIO(strip.data))
        assert image.size == (strip.box[2] - strip.box[0], strip.box[3] - strip.box[1])
        canvas.paste(image, strip.box[:2])
    x0, y0, x1, y1 = cut.inside
    true = cut.image.crop(cut.inside)
    assert canvas.crop((left + x0, top + y0, left + x1, top + y1)).tobytes() == true.tobytes()
    areas = [(s.box[2] - s.box[0]) * (s.box[3] - s.box[1]) for s in strips]
    assert sum(areas) == true.width * true.height
    whole = len(full_png(np.asarray(true), 6))
    assert sum(len(strip.data) for strip in strips) <= 1.08 * whole + 100 * len(strips)


def test_greys_go_as_greys_and_are_never_rounded() -> None:
    cut = cut_of(photograph().convert("L").convert("RGB"))
    strips = exact_strips(cut, CELL, TERMS)
    assert all(strip.rounded is None for strip in strips)
    assert {Image.open(io.BytesIO(strip.data)).mode for strip in strips} == {"L"}


def test_parts_that_save_most_for_what_they_take_are_chosen_until_it_is_enough() -> None:
    good = Likely(1000, 350, 2000.0, 0)
    smooth = Likely(300, 200, 900.0, 50)
    parts = [good, smooth] * 5
    taken = chosen(parts, channels=30_000, smooth=5_000)
    assert taken and all(n % 2 == 0 for n in taken)
    total = sum(part.exact for part in parts)
    assert sum(parts[n].rounded for n in taken) <= MAX_SPENT * total
    assert sum(parts[n].exact - parts[n].rounded for n in taken) <= SAVED * total + good.exact


@pytest.mark.parametrize(
    "part",
    [
        Likely(1000, 980, 10.0, 0),  # It saves nothing.
        Likely(1000, 350, 1e9, 0),  # It is seen.
        Likely(1000, 350, 10.0, 900),  # A smooth place gets edges.
    ],
)
def test_nothing_is_chosen_that_does_not_pay_or_is_seen(part: Likely) -> None:
    assert chosen([part] * 8, channels=100_000, smooth=1_000) == set()


@pytest.mark.parametrize("size", [(512, 512), (550, 660), (900, 300)])
@pytest.mark.parametrize("width", [9.640625, 9.3, 9.984375])
def test_no_two_strips_share_a_cell_that_is_a_fraction_of_a_pixel_wide(
    size: tuple[int, int], width: float
) -> None:
    """Where pictures take the place of cells only one could have it, and there would be a gap in the other."""
    cell = width, 19.0
    cut = raster(scenery(*size), Viewport.fit(size, (828, 703), cell), exact=True)
    assert cut is not None
    taken: Counter[tuple[int, int]] = Counter()
    for strip in exact_strips(cut, cell, StripTerms(3, 6, 25)):
        left, top, right, bottom = strip.box
        columns = range(int(left / width + 0.001), ceil(right / width - 0.01))
        rows = range(int(top / 19), ceil(bottom / 19))
        taken.update((column, row) for column in columns for row in rows)
    assert len(taken) > 200 and max(taken.values()) == 1
