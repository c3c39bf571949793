"""The stage of the protocol that no terminal has: it writes the name of the picture, and a fence."""

from __future__ import annotations

from collections.abc import Sequence

from tui.display.jobs import PlacementJob, StageJob
from tui.display.protocols import DISPLAY, DisplayProtocol, StageSettings
from tui.display.stage import Stage
from tui.imaging.decode_cache import Facts
from tui.imaging.sheet import Sheet
from tui.terminal import wire
from tui.terminal.channel import Job, Priority


class NamingStage(Stage):
    """Writes `<name>` where a picture would be."""

    def present(self) -> None:
        if self.front is None or isinstance(self.front.source, Sheet):
            return
        self.facts.setdefault(self.front, Facts((4, 3)))
        text = f"{wire.cursor(*self.origin)}<{self.front.source.name}>"
        self.channel.submit(Job(PlacementJob(), Priority.PICTURE, (text,)))
        self.ask_seen(Priority.PICTURE + 1)
        self.pump()

    def advance(self) -> None:
        self.pump()

    def draw_scene(self) -> None:
        self._tag()

    def arrived(self, job: StageJob) -> None:
        pass

    def overwritten(self, spans: Sequence[tuple[int, int, int]] | None) -> None:
        self.present()

    def spared(self) -> None:
        pass

    def disturbed(self) -> None:
        pass

    def forget(self) -> None:
        self.gate.begin_again()
        self.present()


def _make(settings: StageSettings) -> Stage:
    return NamingStage(settings.parts(settings.channel()))


DISPLAY["dummy"] = DisplayProtocol("jpeg", _make)
