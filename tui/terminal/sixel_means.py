"""The means of a picture in few colours: where a place is of another colour on the whole than it should be, as no colour
of the palette is near to its own, some of its pixels take one that makes up for it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tui.terminal.sixel_greys import of_grey

_STEP, _STEPS = 4, 4
"""A place is a square of four by four steps, and one begins at each step: neighbours overlap."""
_SIDE = _STEP * _STEPS
_MOST, _GOAL = 4.5, 3.0
"""Of 255, in any channel: what the mean of a place may be off, and what is left of it where it was more."""
_PASSES, _PLACES = 3, 40
"""What one place gains another may lose, so there are several passes; places of each, the worst first."""
_SPREAD = 20.0
"""Cost by which pixels give way to others, in a pattern, so that those that change do not lie side by side."""
_LEAST = 2.0
"""Levels towards the goal that a pixel takes at least when it changes."""

_Pixels = NDArray[np.float32]
_Members = NDArray[np.int32]
_Window = tuple[slice, slice]


def evened(
    true: _Pixels,
    members: _Members,
    shades: _Pixels,
    still: NDArray[np.bool_],
    check: Callable[[], None],
    grey: NDArray[np.bool_] | None = None,
) -> _Members:
    """`members` (height, width) of a palette `shades` (colours, 3) that stand for pixels `true` (height, width, 3), some of
    them other ones, but none of those that are `still` (height, width), and only greys of those that are `grey`."""
    if min(members.shape) < _SIDE:
        return members
    coloured = ~of_grey(shades)
    barred = np.zeros((*members.shape, 1), bool) if grey is None else grey[..., None]
    found = members
    missed = _missed(true - shades[found])
    for _ in range(_PASSES):
        off = np.abs(missed).max(axis=2)
        if off.max() <= _MOST:
            break
        check()
        changed = found.copy()
        for row, column in _worst(off):
            place = _window(row, column)
            least = np.where(barred[place] & coloured, np.inf, _LEAST)
            changed[place] = _moved(
                true[place],
                changed[place],
                shades,
                missed[row, column],
                still[place],
                least.reshape(-1, len(shades)),
            )
        found, missed = _kept(true, shades, found, changed, off)
    return found


def _missed(short: _Pixels) -> _Pixels:
    """(rows, columns, 3): the mean of what pixels (height, width, 3) lack, in each place."""
    height, width = (side // _STEP * _STEP for side in short.shape[:2])
    cut = short[:height, :width].reshape(height // _STEP, _STEP, width // _STEP, _STEP, 3)
    sums = np.pad(cut.mean(axis=(1, 3)).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0), (0, 0)))
    n = _STEPS
    found: _Pixels = (sums[n:, n:] - sums[:-n, n:] - sums[n:, :-n] + sums[:-n, :-n]) / n**2
    return found


def _window(row: int, column: int) -> _Window:
    """The pixels of a place."""
    y, x = row * _STEP, column * _STEP
    return slice(y, y + _SIDE), slice(x, x + _SIDE)


def _worst(off: _Pixels) -> list[tuple[int, int]]:
    """Places (row, column) that are too far off, the worst first, of which none overlaps another."""
    found: list[tuple[int, int]] = []
    taken = np.zeros(off.shape, bool)
    rows, columns = np.nonzero(off > _MOST)
    for n in np.argsort(-off[rows, columns]):
        row, column = int(rows[n]), int(columns[n])
        if not taken[row, column]:
            taken[max(0, row - _STEPS + 1) : row + _STEPS, max(0, column - _STEPS + 1) : column + _STEPS] = (
                True
            )
            found.append((row, column))
            if len(found) == _PLACES:
                break
    return found


def _moved(
    true: _Pixels,
    members: _Members,
    shades: _Pixels,
    missed: _Pixels,
    still: NDArray[np.bool_],
    least: NDArray[np.float64],
) -> _Members:
    """The members of a place, as few of them other ones as bring its mean near to what it should be. Each pixel has one
    colour to take instead: that which brings the most for what the pixel itself is further off. `least`: (pixels, colours),
    the levels that it is to bring."""
    now = members.ravel()
    towards = missed / np.linalg.norm(missed)
    steps = shades[None] - shades[now][:, None]
    gains = steps @ towards
    aside = (steps**2).sum(axis=2) - gains**2
    off = ((true.reshape(-1, 1, 3) - shades[None]) ** 2).sum(axis=2)
    worse = off - np.take_along_axis(off, now[:, None], 1) + aside
    costs = np.where(gains > least, worse / np.maximum(gains, _LEAST), np.inf)
    other = costs.argmin(axis=1)
    cost = np.where(still.ravel(), np.inf, costs.min(axis=1))
    order = np.argsort(cost + _SPREAD * _PATTERN)[: int(np.isfinite(cost).sum())]
    if not len(order):
        return members
    rest = np.abs(missed * _SIDE**2 - steps[order, other[order]].cumsum(axis=0)).max(axis=1)
    enough = np.flatnonzero(rest <= _GOAL * _SIDE**2)
    last = int(enough[0]) if len(enough) else int(rest.argmin())
    if rest[last] >= np.abs(missed).max() * _SIDE**2:
        return members
    found = now.copy()
    found[order[: last + 1]] = other[order[: last + 1]]
    return found.reshape(members.shape)


def _pattern() -> NDArray[np.float64]:
    """(pixels of a place,): from 0 to 1, each next one far from those before."""
    order = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) / 16
    return np.tile(order, (_SIDE // 4, _SIDE // 4)).ravel()


_PATTERN = _pattern()


def _kept(
    true: _Pixels, shades: _Pixels, before: _Members, changed: _Members, off: _Pixels
) -> tuple[_Members, _Pixels]:
    """What changed, but for places that became worse than they were (`off`), and what is missed then."""
    missed = _missed(true - shades[changed])
    now = np.abs(missed).max(axis=2)
    rows, columns = np.nonzero((now > _MOST) & (now > off + 0.01))
    if not len(rows):
        return changed, missed
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        place = _window(row, column)
        changed[place] = before[place]
    return changed, _missed(true - shades[changed])
