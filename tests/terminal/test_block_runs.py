"""Half-blocks in 24 bits that take as few bytes as 256 dithered colours, and are much nearer to the picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.imaging.pictures import scenery
from tests.terminal.test_blocks import LEVELS, Screen, all_rows, colours_of, noise, wanted
from tui.terminal import block_runs, blocks

Pixels = np.ndarray


def slopes(height: int = 64, width: int = 88) -> Image.Image:
    """Smooth in all channels, with the little noise that a camera adds."""
    across = np.linspace([60, 90, 120], [200, 150, 170], width)[None]
    down = np.linspace(0, 40, height)[:, None, None]
    grain = np.random.default_rng(4).normal(0, 1.5, (height, width, 1))
    return Image.fromarray((across + down + grain).clip(0, 255).astype(np.uint8))


def grey_of(image: Image.Image) -> Image.Image:
    return image.convert("L").convert("RGB")


def shown_by(cells: blocks.Cells) -> Pixels:
    """Pixels (rows * 2, columns, 3) of cells in 24 bits."""
    packed = np.empty((cells.rows * 2, cells.columns), np.int64)
    packed[0::2], packed[1::2] = cells.top, cells.bottom
    assert (packed >= blocks.DIRECT).all()
    return np.stack([packed >> 16 & 255, packed >> 8 & 255, packed & 255], axis=-1)


def off(found: Pixels, image: Image.Image) -> float:
    return float(np.abs(found - np.asarray(image, np.int64)).mean())


def size_of(cells: blocks.Cells) -> float:
    """Bytes for each cell."""
    return len(all_rows(cells, (0, 0))) / (cells.rows * cells.columns)


PICTURES = {
    "scenery": scenery(640, 480).resize((88, 64), Image.Resampling.LANCZOS),
    "grey scenery": grey_of(scenery(640, 480, 3).resize((88, 64), Image.Resampling.LANCZOS)),
    "slopes": slopes(),
    "grey slopes": grey_of(slopes()),
    "noise": noise(5, 88, 32, 5000),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_stays_within_its_bytes(name: str) -> None:
    cells = block_runs.held_cells(PICTURES[name])
    assert size_of(cells) <= block_runs.CELL_BYTES * 1.02
    screen = Screen(cells.columns, cells.rows)
    screen.feed(all_rows(cells, (0, 0)))
    assert screen.halves == wanted(cells)


@pytest.mark.parametrize(("name", "share"), [("scenery", 0.5), ("slopes", 0.5), ("grey slopes", 0.6)])
def test_it_is_nearer_than_256_dithered_colours(name: str, share: float) -> None:
    image = PICTURES[name]
    dithered = blocks.cells_of(image, False, softly=True)
    assert off(shown_by(block_runs.held_cells(image)), image) < share * off(colours_of(dithered), image)


@pytest.mark.parametrize("grain", [0.5, 1, 1.5, 2])
def test_where_256_colours_take_few_bytes_so_do_all_of_them(grain: float) -> None:
    """As they do with a dark sky, cells under a microscope, the moon."""
    across = np.arange(88)
    sky = 110 + 6 * np.sin(across / 25) + np.random.default_rng(4).normal(0, grain, (64, 88))
    sky[20:26, 30:40] = 220
    image = Image.fromarray(sky.astype(np.uint8)).convert("RGB")
    held, dithered = block_runs.held_cells(image), blocks.cells_of(image, False, softly=True)
    assert size_of(held) <= size_of(dithered)
    assert off(shown_by(held), image) < 1.6


@pytest.mark.parametrize(("share", "by", "most"), [(0.1, 16, 0.5), (0.2, 16, 1.1), (0.2, 24, 0.8)])
def test_grain_on_a_smooth_ground_brings_no_streaks(share: float, by: int, most: float) -> None:
    """Runs that a speck ends are others in each row: one that is off as a whole, between two that are not, is a streak."""
    down, across = np.mgrid[0:64, 0:88]
    ground = [170 + 20 * np.sin(across / 30) + 10 * np.cos(down / 17), 165 + 16 * np.sin(across / 26 + 1)]
    ground.append(160 + 14 * np.cos((across + down) / 31))
    random = np.random.default_rng(4)
    pixels = np.stack(ground, axis=-1) + by * (random.random((64, 88, 1)) < share)
    pixels[24:56, 30:60] = random.integers(0, 256, (32, 30, 3))
    image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    error = (shown_by(block_runs.held_cells(image)) - np.asarray(image, np.int64))[:22].mean(axis=2)
    odd = error[1:-1] - (error[:-2] + error[2:]) / 2
    along = np.lib.stride_tricks.sliding_window_view(odd, 8, axis=1).mean(axis=2)
    assert np.abs(along).mean() < most


@pytest.mark.parametrize("name", ["grey scenery", "grey slopes"])
def test_a_grey_picture_stays_grey_and_keeps_its_tones(name: str) -> None:
    def levels(pixels: Pixels) -> int:
        return int((np.bincount(pixels[..., 0].ravel()) > 0.002 * pixels[..., 0].size).sum())

    found, true = shown_by(block_runs.held_cells(PICTURES[name])), np.asarray(PICTURES[name])
    assert (found == found[..., :1]).all()
    assert levels(found) >= min(32, 0.9 * levels(true))


def test_no_part_becomes_lighter_or_darker_and_what_is_smooth_gets_no_steps() -> None:
    for image in (PICTURES["slopes"], PICTURES["grey slopes"], PICTURES["scenery"]):
        error = shown_by(block_runs.held_cells(image)) - np.asarray(image, np.int64)
        means = error[:64, :80].reshape(4, 16, 5, 16, 3).mean(axis=(1, 3))
        assert np.abs(means).max() <= 2
    ramp = np.broadcast_to(np.linspace(90, 140, 88)[None, :, None], (64, 88, 3)).astype(np.uint8)
    found = shown_by(block_runs.held_cells(Image.fromarray(ramp)))
    assert np.abs(np.diff(found, axis=1)).max() < 4


def test_what_takes_few_bytes_is_exact() -> None:
    flat = noise(2, 8, 6, 4).resize((88, 60), Image.Resampling.NEAREST)
    assert np.array_equal(shown_by(block_runs.held_cells(flat)), np.asarray(flat))


@pytest.mark.parametrize("name", PICTURES)
def test_with_bytes_enough_it_is_exact_and_with_fewer_less_near(name: str) -> None:
    image = PICTURES[name]
    assert np.array_equal(shown_by(block_runs.held_cells(image, 60)), np.asarray(image))
    errors = [off(shown_by(block_runs.held_cells(image, size)), image) for size in (20, 10, 5)]
    assert errors == sorted(errors)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(1, 5), st.sampled_from([2, 6, 15, 60]))
def test_what_is_clear_stays_so_and_nothing_else_becomes_it(
    seed: int, columns: int, rows: int, size: int
) -> None:
    image = noise(seed, columns, rows, 40, holes=True)
    cells = block_runs.held_cells(image, size)
    clear = np.asarray(image)[..., 3] < 128
    assert np.array_equal(cells.top == blocks.EMPTY, clear[0::2])
    assert np.array_equal(cells.bottom == blocks.EMPTY, clear[1::2])
    screen = Screen(columns + 3, rows + 2)
    screen.feed(all_rows(cells, (3, 2)))
    assert [row[3:] for row in screen.halves[2:]] == wanted(cells)


def test_what_is_drawn_over_it_changes_its_own_pixels_alone() -> None:
    before = PICTURES["scenery"]
    after = before.copy()
    after.paste((255, 0, 0), (10, 8, 13, 12))
    cells = block_runs.held_cells(before)
    over = blocks.cells_over(cells, before, after, True)
    red = blocks.DIRECT | 0xFF0000
    assert (over.top[4:6, 10:13] == red).all() and (over.bottom[4:6, 10:13] == red).all()
    changed = np.argwhere((cells.top != over.top) | (cells.bottom != over.bottom))
    assert changed[:, 0].min() >= 4 and changed[:, 0].max() < 6
    assert changed[:, 1].min() >= 10 and changed[:, 1].max() < 13


def test_colours_of_a_palette_serve_no_better() -> None:
    """The picture is of such colours: its own are then taken, and all of them."""
    random = np.random.default_rng(1)
    values = np.array(LEVELS)[random.integers(0, 6, (8, 11, 3))].astype(np.uint8)
    image = Image.fromarray(values).resize((88, 64), Image.Resampling.NEAREST)
    assert np.array_equal(shown_by(block_runs.held_cells(image)), np.asarray(image))
