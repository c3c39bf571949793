"""How the app is started: what the command line found out, as plain values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tui.model.annotation import ACCEPT_ABOVE
from tui.model.project import ConfirmsNothing, Project
from tui.model.task import Filter, Order, Work
from tui.quality.audit import Audit
from tui.quality.sampling import Sample
from tui.store.base import AnnotationQueue

FillQueue = Callable[[AnnotationQueue, Callable[[], bool]], None]
"""Goes on adding images until there are no more, or until what it is given says to stop."""


class ProjectFiles(Protocol):
    """The files that say how the work is done, and what they said when they were read."""

    def differs(self) -> tuple[str, bytes] | None:
        """The name of one that says something else by now, and what; from any thread."""
        ...

    def read(self) -> bool:
        """Read them again for `again`; whether they say anything new.

        Raises:
            UsageError: they cannot be used, in a sentence; what was read before stays.
        """
        ...

    def again(self, launch: Launch) -> Launch:
        """The same work as by `launch`, by what was read last. The queue before is closed: nobody may use it any more.

        Raises:
            TermlabelError: the queue cannot be opened, or not be written to.
        """
        ...


@dataclass(frozen=True, slots=True)
class DisplayOptions:
    """`cell`: width and height of a cell in pixels. `rate`: bits per second. `budget`: bytes per
    picture. `exact`: whether pictures become exact while one stays at them."""

    protocol: str = "auto"
    budget: int | None = None
    cell: tuple[float, float] | None = None
    rate: float | None = None
    trace: Path | None = None
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Departure:
    """How the app ended: the exit code, and what is to be said on the ordinary screen; it holds text from outside."""

    code: int
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Launch:
    """One sitting to be opened. `adding`: goes on filling the queue in a thread while the app runs. `sample`,
    `sheet`: of a review. `audit`: tables to be looked at, instead of any work. `layout`: of the person's keyboard, one of `LAYOUTS`.
    `throwaway`: the project goes with the sitting. `at`: the task to begin with. `files`: what can be read again."""

    project: Project
    queue: AnnotationQueue
    who: str
    work: Work = "annotate"
    order: Order = Order.SEQUENTIAL
    seed: int = 0
    where: Filter | None = None
    sample: Sample | None = None
    sheet: bool = False
    audit: Audit | None = None
    display: DisplayOptions = field(default_factory=DisplayOptions)
    keymap: str = "default"
    theme: str = "dark"
    key_repeat_ms: int = 80
    screen_nudges: bool = False
    enter_confirms_nothing: ConfirmsNothing = "ask"
    accept_above: float = ACCEPT_ABOVE
    layout: str | None = None
    at: int | None = None
    adding: FillQueue | None = None
    throwaway: bool = False
    files: ProjectFiles | None = None
