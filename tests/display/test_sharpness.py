"""The sign that a picture is still being sharpened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.display.stage_host import FakeStageHost
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


def test_a_host_is_told_only_what_changed() -> None:
    host = FakeStageHost("kitty")
    for sharpness in (Sharpness.FINAL, Sharpness.ROUGH, Sharpness.ROUGH, Sharpness.NEARLY, Sharpness.FINAL):
        host.stage.sharpness.tell(sharpness)
    assert host.sharpnesses == [Sharpness.ROUGH, Sharpness.NEARLY, Sharpness.FINAL]
