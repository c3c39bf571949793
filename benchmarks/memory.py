"""Memory of the app while it walks through pictures: `python -m benchmarks.memory [--count 1000]` (`make bench-memory`).

Makes odd pictures (modes, sizes, formats) and large ones, opens the real app without a terminal, in a process of its own for
each walk, goes through all of them, and prints the highest resident memory and what is left two seconds after the end. With
limits: the exit code tells whether all were kept.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[1]
MEGA = 1_000_000
WALK_LIMIT = 400 * MEGA
REST_LIMIT = 300 * MEGA
REST_SECONDS = 2.0
BYTES_A_PIXEL, BESIDE = 4, 300 * MEGA
ODD_SIZES = ((640, 480), (1, 1), (3000, 40), (33, 2100), (1920, 1080), (4000, 3000), (257, 511), (6000, 4000))
LARGE = ((11_000, 9_000), (13_000, 10_000), (13_000, 13_000))


def kinds() -> dict[str, Callable[[Image.Image, Path], None]]:
    """How a picture is written, by ending."""

    def saved(mode: str, **members: bool | int) -> Callable[[Image.Image, Path], None]:
        return lambda image, path: image.convert(mode).save(path, None, **members)

    def deep(dtype: type[np.generic], factor: float) -> Callable[[Image.Image, Path], None]:
        return lambda image, path: Image.fromarray(
            (np.asarray(image.convert("L")).astype(np.float64) * factor).astype(dtype)
        ).save(path)

    return {
        "rgb.jpg": saved("RGB"),
        "progressive.jpg": saved("RGB", progressive=True),
        "cmyk.jpg": saved("CMYK"),
        "rgb.png": saved("RGB", compress_level=1),
        "rgba.png": saved("RGBA", compress_level=1),
        "palette.png": saved("P", compress_level=1),
        "grey.png": saved("LA", compress_level=1),
        "deep.png": deep(np.uint16, 16),
        "deep.tif": deep(np.uint16, 16),
        "float.tif": deep(np.float32, 0.01),
        "whole.tif": deep(np.int32, 900),
        "rgb.bmp": saved("RGB"),
        "one.tif": saved("1"),
        "rgb.ppm": saved("RGB"),
        "lossy.webp": saved("RGB", method=0),
        "lossless.webp": saved("RGB", lossless=True, method=0, quality=0),
    }


def photograph() -> Image.Image:
    """One of the demo's, in RGB."""
    with Image.open(min((ROOT / "demo_images").glob("*.jpg"))) as image:
        return image.convert("RGB")


def odd_pictures(folder: Path, count: int) -> None:
    """`count` files of all kinds, of the odd sizes one after the other; equal ones are linked."""
    made: dict[tuple[str, tuple[int, int]], Path] = {}
    combinations = [(name, size) for size in ODD_SIZES for name in kinds()]
    base = photograph()
    for number in range(count):
        name, size = combinations[number % len(combinations)]
        path = folder / f"{number:05d}.{name}"
        if (name, size) in made:
            path.hardlink_to(made[name, size])
            continue
        kinds()[name](base.resize(size), path)
        made[name, size] = path


def fifty_megapixels(folder: Path) -> None:
    """The largest that the lower limit is for, in kinds whose decoders need no memory beside the picture."""
    base = photograph().resize((8000, 6250))
    for name in (
        "rgb.jpg",
        "rgb.png",
        "rgba.png",
        "palette.png",
        "deep.tif",
        "float.tif",
        "rgb.bmp",
        "rgb.ppm",
        "lossy.webp",
        "lossless.webp",
    ):
        kinds()[name](base, folder / name)


def large_pictures(folder: Path) -> None:
    """Of 99, 130 and 169 megapixels."""
    base = photograph()
    for number, size in enumerate(LARGE):
        name = ("rgb.jpg", "rgb.png", "rgb.ppm")[number]
        kinds()[name](base.resize(size), folder / f"{number}.{name}")


@dataclass(frozen=True, slots=True)
class Walk:
    """`pixels`: of the largest picture. `peak`: the highest resident memory that is allowed, in bytes."""

    name: str
    make: Callable[[Path], None]
    peak: int


def walks(count: int) -> Iterator[Walk]:
    """What is walked through."""
    yield Walk(f"{count} odd pictures", lambda folder: odd_pictures(folder, count), WALK_LIMIT)
    yield Walk("ten of 50 megapixels", fifty_megapixels, WALK_LIMIT)
    largest = max(width * height for width, height in LARGE)
    yield Walk("99 to 169 megapixels", large_pictures, BYTES_A_PIXEL * largest + BESIDE)


def resident() -> int:
    """Bytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


class Watch:
    """The highest resident memory, looked at every few milliseconds."""

    def __init__(self) -> None:
        self.peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.wait(0.005):
            self.peak = max(self.peak, resident())

    def stop(self) -> None:
        self._over.set()
        self._thread.join()


async def walk(folder: Path, pictures: Path) -> dict[str, int]:
    """One sitting that goes through all pictures as fast as they are seen."""
    from textual import events

    from tui.app import remade, setup_of
    from tui.config import load_project
    from tui.launch import Launch
    from tui.manifest import new_tasks
    from tui.screens.window import TermlabelApp
    from tui.store import open_queue
    from tui.terminal.caps import TerminalCaps
    from tui.trace import Trace

    labels = '[[labels]]\nname = "a"\n'
    (folder / "termlabel.toml").write_text(
        f"format = 1\ncache = false\nmax_pixels = 400000000\n{labels}", encoding="utf-8"
    )
    project = load_project(folder)
    queue = open_queue(project)
    queue.add(new_tasks(project, [pictures]), who="bench")
    launch = Launch(project, queue, "bench", key_repeat_ms=0)
    app = TermlabelApp(setup_of(launch, TerminalCaps("kitty", truecolor=True), Trace(None)), remake=remade)
    before = resident()
    watch, seen, last = Watch(), 0, -1
    async with app.run_test(size=(120, 40)) as pilot:
        while not (state := app.work.desk.state).closing:
            await pilot.pause(0.002)
            if state.visit is not None and state.sitting.seen and state.sitting.serial > last:
                seen, last = seen + 1, state.sitting.serial
                app.post_message(events.Key("1", "1"))
        while not app.work.canvas._stage.workers.idle:
            await pilot.pause(0.02)
        await pilot.pause(REST_SECONDS)
        rest = resident()
    app.work.finish()
    watch.stop()
    queue.close()
    return {"before": before, "peak": watch.peak, "rest": rest, "seen": seen}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="how many odd pictures")
    parser.add_argument("--walk", nargs=2, type=Path, metavar=("PROJECT", "PICTURES"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.walk:
        print(json.dumps(asyncio.run(walk(*given.walk))))
        return 0
    kept = True
    print(
        f"{'walk':<24} {'pictures':>8} {'seconds':>8} {'at first':>9} {'peak':>9} {'allowed':>9} {'after 2 s':>9}"
    )
    for each in walks(given.count):
        with tempfile.TemporaryDirectory() as scratch:
            kept &= _measured(each, Path(scratch))
    return 0 if kept else 1


def _measured(each: Walk, scratch: Path) -> bool:
    pictures, folder = scratch / "pictures", scratch / "project"
    pictures.mkdir()
    folder.mkdir()
    each.make(pictures)
    begun = time.monotonic()
    command = [sys.executable, "-m", "benchmarks.memory", "--walk", str(folder), str(pictures)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    took = time.monotonic() - begun
    sizes = " ".join(
        f"{size / MEGA:>6.0f} MB" for size in (found["before"], found["peak"], each.peak, found["rest"])
    )
    print(f"{each.name:<24} {found['seen']:>8} {took:>8.0f} {sizes}", flush=True)
    return bool(found["peak"] <= each.peak and found["rest"] <= REST_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
