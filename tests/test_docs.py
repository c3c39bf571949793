"""The pages that are made of the program's tables are fresh, and what they say of the project file is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from scripts.update_docs import DOCS, PAGES, project_page
from tui.model.project import Label, Project, ReviewRules
from tui.model.project_file import ATTRIBUTE, LABEL, PROJECT, REVIEW, parse_project


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_the_page_is_fresh(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == PAGES[file](), "run: python -m scripts.update_docs"


def test_what_the_page_calls_the_default_changes_nothing() -> None:
    at_the_top = "\n".join(f"{m.name} = {m.default}" for m in PROJECT if m.default)
    review = "\n".join(f"{m.name} = {m.default}" for m in REVIEW if m.default)
    text = f"{at_the_top}\n[review]\n{review}\n"
    assert parse_project(tomllib.loads(text), Path()) == parse_project({}, Path())
    plain = parse_project({"labels": [{"name": "cat", "attributes": [{"name": "age"}]}]}, Path())
    label = "\n".join(f"{m.name} = {m.default}" for m in LABEL if m.default and m.name != "attributes")
    attribute = "\n".join(f"{m.name} = {m.default}" for m in ATTRIBUTE if m.default)
    text = f'[[labels]]\nname = "cat"\n{label}\n[[labels.attributes]]\nname = "age"\n{attribute}\n'
    assert parse_project(tomllib.loads(text), Path()) == plain


@pytest.mark.parametrize(
    ("members", "made"),
    [(PROJECT, Project), (LABEL, Label), (REVIEW, ReviewRules)],
    ids=["project", "label", "review"],
)
def test_every_member_of_the_value_can_be_said_in_the_file(members: Any, made: Any) -> None:
    known = {member.name for member in members} - {"format"}
    assert known == set(made.__dataclass_fields__) - {"folder", "digest"}


def test_the_example_is_a_project() -> None:
    found = re.search(r"```toml\n(.*?)```", project_page(), re.DOTALL)
    assert found is not None
    project = parse_project(tomllib.loads(found[1]), Path())
    assert [rule.name for rule in project.labels[0].attributes] == ["view", "moves", "age"]


def test_the_readme_s_animation_is_there_small_and_moves() -> None:
    tour = DOCS / "tour.webp"
    assert "docs/tour.webp" in (DOCS.parent / "README.md").read_text(encoding="utf-8")
    assert tour.stat().st_size <= 1_500_000
    with Image.open(tour) as picture:
        assert getattr(picture, "n_frames", 1) >= 20
