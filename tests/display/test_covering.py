"""Pictures that xterm.js stores and shows in the place of cells: what a walk costs, what is left, what is lost."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.display.stage_host import FakeStageHost
from tests.display.test_stages import expected, likeness, seen
from tests.display.waves import saved, waves
from tui.display.covering_painter import CoveringPainter
from tui.display.covering_scene import CoveringScene
from tui.display.covering_stage import CoveringStage
from tui.display.jobs import Picture, Rung, StoredStrip
from tui.display.patches import Patch
from tui.display.sharpness import Sharpness
from tui.display.tags import Tag
from tui.display.turns import turns_of
from tui.model.scene import Frame, Scene, Text
from tui.terminal import wire
from tui.terminal.caps import TerminalCaps
from tui.terminal.replies import GraphicsReply
from tui.terminal.wire import Placement

CANVAS = (0, 1, 40, 20)
SWITCH = 160
"""Bytes of placements that a switch to a picture may cost which is there."""


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    """Thirty pictures of three shapes."""
    folder = tmp_path_factory.mktemp("walk")
    made = []
    for seed in range(30):
        size = ((600, 444), (444, 600), (648, 300))[seed % 3 if seed % 5 == 0 else 0]
        made.append(saved(folder / f"{seed}.png", seed, size))
    return made


def shown(walk: list[Picture], rate: float = 50e6) -> FakeStageHost:
    """The first picture of a walk, as it is in the end."""
    host = FakeStageHost("kitty-cells", CANVAS, rate)
    go(host, walk, 0)
    return host


def go(host: FakeStageHost, walk: list[Picture], at: int, seconds: float = 3.0) -> None:
    host.stage.show(walk[at], at)
    host.stage.want(walk[at + 1 : at + 3])
    host.run(seconds)


def exact(host: FakeStageHost, picture: Picture) -> bool:
    return np.array_equal(np.asarray(seen(host)), np.asarray(expected(host, picture)))


def outside(host: FakeStageHost) -> bool:
    """Whether anything is to be seen beside the canvas."""
    whole = host.model.picture()
    (x, y), (width, height) = host.stage.origin, host.stage.size
    whole.paste((0, 0, 0), (x * 10, y * 20, (x + width) * 10, (y + height) * 20))
    return whole.getbbox() is not None


def test_thirty_pictures_forwards_and_back(walk: list[Picture]) -> None:
    host = shown(walk)
    costs = []
    for at in [*range(1, 30), *range(28, -1, -1)]:
        before = host.kinds.get("place", 0)
        host.stage.show(walk[at], at)
        costs.append(host.kinds.get("place", 0) - before)
        host.stage.want(walk[at + 1 : at + 3])
        host.run()
        assert exact(host, walk[at])
        assert not outside(host)
    assert not host.notes["lost"]
    assert not host.model.broken
    same_shape = sorted(costs)[: len(costs) // 2]
    assert 0 < max(same_shape) <= SWITCH


def test_a_picture_seen_before_is_placed_not_sent(walk: list[Picture]) -> None:
    host = shown(walk)
    go(host, walk, 1)
    before = host.kinds["picture"]
    host.stage.want([])
    host.stage.show(walk[0], 9)
    host.run(0.5)
    assert exact(host, walk[0])
    assert host.said[-1] == ("seen", 9)
    assert host.kinds["picture"] == before


def test_what_was_lost_is_sent_again_and_not_seen_before(walk: list[Picture]) -> None:
    """The terminal freed everything, without a word."""
    host = shown(walk)
    go(host, walk, 1)
    host.model.feed(b"\x1b_Ga=d,d=a\x1b\\")
    host.deaf = True
    host.stage.show(walk[0], 7)
    host.run(0.5)
    host.deaf = False
    told = []
    while host.answer():
        host.workers.work()
        told.append((host.notes["lost"], ("seen", 7) in host.said))
    assert told[0] == (1, False)
    host.run()
    assert ("seen", 7) in host.said
    assert exact(host, walk[0])


@pytest.mark.parametrize(("cell", "rate"), [((9.63, 19.0), 256e3), ((9.63, 19.0), 1e6), ((9.0, 19.0), 256e3)])
def test_no_two_strips_share_a_cell(walk: list[Picture], cell: tuple[float, float], rate: float) -> None:
    """Of two only the last would be seen, and black beside it."""
    host = FakeStageHost("kitty-cells", CANVAS, rate, cell=cell)
    go(host, walk, 0, 30.0)
    stage = host.stage
    assert isinstance(stage, CoveringStage) and stage.viewport is not None
    strips = [key for key in stage.supply.goal(True) if isinstance(key, StoredStrip)]
    taken: Counter[tuple[int, int]] = Counter()
    pixels = 0
    for key in strips:
        made = stage.supply._made.get(key.rung)
        assert made is not None
        left, top, right, bottom = made.strips[turns_of(key.rung, made.strips)[key.turn].number].box
        pixels += (right - left) * (bottom - top)
        columns = range(int(left / cell[0] + 0.001), math.ceil(right / cell[0] - 0.001))
        rows = range(int(top / cell[1] + 0.001), math.ceil(bottom / cell[1] - 0.001))
        taken.update((column, row) for column in columns for row in rows)
    assert len(strips) > 2 and set(taken.values()) == {1}
    width, height = stage.viewport.image
    assert pixels == pytest.approx(width * height * stage.viewport.scale**2, rel=0.01)
    assert host.sharpnesses[-1] == Sharpness.FINAL


def test_text_over_the_anchors_leaves_the_picture_in_front(walk: list[Picture]) -> None:
    host = shown(walk)
    go(host, walk, 1)
    x = host.stage.size[0] + host.stage.caps.spare_columns
    for row in range(host.stage.size[1]):
        host.wipe(row, 0, x)
    host.run()
    assert exact(host, walk[1])
    go(host, walk, 0)
    assert exact(host, walk[0])
    go(host, walk, 1)
    assert exact(host, walk[1])


def test_help_over_it_and_gone_again(walk: list[Picture]) -> None:
    host = shown(walk)
    host.cover = (10, 4, 20, 10)
    for row in range(4, 14):
        host.wipe(row, 10, 30)
    host.run()
    covered = seen(host).crop((100, 80, 300, 280))
    assert covered.getbbox() is None
    host.cover = None
    for row in range(4, 14):
        host.wipe(row, 10, 30)
    host.run()
    assert exact(host, walk[0])


@pytest.mark.parametrize("times", [1, 2])
def test_a_page_over_all_of_it_painted_anew_and_gone_again(walk: list[Picture], times: int) -> None:
    """Nothing of the picture is in the terminal any more; it is sent again and not only missed."""
    host = shown(walk)
    go(host, walk, 1)
    whole = host.stage.size[0] + host.stage.caps.spare_columns
    host.cover = (0, 0, *host.stage.size)
    for _ in range(times):
        for row in range(host.stage.size[1]):
            host.wipe(row, 0, whole)
        host.run()
    assert seen(host).getbbox() is None
    host.cover = None
    for row in range(host.stage.size[1]):
        host.wipe(row, 0, whole)
    host.run()
    assert exact(host, walk[1])
    assert host.sharpnesses[-1] == Sharpness.FINAL


def test_a_picture_that_comes_under_help_waits(walk: list[Picture]) -> None:
    host = shown(walk)
    host.cover = (10, 4, 20, 10)
    for row in range(4, 14):
        host.wipe(row, 10, 30)
    go(host, walk, 1)
    assert ("seen", 1) not in host.said
    assert seen(host).crop((100, 80, 300, 280)).getbbox() is None
    host.cover = None
    for row in range(4, 14):
        host.wipe(row, 10, 30)
    host.run()
    assert ("seen", 1) in host.said
    assert exact(host, walk[1])


def test_another_size_and_place(walk: list[Picture]) -> None:
    host = shown(walk)
    go(host, walk, 1)
    host.write("\x1b[2J")
    host.stage.resized((3, 2), (30, 12), 24)
    host.stage.overwritten(None)
    host.run()
    assert exact(host, walk[1])
    assert not outside(host)
    go(host, walk, 0)
    assert exact(host, walk[0])


def test_left_and_entered_again(walk: list[Picture]) -> None:
    host = shown(walk)
    host.write(host.stage.release_text())
    assert host.model.picture().getbbox() is None
    # Transparent pixels without a name lie over it until the screen is left.
    assert not [name for name in host.model.kitty.stored if name < 1 << 32]
    host.stage.forget()
    host.run()
    assert exact(host, walk[0])


SCENE: Scene = (
    Frame(60, 60, 300, 200, "#ff8800"),
    Text((60, 60), "cat", "#ff8800", "above"),
)


def test_a_scene_comes_moves_and_goes(walk: list[Picture]) -> None:
    host = shown(walk)
    for n in range(5):
        moved = (Frame(60 + 20 * n, 60, 300, 200, "#ff8800"),)
        host.stage.draw(moved)
        host.run()
        assert likeness(host, walk[0], moved) >= 0.95
    before = host.kinds["overlay"]
    host.stage.draw(())
    host.run()
    assert exact(host, walk[0])
    # What lay there is placed again, not sent.
    assert host.kinds["overlay"] - before < 4000


@pytest.mark.parametrize("rate", [1e6, 50e6])
def test_a_scene_stays_when_the_picture_becomes_exact(walk: list[Picture], rate: float) -> None:
    """Lines are there, and beside them each pixel is that of the picture."""
    host = FakeStageHost("kitty-cells", CANVAS, rate)
    host.stage.show(walk[0], 1)
    host.stage.draw(SCENE[:1])
    host.run(30.0)
    got, wanted = (
        np.asarray(image).astype(int) for image in (seen(host), expected(host, walk[0], SCENE[:1]))
    )
    plain = np.asarray(expected(host, walk[0])).astype(int)
    inked = (wanted != plain).any(-1)
    near = np.repeat(np.repeat(inked.reshape(20, 20, 40, 10).any((1, 3)), 20, 0), 10, 1)
    assert np.array_equal(got[~near], plain[~near])
    assert np.abs(got - wanted)[inked].mean() < 40
    assert np.abs(got - plain)[inked].mean() > 60


def test_a_scene_that_changes_while_strips_come_is_the_newest(walk: list[Picture]) -> None:
    host = FakeStageHost("kitty-cells", CANVAS, 1e6)
    host.stage.show(walk[0], 1)
    for n in range(12):
        host.stage.draw((Frame(60 + 20 * n, 60, 200, 200, "#ff8800"),))
        host.run(0.4)
    newest: Scene = (Frame(100, 100, 200, 200, "#ff8800"),)
    host.stage.draw(newest)
    host.run(30.0)
    assert likeness(host, walk[0], newest) >= 0.97
    host.stage.draw(())
    host.run()
    assert exact(host, walk[0])


def test_an_upload_broken_off_leaves_nothing(walk: list[Picture]) -> None:
    host = FakeStageHost("kitty-cells", CANVAS, 2e5)
    host.stage.show(walk[0], 1)
    host.workers.work()
    host.answer()
    assert host.model.kitty.open is not None
    host.stage.show(walk[1], 2)
    host.run(60.0)
    assert exact(host, walk[1])
    names = (
        {host.stage.painter.ledger.ids.index(name) for name in host.model.kitty.stored if name > 20_000}
        if isinstance(host.stage, CoveringStage)
        else set()
    )
    assert len(names) == len([name for name in host.model.kitty.stored if name > 20_000])


def test_what_is_refused_is_left_out(walk: list[Picture]) -> None:
    host = shown(walk)
    assert isinstance(host.stage, CoveringStage)
    rungs = [key for key in host.stage.painter.laid if isinstance(key, Rung)]
    for _ in range(10):
        stored = host.stage.painter.ledger.find(rungs[0])
        if stored is None:
            break
        host.stage.reply(GraphicsReply(stored.id, "EINVAL:image rendering failed"))
        host.run()
    assert host.stage.painter.ledger.find(rungs[0]) is None
    before = host.sent
    host.run()
    assert host.sent == before


def test_a_strip_that_is_refused_leaves_a_sign(walk: list[Picture]) -> None:
    host = shown(walk)
    assert isinstance(host.stage, CoveringStage)
    assert host.sharpnesses[-1].value == ""
    (strip, *_) = [key for key in host.stage.painter.laid if isinstance(key, StoredStrip)]
    while (stored := host.stage.painter.ledger.find(strip)) is not None:
        host.stage.reply(GraphicsReply(stored.id, "ENOMEM:too much"))
        host.run()
    assert host.sharpnesses[-1] == Sharpness.INEXACT


def test_its_dot_is_a_column_of_its_own(walk: list[Picture]) -> None:
    """Thirty pictures have thirty anchors there, which nobody sees, and no text of others is touched."""
    host = shown(walk)
    host.write("\x1b[5;43HBESIDE")
    go(host, walk, 1)
    assert "BESIDE" in host.model.text()
    column = host.stage.origin[0] + host.stage.size[0]
    owners = [cell for cell in host.model.screen.pictures.owners if cell[0] >= column]
    assert {x for x, _ in owners} == {column}
    assert not outside(host)


def test_nothing_of_a_wider_picture_is_left_beside_a_narrow_one(tmp_path: Path) -> None:
    """Where cells are a fraction of a pixel wide, the column that a picture may reach, but does not, is bared too."""
    painter = CoveringPainter(TerminalCaps("kitty-cells", cell=(9.64, 19.0)), 7)
    size, steps = (500, 380), (("wide", 60), ("narrow", 52))
    rungs = {name: (Rung(Picture(tmp_path / name, 10**8), size, None, None), wide) for name, wide in steps}
    text = ""
    for rung, columns in rungs.values():
        painter.upload(rung, b"png", size, 0)
        painter.ledger.arrived(rung)
        text = painter.lay({rung: Placement((4, 0), 0, cells=(columns, 20))})
    # It is laid after that, as it may reach there all the same.
    assert text.startswith(wire.clear((56, 0, 9, 20)) + wire.cursor(4, 0))


@pytest.mark.parametrize("size", [(512, 512), (550, 660), (828, 621)])
def test_what_is_placed_again_takes_no_cell_beside_it_and_is_not_shifted(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    unit, painter = 9.640625, CoveringPainter(TerminalCaps("kitty-cells", cell=(9.640625, 19.0)), 7)
    key = Rung(Picture(tmp_path / "a.png", 10**8), size, None, None)
    painter.upload(key, b"png", size, 0)
    painter.ledger.arrived(key)
    painter.lay({key: Placement((6, 0), 0, (3, 0))})
    left = int(6 * unit) + 3
    for column in range(8, 50):
        text = painter.restored([(column, 4, 1, 1)])
        found = re.search(r"\x1b\[\d+;(\d+)H\x1b_Ga=p,i=\d+,x=(\d+),y=\d+,w=(\d+)", text)
        assert found is not None
        first, x, width = int(found[1]) - 1, int(found[2]), int(found[3])
        assert first <= column and int(first * unit) == left + x
        columns = column + 1 - first
        while int((first + columns) * unit) - int(first * unit) < width:
            columns += 1
        assert width <= columns * unit


def test_no_scene_that_came_with_strips_is_left_when_another_follows(walk: list[Picture]) -> None:
    """Where the newest has nothing, there is the picture."""
    host = shown(walk)
    assert isinstance(host.stage, CoveringStage)
    stage = host.stage
    first, second, newest = ((Frame(x, 200, 40, 40, "#ff8800"),) for x in (100, 260, 420))
    stage.draw(first)
    host.run()

    def lay_strips(made: Sequence[Patch], tags: tuple[Tag, ...]) -> bool:
        host.write(stage.drawn.texts(made))
        return False

    stage.drawn = CoveringScene(stage, stage.painter, lay_strips)
    stage.draw(first)
    host.run()
    host.workers.held = True
    stage.scene = second
    stage.drawn.ask(anew=True)
    stage.draw(newest)
    host.workers.held = False
    host.run()
    got, wanted = (np.asarray(image) for image in (seen(host), expected(host, walk[0], newest)))
    plain = np.asarray(expected(host, walk[0]))
    near = (wanted != plain).any(-1).reshape(20, 20, 40, 10).any((1, 3)).repeat(20, 0).repeat(10, 1)
    assert np.array_equal(got[~near], plain[~near])


def test_no_blank_is_drawn_next_to_the_anchors_where_cells_are_a_fraction_of_a_pixel_wide(
    tmp_path: Path,
) -> None:
    """The terminal would draw it over them too, and forget the pictures that they hold."""
    path = tmp_path / "wide.png"
    waves(0, (1200, 600)).save(path)
    host = FakeStageHost("kitty-cells", cell=(9.63, 19.0))
    written: list[str] = []
    write = host.write

    def spied(text: str) -> None:
        written.append(text)
        write(text)

    host.write = spied  # type: ignore[method-assign]
    host.stage.show(Picture(path, 100_000_000), 1)
    host.run(20.0)
    fitted = host.stage.viewport
    assert fitted is not None
    for view in (fitted.zoomed(1.5), fitted.zoomed(1.5).panned(0.3, 0.0), fitted):
        host.stage.look(view)
        host.run(20.0)
    text = "".join(written)
    anchors = {int(column) for column in re.findall(r"\x1b\[\d+;(\d+)H\x1b_Ga=p,[^;]*w=1,h=1,z=-1", text)}
    blanks = re.findall(r"\x1b\[\d+;(\d+)H\x1b_Ga=T,[^;]*c=(\d+),", text)
    assert len(anchors) == 1 and blanks
    assert all(int(column) + int(columns) < min(anchors) for column, columns in blanks)
