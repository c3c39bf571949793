"""What the editor of shapes is told: of the inputs of a sitting those of drawing."""

from __future__ import annotations

from dataclasses import dataclass

from tui.tools.pointer import PointerAction
from tui.tools.reading import PixelReader
from tui.tools.view import View


@dataclass(frozen=True, slots=True)
class EditorCommand:
    """A command of the scopes `shapes` and `drawing`, by its id. `n` counts from 1: the n-th key of the ruler or of the
    ninths, a digit; `text`: a label's name, or words that were typed."""

    command: str
    n: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Pointed:
    """The mouse at an image point (pixels, may lie outside the image) with a button held: 1 left, 3 right."""

    action: PointerAction
    at: tuple[float, float]
    button: int = 1
    ctrl: bool = False


@dataclass(frozen=True, slots=True)
class Viewed:
    """Which part of the picture in front is visible now; None: not known yet."""

    view: View | None


@dataclass(frozen=True, slots=True)
class PixelsRead:
    """A frame of the picture put in front under `serial`, in full size; None when it cannot be read, for this `reason`."""

    serial: int
    pixels: PixelReader | None
    frame: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DraftDue:
    """Some time after an edit of the picture put in front under `serial`: its draft is brought up to date."""

    serial: int
