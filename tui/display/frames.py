"""Files of several frames: stepping through them, and what is said of the one in front."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tui.display.jobs import Picture
from tui.display.stage import Stage
from tui.imaging.decode_cache import Facts


def frames_of(picture: Picture | None, facts: Mapping[Picture, Facts]) -> int:
    """How many frames a picture's file holds, as far as is known."""
    first = facts.get(replace(picture, frame=0)) if picture is not None else None
    return first.frames if first is not None else 1


def remarks_of(picture: Picture | None, facts: Mapping[Picture, Facts]) -> tuple[str, ...]:
    """What is to be said of a file beside its picture: which frame it is, and what was passed over."""
    if picture is None:
        return ()
    known, count = facts.get(picture, Facts(None)), frames_of(picture, facts)
    frame = f"frame {picture.frame + 1} of {count}" if count > 1 else ""
    flaw = known.reason if picture.frame else ""
    return tuple(filter(None, (frame, flaw, known.word)))


def step_frame(stage: Stage, by: int) -> None:
    """So many frames on in the file in front, at most to its ends: in the same view, under what is drawn. It is the same
    picture: what was told of it counts on. The frame behind is the next one wanted."""
    front = stage.front
    if front is None:
        return
    count = frames_of(front, stage.facts)
    number = min(max(front.frame + by, 0), count - 1)
    if number == front.frame:
        return
    onward = number + (1 if by > 0 else -1)
    behind = [replace(front, frame=onward)] if 0 <= onward < count else []
    stage.wanted = (*behind, *(picture for picture in stage.wanted if picture.source != front.source))
    scene, told = stage.scene, stage.gate.told
    stage.show(replace(front, frame=number), stage.serial, keep_view=True)
    stage.gate.told = told
    stage.draw(scene)
