"""A picture at one step of its ladder: from the cache, or decoded, cut and encoded, and then kept there."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, assert_never

from tui.imaging.adjust import adjusted_raster
from tui.imaging.cache import DiskCache
from tui.imaging.decode_cache import DecodeCache, Facts, Subject, facts
from tui.imaging.encode import BLACK, Rgb, Tile, jpeg_tile, jpeg_tiles, jpeg_within, png
from tui.imaging.exact import ExactStrip, exact_strips, sent_bytes
from tui.imaging.exact_strips import exact_tiles
from tui.imaging.ladder import LOSSLESS, Step
from tui.imaging.preview import png_preview, png_within
from tui.imaging.raster import Raster, edges_on, raster
from tui.imaging.sheet import Sheet
from tui.imaging.sixel_tiles import Sixels, sixel_tiles
from tui.imaging.viewport import Viewport
from tui.imaging.worker_pool import Check, unchecked
from tui.model.view_settings import NEUTRAL

_VERSION = 19
"""Of what is in the cache: raised when pictures come out otherwise than before."""
_MAX_EXACT_BYTES = 12_000


@dataclass(frozen=True, slots=True)
class Developed:
    """`tiles` lie on the canvas at `viewport`, or instead of them `exact` strips; there are none when there is no
    picture. `capped`: it was to be exact, and that takes more bytes than it may. `whole`: False while more tiles are
    being made."""

    facts: Facts
    viewport: Viewport | None = None
    tiles: tuple[Tile, ...] = ()
    exact: tuple[ExactStrip, ...] = ()
    capped: bool = False
    whole: bool = True


SoFar = Callable[[Developed], None]
"""Is told what is there of a picture before all of it is."""


def _untold(made: Developed) -> None:
    """Nobody wants to know what is there before all of it is."""


class Developer:
    """Callable from several threads. The ground of a subject lies outside its picture in JPEGs and sixels, and is seen
    there in others."""

    def __init__(
        self, decode_cache: DecodeCache, cache: DiskCache | None = None, sixels: Sixels | None = None
    ) -> None:
        self.decode_cache, self._cache, self._sixels = decode_cache, cache, sixels

    def __call__(
        self, subject: Subject, step: Step, check: Check = unchecked, so_far: SoFar = _untold
    ) -> Developed:
        """Only whole pictures without a flaw are kept: a part that was zoomed into is hardly looked at again. `so_far`: told
        each time that a row of strips is made, of all that are there."""
        cache = self._cache
        key = cache_key(subject, step) if cache is not None else None
        if cache is None or key is None:
            return self._develop(subject, step, check, so_far)
        kept = cache.get(key)
        found = _unpacked(kept, subject) if kept is not None else None
        if found is not None:
            return found
        developed = self._develop(subject, step, check, so_far)
        if developed.tiles and not developed.facts.reason:
            cache.put(key, _packed(developed))
        return developed

    def _develop(self, subject: Subject, step: Step, check: Check, so_far: SoFar) -> Developed:
        check()
        part = _part(subject, step)
        cache = self.decode_cache
        decoded = cache.whole(subject) if step.exact else cache.decoded(subject, part)
        check()
        if decoded.image is None:
            return Developed(facts(decoded))
        viewport = view = self.decode_cache.viewport(subject, decoded)
        if part > 1 and viewport.scale > 1:
            part, decoded = 1, self.decode_cache.decoded(subject)
        assert decoded.image is not None
        if part > 1:
            (width, height), (across, down) = view.canvas, view.cell
            view = replace(view, canvas=(width // part, height // part), cell=(across / part, down / part))
        cut = raster(decoded.image, view, exact=step.exact)
        check()
        if cut is None:
            return Developed(facts(decoded), viewport)
        cut = adjusted_raster(cut, decoded, view, subject.adjustment)
        if part > 1:
            cut = replace(cut, edges=edges_on(viewport, cut, part))
        if step.strips is not None:
            strips = exact_strips(cut, view.cell, step.strips, check)
            if step.max_bytes is None or sent_bytes(strips) <= step.max_bytes:
                return Developed(facts(decoded), viewport, exact=strips)
        ground = subject.ground
        near = self._exact_strips(cut, step, view.cell, ground, check)
        capped = step.exact and step.max_bytes is not None and not near
        found = Developed(facts(decoded), viewport, near, capped=capped)
        made = self._encoded(cut, step, view.cell, ground, part, check)
        return found if near else _tiled(found, made, so_far)

    def encoded(
        self,
        cut: Raster,
        step: Step,
        cell: tuple[float, float],
        ground: Rgb = BLACK,
        check: Check = unchecked,
    ) -> list[Tile]:
        """A raster in full size as the step says. A PNG is one tile, which the terminal keeps; half-blocks are one too, a PNG
        of two pixels a cell; JPEGs and sixels are strips."""
        exact = self._exact_strips(cut, step, cell, ground, check)
        return list(exact or self._encoded(cut, step, cell, ground, 1, check))

    def _encoded(
        self, cut: Raster, step: Step, cell: tuple[float, float], ground: Rgb, part: int, check: Check
    ) -> Iterator[Tile]:
        """The same, without JPEGs that cannot be told from the picture. `cut`: of 1/`part` of the canvas's pixels."""
        divisor = step.divisor / part
        match step.kind:
            case "png":
                yield _png(cut, step, divisor, ground)
            case "jpeg":
                yield from _jpegs(cut, step, cell, divisor, part, ground)
            case "sixel" if self._sixels is not None:
                yield from sixel_tiles(cut, step, cell, ground, self._sixels, check)
            case "sixel" | "blocks":
                yield _blocks(cut)
            case other:
                assert_never(other)

    def _exact_strips(
        self, cut: Raster, step: Step, cell: tuple[float, float], ground: Rgb, check: Check
    ) -> tuple[Tile, ...]:
        """Of inline files, at an exact step; none when they take more bytes on the wire than they may."""
        if step.kind != "jpeg" or not step.exact:
            return ()
        made = exact_tiles(
            cut,
            cell,
            ground=ground,
            strip=step.strip_bytes or _MAX_EXACT_BYTES,
            lossless=step.quality == LOSSLESS,
            check=check,
        )
        fits = step.max_bytes is None or sum(len(tile.data) for tile in made) * 4 / 3 <= step.max_bytes
        return tuple(made) if fits else ()


def _tiled(found: Developed, made: Iterable[Tile], so_far: SoFar) -> Developed:
    """With the tiles that are `made` one after the other."""
    there: list[Tile] = []
    for tile in made:
        if there and tile.row != there[-1].row:
            so_far(replace(found, tiles=tuple(there), whole=False))
        there.append(tile)
    return replace(found, tiles=tuple(there))


def _png(cut: Raster, step: Step, divisor: float, ground: Rgb) -> Tile:
    colours = step.quality
    if step.max_bytes is not None:
        divisor, colours = png_within(cut, step.max_bytes)
    return png_preview(cut, divisor, colours, ground)


def _jpegs(
    cut: Raster, step: Step, cell: tuple[float, float], divisor: float, part: int, ground: Rgb
) -> Iterator[Tile]:
    quality = step.quality or 50
    if step.max_bytes is not None:
        divisor, quality = jpeg_within(cut, step.max_bytes)
    if step.one_piece:
        return jpeg_tile(cut, quality, divisor, ground)
    return jpeg_tiles(cut, cell, quality, divisor=divisor, part=part, ground=ground)


def _blocks(cut: Raster) -> Tile:
    """Two pixels a cell."""
    width, height = cut.columns, cut.rows * 2
    data = png(cut.reduced(width, height), None)
    return Tile(cut.column, cut.row, cut.columns, cut.rows, width, height, data)


def _part(subject: Subject, step: Step) -> int:
    """A rough step is made from a smaller decode: twice as large as the step is. Only halves of whole pixels, as the
    cells are to be the same."""
    fitted = subject.viewport is None and not isinstance(subject.source, Sheet)
    rough = not step.exact and (step.kind == "blocks" or (step.max_bytes is None and step.divisor >= 3))
    even = subject.canvas[0] % 2 == 0 and subject.canvas[1] % 2 == 0
    return 2 if fitted and rough and even and min(subject.cell) >= 4 else 1


def cache_key(subject: Subject, step: Step) -> str | None:
    """Of a fitted picture: its file's identity, and everything that decides the bytes; None for a part, a contact
    sheet, one that a person adjusted, an exact picture in strips, which is large, or when the file is not there."""
    passing = subject.viewport is not None or subject.adjustment != NEUTRAL or step.strips is not None
    if passing or isinstance(subject.source, Sheet):
        return None
    try:
        info = os.stat(subject.source)
    except (OSError, ValueError):
        return None
    # The colours of half-blocks are chosen when they are painted.
    quality = None if step.kind == "blocks" else step.quality
    known = {
        "version": _VERSION,
        "file": [os.path.abspath(subject.source), info.st_size, info.st_mtime_ns, info.st_ino, subject.frame],
        "most": subject.max_pixels,
        "canvas": [*subject.canvas, *subject.cell, *subject.ground],
        "step": [
            step.kind,
            step.divisor,
            quality,
            step.max_bytes,
            step.exact,
            step.strip_bytes,
            step.one_piece,
        ],
    }
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()


def _packed(developed: Developed) -> bytes:
    """One line of JSON that says where the tiles' bytes, which follow, belong."""
    places = [[t.column, t.row, t.columns, t.rows, t.width, t.height, len(t.data)] for t in developed.tiles]
    head = {"facts": asdict(developed.facts), "tiles": places, "capped": developed.capped}
    return json.dumps(head).encode() + b"\n" + b"".join(tile.data for tile in developed.tiles)


def _facts_of(kept: dict[str, Any], size: tuple[int, int]) -> Facts:
    window = kept["window"]
    seen = (float(window[0]), float(window[1])) if window is not None else None
    return Facts(size, "", int(kept["frames"]), window=seen, word=str(kept["word"]))


def _unpacked(data: bytes, subject: Subject) -> Developed | None:
    try:
        line, _, rest = data.partition(b"\n")
        head = json.loads(line)
        size = (int(head["facts"]["size"][0]), int(head["facts"]["size"][1]))
        known, capped = _facts_of(head["facts"], size), bool(head["capped"])
        found, at = [], 0
        for column, row, columns, rows, width, height, length in head["tiles"]:
            found.append(Tile(column, row, columns, rows, width, height, rest[at : at + length]))
            at += length
    except (ValueError, TypeError, KeyError, IndexError):
        return None
    if at != len(rest) or not found:
        return None
    return Developed(known, Viewport.fit(size, subject.canvas, subject.cell), tuple(found), capped=capped)
