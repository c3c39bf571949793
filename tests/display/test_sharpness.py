"""The sign that a picture is still being sharpened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.display.stage_host import FakeStageHost
from tests.display.waves import waves
from tui.display.jobs import Picture
from tui.display.sharpness import Sharpness
from tui.widgets.rows import row_width
from tui.widgets.status_line import Status, status_row


def text(status: Status, width: int = 80) -> str:
    return "".join(piece for piece, *_ in status_row(status, width))


@pytest.mark.parametrize(
    ("steps", "signs"), [(1, [""]), (2, ["◔", ""]), (3, ["◔", "◑", ""]), (4, ["◔", "◑", "◕", ""])]
)
def test_the_sign_grows_with_the_steps_and_goes_with_the_last(steps: int, signs: list[str]) -> None:
    found = [Sharpness.of(step, steps).value for step in range(1, steps + 1)]
    assert found[-1] == "" and len(set(found)) >= min(steps, 2)
    assert found == sorted(found, key=lambda sign: "◔◑◕".find(sign) if sign else 9)
    assert len(found) == len(signs)


def test_the_sign_changes_one_cell_of_the_status_line() -> None:
    status = Status(place="3 of 10", done=2, left=8, who="ann", protocol="kitty", share=0.2)
    plain = text(status)
    for sharpness in Sharpness:
        marked = text(replace(status, sharpening=sharpness.value))
        assert sum(one != other for one, other in zip(plain, marked, strict=True)) == bool(sharpness.value)
    assert row_width(status_row(status, 80)) == 80


@pytest.mark.parametrize(
    ("protocol", "exact", "budget", "sign"),
    [
        ("kitty", False, None, Sharpness.INEXACT),
        ("kitty", True, 6_000, Sharpness.INEXACT),
        ("kitty", True, 3_000_000, Sharpness.FINAL),
        ("kitty", True, None, Sharpness.FINAL),
        ("kitty-cells", False, None, Sharpness.INEXACT),
        ("kitty-cells", True, None, Sharpness.FINAL),
        ("iterm2", False, None, Sharpness.INEXACT),
        ("iterm2", True, 6_000, Sharpness.INEXACT),
        ("iterm2", True, None, Sharpness.FINAL),
        ("sixel", False, None, Sharpness.INEXACT),
        ("sixel", True, 90_000, Sharpness.INEXACT),
        ("sixel", True, 3_000_000, Sharpness.FINAL),
        ("sixel", True, None, Sharpness.FINAL),
        ("blocks", False, None, Sharpness.FINAL),
    ],
)
def test_what_stays_inexact_by_a_setting_has_a_sign_that_does_not_move(
    protocol: str, exact: bool, budget: int | None, sign: Sharpness, tmp_path: Path
) -> None:
    """None where the terminal cannot show more in any case."""
    waves(3, (600, 444)).save(tmp_path / "1.png")
    host = FakeStageHost(protocol, rate=1e6, exact=exact, budget=budget)
    host.stage.show(Picture(tmp_path / "1.png", 10**8), 1)
    host.run(20.0)
    assert host.stage.sharpness.told == sign
    assert host.sharpnesses[:-1].count(sign) == 0, "only when it has come to rest"


@pytest.mark.parametrize("protocol", ["kitty", "kitty-cells", "iterm2"])
def test_a_broken_picture_has_no_sign(protocol: str, tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(b"no picture")
    host = FakeStageHost(protocol, exact=False)
    host.stage.show(Picture(tmp_path / "1.png", 10**8), 1)
    host.run()
    assert host.stage.sharpness.told == Sharpness.FINAL


def test_a_host_is_told_only_what_changed() -> None:
    host = FakeStageHost("kitty")
    for sharpness in (Sharpness.FINAL, Sharpness.ROUGH, Sharpness.ROUGH, Sharpness.NEARLY, Sharpness.FINAL):
        host.stage.sharpness.tell(sharpness)
    assert host.sharpnesses == [Sharpness.ROUGH, Sharpness.NEARLY, Sharpness.FINAL]


@pytest.mark.parametrize("protocol", ["kitty", "kitty-cells", "iterm2", "sixel", "blocks"])
@pytest.mark.parametrize("broken", [True, False])
def test_the_sign_goes_with_its_picture(protocol: str, broken: bool, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (800, 1000, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "whole.png")
    (tmp_path / "broken.png").write_bytes(b"nothing")
    host = FakeStageHost(protocol, rate=256e3)
    host.stage.show(Picture(tmp_path / "whole.png", 10**8), 1)
    host.run(0.02)
    assert host.sharpnesses[-1].value
    host.stage.show(Picture(tmp_path / "broken.png", 10**8) if broken else None, 2)
    host.run(5.0)
    assert host.sharpnesses[-1] == Sharpness.FINAL


@pytest.mark.parametrize("protocol", ["iterm2", "sixel"])
def test_what_a_page_that_goes_leaves_to_be_sent_again_has_the_sign_at_once(
    protocol: str, tmp_path: Path
) -> None:
    waves(3, (600, 444)).save(tmp_path / "1.png")
    host = FakeStageHost(protocol, rate=1e6)
    host.stage.show(Picture(tmp_path / "1.png", 10**8), 1)
    host.run(30.0)
    assert host.stage.sharpness.told == Sharpness.FINAL
    host.stage.overwritten([(row, 4, 30) for row in range(3, 16)])
    assert host.stage.sharpness.told != Sharpness.FINAL
    host.run(30.0)
    assert host.stage.sharpness.told == Sharpness.FINAL


def test_half_blocks_of_another_size_have_the_sign_until_they_are_there(tmp_path: Path) -> None:
    waves(3, (600, 444)).save(tmp_path / "1.png")
    host = FakeStageHost("blocks", rate=1e6)
    host.stage.show(Picture(tmp_path / "1.png", 10**8), 1)
    host.run(30.0)
    assert host.stage.sharpness.told == Sharpness.FINAL
    host.workers.held = True
    host.stage.resized((2, 1), (36, 18))
    assert host.stage.sharpness.told != Sharpness.FINAL
    host.workers.held = False
    host.run(30.0)
    assert host.stage.sharpness.told == Sharpness.FINAL
