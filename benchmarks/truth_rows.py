"""Rows of the wire benchmark that say how true pictures are: exact at rest, and honest before."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from benchmarks.fidelity import Fidelity
from benchmarks.greys import TruePicture, make_greys
from benchmarks.report import Figure
from benchmarks.wire_sittings import MIDDLE, SLOW, PictureSet, middle
from benchmarks.wire_truth import (
    Look,
    deep_share,
    exact_blocks_after,
    interrupted,
    rates,
    true_pictures,
    walk,
)
from devtools.emulator.link import parse_link

_EXACT_WALKS: tuple[tuple[str, int, float], ...] = (
    ("unlimited", 10, 1.5),
    ("10M/40", 10, 2.5),
    (MIDDLE, 4, 16.0),
    (SLOW, 2, 62.0),
)
"""Lines, how many pictures are brought by keys there, and seconds at each: longer than it may take."""
_LOCAL_EXACT = 0.4
_TOLD_APART = 0.75
"""The share of the time until it is exact after which it must be as good as that."""
_GREY_WALKS: tuple[tuple[str, str, float], ...] = (
    ("kitty", "unlimited", 2.0),
    ("kitty", MIDDLE, 4.0),
    ("kitty", SLOW, 9.0),
    ("iterm2", "unlimited", 1.5),
    ("iterm2", SLOW, 6.0),
    ("sixel", "unlimited", 2.0),
    ("sixel", MIDDLE, 6.0),
    ("truecolor", "unlimited", 1.0),
)
_GREY_RESTS = (("kitty", MIDDLE), ("iterm2", SLOW), ("sixel", MIDDLE))
_UNTIL_REST = 60.0
"""Seconds at most; a key comes after three in which nothing did."""
_NOISY = ("sixel", "iterm2")
"""Where steps before the last one are not judged by banding. What is dithered differs from its neighbours everywhere, and
rough JPEGs change the noise of smooth places by a few levels: neither is an edge."""
_BANDING = 1.0
"""Percent of the neighbours in smooth places that may be steps which the original has not."""
_RATE_LINES = (SLOW, MIDDLE, "10M/40", "100M/10")
_PICTURE_DELAY = 0.005
_DEEP = 0.8
"""The share of half-blocks' pixels that no palette has, where colours have 24 bits: greys are in both."""

TruthRow = Callable[[PictureSet], Iterator[Figure]]


def exact(link: str, many: int, rest: float, pictures: PictureSet) -> Iterator[Figure]:
    """When the whole picture is there in all its pixels, and when nobody could tell it from that."""
    photographs = true_pictures(pictures.photos)
    shown = [photographs[n % len(photographs)] for n in range(many + 1)]
    looks = walk(pictures, _under_own_names(pictures, shown), link, rest)[1:]
    rate = parse_link(link).rate
    allowed = [_allowed(look.exact_bytes, rate) for look in looks]
    found = [look.exact_after() for look in looks]
    note = f"exact {sum(each is not None for each in found)} of {many}, limit of each {_span(allowed)}"
    yield Figure(f"exact at rest, kitty, {_name(link)}", _mean(found), "s", _mean(allowed), note=note)
    if rate is not None and rate <= 1e6:
        alike = [look.indistinguishable_after() for look in looks]
        yield Figure("… not to be told from it", _mean(alike), "s", _TOLD_APART * statistics.mean(allowed))


def _allowed(size: int, rate: float | None) -> float:
    """Seconds for so many bytes."""
    return _LOCAL_EXACT if rate is None else 1.2 * size * 8 / rate + 0.5


def _under_own_names(pictures: PictureSet, shown: Sequence[TruePicture]) -> list[TruePicture]:
    """The same picture may come twice in a walk; a project holds each file once."""
    folder = pictures.scratch / "again"
    folder.mkdir(exist_ok=True)
    found = []
    for n, each in enumerate(shown):
        path = folder / f"{n:02}-{each.path.name}"
        if not path.exists():
            path.hardlink_to(each.path)
        found.append(TruePicture(path, each.original))
    return found


def interrupting(pictures: PictureSet) -> Iterator[Figure]:
    """A key while a picture is being sharpened."""
    found, under_way = interrupted(pictures, SLOW, 6.0)
    note = f"bytes were coming at {under_way} of {len(found)} keys"
    yield Figure(f"key while the last step comes, {SLOW}: next picture", middle(found), "s", 0.20, note=note)


def grey(profile: str, link: str, rest: float, pictures: PictureSet) -> Iterator[Figure]:
    """Every step of pictures with few tones. Where lines are thin it is broken off, so that rough steps of each picture
    are seen; locally the last one is there."""
    of = _grey_steps(profile, link, rest, pictures)
    name = f"grey, {profile}, {_name(link)}"
    yield _levels_figure(name, of, sixels=profile == "sixel")
    yield _worst_figure("… largest error of a block in any step", of, lambda step: step.block, "", 6)
    limit = None if profile in _NOISY else _BANDING
    yield _worst_figure("… largest banding", of, lambda step: step.banding * 100, "%", limit)
    if link == "unlimited":
        yield from _rest_figures("… at rest", of, profile)


def grey_rest(profile: str, link: str, pictures: PictureSet) -> Iterator[Figure]:
    """The last step of pictures with few tones."""
    of = _grey_steps(profile, link, _UNTIL_REST, pictures)
    last = {name: found[-1:] for name, found in of.items()}
    name = f"grey, {profile}, {_name(link)}, at rest"
    yield from _rest_figures(f"{name}: largest error of a block", last, profile)
    yield _levels_figure("… steps with too few levels", last, sixels=profile == "sixel", named=False)


_StepsOf = Mapping[str, Sequence[Fidelity]]
"""The steps of each picture by its name, the last one at the end."""


def _grey_steps(profile: str, link: str, rest: float, pictures: PictureSet) -> _StepsOf:
    shown = make_greys(pictures.scratch / "greys")
    looks = walk(pictures, shown, link, rest, profile=profile)
    return {look.picture.name: list(look.steps()) for look in looks}


def _levels_figure(name: str, of: _StepsOf, *, sixels: bool, named: bool = True) -> Figure:
    """How many steps have too few grey values. `sixels`: of those that registers, in whole percents, can name."""
    poor = {
        picture: [step for step in found if not (step.enough_for_sixels if sixels else step.enough_levels)]
        for picture, found in of.items()
    }
    unseen = [picture for picture, found in of.items() if not found]
    worst = {picture: min(found, key=lambda each: each.tones) for picture, found in poor.items() if found}
    said = (f"{picture} {step.levels} of {step.wanted}" for picture, step in worst.items())
    note = ", ".join([f"{sum(map(len, of.values()))} steps", *said])
    note += f", nothing of {' '.join(unseen)}" if unseen else ""
    count = sum(len(found) for found in poor.values())
    called = f"{name}: steps with too few levels" if named else name
    return Figure(called, None if unseen else count, "", 0, note=note)


def _rest_figures(name: str, of: _StepsOf, profile: str) -> Iterator[Figure]:
    last = {picture: found[-1:] for picture, found in of.items()}
    yield _worst_figure(name, last, lambda step: step.block, "", 1)
    limit = None if profile == "sixel" else _BANDING
    yield _worst_figure("… banding", last, lambda step: step.banding * 100, "%", limit)


def _worst_figure(
    name: str, of: _StepsOf, measure: Callable[[Fidelity], float], unit: str, limit: float | None
) -> Figure:
    """The largest of all steps; a note names the pictures in which it is above the limit."""
    worst = {picture: max(map(measure, found)) for picture, found in of.items() if found}
    over = [
        f"{picture} {value:.1f}" for picture, value in worst.items() if limit is not None and value > limit
    ]
    return Figure(name, max(worst.values(), default=None), unit, limit, note=", ".join(over))


def blocks(pictures: PictureSet) -> Iterator[Figure]:
    """Half-blocks of a terminal that has 24-bit colours."""
    photographs = _under_own_names(pictures, true_pictures(pictures.photos[:5]))
    shares = [
        _first_share(look) for look in walk(pictures, photographs, "unlimited", 1.0, profile="truecolor")
    ]
    yield Figure(
        "half-blocks, local: first frame in 24 bits", min(shares), "", _DEEP, True, "share of pixels"
    )
    looks = walk(pictures, photographs[:4], SLOW, 8.0, profile="truecolor")[1:]
    found = [exact_blocks_after(pictures, look) for look in looks]
    yield Figure(f"half-blocks, {SLOW}: exact after", _mean(found), "s", 6)


def _first_share(look: Look) -> float:
    if look.seen is None:
        return 0.0
    return next((deep_share(look, screen) for screen in look.screens(look.seen)), 0.0)


def rate(pictures: PictureSet) -> Iterator[Figure]:
    """What the app takes the line for, after two seconds of traffic."""
    for link in _RATE_LINES:
        true = parse_link(link).rate or 0.0
        found = rates(pictures, link)
        median = f"median {statistics.median(found) / true:.2f} of {len(found)}" if found else ""
        yield Figure(f"rate measured, {link}: lowest", min(found, default=0.0) / true, "", 0.67, True, median)
        yield Figure("… highest", max(found, default=0.0) / true, "", 1.5)
    found = rates(pictures, "unlimited", _PICTURE_DELAY)
    yield Figure(
        f"rate measured, local, {_PICTURE_DELAY * 1000:.0f} ms a picture: lowest",
        min(found, default=0.0) / 1e6,
        "Mbit/s",
        20,
        True,
    )


def _name(link: str) -> str:
    return "local" if link == "unlimited" else link


TRUTH_ROWS: Mapping[str, TruthRow] = {
    **{f"exact {_name(terms[0])}": partial(exact, *terms) for terms in _EXACT_WALKS},
    "interrupt": interrupting,
    **{f"grey {terms[0]} {_name(terms[1])}": partial(grey, *terms) for terms in _GREY_WALKS},
    **{f"grey rest {terms[0]} {_name(terms[1])}": partial(grey_rest, *terms) for terms in _GREY_RESTS},
    "blocks": blocks,
    "rate": rate,
}
"""Rows by the words that select them."""


def _mean(values: Sequence[float | None]) -> float | None:
    """None when one of them is."""
    found = [value for value in values if value is not None]
    return statistics.mean(found) if found and len(found) == len(values) else None


def _span(values: Sequence[float]) -> str:
    return f"{min(values):.1f} to {max(values):.1f} s" if max(values) > min(values) else f"{values[0]:.1f} s"
