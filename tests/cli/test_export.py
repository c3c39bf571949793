"""`termlabel export` while others go on working."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tui.formats import exporting
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


def test_what_changed_since_the_last_export_to_the_same_output(
    run: Run, project: Path, bob: Callable[[], None]
) -> None:
    def changed(*where: str) -> list[str]:
        out = project / "out.jsonl"
        result = run("export", project, "--format", "jsonl", "--where", "since=LAST", *where, "--output", out)
        assert result.code == 0
        return [json.loads(line)["image"] for line in out.read_text().splitlines()]

    assert len(changed()) == 2
    assert changed() == []
    bob()
    (first,) = changed()
    assert changed() == []
    out = run("export", project, "--format", "csv", "--where", "since=LAST", "--output", project / "out.csv")
    assert out.code == 0
    assert len((project / "out.csv").read_text().splitlines()) == 3, "another format was never exported"
    history = json.loads(run("history", project, first, "--json").out)
    last = history[-1]["seq"]
    for since, n in ((last, 0), (last - 1, 1), ("2000-01-01", 2), ("2999-01-01T00:00:00Z", 0)):
        lines = run("export", project, "--format", "jsonl", "--where", f"since={since}").out.splitlines()
        assert len(lines) == n, since
    assert run("stats", project, "--where", "since=LAST").code == 2
    refused = run("stats", project, "--where", "since=yesterday")
    assert refused.code == 2
    assert "neither the number of an event" in refused.err
