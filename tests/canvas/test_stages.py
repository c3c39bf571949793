"""One contract for all ways to show pictures: whatever was done, the screen holds what it should."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.canvas.house import FakeHouse
from tui.imaging.draw import composite
from tui.imaging.measure import ssim
from tui.imaging.outline import Grid
from tui.imaging.raster import raster
from tui.imaging.scene import Cross, Frame, Handle, Scene, Text
from tui.imaging.scene import Path as Line
from tui.widgets.cell_stage import ARM
from tui.widgets.stage import Picture
from tui.widgets.stored_stage import StoredStage

PICTURES = ("kitty", "iterm2", "sixel")
ALL = (*PICTURES, "blocks")


def waves(seed: int, size: tuple[int, int] = (1200, 900)) -> Image.Image:
    """A picture that looks like no other seed's, with coarse grain: smooth shades would show the palette's steps."""
    y, x = np.mgrid[0 : size[1], 0 : size[0]] / 100.0
    planes = [
        np.sin(x * (1 + 0.3 * n + 0.2 * seed) + seed) * np.cos(y * (1.2 + 0.25 * seed) - n) for n in range(3)
    ]
    grain = (
        np.random.default_rng(seed)
        .normal(0, 0.3, (size[1] // 12, size[0] // 12, 1))
        .repeat(12, 0)
        .repeat(12, 1)
    )
    values = (np.stack(planes, -1) * 0.6 + grain + 1) * 127
    return Image.fromarray(values.clip(0, 255).astype(np.uint8), "RGB")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    folder = tmp_path_factory.mktemp("pictures")
    made = []
    for seed in range(4):
        path = folder / f"{seed}.png"
        waves(seed).save(path)
        made.append(Picture(path, 100_000_000))
    return made


def expected(house: FakeHouse, picture: Picture, scene: Scene = ()) -> Image.Image:
    """The canvas as it should look."""
    view = house.stage.viewport
    assert view is not None and isinstance(picture.source, Path)
    cut = raster(Image.open(picture.source), view)
    assert cut is not None
    whole = Image.new("RGB", view.canvas)
    whole.paste(cut.on((0, 0, 0)), (round(cut.column * view.cell[0]), round(cut.row * view.cell[1])))
    return composite(whole, scene, Grid(view))


def seen(house: FakeHouse) -> Image.Image:
    (x, y), (width, height) = house.stage.origin, house.stage.size
    return house.model.picture().crop((x * 10, y * 20, (x + width) * 10, (y + height) * 20))


def likeness(house: FakeHouse, picture: Picture, scene: Scene = ()) -> float:
    return ssim(seen(house), expected(house, picture, scene))


def undisturbed(
    protocol: str,
    picture: Picture,
    scene: Scene = (),
    canvas: tuple[int, int, int, int] = (2, 1, 40, 20),
) -> Image.Image:
    """What a slow line brings in the end when nothing happens meanwhile."""
    house = FakeHouse(protocol, canvas, rate=2e5)
    house.stage.show(picture, 1)
    house.stage.draw(scene)
    house.run(60.0)
    return seen(house)


def half_way(protocol: str, picture: Picture, answers: int = 0) -> FakeHouse:
    """A picture arrives on a slow line; so many answers have come."""
    house = FakeHouse(protocol, rate=2e5)
    house.stage.show(picture, 1)
    house.studio.work()
    for _ in range(answers):
        house.answer()
    return house


def least(protocol: str) -> float:
    return 0.3 if protocol == "blocks" else 0.9


@pytest.mark.parametrize("protocol", ALL)
def test_each_picture_is_shown_and_then_seen(protocol: str, pictures: list[Picture]) -> None:
    house = FakeHouse(protocol)
    for serial, picture in enumerate(pictures):
        house.stage.show(picture, serial)
        house.stage.want(pictures[serial + 1 : serial + 3])
        house.run()
        assert likeness(house, picture) >= least(protocol)
        others = [likeness(house, other) for other in pictures if other != picture]
        assert max(others) < likeness(house, picture)
    assert house.said == [("seen", n) for n in range(4)]
    assert not house.model.broken


@pytest.mark.parametrize("protocol", ALL)
def test_nothing_is_seen_before_the_fence_is_answered(protocol: str, pictures: list[Picture]) -> None:
    house = FakeHouse(protocol)
    house.deaf = True
    house.stage.show(pictures[0], 1)
    house.run(1.0)
    assert house.said == []
    house.deaf = False
    house.run(1.0)
    assert house.said == [("seen", 1)]


@pytest.mark.parametrize("protocol", ALL)
def test_answers_to_an_earlier_picture_say_nothing_about_the_next(
    protocol: str, pictures: list[Picture]
) -> None:
    house = FakeHouse(protocol)
    house.deaf = True
    house.stage.show(pictures[0], 1)
    house.run(0.5)
    house.stage.show(pictures[1], 2)
    house.run(0.5)
    house.deaf = False
    house.run(2.0)
    assert house.said == [("seen", 2)]


@pytest.mark.parametrize("protocol", ALL)
def test_a_scene_drawn_while_the_picture_arrives_does_not_cost_the_fence(
    protocol: str, pictures: list[Picture]
) -> None:
    house = half_way(protocol, pictures[0])
    assert house.said == []
    house.stage.draw(SCENE)
    house.run(60.0)
    assert house.said == [("seen", 1)]
    assert ssim(seen(house), undisturbed(protocol, pictures[0], SCENE)) > 0.99


@pytest.mark.parametrize("answers", (0, 1, 2, 3, 5, 8))
@pytest.mark.parametrize("protocol", ALL)
def test_a_picture_that_arrives_at_another_size_is_seen_when_it_fills_that(
    protocol: str, answers: int, pictures: list[Picture]
) -> None:
    house = half_way(protocol, pictures[0], answers)
    house.model._clear()
    house.said.clear()
    house.stage.resized((1, 2), (34, 16))
    house.run(60.0)
    assert house.said in ([("seen", 1)], []) and house.stage._told
    assert ssim(seen(house), undisturbed(protocol, pictures[0], canvas=(1, 2, 34, 16))) > 0.99
    assert not house.model.broken


@pytest.mark.parametrize("protocol", ("iterm2", "sixel"))
def test_what_is_covered_all_over_is_not_seen(protocol: str, pictures: list[Picture]) -> None:
    house = FakeHouse(protocol)
    house.cover = (0, 0, 40, 20)
    house.stage.show(pictures[0], 1)
    house.run(1.0)
    assert house.said == []
    house.cover = None
    house.stage.damaged(None)
    house.run(1.0)
    assert house.said == [("seen", 1)]
    assert likeness(house, pictures[0]) >= 0.9


@pytest.mark.parametrize("protocol", ("iterm2", "sixel"))
def test_what_is_covered_while_it_arrives_is_seen_when_it_lies_open_again(
    protocol: str, pictures: list[Picture]
) -> None:
    house = FakeHouse(protocol)
    house.deaf = True
    house.stage.channel._set_rate = house.stage.channel._rate = 2e5
    house.stage.show(pictures[0], 1)
    house.studio.work()
    house.cover = (0, 0, 40, 20)
    house.stage.damaged([(y, 0, 40) for y in range(20)])
    house.deaf = False
    house.run(1.0)
    blank = house.stage.size
    for row in range(blank[1]):
        house.write(f"\x1b[{house.stage.origin[1] + row + 1};{house.stage.origin[0] + 1}H" + " " * blank[0])
    house.cover = None
    house.stage.damaged(None)
    house.run(60.0)
    assert house.said == [("seen", 1)]
    assert ssim(seen(house), undisturbed(protocol, pictures[0])) > 0.99


@pytest.mark.parametrize("protocol", ALL)
def test_idle_is_silent(protocol: str, pictures: list[Picture]) -> None:
    house = FakeHouse(protocol)
    house.stage.show(pictures[0], 1)
    house.stage.want(pictures[1:3])
    house.run(20.0)
    before = house.sent
    house.run(30.0)
    assert house.sent == before


@pytest.mark.parametrize("protocol", PICTURES)
def test_a_part_is_shown_in_detail_and_the_whole_again(protocol: str, pictures: list[Picture]) -> None:
    house = FakeHouse(protocol)
    house.stage.show(pictures[0], 1)
    house.run()
    whole = house.stage.viewport
    assert whole is not None
    house.stage.look(whole.zoomed(4.0, (900.0, 200.0)))
    house.run()
    assert likeness(house, pictures[0]) >= 0.85
    house.stage.look(house.stage.viewport.panned(-0.5, 0.2) if house.stage.viewport else whole)
    house.run()
    assert likeness(house, pictures[0]) >= 0.85
    house.stage.look(whole)
    house.run()
    assert likeness(house, pictures[0]) >= 0.85
    assert not house.model.broken


SCENE: Scene = (
    Frame(100, 100, 300, 200, "#ff0000"),
    Frame(500, 300, 300, 300, "#00ff00"),
    Line(((700, 100), (1000, 150), (850, 400)), "#ffff00", closed=True, fill=0.3),
    Handle((500, 300), "#00ff00"),
    Handle((800, 600), "#00ff00", strong=True),
)


@pytest.mark.parametrize("protocol", PICTURES)
def test_a_scene_lies_over_the_picture_and_goes_again(protocol: str, pictures: list[Picture]) -> None:
    house = FakeHouse(protocol)
    house.stage.show(pictures[0], 1)
    house.run()
    bare = likeness(house, pictures[0])
    house.stage.draw(SCENE)
    house.run()
    assert likeness(house, pictures[0], SCENE) >= 0.85
    assert likeness(house, pictures[0], SCENE) > likeness(house, pictures[0])
    house.stage.draw((*SCENE, Cross((600.0, 450.0), "#ffffff")))
    house.run()
    house.stage.draw(())
    house.run()
    assert likeness(house, pictures[0]) >= bare - 0.002


@pytest.mark.parametrize(("protocol", "most"), [("iterm2", 4_000), ("sixel", 6_000)])
def test_a_crosshair_that_moves_sends_its_arms_alone(
    protocol: str, most: int, pictures: list[Picture]
) -> None:
    house = FakeHouse(protocol)
    house.stage.show(pictures[0], 1)
    house.run()
    bare = likeness(house, pictures[0])
    house.stage.draw((Cross((600.0, 450.0), "#ffffff"),))
    house.run()
    before = house.sent
    house.stage.draw((Cross((300.0, 250.0), "#ffffff"),))
    house.run()
    assert 0 < house.sent - before <= most
    assert likeness(house, pictures[0], (Cross((300.0, 250.0), "#ffffff", ARM),)) >= bare - 0.01


@pytest.mark.parametrize("protocol", ["iterm2", "sixel"])
def test_a_scene_is_drawn_although_other_strips_came_meanwhile(
    protocol: str, pictures: list[Picture]
) -> None:
    house = FakeHouse(protocol)
    house.stage.show(pictures[0], 1)
    house.run()
    house.studio.held = True
    house.stage.draw(SCENE)
    house.stage.present()
    house.studio.held = False
    house.run()
    assert likeness(house, pictures[0], SCENE) > likeness(house, pictures[0])


@pytest.mark.parametrize(("protocol", "most"), [("iterm2", 8_000), ("sixel", 16_000)])
def test_a_nudged_box_sends_its_edges_alone(protocol: str, most: int, pictures: list[Picture]) -> None:
    house = FakeHouse(protocol)
    house.stage.show(pictures[0], 1)
    house.run()
    for n in range(5):
        scene: Scene = (Frame(400 + 4 * n, 300, 500, 400, "#ff0000"), Handle((400 + 4 * n, 300), "#ff0000"))
        before = house.sent
        house.stage.draw(scene)
        house.run()
        if n:
            assert 0 < house.sent - before <= most
        assert ssim(seen(house), expected(house, pictures[0], scene)) > 0.9
    house.wipe(20, 0, 60)
    house.run()
    assert ssim(seen(house), expected(house, pictures[0], scene)) > 0.9


@pytest.mark.parametrize("protocol", PICTURES)
def test_what_text_wiped_out_comes_back(protocol: str, pictures: list[Picture]) -> None:
    house = FakeHouse(protocol)
    house.stage.show(pictures[0], 1)
    house.run()
    before, bytes_before = seen(house), house.sent
    house.wipe(5, 10, 30)
    house.run()
    assert ssim(seen(house), before) == pytest.approx(1.0)
    if protocol == "kitty":
        assert house.sent - bytes_before < 60


@pytest.mark.parametrize("protocol", ("iterm2", "sixel"))
def test_what_lies_over_the_canvas_is_not_painted_over(protocol: str, pictures: list[Picture]) -> None:
    house = FakeHouse(protocol)
    house.stage.show(pictures[0], 1)
    house.run()
    before = seen(house)
    house.cover = (10, 5, 12, 4)
    for row in range(5, 9):
        house.wipe(row, 10, 22)
    house.run()
    popup = seen(house).crop((100, 100, 220, 180))
    assert popup.getextrema() == ((0, 0), (0, 0), (0, 0))
    house.cover = None
    for row in range(5, 9):
        house.wipe(row, 10, 22)
    house.run()
    assert ssim(seen(house), before) == pytest.approx(1.0)


def test_with_fractional_cells_no_background_is_left_under_the_picture(pictures: list[Picture]) -> None:
    house = FakeHouse("iterm2")
    house.stage.caps = replace(house.stage.caps, cell=(9.63, 20.0))
    house.stage.show(pictures[0], 0)
    house.run()
    for scene in ((*SCENE, Text((700, 200), "1 cat", "#00ff00")), ()):
        house.stage.draw(scene)
        house.run()
        assert any(cell.back for line in house.model.cells for cell in line) == bool(scene)


def test_what_stays_under_text_is_hidden_by_pictures(pictures: list[Picture], tmp_path: Path) -> None:
    """In Konsole an older picture shines through blanks, whoever paints them."""
    path = tmp_path / "tall.png"
    waves(1, (480, 1200)).save(path)
    house = FakeHouse("iterm2", attached=True)
    for serial, picture in enumerate((pictures[0], Picture(path, 100_000_000), pictures[2])):
        house.stage.show(picture, serial)
        house.run()
        for row in range(20):
            house.wipe(row, 0, 40)
        house.run()
        assert likeness(house, picture) >= 0.9
    house.stage.resized((2, 1), (40, 14))
    house.run()
    assert likeness(house, pictures[2]) >= 0.9
    house.stage.show(None, 9)
    house.run()
    assert seen(house).getextrema() == ((0, 0), (0, 0), (0, 0))


@pytest.mark.parametrize("protocol", PICTURES)
def test_a_terminal_that_was_left_gets_everything_again(protocol: str, pictures: list[Picture]) -> None:
    house = FakeHouse(protocol)
    house.stage.show(pictures[0], 1)
    house.run()
    house.model._clear()
    house.model.images.clear()
    house.stage.forget()
    house.run()
    assert likeness(house, pictures[0]) >= 0.9


@pytest.mark.parametrize("answers", (0, 1, 3))
@pytest.mark.parametrize("protocol", ALL)
def test_nothing_is_sent_between_leaving_and_entering(
    protocol: str, answers: int, pictures: list[Picture]
) -> None:
    house = half_way(protocol, pictures[0], answers)
    house.write(house.stage.farewell())
    assert house.model._open is None and not house.model.images
    before = house.sent
    house.stage.want(pictures[1:])
    house.run(5.0)
    assert house.sent == before
    house.model._clear()
    if protocol == "blocks":
        # These cells are the toolkit's own.
        house.repaint([(y, 0, 40) for y in range(20)])
    house.stage.forget()
    house.studio.work()
    house.stage.forget()
    house.run(60.0)
    assert house.said == [("seen", 1)]
    assert house.notes["lost"] == 0 and not house.model.broken
    assert ssim(seen(house), undisturbed(protocol, pictures[0])) > 0.99


@pytest.mark.parametrize("protocol", PICTURES)
def test_another_size_is_filled(protocol: str, pictures: list[Picture]) -> None:
    house = FakeHouse(protocol)
    house.stage.show(pictures[0], 1)
    house.run()
    house.model._clear()
    house.stage.resized((0, 0), (50, 18))
    house.run()
    assert likeness(house, pictures[0]) >= 0.9


def test_kitty_asks_for_nothing_twice_and_a_switch_costs_less_than_200_bytes(pictures: list[Picture]) -> None:
    house = FakeHouse("kitty")
    house.stage.show(pictures[0], 0)
    house.stage.want(pictures[1:])
    house.run(30.0)
    for serial in (1, 2, 1, 0):
        before = house.sent
        house.stage.show(pictures[serial], serial)
        assert house.sent - before <= 200
        house.stage.want([p for p in pictures if p != pictures[serial]])
        house.run(10.0)
        assert house.sent - before <= 200


def test_kitty_moves_a_held_box_for_some_dozen_bytes(pictures: list[Picture]) -> None:
    house = FakeHouse("kitty")
    house.stage.show(pictures[0], 0)
    house.run()
    for n in range(8):
        x, y = 500 + 3.3 * n, 300 + 1.7 * n
        corners = ((x, y), (x + 300, y), (x, y + 300), (x + 300, y + 300))
        scene: Scene = (
            Frame(x, y, 300, 300, "#00ff00"),
            *(Handle(at, "#00ff00") for at in corners),
            Text((x, y), "1 cat", "#00ff00"),
        )
        before = house.sent
        house.stage.draw(scene)
        house.run(0.5)
        if n:
            assert house.sent - before <= 130
        assert ssim(seen(house), expected(house, pictures[0], scene)) > 0.9


def test_kitty_sends_again_what_the_terminal_lost(pictures: list[Picture]) -> None:
    house = FakeHouse("kitty")
    house.stage.show(pictures[0], 0)
    house.stage.want([pictures[1]])
    house.run(10.0)
    house.model.images.clear()
    house.model.placements.clear()
    house.stage.show(pictures[1], 1)
    house.run()
    assert house.said == [("seen", 0), ("seen", 1)]
    assert likeness(house, pictures[1]) >= 0.9


def test_kitty_is_not_sent_for_ever_what_it_refuses(pictures: list[Picture], monkeypatch: Any) -> None:
    house = FakeHouse("kitty")
    monkeypatch.setattr("tests.terminal.model.decode_kitty", refuse)
    house.stage.show(pictures[0], 0)
    house.run(60.0)
    before = house.sent
    house.run(60.0)
    assert house.sent == before
    assert house.said == []


def refuse(*_: object) -> Image.Image:
    raise ValueError("no such picture")


def test_kitty_answers_for_an_earlier_attempt_take_nothing_away(pictures: list[Picture]) -> None:
    house = FakeHouse("kitty", rate=2e5)
    assert isinstance(house.stage, StoredStage)
    house.stage.show(pictures[0], 0)
    house.studio.work()
    (number,) = house.stage.painter.ledger.ids[:1]
    house.stage.reply(f"\x1b_Gi={number};EBADPNG:cut short\x1b\\")
    house.run(60.0)
    assert house.said == [("seen", 0)] and house.notes["lost"] == 0


def test_kitty_keeps_within_the_memory_it_allows_itself(pictures: list[Picture]) -> None:
    house = FakeHouse("kitty")
    assert isinstance(house.stage, StoredStage)
    house.stage.painter.ledger._cap = 4_000_000
    for serial in range(12):
        house.stage.show(pictures[serial % 4], serial)
        house.run()
        kept = sum(image.width * image.height * 4 for image in house.model.images.values())
        assert kept <= 4_000_000 + 4 * 400 * 400
        assert likeness(house, pictures[serial % 4]) >= 0.9


@pytest.mark.parametrize("protocol", ALL)
def test_a_broken_file_is_told_and_nothing_else_is_shown(
    protocol: str, pictures: list[Picture], tmp_path: Path
) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n nothing")
    house = FakeHouse(protocol)
    house.stage.show(pictures[0], 0)
    house.run()
    house.stage.show(Picture(path, 1000), 1)
    house.run()
    assert house.said == [("seen", 0), ("broken", 1, False)]
    assert seen(house).getextrema() == ((0, 0), (0, 0), (0, 0))


def test_farewell_frees_what_kitty_keeps(pictures: list[Picture]) -> None:
    house = FakeHouse("kitty")
    house.stage.show(pictures[0], 0)
    house.stage.draw(SCENE)
    house.run()
    house.write(house.stage.farewell())
    assert house.model.images == {}
    assert house.model.placements == {}
