"""What exact steps are made of: the whole file, resized once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageOps

from tests.imaging.pictures import scenery
from tui.imaging.decode_cache import DecodeCache, Subject
from tui.imaging.raster import raster
from tui.imaging.viewport import Viewport

CANVAS, CELL = (400, 300), (10.0, 20.0)


def fitted(path: Path, size: tuple[int, int]) -> Image.Image:
    """The picture as it is, at the size at which it lies on the canvas, which is rounded to whole pixels."""
    whole = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    _, _, width, height = Viewport.fit(whole.size, CANVAS, CELL).placed
    assert abs(size[0] - width) <= 1 and abs(size[1] - height) <= 1
    return whole.resize(size, Image.Resampling.LANCZOS)


@pytest.mark.parametrize("turn", [1, 3, 6])
@pytest.mark.parametrize("size", [(1203, 877), (901, 1210), (4000, 1000), (3464, 3464)])
def test_the_whole_picture_is_resized_once(tmp_path: Path, size: tuple[int, int], turn: int) -> None:
    path = tmp_path / "picture.jpg"
    exif = Image.Exif()
    exif[0x0112] = turn
    scenery(*size).save(path, quality=90, exif=exif)
    subject = Subject(path, 10**8, CANVAS, CELL)
    cache = DecodeCache()
    preview = cache.decoded(subject)
    whole = cache.whole(subject)
    assert preview.image is not None and whole.image is not None
    assert (whole.width, whole.height) == (size if turn < 5 else size[::-1])
    cut = raster(whole.image, cache.viewport(subject, whole), exact=True)
    assert cut is not None
    shown = cut.image.crop(cut.inside)
    assert shown.tobytes() != preview.image.resize(shown.size).tobytes()
    assert shown.tobytes() == fitted(path, shown.size).tobytes()


def test_what_is_transparent_is_resized_as_at_once(tmp_path: Path) -> None:
    image = scenery(2600, 2600).convert("RGBA")
    image.putalpha(scenery(2600, 2600, seed=4).convert("L"))
    path = tmp_path / "picture.png"
    image.save(path, compress_level=1)
    whole = DecodeCache().whole(Subject(path, 10**8, CANVAS, CELL))
    assert whole.image is not None and whole.image.mode == "RGBA"
    assert whole.image.tobytes() == image.resize(whole.image.size, Image.Resampling.LANCZOS).tobytes()
