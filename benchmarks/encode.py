"""What the encodings of a picture weigh and how near they come to it: the figures behind tui/imaging/ladder.py.

    python -m benchmarks.encode [--photos DIR] [--canvas 1000x760]

For each line and protocol the steps of its ladder, as means over the pictures: bytes on the wire (base64 included),
likeness to the picture at the canvas's size (SSIM of luma, scaled up bilinearly as terminals do), seconds of one core,
and seconds from the start to the end of the step on that line when nothing was sent ahead.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.photos import photographs
from devtools.emulator.likeness import ssim
from tui.imaging import encode, ladder
from tui.imaging.decode import fitted
from tui.imaging.decode_cache import DecodeCache
from tui.imaging.develop import Developer
from tui.imaging.raster import Raster, raster
from tui.imaging.viewport import Viewport
from tui.terminal import blocks, iterm2, sixel
from tui.terminal.wire import upload

CELL = (10.0, 20.0)
LINES = {"1M/80": (1e6, 0.08), "256k/150": (256e3, 0.15), "64k/600": (64e3, 0.6), "local": (None, 0.0)}
DEVELOPER = Developer(DecodeCache(), None, sixel)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`wire`: bytes. `seconds`: of one core. `likeness`: SSIM."""

    wire: int
    seconds: float
    likeness: float


def outcome(step: ladder.Step, picture: Raster) -> Outcome:
    """Encodes a picture as a step says, and what a terminal would make of it."""
    start = time.perf_counter()
    tiles = DEVELOPER.encoded(picture, step, CELL)
    if step.kind == "png":
        wire = sum(len(part) for tile in tiles for part in upload(1, tile.data))
    elif step.kind == "jpeg":
        wire = sum(len(iterm2.strip(t.data, (t.column, t.row), t.columns, t.rows)) for t in tiles)
    elif step.kind == "sixel":
        wire = sum(len(sixel.strip(tile.data, (tile.column, tile.row))) for tile in tiles)
    else:
        cells = blocks.cells_of(encode.pixels_of(tiles[0]), False)
        wire = sum(len(blocks.row_bytes(cells, row, (0, 0))) for row in range(cells.rows))
    seconds = time.perf_counter() - start
    if step.kind == "sixel":
        shown = sixel.reduced(
            picture.on((0, 0, 0)), step.quality or 256, dithered=ladder.dithers(step)
        ).convert("RGB")
    elif step.kind == "blocks":
        shown = halves(cells).resize(picture.image.size, Image.Resampling.NEAREST)
    else:
        shown = joined(tiles, picture)
    return Outcome(wire, seconds, likeness(shown, picture))


def halves(cells: blocks.Cells) -> Image.Image:
    """The pixels of half-blocks in 256 colours."""
    levels = (0, 95, 135, 175, 215, 255)
    cube = [(r, g, b) for r in levels for g in levels for b in levels]
    greys = [(8 + 10 * n,) * 3 for n in range(24)]
    colours = np.array([(0, 0, 0)] * 16 + cube + greys, dtype=np.uint8)
    rows = np.empty((cells.rows * 2, cells.columns), dtype=np.int32)
    rows[0::2], rows[1::2] = cells.top, cells.bottom
    return Image.fromarray(colours[np.maximum(rows, 0)])


def joined(tiles: list[encode.Tile], picture: Raster) -> Image.Image:
    """What the terminal shows: each tile scaled onto its cells."""
    whole = Image.new("RGB", picture.image.size)
    for tile in tiles:
        size = round(tile.columns * CELL[0]), round(tile.rows * CELL[1])
        at = round((tile.column - picture.column) * CELL[0]), round((tile.row - picture.row) * CELL[1])
        image = encode.pixels_of(tile).convert("RGB")
        whole.paste(image.resize(size, Image.Resampling.BILINEAR), at)
    return whole


def likeness(shown: Image.Image, picture: Raster) -> float:
    return ssim(shown.crop(picture.inside), picture.image.crop(picture.inside))


def main() -> None:
    parser = argparse.ArgumentParser(description="bytes and likeness of each step of the ladders")
    parser.add_argument("--photos", type=Path, help="a folder of pictures (default: scikit-image's samples)")
    parser.add_argument("--canvas", default="1000x760", help="WIDTHxHEIGHT in pixels")
    given = parser.parse_args()
    width, height = map(int, given.canvas.split("x"))
    pictures = []
    for photo in photographs(given.photos):
        view = Viewport.fit(photo.size, (width, height), CELL)
        small = photo.resize(fitted(*photo.size, (width, height)), Image.Resampling.LANCZOS)
        found = raster(small, view)
        assert found is not None
        pictures.append(found)
    print(f"{len(pictures)} pictures on {width}x{height} pixels")
    print(
        f"{'line':9} {'step':16} {'kB':>7} {'[min-max]':>15} {'SSIM':>6} {'[min]':>7} {'CPU s':>6} {'there s':>8}"
    )
    known: dict[ladder.Step, list[Outcome]] = {}
    kinds: tuple[ladder.Encoding, ...] = ("png", "jpeg", "sixel", "blocks")
    for kind in kinds:
        for line, (rate, round_trip) in LINES.items():
            there = round_trip
            for step in ladder.ladder(kind, rate, round_trip, pixels=width * height):
                plain = ladder.Step(step.kind, step.divisor, step.quality)
                found_ = known.setdefault(plain, [])
                if not found_:
                    found_.extend(outcome(plain, picture) for picture in pictures)
                there += report(line, step, found_, rate, there)


def report(line: str, step: ladder.Step, found: list[Outcome], rate: float | None, there: float) -> float:
    """Prints one row; returns the seconds that the step takes on the line."""
    count = len(found)
    wires = [one.wire for one in found]
    seconds = sum(one.seconds for one in found) / count
    took = seconds + (sum(wires) / count * 8 / rate if rate else 0)
    likes = [one.likeness for one in found]
    name = f"{step.kind} 1/{step.divisor:g} {step.quality or ''}"
    print(
        f"{line:9} {name:16} {sum(wires) / count / 1e3:7.1f} {f'[{min(wires) / 1e3:.1f}-{max(wires) / 1e3:.1f}]':>15}"
        f" {sum(likes) / count:6.3f} {f'[{min(likes):.2f}]':>7} {seconds:6.3f} {there + took:8.2f}"
        f"{'  at rest' if step.rest else ''}"
    )
    return took


if __name__ == "__main__":
    main()
