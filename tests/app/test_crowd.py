"""Two annotators and two reviewers at once on the demo project, each a program of its own in a terminal of its own,
until every picture is accepted. What `audit` says then is counted again from what was keyed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.app.test_terminal import Watched, exported, looked_at
from tests.terminal.fake import ROOT, FakeTerminal
from tests.waiting import PATIENCE, wait_until
from tui.demo import DONE, make_demo_project
from tui.resources import bundled
from tui.store import open_queue

KEYS = {
    "cat": "1", "dog": "2", "bird": "3", "fish": "4", "car": "5", "bicycle": "6", "flower": "b", "street": "y",
}  # fmt: skip
SLIPS = {2: "dog", 5: "street", 9: "bird"}
"""Task and label: the known mistakes, each made once, by whoever gets the picture first."""
PAGES = ("in this sitting", "Nothing to review yet", "Nothing that others", "Nothing to review now")
"""What the pages say that come after the last picture."""
UNREADABLE = "✗ This picture"
"""What the card says in place of the demo's broken picture."""
LETTERS = "acdefghjklmnop"
"""The first ones of a sheet's pictures: those that are no command there and no label's key."""
Judgement = tuple[str, str, str, str]
"""Reviewer, annotator, label, and what came of it: accept, reject, or the label that was put in its place."""


@dataclass
class Office:
    """The project, what is true of its pictures, and what was keyed."""

    folder: Path
    truth: dict[int, str]
    decided: list[tuple[str, str]] = field(default_factory=list)
    judged: list[Judgement] = field(default_factory=list)
    slips: set[int] = field(default_factory=set)
    looked_at: list[int] = field(default_factory=list)
    sittings: int = 0
    failed: bool = False

    def states(self) -> Counter[str]:
        queue = open_queue(self.folder, readonly=True)
        try:
            return Counter(str(task.state) for task in queue.export())
        finally:
            queue.close()

    def finished(self) -> bool:
        states = self.states()
        return not (states["todo"] or states["labelled"] or states["rejected"])

    def seq(self) -> int:
        queue = open_queue(self.folder, readonly=True)
        try:
            return queue.seq
        finally:
            queue.close()

    def went_on(self, seq: int) -> bool:
        """Wait until the log has more than it had at `seq`; a second at most, as it does not tell of leases given back.
        Whether it has."""
        queue = open_queue(self.folder, readonly=True)
        try:
            return next(queue.watch(seq, 1.0), None) is not None
        finally:
            queue.close()

    def said(self, task_id: int) -> tuple[str, str]:
        """Annotator and label, as they stand."""
        queue = open_queue(self.folder, readonly=True)
        try:
            task = queue.get(task_id)
        finally:
            queue.close()
        return task.annotator or "", task.annotation.labels[0]

    @contextmanager
    def seat(self, work: str, who: str, *more: str) -> Iterator[tuple[FakeTerminal, Watched]]:
        """One sitting, which ends well."""
        self.sittings += 1
        trace = Watched(self.folder / f"trace-{self.sittings}-{who}.jsonl")
        command = ["-m", "tui", work, str(self.folder), "--as", who, "--trace", str(trace.path), *more]
        with FakeTerminal(command, size=(60, 16)) as t:
            yield t, trace
            t.press("escape", "q")
            assert t.wait_exit() == 0

    def shown(self, t: FakeTerminal, trace: Watched, count: int) -> dict[str, Any] | None:
        """The picture or sheet after `count` others; None at the end. One that cannot be read is passed over."""

        def is_there() -> bool:
            assert t.process.poll() is None, bytes(t.stream[-3000:])
            return len(trace.events("shown")) > count or any(page in t.text() for page in PAGES)

        wait_until(lambda: is_there() or UNREADABLE in t.text(), lambda: (t.text(), self.states()))
        if UNREADABLE in t.text():
            t.press("space")
            t.wait_until(lambda model: UNREADABLE not in model.text())
            wait_until(is_there, lambda: (t.text(), self.states()))
        return next(iter(trace.events("shown")[count:]), None)

    # What people do in one sitting.

    def annotate(self, who: str) -> None:
        with self.seat("annotate", who) as (t, trace):
            done = 0
            while (seen := self.shown(t, trace, done)) is not None:
                task = seen["task"]
                label = self.truth[task]
                if task in SLIPS and task not in self.slips:
                    self.slips.add(task)
                    label = SLIPS[task]
                t.press(KEYS[label])
                done += 1
                trace.wait("decided", done)
                self.decided.append((who, label))

    def review(self, who: str) -> None:
        """One picture after the other: ann's drake is no fish; what else is wrong goes back."""
        with self.seat("review", who) as (t, trace):
            done = 0
            while (seen := self.shown(t, trace, done)) is not None:
                task = seen["task"]
                annotator, label = self.said(task)
                right = self.truth[task]
                verdict = "accept" if label == right else right if label == "fish" else "reject"
                t.press(*{"accept": ["a"], "reject": ["x", "1"]}.get(verdict, ["e", KEYS[right]]))
                done += 1
                trace.wait("decided", done)
                self.looked_at.append(task)
                self.judged.append((who, annotator, label, verdict))

    def sheets(self, who: str) -> None:
        with self.seat("review", who, "--sheet") as (t, trace):
            looks = safe = 0
            while self.shown(t, trace, looks) is not None:
                looks, seen = len(trace.events("shown")), trace.events("shown")[-1]
                cards = [(task, *self.said(task)) for task in seen["sheet"]]
                wrong = [LETTERS[n] for n, (task, _, label) in enumerate(cards) if label != self.truth[task]]
                if wrong:
                    t.press(*wrong, "x", "1")
                    t.wait_for(f"{len(wrong)} taken out")
                looked_at(seen)
                t.press("R")
                safe += len(cards)
                trace.wait("durable", safe)
                for task, annotator, label in cards:
                    verdict = "accept" if label == self.truth[task] else "reject"
                    self.judged.append((who, annotator, label, verdict))
                    self.looked_at.append(task)

    def again_and_again(self, sitting: Callable[[str], None], who: str) -> None:
        since = time.monotonic()
        while not (self.failed or self.finished()):
            before = self.seq()
            try:
                sitting(who)
            except BaseException:
                # Nobody waits for what this person does not do any more.
                self.failed = True
                raise
            if self.went_on(before):
                since = time.monotonic()
            assert time.monotonic() - since < PATIENCE, f"{who} waits for what never comes: {self.states()}"


def audited(folder: Path) -> dict[str, Any]:
    ended = subprocess.run(
        [sys.executable, "-m", "tui", "audit", str(folder), "--json"],
        capture_output=True, text=True, check=True, timeout=PATIENCE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def kappa(pairs: list[tuple[str, str]]) -> float:
    """Cohen's, written down once more: (observed - expected) / (1 - expected)."""
    total = len(pairs)
    observed = sum(a == b for a, b in pairs) / total
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(n * second[label] for label, n in first.items()) / total**2
    return (observed - expected) / (1 - expected)


@pytest.mark.slow
def test_mistakes_are_found_come_back_and_are_corrected_and_the_audit_tells_it(tmp_path: Path) -> None:
    folder = make_demo_project(tmp_path / "demo")
    manifest = tomllib.loads((bundled("demo_images") / "manifest.toml").read_text(encoding="utf-8"))
    classes = {entry["image"]: entry["class"] for entry in manifest["pictures"]}
    truth = {t["id"]: classes.get(Path(t["image"]).name, "") for t in exported(folder)}
    home = Path(os.environ["XDG_CONFIG_HOME"]) / "termlabel"
    home.mkdir(parents=True)
    # A script presses the same key for two pictures faster than a person can.
    (home / "config.toml").write_text("key_repeat_ms = 0\n", encoding="utf-8")
    office = Office(folder, truth)
    office.decided += [("ann", label) for _, label, _ in DONE]
    office.judged.append(("ben", "ann", DONE[-1][1], "reject"))
    office.review("rev")
    assert Counter(verdict for who, _, _, verdict in office.judged if who == "rev") == {
        "accept": 4,
        "bird": 1,
        "reject": 1,
    }
    with ThreadPoolExecutor(4) as pool:
        people = [
            pool.submit(office.again_and_again, sitting, who)
            for sitting, who in (
                (office.annotate, "ann"),
                (office.annotate, "bob"),
                (office.review, "rev"),
                (office.sheets, "sue"),
            )
        ]
        for person in people:
            person.result()
    assert office.slips == set(SLIPS)
    final = exported(folder)
    assert [(t["id"], t["labels"]) for t in final if t["status"] == "accepted"] == [
        (number, [label]) for number, label in truth.items() if label
    ]
    judged = Counter(office.looked_at)
    assert all(n <= 2 for n in judged.values()), "nobody looked at what somebody else had in front"
    _compare(audited(folder), office)


def _compare(found: dict[str, Any], office: Office) -> None:
    # On a busy machine one of them may have found nothing left to do.
    for name in {who for who, _ in office.decided}:
        of = [(label, verdict) for _, annotator, label, verdict in office.judged if annotator == name]
        row = found["annotators"][name]
        assert row["done"] == sum(who == name for who, _ in office.decided)
        assert row["reviewed"] == len(of)
        assert row["accepted"] == sum(verdict == "accept" for _, verdict in of)
        assert row["rejected"] == sum(verdict == "reject" for _, verdict in of)
        assert row["fixed"] == len(of) - row["accepted"] - row["rejected"]
    for label in KEYS:
        row = found["labels"][label]
        assert row["done"] == sum(said == label for _, said in office.decided)
        verdicts = [verdict for _, _, said, verdict in office.judged if said == label]
        assert (row["reviewed"], row["rejected"]) == (len(verdicts), verdicts.count("reject"))
    reviewers = Counter((who, verdict) for who, _, _, verdict in office.judged)
    for name, row in found["reviewers"].items():
        assert (row["accepted"], row["rejected"]) == (reviewers[name, "accept"], reviewers[name, "reject"])
    pairs = [(a, a if v == "accept" else v) for _, _, a, v in office.judged if v != "reject"]
    confusion = found["confusion"]
    assert confusion["count"] == len(pairs)
    rejected = sum(verdict == "reject" for *_, verdict in office.judged)
    assert confusion["left_out"]["rejected"] == rejected
    if rejected > sum(a != b for a, b in pairs):  # Most disagreements would be left out.
        assert confusion["kappa"] is None
    else:
        assert confusion["kappa"] == pytest.approx(kappa(pairs), abs=1e-4)
    table = Counter(pairs)
    names = confusion["labels"]
    assert confusion["matrix"] == [[table[a, b] for b in names] for a in names]
