"""Scenes that follow each other while the threads make one of them: each is drawn over the one that lies there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

import pytest

from tests.display.stage_host import FakeStageHost
from tests.display.test_leftovers import apart, grey
from tests.display.test_stages import seen
from tests.waiting import PATIENCE
from tui.display.jobs import Picture
from tui.imaging.worker_pool import WorkerPool
from tui.model.scene import Frame, Scene

RED = "#ff0000"
FIRST: Scene = (Frame(40, 40, 110, 90, RED),)
SECOND: Scene = (Frame(40, 40, 330, 90, RED),)
THIRD: Scene = (Frame(40, 40, 330, 240, RED),)


class Threads:
    """The threads of a stage that was served at once until now. `tell`: what they made, to whoever asked."""

    def __init__(self, host: FakeStageHost) -> None:
        self._posts: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.host, self.pool = host, WorkerPool(self._posts.put)
        host.stage.workers = self.pool

    def made(self) -> Callable[[], None]:
        return self._posts.get(timeout=PATIENCE)

    def rest(self) -> None:
        self.host.run()
        while self.pool.asked("scene"):
            self.made()()
            self.host.run()


def shown(protocol: str, picture: Picture) -> FakeStageHost:
    host = FakeStageHost(protocol)
    host.stage.show(picture, 1)
    host.run(30.0)
    return host


@pytest.mark.parametrize("protocol", ["sixel", "iterm2", "kitty-cells"])
def test_a_scene_that_comes_before_the_last_was_told_leaves_nothing_of_it(
    protocol: str, tmp_path: Path
) -> None:
    picture = grey(tmp_path / "0.png", 0)
    host = shown(protocol, picture)
    threads = Threads(host)
    host.stage.draw(FIRST)
    threads.rest()
    host.stage.draw(SECOND)
    tell = threads.made()
    host.stage.draw(THIRD)
    tell()
    threads.rest()
    threads.pool.close()
    in_peace = shown(protocol, picture)
    in_peace.stage.draw(THIRD)
    in_peace.run()
    assert apart(seen(host), seen(in_peace)) == 0
