"""`termlabel export` while others go on working."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tui.formats import exporting
from tui.formats.split import Split
from tui.model.annotation import Annotation
from tui.store import open_queue


@pytest.fixture
def bob(project: Path) -> Iterator[Callable[[], None]]:
    """Labels the next picture, from another process as it were."""
    queue = open_queue(project)

    def label() -> None:
        (lease,) = queue.claim("bob", sitting="b")
        queue.submit(lease, Annotation(("cat",)), who="bob", seconds=1, request_id=f"{lease.token}")

    yield label
    queue.close()


def after(function: Callable[..., object], then: Callable[[], None]) -> Callable[..., object]:
    def both(*arguments: object, **named: object) -> object:
        found = function(*arguments, **named)
        then()
        return found

    return both


def test_strict_looks_at_what_is_written(
    run: Run, project: Path, bob: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "survey", after(exporting.survey, bob))
    out = project / "out.jsonl"
    assert run("export", project, "--format", "jsonl", "--history", "--strict", "--output", out).code == 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["status"] for row in rows] == ["todo", "todo"]
    assert [[step["op"] for step in row["history"]] for row in rows] == [["add"], ["add"]]


def test_parts_are_planned_over_what_is_written(
    run: Run, project: Path, bob: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    bob()
    monkeypatch.setattr(Split, "plan", after(Split.plan, bob))
    out = project / "out"
    split = ("--split", "train=0.5,val=0.5")
    assert run("export", project, "--format", "csv", "--where", "state=labelled", *split, "--output", out)
    assert sum(len(each.read_text().splitlines()) - 1 for each in out.glob("*.csv")) == 1
