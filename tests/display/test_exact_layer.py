"""Exact pictures in a terminal that stores them: equal pixel by pixel, in strips that any key breaks off."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.display.line_host import LineHost
from tests.display.stage_host import FakeStageHost
from tests.imaging.pictures import scenery
from tui.display.jobs import Picture, Rung, StoredStrip
from tui.display.sharpness import Sharpness
from tui.display.stored_stage import StoredStage
from tui.imaging.raster import raster
from tui.imaging.viewport import Viewport
from tui.model.view_settings import Adjustment
from tui.terminal.channel import HOLD

FAST, MIDDLE, SLOW = 2e8, 1e6, 2.56e5


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    folder = tmp_path_factory.mktemp("exact")
    made = []
    for seed, size in enumerate([(1203, 877), (900, 1101), (1203, 877)]):
        path = folder / f"{seed}.jpg"
        scenery(*size, seed=seed).save(path, quality=92)
        made.append(Picture(path, 100_000_000))
    grey = folder / "grey.png"
    scenery(800, 600, seed=9).convert("L").save(grey)
    return [*made, Picture(grey, 100_000_000)]


@lru_cache(64)
def as_it_is(source: Path, view: Viewport) -> Image.Image:
    """The canvas with the picture of that file, resized from all its pixels at once."""
    cut = raster(Image.open(source).convert("RGB"), view, exact=True)
    assert cut is not None
    canvas = Image.new("RGB", view.canvas)
    canvas.paste(cut.on((0, 0, 0)), (round(cut.column * view.cell[0]), round(cut.row * view.cell[1])))
    return canvas


def expected(host: FakeStageHost) -> Image.Image:
    """The canvas as it is in the end, pixel by pixel."""
    front, view = host.stage.front, host.stage.viewport
    assert front is not None and isinstance(front.source, Path) and view is not None
    return as_it_is(front.source, view)


def seen(host: FakeStageHost) -> Image.Image:
    (x, y), (width, height) = host.stage.origin, host.stage.size
    return host.model.picture().crop((x * 10, y * 20, (x + width) * 10, (y + height) * 20)).convert("RGB")


def differences(host: FakeStageHost) -> int:
    """Pixels of the canvas that are not as they should be."""
    return int((np.asarray(seen(host)) != np.asarray(expected(host))).any(axis=-1).sum())


def uploads(host: FakeStageHost) -> int:
    assert isinstance(host.stage, StoredStage)
    return len(host.stage.painter.ledger.ids)


@pytest.mark.parametrize("rate", [FAST, MIDDLE, SLOW])
@pytest.mark.parametrize("number", [0, 1, 3])
def test_at_rest_every_pixel_is_as_it_is(pictures: list[Picture], rate: float, number: int) -> None:
    host = FakeStageHost("kitty", rate=rate)
    host.stage.show(pictures[number], 1)
    host.run(120.0)
    assert differences(host) == 0
    assert host.sharpnesses[-1] == Sharpness.FINAL
    assert not host.model.broken
    before = host.sent
    host.run(60.0)
    assert host.sent == before
    placed = host.model.screen.pictures.placed
    assert len(placed) == sum(isinstance(key, StoredStrip) for key in ledger(host))


def ledger(host: FakeStageHost) -> list[object]:
    assert isinstance(host.stage, StoredStage)
    return list(host.stage.painter.ledger.known)


def test_a_kept_zoom_holds_for_a_picture_of_another_shape(pictures: list[Picture]) -> None:
    host = FakeStageHost("kitty", rate=FAST)
    host.stage.show(pictures[0], 1)
    host.run()
    assert host.stage.viewport is not None
    host.stage.look(host.stage.viewport.zoomed(2.5, (300.0, 400.0)))
    host.run()
    for serial, picture in ((2, pictures[1]), (3, pictures[2])):
        before = host.stage.viewport
        host.stage.show(picture, serial, keep_view=True)
        host.run()
        view = host.stage.viewport
        assert before is not None and view is not None and view.image != before.image
        assert view.zoom == before.zoom == 2.5
        assert differences(host) == 0 and not host.model.broken
    host.stage.show(pictures[0], 4)
    host.run()
    assert host.stage.viewport is not None and host.stage.viewport.zoom == 1


def test_a_zoomed_view_becomes_exact_too(pictures: list[Picture]) -> None:
    host = FakeStageHost("kitty", rate=MIDDLE)
    host.stage.show(pictures[0], 1)
    host.run(120.0)
    for factor in (1.7, 3.0):
        view = host.stage.viewport
        assert view is not None
        host.stage.look(view.zoomed(factor, (300.0, 400.0)))
        host.run(120.0)
        assert differences(host) == 0
    view = host.stage.viewport
    assert view is not None
    before = host.sent
    host.stage.look(Viewport.fit(view.image, view.canvas, view.cell))
    host.run(120.0)
    assert differences(host) == 0
    assert host.sent - before < 3000
    assert not host.model.broken


def test_a_switch_is_a_few_bytes_and_the_strips_follow(pictures: list[Picture]) -> None:
    host = FakeStageHost("kitty", rate=FAST)
    for serial, picture in enumerate(pictures):
        host.stage.show(picture, serial)
        host.run(60.0)
    for serial, number in enumerate((0, 2, 1, 0), 10):
        before = host.sent
        host.stage.show(pictures[number], serial)
        assert host.sent - before <= 180, "also where the picture in front does not hide the one before"
        placed = host.model.screen.pictures.placed
        assert len(placed) == 1, "the strips of the picture before are gone with the same bytes"
        host.run(30.0)
        assert differences(host) == 0
        assert host.sent - before <= 4000
    assert not host.model.broken


def test_what_follows_a_switch_never_stands_inside_a_transfer(
    pictures: list[Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Later than the next transfer may begin.
    monkeypatch.setattr("tui.display.exact_layer.SETTLE", HOLD * 4)
    host = LineHost(MIDDLE, 0.08, (40, 20))
    host.stage.show(pictures[0], 1)
    host.stage.want([pictures[2]])
    host.run(30.0)
    assert differences(host) == 0
    host.stage.show(pictures[2], 2)
    host.run(HOLD * 4 - 0.001)
    assert host.model.kitty.open is not None
    host.run(30.0)
    assert not host.model.broken
    assert differences(host) == 0


def turns_sent(host: FakeStageHost, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Picture, int]]:
    """Notes each strip that goes as a whole."""
    stage, found = host.stage, list[tuple[Picture, int]]()
    assert isinstance(stage, StoredStage)
    arrived = stage.painter.ledger.arrived

    def note(key: object) -> None:
        if isinstance(key, StoredStrip):
            found.append((key.rung.picture, key.turn))
        arrived(key)

    monkeypatch.setattr(stage.painter.ledger, "arrived", note)
    return found


def until_strips(host: FakeStageHost, found: list[tuple[Picture, int]], picture: Picture, count: int) -> None:
    for _ in range(2000):
        if sum(who == picture for who, _ in found) >= count:
            return
        host.run(0.02)
    raise AssertionError("the strips did not come")


def test_a_key_breaks_the_exact_picture_off_and_no_strip_is_sent_twice(
    pictures: list[Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    host = FakeStageHost("kitty", rate=SLOW)
    found = turns_sent(host, monkeypatch)
    host.stage.show(pictures[0], 1)
    host.stage.want([pictures[2]])
    until_strips(host, found, pictures[0], 3)
    before = host.sent
    host.stage.show(pictures[2], 2)
    assert host.sent - before <= 400
    host.run(0.3)
    assert host.said[-1] == ("seen", 2)
    until_strips(host, found, pictures[2], 2)
    host.stage.show(pictures[0], 3)
    host.stage.want([pictures[2]])
    host.run(120.0)
    assert differences(host) == 0
    assert len(found) == len(set(found))
    assert not host.model.broken


def test_only_the_strip_that_was_lost_is_sent_again(
    pictures: list[Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    host = FakeStageHost("kitty", rate=FAST)
    found = turns_sent(host, monkeypatch)
    host.stage.show(pictures[0], 1)
    host.run(60.0)
    host.stage.show(pictures[2], 2)
    host.run(60.0)
    assert isinstance(host.stage, StoredStage)
    ledger = host.stage.painter.ledger
    (key,) = [
        key for key in ledger.known if isinstance(key, StoredStrip) and key.rung.picture == pictures[0]
    ][:1]
    stored = ledger.find(key)
    assert stored is not None
    del host.model.kitty.stored[stored.id]
    host.model.kitty._evicted.add(stored.id)
    found.clear()
    host.stage.show(pictures[0], 3)
    host.run(60.0)
    assert found == [(pictures[0], key.turn)]
    assert differences(host) == 0
    assert host.sharpnesses[-1] == Sharpness.FINAL


def test_what_the_terminal_refuses_is_left_out_and_the_preview_stays(
    pictures: list[Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    from devtools.emulator import kitty

    host = FakeStageHost("kitty", rate=FAST)
    decode = kitty.decode

    def refuse(keys: kitty.Keys, parts: list[bytes]) -> Image.Image:
        image = decode(keys, parts)
        if image.width == 400:
            raise ValueError("no strips")
        return image

    monkeypatch.setattr("devtools.emulator.kitty.decode", refuse)
    host.stage.show(pictures[0], 1)
    host.run(60.0)
    before = host.sent
    host.run(60.0)
    assert host.sent == before
    assert host.said == [("seen", 1)]
    assert len(host.model.screen.pictures.placed) >= 1
    assert host.sharpnesses[-1] == Sharpness.INEXACT, "nothing better will come, and it is not exact"


def test_without_the_exact_step_the_sign_is_one_that_does_not_move(pictures: list[Picture]) -> None:
    from dataclasses import replace

    host = FakeStageHost("kitty", rate=MIDDLE)
    assert isinstance(host.stage, StoredStage)
    host.stage._planner = replace(host.stage._planner, exact=False)
    host.stage.show(pictures[0], 1)
    host.run(60.0)
    assert host.sharpnesses[-1] == Sharpness.INEXACT
    assert not any(isinstance(key, StoredStrip) for key in ledger(host))


def test_exact_pictures_of_long_ago_go_before_previews(pictures: list[Picture]) -> None:
    host = FakeStageHost("kitty", rate=FAST)
    assert isinstance(host.stage, StoredStage)
    host.stage.painter.ledger._cap = 1_500_000
    for serial in range(6):
        host.stage.show(pictures[serial % 3], serial)
        host.run(60.0)
        assert differences(host) == 0
    rungs = {
        key.picture
        for key in host.stage.painter.ledger.known
        if not isinstance(key, StoredStrip) and hasattr(key, "picture")
    }
    strips = {key.rung.picture for key in host.stage.painter.ledger.known if isinstance(key, StoredStrip)}
    assert rungs == set(pictures[:3]) and strips < rungs
    assert not host.model.broken


def test_everything_is_freed_in_the_end(pictures: list[Picture]) -> None:
    host = FakeStageHost("kitty", rate=MIDDLE)
    host.stage.show(pictures[0], 1)
    host.run(120.0)
    host.write(host.stage.release_text())
    assert not host.model.kitty.stored
    assert not host.model.screen.pictures.placed


def test_the_next_picture_is_made_exact_while_one_stays_and_not_sent(pictures: list[Picture]) -> None:
    host = FakeStageHost("kitty", rate=MIDDLE)
    host.stage.show(pictures[0], 1)
    host.stage.want([pictures[2]])
    host.run(120.0)
    sent = {key.rung.picture for key in ledger(host) if isinstance(key, StoredStrip)}
    assert sent == {pictures[0]}
    host.workers.held = True
    host.stage.show(pictures[2], 2)
    host.run(60.0)
    assert differences(host) == 0


def test_a_file_that_has_gone_leaves_what_is_there(tmp_path: Path) -> None:
    first, other = (Picture(tmp_path / f"{name}.png", 100_000_000) for name in ("first", "other"))
    for picture in (first, other):
        scenery(500, 900, seed=1).save(tmp_path / picture.name)
    host = FakeStageHost("kitty", rate=MIDDLE)
    stage = host.stage
    assert isinstance(stage, StoredStage)
    stage.show(first, 1)
    host.run(60.0)
    stored = stage.painter.ledger.find(strips_there(stage, first)[-1])
    stage.show(other, 2)
    host.run(1.0)
    # The terminal has lost a part of it, and what was made is not kept for ever.
    assert stored is not None
    stage.painter.lost(stored.id)
    stage._made._made.keep(lambda *_: False)
    stage.decode_cache._decoded.keep(lambda *_: False)
    (tmp_path / first.name).unlink()
    stage.show(first, 3)
    host.run(30.0)
    assert not host.model.broken and host.sharpnesses[-1] == Sharpness.INEXACT
    before = host.sent
    host.run(30.0)
    assert host.sent == before


def test_a_picture_that_is_cut_otherwise_now_begins_anew(pictures: list[Picture]) -> None:
    host = FakeStageHost("kitty", rate=MIDDLE)
    stage = host.stage
    assert isinstance(stage, StoredStage)
    stage.show(pictures[3], 1)
    host.run(60.0)
    last = strips_there(stage, pictures[3])[-1]
    made, stored = stage._made.get(last.rung), stage.painter.ledger.find(last)
    assert made is not None and stored is not None and last.turn > 0
    stage.painter.lost(stored.id)
    stage._made._made.put(last.rung, replace(made, strips=made.strips[:1]))
    stage.advance()
    host.run(5.0)
    assert [key.turn for key in strips_there(stage, pictures[3])] == [0]
    assert not host.model.broken


def strips_there(stage: StoredStage, picture: Picture) -> list[StoredStrip]:
    known = [key for key in stage.painter.ledger.known if key in stage.painter.ledger]
    return [key for key in known if isinstance(key, StoredStrip) and key.rung.picture == picture]


def test_a_terminal_that_keeps_nothing_is_not_sent_it_for_ever(
    pictures: list[Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devtools.emulator.kitty.KittyImages._store", lambda *_: None)
    host = FakeStageHost("kitty", rate=FAST)
    host.stage.show(pictures[3], 1)
    host.run(10.0)
    before = host.sent
    host.run(10.0)
    assert host.sent == before and host.notes["lost"] > 3


def test_looks_that_were_left_give_way(pictures: list[Picture]) -> None:
    host = FakeStageHost("kitty", rate=FAST)
    stage = host.stage
    assert isinstance(stage, StoredStage)
    stage.show(pictures[0], 1)
    host.run(3.0)
    fitted = set(stage._needed())
    assert fitted
    for brightness in (10, 20):
        stage.adjusting.ask(Adjustment(brightness=brightness))
        host.run(3.0)
    rungs = [key.rung if isinstance(key, StoredStrip) else key for key in stage._needed()]
    assert {rung.adjustment.brightness for rung in rungs if isinstance(rung, Rung)} == {20}
    assert fitted.isdisjoint(stage._needed())
