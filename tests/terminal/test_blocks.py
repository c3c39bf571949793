"""Half-blocks decode back to the pixels they were made of, with as few colour changes as can be."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tui.terminal import blocks

LEVELS = (0, 95, 135, 175, 215, 255)
PALETTE = {
    **{
        16 + 36 * r + 6 * g + b: (LEVELS[r], LEVELS[g], LEVELS[b])
        for r in range(6)
        for g in range(6)
        for b in range(6)
    },
    **{232 + n: (8 + 10 * n,) * 3 for n in range(24)},
}
MOVES = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[(\d*)C|\x1b\[([\d;]+)m|([ ▀▄█])")


class Screen:
    """Just enough of a terminal: moves, colours and the four characters."""

    def __init__(self, columns: int, rows: int) -> None:
        self.halves = [[(-9, -9)] * columns for _ in range(rows)]
        self.fore = self.back = -1

    def feed(self, data: bytes) -> None:
        text, end, x, y = data.decode(), 0, 0, 0
        for match in MOVES.finditer(text):
            assert match.start() == end, f"unknown bytes at {end}: {text[end : end + 10]!r}"
            end = match.end()
            line, column, forward, colours, mark = match.groups()
            if line:
                x, y = int(column) - 1, int(line) - 1
            elif colours:
                self._select([int(part) for part in colours.split(";")])
            elif mark:
                pair = {" ": (self.back, self.back), "▀": (self.fore, self.back), "▄": (self.back, self.fore)}
                self.halves[y][x] = pair.get(mark, (self.fore, self.fore))
                x += 1
            else:
                x += int(forward or 1)
        assert end == len(text)

    def _select(self, parts: list[int]) -> None:
        while parts:
            code = parts.pop(0)
            if code == 0:
                self.fore = self.back = -1
                continue
            colour = -1
            if code in (38, 48):
                kind = parts.pop(0)
                if kind == 5:
                    colour = parts.pop(0)
                else:
                    red, green, blue = parts[:3]
                    del parts[:3]
                    colour = blocks.DIRECT | red << 16 | green << 8 | blue
            if code in (38, 39):
                self.fore = colour
            else:
                self.back = colour


def wanted(cells: blocks.Cells) -> list[list[tuple[int, int]]]:
    return [
        list(zip(top, bottom, strict=True))
        for top, bottom in zip(cells.top.tolist(), cells.bottom.tolist(), strict=True)
    ]


def noise(seed: int, columns: int, rows: int, colours: int, holes: bool = False) -> Image.Image:
    random = np.random.default_rng(seed)
    palette = random.integers(0, 256, (colours, 3))
    pixels = palette[random.integers(0, colours, (rows * 2, columns))].astype(np.uint8)
    if not holes:
        return Image.fromarray(pixels)
    alpha = np.where(random.random((rows * 2, columns, 1)) < 0.3, 0, 255).astype(np.uint8)
    return Image.fromarray(np.concatenate([pixels, alpha], axis=2), "RGBA")


def all_rows(cells: blocks.Cells, at: tuple[int, int], before: blocks.Cells | None = None) -> bytes:
    return b"".join(blocks.row_bytes(cells, row, at, before) for row in range(cells.rows))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(1, 12),
    st.integers(1, 5),
    st.integers(1, 6),
    st.booleans(),
    st.booleans(),
)
def test_bytes_decode_to_the_cells(
    seed: int, columns: int, rows: int, colours: int, truecolor: bool, holes: bool
) -> None:
    cells = blocks.cells_of(noise(seed, columns, rows, colours, holes), truecolor)
    screen = Screen(columns + 3, rows + 2)
    screen.feed(all_rows(cells, (3, 2)))
    assert [row[3:] for row in screen.halves[2:]] == wanted(cells)
    assert (screen.fore, screen.back) == (-1, -1)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.booleans(), st.booleans())
def test_a_difference_brings_the_last_frame_to_the_next(seed: int, truecolor: bool, holes: bool) -> None:
    before = blocks.cells_of(noise(seed, 9, 4, 2, holes), truecolor)
    after = blocks.cells_of(noise(seed, 9, 4, 2), truecolor)
    screen = Screen(9, 4)
    screen.feed(all_rows(before, (0, 0)))
    screen.feed(all_rows(after, (0, 0), before))
    assert screen.halves == wanted(after)
    assert all_rows(after, (0, 0), after) == b""


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4), st.booleans())
def test_runs_say_the_same_as_the_cells(seed: int, colours: int, holes: bool) -> None:
    cells = blocks.cells_of(noise(seed, 11, 1, colours, holes), False)
    found = []
    for text, fore, back in blocks.runs(cells, 0):
        pairs = {" ": (back, back), "▀": (fore, back), "▄": (back, fore), "█": (fore, fore)}
        found += [pairs[mark] for mark in text]
        assert fore >= 0 or set(text) == {" "}
    assert found == wanted(cells)[0]
    part = blocks.runs(cells, 0, 4, 7)
    assert sum(len(text) for text, *_ in part) == 3


def test_a_flat_row_is_one_run_of_spaces_and_one_colour() -> None:
    cells = blocks.cells_of(Image.new("RGB", (40, 2), (255, 0, 0)), False)
    assert blocks.runs(cells, 0) == [(" " * 40, blocks.EMPTY, 196)]
    assert blocks.row_bytes(cells, 0, (0, 0)) == b"\x1b[1;1H\x1b[48;5;196m" + b" " * 40 + b"\x1b[0m"


def test_swapped_halves_cost_no_colours_and_whole_cells_are_all_background() -> None:
    image = Image.new("RGB", (3, 2), (255, 0, 0))
    for x, y in ((0, 0), (1, 1), (2, 0), (2, 1)):
        image.putpixel((x, y), (0, 0, 255))
    assert blocks.runs(blocks.cells_of(image, False), 0) == [("▀▄", 21, 196), (" ", 21, 21)]


@settings(max_examples=200, deadline=None)
@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_the_palette_colour_is_the_nearest_of_all(rgb: tuple[int, int, int]) -> None:
    def distance(other: tuple[int, ...]) -> int:
        return sum((a - b) ** 2 for a, b in zip(rgb, other, strict=True))

    index = int(blocks.palette_of(np.array(rgb, dtype=np.int32)))
    assert distance(PALETTE[index]) == min(map(distance, PALETTE.values()))


@pytest.mark.parametrize(("truecolor", "max_bytes"), [(False, 5000), (True, 10000)])
def test_bytes_of_a_smooth_picture_stay_small(truecolor: bool, max_bytes: int) -> None:
    ramp = np.linspace(0, 255, 50)[None, :, None] * np.ones((20, 1, 3))
    data = all_rows(blocks.cells_of(Image.fromarray(ramp.astype(np.uint8)), truecolor), (0, 0))
    assert len(data) < max_bytes


def colours_of(cells: blocks.Cells) -> np.ndarray:
    pixels = np.empty((cells.rows * 2, cells.columns), dtype=np.int64)
    pixels[0::2], pixels[1::2] = cells.top, cells.bottom
    return np.array([[PALETTE[value] for value in row] for row in pixels.tolist()])


def test_a_grey_picture_stays_grey_and_keeps_its_tones_in_256_colours() -> None:
    ramp = np.linspace(20, 235, 96)[None, :, None] * np.ones((64, 1, 3))
    found = colours_of(blocks.cells_of(Image.fromarray(ramp.astype(np.uint8)), False))
    assert (found == found[..., :1]).all()
    assert len(np.unique(found)) >= 20
    means, true = (pixels.reshape(8, 8, 12, 8, 3).mean(axis=(1, 3)) for pixels in (found, ramp))
    assert np.abs(means - true).max() <= 3


def test_colours_even_out_in_256_colours() -> None:
    ramp = np.linspace([70, 90, 60], [190, 120, 90], 96)[None] * np.ones((64, 1, 1))
    found = colours_of(blocks.cells_of(Image.fromarray(ramp.astype(np.uint8)), False))
    means, true = (pixels.reshape(4, 16, 6, 16, 3).mean(axis=(1, 3)) for pixels in (found, ramp))
    assert np.abs(means - true).max() <= 8


def test_what_is_drawn_over_a_dithered_picture_changes_its_own_pixels_alone() -> None:
    before = noise(5, 40, 20, 30)
    after = before.copy()
    after.paste((255, 0, 0), (10, 8, 13, 12))
    cells = blocks.cells_of(before, False)
    over = blocks.cells_over(cells, before, after, False)
    changed = np.argwhere((cells.top != over.top) | (cells.bottom != over.bottom))
    assert len(changed) and changed[:, 0].min() >= 4 and changed[:, 0].max() < 6
    assert changed[:, 1].min() >= 10 and changed[:, 1].max() < 13
    assert set(over.top[4:6, 10:13].ravel().tolist()) == {196}


def test_both_kinds_of_colours_stand_in_one_picture() -> None:
    image = noise(3, 9, 4, 5)
    mixed = blocks.cells_of(image, False)
    mixed.take_row(1, blocks.cells_of(image, True))
    screen = Screen(9, 4)
    screen.feed(all_rows(mixed, (0, 0)))
    assert screen.halves == wanted(mixed)
    assert min(mixed.top[1]) >= blocks.DIRECT > max(mixed.top[0])


def test_softly_dithered_takes_fewer_bytes_and_a_grey_picture_keeps_its_tones() -> None:
    slope = np.linspace([70, 90, 60], [190, 120, 90], 96)[None] + np.linspace(0, 40, 64)[:, None, None]
    image = Image.fromarray(slope.astype(np.uint8))
    hard, soft = (blocks.cells_of(image, False, softly=softly) for softly in (False, True))
    assert len(all_rows(soft, (0, 0))) < 0.9 * len(all_rows(hard, (0, 0)))
    ramp = np.linspace(20, 235, 96)[None, :, None] * np.ones((64, 1, 3))
    found = colours_of(blocks.cells_of(Image.fromarray(ramp.astype(np.uint8)), False, softly=True))
    assert (found == found[..., :1]).all() and len(np.unique(found)) >= 20
    means = found.reshape(8, 8, 12, 8, 3).mean(axis=(1, 3))
    assert np.abs(means - ramp.reshape(8, 8, 12, 8, 3).mean(axis=(1, 3))).max() <= 6


def test_a_row_comes_in_parts() -> None:
    before, after = (blocks.cells_of(noise(seed, 12, 2, 3), True) for seed in (1, 2))
    screen = Screen(12, 2)
    screen.feed(all_rows(before, (0, 0)))
    left = Screen(12, 2)
    left.feed(all_rows(before, (0, 0)))
    for first, end in ((0, 5), (5, 12)):
        screen.feed(blocks.row_bytes(after, 0, (0, 0), before, (first, end)))
    left.feed(blocks.row_bytes(after, 0, (0, 0), before, (0, 5)))
    assert screen.halves == [wanted(after)[0], wanted(before)[1]]
    assert left.halves == [wanted(after)[0][:5] + wanted(before)[0][5:], wanted(before)[1]]
    assert before.take_row(0, after, 0, 5) is not None
    assert wanted(before)[0] == left.halves[0]
    assert before.take_row(0, after, 0, 5) is None
