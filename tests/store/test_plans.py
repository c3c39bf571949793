"""Nothing that happens with every key press may look at all tasks: what SQLite does for each question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from tests.store.conftest import DOG, Backend, files, label
from tui.model.review import Verdict
from tui.model.task import Filter, NewTask, Order
from tui.store.base import AnnotationQueue


def _claim(queue: AnnotationQueue, order: Order, where: Filter | None) -> None:
    queue.release(queue.claim("ann", sitting="s", order=order, where=where))


def _review(queue: AnnotationQueue, where: Filter | None) -> None:
    queue.release(queue.claim("rev", sitting="r", work="review", where=where))


QUESTIONS: dict[str, Callable[[AnnotationQueue], object]] = {
    **{
        f"claim {order} {where}": partial(_claim, order=order, where=where)
        for order in Order
        for where in (None, Filter(label="dog"), Filter(ids=frozenset({3, 4})))
    },
    **{
        f"review {where}": partial(_review, where=where)
        for where in (None, Filter(label="dog"), Filter(annotator="ann"), Filter(ids=frozenset({1})))
    },
    "add": lambda queue: queue.add([NewTask("x"), NewTask("1.jpg")], who="lead"),
    "find": lambda queue: queue.find("3.jpg"),
    "passes_of": lambda queue: queue.passes_of("3.jpg"),
    "label": lambda queue: label(queue),
    "undo": lambda queue: queue.undo("ann", request_id=""),
    "came back": lambda queue: queue.progress("ann").came_back,
    "own before": lambda queue: queue.own_before("ann", 2),
    "history": lambda queue: queue.history(1),
    "waiting": lambda queue: queue.progress("rev").waiting,
    "page": lambda queue: queue.tasks(after=3, limit=2),
}


def _plans(
    queue: AnnotationQueue, question: Callable[[AnnotationQueue], object]
) -> Iterator[tuple[str, list[str]]]:
    """Each SELECT that a question asks, and SQLite's steps for it; none of them looks at all tasks."""
    question(queue)  # Makes the indexes that this question is the first to need.
    asked: list[str] = []
    db = files(queue).store.db
    db.set_trace_callback(asked.append)
    question(queue)
    db.set_trace_callback(None)
    selects = [sql for sql in asked if sql.lower().startswith("select")]
    assert selects
    for sql in selects:
        steps = [row[3] for row in db.execute(f"explain query plan {sql}")]
        assert not {"SCAN t", "SCAN task", "SCAN o", "SCAN b", "SCAN label"}.intersection(steps), sql
        yield sql, steps


def _opened_without_index(backend: Backend, rule: str, passes: int) -> AnnotationQueue:
    """A queue with a label, its index made anew, in which the parts that are made on demand are missing."""
    backend.configure(f"passes = {passes}")
    file = backend.folder / "termlabel.toml"
    file.write_text(f'{file.read_text("utf-8")}\n[review]\nown_work = "{rule}"\n', "utf-8")
    queue = backend.open()
    queue.add([NewTask("1.jpg"), NewTask("2.jpg")], who="lead")
    label(queue)
    queue.close()
    for path in (backend.folder / "queue").glob("queue.idx*"):
        path.unlink()
    return backend.open()


def _joined_by(plans: list[tuple[str, list[str]]]) -> list[bool]:
    """Of each SELECT that looks at an image's other passes, whether it finds them by the image's path."""
    return [
        any("task_path" in step for step in steps)
        for sql, steps in plans
        if "cross join" in sql or "not exists" in sql
    ]


@pytest.mark.parametrize("passes", [1, 2])
@pytest.mark.parametrize("rule", ["name", "login"])
def test_what_waits_for_a_review_is_not_looked_for_in_all_tasks(
    backend: Backend, rule: str, passes: int
) -> None:
    queue = _opened_without_index(backend, rule, passes)
    people = iter(("rev", "sue"))  # Of the same person it would be known.
    plans = list(_plans(queue, lambda queue: queue.progress(next(people))))
    counted_own = rule == "login" or passes > 1
    assert len(plans) == 2 + counted_own + (rule == "login") + (passes > 1)
    assert _joined_by(plans) == [True] * (passes > 1)
    queue.close()


def test_own_work_is_counted_anew_only_when_more_happened_than_own_verdicts(backend: Backend) -> None:
    backend.configure("passes = 2")
    queue = backend.open()
    queue.add([NewTask(f"{n}.jpg", pass_) for n in (1, 2, 3) for pass_ in (1, 2)], who="lead")
    for who in ("ann", "rev", "ann"):
        label(queue, who)

    def counted_anew() -> bool:
        asked: list[str] = []
        files(queue).store.db.set_trace_callback(asked.append)
        assert queue.progress("rev").waiting == sum(1 for _ in queue.to_review("rev"))
        files(queue).store.db.set_trace_callback(None)
        return any("cross join" in sql for sql in asked)

    assert counted_anew() and not counted_anew()
    (lease,) = queue.claim("rev", sitting="r", work="review")
    queue.review(lease, Verdict.ACCEPT, who="rev", seconds=1, request_id="v")
    assert not counted_anew()
    queue.undo("rev", request_id="u")
    assert counted_anew() and not counted_anew()
    label(queue, "rev")
    assert counted_anew()
    queue.close()


@pytest.mark.parametrize("passes", [1, 2])
@pytest.mark.parametrize("rule", ["name", "login"])
def test_a_review_plan_does_not_look_at_all_tasks_for_each(
    backend: Backend, rule: str, passes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = _opened_without_index(backend, rule, passes)
    monkeypatch.setattr(files(queue).store, "snapshot", files(queue).store.reading)  # Where it is traced.
    plans = list(_plans(queue, lambda queue: list(queue.to_review("rev"))))
    assert _joined_by(plans) == [True] * (passes > 1)
    queue.close()


@pytest.mark.parametrize("order", [Order.SEQUENTIAL, Order.PRIORITY, Order.UNCERTAIN])
def test_rejected_work_for_anyone_is_not_looked_for_in_all_tasks(backend: Backend, order: Order) -> None:
    backend.configure('on_reject = "anyone"')
    queue = backend.open()
    queue.add([NewTask("1.jpg"), NewTask("2.jpg")], who="lead")
    label(queue)
    assert list(_plans(queue, partial(_claim, order=order, where=None)))
    queue.close()


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_looks_at_all_tasks(queue: AnnotationQueue, name: str) -> None:
    label(queue, said=DOG)
    for sql, steps in _plans(queue, QUESTIONS[name]):
        if name.startswith(("claim", "review")) and "ids" not in name:
            assert not [step for step in steps if "TEMP B-TREE" in step], sql
