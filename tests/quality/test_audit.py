"""The audit's numbers against numbers counted apart, decision by decision."""

from __future__ import annotations

import csv
import io
import json
import random
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import Imported
from tui.quality.agreement import agreement
from tui.quality.audit import audit, median
from tui.quality.told import agreement_sentences
from tui.store import open_queue
from tui.store.base import AnnotationQueue
from tui.store.log.counting import counted_log

ROOT = Path(__file__).parents[2]


@dataclass
class Office:
    """Two annotators and a reviewer at work; keeps a plain list of what was decided and not taken back."""

    queue: AnnotationQueue
    decided: dict[str, list[tuple[str, str, float]]] = field(default_factory=lambda: {"ann": [], "bob": []})
    judged: list[tuple[int, str, str, str, str, str]] = field(default_factory=list)
    number: int = 0

    def request(self) -> str:
        self.number += 1
        return f"r{self.number}"

    def label(self, who: str, label: str, seconds: float) -> None:
        (lease,) = self.queue.claim(who, sitting=f"s-{who}")
        self.queue.submit(lease, Annotation((label,)), who=who, seconds=seconds, request_id=self.request())
        self.decided[who].append((who, label, seconds))

    def undo(self, who: str) -> None:
        if self.queue.undo(who, request_id=self.request()) is not None:
            self.decided[who].pop()

    def judge(self, verdict: str, said: str = "", reason: str = "") -> None:
        (lease,) = self.queue.claim("rev", sitting="s-rev", work="review")
        task = lease.task
        fixed = Annotation((said,)) if verdict == "fix" else None
        self.queue.review(
            lease,
            Verdict.REJECT if verdict == "reject" else Verdict.ACCEPT,
            reason=reason,
            annotation=fixed,
            who="rev",
            seconds=1,
            request_id=self.request(),
        )
        label = task.annotation.labels[0]
        self.judged.append((task.id, task.annotator or "", label, verdict, said or label, reason))


@pytest.fixture
def office(queue: AnnotationQueue) -> Office:
    office, dice = Office(queue), random.Random(5)
    for _ in range(5):
        office.label("ann", dice.choice(["cat", "dog"]), dice.choice([0.4, 1.2, 3.7]))
        office.label("bob", dice.choice(["cat", "dog"]), dice.choice([0.4, 1.2, 3.7]))
    office.undo("ann")
    office.undo("bob")
    office.label("ann", "cat", 2.0)
    for verdict, said, reason in [
        ("accept", "", ""),
        ("reject", "", "wrong label"),
        ("fix", "dog", ""),
        ("accept", "", ""),
        ("fix", "cat", ""),
        ("accept", "", ""),
        ("reject", "", "other"),
    ]:
        office.judge(verdict, said, reason)
    office.queue.undo("rev", request_id="u1")
    office.judged.pop()
    return office


def test_the_numbers_are_those_counted_apart(office: Office) -> None:
    found = audit(office.queue.tallies(), ("dog", "cat"))
    decided = [*office.decided["ann"], *office.decided["bob"]]
    assert [line.name for line in found.annotators] == ["ann", "bob"]
    assert [line.name for line in found.labels] == ["dog", "cat"]
    for line in found.annotators:
        mine = [d for d in decided if d[0] == line.name]
        check(line, [j for j in office.judged if j[1] == line.name], len(mine), sorted(s for _, _, s in mine))
    for line in found.labels:
        mine = [d for d in decided if d[1] == line.name]
        check(line, [j for j in office.judged if j[2] == line.name], len(mine), sorted(s for _, _, s in mine))
    verdicts = Counter(j[3] for j in office.judged)
    (reviewer,) = found.reviewers
    assert (reviewer.accepted, reviewer.fixed, reviewer.rejected) == (
        verdicts["accept"],
        verdicts["fix"],
        verdicts["reject"],
    )
    pairs = Counter((j[2], j[4]) for j in office.judged if j[3] != "reject")
    assert found.confusion == agreement({k: float(n) for k, n in pairs.items()}, ("dog", "cat"))


def check(line, judged, done, seconds) -> None:  # type: ignore[no-untyped-def]
    verdicts = Counter(j[3] for j in judged)
    assert line.done == done
    assert line.reviewed == len(judged)
    assert (line.accepted_first, line.first_reviews) == (verdicts["accept"], len(judged))
    assert (line.accepted, line.fixed, line.rejected) == (
        verdicts["accept"],
        verdicts["fix"],
        verdicts["reject"],
    )
    assert dict(line.reasons) == Counter(j[5] for j in judged if j[3] == "reject")
    assert line.median_seconds == seconds[(len(seconds) - 1) // 2]


def test_a_rejected_task_that_is_accepted_later_was_not_accepted_at_first(queue: AnnotationQueue) -> None:
    office = Office(queue)
    office.label("ann", "cat", 1.0)
    office.judge("reject", reason="other")
    office.label("ann", "dog", 1.0)
    office.judge("accept")
    (line,) = audit(queue.tallies()).annotators
    assert (line.accepted_first, line.first_reviews, line.accepted, line.rejected) == (0, 1, 1, 1)


def test_the_command_prints_all_three_forms(office: Office, project_folder: Path) -> None:
    office.queue.close()
    base = [sys.executable, "-m", "tui", "audit", str(project_folder)]

    def run(*more: str) -> str:
        done = subprocess.run([*base, *more], cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout

    found = json.loads(run("--json"))
    assert found["annotators"]["ann"]["done"] == 5
    assert found["confusion"]["count"] == 5 and found["confusion"]["kappa"] is not None
    rows = list(csv.DictReader(io.StringIO(run("--format", "csv"))))
    assert {(r["kind"], r["name"]) for r in rows} == {
        ("annotator", "ann"),
        ("annotator", "bob"),
        ("label", "cat"),
        ("label", "dog"),
    }
    table = run()
    assert "Cohen's kappa" in table and "ann" in table and "rejected for: " in table


def test_a_log_alone_gives_the_same_numbers(office: Office, project_folder: Path) -> None:
    kept = {key: n for key, n in office.queue.tallies().items() if n and not key[0].endswith(" now")}
    office.queue.close()
    folder = project_folder / "queue"
    assert counted_log(folder) is None, "an index is there"
    for name in ("queue.idx", "queue.json"):
        (folder / name).unlink(missing_ok=True)
    read: list[tuple[int, int]] = []
    found = counted_log(folder, lambda done, total: read.append((done, total)))
    assert found is not None
    assert {key: pytest.approx(n) for key, n in found.items() if n} == kept
    size = (folder / "events.jsonl").stat().st_size
    assert read[-1] == (size, size)
    with (folder / "events.jsonl").open("ab") as log:
        log.write(b'{"seq":')
    assert counted_log(folder) is None, "the queue mends that first"


def test_before_anything_was_reviewed_it_is_said(project_folder: Path) -> None:
    queue = open_queue(project_folder)
    queue.close()
    base = [sys.executable, "-m", "tui", "audit", str(project_folder)]
    done = subprocess.run(base, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "Nobody has labelled anything yet.\n"


def test_a_median_of_tenths() -> None:
    assert median({}) is None
    assert median({4: 1}) == 0.4
    assert median({4: 1, 12: 2, 37: 2}) == 1.2
    assert median({4: 2, 37: 2}) == 0.4


def review_of(accepted: int, fixed: int, rejected: int) -> dict[tuple[str, str, str], float]:
    """Counters of one reviewer, all work by ann and labelled cat, fixes to dog."""
    return {
        ("reviewer", "rev", "accept"): accepted,
        ("reviewer", "rev", "fix"): fixed,
        ("reviewer", "rev", "reject"): rejected,
        ("pair", "cat", "cat"): accepted - 1,
        ("pair", "dog", "dog"): 1,
        ("pair", "cat", "dog"): fixed,
    }


def test_rejections_without_a_fix_are_disagreements_and_make_no_kappa_of_the_rest() -> None:
    found = audit(review_of(46, 0, 9))
    assert found.confusion.kappa is None and found.confusion.interval is None
    words = " ".join(agreement_sentences(found))
    assert "83.6 % agreement (95 %: 71.7 to 91.1 %): of 55 verdicts 46 accepted as it was" in words
    assert "No kappa: 9 rejected without a right label" in words
    assert "100" not in words and "1.00" not in words


def test_kappa_says_what_it_leaves_out() -> None:
    words = " ".join(agreement_sentences(audit(review_of(46, 9, 3))))
    assert "over 55 verdicts with one label before and after; left out: 3 rejected" in words
    mixed = {**review_of(46, 9, 0), ("reviewer", "rev", "accept"): 50}
    assert "left out: 4 of several labels or none." in " ".join(agreement_sentences(audit(mixed)))
    assert "left out" not in " ".join(agreement_sentences(audit(review_of(46, 9, 0))))


def test_passes_are_said_not_to_be_compared_yet() -> None:
    assert not any("passes" in words for words in agreement_sentences(audit({})))
    words = " ".join(agreement_sentences(audit({}, passes=2)))
    assert "nothing was reviewed yet" in words and "2 passes are not compared with each other yet" in words


@pytest.mark.parametrize(
    ("times", "active", "pace"),
    [
        ({"20": 30.0}, 90.0, 1200.0),
        ({"20": 9.0}, 90.0, None),
        ({"20": 30.0}, 59.0, None),
        ({"0": 500.0, "20": 30.0}, 90.0, 1200.0),
        ({"0": 500.0}, 0.0, None),
    ],
)
def test_a_pace_is_of_active_time_and_of_enough_of_it(
    times: dict[str, float], active: float, pace: float | None
) -> None:
    tallies = {("seconds", "ann", bucket): n for bucket, n in times.items()} | {("active", "ann", ""): active}
    (row,) = audit(tallies).annotators
    assert row.per_hour == pace


def test_imported_work_is_done_by_whom_the_file_names(queue: AnnotationQueue) -> None:
    def entered(task_id: int, label: str) -> Imported:
        members = {"state": "labelled", "annotator": "eva", "labels": [label], "shapes": [], "seconds": 0.0}
        return Imported(task_id, queue.get(task_id).rev, members)

    queue.import_annotations([entered(1, "cat"), entered(2, "cat")], who="lead")
    queue.import_annotations([entered(2, "dog")], who="lead")
    found = audit(queue.tallies())
    (row,) = found.annotators
    assert (row.name, row.done, row.imported, row.timed, row.per_hour) == ("eva", 2, 2, 0, None)
    assert {line.name: line.done for line in found.labels} == {"cat": 1, "dog": 1}
    assert list(queue.summary().annotators) == ["eva"]
