"""What a scene over a picture costs and leaves: rulers and tags come and go, edges move, pages lie over it."""

from __future__ import annotations

import pytest

from tests.canvas.house import FakeHouse
from tests.canvas.test_stages import PICTURES, expected, likeness, seen, waves
from tui.imaging.measure import ssim
from tui.imaging.scene import Cross, Frame, Handle, Ruler, Scene, Text
from tui.widgets.stage import Picture

RULER = Ruler(0, 0, 1200, 900, "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrst")
CROSS = Cross((600.0, 450.0), "#ffffff")


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Picture:
    path = tmp_path_factory.mktemp("pictures") / "0.png"
    waves(0).save(path)
    return Picture(path, 100_000_000)


def shown(protocol: str, picture: Picture, rate: float = 50e6) -> FakeHouse:
    house = FakeHouse(protocol, rate=rate)
    house.stage.show(picture, 1)
    house.run(10.0)
    return house


def cost(house: FakeHouse, scene: Scene) -> int:
    """Bytes of another scene."""
    before = house.sent
    house.stage.draw(scene)
    house.run()
    return house.sent - before


@pytest.mark.parametrize("protocol", ["iterm2", "sixel"])
def test_tags_come_and_go_without_the_strips_below_them(protocol: str, picture: Picture) -> None:
    house = shown(protocol, picture)
    bare, whole = seen(house), house.sent
    tagged = cost(house, (Text((600, 450), "1 cat", "#e69f00"),))
    assert 0 < tagged <= 60
    assert "1 cat" in house.model.text()
    assert 0 < cost(house, ()) <= whole / 20
    assert ssim(seen(house), bare) > 0.995


@pytest.mark.parametrize("protocol", ["iterm2", "sixel"])
def test_the_ruler_costs_its_letters(protocol: str, picture: Picture) -> None:
    house = shown(protocol, picture)
    bare = seen(house)
    assert 0 < cost(house, (RULER,)) <= 700
    rows = house.model.text().splitlines()
    top = rows[house.stage.origin[1] + 2]
    assert "".join(top.split()) == RULER.columns
    assert cost(house, (RULER, CROSS)) > 0
    assert cost(house, ()) > 0
    assert ssim(seen(house), bare) > 0.99


@pytest.mark.parametrize("held", [(600, 300), (800, 500), (600, 700), (400, 500)])
def test_kitty_moves_a_held_edge_for_three_placements(held: tuple[int, int], picture: Picture) -> None:
    house = shown("kitty", picture)
    costs = []
    for n in range(9):
        left, top, right, bottom = 400.0, 300.0, 800.0, 700.0
        step = 1.7 * n
        match held:
            case (600, 300):
                top += step
            case (800, 500):
                right += step
            case (600, 700):
                bottom += step
            case _:
                left += step
        middle = (left + right) / 2, (top + bottom) / 2
        at = (middle[0] if held[0] == 600 else (left if held[0] == 400 else right),
              middle[1] if held[1] == 500 else (top if held[1] == 300 else bottom))  # fmt: skip
        scene: Scene = (
            Frame(left, top, right - left, bottom - top, "#00ff00"),
            *(Handle((x, y), "#00ff00") for x in (left, right) for y in (top, bottom)),
            Handle(at, "#00ff00", strong=True),
        )
        costs.append(cost(house, scene))
        assert ssim(seen(house), expected(house, picture, scene)) > 0.9
    assert max(costs[1:]) <= 330


@pytest.mark.parametrize("protocol", ["iterm2", "sixel"])
def test_what_waits_for_a_slow_line_does_not_go_over_a_page(protocol: str, picture: Picture) -> None:
    """Strips were asked for, then something covers the canvas, and only then the line has room."""
    house = shown(protocol, picture, rate=200e3)
    house.deaf = True
    house.stage.draw((Frame(50, 50, 1100, 800, "#ff0000"),))
    for row in range(20):
        house.wipe(row, 0, 40)
    house.run(0.05)
    house.cover = (0, 0, 40, 20)
    for row in range(20):
        house.wipe(row, 0, 40)
    house.deaf = False
    house.run(20.0)
    assert seen(house).getextrema() == ((0, 0), (0, 0), (0, 0))
    house.cover = None
    for row in range(20):
        house.wipe(row, 0, 40)
    house.run(20.0)
    assert likeness(house, picture, house.stage.scene) > 0.85


@pytest.mark.parametrize("protocol", PICTURES)
def test_nothing_of_a_ruler_stays(protocol: str, picture: Picture) -> None:
    house = shown(protocol, picture)
    for scene in ((RULER, CROSS), (RULER, Cross((610.0, 450.0), "#ffffff")), ()):
        cost(house, scene)
    assert likeness(house, picture) > 0.9
