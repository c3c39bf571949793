"""What the books say lies in the terminal's memory lies there, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.display.line_host import LineHost
from tests.display.stage_host import FakeStageHost
from tests.imaging.pictures import scenery
from tui.display.covering_stage import CoveringStage
from tui.display.jobs import Picture, StoredStrip
from tui.display.ledger import ImageLedger
from tui.display.stored_stage import StoredStage
from tui.terminal.channel import Channel, Job, Priority

FIRST = 20_000
"""Images of ours have larger numbers."""


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    folder = tmp_path_factory.mktemp("walk")
    for seed in range(4):
        scenery(900, 700, seed=seed).save(folder / f"{seed}.png", compress_level=1)
    return [Picture(folder / f"{seed}.png", 100_000_000) for seed in range(4)]


def unknown(host: FakeStageHost) -> set[int]:
    """Images in the terminal that nobody will ever free."""
    assert isinstance(host.stage, StoredStage | CoveringStage)
    ours = {number for number in host.model.kitty.stored if number > FIRST}
    return ours - set(host.stage.painter.ledger.ids)


def test_what_goes_for_want_of_room_is_not_what_is_on_its_way(walk: list[Picture]) -> None:
    host = LineHost(256e3, 0.15, (40, 20))
    assert isinstance(host.stage, StoredStage)
    host.stage.painter.ledger._cap = 400_000
    for serial in range(6):
        host.stage.show(walk[serial % 4], serial)
        host.stage.want([walk[(serial + n) % 4] for n in (1, 2, 3)])
        for _ in range(15):
            host.run(0.2)
            assert unknown(host) == set()
    assert not host.model.broken


def test_a_ledger_frees_what_is_there_and_forgets_the_rest_first() -> None:
    ledger = ImageLedger(0, cap=1000)
    for key in ("there", "given up", "on its way"):
        ledger.enter(key, (10, 10))
    ledger.arrived("there")
    assert ledger.overflow({"on its way"}) == []
    assert set(ledger.known) == {"there", "on its way"}
    ledger.enter("another", (10, 10))
    (freed,) = ledger.overflow({"on its way", "another"})
    assert freed.id == ledger.ids[0] - 2
    assert set(ledger.known) == {"on its way", "another"}


def test_strips_that_wait_go_with_the_picture_they_were_cut_of(walk: list[Picture]) -> None:
    """The file is another one now, while strips of it are on their way."""
    host = LineHost(256e3, 0.15, (40, 20))
    stage = host.stage
    assert isinstance(stage, StoredStage)
    stage.show(walk[0], 1)
    for _ in range(400):
        if not any(isinstance(key, StoredStrip) for key in stage.channel.pending):
            host.run(0.05)
    (rung,) = {key.rung for key in stage.channel.pending if isinstance(key, StoredStrip)}
    made = stage._made.get(rung)
    assert made is not None
    stage._made._made.put(rung, replace(made, strips=made.strips[:2]))
    stage.advance()
    for _ in range(60):
        host.run(0.3)
        assert unknown(host) == set()
    assert not host.model.broken
    there = {key.rung for key in stage.painter.ledger.known if isinstance(key, StoredStrip)}
    assert there == {rung}


def test_a_transfer_that_is_withdrawn_is_ended() -> None:
    channel = Channel[str](fence=None, rate=1e6, round_trip=0.1)
    for key in ("one", "two", "three"):
        channel.submit(Job(key, Priority.PICTURE, ("x" * 100, "y" * 100), abort="end"))
    assert channel.next_part(0.0) is not None
    assert channel.pending == {"one", "two", "three"}
    assert channel.withdraw(["three"]) == ""
    assert channel.withdraw(["one"]) == "end"
    sent = channel.next_part(0.1)
    assert sent is not None and sent.job.key == "two"
    assert channel.pending == {"two"}
