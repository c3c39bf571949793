"""Values that the index cannot hold or the counters cannot add up: none gets into the log, and a log of an earlier
version that has one is read, counted, checked and worked on like any other."""

from __future__ import annotations

import math
from contextlib import closing
from typing import Any

import pytest

from tests.store.conftest import BACKENDS, CAT, DOG, Backend, files, label, one
from tui.config import load_project
from tui.model.review import Verdict
from tui.model.task import Filter, Imported, NewTask, Order, State
from tui.store import open_queue
from tui.store.base import AnnotationQueue, BadMember
from tui.store.log.counting import counted_log
from tui.store.log.event_log import seal
from tui.store.queue.check import check
from tui.store.tinydb_queue import QueueDB
from tui.store.trail import sentence, steps

HUGE = 10**309
NOT_UTF8 = "\ud800"
REFUSED: dict[str, Any] = {
    "seconds": HUGE,
    "seconds of a float": {"seconds": 1e308},
    "seconds below nothing": {"seconds": -1},
    "seconds in words": {"seconds": "long"},
    "annotator": NOT_UTF8,
    "labels": [NOT_UTF8],
    "labels in a list": {"labels": [["cat"]]},
    "shapes": [{"kind": "box", "label": NOT_UTF8}],
    "shapes with a list": {"shapes": [{"kind": "box", "label": ["cat"]}]},
    "predictions": [{"label": NOT_UTF8}],
    "score": 2**70,
    "priority": 2**70,
    "pass": HUGE,
    "state": "done",
    "verdict": "perhaps",
}


@pytest.fixture(params=BACKENDS)
def any_backend(request: pytest.FixtureRequest, backend: Backend) -> Backend:
    return BACKENDS[request.param](backend.folder)


@pytest.fixture
def any_queue(any_backend: Backend) -> Any:
    with closing(any_backend.open()) as opened:
        opened.add([NewTask(f"{n}.jpg") for n in range(1, 4)], who="lead")
        yield opened


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_task_cannot_have_is_not_imported(
    any_queue: AnnotationQueue, any_backend: Backend, name: str
) -> None:
    value = REFUSED[name]
    members = value if isinstance(value, dict) else {name: value}
    change = Imported(1, 0, {"state": "labelled", "annotator": "bob", "labels": ["cat"], **members})
    with pytest.raises(BadMember, match=f"has {next(iter(members))} .* is wanted"):
        any_queue.import_annotations([change], who="lead")
    assert [event.op for event in any_queue.history(1)] == ["add"]
    assert label(any_queue).id == 1
    with closing(any_backend.open()) as again:
        assert [task.state for task in again.export()] == [State.LABELLED, State.TODO, State.TODO]


@pytest.mark.parametrize(
    "task",
    [
        NewTask("x", priority=2**70),
        NewTask("x", score=HUGE),
        NewTask("x", predictions=({"label": NOT_UTF8},)),
    ],
)
def test_what_a_task_cannot_have_is_not_added(
    any_queue: AnnotationQueue, any_backend: Backend, task: NewTask
) -> None:
    with pytest.raises(BadMember, match="is wanted"):
        any_queue.add([task], who="lead")
    with closing(any_backend.open()) as again:
        assert again.count(Filter()) == 3


@pytest.mark.parametrize("seconds", [HUGE, 1e308, math.inf, math.nan])
def test_a_visit_of_no_such_time_is_refused(
    any_queue: AnnotationQueue, any_backend: Backend, seconds: float
) -> None:
    lease = one(any_queue)
    with pytest.raises(BadMember, match="nothing was recorded"):
        any_queue.submit(lease, CAT, who="ann", seconds=seconds, request_id="x")
    done = any_queue.submit(lease, CAT, who="ann", seconds=1, request_id="x")
    with pytest.raises(BadMember):
        any_queue.revise(done.id, done.rev, DOG, who="ann", seconds=seconds, request_id="y")
    (review,) = any_queue.claim("rev", sitting="r", work="review")
    with pytest.raises(BadMember):
        any_queue.review(review, Verdict.ACCEPT, who="rev", seconds=seconds, request_id="z")
    with closing(any_backend.open()) as again:
        assert again.get(done.id).annotation == CAT
        assert again.tallies()["active", "ann", ""] == 1


def test_a_clock_that_went_backwards_counts_as_no_time(any_queue: AnnotationQueue) -> None:
    lease = one(any_queue)
    done = any_queue.submit(lease, CAT, who="ann", seconds=-5, request_id="x")
    any_queue.revise(done.id, done.rev, DOG, who="ann", seconds=-5, request_id="y")
    assert [event.context["seconds"] for event in any_queue.history(1)[1:]] == [0, 0]
    tallies = any_queue.tallies()
    assert ("active", "ann", "") not in tallies
    assert tallies["seconds", "ann", "0"] == 1


def test_tinydb_is_refused_it_too(queue: AnnotationQueue, backend: Backend) -> None:
    with QueueDB(backend.folder) as db, pytest.raises(BadMember, match="has seconds"):
        db.table("tasks").update({"seconds": HUGE}, doc_ids=[1])
    assert label(queue).id == 1


# Logs that have such values already, from before they were refused.


def append_event(queue: AnnotationQueue, op: str, patch: dict[str, Any], **more: Any) -> None:
    log = files(queue).store.log
    start = {"seq": queue.seq + 1, "at": 2e9, "who": "ann", "login": "", "host": "", "op": op, **more}
    task = queue.get(1)
    (prev,) = files(queue).store.db.execute("select doc ->> '_ev' from task where id = 1").fetchone()
    was = {"1": dict.fromkeys(patch) | {"rev": task.rev}}
    log.append(
        seal({**start, "set": {"1": {**patch, "rev": task.rev + 1}}, "was": was, "prev": {"1": prev}}),
        log.size,
    )


LABELLED = {"state": "labelled", "annotator": "ann", "labels": ["cat"], "shapes": [], "decided": 2}
OLD: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "imported seconds": ("import", {**LABELLED, "seconds": HUGE}, {}),
    "imported words": ("import", {**LABELLED, "seconds": "long"}, {}),
    "a visit": ("label", {**LABELLED, "seconds": 1e308}, {"ctx": {"seconds": 1e308}, "back": 0}),
    "a context": ("label", LABELLED, {"ctx": "in a hurry", "back": 0}),
    "a list for a context": ("label", LABELLED, {"ctx": [["seconds", 3]], "back": 0}),
    "a way of looking": ("label", LABELLED, {"ctx": {"seconds": 3, "view": "dark"}, "back": 0}),
    "a number for it": ("label", LABELLED, {"ctx": {"view": 3}, "back": 0}),
    "an annotator": ("import", {**LABELLED, "annotator": NOT_UTF8}, {}),
    "a label": ("import", {**LABELLED, "labels": [NOT_UTF8]}, {}),
    "a score": ("import", {"predictions": [{"label": "cat"}], "score": HUGE, "priority": HUGE}, {}),
}


@pytest.mark.parametrize("name", OLD)
def test_a_log_that_has_such_a_value_stays_usable(
    queue: AnnotationQueue, backend: Backend, name: str
) -> None:
    op, patch, more = OLD[name]
    append_event(queue, op, patch, **more)
    queue.close()
    folder, project = backend.folder / "queue", load_project(backend.folder)
    for path in folder.glob("queue.*"):
        path.unlink()
    tallies = counted_log(folder)
    assert tallies is not None
    assert check(project, repair=False).problems == ()
    with closing(open_queue(backend.folder)) as again:
        assert not again.readonly
        task = again.get(1)
        assert task.rev == 1
        assert 0 <= task.seconds <= 1e9
        assert math.isfinite(again.summary().annotators.get(task.annotator or "", task).seconds)
        assert all(math.isfinite(n) for n in again.tallies().values())
        trail = steps(again.history(1))
        assert len(trail) == 2 and trail[1].view is None and all(map(sentence, trail))
        assert again.tallies().get(("active", "ann", ""), 0.0) == tallies.get(("active", "ann", ""), 0.0)
        assert len(again.claim("bob", 20, sitting="b", order=Order.UNCERTAIN)) >= 9
        if task.annotator == "ann":
            assert again.revise(1, 1, DOG, who="ann", seconds=2, request_id="r").seconds == 2
            assert again.tallies()["seconds now", "ann", ""] == 2
    assert check(project, repair=True).ok
    assert check(project, repair=False).problems == ()
