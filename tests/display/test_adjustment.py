"""Adjusted pictures on every kind of stage: in front, sent ahead, under a scene; and what a held key costs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devtools.emulator.likeness import ssim
from tests.display.stage_host import FakeStageHost
from tests.display.test_stages import seen
from tui.display.adjusting import Adjusting
from tui.display.jobs import Picture
from tui.display.stage import VIEW_REST
from tui.imaging.adjust import adjusted_raster
from tui.imaging.decode import Decoded
from tui.imaging.draw import composite
from tui.imaging.outline import Grid
from tui.imaging.raster import raster
from tui.imaging.sheet import Sheet
from tui.model.scene import Frame, Scene
from tui.model.view_settings import NEUTRAL, Adjustment

ALL = ("kitty", "kitty-cells", "iterm2", "sixel", "blocks")
GROUND = (28, 28, 28)
INVERTED = Adjustment(invert=True)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    folder = tmp_path_factory.mktemp("adjusted")
    made = []
    for seed in range(3):
        grain = np.random.default_rng(seed).integers(0, 110, (18, 24, 3)).repeat(50, 0).repeat(50, 1)
        path = folder / f"{seed}.png"
        Image.fromarray(grain.astype(np.uint8), "RGB").save(path)
        made.append(Picture(path, 100_000_000))
    return made


def expected(host: FakeStageHost, picture: Picture, adjustment: Adjustment, scene: Scene = ()) -> Image.Image:
    view = host.stage.viewport
    assert view is not None and isinstance(picture.source, Path)
    image = Image.open(picture.source)
    cut = raster(image, view)
    assert cut is not None
    cut = adjusted_raster(cut, Decoded(image), view, adjustment)
    whole = Image.new("RGB", view.canvas)
    whole.paste(cut.on((0, 0, 0)), (round(cut.column * view.cell[0]), round(cut.row * view.cell[1])))
    return composite(whole, scene, Grid(view))


def on_canvas(host: FakeStageHost) -> Image.Image:
    (x, y), (width, height) = host.stage.origin, host.stage.size
    return host.model.picture().crop((x * 10, y * 20, (x + width) * 10, (y + height) * 20))


def looks(host: FakeStageHost, picture: Picture, adjustment: Adjustment, scene: Scene = ()) -> bool:
    """Whether the canvas is nearer to this than to the opposite, and near."""
    seen = np.asarray(on_canvas(host)).astype(int)
    wanted, other = (
        np.asarray(expected(host, picture, each, scene)).astype(int)
        for each in (adjustment, replace(adjustment, invert=not adjustment.invert))
    )
    return bool(np.abs(seen - wanted).mean() < 30 < np.abs(seen - other).mean())


@pytest.mark.parametrize("protocol", ALL)
def test_the_picture_in_front_is_shown_adjusted_and_as_it_is_again(
    protocol: str, pictures: list[Picture]
) -> None:
    host = FakeStageHost(protocol)
    host.stage.show(pictures[0], 1)
    host.run()
    assert looks(host, pictures[0], NEUTRAL)
    host.stage.adjusting.ask(INVERTED)
    host.run()
    assert looks(host, pictures[0], INVERTED)
    assert host.said == [("seen", 1)], "the picture itself was seen: it is not told anew"
    assert host.stage.viewport is not None
    host.stage.look(host.stage.viewport.zoomed(2.5))
    host.run()
    assert looks(host, pictures[0], INVERTED)
    host.stage.adjusting.ask(NEUTRAL)
    host.run()
    assert looks(host, pictures[0], NEUTRAL)
    assert not host.model.broken


@pytest.mark.parametrize("protocol", ALL)
def test_what_lies_there_stays_until_the_new_preview_is_there(protocol: str, pictures: list[Picture]) -> None:
    host = FakeStageHost(protocol)
    host.stage.show(pictures[0], 1)
    host.run()
    host.workers.held = True
    before = on_canvas(host)
    host.stage.adjusting.ask(INVERTED)
    host.run()
    host.stage.draw(())
    host.run()
    assert np.array_equal(np.asarray(on_canvas(host)), np.asarray(before))
    host.workers.held = False
    host.run()
    assert looks(host, pictures[0], INVERTED)


@pytest.mark.parametrize("protocol", ALL)
def test_pictures_sent_ahead_are_adjusted_and_those_sent_before_are_not_shown(
    protocol: str, pictures: list[Picture]
) -> None:
    host = FakeStageHost(protocol)
    host.stage.show(pictures[0], 1)
    host.stage.want(pictures[1:])
    host.run()
    host.stage.adjusting.ask(INVERTED)
    host.run()
    # What was made ahead is there, without any more work.
    host.workers.held = True
    before = host.kinds.get("picture", 0)
    host.stage.show(pictures[1], 2)
    host.run(0.1)
    assert looks(host, pictures[1], INVERTED)
    if protocol == "kitty":
        assert host.kinds["picture"] == before, "it lay in the terminal already"
    host.workers.held = False
    host.run()
    host.workers.held = True
    host.stage.adjusting.ask(NEUTRAL)
    host.stage.show(pictures[0], 3)
    host.run(0.1)
    assert host.said[:2] == [("seen", 1), ("seen", 2)]
    assert not looks(host, pictures[0], INVERTED), (
        "of a picture that comes nothing is shown as it is not to look"
    )
    host.workers.held = False
    host.run()
    assert looks(host, pictures[0], NEUTRAL) and host.said == [("seen", n) for n in (1, 2, 3)]


@pytest.mark.parametrize("protocol", ALL)
def test_the_scene_lies_over_the_adjusted_picture(protocol: str, pictures: list[Picture]) -> None:
    host = FakeStageHost(protocol)
    scene: Scene = (Frame(300, 200, 400, 300, "#00ff00", thick=2),)
    host.stage.show(pictures[0], 1)
    host.run()
    host.stage.adjusting.ask(INVERTED)
    host.stage.draw(scene)
    host.run()
    assert looks(host, pictures[0], INVERTED, scene)
    moved: Scene = (Frame(350, 260, 400, 300, "#00ff00", thick=2),)
    host.stage.draw(moved)
    host.run()
    assert looks(host, pictures[0], INVERTED, moved)
    likely = ssim(on_canvas(host), expected(host, pictures[0], INVERTED, moved))
    assert likely > (0.3 if protocol == "blocks" else 0.85)


@pytest.mark.parametrize("protocol", ALL)
def test_a_held_key_costs_no_more_than_its_first_and_its_last_step(
    protocol: str, pictures: list[Picture]
) -> None:
    def cost(steps: list[int]) -> int:
        host = FakeStageHost(protocol, rate=256e3)
        host.stage.show(pictures[0], 1)
        host.run(20)
        before = host.sent
        for step in steps:
            host.stage.adjusting.ask(Adjustment(brightness=step))
            host.run(VIEW_REST / 5)
        host.run(20)
        assert looks(host, pictures[0], Adjustment(brightness=steps[-1]))
        return host.sent - before

    single = cost([40])
    assert single < 200_000
    assert cost(list(range(2, 42, 2))) < 2.2 * single


@pytest.mark.parametrize("protocol", ALL)
def test_an_adjustment_that_is_not_one_sends_nothing(protocol: str, pictures: list[Picture]) -> None:
    host = FakeStageHost(protocol)
    host.stage.show(pictures[0], 1)
    host.run(20)
    before = host.sent
    host.stage.adjusting.ask(NEUTRAL)
    host.run()
    assert host.sent == before


def test_the_pictures_of_a_contact_sheet_are_adjusted_too(pictures: list[Picture]) -> None:
    host = FakeStageHost("kitty")
    paths = tuple(p.source for p in pictures if isinstance(p.source, Path))
    sheet = Picture(Sheet(paths, 2, 2, (40, 20), GROUND), 100_000_000)
    host.stage.show(sheet, 1)
    host.run()
    plain = np.asarray(seen(host)).astype(int)
    host.stage.adjusting.ask(INVERTED)
    host.run()
    turned = np.asarray(seen(host)).astype(int)
    ground = (np.abs(plain - GROUND[0]) <= 4).all(2)
    assert (np.abs(turned[ground] - GROUND[0]) <= 4).mean() > 0.95, "nothing but the pictures"
    assert np.abs(turned[~ground] - (255 - plain[~ground])).mean() < 12


@pytest.mark.parametrize("protocol", [name for name in ALL if name != "blocks"])
def test_they_are_so_once_also_where_a_frame_lies_over_them(protocol: str, pictures: list[Picture]) -> None:
    """What a frame touches is composed anew from the sheet, whose pictures are adjusted already."""
    host = FakeStageHost(protocol)
    paths = tuple(p.source for p in pictures if isinstance(p.source, Path))
    host.stage.show(Picture(Sheet(paths, 2, 2, (40, 20), GROUND), 100_000_000), 1)
    host.stage.adjusting.ask(INVERTED)
    host.run()
    without = np.asarray(seen(host)).astype(int)
    for left in (30, 60):
        host.stage.draw((Frame(left, 30, 300, 300, "#00ff00"),))
        host.run()
    framed = np.asarray(seen(host)).astype(int)
    assert 0.002 < (np.abs(framed - without).max(2) > 60).mean() < 0.04, "the frame, and nothing else"


def test_changes_that_follow_each_other_closely_count_together() -> None:
    waiting: list[tuple[float, object]] = []
    found: list[Adjustment] = []

    def later(seconds: float, then: object) -> None:
        waiting.append((seconds, then))

    turn = Adjusting(later, lambda: found.append(turn.now), 0.15)
    for gamma in (110, 120, 130, 130, 140):
        turn.ask(Adjustment(gamma=gamma))
    assert [each.gamma for each in found] == [110] and [seconds for seconds, _ in waiting] == [0.15] * 4
    for _, then in waiting:
        assert callable(then)
        then()
    assert [each.gamma for each in found] == [110, 140]
    turn.ask(NEUTRAL)
    assert found[-1] == NEUTRAL, "after a rest the next change counts at once"


@pytest.mark.parametrize("protocol", ["iterm2", "sixel"])
def test_text_beside_the_picture_brings_no_strips_without_their_shapes(
    protocol: str, pictures: list[Picture]
) -> None:
    """The panel says the new figure while the shapes are still being drawn into the adjusted picture."""
    host = FakeStageHost(protocol)
    scene: Scene = (Frame(300, 200, 400, 300, "#00ff00", thick=2),)
    host.stage.show(pictures[0], 1)
    host.stage.draw(scene)
    host.run(20)
    before = on_canvas(host)
    host.workers.held = True
    host.stage.adjusting.ask(INVERTED)
    while made := next((key for key in host.workers.queue if key != "scene"), None):
        host.workers.queue.pop(made)()
        host.stage.spared()
        host.run(0.2)
    assert host.workers.asked("scene")
    if protocol == "iterm2":
        assert on_canvas(host).tobytes() == before.tobytes()
    else:
        # Half-blocks came first, with the shapes.
        red, green, blue = np.moveaxis(np.asarray(on_canvas(host)), 2, 0)
        assert ((green > 200) & (red < 60) & (blue < 60)).sum() > 1000
        assert looks(host, pictures[0], INVERTED, scene)
    host.workers.held = False
    host.run()
    assert looks(host, pictures[0], INVERTED, scene)
    assert ssim(on_canvas(host), expected(host, pictures[0], INVERTED, scene)) > 0.85
