"""What an AnnotationQueue promises, whichever backend stands behind it: the fixture `backend` runs each
test through all there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.conftest import BACKENDS, CAT, DOG, Backend, label, one
from tests.waiting import PATIENCE
from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import Filter, Imported, NewTask, Order, State, Task
from tui.store.base import AnnotationQueue, BadMember, Conflict, Forbidden, LabelGone, LeaseLost, NotFound
from tui.store.bulk import BulkCommands
from tui.store.trail import sentence, steps


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, project_folder: Path) -> Backend:
    return BACKENDS[request.param](project_folder)


METHODS = {**vars(AnnotationQueue), **vars(BulkCommands)}


@pytest.mark.parametrize("name", sorted(name for name in METHODS if not name.startswith("_")))
def test_each_method_says_what_it_raises(name: str) -> None:
    method = METHODS[name]
    assert "Raises" in (method.__doc__ or "") or name in ("readonly", "warnings", "id")


def test_add_is_idempotent_on_the_path(queue: AnnotationQueue) -> None:
    assert queue.add([NewTask("1.jpg"), NewTask("11.jpg"), NewTask("11.jpg")], who="lead") == (1, 2)
    assert [t.id for t in queue.tasks()] == list(range(1, 12))


def test_of_an_image_added_twice_at_once_the_first_counts(queue: AnnotationQueue) -> None:
    twice = [NewTask("11.jpg", priority=2), NewTask("11.jpg", priority=1)]
    assert queue.add(twice, who="lead") == (1, 1)
    assert queue.get(11).priority == 2


def test_a_decision_is_there_after_opening_again(queue: AnnotationQueue, backend: Backend) -> None:
    task = label(queue)
    assert (task.state, task.rev, task.annotator, task.seconds) == (State.LABELLED, 1, "ann", 1.5)
    other = backend.open()
    assert other.get(task.id) == task
    other.close()


def test_no_task_goes_to_two_people(queue: AnnotationQueue) -> None:
    mine = {lease.task.id for lease in queue.claim("ann", 6, sitting="a")}
    theirs = {lease.task.id for lease in queue.claim("bob", 6, sitting="b")}
    assert len(mine) == 6
    assert len(theirs) == 4
    assert not mine & theirs


@pytest.mark.parametrize("n", [0, -1])
@pytest.mark.parametrize("order", Order)
def test_who_asks_for_no_task_gets_none(queue: AnnotationQueue, n: int, order: Order) -> None:
    assert queue.claim("ann", n, sitting="a", order=order) == []
    label(queue)
    assert queue.claim("rev", n, sitting="r", work="review", order=order) == []
    assert len(queue.claim("bob", 20, sitting="b")) == 9


def test_the_same_request_has_one_outcome(queue: AnnotationQueue) -> None:
    lease = one(queue)
    first = queue.submit(lease, CAT, who="ann", seconds=1, request_id="r")
    queue.revise(first.id, first.rev, DOG, who="ann", seconds=1, request_id="r2")
    assert queue.submit(lease, CAT, who="ann", seconds=1, request_id="r") == first
    assert queue.get(first.id).annotation == DOG


def test_undo_and_redo_restore_every_member(queue: AnnotationQueue) -> None:
    before = queue.get(1)
    labelled = label(queue)
    undone = queue.undo("ann", request_id="u")
    assert undone is not None
    assert undone.rev == 2
    assert (undone.state, undone.annotation, undone.annotator) == (
        before.state,
        before.annotation,
        before.annotator,
    )
    assert (undone.seconds, undone.labelled_at) == (before.seconds, before.labelled_at)
    again = queue.redo("ann", request_id="v")
    assert again is not None
    assert (again.annotation, again.labelled_at, again.seconds) == (
        labelled.annotation,
        labelled.labelled_at,
        labelled.seconds,
    )
    assert queue.redo("ann", request_id="w") is None


def test_a_hundred_undos_after_opening_again(backend: Backend) -> None:
    queue = backend.open()
    queue.add([NewTask(f"{n}.jpg") for n in range(100)], who="lead")
    for _ in range(100):
        label(queue)
    queue.close()
    queue = backend.open()
    for n in range(100):
        assert queue.undo("ann", request_id=f"u{n}") is not None
    assert queue.undo("ann", request_id="last") is None
    assert queue.count(Filter(states=(State.TODO,))) == 100
    queue.close()


def test_a_new_decision_ends_redo(queue: AnnotationQueue) -> None:
    label(queue)
    queue.undo("ann", request_id="u")
    label(queue, said=DOG)
    assert queue.redo("ann", request_id="v") is None


def test_nobody_reviews_their_own_work(queue: AnnotationQueue) -> None:
    label(queue)
    assert queue.claim("ann", sitting="a", work="review") == []
    (lease,) = queue.claim("rev", sitting="r", work="review")
    with pytest.raises(Forbidden):
        queue.review(lease, Verdict.ACCEPT, who="ann", seconds=1, request_id="x")
    assert queue.claim("rev2", sitting="r2", work="review") == []


@pytest.mark.parametrize("rule", ["name", "login"])
def test_what_waits_for_a_review_is_what_is_served_for_it(backend: Backend, rule: str) -> None:
    """With `own_work = "login"` nothing that was labelled under the same login, whatever the name."""
    backend.configure("")
    file = backend.folder / "termlabel.toml"
    file.write_text(f'{file.read_text("utf-8")}\n[review]\nown_work = "{rule}"\n', "utf-8")
    queue = backend.open()
    queue.add([NewTask(f"{n}.jpg") for n in range(1, 6)], who="lead")
    for who in ("ann", "bob", "rev", "ann"):
        label(queue, who)
    (lease,) = queue.claim("eve", sitting="e", work="review") if rule == "name" else (None,)
    if lease is not None:
        queue.review(lease, Verdict.ACCEPT, who="eve", seconds=1, request_id="v")
    found = [task.id for task in queue.to_review("rev")]
    assert found == ([2, 4] if rule == "name" else [])
    assert queue.progress("rev").waiting == len(found)
    assert [task.id for task in queue.to_review("rev", Filter(annotator="bob"))] == found[:1]
    served = queue.claim("rev", 9, sitting="r", work="review")
    assert [lease.task.id for lease in served] == found
    queue.close()


@pytest.mark.parametrize("rule", ["name", "login"])
def test_images_done_in_another_pass_wait_for_no_review_by_the_same_person(
    backend: Backend, rule: str
) -> None:
    backend.configure("passes = 2")
    file = backend.folder / "termlabel.toml"
    file.write_text(f'{file.read_text("utf-8")}\n[review]\nown_work = "{rule}"\n', "utf-8")
    queue = backend.open()
    queue.add([NewTask(f"{n}.jpg", pass_) for n in (1, 2) for pass_ in (1, 2)], who="lead")
    label(queue, "ann")
    label(queue, "rev")
    label(queue, "ann")
    done = [(task.path, task.annotator) for task in queue.export() if task.annotator]
    assert done == [("1.jpg", "ann"), ("1.jpg", "rev"), ("2.jpg", "ann")]
    found = [task.path for task in queue.to_review("rev")]
    assert found == (["2.jpg"] if rule == "name" else [])
    assert queue.progress("rev").waiting == len(found)
    assert len(queue.claim("rev", 9, sitting="r", work="review")) == len(found)
    queue.close()


def test_a_rejected_task_comes_back_to_its_annotator_first(queue: AnnotationQueue) -> None:
    task = label(queue)
    (lease,) = queue.claim("rev", sitting="r", work="review")
    rejected = queue.review(
        lease, Verdict.REJECT, reason="other", comment="look", who="rev", seconds=1, request_id="x"
    )
    assert (rejected.state, rejected.reason, rejected.comment) == (State.REJECTED, "other", "look")
    assert queue.progress("ann").came_back == 1
    assert queue.claim("bob", 20, sitting="b")[0].task.id != task.id
    back = one(queue, "ann", "again")
    assert back.task.id == task.id
    done = queue.submit(back, DOG, who="ann", seconds=1, request_id="y")
    assert (done.state, done.reviewer, done.verdict, done.reason, done.comment) == (
        State.LABELLED,
        None,
        None,
        None,
        None,
    )
    assert done.seconds == 2.5


def rejected(queue: AnnotationQueue) -> Task:
    """A task of ann's that rev rejected."""
    label(queue)
    (lease,) = queue.claim("rev", sitting="r", work="review")
    marked = {"shapes": {"3": "bad"}}
    return queue.review(
        lease, Verdict.REJECT, reason="other", who="rev", seconds=1, request_id="no", context=marked
    )


def test_rejected_work_that_is_skipped_has_no_verdict_any_more(queue: AnnotationQueue) -> None:
    task = rejected(queue)
    skipped = queue.skip(one(queue), who="ann", request_id="s")
    assert (skipped.id, skipped.state) == (task.id, State.SKIPPED)
    assert (skipped.reviewer, skipped.verdict, skipped.reason, dict(skipped.wrong)) == (None, None, None, {})
    assert queue.claim_task(task.id, who="rev", sitting="r", work="review") is None
    back = queue.undo("ann", request_id="u")
    assert back is not None
    assert (back.state, back.reviewer, dict(back.wrong)) == (State.REJECTED, "rev", {"3": "bad"})


def test_a_skip_of_somebody_else_s_work_does_not_make_it_theirs(backend: Backend) -> None:
    backend.configure('on_reject = "anyone"')
    queue = backend.open()
    queue.add([NewTask("a")], who="lead")
    rejected(queue)
    skipped = queue.skip(one(queue, "bob"), who="bob", request_id="s")
    assert (skipped.annotator, skipped.annotation) == ("bob", Annotation())
    assert queue.count(Filter(label="cat")) == 0
    back = queue.undo("bob", request_id="u")
    assert back is not None
    assert (back.annotator, back.annotation) == ("ann", CAT)
    queue.close()


def test_rejected_work_whose_picture_is_unreadable_is_served_no_more(queue: AnnotationQueue) -> None:
    task = rejected(queue)
    assert one(queue, sitting="a").task.id == task.id
    found = queue.unreadable(task.id, "torn", who="ann", request_id="t")
    assert (found.state, found.reason, found.reviewer, found.annotation) == (
        State.UNREADABLE, "torn", None, CAT,
    )  # fmt: skip
    assert queue.progress("ann").came_back == 0
    for sitting in ("a", "b"):
        assert task.id not in {lease.task.id for lease in queue.claim("ann", 20, sitting=sitting)}


def test_an_import_takes_the_marks_of_a_rejection_with_it(queue: AnnotationQueue) -> None:
    task = rejected(queue)
    said = {"state": "labelled", "annotator": "ann", "labels": ["dog"], "shapes": []}
    assert queue.import_annotations([Imported(task.id, task.rev, said)], who="lead") == (1, [])
    now = queue.get(task.id)
    assert (now.annotation, now.reviewer, now.verdict, dict(now.wrong)) == (DOG, None, None, {})


def test_a_fix_keeps_the_annotator(queue: AnnotationQueue) -> None:
    label(queue)
    (lease,) = queue.claim("rev", sitting="r", work="review")
    fixed = queue.review(lease, Verdict.ACCEPT, annotation=DOG, who="rev", seconds=1, request_id="x")
    assert (fixed.state, fixed.fixed, fixed.annotation, fixed.annotator) == (State.ACCEPTED, True, DOG, "ann")


def test_a_verdict_on_a_changed_label_is_refused_with_the_current_one(queue: AnnotationQueue) -> None:
    task = label(queue)
    (lease,) = queue.claim("rev", sitting="r", work="review")
    queue.revise(task.id, task.rev, DOG, who="ann", seconds=1, request_id="x")
    with pytest.raises(Conflict) as caught:
        queue.review(lease, Verdict.ACCEPT, who="rev", seconds=1, request_id="y")
    assert caught.value.current.annotation == DOG


def test_late_work_counts_while_nobody_took_over(queue: AnnotationQueue) -> None:
    (lease,) = queue.claim("ann", sitting="a", ttl=-1)
    assert queue.submit(lease, CAT, who="ann", seconds=1, request_id="x").state is State.LABELLED


def test_orders(backend: Backend) -> None:
    queue = backend.open()
    queue.add(
        [NewTask("a", priority=1, score=0.9), NewTask("b", priority=3), NewTask("c", score=0.2)], who="lead"
    )

    def order(kind: Order, seed: int = 0) -> list[str]:
        leases = queue.claim("ann", 9, sitting="s", order=kind, seed=seed)
        queue.release(leases)
        return [lease.task.path for lease in leases]

    assert order(Order.SEQUENTIAL) == ["a", "b", "c"]
    assert order(Order.PRIORITY) == ["b", "a", "c"]
    assert order(Order.UNCERTAIN) == ["c", "a", "b"]
    assert order(Order.RANDOM, 1) == order(Order.RANDOM, 1)
    assert {tuple(order(Order.RANDOM, seed)) for seed in range(40)} > {("a", "b", "c")}
    queue.close()


def test_filters(queue: AnnotationQueue) -> None:
    label(queue)
    queue.flag(3, True, who="ann", request_id="f")
    assert queue.count(Filter(states=(State.LABELLED,))) == 1
    assert [t.id for t in queue.tasks(Filter(flagged=True))] == [3]
    assert [t.id for t in queue.export(Filter(label="cat"))] == [1]
    assert [t.id for t in queue.tasks(Filter(path_glob="1*"))] == [1, 10]
    assert queue.count(Filter(annotator="bob")) == 0


def test_history_tells_each_step(queue: AnnotationQueue) -> None:
    label(queue)
    queue.undo("ann", request_id="u")
    trail = steps(queue.history(1))
    assert [step.op for step in trail] == ["add", "label", "undo"]
    assert trail[1].after["labels"] == ["cat"]
    assert trail[2].after["labels"] == []


def test_what_does_not_exist(queue: AnnotationQueue) -> None:
    with pytest.raises(NotFound):
        queue.get(99)
    assert queue.find("no.jpg") is None


def test_filters_by_id_and_by_more_than_one_thing(queue: AnnotationQueue) -> None:
    label(queue)
    label(queue, said=DOG)
    some = Filter(ids=frozenset({2, 3, 9, 99}))
    assert [task.id for task in queue.tasks(some)] == [2, 3, 9]
    assert queue.count(Filter(ids=frozenset({1, 2, 3}), states=(State.LABELLED,), label="dog")) == 1
    for order in Order:
        leases = queue.claim("bob", 9, sitting="b", where=some, order=order)
        assert {lease.task.id for lease in leases} == {3, 9}
        queue.release(leases)
    (lease,) = queue.claim("rev", 9, sitting="r", work="review", where=Filter(ids=frozenset({2, 5})))
    assert lease.task.id == 2


def test_orders_with_filters(backend: Backend) -> None:
    queue = backend.open()
    prediction = {"cat": ({"label": "cat", "score": 0.5},), "dog": ({"label": "dog", "score": 0.5},)}
    queue.add(
        [
            NewTask(
                f"{n:03}",
                priority=n % 7,
                score=n % 11 / 11,
                predictions=prediction["dog" if n % 5 else "cat"],
            )
            for n in range(200)
        ],
        who="lead",
    )
    for where in (None, Filter(label="cat"), Filter(label="dog"), Filter(path_glob="1*")):
        able = queue.tasks(where or Filter(), limit=500)
        for order in Order:
            leases = queue.claim("ann", 500, sitting="s", order=order, where=where, seed=3)
            served = [lease.task for lease in leases]
            assert {task.id for task in served} == {task.id for task in able}
            if order is Order.PRIORITY:
                assert served == sorted(able, key=lambda task: (-task.priority, task.id))
            if order is Order.UNCERTAIN:
                assert served == sorted(able, key=lambda task: (task.score or 0, task.id))
            if order is Order.SEQUENTIAL:
                assert served == able
            queue.release(leases)
    queue.close()


def test_a_random_order_is_the_same_for_the_same_seed(backend: Backend) -> None:
    queue = backend.open()
    queue.add([NewTask(f"{n:03}") for n in range(300)], who="lead")

    def order(seed: int, n: int) -> list[int]:
        leases = queue.claim("ann", n, sitting="s", order=Order.RANDOM, seed=seed)
        queue.release(leases)
        return [lease.task.id for lease in leases]

    whole = order(1, 300)
    assert sorted(whole) == list(range(1, 301))
    assert whole != sorted(whole)
    assert order(1, 20) == whole[:20]
    assert order(2, 20) != whole[:20]
    queue.close()


def test_reviews_can_be_of_one_person_and_one_label(queue: AnnotationQueue) -> None:
    label(queue, "ann", CAT)
    label(queue, "bob", CAT)
    label(queue, "bob", DOG)

    def claimed(where: Filter) -> set[int]:
        leases = queue.claim("rev", 9, sitting="r", work="review", where=where)
        queue.release(leases)
        return {lease.task.id for lease in leases}

    assert claimed(Filter(annotator="bob")) == {2, 3}
    assert claimed(Filter(label="cat")) == {1, 2}
    assert claimed(Filter(annotator="bob", label="cat")) == {2}


def test_changed_is_what_differs_from_the_prediction(backend: Backend) -> None:
    queue = backend.open()
    queue.add([NewTask(f"{n}", predictions=({"label": "cat"},)) for n in range(2)], who="lead")
    label(queue, said=CAT)
    label(queue, said=DOG)
    assert [task.id for task in queue.tasks(Filter(changed=True))] == [2]
    queue.undo("ann", request_id="u")
    assert queue.count(Filter(changed=True)) == 0
    queue.close()


def test_an_expired_lease_goes_to_the_next_person(queue: AnnotationQueue) -> None:
    (mine,) = queue.claim("ann", sitting="a", ttl=-1)
    (theirs,) = queue.claim("bob", sitting="b")
    assert theirs.task.id == mine.task.id
    assert theirs.token > mine.token
    assert queue.renew([mine]) == []
    with pytest.raises(LeaseLost) as caught:
        queue.submit(mine, CAT, who="ann", seconds=1, request_id="late")
    assert caught.value.holder == "bob"
    done = queue.submit(theirs, DOG, who="bob", seconds=1, request_id="first")
    with pytest.raises(Conflict) as conflict:
        queue.submit(mine, CAT, who="ann", seconds=1, request_id="later")
    assert conflict.value.current == done


def test_a_renewed_lease_stays(queue: AnnotationQueue) -> None:
    leases = queue.claim("ann", 2, sitting="a", ttl=-1)
    assert [lease.task.id for lease in queue.renew(leases)] == [1, 2]
    assert queue.claim("bob", sitting="b")[0].task.id == 3


def test_one_name_at_two_desks_never_shares_a_task(queue: AnnotationQueue) -> None:
    first = {lease.task.id for lease in queue.claim("ann", 3, sitting="desk")}
    second = {lease.task.id for lease in queue.claim("ann", 3, sitting="sofa")}
    assert not first & second


def test_nobody_gets_an_image_twice_in_two_passes(backend: Backend) -> None:
    backend.configure("passes = 2")
    queue = backend.open()
    queue.add([NewTask(f"{n}.jpg", pass_) for pass_ in (1, 2) for n in range(3)], who="lead")
    mine = queue.claim("ann", 9, sitting="a")
    assert len({lease.task.path for lease in mine}) == 3 == len(mine)
    for lease in mine:
        queue.submit(lease, CAT, who="ann", seconds=1, request_id=f"r{lease.task.id}")
    assert queue.claim("ann", 9, sitting="a") == []
    assert len(queue.claim("bob", 9, sitting="b")) == 3
    queue.close()


@pytest.mark.parametrize(
    ("rule", "for_ann", "for_bob"), [("later", [1], []), ("others", [], [1]), ("never", [], [])]
)
def test_what_is_skipped_is_served_by_the_rule(
    backend: Backend, rule: str, for_ann: list[int], for_bob: list[int]
) -> None:
    backend.configure(f'on_skip = "{rule}"')
    queue = backend.open()
    queue.add([NewTask("a")], who="lead")
    queue.skip(one(queue), "blurred", who="ann", request_id="s")
    assert queue.get(1).reason == "blurred"
    for who, expected in (("ann", for_ann), ("bob", for_bob)):
        leases = queue.claim(who, sitting=f"{who} again")
        assert [lease.task.id for lease in leases] == expected
        queue.release(leases)
    assert queue.claim("ann", sitting="s", skip=[1]) == []
    queue.close()


@pytest.mark.parametrize(
    ("rule", "for_ann", "for_bob"), [("annotator", 1, 0), ("anyone", 1, 1), ("drop", 0, 0)]
)
def test_what_is_rejected_goes_back_by_the_rule(
    backend: Backend, rule: str, for_ann: int, for_bob: int
) -> None:
    backend.configure(f'on_reject = "{rule}"')
    queue = backend.open()
    queue.add([NewTask("a")], who="lead")
    label(queue)
    (lease,) = queue.claim("rev", sitting="r", work="review")
    queue.review(lease, Verdict.REJECT, who="rev", seconds=1, request_id="x")
    for who, expected in (("bob", for_bob), ("ann", for_ann)):
        leases = queue.claim(who, sitting=who)
        assert len(leases) == expected
        queue.release(leases)
    queue.close()


@pytest.mark.parametrize("order", [Order.SEQUENTIAL, Order.PRIORITY, Order.UNCERTAIN])
def test_what_others_did_and_was_rejected_comes_before_new_work(backend: Backend, order: Order) -> None:
    backend.configure('on_reject = "anyone"')
    queue = backend.open()
    queue.add([NewTask("a"), NewTask("b"), NewTask("c")], who="lead")
    mine = queue.claim_task(2, who="ann", sitting="s")
    assert mine is not None
    queue.submit(mine, CAT, who="ann", seconds=1, request_id="a")
    (lease,) = queue.claim("rev", sitting="r", work="review")
    queue.review(lease, Verdict.REJECT, who="rev", seconds=1, request_id="x")
    assert [lease.task.id for lease in queue.claim("bob", 2, sitting="b", order=order)] == [2, 1]
    queue.close()


def test_a_request_that_comes_again_with_a_new_lease_is_recorded_once(queue: AnnotationQueue) -> None:
    for _ in range(2):
        lease = queue.claim_task(1, who="ann", sitting="s")
        assert lease is not None
        assert queue.submit(lease, CAT, who="ann", seconds=1, request_id="once").rev == 1


def test_a_label_no_longer_in_the_project(queue: AnnotationQueue) -> None:
    lease = one(queue)
    with pytest.raises(LabelGone, match="no label 'cow'"):
        queue.submit(lease, Annotation(("cow",)), who="ann", seconds=1, request_id="x")
    assert queue.submit(lease, CAT, who="ann", seconds=1, request_id="y").state is State.LABELLED


def test_people_outside_the_project(backend: Backend) -> None:
    backend.configure('people = ["ann"]')
    queue = backend.open()
    with pytest.raises(Forbidden, match="'eve' is not among the people"):
        queue.claim("eve", sitting="s")
    queue.close()


def test_watching_tells_what_others_do(queue: AnnotationQueue, backend: Backend) -> None:
    seen = queue.seq
    assert list(queue.watch(seen, 0.01)) == []
    other = backend.open()
    done = label(other, "bob")
    event = next(queue.watch(seen, PATIENCE))
    assert (event.who, event.op, event.task_id) == ("bob", "label", done.id)
    assert [e.op for e in queue.watch(0, 0)][:2] == ["add", "add"]
    assert len(list(queue.watch(0, 0))) == 11
    other.close()


def test_the_export_is_of_one_moment(queue: AnnotationQueue) -> None:
    tasks = queue.export()
    first = next(tasks)
    label(queue)
    queue.add([NewTask("new")], who="lead")
    assert [task.state for task in (first, *tasks)] == [State.TODO] * 10
    assert len(list(queue.export())) == 11


def test_all_passes_over_frozen_tasks_are_of_one_event(queue: AnnotationQueue, backend: Backend) -> None:
    label(queue)
    with queue.as_of_now(Filter(states=(State.LABELLED,))) as found:
        first, seq, other = list(found.tasks()), queue.seq, backend.open()
        label(queue)
        label(other, "bob")
        other.close()
        assert list(found.tasks()) == first
        assert [task.annotator for task in first] == ["ann"]
        assert found.seq == seq < queue.seq


def test_one_stroke_is_taken_back_as_one(queue: AnnotationQueue) -> None:
    for _ in range(3):
        label(queue)
    for number, lease in enumerate(queue.claim("rev", 3, sitting="r", work="review")):
        queue.review(lease, Verdict.ACCEPT, stroke="sheet", who="rev", seconds=1, request_id=f"v{number}")
    assert queue.count(Filter(states=(State.ACCEPTED,))) == 3
    queue.undo("rev", request_id="u")
    assert queue.count(Filter(states=(State.LABELLED,))) == 3
    queue.redo("rev", request_id="v")
    assert queue.count(Filter(states=(State.ACCEPTED,))) == 3
    queue.undo("rev", request_id="w")
    assert queue.count(Filter(states=(State.LABELLED,))) == 3
    assert queue.tallies() == {k: n for k, n in queue.tallies().items() if k[0] != "review"}


def test_undo_after_somebody_else_changed_it(queue: AnnotationQueue) -> None:
    task = label(queue)
    (lease,) = queue.claim("rev", sitting="r", work="review")
    queue.review(lease, Verdict.ACCEPT, who="rev", seconds=1, request_id="v")
    with pytest.raises(Conflict) as caught:
        queue.undo("ann", request_id="u")
    assert caught.value.current.state is State.ACCEPTED
    assert queue.get(task.id).annotation == CAT
    assert queue.undo("ann", request_id="w") is None


def changed_by_others(queue: AnnotationQueue, *task_ids: int) -> None:
    said = {"state": "labelled", "annotator": "eve", "labels": ["dog"]}
    changes = [Imported(number, queue.get(number).rev, said) for number in task_ids]
    assert queue.import_annotations(changes, who="lead") == (len(task_ids), [])


def test_undo_passes_over_what_others_changed_once_that_was_told(
    queue: AnnotationQueue, backend: Backend
) -> None:
    for _ in range(3):
        label(queue)
    changed_by_others(queue, 2, 3)
    for task_id in (3, 2):
        with pytest.raises(Conflict, match=f"Task {task_id} was changed by somebody else since"):
            queue.undo("ann", request_id=f"u{task_id}")
    other = backend.open()
    with pytest.raises(Conflict, match="Task 3"):  # Nobody was told there.
        other.undo("ann", request_id="o")
    other.close()
    undone = queue.undo("ann", request_id="u1")
    assert undone is not None
    assert (undone.id, undone.state) == (1, State.TODO)
    assert queue.undo("ann", request_id="u0") is None
    again = queue.redo("ann", request_id="r")
    assert again is not None
    assert (again.id, again.annotation) == (1, CAT)
    assert queue.undo("ann", request_id="v") is not None
    assert [queue.get(number).annotation for number in (2, 3)] == [DOG, DOG]


def test_what_cannot_be_taken_back_is_told_again_after_a_new_decision(queue: AnnotationQueue) -> None:
    label(queue)
    changed_by_others(queue, 1)
    with pytest.raises(Conflict):
        queue.undo("ann", request_id="a")
    label(queue)
    assert queue.undo("ann", request_id="b") is not None
    with pytest.raises(Conflict):
        queue.undo("ann", request_id="c")


def test_redo_passes_over_what_others_changed_once_that_was_told(queue: AnnotationQueue) -> None:
    for _ in range(2):
        label(queue)
    for request in "ab":
        queue.undo("ann", request_id=request)
    changed_by_others(queue, 1)
    with pytest.raises(Conflict, match="Task 1 was changed"):
        queue.redo("ann", request_id="c")
    again = queue.redo("ann", request_id="d")
    assert again is not None
    assert (again.id, again.annotation) == (2, CAT)
    assert queue.redo("ann", request_id="e") is None


def test_a_stroke_is_passed_over_as_one(queue: AnnotationQueue) -> None:
    for _ in range(3):
        label(queue)
    for number, lease in enumerate(queue.claim("rev", 3, sitting="r", work="review")):
        stroke = "sheet" if number else None
        queue.review(lease, Verdict.ACCEPT, stroke=stroke, who="rev", seconds=1, request_id=f"v{number}")
    changed_by_others(queue, 2)
    with pytest.raises(Conflict, match="Task 2"):
        queue.undo("rev", request_id="u")
    undone = queue.undo("rev", request_id="w")
    assert undone is not None
    assert undone.id == 1
    assert [queue.get(n).state for n in (1, 2, 3)] == [State.LABELLED, State.LABELLED, State.ACCEPTED]


def test_drafts_are_kept_until_the_submit(queue: AnnotationQueue, backend: Backend) -> None:
    lease = one(queue)
    queue.save_draft(lease.task.id, "ann/é", {"shapes": [1]})
    queue.save_draft(lease.task.id, "ann", {"shapes": [2]})
    other = backend.open()
    assert other.drafts("ann") == [lease.task.id]
    assert other.load_draft(lease.task.id, "ann/é") == {"shapes": [1]}
    queue.submit(lease, CAT, who="ann", seconds=1, request_id="x")
    assert other.load_draft(lease.task.id, "ann") is None
    assert other.drafts("ann/é") == [lease.task.id]
    other.close()


def test_drafts_of_people_with_long_names_are_told_apart(queue: AnnotationQueue) -> None:
    names = ["ж" * 30, "ж" * 32, "ж" * 90, "ж" * 90 + "a", "%" * 90, "\udcff" * 90]
    for number, name in enumerate(names, 1):
        queue.save_draft(1, name, {"shapes": [number]})
    for number, name in enumerate(names, 1):
        assert queue.drafts(name) == [1]
        assert queue.load_draft(1, name) == {"shapes": [number]}
    queue.drop_draft(1, names[2])
    assert [len(queue.drafts(name)) for name in names] == [1, 1, 0, 1, 1, 1]


def test_large_masks_come_back_whole(queue: AnnotationQueue, backend: Backend) -> None:
    small = {"kind": "mask", "label": "cat", "size": [10, 10], "counts": [5, 95]}
    large = {"kind": "mask", "label": "dog", "size": [4000, 3000], "counts": list(range(5000))}
    said = Annotation((), (small, large))
    assert label(queue, said=said).annotation == said
    other = backend.open()
    assert other.get(1).annotation == said
    assert next(iter(other.export())).annotation == said
    assert other.undo("ann", request_id="u") is not None
    other.redo("ann", request_id="r")
    assert queue.get(1).annotation == said
    other.close()


def test_own_earlier_work_from_the_latest(queue: AnnotationQueue) -> None:
    for _ in range(3):
        label(queue)
    label(queue, "bob")
    assert [task.id for task in queue.own_before("ann", limit=9)] == [3, 2, 1]
    assert [task.id for task in queue.own_before("ann", before=3)] == [2]


def test_what_json_cannot_hold_is_refused_before_it_is_written(queue: AnnotationQueue) -> None:
    lease = one(queue)
    seq = queue.seq
    with pytest.raises(ValueError, match="JSON"):
        queue.submit(
            lease, Annotation((), ({"kind": "box", "x": float("nan")},)), who="ann", seconds=1, request_id="x"
        )
    assert queue.seq == seq


def test_names_that_are_not_utf8(backend: Backend) -> None:
    queue = backend.open()
    names = ["plain.jpg", "caf\u00e9.jpg", "bad\udcff.jpg", "\U0001f600.jpg"]
    assert queue.add([NewTask(name) for name in names], who="lead") == (4, 0)
    assert queue.add([NewTask(name) for name in names], who="lead") == (0, 4)
    for number, name in enumerate(names, 1):
        found = queue.find(name)
        assert found is not None
        assert (found.id, found.path) == (number, name)
    queue.close()
    queue = backend.open()
    assert [task.path for task in queue.export()] == names
    queue.close()


def test_a_sitting_that_asks_twice_for_a_task_gives_it_back_once(queue: AnnotationQueue) -> None:
    first = queue.claim_task(1, who="ann", sitting="a")
    again = queue.claim_task(1, who="ann", sitting="a")
    assert first is not None and again is not None
    assert again.token == first.token
    queue.release([first])
    assert queue.claim_task(1, who="bob", sitting="b") is not None


def test_a_flag_set_meanwhile_is_no_conflict(queue: AnnotationQueue) -> None:
    lease = one(queue)
    queue.flag(lease.task.id, True, who="bob", request_id="f")
    queue.flag(lease.task.id, False, who="cid", request_id="g")
    queue.undo("cid", request_id="u")
    done = queue.submit(lease, CAT, who="ann", seconds=1, request_id="x")
    assert (done.state, done.flagged) == (State.LABELLED, True)
    queue.flag(done.id, False, who="bob", request_id="h")
    assert queue.revise(done.id, done.rev, DOG, who="ann", seconds=1, request_id="y").annotation == DOG


def test_a_note_is_kept_beside_all_else_told_in_the_trail_and_taken_back(queue: AnnotationQueue) -> None:
    lease = one(queue)
    task = lease.task.id
    assert queue.get(task).note is None
    queue.note(task, "one “eye” is closed", who="bob", request_id="n")
    queue.note(task, "both are", who="bob", request_id="m")
    assert queue.submit(lease, CAT, who="ann", seconds=1, request_id="x").note == "both are"
    assert queue.undo("bob", request_id="u") is not None
    assert queue.get(task).note == "one “eye” is closed" and queue.get(task).annotation == CAT
    queue.note(task, None, who="ann", request_id="o")
    assert next(iter(queue.export())).note is None
    told = [sentence(step) for step in steps(queue.history(task))]
    assert told[1] == "noted “one “eye” is closed”" and told[-1] == "took the note away"
    with pytest.raises(BadMember):
        queue.note(task, "\udcff", who="ann", request_id="p")


def test_a_flag_hides_no_other_change(queue: AnnotationQueue) -> None:
    task = label(queue)
    (lease,) = queue.claim("rev", sitting="r", work="review")
    queue.revise(task.id, task.rev, DOG, who="ann", seconds=1, request_id="x")
    queue.flag(task.id, True, who="bob", request_id="f")
    with pytest.raises(Conflict):
        queue.review(lease, Verdict.ACCEPT, who="rev", seconds=1, request_id="v")
