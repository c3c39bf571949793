"""Numbers of a project file that no clock knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.model.project_file import ProjectFileError, parse_project


@pytest.mark.parametrize("value", [float("inf"), float("nan"), -1, 0, True, "15"])
def test_a_lease_lasts_a_finite_time(value: object) -> None:
    with pytest.raises(ProjectFileError, match=r"lease_minutes: is .* a number of at least 0\.05 is wanted"):
        parse_project({"lease_minutes": value}, Path())


def test_a_lease_of_some_seconds_is_one() -> None:
    assert parse_project({"lease_minutes": 0.1}, Path()).lease_minutes == 0.1
