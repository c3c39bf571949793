"""Whether the person has seen the picture in front."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class SeenGate:
    """Whether the picture in front was seen, or found broken: `reported`. `fenced`: the fence that shall tell it was
    sent. `attempt` counts how often the picture's data were lost: a fence before that tells nothing. `told`: the host
    knows already, of another frame or part of it."""

    reported: bool = False
    told: bool = False
    fenced: bool = False
    attempt: int = 0

    def begin_again(self) -> None:
        """The data were lost, or another picture comes."""
        self.attempt += 1
        self.fenced = False

    def look_again(self) -> None:
        """Another part of the picture is looked at, or nothing of it lies there any more: what is seen of it is as new, and
        the host knows."""
        self.told, self.reported = self.was_seen, False
        self.begin_again()

    def passed(self) -> bool:
        """It was seen; whether the host is to be told."""
        told, self.reported, self.told = self.told, True, True
        return not told

    @property
    def was_seen(self) -> bool:
        """Whether the picture was, or another frame or part of it."""
        return self.told or self.reported

    @property
    def wants_fence(self) -> bool:
        """Whether a fence must still go out before the picture can be told as seen."""
        return not self.reported and not self.fenced
