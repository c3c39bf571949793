"""The app as a person meets it: start, first picture, key to next picture, silence. `python -m benchmarks.app`."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.report import RUNS, Figure, median_of, print_table
from devtools.emulator.records import RunResult
from devtools.emulator.script import parse_keys
from devtools.emulator.session import run
from tui.config import load_project, write_project
from tui.manifest import new_tasks
from tui.store import open_queue

ROOT = Path(__file__).parents[1]
TERMLABEL = [sys.executable, "-m", "tui"]
ENV = {"PYTHONPATH": str(ROOT)}
PROFILES = {"kitty": "kitty", "half-blocks": "truecolor"}


def photograph(path: Path, width: int, height: int, seed: int) -> None:
    """A JPEG with the detail of a photograph: smooth areas, edges and grain."""
    dice = np.random.default_rng(seed)
    small = dice.integers(0, 256, (24, 32, 3), dtype=np.uint8)
    image = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
    grain = dice.normal(0, 6, (height, width, 1))
    pixels = np.clip(np.asarray(image, dtype=np.float32) + grain, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(path, quality=88)


def project_of(folder: Path, pictures: list[Path], copies: int = 0) -> Path:
    """A project of these pictures; with `copies` of the last one's name in the queue (never opened)."""
    write_project(folder, ["cat", "dog"])
    project = load_project(folder)
    queue = open_queue(project)
    tasks = list(new_tasks(project, pictures))
    more = (replace(tasks[-1], path=f"{tasks[-1].path}#{n}") for n in range(copies))
    queue.add([*tasks, *more], who="bench")
    queue.close()
    return folder


def sit(project: Path, profile: str, keys: str, trace: Path, limit: float = 90.0) -> RunResult:
    """One sitting in an emulated terminal on an unlimited line."""
    trace.unlink(missing_ok=True)
    command = [
        *TERMLABEL,
        "annotate",
        str(project),
        "--as",
        f"bench{time.monotonic_ns()}",
        "--trace",
        str(trace),
    ]
    return run(command, profile=profile, keys=parse_keys(keys, 0.4), env=ENV, limit=limit)


def events(trace: Path, name: str) -> list[float]:
    """Monotonic times of an event."""
    lines = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    return [line["t"] for line in lines if line["event"] == name]


def command_seconds(*command: str) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - start


def first_picture(project: Path, trace: Path, profile: str = "kitty") -> float:
    """From the command to the fence's answer after the first picture."""
    result = sit(project, profile, "idle=1.5:q", trace)
    return events(trace, "shown")[0] - result.records[0].t_press


def key_to_next(project: Path, trace: Path, profile: str) -> list[float]:
    """Seconds from each key to the answer of the fence after the next picture."""
    result = sit(project, profile, "idle=2:n," + "idle=0.7:n," * 7 + "idle=1:q", trace)
    shown = events(trace, "shown")
    times = []
    for record in result.records[1:-1]:
        after = [t for t in shown if t >= record.t_press]
        if after:
            times.append(after[0] - record.t_press)
    return times


def idle_bytes(project: Path, trace: Path, profile: str) -> int:
    """Bytes in the ten seconds that begin two seconds after a key."""
    result = sit(project, profile, "idle=2:1,idle=13:q", trace)
    key, quit_ = result.records[1].t_press, result.records[2].t_press
    before = [n for t, n in result.arrivals if t <= key + 2]
    within = [n for t, n in result.arrivals if t <= min(key + 12, quit_ - 0.01)]
    return within[-1] - before[-1]


def figures(scratch: Path) -> Iterator[Figure]:
    python = sys.executable
    bare = median_of(lambda: command_seconds(python, "-c", "pass"))
    version = median_of(lambda: command_seconds(python, "-m", "tui", "--version"))
    yield Figure("termlabel --version, over bare python", version - bare, "s", 0.15)

    photos = scratch / "photos"
    photos.mkdir()
    pictures = [photos / f"{n:02}.jpg" for n in range(12)]
    for n, path in enumerate(pictures):
        photograph(path, 4000, 3000, n)
    small = project_of(scratch / "small", pictures)
    large = project_of(scratch / "large", pictures, 10_000)
    trace = scratch / "trace.jsonl"
    starts = [(first_picture(small, trace), first_picture(large, trace)) for _ in range(RUNS)]
    yield Figure(
        "first picture after the command, 12 megapixels", statistics.median(a for a, _ in starts), "s", 1.5
    )
    more = statistics.median(b - a for a, b in starts)
    yield Figure("… more on a project of 10,000 images", max(more, 0.0), "s", 1.0)
    for name, profile in PROFILES.items():
        found = [t for _ in range(2) for t in key_to_next(small, trace, profile)]
        yield Figure(f"key to next picture, {name}, median", statistics.median(found) * 1000, "ms", 100)
        yield Figure(f"idle for 10 s, {name}", idle_bytes(small, trace, profile), "bytes", 0)
    yield adding(scratch)


def adding(scratch: Path, count: int = 6000) -> Figure:
    """`add` of a warm folder of small JPEGs, whole command."""
    folder = scratch / "many"
    folder.mkdir()
    photograph(folder / "0.jpg", 320, 240, 1)
    data = (folder / "0.jpg").read_bytes()
    for n in range(1, count):
        (folder / f"{n}.jpg").write_bytes(data)
    times = []
    for turn in range(RUNS):
        project = scratch / f"adding{turn}"
        write_project(project, ["cat"])
        times.append(command_seconds(*TERMLABEL, "add", str(project), str(folder)))
    return Figure("add, files per second", count / statistics.median(times), "/s", 3000, minimum=True)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="termlabel-bench-") as scratch:
        return 0 if print_table("The app", figures(Path(scratch))) else 1


if __name__ == "__main__":
    sys.exit(main())
