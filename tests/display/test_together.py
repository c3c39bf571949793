"""On thin lines too what is on the canvas belongs together: nothing of the picture before is beside the next one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.display.line_host import LineHost
from tests.display.stage_host import FakeStageHost
from tests.display.test_leftovers import ToolkitHost
from tests.display.test_stages import ALL
from tui.display.jobs import Picture
from tui.display.sharpness import Sharpness
from tui.display.strip_eraser import StripEraser
from tui.display.strip_format import JpegStrips
from tui.display.strip_tags import StripTags
from tui.display.strips import StripScreen
from tui.display.tags import Tag
from tui.model.scene import Text

RED, BLUE = (210, 60, 60), (60, 60, 210)
TAG = "here"


def noisy(path: Path, colour: tuple[int, int, int]) -> Picture:
    """Of one colour, with grain that takes bytes."""
    grain = np.random.default_rng(1).normal(0, 18, (675, 900, 1))
    Image.fromarray((np.array(colour) + grain).clip(0, 255).astype(np.uint8)).save(path)
    return Picture(path, 100_000_000)


def shares(host: LineHost) -> tuple[float, float]:
    """Of the canvas, the parts that are about red and about blue."""
    (x, y), (columns, rows) = host.stage.origin, host.stage.size
    (across, down) = host.model.size.cell
    box = (x * across, y * down, (x + columns) * across, (y + rows) * down)
    red, _, blue = (np.asarray(channel, np.int16) for channel in host.model.picture().crop(box).split())
    apart = red - blue
    return float((apart > 60).mean()), float((apart < -60).mean())


def share(host: LineHost, colour: tuple[int, int, int]) -> float:
    """Of the canvas, the part that has about this colour, `RED` or `BLUE`."""
    return shares(host)[(RED, BLUE).index(colour)]


@pytest.mark.parametrize("protocol", ["iterm2", "sixel"])
@pytest.mark.parametrize("after", [1.0, 4.0, 8.0])
def test_nothing_of_the_picture_before_stays_when_the_next_comes(
    tmp_path: Path, protocol: str, after: float
) -> None:
    """However far that had come: previews lie under strips that are sharper, and are seen where these have not come."""
    host = LineHost(256e3, 0.15, (60, 20), protocol)
    red, blue = noisy(tmp_path / "red.png", RED), noisy(tmp_path / "blue.png", BLUE)
    host.stage.want([blue])
    host.stage.show(red, 1)
    while ("seen", 1) not in host.said:
        host.run(0.1)
    host.run(after)
    assert share(host, RED) > 0.5
    host.stage.show(blue, 2)
    assert share(host, RED) == 0.0
    host.run(20.0)
    assert share(host, BLUE) > 0.5


class Watching(ToolkitHost):
    """Looks at the canvas after everything that is written: a tag that marks a place of the picture stands there, and
    nowhere is the canvas black."""

    watching = False

    def __init__(self, protocol: str, rate: float) -> None:
        self.wrong: list[str] = []
        self.seen_at: set[int] = set()
        super().__init__(protocol, rate)

    def write(self, text: str) -> None:
        super().write(text)
        if self.watching and text:
            self.look_at()

    def look_at(self) -> None:
        (left, top), (columns, rows) = self.stage.origin, self.stage.size
        pixels = np.asarray(self.model.picture().convert("RGB")).astype(int)
        for row in range(rows):
            line = pixels[(top + row) * 20 + 1, left * 10 : (left + columns) * 10].reshape(columns, 10, 3)
            yellow = (line[..., 0] > 180) & (line[..., 1] > 180) & (line[..., 2] < 80)
            tag = [column for column in range(columns) if yellow[column].any()]
            others = [column for column in range(columns) if column not in tag]
            if black := [column for column in others if line[column].max() < 40]:
                self.wrong.append(f"row {row} is black at {black}")
            # Strips may lie side by side: a part of a tag stays on the one that is still to be replaced.
            if len(tag) > len(TAG):
                blue = [column for column in others if line[column, 5, 2] > line[column, 5, 0]]
                edge = min(blue, default=columns)
                self.seen_at.add(tag[0])
                if len(tag) > len(TAG) + 2 or not tag[0] - 2 <= edge <= tag[-1] + 2:
                    self.wrong.append(f"in row {row} tags are at {tag}, the place at {edge}")


@pytest.mark.parametrize("protocol", [name for name in ALL if name != "kitty"])
@pytest.mark.parametrize("rate", [256e3, 50e6])
def test_a_tag_moves_together_with_the_picture(tmp_path: Path, protocol: str, rate: float) -> None:
    grain = np.random.default_rng(1).normal(0, 12, (480, 640, 1))
    sides = np.where(np.arange(640)[None, :, None] < 320, np.array(RED), np.array(BLUE))
    Image.fromarray((sides + grain).clip(0, 255).astype(np.uint8)).save(tmp_path / "sides.png")
    # In kitty the placement waits for the text of the tags, which the toolkit paints.
    host = Watching(protocol, rate)
    stage = host.stage
    stage.show(Picture(tmp_path / "sides.png", 100_000_000), 1)
    host.run(60.0)
    assert stage.viewport is not None
    stage.draw((Text((320.0, 240.0), TAG, "#ffff00", "inside"),))
    host.run(5.0)
    stage.look(stage.viewport.zoomed(2.0))
    host.run(60.0)
    host.look_at()
    assert host.wrong == []
    host.watching = True
    for right in (0.4, -0.8, 0.4):
        stage.look(stage.viewport.panned(right, 0.0))
        host.run(60.0)
    assert host.wrong == []
    assert host.seen_at == {2, 12, 18}


@pytest.mark.parametrize(
    ("cell", "tag", "blank"),
    [
        ((10.0, 20.0), Tag(3, 4, "in it", "#ffff00"), None),
        ((9.63, 19.0), Tag(3, 4, "in it", "#ffff00"), None),
        ((10.0, 20.0), Tag(3, 18, "beyond", "#ffff00"), (20, 4)),
        ((9.63, 19.0), Tag(3, 18, "beyond", "#ffff00"), (19, 5)),
        ((9.63, 19.0), Tag(3, 15, "ending", "#ffff00"), (19, 2)),
        ((10.0, 20.0), Tag(9, 18, "elsewhere", "#ffff00"), None),
    ],
)
def test_where_a_tag_was_no_cell_is_made_black_on_which_the_next_strip_comes(
    cell: tuple[float, float], tag: Tag, blank: tuple[int, int] | None
) -> None:
    """But where something of the tag would be seen beside the strip: what comes on a thin line takes its time."""
    stage = FakeStageHost("iterm2", cell=cell).stage
    tags = StripTags(stage, StripEraser(stage, JpegStrips(), StripScreen()))
    tags.replace((tag,))
    tags.replace(())
    text = tags.blanks_beside((2, 1, 18, 5), [(2, 1, 18, 5)])
    (left, top) = stage.origin
    expected = f"\x1b[0m\x1b[{top + tag.row + 1};{left + blank[0] + 1}H\x1b[{blank[1]}X" if blank else ""
    assert text == expected
    tags.covered([(2, 1, 18, 5)])
    assert tags.blanks_beside((2, 1, 18, 5), [(2, 1, 18, 5)]) == ""


def sides(path: Path) -> Picture:
    """Red on the left and blue on the right, with grain that takes bytes."""
    grain = np.random.default_rng(1).normal(0, 12, (675, 900, 1))
    both = np.where(np.arange(900)[None, :, None] < 450, np.array(RED), np.array(BLUE))
    Image.fromarray((both + grain).clip(0, 255).astype(np.uint8)).save(path)
    return Picture(path, 100_000_000)


def at_rest(path: Path) -> LineHost:
    """A picture in sixels behind a thin line, as it is in the end."""
    host = LineHost(256e3, 0.15, (60, 20), "sixel")
    host.stage.show(sides(path), 1)
    host.run(60.0)
    assert host.sharpnesses[-1] == Sharpness.FINAL
    return host


def test_another_part_of_a_picture_is_seen_whole_and_rough_before_its_sixels_come(tmp_path: Path) -> None:
    """In place of strips of it over the part before."""
    host = at_rest(tmp_path / "sides.png")
    assert host.stage.viewport is not None
    told = len(host.said)
    host.workers.held = True
    host.stage.look(host.stage.viewport.zoomed(2.5).panned(1.0, 0.0))
    # The text beside the canvas tells the zoom.
    host.stage.spared()
    host.run(0.5)
    assert share(host, RED) > 0.4
    host.workers.held = False
    host.run(2.0)
    assert share(host, RED) == 0.0
    assert share(host, BLUE) > 0.9
    coming = host.sharpnesses[-1]
    host.run(60.0)
    assert coming in (Sharpness.ROUGH, Sharpness.BETTER)
    assert host.sharpnesses[-1] == Sharpness.FINAL
    assert ("seen", 1) not in host.said[told:]


def test_where_a_page_was_the_picture_is_rough_until_its_sixels_come(tmp_path: Path) -> None:
    host = at_rest(tmp_path / "sides.png")
    host.cover = (0, 0, *host.stage.size)
    for turn in range(2):
        for row in range(host.stage.size[1]):
            host.wipe(row, 0, host.stage.size[0])
        host.cover = None
        host.run(1.5 * turn)
    assert share(host, RED) > 0.4
    assert share(host, RED) + share(host, BLUE) > 0.85
