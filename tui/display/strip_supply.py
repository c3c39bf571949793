"""Strips of pictures that belong to cells: has them made, tells the stage what is there of them, and keeps them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.display.jobs import Rung
from tui.display.stage import MAX_MADE_BYTES, Stage, is_kept, rung_of
from tui.imaging.decode_cache import failure
from tui.imaging.develop import Developed, Developer
from tui.imaging.ladder import Step
from tui.imaging.worker_pool import LruCache


def _weight(made: Developed) -> int:
    return sum(len(tile.data) for tile in made.tiles) + 100


class StripSupply:
    """`slow`: encoding takes so long that all of it is done aside. `ended(rung, made)`: called when all is made of a rung
    that can be made, behind what the stage itself is told."""

    def __init__(
        self, stage: Stage, develop: Developer, slow: bool, ended: Callable[[Rung, Developed], None]
    ) -> None:
        self._stage, self.develop, self._slow, self._ended = stage, develop, slow, ended
        self._made: LruCache[Developed] = LruCache(MAX_MADE_BYTES, _weight)
        # Of the picture in front, while more of it is made.
        self._begun: tuple[Rung, Developed] | None = None

    def has(self, rung: Rung) -> bool:
        """Whether all of its strips are there."""
        return self._made.get(rung) is not None

    def found(self, rung: Rung) -> Developed | None:
        """Its strips, or the first of them while the others are made; None while there are none."""
        begun = self._begun[1] if self._begun is not None and self._begun[0] == rung else None
        return self._made.get(rung) or begun

    def forget_begun(self) -> None:
        """Another picture comes to the front."""
        self._begun = None

    def under_way(self, steps: Sequence[Step]) -> bool:
        """Whether a step of strips of the picture in front is to be made."""
        stage, front = self._stage, self._stage.front
        return front is not None and any(
            stage.workers.asked(rung_of(stage, front, step)) for step in steps if step.kind != "blocks"
        )

    def ask(self, rung: Rung, step: Step, place: int) -> None:
        """Has strips made; the stage learns of the first of them while those below are made."""
        stage, develop = self._stage, self.develop
        subject = rung.subject(stage.caps.cell, stage.ground.colour)

        def so_far(made: Developed) -> None:
            stage.workers.tell(lambda: self._has_begun(rung, made))

        stage.workers.ask(
            rung,
            place,
            lambda check: develop(subject, step, check, so_far),
            lambda made: self._has_all(rung, made),
            lambda error: Developed(failure(error)),
            rung.picture != stage.front or self._slow or (step.exact and step.rest),
        )

    def _has_begun(self, rung: Rung, made: Developed) -> None:
        """What lies over a picture needs all of it."""
        stage = self._stage
        if stage.front is not None and rung == rung_of(stage, stage.front, rung.step) and not stage.scene:
            self._begun = rung, made
            stage.learned(stage.front, made.facts)
            stage.present()

    def _has_all(self, rung: Rung, made: Developed) -> None:
        stage = self._stage
        if is_kept(stage, rung.picture, made.facts):
            self._made.put(rung, made)
        if self._begun is not None and self._begun[0] == rung:
            self._begun = None
            self._ended(rung, made)
        stage.made(rung.picture, made.facts)
        stage.advance()
