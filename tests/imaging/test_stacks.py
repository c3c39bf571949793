"""All pages of a deep stack are seen through one window, the same whichever is opened first."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tui.imaging import memory, stacks
from tui.imaging.decode import Decoded, Detail, load
from tui.imaging.memory import NotEnoughMemory
from tui.imaging.stacks import SAMPLED_PAGES, sampled
from tui.model.project import MAX_PIXELS

Pages = list[NDArray[np.generic]]


def slices(count: int, dtype: type[np.generic] = np.uint16) -> Pages:
    """A tissue that becomes brighter from slice to slice."""
    random = np.random.default_rng(4)
    return [(random.normal(500 + 300 * n, 60, (60, 80)).clip(0, 60_000)).astype(dtype) for n in range(count)]


def save(path: Path, pages: Pages) -> Path:
    first, *others = (Image.fromarray(page) for page in pages)
    first.save(path, "TIFF", save_all=True, append_images=others)
    return path


def page(path: Path, number: int) -> Decoded:
    found = load(path, None, MAX_PIXELS, Detail(frame=number))
    assert found.reason == "" and found.image is not None
    return found


def ranked(pages: Pages) -> tuple[float, float]:
    """The window by its definition, from all values of all pages sorted."""
    flat = np.sort(np.concatenate([each.ravel() for each in pages]))
    flat = flat[np.isfinite(flat)]
    last = len(flat) - 1
    return float(flat[int(0.005 * last)]), float(flat[int(np.ceil(0.995 * last))])


@pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.float32])
@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 2, 0, 3, 1)])
def test_one_window_for_all_pages_in_whatever_order_they_are_opened(
    tmp_path: Path, dtype: type[np.generic], order: tuple[int, ...]
) -> None:
    pages = slices(5, dtype)
    path = save(tmp_path / "a.tif", pages)
    found = {number: page(path, number) for number in order}
    assert {each.window for each in found.values()} == {ranked(pages)}
    means = [float(np.asarray(found[number].image.convert("L")).mean()) for number in range(5)]  # type: ignore[union-attr]
    # What is brighter in the file is brighter on the screen; one window each would show all of them alike.
    assert all(after - before > 30 for before, after in itertools.pairwise(means)), means


def test_what_is_the_same_in_two_pages_looks_the_same(tmp_path: Path) -> None:
    first, second = slices(2)
    second[:, :40] = first[:, :40]
    path = save(tmp_path / "a.tif", [first, second])
    left, right = (np.asarray(page(path, number).image)[:, :40] for number in (0, 1))
    assert np.array_equal(left, right)


def test_pages_that_are_looked_at_lie_evenly_and_reach_to_both_ends() -> None:
    assert sampled(5, 4800) == [0, 1, 2, 3, 4]
    many = sampled(1000, 512 * 512)
    assert len(many) == SAMPLED_PAGES and many[0] == 0 and many[-1] == 999
    assert {b - a for a, b in itertools.pairwise(many)} <= {90, 91}
    assert sampled(40, 50_000_000) == [0, 39]


def test_of_a_long_stack_a_part_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path / "a.tif", slices(40))
    looked_at: list[int] = []
    original = stacks._page

    def noted(stack: Image.Image, number: int, quota: int, most: int) -> object:
        looked_at.append(number)
        return original(stack, number, quota, most)

    monkeypatch.setattr(stacks, "_page", noted)
    windows = {page(path, number).window for number in (39, 7, 0)}
    assert len(windows) == 1 and looked_at == sampled(40, 4800)
    save(path, [each + 1000 for each in slices(3)])
    assert page(path, 1).window not in windows


def test_large_pages_are_counted_by_rows_that_lie_evenly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows whose values are their numbers: every third one is enough to know where they begin and end."""
    monkeypatch.setattr(stacks, "_VALUES", 2 * 900 * 40 // 3)
    rows = np.repeat(np.arange(900, dtype=np.uint16)[:, None], 40, axis=1)
    path = save(tmp_path / "a.tif", [rows, rows + np.uint16(900)])
    found = page(path, 1).window
    assert found is not None
    assert np.abs(np.subtract(found, ranked([rows, rows + np.uint16(900)]))).max() <= 6


def test_pages_of_colour_and_damaged_ones_say_nothing(tmp_path: Path) -> None:
    deep = slices(2)
    path = tmp_path / "a.tif"
    images = [Image.new("RGB", (80, 60), (200, 10, 10)), *(Image.fromarray(each) for each in deep)]
    images[0].save(path, "TIFF", save_all=True, append_images=images[1:])
    assert page(path, 0).window is None
    assert page(path, 2).window == page(path, 1).window == ranked(deep)


def test_what_is_no_number_does_not_count(tmp_path: Path) -> None:
    pages = slices(3, np.float32)
    pages[1][:30] = np.nan
    pages[2][0, 0] = np.inf
    assert page(save(tmp_path / "a.tif", pages), 0).window == ranked(pages)


def test_one_page_has_all_of_its_own_values(tmp_path: Path) -> None:
    (only,) = slices(1)
    assert page(save(tmp_path / "a.tif", [only]), 0).window == ranked([only])


def test_pages_are_planned_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path / "a.tif", [np.zeros((3000, 4000), np.uint16)] * 2)
    monkeypatch.setattr(memory, "free_bytes", lambda: 10_000_000)
    with pytest.raises(NotEnoughMemory):
        load(path, (400, 300), MAX_PIXELS)
