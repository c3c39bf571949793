"""What a person waits for behind a thin line, and what it costs in bytes: the real app in an emulated terminal.

`python -m benchmarks.bench_wire [--photos DIR] [--runs N] [--only WORD]`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from benchmarks.fidelity import Fidelity
from benchmarks.photos import make_photos
from benchmarks.report import RUNS, Figure, print_table
from benchmarks.truth_rows import TRUTH_ROWS
from benchmarks.wire_sittings import (
    MIDDLE,
    SLOW,
    PictureSet,
    Shot,
    cold,
    echo_while_loading,
    first,
    five_keys,
    middle,
    nudges,
    over_set,
    phantoms,
    picture_set,
    popups,
    prefetched,
    silence,
    sustained,
    together,
)  # fmt: skip
from tui.imaging.preview import SOFTER

PROFILES = ("kitty", "iterm2", "sixel", "truecolor", "256color")


def figures(pictures: PictureSet, runs: int, only: str) -> Iterator[Figure]:
    """The rows whose name holds `only`."""
    rows: list[tuple[str, Callable[[], Iterator[Figure]]]] = [
        ("prefetched", lambda: switching(pictures, runs)),
        ("cold", lambda: colds(pictures, runs)),
        ("keys", lambda: keys_of(pictures, runs)),
        ("idle", lambda: quiet(pictures)),
        ("sustained", lambda: lasting(pictures)),
        *((name, partial(row, pictures)) for name, row in TRUTH_ROWS.items()),
    ]
    for name, make in rows:
        if only in name:
            yield from make()


def switching(pictures: PictureSet, runs: int) -> Iterator[Figure]:
    for link, min_likeness, limit in ((SLOW, 0.80, 0.20), (MIDDLE, 0.88, 0.11)):
        found = [row for _ in range(runs) for row in prefetched(pictures, link, 0.5)]
        yield Figure(
            f"key to next picture, prefetched, {link}", middle([row[0].seconds for row in found]), "s", limit
        )
        likeness = statistics.mean(row[0].likeness for row in found) if found else None
        note = truth([row[0].fidelity for row in found])
        yield Figure("… mean SSIM", likeness, "", min_likeness, True, note)
        yield Figure("… bytes of the frame", middle([row[1] for row in found]), "B", 1500)
        yield Figure("… of it graphics", middle([row[2] for row in found]), "B", 200)


def truth(found: Sequence[Fidelity]) -> str:
    """What SSIM forgives, on the mean, as a note beside it."""
    if not found:
        return ""
    tones, block = (
        statistics.mean(values) for values in zip(*((f.tones, f.block) for f in found), strict=True)
    )
    banding = statistics.mean(f.banding for f in found)
    return f"tones {tones:.2f}, block {block:.1f}, banding {banding:.1%}"


def colds(pictures: PictureSet, runs: int) -> Iterator[Figure]:
    yield from _first("cold, 256k/150", cold(pictures, SLOW, runs), 0.6, 0.70)
    yield _together("not prefetched, sharp, 1M/80", cold(pictures, MIDDLE, runs), 2.0, 0.90)
    shots = cold(pictures, MIDDLE, runs, profile="iterm2")
    yield _together("iTerm2, cold, 1M/80", shots, 0.8, 0.93)
    shots = cold(pictures, MIDDLE, runs, profile="sixel", rest=6.0)
    yield from _first("sixel, cold, 1M/80, first picture", shots, 0.6, None)
    yield _together("sixel, cold, 1M/80, sharp", shots, 4.5, 0.90)
    shots = cold(pictures, SLOW, runs, profile="256color", compress=True)
    yield from _first("half-blocks, cold, 256k/150, compressed", shots, 0.8, None)
    yield from _first("12 megapixels, local, not prefetched", cold(pictures, "unlimited", runs), 0.12, None)


def _together(name: str, shots: Sequence[Shot], limit: float, min_likeness: float) -> Figure:
    in_the_end = over_set(shots, [shot.likeness(float("inf")) for shot in shots])
    count = len({shot.picture for shot in shots})
    note = f"SSIM {min_likeness:.2f}, in the end {in_the_end:.2f}, {count} pictures, "
    note += truth([shot.fidelity() for shot in shots])
    return Figure(name, together(shots, min_likeness), "s", limit, note=note)


def _first(name: str, shots: Sequence[Shot], limit: float, min_likeness: float | None) -> Iterator[Figure]:
    # What is asked for as a mean is looked for from somewhat below it: parts of the picture before may be alike.
    seconds, likeness, found = first(shots, 0.2 if min_likeness is None else min_likeness - 0.2)
    yield Figure(name, seconds, "s", limit, note=f"{len({shot.picture for shot in shots})} pictures")
    yield Figure("… mean SSIM", likeness, "", min_likeness, True, truth(found))


def keys_of(pictures: PictureSet, runs: int) -> Iterator[Figure]:
    moved = [size for _ in range(runs) for size in nudges(pictures)]
    yield Figure("box moved, all bytes", max(moved, default=None), "B", 400)
    yield Figure("help, flag, focus: graphics", popups(pictures), "B", 0)
    echoes = [seconds for _ in range(runs) for seconds in echo_while_loading(pictures)]
    yield Figure("text answers a key while pictures load, 256k/150", middle(echoes), "s", 0.3)
    yield Figure(
        "five keys in 0.5 s, 1M/80: last picture",
        middle([five_keys(pictures) for _ in range(runs)]),
        "s",
        0.5,
    )


def quiet(pictures: PictureSet) -> Iterator[Figure]:
    for profile in PROFILES:
        yield Figure(f"idle for 10 s, {profile}", silence(pictures, profile), "B", 0)
    counts = [phantoms(pictures, profile, trip) for profile in PROFILES for trip in (0, 150, 300, 600)]
    yield Figure("phantom keys, 0-600 ms, all profiles", sum(counts), "", 0)


def lasting(pictures: PictureSet) -> Iterator[Figure]:
    for link, pace, mean_divisor, divisor in ((MIDDLE, 70, 4.5, 4.5), (SLOW, 55, 8, 7.5)):
        found, scales = sustained(pictures, link)
        yield Figure(f"sustained, {link}", found, "/min", pace, True)
        mean = statistics.mean(scales) if scales else None
        yield Figure("… mean scale when decided", mean, "", 0.97 / mean_divisor, True)
        # The first preview gives up some of its pixels where it would lose tones.
        smallest = 0.97 / divisor / SOFTER
        yield Figure("… smallest scale when decided", min(scales, default=None), "", smallest, True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench_wire", description=__doc__)
    parser.add_argument("--photos", type=Path, help="a folder of JPEGs; the benchmarks' own when left out")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument(
        "--only", default="", help=f"prefetched, cold, keys, idle, sustained, {', '.join(TRUTH_ROWS)}"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="termlabel-wire-") as folder:
        scratch = Path(folder)
        photos = sorted(chosen.photos.glob("*.jp*g")) if chosen.photos else make_photos(scratch / "photos")
        good = print_table(
            "Behind a thin line", figures(picture_set(scratch, photos), chosen.runs, chosen.only)
        )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
