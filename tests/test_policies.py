"""What the project says about itself: the workflow, the version and the changelog go together."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import tui

ROOT = Path(__file__).parents[1]
WORKFLOW = ROOT / ".github" / "workflows" / "ci.yml"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def listed(name: str, workflow: str) -> list[str]:
    """The values of one row of the workflow's matrix."""
    row = re.search(rf"^ *{name}: \[(.*)\]$", workflow, re.MULTILINE)
    assert row is not None, name
    return re.findall(r"[\w.-]+", row[1])


def test_the_workflow_runs_the_same_command_as_people_do() -> None:
    workflow = WORKFLOW.read_text(encoding="utf-8")
    assert re.findall(r"run: (make .*)", workflow) == ["make test"]
    assert listed("os", workflow) == ["ubuntu-latest", "macos-latest"]


def test_the_workflow_takes_the_oldest_and_the_newest_python() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    named = [c.rpartition(" ")[2] for c in project["classifiers"] if re.search(r"Python :: 3\.\d+$", c)]
    assert project["requires-python"] == f">={named[0]}"
    assert listed("python", WORKFLOW.read_text(encoding="utf-8")) == [named[0], named[-1]]


def test_the_newest_section_of_the_changelog_is_this_version() -> None:
    text = read("CHANGELOG.md")
    unreleased, *released = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert unreleased == "[Unreleased]"
    assert released[0].startswith(f"[{tui.__version__}] - ")
    dates = [section.partition(" - ")[2] for section in released]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", date) for date in dates)
    assert dates == sorted(dates, reverse=True)


def test_the_security_policy_supports_this_version() -> None:
    minor = tui.__version__.rpartition(".")[0]
    assert f"| {minor} | yes |" in read("SECURITY.md")
