"""A contact sheet on the canvas: exact where the line carries it in a moment, and as sixels on every line; within its budget
elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.display.line_host import LineHost
from tests.display.stage_host import FakeStageHost
from tui.display.cell_stage import CellStage
from tui.display.frames import lie_on
from tui.display.jobs import Picture
from tui.display.sharpness import Sharpness
from tui.imaging.decode import Detail, load
from tui.imaging.sheet import BUDGET, Sheet, compose, slots, thumbnail_box
from tui.model.scene import Frame

FAST, THIN = 2e8, 1e6
CELL = (10.0, 20.0)
GROUND, LIGHT = (28, 28, 28), (238, 238, 238)
MOST = 100_000_000


@pytest.fixture
def sheet(tmp_path: Path) -> Picture:
    """Photographs of more pixels than their slots, a grey one and one that is smaller."""
    ramp = np.linspace(0, 255, 1200)[None, :, None] + np.linspace(-60, 60, 900)[:, None, None]
    for n in range(4):
        noise = np.random.default_rng(n).normal(0, 14, (900, 1200, 1 if n == 3 else 3))
        pixels = np.clip(ramp + noise, 0, 255).astype(np.uint8)
        Image.fromarray(pixels[..., 0] if n == 3 else pixels).save(tmp_path / f"{n}.jpg", quality=90)
    Image.new("RGB", (60, 40), (200, 60, 20)).save(tmp_path / "4.png")
    paths = tuple(tmp_path / name for name in ("0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.png"))
    return Picture(Sheet(paths, 3, 2, (40, 20), GROUND), MOST)


def on_canvas(host: FakeStageHost) -> np.ndarray:
    left, top, width, height = 20, 20, 400, 400
    return np.asarray(host.model.picture().convert("RGB"))[top : top + height, left : left + width]


def composed(sheet: Picture) -> np.ndarray:
    assert isinstance(sheet.source, Sheet)
    made = compose(sheet.source, CELL, MOST, whole=True).image
    assert made is not None
    return np.asarray(made)


def test_each_picture_of_an_exact_sheet_is_resized_once_from_all_pixels_of_its_file(sheet: Picture) -> None:
    assert isinstance(sheet.source, Sheet)
    made = composed(sheet)
    for path, slot in zip(sheet.source.paths[:4], slots((40, 20), 3, 2), strict=False):
        left, top, width, height = (int(v) for v in thumbnail_box(slot, CELL, (1200, 900)))
        true = load(path, None, MOST, Detail((width, height), whole=True)).image
        assert true is not None
        assert np.array_equal(made[top : top + height, left : left + width], np.asarray(true))


@pytest.mark.parametrize("protocol", ["kitty", "kitty-cells"])
def test_on_a_fast_line_every_pixel_is_as_it_is(protocol: str, sheet: Picture) -> None:
    host = FakeStageHost(protocol, rate=FAST)
    host.stage.show(sheet, 1)
    host.run(20.0)
    assert host.sharpnesses[-1] == Sharpness.FINAL
    assert np.array_equal(on_canvas(host), composed(sheet))
    before = host.sent
    host.run(10.0)
    assert host.sent == before


def test_on_a_fast_line_nobody_tells_a_sheet_of_iterm2_from_the_pictures(sheet: Picture) -> None:
    host = FakeStageHost("iterm2", rate=FAST)
    host.stage.show(sheet, 1)
    host.run(20.0)
    assert host.sharpnesses[-1] == Sharpness.FINAL
    error = on_canvas(host).astype(float) - composed(sheet)
    assert 10 * np.log10(255**2 / max((error**2).mean(), 1e-9)) >= 43


@pytest.mark.parametrize(("protocol", "kind"), [("kitty", "png"), ("iterm2", "jpeg")])
def test_on_a_thin_line_a_sheet_keeps_its_budget_and_says_so(
    protocol: str, kind: str, sheet: Picture
) -> None:
    host = FakeStageHost(protocol, rate=THIN, trip=0.08)
    host.stage.show(sheet, 1)
    host.run(60.0)
    assert host.kinds["picture"] <= BUDGET[kind] * 1.2  # type: ignore[index]
    # All pixels of so small a sheet as JPEGs stay below it.
    assert host.sharpnesses[-1] == (Sharpness.INEXACT if protocol == "kitty" else Sharpness.FINAL)


def test_a_person_s_own_budget_and_wish_hold_for_sheets_on_a_fast_line_too(sheet: Picture) -> None:
    own = FakeStageHost("kitty", rate=FAST, budget=40_000)
    own.stage.show(sheet, 1)
    own.run(20.0)
    assert own.kinds["picture"] <= 40_000 * 1.4
    wished = FakeStageHost("kitty", rate=FAST, exact=False)
    wished.stage.show(sheet, 1)
    wished.run(20.0)
    assert wished.kinds["picture"] <= BUDGET["png"] * 1.2
    assert wished.sharpnesses[-1] == Sharpness.INEXACT
    ground = (np.abs(on_canvas(wished).astype(int) - GROUND[0]) <= 4).all(2)
    assert ground.mean() > 0.2, "it was shown"


def empty_slot(host: FakeStageHost) -> set[tuple[int, ...]]:
    """The colours in the last slot of the sheet, which has no picture."""
    pixels = on_canvas(host)[220:380, 280:380].reshape(-1, 3)
    return {tuple(colour) for colour in np.unique(pixels, axis=0).tolist()}


@pytest.mark.parametrize("rate", [FAST, THIN])
@pytest.mark.parametrize("protocol", ["kitty", "kitty-cells", "iterm2", "sixel", "blocks"])
def test_with_another_ground_it_is_the_same_sheet(protocol: str, rate: float, sheet: Picture) -> None:
    host = FakeStageHost(protocol, rate=rate, trip=0.08)
    host.stage.show(sheet, 1)
    host.run(60.0)
    scene = (Frame(10, 10, 120, 120, "#00ff00"),)
    host.stage.draw(scene)
    host.run(20.0)
    for ground, shown in ((LIGHT, (237, 237, 237) if protocol == "sixel" else LIGHT), (GROUND, GROUND)):
        lie_on(host.stage, ground)
        host.run(60.0)
        off = np.abs(np.subtract(list(empty_slot(host)), shown)).max()
        assert off <= (0 if protocol == "sixel" else 2)
        assert host.said.count(("seen", 1)) == 1, "what was seen of it counts on"
        assert host.stage.scene == scene


def test_sheets_to_come_have_it_too_and_single_pictures_none(sheet: Picture) -> None:
    host = FakeStageHost("kitty", rate=FAST)
    assert isinstance(sheet.source, Sheet)
    single = Picture(sheet.source.paths[0], MOST)
    host.stage.show(single, 1)
    host.stage.want([sheet, single])
    host.run()
    before = host.kinds["picture"]
    lie_on(host.stage, GROUND)
    host.run()
    assert host.kinds["picture"] == before
    lie_on(host.stage, LIGHT)
    assert host.stage.front == single
    assert host.stage.wanted == (replace(sheet, source=replace(sheet.source, ground=LIGHT)), single)


@pytest.mark.parametrize("rate", [THIN, 2.56e5])
def test_on_a_thin_line_a_sheet_of_sixels_becomes_what_it_is_on_a_fast_one(
    rate: float, sheet: Picture
) -> None:
    found = []
    for speed in (FAST, rate):
        host = FakeStageHost("sixel", rate=speed, trip=0.08)
        host.stage.show(sheet, 1)
        host.run(60.0)
        assert host.sharpnesses[-1] == Sharpness.FINAL
        assert not {Sharpness.FINAL, Sharpness.INEXACT} & set(host.sharpnesses[:-1])
        found.append(on_canvas(host))
    on_fast, on_thin = found
    assert np.array_equal(on_fast, on_thin)


@pytest.mark.parametrize(("exact", "budget"), [(False, None), (True, 90_000)])
def test_unless_a_person_forbids_it(exact: bool, budget: int | None, sheet: Picture) -> None:
    host = FakeStageHost("sixel", rate=THIN, trip=0.08, exact=exact, budget=budget)
    host.stage.show(sheet, 1)
    host.run(60.0)
    assert isinstance(host.stage, CellStage)
    now = host.stage.strips.now
    assert now is not None and now.step.kind == "sixel" and not now.step.exact and host.stage.strips.complete
    assert host.sharpnesses[-1] == Sharpness.INEXACT
    assert host.sharpnesses.count(Sharpness.INEXACT) == 1 and Sharpness.FINAL not in host.sharpnesses


@pytest.mark.parametrize("rate", [THIN, 2.56e5])
def test_a_large_sheet_ends_in_the_last_step_of_sixels_and_has_the_sign_until_then(
    sheet: Picture, rate: float
) -> None:
    assert isinstance(sheet.source, Sheet)
    host = LineHost(rate, 0.08, size=(100, 36), protocol="sixel")
    stage = host.stage
    assert isinstance(stage, CellStage)
    stage.show(replace(sheet, source=replace(sheet.source, size=(100, 36))), 1)
    host.run(90.0)
    assert stage.strips.now is not None and stage.strips.complete
    assert stage.strips.now.step.exact and stage.strips.now.step.quality == 256
    *under_way, last = host.sharpnesses
    assert under_way and Sharpness.FINAL not in under_way
    assert last == Sharpness.FINAL


def test_it_is_told_that_a_budget_keeps_a_picture_in_half_blocks(sheet: Picture) -> None:
    host = FakeStageHost("sixel", rate=THIN, budget=20_000)
    host.stage.show(sheet, 1)
    host.run(60.0)
    assert isinstance(host.stage, CellStage) and host.stage.strips.now is None
    assert host.sharpnesses[-1] == Sharpness.INEXACT
