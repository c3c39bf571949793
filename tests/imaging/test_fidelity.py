"""No step of any ladder falsifies a picture: it may be small, never poor in tones, and is exact in the end.

Steps are judged at the size that they have: fewer pixels are no falsehood, edges and greys that are not there are one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from benchmarks.fidelity import Original, judge
from devtools.emulator import sixel as sixel_reader
from tests.imaging.pictures import scenery
from tui.imaging.decode_cache import DecodeCache
from tui.imaging.develop import Developer
from tui.imaging.encode import Tile, pixels_of, reduced_size
from tui.imaging.ladder import Encoding, Step, every_step
from tui.imaging.raster import Raster, raster
from tui.imaging.viewport import Viewport
from tui.terminal import sixel

CELL = (10.0, 20.0)
CANVAS, LARGE = (400, 300), (800, 600)
"""Whole cells, and the shape of the pictures: all of the raster is picture. What many colours lose is seen on a large one."""
_Grid = NDArray[np.float64]


def _cells(y: _Grid, x: _Grid, random: np.random.Generator) -> _Grid:
    """Rings on an even ground that hardly differ from it, as under a microscope."""
    values = np.full(x.shape, 104.0)
    for _ in range(14):
        away = np.hypot(y - random.uniform(0, 600), x - random.uniform(0, 800))
        values += 18 * np.exp(-((away - random.uniform(40, 90)) ** 2) / 300)
    return values


def _fog(y: _Grid, x: _Grid, random: np.random.Generator) -> _Grid:
    """Slopes of a few levels over the whole width."""
    return np.asarray(180 + 14 * np.sin(x / 310) + 10 * np.sin(y / 250 + x / 500), dtype=np.float64)


def _ramp(y: _Grid, x: _Grid, random: np.random.Generator) -> _Grid:
    """Every level there is."""
    return np.asarray(x * (255 / x.max()), dtype=np.float64)


def _night(y: _Grid, x: _Grid, random: np.random.Generator) -> _Grid:
    """Nearly everything black, and a few lamps."""
    values = np.full(x.shape, 4.0)
    for _ in range(9):
        away = np.hypot(y - random.uniform(0, 600), x - random.uniform(0, 800))
        values += 160 * np.exp(-away / random.uniform(30, 80))
    return values


def _print(y: _Grid, x: _Grid, random: np.random.Generator) -> _Grid:
    """Dark strokes on paper that is lit from one side."""
    paper = 150 + 80 * x / 800
    return np.asarray(np.where((x // 12 % 3 == 0) & (y // 28 % 2 == 0), paper - 90, paper), dtype=np.float64)


_GREYS: dict[str, Callable[[_Grid, _Grid, np.random.Generator], _Grid]] = {
    "cells": _cells,
    "fog": _fog,
    "ramp": _ramp,
    "night": _night,
    "print": _print,
}


def _grid() -> tuple[_Grid, _Grid]:
    """Rows and columns of 800x600, whatever the size of the pictures."""
    y, x = np.mgrid[0 : CANVAS[1], 0 : CANVAS[0]] * (800 / CANVAS[0])
    return y, x


def grey(name: str, noise: float = 0.7) -> Image.Image:
    """One of the pictures with few tones, with the noise of a sensor."""
    random = np.random.default_rng(7)
    y, x = _grid()
    values = _GREYS[name](y, x, random) + random.normal(0, noise, x.shape)
    return Image.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8)).convert("RGB")


def sky() -> Image.Image:
    """From one colour to another over the whole height, as it is at dusk."""
    y, x = _grid()
    rise = (y / 600)[..., None] + 0.05 * np.sin(x / 300)[..., None]
    colours = np.array([70.0, 90.0, 140.0]) + rise * np.array([150.0, 90.0, 20.0])
    noise = np.random.default_rng(3).normal(0, 0.7, (*rise.shape[:2], 1))
    return Image.fromarray(np.clip(np.rint(colours + noise), 0, 255).astype(np.uint8))


@cache
def original(name: str) -> Original:
    """Each picture once for all steps, and what it is at their sizes."""
    match name:
        case "scenery":
            return Original(scenery(*LARGE))
        case "sky":
            return Original(sky())
        case _:
            return Original(grey(name))


def cut(image: Image.Image) -> Raster:
    made = raster(image, Viewport.fit(image.size, image.size, CELL))
    assert made is not None and made.inside == (0, 0, *image.size)
    return made


def own_pixels(tile: Tile, kind: Encoding) -> Image.Image:
    """A tile as a terminal reads it."""
    if kind == "sixel":
        return sixel_reader.decode(tile.data[2:-2]).crop((0, 0, tile.width, tile.height)).convert("RGB")
    return pixels_of(tile).convert("RGB")


def as_shown(step: Step, image: Image.Image) -> Image.Image:
    """All tiles of a step side by side, at the size that they have."""
    tiles = Developer(DecodeCache(), None, sixel).encoded(cut(image), step, CELL)
    if len(tiles) == 1:
        return own_pixels(tiles[0], step.kind)
    whole = Image.new("RGB", reduced_size(image.size, step.divisor))
    for tile in tiles:
        at = round(tile.column * CELL[0] / step.divisor), round(tile.row * CELL[1] / step.divisor)
        whole.paste(own_pixels(tile, step.kind), at)
    return whole


def steps(canvas: tuple[int, int]) -> list[Step]:
    return [step for kind in get_args(Encoding) for step in every_step(kind, pixels=canvas[0] * canvas[1])]


def _named(step: Step) -> str:
    return f"{step.kind}-{step.divisor:.3g}-{step.quality}"


@pytest.mark.parametrize("step", steps(CANVAS), ids=_named)
@pytest.mark.parametrize("name", _GREYS)
def test_a_step_keeps_the_tones_of_a_grey_picture(step: Step, name: str) -> None:
    found = judge(as_shown(step, original(name).image), original(name))
    enough = found.enough_for_sixels if step.kind == "sixel" else found.enough_levels
    assert enough, f"{found.levels} levels of {found.wanted}, in percent {found.in_percent}"
    assert found.block <= 6
    # Dithered sixels differ from their neighbours everywhere, and JPEGs of strokes for some pixels round these; that is
    # no contour.
    if step.kind != "sixel" and (step.kind, name) != ("jpeg", "print"):
        assert found.banding <= 0.01


@pytest.mark.parametrize("step", steps(LARGE), ids=_named)
def test_a_step_of_many_colours_has_no_block_that_is_off(step: Step) -> None:
    found = judge(as_shown(step, original("scenery").image), original("scenery"))
    # They are more than a sixel step has that is not the last one.
    few = step.kind == "sixel" and not step.exact
    assert found.block <= (8 if few else 6)


@pytest.mark.parametrize("step", steps(CANVAS), ids=_named)
def test_a_step_of_a_sky_has_no_false_contours(step: Step) -> None:
    found = judge(as_shown(step, original("sky").image), original("sky"))
    assert found.block <= 6
    # Dithered sixels differ from their neighbours everywhere; that is no edge.
    if step.kind != "sixel":
        assert found.banding <= 0.01
