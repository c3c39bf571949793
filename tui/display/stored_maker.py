"""What is made of pictures for a terminal that stores them: asked of the workers, and kept until it is sent."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from tui.display.jobs import JobKey, Picture, Rung, StoredStrip, owner_of, rank_of
from tui.display.stage import MAX_MADE_BYTES, Stage, StageParts, is_kept
from tui.imaging.decode_cache import Facts, failure
from tui.imaging.develop import Developer
from tui.imaging.encode import Tile
from tui.imaging.exact import ExactStrip
from tui.imaging.ladder import Step
from tui.imaging.viewport import Viewport
from tui.imaging.worker_pool import Check, LruCache


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """An encoded rung: `tile` with its place on the canvas at `viewport`, or `strips` of an exact picture; None when there
    is no picture."""

    facts: Facts
    tile: Tile | None = None
    viewport: Viewport | None = None
    strips: tuple[ExactStrip, ...] = ()

    @property
    def bytes(self) -> int:
        """That it takes in memory."""
        data = sum(len(strip.data) + len(strip.rounded or b"") for strip in self.strips)
        return data + (len(self.tile.data) if self.tile is not None else 100)


_ASKED_AT_ONCE = 6


class StoredMaker:
    """`done` is called when something was made of a rung, or could not be."""

    def __init__(self, stage: Stage, parts: StageParts, done: Callable[[Rung, StoredPicture], None]) -> None:
        self._stage, self._done = stage, done
        self._develop = Developer(parts.decode_cache, parts.cache)
        self._made: LruCache[StoredPicture] = LruCache(MAX_MADE_BYTES, lambda made: made.bytes)

    def get(self, rung: Rung) -> StoredPicture | None:
        """What was made of a rung, as long as it is kept."""
        return self._made.get(rung)

    def is_empty(self, rung: Rung) -> bool:
        """Whether it was made, and there is nothing of it to be sent."""
        made = self.get(rung)
        return made is not None and made.tile is None and not made.strips

    def supply(
        self,
        plan: Sequence[Rung],
        send: Callable[[Rung, StoredPicture, int], None],
        *,
        only: Picture | None = None,
        ahead: Sequence[Rung] = (),
    ) -> None:
        """Asks for what of a plan is missing, the next one first, and has sent what was made: `send` gets the rung, what
        was made of it and its place. What is not in the plan is given up. `only`: nothing of other pictures goes onto
        the line. `ahead`: what is made and not sent."""
        stage = self._stage
        places: dict[Hashable, int] = {rung: n for n, rung in enumerate(dict.fromkeys([*plan, *ahead]))}
        rank = _ranking(places, only)
        # What is made of other things than pictures is not of the plan.
        stage.workers.keep(lambda key: places.get(key) if isinstance(key, Rung) else -1)
        stage.write(stage.channel.reprioritise(rank), "picture")
        missing = [rung for rung in plan if self.get(rung) is None]
        for rung in (*missing[:_ASKED_AT_ONCE], *ahead):
            self.ask(rung, places[rung])
        for rung in plan:
            made = self.get(rung)
            if made is not None and rank(rung) is not None and not stage.channel.waits(rung):
                send(rung, made, places[rung])
        stage.pump()

    def ask(self, rung: Rung, place: int) -> None:
        """It is to be made, unless it is there. `place`: in the plan."""
        if self.get(rung) is not None:
            return
        step = rung.step
        assert isinstance(step, Step)
        subject, develop = rung.subject(self._stage.caps.cell, self._stage.ground.colour), self._develop

        def work(check: Check) -> StoredPicture:
            found = develop(subject, step, check)
            tile = found.tiles[0] if found.tiles else None
            return StoredPicture(found.facts, tile, found.viewport, found.exact)

        self._stage.workers.ask(
            rung,
            place,
            work,
            lambda made: self._is_made(rung, made),
            lambda error: StoredPicture(failure(error)),
            rung.picture != self._stage.front or step.divisor < 2,
        )

    def _is_made(self, rung: Rung, made: StoredPicture) -> None:
        if is_kept(self._stage, rung.picture, made.facts):
            self._made.put(rung, made)
        self._done(rung, made)


def _ranking(places: Mapping[Hashable, int], only: Picture | None) -> Callable[[JobKey], int | None]:
    """Ranks of jobs by the places of their rungs; None for what is not in the plan, or not of the `only` picture."""

    def rank(key: JobKey) -> int | None:
        if not isinstance(key, Rung | StoredStrip):
            return None
        place = places.get(owner_of(key)) if only in (None, owner_of(key).picture) else None
        return None if place is None else rank_of(key, place)

    return rank
