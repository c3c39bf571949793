"""Exact pictures in a terminal that stores them: in strips, each an image of its own that lies over the preview.

Strips are placed pixel by pixel, as scaled ones would show seams. When another picture comes, one command takes them away,
and those of the other follow its preview a moment later: what a key brings shall be a few bytes. Where placements go one
by one the preview is laid over them at once, and they go a moment later.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, replace

from tui.display.jobs import EraseJob, Picture, PlacementJob, Rung, StoredStrip, rank_of
from tui.display.stage import Stage, is_current
from tui.display.stored_painter import Slot, StoredPainter
from tui.display.turns import Turn, best_there, turns_of
from tui.imaging.exact import ExactStrip
from tui.imaging.outline import PixelBox
from tui.imaging.raster import placed_box
from tui.imaging.viewport import Viewport
from tui.model.view_settings import Adjustment
from tui.terminal import wire
from tui.terminal.channel import HOLD, Job, Priority
from tui.terminal.wire import Placement

SETTLE = HOLD * 0.7
"""Seconds after what a key brings until strips that lie in the terminal follow, and others go."""
_ABOVE = 1
"""Strips lie above their preview."""


@dataclass(frozen=True, slots=True)
class _Known:
    """An exact picture whose strips were made: where they lie, and in which order they are sent."""

    rung: Rung
    boxes: tuple[PixelBox, ...]
    turns: tuple[Turn, ...]

    @classmethod
    def of(cls, rung: Rung, strips: tuple[ExactStrip, ...]) -> _Known:
        return cls(rung, tuple(strip.box for strip in strips), turns_of(rung, strips))


_What = tuple[Picture, tuple[int, int], Viewport | None, Adjustment]


class ExactLayer:
    """What `stage` shows of exact pictures by its `painter`."""

    def __init__(self, stage: Stage, painter: StoredPainter) -> None:
        self._stage, self._painter = stage, painter
        self._known: dict[_What, _Known] = {}
        self._level: Hashable = None
        self._height = painter.own_level
        self._settled = True

    # What is to be made and sent

    def missing(self, rung: Rung) -> Rung | None:
        """What is to be made or sent for an exact step; None: all of it is there. Strips that were begun for another
        line go on as they are cut."""
        known = self._known.get(_what(rung))
        if known is None:
            return rung
        return None if self._is_whole(known) else known.rung

    def _is_whole(self, known: _Known) -> bool:
        return all(self._painter.ledger.is_settled(turn.key) for turn in known.turns if turn.last)

    def send(self, rung: Rung, strips: tuple[ExactStrip, ...], place: int) -> None:
        """The strips that are not there yet go onto the channel. `place`: of the rung in the plan."""
        known = self._entered(rung, strips)
        channel, there = self._stage.channel, self._there(known)
        for turn in known.turns:
            key = turn.key
            if (
                self._painter.ledger.is_settled(key)
                or channel.waits(key)
                or (not turn.last and turn.number in there)
            ):
                continue
            left, top, right, bottom = known.boxes[turn.number]
            priority = Priority.PICTURE + rank_of(key, place)
            size = right - left, bottom - top
            channel.submit(self._painter.upload(key, turn.data(strips), size, priority, channel.piece))

    def _entered(self, rung: Rung, strips: tuple[ExactStrip, ...]) -> _Known:
        """What is known of it now. The file may be another one since, or gone: then what is there of it is not."""
        made = _Known.of(rung, strips)
        known = self._known.setdefault(_what(rung), made)
        if known != made:
            self._known[_what(rung)] = made
            gone = [turn.key for turn in known.turns]
            self._stage.write(self._stage.channel.withdraw(gone), "picture")
            text = "".join(map(self._painter.drop, gone))
            self._stage.channel.submit(Job(EraseJob(), Priority.URGENT, (text,), "free"))
        return made

    def _there(self, known: _Known) -> dict[int, Turn]:
        return best_there(known.turns, self._painter.ledger)

    def sent(self, key: StoredStrip) -> str:
        """A strip has gone as a whole: what is to be written so that it is seen where its picture is looked at."""
        known = self._known.get(_what(key.rung))
        if known is None or known.rung != key.rung:
            return ""
        text = self._settle_text() if self._current() == known and self._settled else ""
        number = known.turns[key.turn].number
        rounded = [turn.key for turn in known.turns[: key.turn] if turn.number == number]
        return text + "".join(map(self._painter.drop, rounded))

    def needed(self, pictures: Collection[Picture]) -> set[Hashable]:
        """The strips of these pictures, as they are looked at now."""
        return {
            turn.key
            for known in self._known.values()
            if known.rung.picture in pictures and is_current(self._stage, known.rung)
            for turn in known.turns
        }

    def forget(self) -> None:
        """Those of which nothing is in the terminal any more nor on its way."""
        there = {key.rung for key in self._painter.ledger.known if isinstance(key, StoredStrip)}
        self._known = {what: known for what, known in self._known.items() if known.rung in there}

    # What lies on the screen

    def _current(self) -> _Known | None:
        """The exact picture of what is looked at."""
        stage, laid = self._stage, self._stage.adjusting.laid
        if stage.front is None or laid is None:
            return None
        return self._known.get((stage.front, stage.canvas, stage.zoomed_view, laid))

    def _slots(self) -> dict[Slot, Placement]:
        """The strips that are there of what is looked at."""
        known = self._current()
        if known is None:
            return {}
        place = self._painter.at_pixel
        height = wire.Z_PICTURE + self._height + _ABOVE
        return {
            (turn.key, 1): place(known.boxes[number][:2], self._stage.origin, height)
            for number, turn in self._there(known).items()
        }

    def over(self, preview: Mapping[Slot, Placement]) -> dict[Slot, Placement]:
        """What is to be on the screen at once: the `preview`, where the strips do not lie there already as a whole, the
        strips, and where those of before go one by one, these as far as the preview hides them, until they go."""
        stage = self._stage
        level = stage.serial, stage.viewport, stage.origin, stage.size
        laid = self._painter.strips_laid
        if level != self._level:
            self._level = level
            self._height += 2 * bool(laid)
            self._settled = not (self._one_by_one(laid) or self._slots())
            if not self._settled:
                stage.host.later(SETTLE, lambda: self._settle(level))
        if self._settled:
            return self._goal(preview)
        return {**self._raised(preview), **self._hidden(self._one_by_one(laid), bool(preview))}

    def _one_by_one(self, laid: Mapping[Slot, Placement]) -> Mapping[Slot, Placement]:
        """What of the strips of before no single command takes away."""
        return laid if self._stage.caps.attached else {}

    def _raised(self, preview: Mapping[Slot, Placement]) -> dict[Slot, Placement]:
        return {slot: replace(at, z=at.z + self._height) for slot, at in preview.items()}

    def _goal(self, preview: Mapping[Slot, Placement]) -> dict[Slot, Placement]:
        known = self._current()
        whole = known is not None and len(self._there(known)) == len(known.boxes) > 0
        return {**({} if whole else self._raised(preview)), **self._slots()}

    def _hidden(self, laid: Mapping[Slot, Placement], any_preview: bool) -> dict[Slot, Placement]:
        """Strips that the picture in front covers wholly."""
        stage = self._stage
        if not any_preview or stage.viewport is None:
            return {}
        box = placed_box(stage.viewport)
        left, top = (round(at * size) for at, size in zip(stage.origin, stage.caps.cell, strict=True))
        cover = box[0] + left, box[1] + top, box[2] + left, box[3] + top
        return {slot: at for slot, at in laid.items() if _inside(self._painter.box_of(slot, at), cover)}

    def _settle(self, level: Hashable) -> None:
        if level == self._level and not self._settled:
            self._settled = True
            if text := self._settle_text():
                # By the channel: a transfer may be half sent, and nothing of graphics may stand inside it.
                self._stage.channel.submit(Job(PlacementJob(), Priority.URGENT, (text,), "place"))
        self._stage.pump()

    def _settle_text(self) -> str:
        preview = {
            slot: replace(at, z=at.z - self._height) for slot, at in self._painter.previews_laid.items()
        }
        return self._painter.lay_pictures(self._goal(preview))

    def disturbed(self) -> None:
        """What was placed may have gone."""
        self._level = None

    @property
    def is_there(self) -> bool:
        """Whether all of what is looked at lies in the terminal as it is."""
        known = self._current()
        if known is None:
            return False
        return all(turn.key in self._painter.ledger for turn in known.turns if turn.last)

    @property
    def any_there(self) -> bool:
        """Whether a strip of what is looked at is there."""
        return bool(self._slots())


def _what(rung: Rung) -> _What:
    return rung.picture, rung.canvas, rung.view, rung.adjustment


def _inside(box: PixelBox, cover: PixelBox) -> bool:
    return box[0] >= cover[0] and box[1] >= cover[1] and box[2] <= cover[2] and box[3] <= cover[3]
