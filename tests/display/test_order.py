"""What is written stands in the order in which the channel decided it, whatever is asked in between."""

from __future__ import annotations

import pytest

from tests.display.stage_host import FakeStageHost
from tui.display.jobs import PlacementJob, SceneJob, StagePiece
from tui.terminal.channel import Job, Priority


@pytest.mark.parametrize("protocol", ["kitty", "kitty-cells", "iterm2"])
def test_an_end_never_overtakes_its_beginning(protocol: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first transfer's last part makes the second unwanted; the line would take parts of both at once."""
    host = FakeStageHost(protocol)
    stage, written = host.stage, list[str]()

    def sent(piece: StagePiece) -> None:
        if piece.job.key == PlacementJob():
            stage.write(stage.channel.reprioritise(lambda _key: None), "picture")

    monkeypatch.setattr(stage, "sent", sent)
    monkeypatch.setattr(host, "write", written.append)
    stage.channel.submit(Job(PlacementJob(), Priority.PICTURE, ("<first>",)))
    stage.channel.submit(Job(SceneJob(), Priority.PICTURE + 1, ("<begin>", "<end>"), abort="<abandon>"))
    stage.pump()
    told = "".join(written)
    assert "<first>" in told
    assert told.count("<begin>") == told.count("<end>") + told.count("<abandon>")
    assert told.find("<begin>") <= told.find("<abandon>")
