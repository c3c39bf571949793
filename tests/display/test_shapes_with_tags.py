"""On whatever lies there of a picture, rough or sharp, a shape and its tag are seen together, and the shape as a whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.display.line_host import LineHost
from tests.display.test_leftovers import Toolkit
from tui.display.jobs import Picture
from tui.model.scene import Frame, Scene, Text

SIZE = 900, 600
FRAME = (300, 150, 240, 300)
SCENE: Scene = (Frame(*FRAME, "#00ff00"), Text(FRAME[:2], "cat", "#00ff00"))
MOVED = (60, 60, 180, 420)
OTHER: Scene = (Frame(*MOVED, "#00ff00"), Text(MOVED[:2], "dog", "#00ff00"))
LINES = {"256k": (256e3, 0.15), "local": (200e6, 0.001)}
NOTHING, CAT, DOG = (False, 0.0, False, 0.0), (True, 1.0, False, 0.0), (False, 0.0, True, 1.0)
PROTOCOLS = ("sixel", "iterm2", "blocks", "kitty-cells")


def grey(path: Path, level: int) -> Picture:
    """Of grey grain: what has a colour is of the scene."""
    grain = np.random.default_rng(level).normal(level, 20, SIZE[::-1])
    Image.fromarray(grain.clip(20, 220).astype(np.uint8)).save(path)
    return Picture(path, 100_000_000)


class Watched(Toolkit, LineHost):
    """Looks at the shape and the tag after everything that is written while it watches. `draws`: the scene that comes once
    the picture of this serial was seen, as of a sitting."""

    def __init__(self, protocol: str, line: str) -> None:
        self.looks: list[tuple[bool, float, bool, float]] = []
        self.watching = False
        self.draws: dict[int, Scene] = {}
        super().__init__(*LINES[line], (45, 15), protocol)

    def seen(self, serial: int) -> None:
        super().seen(serial)
        if serial in self.draws:
            self.stage.draw(self.draws[serial])

    def paint(self) -> None:
        # The toolkit writes a frame at once.
        watching, self.watching = self.watching, False
        super().paint()
        self.watching = watching
        self.look_at()

    def write(self, text: str) -> None:
        super().write(text)
        if text:
            self.look_at()

    def look_at(self) -> None:
        if self.watching:
            text = self.model.screen.text()
            self.looks.append(("cat" in text, framed(self, FRAME), "dog" in text, framed(self, MOVED)))

    @property
    def apart(self) -> list[tuple[bool, float, bool, float]]:
        """Looks at which there was one without the other, a part of a shape."""
        return [look for look in self.looks if look not in (NOTHING, CAT)]


def framed(host: LineHost, frame: tuple[int, int, int, int]) -> float:
    """The part of the frame's edges that is seen, within a cell's reach."""
    view = host.stage.viewport
    if view is None:
        return 0.0
    (left, top), (across, down) = host.stage.origin, host.model.size.cell
    pixels = np.asarray(host.model.picture().convert("RGB")).astype(int)
    green = pixels[..., 1] > np.maximum(pixels[..., 0], pixels[..., 2]) + 25
    x, y, width, height = frame
    parts = np.linspace(0.1, 0.9, 9)
    edges = [
        *((x + width * part, y + end) for part in parts for end in (0, height)),
        *((x + end, y + height * part) for part in parts for end in (0, width)),
    ]
    found = 0
    for point in edges:
        px, py = (round(at) for at in view.to_canvas(*point))
        px, py = px + left * across, py + top * down
        found += bool(green[py - down : py + down, px - across : px + across].any())
    return round(found / len(edges), 3)


@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_scene_that_comes_once_the_picture_was_seen_is_drawn_on_what_lies_there(
    tmp_path: Path, protocol: str, line: str, ahead: bool
) -> None:
    host = Watched(protocol, line)
    first, second = (grey(tmp_path / f"{level}.png", level) for level in (90, 140))
    if ahead:
        host.stage.want([second])
    host.stage.show(first, 1)
    host.run(60.0)
    host.draws, host.watching = {2: SCENE}, True
    host.stage.show(second, 2)
    host.run(60.0)
    assert host.looks[-1] == CAT
    assert host.apart == []


@pytest.mark.parametrize("after", [0.1, 1.0, 4.0])
@pytest.mark.parametrize("protocol", ["sixel", "iterm2", "blocks"])
def test_a_shape_that_changes_while_a_picture_becomes_sharp_is_whole_in_both_parts_of_it(
    tmp_path: Path, protocol: str, after: float
) -> None:
    host = Watched(protocol, "256k")
    host.draws = {1: SCENE}
    host.stage.show(grey(tmp_path / "grey.png", 120), 1)
    while not host.said:
        host.run(0.05)
    host.run(after)
    host.watching = True
    host.stage.draw(OTHER)
    host.run(60.0)
    # The tag of before is text below a picture now.
    looks = [look[1:] for look in host.looks]
    assert looks[-1] == DOG[1:]
    assert [look for look in looks if look not in (CAT[1:], DOG[1:])] == []
