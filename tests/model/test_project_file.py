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


def with_attribute(default: object) -> dict[str, object]:
    attribute = {"name": "age", "type": "number", "default": default}
    return {"kind": "shapes", "labels": [{"name": "cat", "attributes": [attribute]}]}


@pytest.mark.parametrize("value", [float("inf"), float("nan"), True, "15", 10**400])
def test_a_number_that_no_decision_can_hold_is_no_default(value: object) -> None:
    with pytest.raises(ProjectFileError, match=r"default: .* is not a value of this attribute"):
        parse_project(with_attribute(value), Path())


def test_a_finite_number_is_a_default() -> None:
    assert parse_project(with_attribute(0.5), Path()).labels[0].attributes[0].default == 0.5
