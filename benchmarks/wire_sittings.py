"""Sittings of the real app in an emulated terminal behind a thin line, and what a person saw of each.

*Shown* means that the screen, rebuilt from the bytes that have arrived, holds that picture: nearer to it than to any
other of the set.
"""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from benchmarks.app import ROOT, TERMLABEL, project_of
from benchmarks.fidelity import Fidelity, Original, judge
from devtools.emulator import kitty
from devtools.emulator.likeness import ssim
from devtools.emulator.link import parse_link
from devtools.emulator.records import RunResult
from devtools.emulator.script import parse_keys
from devtools.emulator.session import run
from devtools.emulator.timeline import PixelBox
from devtools.emulator.tokens import Tokenizer
from tui.display.ground import THEMES
from tui.imaging.decode import load
from tui.imaging.raster import raster
from tui.imaging.viewport import Viewport

SLOW, MIDDLE = "256k/150", "1M/80"
CELL = (10, 20)
GROUND = THEMES["dark"]
START = 2.5
"""Seconds that a first key waits longer than others: the first picture of a sitting is one with which the terminal is
asked what it can do, and starting takes the processor longer than a picture does."""
_numbers = count(1)


class Reached(NamedTuple):
    """Seconds from a key until the picture was there, its SSIM then, and how true it was."""

    seconds: float
    likeness: float
    fidelity: Fidelity


@dataclass(frozen=True, slots=True)
class PictureSet:
    """The set of pictures as they should look on the canvas, which lies at `box` of the screen. `places`: of each in
    `wanted`, in pixels."""

    scratch: Path
    photos: tuple[Path, ...]
    wanted: tuple[Image.Image, ...]
    places: tuple[PixelBox, ...]
    box: PixelBox

    def likeness(self, seen: Image.Image, n: int) -> float:
        """SSIM of the canvas with picture `n`; 0 when another picture of the set is nearer, or an empty canvas:
        that is a little like a picture that is dark at its edges."""
        part = seen.crop(self.box)
        mine = ssim(part, self.wanted[n])
        others = (*self.wanted[:n], *self.wanted[n + 1 :], Image.new("RGB", part.size, GROUND))
        return 0.0 if any(ssim(part, other) >= mine for other in others) else mine

    def fidelity(self, seen: Image.Image, n: int) -> Fidelity:
        """How true picture `n` is on the screen, where it is there."""
        left, top = self.box[:2]
        part = self.places[n]
        place = left + part[0], top + part[1], left + part[2], top + part[3]
        return judge(seen.crop(place), Original(self.wanted[n].crop(part)))

    def nearest(self, result: RunResult, record: int) -> int:
        """The picture that is on the screen when everything after a key has come."""
        part = result.picture(result.records[record].end).crop(self.box)
        return max(range(len(self.wanted)), key=lambda n: ssim(part, self.wanted[n]))

    def reached(self, result: RunResult, record: int, n: int, min_likeness: float) -> Reached | None:
        """When picture `n` was shown with SSIM of at least `min_likeness`."""
        key = result.records[record]
        until = [r.t_press for r in result.records[record + 1 : record + 2]] or [float("inf")]
        points = [(t, at) for t, at in result.arrivals if key.t_press <= t < until[0]]

        def like(at: int) -> float:
            return self.likeness(result.picture(at), n)

        if not points or like(points[-1][1]) < min_likeness:
            return None
        low, high = 0, len(points) - 1
        while low < high:
            middle = (low + high) // 2
            low, high = (
                (low, middle) if like(points[middle][1]) >= max(min_likeness, 0.01) else (middle + 1, high)
            )
        seconds, end = points[low][0] - key.t_press, points[low][1]
        return Reached(seconds, like(end), self.fidelity(result.picture(end), n))


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
    picture_delay: float = 0.0,
) -> RunResult:
    """One sitting of somebody new, with an empty cache."""
    number = next(_numbers)
    home = project.parent / f"home{number}"
    (home / "termlabel").mkdir(parents=True)
    (home / "termlabel" / "config.toml").write_text(settings)
    command = [*TERMLABEL, "annotate", str(project), "--as", f"bench{number}", *options]
    environment = {
        "PYTHONPATH": str(ROOT),
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
    }
    return run(
        command,
        profile=profile,
        link=parse_link(link, compress=compress),
        keys=parse_keys(keys, 0.6),
        env=environment,
        limit=limit,
        picture_delay=picture_delay,
    )


def picture_set(scratch: Path, photos: Sequence[Path]) -> PictureSet:
    """Where the canvas lies is found from where the pictures of an unlimited run lie: together they fill it."""
    project = project_of(scratch / "set", list(photos))
    result = sit(project, f"shown={START}:n," + "shown=0.7:n," * (len(photos) - 2) + "shown=1:q")
    corners = []
    for record in result.records[:-1]:
        for placed in result.terminal(record.end).screen.pictures.shown:
            left, top = placed.left, placed.top
            corners.append((left, top, left + placed.size[0], top + placed.size[1]))
    left, top = min(c[0] for c in corners), min(c[1] for c in corners)
    right, bottom = max(c[2] for c in corners), max(c[3] for c in corners)
    size = right - left, bottom - top
    wanted, places = zip(*(_as_wanted(path, size) for path in photos), strict=True)
    return PictureSet(scratch, tuple(photos), wanted, places, (left, top, right, bottom))


def _as_wanted(path: Path, size: tuple[int, int]) -> tuple[Image.Image, PixelBox]:
    """A picture on a canvas of that size, and where it lies there."""
    decoded = load(path, size, 1_000_000_000)
    assert decoded.image is not None
    view = Viewport.fit((decoded.width, decoded.height), size, (float(CELL[0]), float(CELL[1])))
    cut = raster(decoded.image, view)
    assert cut is not None
    whole = Image.new("RGB", size, GROUND)
    x, y = cut.column * CELL[0], cut.row * CELL[1]
    whole.paste(cut.on(GROUND), (x, y))
    left, top, right, bottom = cut.inside
    return whole, (x + left, y + top, x + right, y + bottom)


def fresh(pictures: PictureSet, kind: str = "classify") -> Path:
    """A project of the set, of its own."""
    project = project_of(pictures.scratch / f"project{next(_numbers)}", list(pictures.photos))
    if kind != "classify":
        file = project / "termlabel.toml"
        file.write_text(file.read_text().replace('kind = "classify"', f'kind = "{kind}"'))
    return project


def prefetched(pictures: PictureSet, link: str, min_likeness: float) -> Iterator[tuple[Reached, int, int]]:
    """Of switches to pictures that had time to come, with bytes of the whole frame and of graphics. The picture before
    may still be made exact, as where a person does not wait for that."""
    result = sit(fresh(pictures), f"shown={START + 4}:n,shown=4:n,shown=4:n,shown=2:q", link=link)
    for n, record in enumerate(result.records[1:-1], 1):
        found = pictures.reached(result, n, n, min_likeness)
        if found is not None:
            answered = record.t_press + parse_link(link).round_trip
            yield found, *_frame_bytes(result, answered, record.t_press + found.seconds)


def _frame_bytes(result: RunResult, begin: float, end: float) -> tuple[int, int]:
    """Bytes that came between two moments (monotonic seconds): all, and those of graphics, but for uploads. `begin`: the
    earliest at which a key can have been answered; `end`: when the picture was there."""
    before = max((at for t, at in result.arrivals if t < begin), default=0)
    upto = max((at for t, at in result.arrivals if t <= end), default=0)
    total = graphics = at = 0
    opened = False
    for token in Tokenizer().feed(result.stream[:upto]):
        at += len(token.data)
        size = len(token.data) if at > before else 0
        if token.purpose == "kitty":
            keys, _ = kitty.parse(token.body)
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

    pictures: PictureSet
    result: RunResult
    record: int
    picture: int

    def reached(self, min_likeness: float) -> Reached | None:
        return self.pictures.reached(self.result, self.record, self.picture, min_likeness)

    def likeness(self, seconds: float) -> float:
        """SSIM of what the screen had of it so many seconds after the key, or at the next one."""
        return self.pictures.likeness(self._screen(seconds), self.picture)

    def fidelity(self) -> Fidelity:
        """How true it was at the next key."""
        return self.pictures.fidelity(self._screen(float("inf")), self.picture)

    def _screen(self, seconds: float) -> Image.Image:
        key, after = self.result.records[self.record : self.record + 2]
        until = min(key.t_press + seconds, after.t_press)
        return self.result.picture(max((at for t, at in self.result.arrivals if t <= until), default=0))


def cold(
    pictures: PictureSet,
    link: str,
    runs: int,
    *,
    profile: str = "kitty",
    compress: bool = False,
    rest: float = 3.0,
) -> list[Shot]:
    """Pictures that nothing was sent of: five keys on, faster than anything can come, and twice in a sitting, so that
    five of them see the whole set. A key may come before the next task was claimed and do nothing, so which
    picture it is, is seen after `rest` seconds (whether it is exact by then or not), and the next sitting begins where
    it should meet two that were not seen yet."""
    burst = ":n,t=0:n,t=0:n,t=0:n,t=0:n,"
    keys = f"shown={START + rest}{burst}shown={rest}{burst}shown={rest}:q"
    shots: list[Shot] = []
    size = len(pictures.photos)
    unseen, steps = set(range(size)), [5, 10]
    for _ in range(runs):
        start = max(range(size), key=lambda s: len({(s + step) % size for step in steps} & unseen))
        project = project_of(pictures.scratch / f"cold{os.urandom(3).hex()}", _copies(pictures, 16, start))
        result = sit(project, keys, link=link, profile=profile, compress=compress)
        found = [Shot(pictures, result, n, pictures.nearest(result, n)) for n in (5, 10)]
        steps = [(shot.picture - start) % size for shot in found]
        unseen -= {shot.picture for shot in found}
        unseen = unseen or set(range(size))
        shots += found
    return shots


def over_set(shots: Sequence[Shot], likeness: Sequence[float]) -> float:
    """The mean over the pictures, each of which counts once however often it was seen."""
    of: dict[int, list[float]] = {}
    for shot, value in zip(shots, likeness, strict=True):
        of.setdefault(shot.picture, []).append(value)
    return statistics.mean(statistics.mean(values) for values in of.values())


def first(
    shots: Sequence[Shot], min_likeness: float = 0.2
) -> tuple[float | None, float | None, list[Fidelity]]:
    """Median seconds until each picture is on the screen at this SSIM or better, the mean SSIM of these, and how true
    they were."""
    found = [shot.reached(min_likeness) for shot in shots]
    seconds = middle([each.seconds if each else None for each in found])
    likeness = over_set(shots, [each.likeness if each else 0.0 for each in found])
    return seconds, likeness, [each.fidelity for each in found if each]


def together(shots: Sequence[Shot], min_likeness: float) -> float | None:
    """Seconds after which the pictures are as like as this on the mean; None when they never are."""
    low, high = 0.0, 15.0

    def like(seconds: float) -> bool:
        return over_set(shots, [shot.likeness(seconds) for shot in shots]) >= min_likeness

    if not like(high):
        return None
    while high - low > 0.02:
        half = (low + high) / 2
        low, high = (low, half) if like(half) else (half, high)
    return high


def five_keys(pictures: PictureSet) -> float | None:
    """The last of five keys in half a second, until its picture."""
    start = 12.0
    keys = ",".join(f"t={start + n * 0.125}:n" for n in range(5)) + ",shown=3:q"
    result = sit(fresh(pictures), keys, link=MIDDLE)
    found = pictures.reached(result, 5, pictures.nearest(result, 5), 0.5)
    return found.seconds if found else None


def nudges(pictures: PictureSet) -> list[int]:
    """Bytes of each key that moves a selected box by one pixel of the screen."""
    keys = "idle=3:b,idle=0.6:enter,idle=0.6:enter," + "idle=1:right," * 4 + "idle=1:q"
    result = sit(fresh(pictures, "shapes"), keys, settings="screen_nudges = true\n")
    return [record.bytes for record in result.records if record.key == "right"]


def popups(pictures: PictureSet) -> int:
    """Graphics bytes of opening and closing the help, of flagging, and of the focus going elsewhere and back."""
    keys = ("?", "q", "f", "blur", "focus", "tab")
    result = sit(fresh(pictures), "idle=4:" + ",idle=1:".join((*keys, "q")))
    return sum(record.purposes["kitty"] for record in result.records[1 : 1 + len(keys)])


def echo_while_loading(pictures: PictureSet) -> list[float]:
    """From `f` to its words in the status, while pictures are on their way."""
    result = sit(
        fresh(pictures), f"shown={START + 3}:n,t=0:n,t=0:n,t=0:n,shown=1.5:f~hard,shown=3:q", link=SLOW
    )
    return [r.t_expected - r.t_press for r in result.records if r.key == "f" and r.t_expected is not None]


def silence(pictures: PictureSet, profile: str) -> int:
    """Bytes of ten seconds in which nobody presses a key."""
    result = sit(fresh(pictures), "idle=2:n,idle=13:q", profile=profile)
    quit_ = result.records[-1].t_press
    return sum(b - a for (_, a), (t, b) in pairwise(result.arrivals) if quit_ - 10 <= t < quit_)


def phantoms(pictures: PictureSet, profile: str, round_trip: int) -> int:
    """Decisions in a sitting in which no key was pressed but the last."""
    trace = pictures.scratch / "phantoms.jsonl"
    trace.unlink(missing_ok=True)
    sit(
        fresh(pictures),
        f"shown={START + 3}:q",
        link=f"1M/{round_trip}",
        profile=profile,
        options=["--trace", str(trace)],
    )
    lines = trace.read_text(encoding="utf-8").splitlines() if trace.exists() else []
    return sum(json.loads(line)["event"] in ("decided", "refused") for line in lines)


def sustained(pictures: PictureSet, link: str) -> tuple[float, list[float]]:
    """Pictures a minute of somebody who decides 0.7 s after each was shown, and the scales (1/n) that were seen then."""
    decisions = 30
    project = project_of(
        pictures.scratch / f"many{link[:2]}{os.urandom(2).hex()}", _copies(pictures, decisions + 8)
    )
    result = sit(
        project, f"shown={START + 3}:1," + "shown=0.7:1," * decisions + "shown=0.7:q", link=link, limit=180
    )
    presses = [record.t_press for record in result.records if record.key == "1"]
    shares = []
    for record in result.records[2:-1]:
        placed = result.terminal(record.begin).screen.pictures.shown
        shares += [each.image.width / each.size[0] for each in placed]
    return 60 * (len(presses) - 1) / (presses[-1] - presses[0]), shares


def _copies(pictures: PictureSet, many: int, start: int = 0) -> list[Path]:
    """The set again and again from one of it on, under other names."""
    folder = pictures.scratch / "copies"
    folder.mkdir(exist_ok=True)
    made = []
    for n in range(many):
        path = folder / f"{start}-{n:03}.jpg"
        if not path.exists():
            os.link(pictures.photos[(start + n) % len(pictures.photos)], path)
        made.append(path)
    return made


def middle(values: Sequence[float | None]) -> float | None:
    """The median; None when one of them is."""
    found = [value for value in values if value is not None]
    return statistics.median(found) if found and len(found) == len(values) else None
