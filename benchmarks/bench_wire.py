"""What a person waits for behind a thin line, and what it costs in bytes: the real app in an emulated terminal.

`python -m benchmarks.bench_wire [--photos DIR] [--runs N] [--only WORD]`. *Shown* means that the screen, rebuilt from
the bytes that have arrived, holds that picture: nearer to it than to any other of the set.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PIL import Image

from benchmarks import wire
from benchmarks.app import ROOT, TERMLABEL, project_of
from benchmarks.photos import make_photos
from benchmarks.report import RUNS, Figure, print_table
from tui.imaging.decode import load
from tui.imaging.raster import raster
from tui.imaging.viewport import Viewport

SLOW, MIDDLE = "256k/150", "1M/80"
CELL = (10, 20)
PROFILES = ("kitty", "iterm2", "sixel", "truecolor", "256color")
_count = 0


@dataclass(frozen=True, slots=True)
class Stand:
    """The set of pictures as they should look on the canvas, which lies at `box` of the screen."""

    scratch: Path
    photos: tuple[Path, ...]
    wanted: tuple[Image.Image, ...]
    box: tuple[int, int, int, int]

    def likeness(self, seen: Image.Image, n: int) -> float:
        """SSIM of the canvas with picture `n`; 0 when another picture of the set is nearer, or an empty canvas: black
        is a little like a picture that is dark at its edges."""
        part = seen.crop(self.box)
        mine = wire.ssim(part, self.wanted[n])
        others = (*self.wanted[:n], *self.wanted[n + 1 :], Image.new("RGB", part.size))
        return 0.0 if any(wire.ssim(part, other) >= mine for other in others) else mine

    def nearest(self, result: wire.Result, record: int) -> int:
        """The picture that is on the screen when everything after a key has come."""
        part = result.picture(result.records[record].offset)[0].crop(self.box)
        return max(range(len(self.wanted)), key=lambda n: wire.ssim(part, self.wanted[n]))

    def reached(self, result: wire.Result, record: int, n: int, least: float) -> tuple[float, float] | None:
        """Seconds from a key until picture `n` was shown with SSIM of at least `least`, and its SSIM then."""
        key = result.records[record]
        until = [r.t_press for r in result.records[record + 1 : record + 2]] or [float("inf")]
        points = [(t, at) for t, at in result.arrivals if key.t_press <= t < until[0]]

        def like(at: int) -> float:
            return self.likeness(result.picture(at)[0], n)

        if not points or like(points[-1][1]) < least:
            return None
        low, high = 0, len(points) - 1
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if like(points[middle][1]) >= max(least, 0.01) else (middle + 1, high)
        return points[low][0] - key.t_press, like(points[low][1])


def sit(
    project: Path,
    keys: str,
    *,
    link: str = "unlimited",
    profile: str = "kitty",
    compress: bool = False,
    options: Sequence[str] = (),
    settings: str = "",
    limit: float = 240.0,
) -> wire.Result:
    """One sitting of somebody new, with an empty cache."""
    global _count
    _count += 1
    home = project.parent / f"home{_count}"
    (home / "termlabel").mkdir(parents=True)
    (home / "termlabel" / "config.toml").write_text(settings)
    command = [*TERMLABEL, "annotate", str(project), "--as", f"bench{_count}", *options]
    environment = {
        "PYTHONPATH": str(ROOT),
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
    }
    return wire.run(
        command,
        profile=profile,
        link=wire.parse_link(link, compress=compress),
        keys=wire.parse_keys(keys, 0.6),
        env=environment,
        limit=limit,
    )


def stand(scratch: Path, photos: Sequence[Path]) -> Stand:
    """Where the canvas lies is found from where the pictures of an unlimited run lie: together they fill it."""
    project = project_of(scratch / "set", list(photos))
    result = sit(project, "idle=2:n," + "idle=0.7:n," * (len(photos) - 2) + "idle=1:q")
    corners = []
    for record in result.records[:-1]:
        for place in result.picture(record.offset)[1].placements.values():
            x, y = place["x"] * CELL[0], place["y"] * CELL[1]
            corners.append((x, y, x + place["size"][0], y + place["size"][1]))
    left, top = min(c[0] for c in corners), min(c[1] for c in corners)
    right, bottom = max(c[2] for c in corners), max(c[3] for c in corners)
    size = right - left, bottom - top
    return Stand(
        scratch, tuple(photos), tuple(_as_wanted(path, size) for path in photos), (left, top, right, bottom)
    )


def _as_wanted(path: Path, size: tuple[int, int]) -> Image.Image:
    decoded = load(path, size, 1_000_000_000)
    assert decoded.image is not None
    view = Viewport.fit((decoded.width, decoded.height), size, (float(CELL[0]), float(CELL[1])))
    cut = raster(decoded.image, view)
    assert cut is not None
    whole = Image.new("RGB", size)
    whole.paste(cut.on((0, 0, 0)), (cut.column * CELL[0], cut.row * CELL[1]))
    return whole


def fresh(stand: Stand, kind: str = "classify") -> Path:
    """A project of the set, of its own."""
    global _count
    _count += 1
    project = project_of(stand.scratch / f"project{_count}", list(stand.photos))
    if kind != "classify":
        file = project / "termlabel.toml"
        file.write_text(file.read_text().replace('kind = "classify"', f'kind = "{kind}"'))
    return project


def prefetched(stand: Stand, link: str, least: float) -> Iterator[tuple[float, float, int, int]]:
    """Seconds, SSIM, bytes of the whole frame and of graphics, of switches to pictures that had time to come."""
    result = sit(fresh(stand), "idle=4:n,idle=2:n,idle=2:n,idle=2:q", link=link)
    for n, record in enumerate(result.records[1:-1], 1):
        found = stand.reached(result, n, n, least)
        if found is not None:
            yield *found, *_switch_bytes(result, record)


def _switch_bytes(result: wire.Result, record: wire.Record) -> tuple[int, int]:
    """Bytes up to and with the frame that shows the next picture: all, and those of graphics but uploads."""
    end = next(
        (at for t, at in result.arrivals if record.t_picture and t >= record.t_picture), len(result.stream)
    )
    total = graphics = 0
    opened = False
    for token in wire.Tokenizer().feed(result.stream[record.start : end]):
        size = len(token.data)
        if token.bucket == "kitty":
            keys = wire.kitty_control(wire.string_body(token))[0]
            upload = opened or keys.get("a") == "t"
            opened = upload and keys.get("m") == "1"
            if upload:
                continue
            graphics += size
        total += size
    return total, graphics


@dataclass(frozen=True, slots=True)
class Shot:
    """A key in a sitting, and the picture that it brought of which nothing had been sent before."""

    stand: Stand
    result: wire.Result
    record: int
    picture: int

    def reached(self, least: float) -> tuple[float, float] | None:
        return self.stand.reached(self.result, self.record, self.picture, least)

    def likeness(self, seconds: float) -> float:
        """What the screen had of it so many seconds after the key, or at the next one."""
        key, after = self.result.records[self.record : self.record + 2]
        until = min(key.t_press + seconds, after.t_press)
        at = max((at for t, at in self.result.arrivals if t <= until), default=0)
        return self.stand.likeness(self.result.picture(at)[0], self.picture)


def cold(stand: Stand, link: str, runs: int, *, profile: str = "kitty", compress: bool = False) -> list[Shot]:
    """Pictures that nothing was sent of: five keys on, faster than anything can come, and twice in a sitting, so that
    five of them see the whole set. A key may come before the next task was claimed and do nothing, so which
    picture it is, is seen at rest, and the next sitting begins where it should meet two that were not seen yet."""
    burst = "idle=3:n,t=0:n,t=0:n,t=0:n,t=0:n,"
    shots: list[Shot] = []
    count = len(stand.photos)
    unseen, steps = set(range(count)), [5, 10]
    for _ in range(runs):
        start = max(range(count), key=lambda s: len({(s + step) % count for step in steps} & unseen))
        project = project_of(stand.scratch / f"cold{os.urandom(3).hex()}", _copies(stand, 16, start))
        result = sit(project, burst + burst + "idle=3:q", link=link, profile=profile, compress=compress)
        found = [Shot(stand, result, n, stand.nearest(result, n)) for n in (5, 10)]
        steps = [(shot.picture - start) % count for shot in found]
        unseen -= {shot.picture for shot in found}
        unseen = unseen or set(range(count))
        shots += found
    return shots


def over_set(shots: Sequence[Shot], likeness: Sequence[float]) -> float:
    """The mean over the pictures, each of which counts once however often it was seen."""
    of: dict[int, list[float]] = {}
    for shot, value in zip(shots, likeness, strict=True):
        of.setdefault(shot.picture, []).append(value)
    return statistics.mean(statistics.mean(values) for values in of.values())


def first(shots: Sequence[Shot], least: float = 0.2) -> tuple[float | None, float | None]:
    """Median seconds until each picture is on the screen at this SSIM or better, and the mean SSIM of these."""
    found = [shot.reached(least) for shot in shots]
    seconds = middle([each[0] if each else None for each in found])
    return seconds, over_set(shots, [each[1] if each else 0.0 for each in found])


def together(shots: Sequence[Shot], least: float) -> float | None:
    """Seconds after which the pictures are as like as this on the mean; None when they never are."""
    low, high = 0.0, 15.0

    def like(seconds: float) -> bool:
        return over_set(shots, [shot.likeness(seconds) for shot in shots]) >= least

    if not like(high):
        return None
    while high - low > 0.02:
        half = (low + high) / 2
        low, high = (low, half) if like(half) else (half, high)
    return high


def five_keys(stand: Stand) -> float | None:
    """The last of five keys in half a second, until its picture."""
    start = 12.0
    keys = ",".join(f"t={start + n * 0.125}:n" for n in range(5)) + ",idle=3:q"
    result = sit(fresh(stand), keys, link=MIDDLE)
    found = stand.reached(result, 5, stand.nearest(result, 5), 0.5)
    return found[0] if found else None


def nudges(stand: Stand) -> list[int]:
    """Bytes of each key that moves a selected box by one pixel of the screen."""
    keys = "idle=3:b,idle=0.6:enter,idle=0.6:enter," + "idle=1:right," * 4 + "idle=1:q"
    result = sit(fresh(stand, "shapes"), keys, settings="screen_nudges = true\n")
    return [record.bytes for record in result.records if record.key == "right"]


def popups(stand: Stand) -> int:
    """Graphics bytes of opening and closing the help, of flagging, and of the focus going elsewhere and back."""
    keys = ("?", "q", "f", "blur", "focus", "tab")
    result = sit(fresh(stand), "idle=4:" + ",idle=1:".join((*keys, "q")))
    return sum(record.kinds.get("kitty", 0) for record in result.records[1 : 1 + len(keys)])


def echo_while_loading(stand: Stand) -> list[float]:
    """From `f` to its words in the status, while pictures are on their way."""
    result = sit(fresh(stand), "idle=3:n,t=0:n,t=0:n,t=0:n,shown=1.5:f~hard,idle=3:q", link=SLOW)
    return [r.t_expect - r.t_press for r in result.records if r.key == "f" and r.t_expect is not None]


def silence(stand: Stand, profile: str) -> int:
    """Bytes of ten seconds in which nobody presses a key."""
    result = sit(fresh(stand), "idle=2:n,idle=13:q", profile=profile)
    quit_ = result.records[-1].t_press
    return sum(b - a for (_, a), (t, b) in pairwise(result.arrivals) if quit_ - 10 <= t < quit_)


def phantoms(stand: Stand, profile: str, round_trip: int) -> int:
    """Decisions in a sitting in which no key was pressed but the last."""
    trace = stand.scratch / "phantoms.jsonl"
    trace.unlink(missing_ok=True)
    sit(fresh(stand), "idle=4:q", link=f"1M/{round_trip}", profile=profile, options=["--trace", str(trace)])
    lines = trace.read_text(encoding="utf-8").splitlines() if trace.exists() else []
    return sum(json.loads(line)["event"] in ("decided", "refused") for line in lines)


def sustained(stand: Stand, link: str, least_scale: int) -> tuple[float, float]:
    """Pictures a minute of somebody who decides 0.7 s after each was shown, and the smallest scale (1/n) seen then."""
    count = 30
    project = project_of(stand.scratch / f"many{link[:2]}{os.urandom(2).hex()}", _copies(stand, count + 8))
    result = sit(project, "idle=3:1," + "shown=0.7:1," * count + "shown=0.7:q", link=link, limit=180)
    presses = [record.t_press for record in result.records if record.key == "1"]
    shares = []
    for record in result.records[2:-1]:
        screen = result.picture(record.start)[1]
        shares += [_scale(screen, key, place) for key, place in screen.placements.items()]
    return 60 * (len(presses) - 1) / (presses[-1] - presses[0]), min(shares, default=0.0)


def _scale(screen: wire.Screen, key: tuple[int, int], place: dict[str, object]) -> float:
    size = place["size"]
    assert isinstance(size, tuple)
    return screen.images[key[0]].width / float(size[0])


def _copies(stand: Stand, count: int, start: int = 0) -> list[Path]:
    """The set again and again from one of it on, under other names."""
    folder = stand.scratch / "copies"
    folder.mkdir(exist_ok=True)
    made = []
    for n in range(count):
        path = folder / f"{start}-{n:03}.jpg"
        if not path.exists():
            os.link(stand.photos[(start + n) % len(stand.photos)], path)
        made.append(path)
    return made


def middle(values: Sequence[float | None]) -> float | None:
    """The median; None when one of them is."""
    found = [value for value in values if value is not None]
    return statistics.median(found) if found and len(found) == len(values) else None


def figures(stand: Stand, runs: int, only: str) -> Iterator[Figure]:
    """The rows whose name holds `only`."""
    rows: list[tuple[str, Callable[[], Iterator[Figure]]]] = [
        ("prefetched", lambda: switching(stand, runs)),
        ("cold", lambda: colds(stand, runs)),
        ("keys", lambda: keys_of(stand, runs)),
        ("idle", lambda: quiet(stand)),
        ("sustained", lambda: lasting(stand)),
    ]
    for name, make in rows:
        if only in name:
            yield from make()


def switching(stand: Stand, runs: int) -> Iterator[Figure]:
    for link, least, limit in ((SLOW, 0.80, 0.20), (MIDDLE, 0.88, 0.11)):
        found = [row for _ in range(runs) for row in prefetched(stand, link, 0.5)]
        yield Figure(
            f"key to next picture, prefetched, {link}", middle([row[0] for row in found]), "s", limit
        )
        likeness = statistics.mean(row[1] for row in found) if found else None
        yield Figure("… mean SSIM", likeness, "", least, True)
        yield Figure("… bytes of the frame", middle([row[2] for row in found]), "B", 1500)
        yield Figure("… of it graphics", middle([row[3] for row in found]), "B", 200)


def colds(stand: Stand, runs: int) -> Iterator[Figure]:
    yield from _first("cold, 256k/150", cold(stand, SLOW, runs), 0.6, 0.70)
    yield _together("not prefetched, sharp at rest, 1M/80", cold(stand, MIDDLE, runs), 2.0, 0.90)
    shots = cold(stand, MIDDLE, runs, profile="iterm2")
    yield _together("iTerm2, cold, 1M/80", shots, 0.8, 0.93)
    shots = cold(stand, MIDDLE, runs, profile="sixel")
    yield from _first("sixel, cold, 1M/80, first picture", shots, 0.6, None)
    yield _together("sixel, cold, 1M/80, sharp", shots, 4.5, 0.90)
    shots = cold(stand, SLOW, runs, profile="256color", compress=True)
    yield from _first("half-blocks, cold, 256k/150, compressed", shots, 0.8, None)
    yield from _first("12 megapixels, local, not prefetched", cold(stand, "unlimited", runs), 0.12, None)


def _together(name: str, shots: Sequence[Shot], limit: float, least: float) -> Figure:
    at_rest = over_set(shots, [shot.likeness(float("inf")) for shot in shots])
    note = f"SSIM {least:.2f}, at rest {at_rest:.2f}, {len({shot.picture for shot in shots})} pictures"
    return Figure(name, together(shots, least), "s", limit, note=note)


def _first(name: str, shots: Sequence[Shot], limit: float, least: float | None) -> Iterator[Figure]:
    # What is asked for as a mean is looked for from somewhat below it: parts of the picture before may be alike.
    seconds, likeness = first(shots, 0.2 if least is None else least - 0.2)
    yield Figure(name, seconds, "s", limit, note=f"{len({shot.picture for shot in shots})} pictures")
    yield Figure("… mean SSIM", likeness, "", least, True)


def keys_of(stand: Stand, runs: int) -> Iterator[Figure]:
    moved = [size for _ in range(runs) for size in nudges(stand)]
    yield Figure("box moved, all bytes", max(moved, default=None), "B", 400)
    yield Figure("help, flag, focus: graphics", popups(stand), "B", 0)
    echoes = [seconds for _ in range(runs) for seconds in echo_while_loading(stand)]
    yield Figure("text answers a key while pictures load, 256k/150", middle(echoes), "s", 0.3)
    yield Figure(
        "five keys in 0.5 s, 1M/80: last picture", middle([five_keys(stand) for _ in range(runs)]), "s", 0.5
    )


def quiet(stand: Stand) -> Iterator[Figure]:
    for profile in PROFILES:
        yield Figure(f"idle for 10 s, {profile}", silence(stand, profile), "B", 0)
    counts = [phantoms(stand, profile, trip) for profile in PROFILES for trip in (0, 150, 300, 600)]
    yield Figure("phantom keys, 0-600 ms, all profiles", sum(counts), "", 0)


def lasting(stand: Stand) -> Iterator[Figure]:
    for link, pace, scale in ((MIDDLE, 70, 4), (SLOW, 55, 8)):
        found, smallest = sustained(stand, link, scale)
        yield Figure(f"sustained, {link}", found, "/min", pace, True)
        yield Figure("… smallest scale when decided", smallest, "", 0.97 / scale, True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench_wire", description=__doc__)
    parser.add_argument("--photos", type=Path, help="a folder of JPEGs; the benchmarks' own when left out")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--only", default="", help="prefetched, cold, keys, idle or sustained")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="termlabel-wire-") as folder:
        scratch = Path(folder)
        photos = sorted(chosen.photos.glob("*.jp*g")) if chosen.photos else make_photos(scratch / "photos")
        good = print_table("Behind a thin line", figures(stand(scratch, photos), chosen.runs, chosen.only))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
