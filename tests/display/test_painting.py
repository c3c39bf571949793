"""Cells that the toolkit paints a moment after they were taken: what follows them is not on the screen before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.display.painting_host import PaintingHost
from tests.display.test_together import BLUE, RED, share
from tests.display.test_whole_at_once import patchy


class Watched(PaintingHost):
    """Keeps what share of the canvas was blue when the picture was told as seen, and what was still to be painted whenever
    something was written that is no cell."""

    def __init__(self, rate: float, trip: float, protocol: str) -> None:
        self.at_seen: dict[int, float] = {}
        self.overtaken = 0
        super().__init__(rate, trip, (30, 10), protocol)

    def seen(self, serial: int) -> None:
        super().seen(serial)
        self.at_seen[serial] = share(self, BLUE)

    def write(self, text: str) -> None:
        super().write(text)
        self.overtaken += bool(self.unpainted) and ("\x1bP" in text or "\x1b[5n" in text)


@pytest.mark.parametrize("protocol", ["sixel", "blocks"])
@pytest.mark.parametrize(("rate", "trip"), [(256e3, 0.15), (1e9, 0.001)])
def test_a_picture_is_told_as_seen_and_strips_are_sent_after_its_rows_were_painted(
    tmp_path: Path, protocol: str, rate: float, trip: float
) -> None:
    host = Watched(rate, trip, protocol)
    red, blue = patchy(tmp_path / "red.png", RED), patchy(tmp_path / "blue.png", BLUE)
    host.stage.want([blue])
    host.stage.show(red, 1)
    host.run(60.0)
    host.stage.show(blue, 2)
    host.run(60.0)
    assert host.overtaken == 0
    assert host.at_seen[2] > 0.8
    trips = host.stage.channel.round_trip
    assert trips is not None and trips >= min(trip, 0.15)
    assert share(host, BLUE) > 0.8
