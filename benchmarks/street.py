"""A street as a person would paint it, in twelve megapixels and twenty classes.

It is the demo's street whose every pixel is known, enlarged. Its four classes are divided where the picture itself
divides them: each of three houses into wall, windows and what is dark on the ground floor; each of three cars into
body and what is dark of it (glass, tyres); the road into four bands by distance; the sky is one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from tui.model import class_map as cm
from tui.model import rle
from tui.model.class_map import ClassMap

SIZE = (4000, 3000)
"""Width and height."""
BETWEEN_CARS, BETWEEN_HOUSES, GROUND_FLOOR = (285, 465), (340, 770), 292
"""Columns and a row of the demo picture."""
Mask = NDArray[np.bool_]
Numbers = NDArray[np.uint8]


def street(folder: Path, names: tuple[str, ...]) -> ClassMap:
    """`folder`: of the demo pictures; `names`: of the classes, at least twenty."""
    pictures = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))["pictures"]
    entry = next(picture for picture in pictures if "masks" in picture)
    size = entry["height"], entry["width"]
    truth = {mask["label"]: decoded(mask["counts"], size) for mask in entry["masks"]}
    with Image.open(folder / entry["image"]) as image:
        grey = np.asarray(image.convert("L").filter(ImageFilter.MedianFilter(9)))
    regions = list(divided(truth, grey))
    numbers = enlarged(smoothed(regions, truth))
    return cm.from_runs((SIZE[1], SIZE[0]), [(names[n], runs_of(numbers == n)) for n in range(len(regions))])


def decoded(counts: str, size: tuple[int, int]) -> Mask:
    runs = rle.unpack(counts)
    return np.repeat(np.arange(len(runs)) % 2 > 0, runs).reshape(size[1], size[0]).T


def runs_of(mask: Mask) -> list[int]:
    flat = mask.T.ravel()
    changes = np.flatnonzero(np.diff(flat)) + 1
    runs = np.diff(np.concatenate(([0], changes, [flat.size]))).tolist()
    return [0, *runs] if flat[0] else list(runs)


def divided(truth: dict[str, Mask], grey: Numbers) -> Iterator[Mask]:
    rows, columns = np.mgrid[: grey.shape[0], : grey.shape[1]]
    yield truth["sky"]
    road = truth["road"]
    distance = np.digitize(rows, np.quantile(rows[road], (0.25, 0.5, 0.75)))
    for band in range(4):
        yield road & (distance == band)
    for n in range(3):
        car = truth["vehicle"] & (np.digitize(columns, BETWEEN_CARS) == n)
        dark = grey < np.quantile(grey[car], 0.5)
        yield from (car & dark, car & ~dark)
    for n in range(3):
        house = truth["building"] & (np.digitize(columns, BETWEEN_HOUSES) == n)
        dark = grey < np.quantile(grey[house], 1 / 3)
        low = rows > GROUND_FLOOR
        yield from (house & dark & ~low, house & dark & low, house & ~dark)


def smoothed(regions: list[Mask], truth: dict[str, Mask]) -> Numbers:
    """Without specks that nobody would paint; the true outlines between the four classes stay."""
    found = sum(
        (n * region.astype(np.uint8) for n, region in enumerate(regions)), np.zeros_like(regions[0], np.uint8)
    )
    owner = sum((n * mask.astype(np.uint8) for n, mask in enumerate(truth.values())), np.zeros_like(found))
    owners = np.zeros(len(regions), np.uint8)
    for n, region in enumerate(regions):
        owners[n] = owner[region][0]
    for _ in range(3):
        commonest = np.asarray(Image.fromarray(found).filter(ImageFilter.ModeFilter(15)))
        found = np.where(owners[commonest] == owner, commonest, found)
    return found


def enlarged(numbers: Numbers) -> Numbers:
    """With smooth outlines: at each pixel the class that is nearest."""
    best = np.full((SIZE[1], SIZE[0]), -1, np.int16)
    found = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    for n in range(int(numbers.max()) + 1):
        soft = Image.fromarray((numbers == n).astype(np.uint8) * np.uint8(255)).filter(
            ImageFilter.GaussianBlur(1)
        )
        near = np.asarray(soft.resize(SIZE, Image.Resampling.BICUBIC)).astype(np.int16)
        found[near > best] = n
        best = np.maximum(best, near)
    return found
