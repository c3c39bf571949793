"""What a reviewer says by keys: of the inputs of a sitting those of reviewing."""

from __future__ import annotations

from dataclasses import dataclass

from tui.model.annotation import Annotation


@dataclass(frozen=True, slots=True)
class AcceptKey:
    pass


@dataclass(frozen=True, slots=True)
class AcceptShownKey:
    """`R`: everything that was shown and is not decided."""


@dataclass(frozen=True, slots=True)
class RejectKey:
    """`x`: waits for a reason."""


@dataclass(frozen=True, slots=True)
class MarkKey:
    """`x` on a shape: it waits for a reason, or the mark goes. `shape`: its id as text."""

    shape: str


@dataclass(frozen=True, slots=True)
class FixKey:
    """`e`: waits for the right label."""


@dataclass(frozen=True, slots=True)
class SendBackKey:
    """`B`: decided work goes back to its annotator."""


@dataclass(frozen=True, slots=True)
class ReasonKey:
    """A digit that says why: `number` counts from 1."""

    number: int


@dataclass(frozen=True, slots=True)
class Comment:
    """The words of a rejection, typed by the reviewer."""

    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """The reviewer puts it right and accepts."""

    annotation: Annotation


ReviewKey = (
    AcceptKey | AcceptShownKey | RejectKey | MarkKey | FixKey | Fix | SendBackKey | ReasonKey | Comment
)
