"""Decisions that the log has and the index has not yet: nobody may be able to tell."""

from __future__ import annotations

import json
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.conftest import CAT, DOG, Backend, files, one
from tui.config import load_project
from tui.model.review import Verdict
from tui.model.task import NewTask, Order, State, Work
from tui.store import open_queue
from tui.store.base import AnnotationQueue, Conflict, LeaseLost
from tui.store.index.schema import clock
from tui.store.index.search import ClaimRequest, following, pick, wanted_indexes
from tui.store.queue.check import check
from tui.store.summary import summarise


def waiting(queue: AnnotationQueue) -> list[str]:
    """The operations that wait for the index."""
    return [event.record["op"] for event in files(queue).store.index.pending.events]


def label(queue: AnnotationQueue, request: str, ttl: float = 900) -> int:
    (lease,) = queue.claim("ann", sitting="s", ttl=ttl)
    return queue.submit(lease, CAT, who="ann", seconds=1, request_id=request).id


def test_labels_wait_for_a_question(queue: AnnotationQueue) -> None:
    numbers = [label(queue, f"r{n}") for n in range(4)]
    assert waiting(queue) == ["label"] * 4
    assert numbers == [1, 2, 3, 4]
    assert queue.stats() == {(None, State.TODO): 6, ("ann", State.LABELLED): 4}
    assert waiting(queue) == []


def test_no_more_than_sixteen_wait(queue: AnnotationQueue) -> None:
    queue.add([NewTask(f"{n}.png") for n in range(10)], who="lead")
    counts = []
    for n, lease in enumerate(queue.claim("ann", 20, sitting="s")):
        queue.submit(lease, CAT, who="ann", seconds=1, request_id=f"r{n}")
        counts.append(len(waiting(queue)))
    assert max(counts) == 16
    assert counts[:16] == list(range(1, 17))
    assert len(queue.history(20)) == 2


def test_sixteen_go_in_with_the_next_claim(queue: AnnotationQueue) -> None:
    """Its lease is a transaction anyhow; the label that comes then waits, as the first of its sixteen."""
    queue.add([NewTask(f"{n}.png") for n in range(30)], who="lead")
    counts = []
    for n in range(36):
        (lease,) = queue.claim("ann", sitting="s")
        claimed = len(waiting(queue))
        queue.submit(lease, CAT, who="ann", seconds=1, request_id=f"r{n}")
        counts.append((claimed, len(waiting(queue))))
    sixteen = [(n, n + 1) for n in range(16)]
    assert counts == [*sixteen, *sixteen, *sixteen[:4]]


def test_a_task_labelled_after_its_lease_ran_out_is_not_given_again(queue: AnnotationQueue) -> None:
    assert [label(queue, f"r{n}", ttl=-1) for n in range(3)] == [1, 2, 3]
    assert waiting(queue) == ["label"] * 3


def test_a_repeated_request_is_known_while_it_waits(queue: AnnotationQueue) -> None:
    lease = one(queue)
    first = queue.submit(lease, CAT, who="ann", seconds=1, request_id="r")
    assert waiting(queue) == ["label"]
    assert queue.submit(lease, DOG, who="ann", seconds=1, request_id="r") == first
    queue.flag(5, True, who="ann", request_id="f")
    queue.flag(5, True, who="ann", request_id="f")
    assert waiting(queue) == []  # That looked for the first outcome.
    assert [event.op for event in queue.history(5)] == ["add", "flag"]
    assert queue.undo("ann", request_id="v") is not None
    assert queue.undo("ann", request_id="u") is not None
    assert queue.get(first.id).state is State.TODO


def test_who_reads_the_log_first_takes_them_in(backend: Backend, queue: AnnotationQueue) -> None:
    label(queue, "a")
    with closing(backend.open()) as other:
        assert one(other, "bob", "b").task.id == 2  # This folds what waits over there.
        label(queue, "b")
        assert waiting(queue) == ["label"] * 2
        assert other.stats() == queue.stats()
        assert queue.undo("ann", request_id="u") == queue.get(3)
        for lease in queue.claim("rev", sitting="r", work="review"):
            assert queue.review(lease, Verdict.ACCEPT, who="rev", seconds=1, request_id="v").id == 1
    assert check(files(queue).project, repair=False).ok


def test_a_process_that_ends_without_a_word_leaves_them_in_the_log(
    backend: Backend, queue: AnnotationQueue
) -> None:
    label(queue, "a")
    assert waiting(queue)
    with closing(backend.open()) as other:
        assert other.get(1).annotation == CAT


ACTS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["label", "label", "label", "skip", "flag", "undo", "redo", "review", "ask"]),
    ),
    min_size=5,
    max_size=40,
)


@settings(max_examples=25, deadline=None)
@given(ACTS)
def test_any_row_of_acts_by_two_leaves_the_index_as_the_log_has_it(acts: list[tuple[int, str]]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "termlabel.toml").write_text('format = 1\nlabels = [{name = "cat"}]\n', encoding="utf-8")
        with closing(open_queue(folder)) as first, closing(open_queue(folder)) as second:
            first.add([NewTask(f"{n}.jpg") for n in range(1, 31)], who="lead")
            for n, (at, act) in enumerate(acts):
                perform((first, second)[at], act, f"r{n}", n)
            tasks = list(first.export())
            assert list(second.export()) == tasks
            numbers, there = first.summary(), summarise(tasks)
            for summary in (numbers, there):
                for person in summary.annotators.values():
                    person.seconds = round(person.seconds, 3)
            assert numbers == there
        assert check(load_project(folder), repair=False).ok
        for path in (folder / "queue").glob("queue.*"):
            path.unlink()
        with closing(open_queue(folder)) as again:
            assert list(again.export()) == tasks


def perform(queue: AnnotationQueue, act: str, request: str, n: int) -> None:
    who = ("ann", "bob")[n % 2]
    work: Work = "review" if act == "review" else "annotate"
    if act in ("label", "skip", "review"):
        for lease in queue.claim(who, sitting=f"{who} {work}", work=work, ttl=900 if n % 3 else -1):
            if act == "label":
                queue.submit(lease, CAT, who=who, seconds=0.1 * n, request_id=request)
            elif act == "skip":
                queue.skip(lease, who=who, request_id=request)
            else:
                verdict = Verdict.REJECT if n % 2 else Verdict.ACCEPT
                queue.review(lease, verdict, who=who, seconds=1, request_id=request)
    elif act == "flag":
        queue.flag(1 + n % 5, n % 3 > 0, who=who, request_id=request)
    elif act == "ask":
        assert sum(queue.stats().values()) == 30
    else:
        with suppress(Conflict):
            (queue.undo if act == "undo" else queue.redo)(who, request_id=request)


def test_a_request_is_known_whatever_lease_it_comes_with(backend: Backend, queue: AnnotationQueue) -> None:
    """Only a task that stands as it was leased lets the question be left out."""
    first, second = queue.claim("ann", 2, sitting="s")
    done = queue.submit(first, CAT, who="ann", seconds=1, request_id="r")
    assert queue.submit(second, DOG, who="ann", seconds=1, request_id="r") == done
    with closing(backend.open()) as other:
        assert other.submit(first, DOG, who="ann", seconds=1, request_id="r") == done
        assert other.undo("ann", request_id="u") is not None
        assert other.submit(first, DOG, who="ann", seconds=1, request_id="r") == done
    assert queue.get(1).state is State.TODO
    assert [event.op for event in queue.history(1)] == ["add", "label", "undo"]
    assert queue.get(2).state is State.TODO


def test_a_lease_that_was_let_go_and_taken_by_another_is_lost(
    backend: Backend, queue: AnnotationQueue
) -> None:
    (lease,) = queue.claim("ann", sitting="s")
    queue.release([lease])
    with closing(backend.open()) as other:
        assert one(other, "bob", "b").task.id == lease.task.id
        with pytest.raises(LeaseLost, match="bob"):
            queue.submit(lease, CAT, who="ann", seconds=1, request_id="r")


WISHES = st.sampled_from([order for order in Order if order is not Order.RANDOM])


@settings(max_examples=25, deadline=None)
@given(ACTS, WISHES, st.integers(1, 4))
def test_the_short_way_to_the_next_task_gives_what_the_long_one_gives(
    acts: list[tuple[int, str]], order: Order, n: int
) -> None:
    with TemporaryDirectory() as name:
        (Path(name) / "termlabel.toml").write_text(
            'format = 1\nlabels = [{name = "cat"}]\n', encoding="utf-8"
        )
        with closing(open_queue(Path(name))) as opened:
            opened.add((NewTask(f"{n}.jpg", priority=n % 3, score=n % 5 / 5) for n in range(30)), who="lead")
            for number, (_, act) in enumerate(acts):
                perform(opened, act, f"r{number}", number)
            opened.stats()
            queue = files(opened)
            request = ClaimRequest("ann", "login", "s9", "annotate", order, 0, None, clock(), "host")
            queue.store.ensure_index(*wanted_indexes(request, queue.project))
            found = following(queue.store.db, request, n, queue.project, {2, 3})
            assert not found or [task for task, _ in found] == pick(
                queue.store.db, request, n, queue.project, {2, 3}
            )
            assert [json.loads(text) for _, text in found] == [
                queue.store.index.fold.doc(task) for task, _ in found
            ]


def test_the_short_way_is_gone_where_nothing_comes_first(queue: AnnotationQueue) -> None:
    store, project = files(queue).store, files(queue).project
    request = ClaimRequest("ann", "login", "s", "annotate", Order.SEQUENTIAL, 0, None, clock(), "host")
    assert [task for task, _ in following(store.db, request, 2, project, {1})] == [2, 3]
    assert following(store.db, request, 11, project, ()) == []
    queue.claim("ann", sitting="elsewhere")
    assert following(store.db, request, 2, project, ()) == []
