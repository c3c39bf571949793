"""Most of these tests show the same few pictures: what a file is decoded to, what the same pixels are encoded as, and what the
emulated terminal makes of the same sixels, is worked out once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import fields, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFile

from devtools.emulator import sixel as emulated_sixel
from tests.display.waves import saved
from tui.display.jobs import Picture
from tui.imaging import decode, develop
from tui.imaging.flatten import Flattened
from tui.imaging.raster import Raster
from tui.terminal import sixel

Function = Callable[..., Any]


def by_value(argument: Any) -> Hashable:
    """Of an argument: two that are equal here hold the same pixels. Those of a picture that was only opened lie at a path
    that goes with it; a cut-off one is read where Pillow was told to be lenient."""
    if isinstance(argument, ImageFile.ImageFile) and argument.tile:
        return ImageFile.LOAD_TRUNCATED_IMAGES
    if isinstance(argument, Path):
        info = argument.stat()
        return argument, info.st_ino, info.st_size, info.st_mtime_ns
    if isinstance(argument, Image.Image):
        palette = argument.getpalette()
        colours = tuple(palette) if palette is not None else None
        return argument.mode, argument.size, colours, blake2b(argument.tobytes()).digest()
    if isinstance(argument, Raster):
        return tuple(by_value(getattr(argument, field.name)) for field in fields(argument))
    return argument  # type: ignore[no-any-return]


def afresh(found: Any) -> Any:
    """What was worked out, for somebody who may change it."""
    if isinstance(found, Image.Image):
        return found.copy()
    return replace(found, image=found.image.copy()) if isinstance(found, Flattened) else found


def remembered(function: Function, most: int = 500) -> Function:
    """The same function, which is asked once for each value of its arguments; the latest `most` answers are kept, and no
    error."""
    known: OrderedDict[Hashable, Any] = OrderedDict()

    def call(*arguments: Any, **named: Any) -> Any:
        key = tuple(map(by_value, arguments)), tuple((name, by_value(named[name])) for name in sorted(named))
        if key not in known:
            found = function(*arguments, **named)
            known[key] = tuple(found) if isinstance(found, Iterator) else found
            if len(known) > most:
                known.popitem(last=False)
        known.move_to_end(key)
        return afresh(known[key])

    return call


ENCODERS = ("exact_strips", "exact_tiles", "jpeg_tiles", "jpeg_within", "png_preview", "png_within")
WORKED_OUT_ONCE: tuple[tuple[object, str, Function], ...] = (
    *((develop, name, remembered(getattr(develop, name))) for name in ENCODERS),
    *((sixel, name, remembered(getattr(sixel, name))) for name in ("reduced", "sparing", "sixels")),
    (emulated_sixel, "decode", remembered(emulated_sixel.decode)),
    # Of a megapixel each.
    (decode, "_pixels", remembered(decode._pixels, 16)),
)


@pytest.fixture(scope="module", autouse=True)
def _worked_out_once() -> Iterator[None]:
    """For the tests of this folder; what one of them puts in the place of such a function goes before."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name, function in WORKED_OUT_ONCE:
            patch.setattr(module, name, function)
        yield


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    """Four that look different."""
    folder = tmp_path_factory.mktemp("pictures")
    return [saved(folder / f"{seed}.png", seed) for seed in range(4)]
