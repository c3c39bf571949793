"""What is left of a review: the trail in words, exports with who said what, filters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.store import open_queue


@pytest.fixture
def reviewed(project: Path) -> Path:
    """The first picture rejected, corrected wrongly and fixed; the second flagged, accepted, and taken back."""
    queue = open_queue(project)
    numbers = iter(range(100))

    def label(who: str, *labels: str) -> None:
        (lease,) = queue.claim(who, sitting=who)
        queue.submit(lease, Annotation(labels), who=who, seconds=1.5, request_id=f"{next(numbers)}")

    def judge(verdict: Verdict, reason: str = "", comment: str = "", fix: str = "") -> None:
        (lease,) = queue.claim("rev", sitting="rev", work="review")
        fixed = Annotation((fix,)) if fix else None
        queue.review(
            lease,
            verdict,
            reason=reason,
            comment=comment,
            annotation=fixed,
            who="rev",
            seconds=1,
            request_id=f"{next(numbers)}",
        )

    label("ann\x1b[31m", "cat")
    judge(Verdict.REJECT, "wrong label", "look again")
    label("ann\x1b[31m", "cat")
    judge(Verdict.ACCEPT, fix="dog")
    label("bob", "dog")
    queue.flag(2, True, who="bob", request_id="flag")
    judge(Verdict.ACCEPT)
    queue.undo("rev", request_id="undo")
    queue.close()
    return project


def test_history_tells_each_step_in_words(run: Run, reviewed: Path) -> None:
    def told(image: str) -> list[str]:
        lines = run("history", reviewed, image).out.splitlines()
        return [" ".join(line.split()[1:]) for line in lines]

    assert [line.split(" ", 1)[1] for line in told("1")] == [
        "added it",
        "said cat",
        "rejected it: wrong label “look again”",
        "said the same again",
        "fixed and accepted it: dog instead of cat",
    ]
    assert "\x1b" not in "".join(told("1"))
    words = told("2")
    assert words[1:4] == ["bob said dog", "bob flagged it as hard", "rev accepted it"]
    assert words[4].startswith("rev took back: state accepted → labelled; reviewer rev → nothing")


def test_exports_carry_the_review_and_are_filtered_by_it(run: Run, reviewed: Path) -> None:
    found = run("export", reviewed, "--format", "jsonl", "--where", "state=accepted").out.splitlines()
    (one,) = map(json.loads, found)
    members = ("id", "labels", "annotator", "reviewer", "verdict", "fixed", "reason")
    assert [one[name] for name in members] == [1, ["dog"], "ann\x1b[31m", "rev", "accept", True, None]
    flagged = run("export", reviewed, "--format", "jsonl", "--where", "flagged=yes").out.splitlines()
    assert [json.loads(line)["id"] for line in flagged] == [2]


def test_the_audit_of_strange_names_and_of_a_reason_no_longer_in_the_project(
    run: Run, reviewed: Path
) -> None:
    file = reviewed / "termlabel.toml"
    text = file.read_text(encoding="utf-8")
    assert '"wrong label", ' in text
    file.write_text(text.replace('"wrong label", ', ""), encoding="utf-8")
    told = run("audit", reviewed)
    assert "rejected for: wrong label 1" in told.out
    assert "\x1b" not in told.out
    found = json.loads(run("audit", reviewed, "--json").out)
    row = found["annotators"]["ann\x1b[31m"]
    assert (row["done"], row["reviewed"], row["fixed"], row["rejected_by_reason"]) == (
        2,
        2,
        1,
        {"wrong label": 1},
    )
    assert found["confusion"]["kappa"] is None or found["confusion"]["count"] == 1
    assert "NaN" not in run("audit", reviewed, "--json").out
    lines = run("audit", reviewed, "--format", "csv").out.splitlines()
    assert lines[0].startswith("kind,name,done,reviewed")


@pytest.mark.parametrize("sample", ["0", "-3", "110%", "some", "1.5"])
def test_a_sample_that_cannot_be_drawn(run: Run, project: Path, sample: str) -> None:
    ended = run("review", project, f"--sample={sample}")
    assert ended.code == 2
    assert sample in ended.sentence


def test_looking_at_an_audit_needs_a_terminal(run: Run, project: Path) -> None:
    ended = run("audit", project, "--screen")
    assert ended.code == 1
    assert "needs a terminal" in ended.sentence
