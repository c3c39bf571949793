"""The queue against a plain dictionary, in any order of what people do."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.conftest import PROJECT
from tests.store.conftest import files
from tui.config import load_project
from tui.login import login_name
from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import Filter, Lease, NewTask, Order, State, Task
from tui.store import open_queue
from tui.store.base import AnnotationQueue, Conflict, LeaseLost
from tui.store.memory import MemoryQueue
from tui.store.memory_store import MemoryStore
from tui.store.queue.check import check
from tui.store.summary import Summary, summarise

PEOPLE = st.sampled_from(["ann", "bob", "rev"])
LABELS = st.sampled_from([("cat",), ("dog",), ("cat", "dog"), ()])


@dataclass
class Row:
    """A task as the dictionary has it."""

    path: str
    state: State = State.TODO
    labels: tuple[str, ...] = ()
    annotator: str | None = None
    reviewer: str | None = None
    seconds: float = 0.0
    flagged: bool = False


@dataclass
class Model:
    rows: dict[int, Row] = field(default_factory=dict)
    undo: dict[str, list[tuple[int, dict[str, Any], dict[str, Any]]]] = field(default_factory=dict)
    redo: dict[str, list[tuple[int, dict[str, Any], dict[str, Any]]]] = field(default_factory=dict)

    def change(self, who: str, number: int, **members: Any) -> None:
        row = self.rows[number]
        before = {name: getattr(row, name) for name in members}
        self.undo.setdefault(who, []).append((number, before, members))
        self.redo[who] = []
        self.put(number, members)

    def put(self, number: int, members: dict[str, Any]) -> None:
        for name, value in members.items():
            setattr(self.rows[number], name, value)

    def stands(self, number: int, members: dict[str, Any]) -> bool:
        return all(getattr(self.rows[number], name) == value for name, value in members.items())


class People(RuleBasedStateMachine):
    """Three people, two openings (as two processes have them), any order. How a queue is opened is the backend's."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        (self.folder / "termlabel.toml").write_text(PROJECT, encoding="utf-8")
        self.queues = [self.opened(), self.opened()]
        self.model = Model()
        self.leases: list[tuple[str, Lease]] = []
        self.requests = 0
        self.passed: dict[tuple[int, bool, str], tuple[Any, int]] = {}
        """By opening: the entry that could not be taken back when it was the last, and how many were told since."""

    def opened(self) -> AnnotationQueue:
        raise NotImplementedError

    def teardown(self) -> None:
        for queue in self.queues:
            queue.close()
        shutil.rmtree(self.folder)

    def request(self) -> str:
        self.requests += 1
        return f"r{self.requests}"

    @initialize()
    def fill(self) -> None:
        self.add(6, 0)

    @rule(n=st.integers(0, 4), at=st.integers(0, 1))
    def add(self, n: int, at: int) -> None:
        names = [f"{len(self.model.rows) + k}.jpg" for k in range(n)]
        there = [row.path for row in list(self.model.rows.values())[:2]]
        added = self.queues[at].add([NewTask(name) for name in names + there], who="lead")
        assert added == (n, len(there))
        for name in names:
            self.model.rows[len(self.model.rows) + 1] = Row(name)

    @rule(
        who=PEOPLE,
        at=st.integers(0, 1),
        order=st.sampled_from(Order),
        review=st.booleans(),
        n=st.integers(1, 3),
    )
    def claim(self, who: str, at: int, order: Order, review: bool, n: int) -> None:
        work = "review" if review else "annotate"
        got = self.queues[at].claim(
            who, n, sitting=f"{who}{at}", work="review" if review else "annotate", order=order
        )
        held = {lease.task.id for _, lease in self.leases if lease.work == work}
        for lease in got:
            assert lease.task.id not in held
            row = self.model.rows[lease.task.id]
            if review:
                assert row.state is State.LABELLED
                assert row.annotator != who
            else:
                mine = row.state in (State.REJECTED, State.SKIPPED) and row.annotator == who
                assert row.state is State.TODO or mine
        able = [n for n, row in self.model.rows.items() if n not in held and self.able(row, who, review)]
        assert len(got) == min(n, len(able))
        self.leases += [(who, lease) for lease in got]

    def able(self, row: Row, who: str, review: bool) -> bool:
        if review:
            return row.state is State.LABELLED and row.annotator != who
        return row.state is State.TODO or (
            row.state in (State.REJECTED, State.SKIPPED) and row.annotator == who
        )

    def taken(self, data: st.DataObject, work: str) -> tuple[str, Lease] | None:
        able = [pair for pair in self.leases if pair[1].work == work]
        if not able:
            return None
        pair = data.draw(st.sampled_from(able))
        self.leases.remove(pair)
        return pair

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), labels=LABELS, at=st.integers(0, 1), skip=st.booleans())
    def decide(self, data: st.DataObject, labels: tuple[str, ...], at: int, skip: bool) -> None:
        pair = self.taken(data, "annotate")
        if pair is None:
            return
        (who, lease), queue, request = pair, self.queues[at], self.request()
        row = self.model.rows[lease.task.id]
        try:
            if skip:
                queue.skip(lease, who=who, request_id=request)
            else:
                queue.submit(lease, Annotation(labels), who=who, seconds=1, request_id=request)
        except (Conflict, LeaseLost):
            assert queue.get(lease.task.id).rev != lease.task.rev
            queue.release([lease])
            return
        if skip:
            kept = row.labels if row.annotator == who else ()
            self.model.change(
                who, lease.task.id, state=State.SKIPPED, labels=kept, annotator=who, reviewer=None
            )
        else:
            self.model.change(
                who,
                lease.task.id,
                state=State.LABELLED,
                labels=labels,
                annotator=who,
                reviewer=None,
                seconds=row.seconds + 1,
            )

    @precondition(lambda self: self.leases)
    @rule(
        data=st.data(),
        labels=LABELS,
        at=st.integers(0, 1),
        verdict=st.sampled_from(["accept", "reject", "fix"]),
    )
    def judge(self, data: st.DataObject, labels: tuple[str, ...], at: int, verdict: str) -> None:
        pair = self.taken(data, "review")
        if pair is None:
            return
        who, lease = pair
        fix = Annotation(labels) if verdict == "fix" else None
        said = Verdict.REJECT if verdict == "reject" else Verdict.ACCEPT
        try:
            self.queues[at].review(lease, said, annotation=fix, who=who, seconds=1, request_id=self.request())
        except Conflict:
            self.queues[at].release([lease])
            return
        members: dict[str, Any] = {
            "state": State.REJECTED if verdict == "reject" else State.ACCEPTED,
            "reviewer": who,
        }
        if fix is not None:
            members["labels"] = labels
        self.model.change(who, lease.task.id, **members)

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def let_go(self, data: st.DataObject) -> None:
        pair = data.draw(st.sampled_from(self.leases))
        self.leases.remove(pair)
        self.queues[0].release([pair[1]])

    @rule(who=PEOPLE, on=st.booleans(), at=st.integers(0, 1), data=st.data())
    def flag(self, who: str, on: bool, at: int, data: st.DataObject) -> None:
        number = data.draw(st.integers(1, len(self.model.rows)))
        self.queues[at].flag(number, on, who=who, request_id=self.request())
        self.model.change(who, number, flagged=on)

    @rule(who=PEOPLE, at=st.integers(0, 1), again=st.booleans())
    def back_and_forth(self, who: str, at: int, again: bool) -> None:
        queue, model = self.queues[at], self.model
        source = (model.redo if again else model.undo).setdefault(who, [])
        act = queue.redo if again else queue.undo
        last, told = self.passed.get((at, again, who), (None, 0))
        told = told if source and source[-1] is last else 0
        if told == len(source):
            assert act(who, request_id=self.request()) is None
            return
        number, before, after = source[-1 - told]
        there, wanted = (before, after) if again else (after, before)
        stands = model.stands(number, there)
        try:
            done = act(who, request_id=self.request())
        except Conflict:
            # Members that the dictionary does not have (times, verdicts) may have been changed by somebody else.
            self.passed[at, again, who] = source[-1], told + 1
            return
        assert stands
        assert done is not None
        assert done.id == number
        self.passed.pop((at, again, who), None)
        del source[-1 - told :]
        (model.undo if again else model.redo).setdefault(who, []).append((number, before, after))
        model.put(number, wanted)

    @rule(at=st.integers(0, 1))
    def open_again(self, at: int) -> None:
        self.forget_told(at)
        self.queues[at].close()
        self.queues[at] = self.opened()
        self.leases = [pair for pair in self.leases if self.held(pair)]

    def forget_told(self, at: int) -> None:
        self.passed = {key: told for key, told in self.passed.items() if key[0] != at}

    def held(self, pair: tuple[str, Lease]) -> bool:
        return bool(self.queues[1].renew([pair[1]]))

    @invariant()
    def agrees(self) -> None:
        for queue in self.queues:
            tasks = list(queue.export())
            assert [seen(task) for task in tasks] == list(self.model.rows.values())
            counts: dict[tuple[str | None, State], int] = {}
            for row in self.model.rows.values():
                counts[row.annotator, row.state] = counts.get((row.annotator, row.state), 0) + 1
            assert queue.stats() == counts
            assert rounded(queue.summary()) == rounded(summarise(tasks))
            cats = [n for n, row in self.model.rows.items() if "cat" in row.labels]
            assert [task.id for task in queue.tasks(Filter(label="cat"))] == cats


class PeopleInMemory(People):
    def __init__(self) -> None:
        self.store = MemoryStore()
        super().__init__()

    def opened(self) -> AnnotationQueue:
        return MemoryQueue(load_project(self.folder), self.store, login=login_name())


class PeopleOnFiles(People):
    def opened(self) -> AnnotationQueue:
        queue = files(open_queue(self.folder))
        queue.store.log.flush = lambda fd: None
        return queue

    def teardown(self) -> None:
        for queue in self.queues:
            queue.close()
        assert check(load_project(self.folder), repair=False).ok
        super().teardown()

    @rule(at=st.integers(0, 1))
    def checkpoint(self, at: int) -> None:
        files(self.queues[at]).store.checkpoint()

    @rule(at=st.integers(0, 1))
    def open_without_the_index(self, at: int) -> None:
        """Then its leases are gone too."""
        for path in (self.folder / "queue").glob("queue.idx*"):
            path.unlink()
        self.leases.clear()
        self.forget_told(at)
        self.queues[at].close()
        self.queues[at] = self.opened()


def rounded(summary: Summary) -> Summary:
    for person in summary.annotators.values():
        person.seconds = round(person.seconds, 3)
    return summary


def seen(task: Task) -> Row:
    return Row(
        task.path,
        task.state,
        task.annotation.labels,
        task.annotator,
        task.reviewer,
        task.seconds,
        task.flagged,
    )


TestPeopleOnFiles = PeopleOnFiles.TestCase
TestPeopleInMemory = PeopleInMemory.TestCase
TestPeopleOnFiles.settings = TestPeopleInMemory.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.torture
def test_people_for_long() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        PeopleOnFiles,
        settings=settings(
            max_examples=400, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    print("\nqueue against a dictionary: 400 examples of 60 steps by two openings, all agreed")
