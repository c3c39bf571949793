"""One contract for all ways to show pictures: whatever was done, the screen holds what it should."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from devtools.emulator.likeness import ssim
from tests.display.stage_host import FakeStageHost
from tests.display.waves import waves
from tui.display.cell_stage import ARM
from tui.display.jobs import Picture, Rung
from tui.display.sharpness import Sharpness
from tui.display.stored_stage import StoredStage
from tui.imaging.draw import composite
from tui.imaging.outline import Grid
from tui.imaging.raster import raster
from tui.imaging.viewport import Viewport
from tui.model.scene import Cross, Frame, Handle, Scene, Text
from tui.model.scene import Path as Line
from tui.terminal.line_meter import LineMeter
from tui.terminal.replies import GraphicsReply

PICTURES = ("kitty", "kitty-cells", "iterm2", "sixel")
ALL = (*PICTURES, "blocks")


@lru_cache(64)
def as_it_is(source: Path, view: Viewport) -> Image.Image:
    """The canvas with the picture of that file."""
    cut = raster(Image.open(source), view)
    assert cut is not None
    whole = Image.new("RGB", view.canvas)
    whole.paste(cut.on((0, 0, 0)), (round(cut.column * view.cell[0]), round(cut.row * view.cell[1])))
    return whole


def expected(host: FakeStageHost, picture: Picture, scene: Scene = ()) -> Image.Image:
    """The canvas as it should look."""
    view = host.stage.viewport
    assert view is not None and isinstance(picture.source, Path)
    return composite(as_it_is(picture.source, view), scene, Grid(view))


def seen(host: FakeStageHost) -> Image.Image:
    (x, y), (width, height) = host.stage.origin, host.stage.size
    return host.model.picture().crop((x * 10, y * 20, (x + width) * 10, (y + height) * 20))


def likeness(host: FakeStageHost, picture: Picture, scene: Scene = ()) -> float:
    return ssim(seen(host), expected(host, picture, scene))


@lru_cache(64)
def undisturbed(
    protocol: str,
    picture: Picture,
    scene: Scene = (),
    canvas: tuple[int, int, int, int] = (2, 1, 40, 20),
) -> Image.Image:
    """What a slow line brings in the end when nothing happens meanwhile."""
    host = FakeStageHost(protocol, canvas, rate=2e5)
    host.stage.show(picture, 1)
    host.stage.draw(scene)
    host.run(60.0)
    return seen(host)


def half_way(protocol: str, picture: Picture, answers: int = 0) -> FakeStageHost:
    """A picture arrives on a slow line; so many answers have come."""
    host = FakeStageHost(protocol, rate=2e5)
    host.stage.show(picture, 1)
    host.workers.work()
    for _ in range(answers):
        host.answer()
    return host


def min_likeness(protocol: str) -> float:
    return 0.3 if protocol == "blocks" else 0.9


@pytest.mark.parametrize("protocol", ALL)
def test_each_picture_is_shown_and_then_seen(protocol: str, pictures: list[Picture]) -> None:
    host = FakeStageHost(protocol)
    for serial, picture in enumerate(pictures):
        host.stage.show(picture, serial)
        host.stage.want(pictures[serial + 1 : serial + 3])
        host.run()
        assert likeness(host, picture) >= min_likeness(protocol)
        others = [likeness(host, other) for other in pictures if other != picture]
        assert max(others) < likeness(host, picture)
    assert host.said == [("seen", n) for n in range(4)]
    assert not host.model.broken


@pytest.mark.parametrize("protocol", ALL)
def test_nothing_is_seen_before_the_fence_is_answered(protocol: str, pictures: list[Picture]) -> None:
    host = FakeStageHost(protocol)
    host.deaf = True
    host.stage.show(pictures[0], 1)
    host.run(1.0)
    assert host.said == []
    host.deaf = False
    host.run(1.0)
    assert host.said == [("seen", 1)]


@pytest.mark.parametrize("protocol", ALL)
def test_answers_to_an_earlier_picture_say_nothing_about_the_next(
    protocol: str, pictures: list[Picture]
) -> None:
    host = FakeStageHost(protocol)
    host.deaf = True
    host.stage.show(pictures[0], 1)
    host.run(0.5)
    host.stage.show(pictures[1], 2)
    host.run(0.5)
    host.deaf = False
    host.run(2.0)
    assert host.said == [("seen", 2)]


@pytest.mark.parametrize("protocol", ALL)
def test_a_scene_drawn_while_the_picture_arrives_does_not_cost_the_fence(
    protocol: str, pictures: list[Picture]
) -> None:
    host = half_way(protocol, pictures[0])
    assert host.said == []
    host.stage.draw(SCENE)
    host.run(60.0)
    assert host.said == [("seen", 1)]
    assert ssim(seen(host), undisturbed(protocol, pictures[0], SCENE)) > 0.99


@pytest.mark.parametrize("answers", (0, 1, 2, 3, 5, 8))
@pytest.mark.parametrize("protocol", ALL)
def test_a_picture_that_arrives_at_another_size_is_seen_when_it_fills_that(
    protocol: str, answers: int, pictures: list[Picture]
) -> None:
    host = half_way(protocol, pictures[0], answers)
    host.model.clear()
    host.said.clear()
    host.stage.resized((1, 2), (34, 16))
    host.run(60.0)
    assert host.said in ([("seen", 1)], []) and host.stage.gate.reported
    assert ssim(seen(host), undisturbed(protocol, pictures[0], canvas=(1, 2, 34, 16))) > 0.99
    assert not host.model.broken


@pytest.mark.parametrize("protocol", ("iterm2", "sixel"))
def test_what_is_covered_all_over_is_not_seen(protocol: str, pictures: list[Picture]) -> None:
    host = FakeStageHost(protocol)
    host.cover = (0, 0, 40, 20)
    host.stage.show(pictures[0], 1)
    host.run(1.0)
    assert host.said == []
    host.cover = None
    host.stage.overwritten(None)
    host.run(1.0)
    assert host.said == [("seen", 1)]
    assert likeness(host, pictures[0]) >= 0.9


@pytest.mark.parametrize("protocol", ("iterm2", "sixel"))
def test_what_is_covered_while_it_arrives_is_seen_when_it_lies_open_again(
    protocol: str, pictures: list[Picture]
) -> None:
    host = FakeStageHost(protocol)
    host.deaf = True
    host.stage.channel.meter = LineMeter(rate=2e5)
    host.stage.show(pictures[0], 1)
    host.workers.work()
    host.cover = (0, 0, 40, 20)
    host.stage.overwritten([(y, 0, 40) for y in range(20)])
    host.deaf = False
    host.run(1.0)
    blank = host.stage.size
    for row in range(blank[1]):
        host.write(f"\x1b[{host.stage.origin[1] + row + 1};{host.stage.origin[0] + 1}H" + " " * blank[0])
    host.cover = None
    host.stage.overwritten(None)
    host.run(60.0)
    assert host.said == [("seen", 1)]
    assert ssim(seen(host), undisturbed(protocol, pictures[0])) > 0.99


@pytest.mark.parametrize("protocol", ALL)
def test_idle_is_silent(protocol: str, pictures: list[Picture]) -> None:
    host = FakeStageHost(protocol)
    host.stage.show(pictures[0], 1)
    host.stage.want(pictures[1:3])
    host.run(20.0)
    before = host.sent
    host.run(30.0)
    assert host.sent == before


@pytest.mark.parametrize("protocol", PICTURES)
def test_a_part_is_shown_in_detail_and_the_whole_again(protocol: str, pictures: list[Picture]) -> None:
    host = FakeStageHost(protocol)
    # Dots that even out what colours are off are no likeness of structure.
    enough = 0.8 if protocol == "sixel" else 0.85
    host.stage.show(pictures[0], 1)
    host.run()
    whole = host.stage.viewport
    assert whole is not None
    host.stage.look(whole.zoomed(4.0, (900.0, 200.0)))
    host.run()
    assert likeness(host, pictures[0]) >= enough
    host.stage.look(host.stage.viewport.panned(-0.5, 0.2) if host.stage.viewport else whole)
    host.run()
    assert likeness(host, pictures[0]) >= enough
    host.stage.look(whole)
    host.run()
    assert likeness(host, pictures[0]) >= enough
    assert not host.model.broken


SCENE: Scene = (
    Frame(100, 100, 300, 200, "#ff0000"),
    Frame(500, 300, 300, 300, "#00ff00"),
    Line(((700, 100), (1000, 150), (850, 400)), "#ffff00", closed=True, fill=0.3),
    Handle((500, 300), "#00ff00"),
    Handle((800, 600), "#00ff00", strong=True),
)


@pytest.mark.parametrize("protocol", PICTURES)
def test_a_scene_lies_over_the_picture_and_goes_again(protocol: str, pictures: list[Picture]) -> None:
    host = FakeStageHost(protocol)
    host.stage.show(pictures[0], 1)
    host.run()
    bare = likeness(host, pictures[0])
    host.stage.draw(SCENE)
    host.run()
    assert likeness(host, pictures[0], SCENE) >= 0.85
    assert likeness(host, pictures[0], SCENE) > likeness(host, pictures[0])
    host.stage.draw((*SCENE, Cross((600.0, 450.0), "#ffffff")))
    host.run()
    host.stage.draw(())
    host.run()
    assert likeness(host, pictures[0]) >= bare - 0.002


@pytest.mark.parametrize(("protocol", "max_bytes"), [("iterm2", 4_000), ("sixel", 9_000)])
def test_a_crosshair_that_moves_sends_its_arms_alone(
    protocol: str, max_bytes: int, pictures: list[Picture]
) -> None:
    host = FakeStageHost(protocol)
    host.stage.show(pictures[0], 1)
    host.run()
    bare = likeness(host, pictures[0])
    host.stage.draw((Cross((600.0, 450.0), "#ffffff"),))
    host.run()
    before = host.sent
    host.stage.draw((Cross((300.0, 250.0), "#ffffff"),))
    host.run()
    assert 0 < host.sent - before <= max_bytes
    assert likeness(host, pictures[0], (Cross((300.0, 250.0), "#ffffff", ARM),)) >= bare - 0.01


@pytest.mark.parametrize("protocol", ["iterm2", "sixel"])
def test_a_scene_is_drawn_although_other_strips_came_meanwhile(
    protocol: str, pictures: list[Picture]
) -> None:
    host = FakeStageHost(protocol)
    host.stage.show(pictures[0], 1)
    host.run()
    host.workers.held = True
    host.stage.draw(SCENE)
    host.stage.present()
    host.workers.held = False
    host.run()
    assert likeness(host, pictures[0], SCENE) > likeness(host, pictures[0])


@pytest.mark.parametrize(("protocol", "max_bytes"), [("iterm2", 8_000), ("sixel", 16_000)])
def test_a_nudged_box_sends_its_edges_alone(protocol: str, max_bytes: int, pictures: list[Picture]) -> None:
    host = FakeStageHost(protocol)
    host.stage.show(pictures[0], 1)
    host.run()
    for n in range(5):
        scene: Scene = (Frame(400 + 4 * n, 300, 500, 400, "#ff0000"), Handle((400 + 4 * n, 300), "#ff0000"))
        before = host.sent
        host.stage.draw(scene)
        host.run()
        if n:
            assert 0 < host.sent - before <= max_bytes
        assert ssim(seen(host), expected(host, pictures[0], scene)) > 0.9
    host.wipe(20, 0, 60)
    host.run()
    assert ssim(seen(host), expected(host, pictures[0], scene)) > 0.9


@pytest.mark.parametrize("protocol", PICTURES)
def test_what_text_wiped_out_comes_back(protocol: str, pictures: list[Picture]) -> None:
    host = FakeStageHost(protocol)
    host.stage.show(pictures[0], 1)
    host.run()
    before, bytes_before = seen(host), host.sent
    host.wipe(5, 10, 30)
    host.run()
    assert ssim(seen(host), before) == pytest.approx(1.0)
    if protocol == "kitty":
        assert host.sent - bytes_before < 60


@pytest.mark.parametrize("protocol", ("iterm2", "sixel"))
def test_what_lies_over_the_canvas_is_not_painted_over(protocol: str, pictures: list[Picture]) -> None:
    host = FakeStageHost(protocol)
    host.stage.show(pictures[0], 1)
    host.run()
    before = seen(host)
    host.cover = (10, 5, 12, 4)
    for row in range(5, 9):
        host.wipe(row, 10, 22)
    host.run()
    popup = seen(host).crop((100, 100, 220, 180))
    assert popup.getextrema() == ((0, 0), (0, 0), (0, 0))
    host.cover = None
    for row in range(5, 9):
        host.wipe(row, 10, 22)
    host.run()
    assert ssim(seen(host), before) == pytest.approx(1.0)


def test_with_fractional_cells_no_background_is_left_under_the_picture(pictures: list[Picture]) -> None:
    host = FakeStageHost("iterm2")
    host.stage.caps = replace(host.stage.caps, cell=(9.63, 20.0))
    host.stage.show(pictures[0], 0)
    host.run()
    for scene in ((*SCENE, Text((700, 200), "1 cat", "#00ff00")), ()):
        host.stage.draw(scene)
        host.run()
        assert any(cell.back for line in host.model.screen.cells for cell in line) == bool(scene)


def test_what_stays_under_text_is_hidden_by_pictures(pictures: list[Picture], tmp_path: Path) -> None:
    """In Konsole an older picture shines through blanks, whoever paints them."""
    path = tmp_path / "tall.png"
    waves(1, (480, 1200)).save(path)
    host = FakeStageHost("iterm2", attached=True)
    for serial, picture in enumerate((pictures[0], Picture(path, 100_000_000), pictures[2])):
        host.stage.show(picture, serial)
        host.run()
        for row in range(20):
            host.wipe(row, 0, 40)
        host.run()
        assert likeness(host, picture) >= 0.9
    host.stage.resized((2, 1), (40, 14))
    host.run()
    assert likeness(host, pictures[2]) >= 0.9
    host.stage.show(None, 9)
    host.run()
    assert seen(host).getextrema() == ((0, 0), (0, 0), (0, 0))


@pytest.mark.parametrize("protocol", PICTURES)
def test_a_terminal_that_was_left_gets_everything_again(protocol: str, pictures: list[Picture]) -> None:
    host = FakeStageHost(protocol)
    host.stage.show(pictures[0], 1)
    host.run()
    host.model.clear()
    host.model.kitty.stored.clear()
    host.stage.forget()
    host.run()
    assert likeness(host, pictures[0]) >= 0.9


@pytest.mark.parametrize("answers", (0, 1, 3))
@pytest.mark.parametrize("protocol", ALL)
def test_nothing_is_sent_between_leaving_and_entering(
    protocol: str, answers: int, pictures: list[Picture]
) -> None:
    host = half_way(protocol, pictures[0], answers)
    host.write(host.stage.release_text())
    assert host.model.kitty.open is None and not host.model.kitty.stored
    before = host.sent
    host.stage.want(pictures[1:])
    host.run(5.0)
    assert host.sent == before
    host.model.clear()
    if protocol == "blocks":
        # These cells are the toolkit's own.
        host.repaint([(y, 0, 40) for y in range(20)])
    host.stage.forget()
    host.workers.work()
    host.stage.forget()
    host.run(60.0)
    assert host.said == [("seen", 1)]
    assert host.notes["lost"] == 0 and not host.model.broken
    assert ssim(seen(host), undisturbed(protocol, pictures[0])) > 0.99


@pytest.mark.parametrize("protocol", PICTURES)
def test_another_size_is_filled(protocol: str, pictures: list[Picture]) -> None:
    host = FakeStageHost(protocol)
    host.stage.show(pictures[0], 1)
    host.run()
    host.model.clear()
    host.stage.resized((0, 0), (50, 18))
    host.run()
    assert likeness(host, pictures[0]) >= 0.9


def test_kitty_asks_for_nothing_twice_and_a_switch_costs_less_than_200_bytes(pictures: list[Picture]) -> None:
    host = FakeStageHost("kitty")
    for serial in (3, 2, 1, 0):
        host.stage.show(pictures[serial], serial)
        host.stage.want(pictures[1:])
        host.run(30.0)
    for serial in (1, 2, 1, 0):
        before = host.sent
        host.stage.show(pictures[serial], serial)
        assert host.sent - before <= 200
        host.stage.want([p for p in pictures if p != pictures[serial]])
        host.run(10.0)
        # A moment later the exact strips are placed again, and those of the picture before are taken away.
        assert host.sent - before <= 700


def test_kitty_moves_a_held_box_for_some_dozen_bytes(pictures: list[Picture]) -> None:
    host = FakeStageHost("kitty")
    host.stage.show(pictures[0], 0)
    host.run()
    for n in range(8):
        x, y = 500 + 3.3 * n, 300 + 1.7 * n
        corners = ((x, y), (x + 300, y), (x, y + 300), (x + 300, y + 300))
        scene: Scene = (
            Frame(x, y, 300, 300, "#00ff00"),
            *(Handle(at, "#00ff00") for at in corners),
            Text((x, y), "1 cat", "#00ff00"),
        )
        before = host.sent
        host.stage.draw(scene)
        host.run(0.5)
        if n:
            assert host.sent - before <= 130
        assert ssim(seen(host), expected(host, pictures[0], scene)) > 0.9


def test_kitty_sends_again_what_the_terminal_lost(pictures: list[Picture]) -> None:
    host = FakeStageHost("kitty")
    host.stage.show(pictures[0], 0)
    host.stage.want([pictures[1]])
    host.run(10.0)
    host.model.kitty.stored.clear()
    host.model.screen.pictures.placed.clear()
    host.stage.show(pictures[1], 1)
    host.run()
    assert host.said == [("seen", 0), ("seen", 1)]
    assert likeness(host, pictures[1]) >= 0.9


def test_kitty_is_not_sent_for_ever_what_it_refuses(pictures: list[Picture], monkeypatch: Any) -> None:
    host = FakeStageHost("kitty")
    monkeypatch.setattr("devtools.emulator.kitty.decode", refuse)
    host.stage.show(pictures[0], 0)
    host.run(60.0)
    before = host.sent
    host.run(60.0)
    assert host.sent == before
    assert host.said == []


def refuse(*_: object) -> Image.Image:
    raise ValueError("no such picture")


def test_kitty_answers_for_an_earlier_attempt_take_nothing_away(pictures: list[Picture]) -> None:
    host = FakeStageHost("kitty", rate=2e5)
    assert isinstance(host.stage, StoredStage)
    host.stage.show(pictures[0], 0)
    host.workers.work()
    (number,) = host.stage.painter.ledger.ids[:1]
    host.stage.reply(GraphicsReply(number, "EBADPNG:cut short"))
    host.run(60.0)
    assert host.said == [("seen", 0)] and host.notes["lost"] == 0


def test_kitty_keeps_within_the_memory_it_allows_itself(pictures: list[Picture]) -> None:
    host = FakeStageHost("kitty")
    assert isinstance(host.stage, StoredStage)
    host.stage.painter.ledger._cap = 4_000_000
    for serial in range(12):
        host.stage.show(pictures[serial % 4], serial)
        host.run()
        kept = sum(image.width * image.height * 4 for image in host.model.kitty.stored.values())
        assert kept <= 4_000_000 + 4 * 400 * 400
        assert likeness(host, pictures[serial % 4]) >= 0.9


def test_kitty_searches_no_more_than_what_the_terminal_keeps(pictures: list[Picture]) -> None:
    host = FakeStageHost("kitty")
    assert isinstance(host.stage, StoredStage)
    host.stage.painter.ledger._cap = 1_500_000
    # The same files, as other pictures each time.
    row = [replace(picture, max_pixels=10**8 + n) for n in range(4) for picture in pictures]
    for serial, picture in enumerate(row):
        host.stage.show(picture, serial)
        host.stage.want(row[serial + 1 : serial + 2])
        host.run()
        assert likeness(host, picture) >= 0.9
    rungs = [key for key in host.stage.painter.ledger.known if isinstance(key, Rung)]
    assert len(host.stage._shapes) <= len(rungs) < len(row)
    host.stage.show(row[0], len(row))
    host.run()
    host.stage.forget()
    assert len(host.stage._shapes) <= len(host.stage.painter.ledger.known)
    host.run()
    assert host.said[: len(row) + 1] == [("seen", serial) for serial in range(len(row) + 1)]
    assert likeness(host, row[0]) >= 0.9


@pytest.mark.parametrize("protocol", ALL)
def test_a_broken_file_is_told_and_nothing_else_is_shown(
    protocol: str, pictures: list[Picture], tmp_path: Path
) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n nothing")
    host = FakeStageHost(protocol)
    host.stage.show(pictures[0], 0)
    host.run()
    host.stage.show(Picture(path, 1000), 1)
    host.run()
    assert host.said == [("seen", 0), ("broken", 1, False)] and host.lasting == [True]
    assert seen(host).getextrema() == ((0, 0), (0, 0), (0, 0))


@pytest.mark.parametrize("protocol", ALL)
def test_of_a_file_that_ends_early_is_shown_what_is_there_and_told_that_it_is_a_part(
    protocol: str, pictures: list[Picture], tmp_path: Path
) -> None:
    path = tmp_path / "half.jpg"
    waves(0).save(path, quality=90)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    host = FakeStageHost(protocol)
    host.stage.show(Picture(path, 100_000_000), 1)
    host.run(20.0)
    assert host.said == [("broken", 1, True)] and host.lasting == [True]
    (reason,) = host.reasons
    assert re.fullmatch(r"the file ends at about \d\d % of the picture: the rest is missing", reason)
    upper = (0, 0, 400, 100)
    there = expected(host, pictures[0]).crop(upper)
    assert ssim(seen(host).crop(upper), there) >= min_likeness(protocol)
    assert host.sharpnesses[-1:] in ([], [Sharpness.FINAL]), "nothing more is to come"


def _no_memory(*_: object, **__: object) -> object:
    raise MemoryError


@pytest.mark.parametrize("where", ["tui.imaging.develop.raster", "tui.imaging.decode._pixels"])
@pytest.mark.parametrize("protocol", ALL)
def test_a_picture_that_cannot_be_made_is_told_and_the_next_is_shown(
    where: str, protocol: str, pictures: list[Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    host = FakeStageHost(protocol)
    with monkeypatch.context() as patch:
        patch.setattr(where, _no_memory)
        host.stage.show(pictures[0], 1)
        host.run()
    host.stage.show(pictures[1], 2)
    host.run()
    assert host.said == [("broken", 1, False), ("seen", 2)]
    assert host.reasons == ["cannot be shown: there is not enough memory"] and host.lasting == [False]
    assert likeness(host, pictures[1]) >= min_likeness(protocol)
    host.stage.show(pictures[0], 3)
    host.run()
    assert host.said[2:] == [("seen", 3)], "it is tried again"
    assert likeness(host, pictures[0]) >= min_likeness(protocol)


@pytest.mark.parametrize("protocol", ALL)
def test_a_view_that_cannot_be_made_leaves_what_is_shown(
    protocol: str, pictures: list[Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    host = FakeStageHost(protocol)
    host.stage.show(pictures[0], 1)
    host.run()
    view = host.stage.viewport
    assert view is not None
    with monkeypatch.context() as patch:
        patch.setattr("tui.imaging.develop.raster", _no_memory)
        host.stage.look(view.zoomed(3.0))
        host.run()
    assert not host.stage.is_broken(pictures[0])
    host.stage.look(view)
    host.run()
    assert host.said == [("seen", 1)]
    assert likeness(host, pictures[0]) >= min_likeness(protocol)


@pytest.mark.parametrize("protocol", PICTURES)
def test_a_scene_that_cannot_be_drawn_leaves_the_picture(
    protocol: str, pictures: list[Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    host = FakeStageHost(protocol)
    host.stage.show(pictures[0], 1)
    host.run()
    with monkeypatch.context() as patch:
        patch.setattr("tui.display.strip_painter.composed", _no_memory)
        host.stage.draw(SCENE)
        host.run()
    assert host.said[:1] == [("seen", 1)]
    host.stage.draw(())
    host.run()
    assert likeness(host, pictures[0]) >= min_likeness(protocol)


def test_farewell_frees_what_kitty_keeps(pictures: list[Picture]) -> None:
    host = FakeStageHost("kitty")
    host.stage.show(pictures[0], 0)
    host.stage.draw(SCENE)
    host.run()
    host.write(host.stage.release_text())
    assert host.model.kitty.stored == {}
    assert host.model.screen.pictures.placed == {}


def test_a_zoom_that_is_kept_is_there_for_a_picture_of_another_size(tmp_path: Path) -> None:
    host = FakeStageHost("kitty")
    shown = []
    for number, size in enumerate(((600, 444), (444, 600), (600, 444))):
        waves(number, size).save(tmp_path / f"{number}.png")
        host.stage.show(Picture(tmp_path / f"{number}.png", 10**8), number, keep_view=True)
        host.run()
        if number == 0 and host.stage.viewport is not None:
            host.stage.look(host.stage.viewport.zoomed(2.25))
            host.run()
        view = host.stage.viewport
        assert view is not None
        shown.append((view.image, view.zoom))
    assert shown == [((600, 444), 2.25), ((444, 600), 2.25), ((600, 444), 2.25)]
