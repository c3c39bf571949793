"""What the states of all kinds of work have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from tui.sitting.state import NEVER, Marks, Mode, Sitting, SittingRules, Tone
from tui.text import counted

READING_SECONDS = 1.5
"""What stood on the screen for less was not read."""


@dataclass(frozen=True, slots=True)
class WorkState:
    """What the states of all kinds of work begin with. `sitting`: what every sitting has."""

    sitting: Sitting

    @property
    def rules(self) -> SittingRules:
        """What the sitting obeys."""
        return self.sitting.rules

    @property
    def mode(self) -> Mode:
        """What the next key means."""
        return self.sitting.mode

    @property
    def in_front(self) -> int | None:
        """The task whose picture is in front, or under the cursor of a sheet, by its id; None on pages."""
        return None

    @property
    def closing(self) -> bool:
        """Whether nothing is left to look at."""
        return False

    @property
    def marks(self) -> Marks:
        """What is taken out of contact sheets and not decided, here or in sittings before."""
        return self.rules.marks

    def say(self, text: str, tone: Tone = "hint") -> Self:
        """The same with a line for the person."""
        return replace(self, sitting=self.sitting.say(text, tone))

    def leave_trace(self, text: str) -> Self:
        """The same with a word on what was decided, which a key that is held down leaves there, and on keys just before that
        came too early: what was said of them stood there too shortly to be read."""
        n, at = self.sitting.early
        lost = n if self.sitting.keyed[0] - at < READING_SECONDS else 0
        said = f"{text} · {counted(lost, 'key')} before came too early" if lost else text
        return replace(self, sitting=replace(self.sitting.say(said, "good"), traced=text, early=(0, NEVER)))

    def refuse(self, why: str, *, early: bool) -> Self:
        """The same after a key that was refused. `early`: as its picture had not been shown when it was pressed."""
        sitting = self.sitting.say(why, "warn")
        return replace(
            self,
            sitting=replace(sitting, early=(sitting.early[0] + 1, sitting.keyed[0])) if early else sitting,
        )

    def in_mode(self, mode: Mode) -> Self:
        """The same with another meaning of the next key."""
        return replace(self, sitting=self.sitting.in_mode(mode))
