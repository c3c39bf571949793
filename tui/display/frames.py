"""The same picture in another form: files of several frames, which are stepped through, and contact sheets on another
ground."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tui.display.ground import Ground
from tui.display.jobs import Picture
from tui.display.stage import Stage
from tui.imaging.decode_cache import Facts
from tui.imaging.encode import Rgb
from tui.imaging.sheet import Sheet


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
    _show_instead(stage, replace(front, frame=number))


def lie_on(stage: Stage, wished: Rgb | None) -> None:
    """Pictures in front and to come on a ground of this RGB, None: the terminal's own. One that was seen is so still."""
    ground = Ground.of(wished, stage.caps)
    stage.wanted = tuple(_on(picture, ground.colour) for picture in stage.wanted)
    front = stage.front
    if front is not None and (sheet := _on(front, ground.colour)) != front:
        stage.ground = ground
        _show_instead(stage, sheet)
    elif ground != stage.ground:
        stage.on_ground(ground)


def _on(picture: Picture, ground: Rgb) -> Picture:
    source = picture.source
    return replace(picture, source=replace(source, ground=ground)) if isinstance(source, Sheet) else picture


def _show_instead(stage: Stage, picture: Picture) -> None:
    """In the place of the picture in front, under what is drawn: what was told of that counts on."""
    scene, told = stage.scene, stage.gate.told
    stage.show(picture, stage.serial, keep_view=True)
    stage.gate.told = told
    stage.draw(scene)
