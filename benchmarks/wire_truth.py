"""Sittings of which every screen is looked at: how true each step of a picture is, and when it is exact.

*Exact* means: each pixel is that of the whole picture, resized once. Steps are judged at the size that they have, by the
pixels that they were sent with: fewer of them are no falsehood, greys and edges that are not there are one.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from benchmarks.app import project_of
from benchmarks.fidelity import Fidelity, Original, Part, judge
from benchmarks.greys import TruePicture
from benchmarks.wire_sittings import CELL, START, PictureSet, fresh, sit
from devtools.emulator.colours import indexed
from devtools.emulator.pictures import Grain
from devtools.emulator.records import RunResult
from devtools.emulator.timeline import PixelBox, Snapshot, snapshots
from tui.imaging.raster import raster
from tui.imaging.viewport import Viewport

_ALIKE = 1.04
"""Grains of strips whose sides were rounded differ by no more than this factor."""
_HALF: Grain = (float(CELL[0]), CELL[1] / 2)
_TRAFFIC = 2.0
"""Seconds of traffic after which the rate should be known."""


@dataclass(slots=True)
class Look:
    """A picture that a key brought, and what was seen of it until the next key. `pressed`, `seen`, `until`: monotonic
    seconds; `seen`: when the app knew that it was on the screen, None: never."""

    picture: TruePicture
    result: RunResult
    box: PixelBox
    pressed: float
    seen: float | None
    until: float

    def screens(self, begin: float) -> Iterator[Snapshot]:
        """The picture's place on the screen from `begin` on."""
        return snapshots(self.result, self.box, begin, self.until)

    def exact_after(self) -> float | None:
        """Seconds from the key until it is exact; None: never."""
        return self._after(lambda image: self.picture.original.is_exactly(image))

    def indistinguishable_after(self) -> float | None:
        """Seconds from the key until nobody could tell it from the original; None: never."""
        return self._after(lambda image: judge(image, self.picture.original).indistinguishable)

    def _after(self, good: Callable[[Image.Image], bool]) -> float | None:
        for screen in self.screens(self.pressed):
            if screen.grains == {(1.0, 1.0)} and good(screen.image):
                return screen.at - self.pressed
        return None

    def steps(self) -> Iterator[Fidelity]:
        """Of each screen from the moment on at which it was known to be there; mixtures of two steps are left out, as
        both are seen as a whole before and after. A terminal answers before it paints: until then the screen is as it was
        when the key was pressed."""
        if self.seen is None:
            return
        originals = self._originals
        before = next((screen.image.tobytes() for screen in self.screens(self.pressed)), b"")
        for screen in self.screens(self.seen):
            grain = _one_grain(screen)
            if grain is not None and screen.image.tobytes() != before:
                seen, part = own_pixels(screen.image, self.box, grain)
                found = (judge(seen, original, part) for original in originals)
                yield max(found, key=lambda each: each.psnr)

    @property
    def _originals(self) -> list[Original]:
        """The picture, and as it is enlarged for the canvas: what is smaller than that is made of either."""
        original = self.picture.original
        size = self.box[2] - self.box[0], self.box[3] - self.box[1]
        if size[0] <= original.image.width:
            return [original]
        kernels = Image.Resampling.NEAREST, Image.Resampling.BILINEAR
        return [original, *(Original(original.at(size, kernel)) for kernel in kernels)]

    @property
    def exact_bytes(self) -> int:
        """Of the whole fitted picture in all its colours as a PNG in base64."""
        size = self.box[2] - self.box[0], self.box[3] - self.box[1]
        out = io.BytesIO()
        self.picture.original.at(size, Image.Resampling.LANCZOS).save(out, "PNG")
        return ceil(out.tell() / 3) * 4


def _one_grain(screen: Snapshot) -> Grain | None:
    """The grain of the whole picture, None where steps are mixed, or there is none."""
    grains = [grain for grain in screen.grains if grain is not None]
    if not grains or len(grains) < len(screen.grains):
        return None
    across, down = zip(*grains, strict=True)
    if max(across) > min(across) * _ALIKE or max(down) > min(down) * _ALIKE:
        return None
    return sum(across) / len(across), sum(down) / len(down)


def own_pixels(seen: Image.Image, box: PixelBox, grain: Grain) -> tuple[Image.Image, Part]:
    """The pixels that a picture was sent with, and which part of it they show: those that lie wholly within its `box`
    on the screen. They begin with a cell."""
    across = _middles(box[0], box[2], CELL[0], grain[0])
    down = _middles(box[1], box[3], CELL[1], grain[1])
    pixels = _between(_between(np.asarray(seen, dtype=np.float64), down, 0), across, 1)
    left, right = _ends(across, grain[0], seen.width)
    top, bottom = _ends(down, grain[1], seen.height)
    return Image.fromarray(np.rint(pixels).astype(np.uint8)), (left, top, right, bottom)


def _between(pixels: NDArray[np.float64], at: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Along an axis, the values at these places, where the first pixel's middle lies at 0.5."""
    length = pixels.shape[axis]
    places = np.clip(at - 0.5, 0, length - 1)
    first = np.floor(places).astype(int)
    share = (places - first).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
    after = np.minimum(first + 1, length - 1)
    found: NDArray[np.float64] = pixels.take(first, axis) * (1 - share) + pixels.take(after, axis) * share
    return found


def _middles(first: int, end: int, cell: int, grain: float) -> NDArray[np.float64]:
    """Of own pixels from screen pixel `first` to before `end`, counted from `first`."""
    origin = first - first // cell * cell
    numbers = np.arange(ceil(origin / grain - 0.01), floor((end - first + origin) / grain + 0.01))
    return np.asarray((numbers + 0.5) * grain - origin, dtype=np.float64)


def _ends(middles: NDArray[np.float64], grain: float, length: int) -> tuple[float, float]:
    return max(0.0, (middles[0] - grain / 2) / length), min(1.0, (middles[-1] + grain / 2) / length)


def true_pictures(paths: Sequence[Path]) -> list[TruePicture]:
    """Photographs as Pillow decodes and turns them."""
    found = []
    for path in paths:
        with Image.open(path) as image:
            found.append(TruePicture(path, Original(ImageOps.exif_transpose(image).convert("RGB"))))
    return found


def walk(
    pictures: PictureSet,
    shown: Sequence[TruePicture],
    link: str,
    rest: float,
    *,
    profile: str = "kitty",
) -> list[Look]:
    """Each picture in turn, for `rest` seconds after something of it was there (less where nothing comes any more).
    The first one is not brought by a key."""
    folder = pictures.scratch / f"walk{len(list(pictures.scratch.glob('walk*')))}"
    project = project_of(folder, [each.path for each in shown])
    trace = folder / "trace.jsonl"
    rests = [rest + START] + [rest] * (len(shown) - 1)
    keys = ",".join(
        f"shown={seconds}:{key}" for seconds, key in zip(rests, "n" * (len(shown) - 1) + "q", strict=True)
    )
    limit = 30 + len(shown) * (rest + 10)
    result = sit(project, keys, link=link, profile=profile, options=["--trace", str(trace)], limit=limit)
    acknowledged = [event["t"] for event in events(trace) if event["event"] == "shown"]
    looks = []
    for each, record, after in zip(shown, result.records, result.records[1:], strict=False):
        seen = [t for t in acknowledged if record.t_press <= t < after.t_press]
        box = place(pictures, each.original.image.size)
        looks.append(Look(each, result, box, record.t_press, min(seen, default=None), after.t_press))
    return looks


def place(pictures: PictureSet, size: tuple[int, int]) -> PixelBox:
    """Where a picture of that size lies on the screen when it is fitted to the canvas."""
    left, top, right, bottom = pictures.box
    cell = float(CELL[0]), float(CELL[1])
    x, y, across, down = Viewport.fit(size, (right - left, bottom - top), cell).placed
    x0, y0 = left + round(x), top + round(y)
    return x0, y0, max(x0 + 1, left + round(x + across)), max(y0 + 1, top + round(y + down))


def events(trace: Path) -> list[dict[str, Any]]:
    """The lines of a trace; none without one."""
    lines = trace.read_text(encoding="utf-8").splitlines() if trace.exists() else []
    return [json.loads(line) for line in lines]


def exact_blocks_after(pictures: PictureSet, look: Look) -> float | None:
    """Seconds from the key until each of its half-blocks is a pixel of the fitted picture reduced to them; None: never."""
    wanted = own_pixels(_in_half_blocks(pictures, look.picture.original.image), look.box, _HALF)[0].tobytes()
    for screen in look.screens(look.pressed):
        if own_pixels(screen.image, look.box, _HALF)[0].tobytes() == wanted:
            return screen.at - look.pressed
    return None


def _in_half_blocks(pictures: PictureSet, image: Image.Image) -> Image.Image:
    """A picture's place on the screen as half-blocks show it."""
    left, top, right, bottom = pictures.box
    view = Viewport.fit(image.size, (right - left, bottom - top), (float(CELL[0]), float(CELL[1])))
    fitted = raster(image, view, exact=True)
    assert fitted is not None
    small = fitted.reduced(fitted.columns, fitted.rows * 2).convert("RGB")
    return small.resize(fitted.image.size, Image.Resampling.NEAREST).crop(fitted.inside)


def deep_share(look: Look, screen: Snapshot) -> float:
    """The share of half-blocks' pixels in colours that no palette of 256 has."""
    seen, _ = own_pixels(screen.image, look.box, _HALF)
    listed = {indexed(number) for number in range(16, 256)}
    pixels = np.asarray(seen).reshape(-1, 3).tolist()
    return sum(tuple(pixel) not in listed for pixel in pixels) / len(pixels)


def interrupted(pictures: PictureSet, link: str, after: float) -> tuple[list[float | None], int]:
    """Seconds from keys, pressed while the picture before is still being sharpened, to the next picture; and how
    many of these keys came while bytes did."""
    keys = [f"shown={after + START}:n", *[f"shown={after}:n"] * 4]
    result = sit(fresh(pictures), ",".join([*keys, "shown=2:q"]), link=link)
    found: list[float | None] = []
    under_way = 0
    for n, record in enumerate(result.records[1:-1], 1):
        reached = pictures.reached(result, n, n, 0.5)
        found.append(reached.seconds if reached else None)
        under_way += any(record.t_press - 0.3 <= t < record.t_press for t, _ in result.arrivals)
    return found, under_way


def rates(pictures: PictureSet, link: str, picture_delay: float = 0.0) -> list[float]:
    """Bits per second that the app believed in, each time that an answer came, after two seconds of traffic."""
    project = fresh(pictures)
    trace = project / "trace.jsonl"
    keys = f"shown={START + 1}:n," + "shown=0.8:n," * (len(pictures.photos) - 2) + "shown=1:q"
    sit(project, keys, link=link, options=["--trace", str(trace)], picture_delay=picture_delay)
    lines = events(trace)
    pictures_sent = (line["t"] for line in lines if line["event"] == "sent" and line["kind"] == "picture")
    began = min(pictures_sent, default=0.0)
    found = [line for line in lines if line["event"] == "acknowledged"]
    return [line["rate"] or 0.0 for line in found if line["t"] >= began + _TRAFFIC]
