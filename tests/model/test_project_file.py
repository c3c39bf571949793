"""Numbers of a project file that no clock knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.config import load_project
from tui.errors import UsageError
from tui.model.project_file import parse_project
from tui.model.toml_table import ProjectFileError


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


def told(folder: Path, text: str) -> str:
    (folder / "termlabel.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        load_project(folder)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[[labels]]\nname = "cat"\n\n[[attributes]]\nname = "age"\n', 4, "attributes belong to a label"),
        ('attributes = []\n[[labels]]\nname = "cat"\n', 1, "attributes belong to a label"),
        ("format = 1\nblind = true\n", 2, "it stands in [review]"),
        ('name = "cat"\n', 1, "it belongs to a label"),
        ('[[labels]]\nname = "a"\ntype = "choice"\n', 3, "it belongs to an attribute"),
        (
            '[[labels]]\nname = "a"\n[[labels]]\nname = "b"\n[[labels.attributes]]\nname = "x"\ntype = "colour"\n',
            7,
            "labels[2].attributes[1].type: is 'colour'",
        ),
        ('[[labels]]\nname = "a"\nattributes = [{name = "x", typ = "text"}]\n', 3, "did you mean type?"),
        ('[[labels]]\nname = "a"\n[[labels.attributes]]\ntype = "text"\n', 3, "every attribute needs a name"),
    ],
)
def test_what_stands_in_the_wrong_place_is_told_with_its_line_and_where_it_belongs(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    sentence = told(tmp_path, text)
    assert f"termlabel.toml, line {line}: " in sentence
    assert words in sentence
