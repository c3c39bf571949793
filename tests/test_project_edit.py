"""The labels of a project file are changed, and all else in it stays."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tui.config import load_project
from tui.errors import UsageError
from tui.project_edit import add_labels, as_json, change, planned, put_back
from tui.toml_edit import LabelStep

TABLES = """# ours
format = 1   # one
reasons = ["bad",   "worse"]

# small ones
[[labels]]
name = "cat"   # the cat
key = "c"

# dogs of
# all sorts
[[labels]]
name   =   "dog"
title = "Hund"
attributes = [
  {name = "age", type = "choice", values = ["a", "b"]},  # in years
  {name = "tail"},
]

  [[labels]]
  name = "bird"
  [[labels.attributes]]
  name = "age"
  # of birds
  [[labels.attributes]]
  name = "wing"

# who
[review]
blind = true
"""
ARRAY = """labels = [{name = "cat", key = "c"}, # one
  {name = "dog", title = "Hund", attributes = [{name = "age"}, {name = "tail"}]},
  {name = "bird"}]
kind = "tags"
"""
APART = '[[labels]]\nname="cat"\n[review]\nblind=true\n[[labels]]\nname="dog"\n'


@pytest.fixture(params=[TABLES, ARRAY, TABLES.replace("\n", "\r\n")], ids=["tables", "array", "crlf"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    (tmp_path / "termlabel.toml").write_bytes(request.param.encode())
    return tmp_path


def text(folder: Path) -> str:
    return (folder / "termlabel.toml").read_bytes().decode()


def same(now: str, before: str) -> bool:
    """To the byte; in an array what was put in has the spaces of a new member."""
    return now == before if "[[labels]]" in before else tomllib.loads(now) == tomllib.loads(before)


def names(folder: Path) -> list[str]:
    return [label.name for label in load_project(folder).labels]


def done(folder: Path, labels: dict[str, str | None], attributes: dict[str, str | None]) -> dict[str, object]:
    steps = change(folder, planned(load_project(folder).labels, labels, attributes))
    kept: dict[str, object] = json.loads(json.dumps({"file": as_json(steps)}))
    return kept


def test_a_rename_changes_the_name_alone(folder: Path) -> None:
    before = text(folder)
    kept = done(folder, {"cat": "kitty “é”"}, {})
    assert text(folder) == before.replace('"cat"', '"kitty “é”"')
    put_back(folder, kept)
    assert text(folder) == before


def test_what_goes_comes_back_with_title_colour_key_attributes_and_place(folder: Path) -> None:
    before = text(folder)
    kept = done(folder, {"dog": "cat", "bird": None}, {"age": "years"})
    assert names(folder) == ["cat"]
    put_back(folder, kept)
    assert same(text(folder), before)


def test_of_several_the_first_becomes_a_name_that_there_was_not(folder: Path) -> None:
    before = text(folder)
    kept = done(folder, {"cat": "pet", "dog": "pet"}, {})
    assert names(folder) == ["pet", "bird"]
    assert load_project(folder).labels[0].key == "c"
    put_back(folder, kept)
    assert same(text(folder), before)


def test_attributes_get_other_names_and_go_in_every_label(folder: Path) -> None:
    before = text(folder)
    kept = done(folder, {}, {"age": "tail"})
    dog, *_ = [label for label in load_project(folder).labels if label.name == "dog"]
    assert [rule.name for rule in dog.attributes] == ["tail"]
    put_back(folder, kept)
    assert load_project(folder).labels[1].attributes[0].name == "age"
    kept = done(folder, {"dog": "hound"}, {"age": "years", "wing": None, "tail": None})
    assert "tail" not in text(folder)
    put_back(folder, kept)
    assert "years" not in text(folder)
    assert tomllib.loads(text(folder)) == tomllib.loads(before)


def test_what_a_person_changed_since_stays(folder: Path) -> None:
    kept = done(folder, {"cat": "kitty", "dog": None}, {})
    change(folder, [LabelStep("rename", "kitty", "puss")])
    add_labels(folder, ["dog"])
    after = text(folder)
    put_back(folder, kept)
    assert text(folder) == after


def test_comments_stay_with_the_label_below_them(tmp_path: Path) -> None:
    (tmp_path / "termlabel.toml").write_text(TABLES)
    done(tmp_path, {"cat": None}, {})
    assert '# dogs of\n# all sorts\n[[labels]]\nname   =   "dog"' in text(tmp_path)
    assert "small ones" not in text(tmp_path)
    assert "# who\n[review]" in text(tmp_path)


def test_tables_between_labels_keep_their_places(tmp_path: Path) -> None:
    (tmp_path / "termlabel.toml").write_text(APART)
    kept = done(tmp_path, {"cat": "dog"}, {})
    assert text(tmp_path) == '[review]\nblind=true\n[[labels]]\nname="dog"\n'
    put_back(tmp_path, kept)
    assert load_project(tmp_path).labels[0].name == "cat"
    assert load_project(tmp_path).review.blind


def test_what_would_be_no_project_is_refused_and_nothing_is_changed(folder: Path) -> None:
    before = text(folder)
    with pytest.raises(UsageError, match="there twice"):
        change(folder, [LabelStep("rename", "cat", "dog")])
    with pytest.raises(UsageError, match="control"):
        change(folder, [LabelStep("rename", "cat", "a\x07")])
    assert text(folder) == before
    assert [path.name for path in folder.iterdir()] == ["termlabel.toml"]


def test_labels_are_added_below_those_that_are_there(folder: Path) -> None:
    add_labels(folder, ['a "b"', "c"])
    assert names(folder) == ["cat", "dog", "bird", 'a "b"', "c"]
