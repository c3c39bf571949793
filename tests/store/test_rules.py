"""The queue's rules, without any queue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from tui.model.project import OnReject, OnSkip, Project, ReviewRules
from tui.model.review import Verdict
from tui.model.task import Filter, Order, State, Work
from tui.store import claim_rules, rules
from tui.store.base import Conflict, Forbidden, LeaseLost, QueueError
from tui.store.claim_rules import ClaimSource
from tui.store.documents import Doc, LogRecord, new_record, patched
from tui.store.reopening import check_can_revise
from tui.store.rules import Actor, HeldLease

PROJECT = Project(Path("/p"))
ANN, BOB = Actor("ann", "ann-login"), Actor("bob", "bob-login")
NAMES = frozenset({"cat", "dog"})


def doc(state: str = "todo", **members: Any) -> Doc:
    return {"state": state, "path": "a.jpg", "_ev": 1, **members}


def on(**members: Any) -> Project:
    return replace(PROJECT, **members)


def test_a_list_of_people_keeps_others_out() -> None:
    rules.check_known(PROJECT, "eve")
    rules.check_known(on(people=("ann",)), "ann")
    with pytest.raises(Forbidden, match="'eve' is not among the people"):
        rules.check_known(on(people=("ann",)), "eve")


def test_own_work_is_told_by_name_and_where_asked_by_login() -> None:
    strict = on(review=ReviewRules(own_work="login"))
    mine = doc("labelled", annotator="ann", login="shared")
    assert rules.is_own_work(PROJECT, mine, ANN)
    assert not rules.is_own_work(PROJECT, mine, Actor("bob", "shared"))
    assert rules.is_own_work(strict, mine, Actor("bob", "shared"))
    assert not rules.is_own_work(strict, mine, BOB)


@pytest.mark.parametrize(
    ("state", "annotate", "review"),
    [
        (State.TODO, "ab", ""),
        (State.LABELLED, "a", "b"),
        (State.ACCEPTED, "", ""),
        (State.REJECTED, "a", ""),
        (State.SKIPPED, "ab", ""),
        (State.UNREADABLE, "", ""),
    ],
)
def test_who_may_work_on_what(state: State, annotate: str, review: str) -> None:
    task = doc(str(state), annotator="ann")
    for work, able in (("annotate", annotate), ("review", review)):
        for actor in (ANN, BOB):
            kind: Work = "review" if work == "review" else "annotate"
            assert rules.may_work_on(PROJECT, task, actor, kind) == (actor.who[0] in able), (work, actor)


def test_reviewers_come_back_to_their_own_verdicts() -> None:
    judged = doc("accepted", annotator="ann", reviewer="bob")
    assert rules.may_work_on(PROJECT, judged, BOB, "review")
    assert not rules.may_work_on(PROJECT, judged, Actor("cid", "c"), "review")


@pytest.mark.parametrize(("rule", "able"), [("annotator", "a"), ("anyone", "ab"), ("drop", "")])
def test_the_rejected_is_done_again_by_the_rule(rule: OnReject, able: str) -> None:
    task = doc("rejected", annotator="ann")
    for actor in (ANN, BOB):
        may = rules.may_work_on(on(on_reject=rule), task, actor, "annotate")
        assert may == (actor.who[0] in able)


def test_which_leases_are_in_the_way() -> None:
    lease = HeldLease("ann", "desk", until=100)
    assert not rules.lease_blocks(None, "bob", "sofa", 50)
    assert rules.lease_blocks(lease, "bob", "sofa", 99)
    assert rules.lease_blocks(lease, "ann", "sofa", 99)
    assert not rules.lease_blocks(lease, "bob", "sofa", 100)
    assert not rules.lease_blocks(lease, "ann", "desk", 50)
    dead = replace(lease, dead=True)
    assert not rules.lease_blocks(dead, "ann", "sofa", 50)
    assert rules.lease_blocks(dead, "bob", "sofa", 50)


def test_a_newer_lease_of_somebody_else_wins() -> None:
    rules.check_not_taken_over(1, "ann", None)
    rules.check_not_taken_over(1, "ann", "ann")
    with pytest.raises(LeaseLost) as caught:
        rules.check_not_taken_over(1, "ann", "bob")
    assert caught.value.holder == "bob"


def history(*patches: Doc) -> tuple[Doc, list[LogRecord]]:
    """A task after some patches, and their events, newest first."""
    task, events = doc(rev=0), list[LogRecord]()
    for seq, patch in enumerate(patches, 2):
        whole = {**patch, "rev": task.get("rev", 0) + 1}
        op = "flag" if "flagged" in patch else "label"
        events.insert(0, new_record({"seq": seq, "op": op, "who": "ann"}, {1: whole}, {1: task}, {"back": 0}))
        after = patched(task, whole, seq)
        assert after is not None
        task = after
    return task, events


def test_only_a_flag_may_come_in_between() -> None:
    task, events = history({"labels": ["cat"]}, {"flagged": True}, {"flagged": False})
    rules.check_unchanged(1, task, 3, [])
    rules.check_unchanged(1, task, 1, events)
    with pytest.raises(Conflict) as caught:
        rules.check_unchanged(1, task, 0, events)
    assert caught.value.current.rev == 3


def test_the_first_outcome_is_told_again() -> None:
    task, events = history({"labels": ["cat"]}, {"labels": ["dog"]}, {"flagged": True})
    for seq, labels, flagged in ((2, ["cat"], False), (3, ["dog"], False), (4, ["dog"], True)):
        then = rules.first_outcome(1, task, seq, events)
        assert (then["labels"], then.get("flagged", False)) == (labels, flagged)


def test_labels_that_nobody_knows() -> None:
    rules.check_labels(NAMES, doc(), {"labels": ["cat"], "shapes": [{"label": "dog"}]})
    rules.check_labels(frozenset(), doc(), {"labels": ["cow"]})
    rules.check_labels(NAMES, doc("labelled", labels=["cow"]), {"labels": ["cow"]})
    for said in ({"labels": ["cow"]}, {"labels": [], "shapes": [{"label": "cow"}]}):
        with pytest.raises(QueueError, match="no label 'cow'"):
            rules.check_labels(NAMES, doc(), said)


def test_a_label_ends_an_earlier_verdict_and_adds_up_seconds() -> None:
    before = doc(
        "rejected", annotator="ann", reviewer="bob", verdict="reject", reason="other", comment="look",
        wrong={"1": "small"}, fixed=True, seconds=2.0,
    )  # fmt: skip
    said = {"labels": ["cat"], "shapes": []}
    patch = rules.label_patch(before, said, ANN, 1.5, 10.00049, 7)
    after = patched(before, patch, 9)
    assert after == {
        "state": "labelled", "path": "a.jpg", "annotator": "ann", "login": "ann-login", "labels": ["cat"], "shapes": [],
        "labelled_at": 10.0, "seconds": 3.5, "fixed": False, "decided": 7, "_ev": 9,
    }  # fmt: skip
    assert rules.label_patch(doc(), said, ANN, -5, 0, 1)["seconds"] == 0


def test_skips_and_pictures_that_cannot_be_read() -> None:
    assert rules.skip_patch(doc(), ANN, "", 3) == {
        "state": "skipped", "annotator": "ann", "login": "ann-login", "reason": None, "decided": 3,
    }  # fmt: skip
    assert rules.unreadable_patch(doc(), "torn") == {"state": "unreadable", "reason": "torn"}
    for state in ("labelled", "accepted", "unreadable"):
        assert rules.unreadable_patch(doc(state), "torn") is None


VERDICT = {
    "reviewer": "bob", "verdict": "reject", "reason": "other", "comment": "look", "wrong": {"1": "small"}, "fixed": True,
}  # fmt: skip


def test_no_verdict_stays_on_work_that_was_left() -> None:
    """Else the reviewer of a rejected task could accept it after a skip."""
    rejected = doc(
        "rejected", annotator="ann", login="ann-login", labels=["cat"], shapes=[{"label": "cat"}], **VERDICT
    )
    patches = (
        rules.skip_patch(rejected, ANN, "", 3),
        rules.unreadable_patch(rejected, ""),
        rules.import_patch(rejected, {"state": "labelled", "labels": ["dog"]}, 9.0, 3),
    )
    for patch in patches:
        after = patched(rejected, patch or {}, 9)
        assert after is not None
        assert not {name for name in VERDICT if after.get(name)}
        assert after["state"] == "labelled" or not rules.may_work_on(PROJECT, after, BOB, "review")


def test_whoever_skips_gets_no_answer_of_somebody_else() -> None:
    rejected = doc("rejected", annotator="ann", labels=["cat"], shapes=[{"label": "cat"}])
    own = patched(rejected, rules.skip_patch(rejected, ANN, "", 3), 9)
    assert own is not None
    assert own["labels"] == ["cat"]
    imported = rules.import_patch(rejected, {"state": "skipped", "annotator": "bob"}, 9.0, 3)
    for patch in (rules.skip_patch(rejected, BOB, "", 3), imported):
        assert (patch["annotator"], patch["labels"], patch["shapes"]) == ("bob", [], [])


def test_a_file_that_says_nothing_of_the_work_leaves_its_verdict() -> None:
    judged = doc("accepted", annotator="ann", **VERDICT)
    assert rules.import_patch(judged, {"predictions": []}, 9.0, 3) == {"predictions": [], "rev": 1}


def test_verdicts() -> None:
    work = doc("labelled", annotator="ann", labels=["cat"], reviewed=1)
    accept = rules.review_patch(work, None, Verdict.ACCEPT, "bob", "", "", None)
    assert (accept["state"], accept["verdict"], accept["fixed"], accept["reviewed"]) == (
        "accepted", "accept", False, 2,
    )  # fmt: skip
    reject = rules.review_patch(work, None, Verdict.REJECT, "bob", "other", "look", {"1": "small"})
    assert (reject["state"], reject["reason"], reject["wrong"]) == ("rejected", "other", {"1": "small"})
    fix = rules.review_patch(work, {"labels": ["dog"]}, Verdict.ACCEPT, "bob", "", "", None)
    assert (fix["state"], fix["fixed"], fix["labels"]) == ("accepted", True, ["dog"])
    assert rules.review_operation(Verdict.ACCEPT, {}) == "fix"
    assert rules.review_operation(Verdict.REJECT, None) == "reject"
    assert rules.reviewed_work(work) == {"annotator": "ann", "labels": ["cat"], "first": False}


def test_refused_decisions() -> None:
    work = doc("labelled", annotator="ann")
    with pytest.raises(Conflict, match="is labelled now"):
        rules.check_can_label(PROJECT, 1, work, BOB)
    with pytest.raises(Forbidden, match="labelled by ann, not by bob"):
        check_can_revise(1, work, "bob")
    with pytest.raises(Forbidden, match="own work"):
        rules.check_not_own(PROJECT, 1, work, ANN)
    with pytest.raises(Conflict, match="is accepted now"):
        rules.check_can_review(PROJECT, 1, doc("accepted", annotator="ann"), BOB)


def test_what_a_file_says_keeps_its_own_time() -> None:
    assert rules.import_patch(doc(rev=4), {"state": "labelled", "labelled_at": 5.0}, 9.0, 3) == {
        "state": "labelled", "labelled_at": 5.0, "decided": 3, "login": None, "rev": 5,
    }  # fmt: skip
    assert rules.import_patch(doc(), {"predictions": []}, 9.0, 3) == {"predictions": [], "rev": 1}


def test_undo_and_redo_are_two_lists() -> None:
    assert rules.undo_heads({"op": "label"}, 9) == (9, 0)
    assert rules.undo_heads({"op": "undo", "to": 4}, 9) == (4, 9)
    assert rules.undo_heads({"op": "redo", "to": 5}, 9) == (9, 5)
    for op in ("add", "import", "unreadable", "project", "edit"):
        assert rules.undo_heads({"op": op}, 9) is None


def test_a_stroke_is_taken_back_as_one() -> None:
    events: dict[int, LogRecord] = {
        3: {"party": "x", "back": 2}, 2: {"party": "x", "back": 1}, 1: {"party": "y", "back": 0}, 4: {"back": 3},
    }  # fmt: skip
    assert rules.stroke(3, events.__getitem__) == [events[3], events[2]]
    assert rules.stroke(1, events.__getitem__) == [events[1]]
    assert rules.stroke(4, events.__getitem__) == [events[4]]


def test_a_reversal_restores_what_was_unless_it_changed() -> None:
    task, events = history({"labels": ["cat"]}, {"labels": ["dog"], "seconds": 2.0})
    patches = rules.reversal(events, {1: task}.__getitem__)
    assert patches == {1: {"labels": [], "seconds": 0.0, "rev": 3}}
    with pytest.raises(Conflict, match="changed by somebody else since"):
        rules.reversal(events[1:], {1: task}.__getitem__)


SOURCES = {
    ("annotator", "later"): "OWN_REJECTED DEAD_SITTINGS IN_ORDER OWN_SKIPPED",
    ("annotator", "others"): "OWN_REJECTED DEAD_SITTINGS IN_ORDER OTHERS_SKIPPED",
    ("annotator", "never"): "OWN_REJECTED DEAD_SITTINGS IN_ORDER",
    ("anyone", "later"): "OWN_REJECTED DEAD_SITTINGS ANY_REJECTED IN_ORDER OWN_SKIPPED",
    ("anyone", "others"): "OWN_REJECTED DEAD_SITTINGS ANY_REJECTED IN_ORDER OTHERS_SKIPPED",
    ("anyone", "never"): "OWN_REJECTED DEAD_SITTINGS ANY_REJECTED IN_ORDER",
    ("drop", "later"): "DEAD_SITTINGS IN_ORDER OWN_SKIPPED",
    ("drop", "others"): "DEAD_SITTINGS IN_ORDER OTHERS_SKIPPED",
    ("drop", "never"): "DEAD_SITTINGS IN_ORDER",
}


@pytest.mark.parametrize("on_reject", get_args(OnReject))
@pytest.mark.parametrize("on_skip", get_args(OnSkip))
def test_what_a_claim_prefers(on_reject: OnReject, on_skip: OnSkip) -> None:
    project = on(on_reject=on_reject, on_skip=on_skip)
    found = [source.name for source in claim_rules.claim_sources(project, "annotate")]
    assert found == SOURCES[on_reject, on_skip].split()
    review = [ClaimSource.TO_REVIEW_OF_DEAD_SITTINGS, ClaimSource.TO_REVIEW]
    assert list(claim_rules.claim_sources(project, "review")) == review


@pytest.mark.parametrize("work", get_args(Work))
@pytest.mark.parametrize("on_reject", ["annotator", "anyone"])
@pytest.mark.parametrize("on_skip", get_args(OnSkip))
def test_whoever_is_served_a_task_may_work_on_it(work: Work, on_reject: OnReject, on_skip: OnSkip) -> None:
    project = on(on_reject=on_reject, on_skip=on_skip)
    for source in claim_rules.claim_sources(project, work):
        served = [
            rules.may_work_on(project, task, actor, work)
            for task in (doc(str(state), annotator="ann") for state in State)
            for actor in (ANN, BOB)
            if claim_rules.source_has(source, project, task, actor)
        ]
        assert served, source
        assert all(served), source


def test_orders() -> None:
    tasks = [doc(priority=1, score=0.9), doc(priority=3), doc(score=0.2)]

    def sort(order: Order) -> list[int]:
        return sorted(range(3), key=lambda n: (*claim_rules.order_key(order, tasks[n]), n))

    assert sort(Order.SEQUENTIAL) == [0, 1, 2]
    assert sort(Order.PRIORITY) == [1, 0, 2]
    assert sort(Order.UNCERTAIN) == [2, 0, 1]


def test_who_gets_rejected_work_back() -> None:
    task = doc("rejected", annotator="ann")
    assert claim_rules.came_back(PROJECT, task, "ann")
    assert not claim_rules.came_back(PROJECT, task, "bob")
    assert not claim_rules.came_back(on(on_reject="drop"), task, "ann")
    assert not claim_rules.came_back(PROJECT, doc("accepted", annotator="ann"), "ann")


@pytest.mark.parametrize(
    ("where", "passes"),
    [
        (Filter(), True),
        (Filter(states=(State.LABELLED, State.TODO)), True),
        (Filter(states=(State.TODO,)), False),
        (Filter(annotator="ann"), True),
        (Filter(annotator="bob"), False),
        (Filter(path_glob="[!b]*.jpg"), True),
        (Filter(path_glob="A*"), False),
        (Filter(label="dog"), True),
        (Filter(label="cow"), False),
        (Filter(flagged=True), True),
        (Filter(flagged=False), False),
        (Filter(changed=False), True),
        (Filter(changed=True), False),
        (Filter(ids=frozenset({1, 2})), True),
        (Filter(ids=frozenset({2})), False),
        (Filter(annotator="ann", label="cow"), False),
    ],
)
def test_filters(where: Filter, passes: bool) -> None:
    task = doc("labelled", annotator="ann", labels=["cat"], shapes=[{"label": "dog"}], flagged=True)
    assert claim_rules.matches(where, 1, task) is passes
