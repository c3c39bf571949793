"""Pictures of more than eight bits: one window from all of the data, whatever the order of bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tui.imaging.decode import Decoded, Detail, load
from tui.imaging.tones import window_of
from tui.model.project import MAX_PIXELS


def cells(count: int = 120_000) -> NDArray[np.uint16]:
    """Twelve bits in sixteen, as a microscope's camera gives them: nothing above 4095."""
    random = np.random.default_rng(3)
    found = random.normal(900, 250, count).clip(0, 4095).astype(np.uint16)
    found[:4] = (0, 4095, 4095, 0)
    return found.reshape(300, -1)


def ranked(values: NDArray[np.generic]) -> tuple[float, float]:
    """The window by its definition, from all values sorted."""
    flat = np.sort(values[np.isfinite(values)].ravel())
    last = len(flat) - 1
    return float(flat[int(0.005 * last)]), float(flat[int(np.ceil(0.995 * last))])


def decoded(path: Path, max_size: tuple[int, int] | None = None, detail: Detail | None = None) -> Decoded:
    found = load(path, max_size, MAX_PIXELS, detail or Detail())
    assert found.reason == "" and found.image is not None and found.image.mode == "RGB"
    return found


def grey(found: Decoded) -> NDArray[np.uint8]:
    assert found.image is not None
    values = np.asarray(found.image)
    assert np.array_equal(values[..., 0], values[..., 1]) and np.array_equal(values[..., 0], values[..., 2])
    return values[..., 0]


def big_endian(values: NDArray[np.uint16]) -> Image.Image:
    return Image.frombytes("I;16B", values.shape[::-1], values.astype(">u2").tobytes())


def test_a_window_is_found_by_rank_and_is_the_same_in_every_kind_of_file(tmp_path: Path) -> None:
    values = cells()
    files = {
        "little.tif": Image.fromarray(values),
        "big.tif": big_endian(values),
        "deep.png": Image.fromarray(values),
        "whole.tif": Image.fromarray(values.astype(np.int32)),
        "float.tif": Image.fromarray(values.astype(np.float32)),
    }
    shown = []
    for name, image in files.items():
        image.save(tmp_path / name)
        found = decoded(tmp_path / name)
        assert found.window == ranked(values), name
        shown.append(grey(found))
    assert (tmp_path / "big.tif").read_bytes()[:2] == b"MM"
    assert all(np.array_equal(shown[0], other) for other in shown[1:])
    low, high = ranked(values)
    exact = np.clip(np.rint((values.astype(np.float64) - low) * 255 / (high - low)), 0, 255)
    assert np.abs(shown[0].astype(int) - exact).max() <= 1
    assert len(np.unique(shown[0])) >= 250


def test_order_is_kept(tmp_path: Path) -> None:
    values = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    Image.fromarray(values).save(tmp_path / "all.png")
    shown = grey(decoded(tmp_path / "all.png")).ravel().astype(int)
    assert (np.diff(shown) >= 0).all() and shown[0] == 0 and shown[-1] == 255


def test_signed_and_wide_numbers(tmp_path: Path) -> None:
    values = np.linspace(-2_000_000_000, 2_000_000_000, 10_000).astype(np.int32).reshape(100, 100)
    Image.fromarray(values).save(tmp_path / "wide.tif")
    found = decoded(tmp_path / "wide.tif")
    assert found.window == ranked(values)
    assert (np.diff(grey(found).ravel().astype(int)) >= 0).all()


def test_what_is_no_number_decides_nothing(tmp_path: Path) -> None:
    values = np.linspace(-3.0, 5.0, 64 * 64).reshape(64, 64).astype(np.float32)
    values[0, :4] = (np.nan, np.inf, -np.inf, np.nan)
    Image.fromarray(values).save(tmp_path / "holes.tif")
    found = decoded(tmp_path / "holes.tif")
    assert found.window == ranked(values)
    assert grey(found)[0, :4].tolist() == [0, 255, 0, 0]


@pytest.mark.parametrize(
    ("values", "window"),
    [
        (np.full((20, 20), 700, np.uint16), (699.5, 700.5)),
        (np.full((20, 20), np.nan, np.float32), (0.0, 1.0)),
        (np.zeros((1, 1), np.uint16), (-0.5, 0.5)),
        # Two bright stars in a black sky are more than the sky alone.
        (np.array([[0] * 999 + [40_000]], np.uint16), (0.0, 40_000.0)),
        # Eight bits in sixteen.
        (np.arange(256, dtype=np.uint16).reshape(16, 16), (1.0, 254.0)),
    ],
)
def test_windows_of_odd_pictures(values: NDArray[np.generic], window: tuple[float, float]) -> None:
    assert window_of(Image.fromarray(values)) == window


def test_a_preview_has_the_window_of_the_whole(tmp_path: Path) -> None:
    values = cells()
    Image.fromarray(values).save(tmp_path / "a.tif")
    rough, exact = (
        decoded(tmp_path / "a.tif", (40, 40)),
        decoded(tmp_path / "a.tif", (40, 40), Detail(whole=True)),
    )
    assert rough.window == exact.window == ranked(values)


def test_another_window_can_be_asked_for(tmp_path: Path) -> None:
    values = np.arange(1000, dtype=np.uint16).reshape(20, 50)
    Image.fromarray(values).save(tmp_path / "a.tif")
    found = decoded(tmp_path / "a.tif", detail=Detail(window=(100.0, 355.0)))
    assert found.window == (100.0, 355.0)
    assert np.array_equal(grey(found), np.clip(values.astype(int) - 100, 0, 255))


def test_zero_may_be_white(tmp_path: Path) -> None:
    values = np.arange(1000, dtype=np.uint16).reshape(20, 50)
    Image.fromarray(values).save(tmp_path / "a.tif", tiffinfo={262: 0})
    shown = grey(decoded(tmp_path / "a.tif")).ravel().astype(int)
    with Image.open(tmp_path / "a.tif") as image:
        assert image.tag_v2[262] == 0  # type: ignore[attr-defined]
    assert shown[0] == 255 and shown[-1] == 0
