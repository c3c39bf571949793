"""Numbers that add up, whatever people do: of the whole project, by person, and of what is left for each."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.annotation import Annotation
from tui.model.project import Label, OnReject, Project
from tui.model.review import Verdict
from tui.model.task import Filter, Imported, NewTask, State
from tui.store.base import AnnotationQueue, Conflict
from tui.store.memory import MemoryQueue
from tui.store.memory_store import MemoryStore

PEOPLE = ("ann", "bob", "rev")
DEEDS = ("label", "label", "skip", "accept", "reject", "fix", "undo", "redo", "unreadable", "import", "add")
CAT = Annotation(("cat",))


def opened(passes: int, on_reject: OnReject) -> AnnotationQueue:
    project = Project(Path("/nowhere"), (Label("cat", "cat", "#e69f00"),), passes=passes, on_reject=on_reject)
    queue = MemoryQueue(project, MemoryStore(), login="me")
    queue.add([NewTask(f"{n}.jpg", pass_) for n in range(6) for pass_ in range(1, passes + 1)], who="lead")
    return queue


def do(queue: AnnotationQueue, deed: str, who: str, request: str) -> None:
    """One deed of one person, where there is anything to do it to."""
    if deed in ("undo", "redo"):
        with suppress(Conflict):
            (queue.undo if deed == "undo" else queue.redo)(who, request_id=request)
        return
    if deed == "add":
        queue.add([NewTask(f"{request}.jpg")], who=who)
        return
    if deed in ("unreadable", "import"):
        task = queue.get(1 + int(request) % queue.count(Filter()))
        members = {"state": "labelled", "annotator": "eva", "labels": ["cat"], "shapes": []}
        if deed == "unreadable":
            queue.unreadable(task.id, "cut off", who=who, request_id=request)
        elif task.state is State.TODO:
            queue.import_annotations([Imported(task.id, task.rev, members)], who=who)
        return
    work = "annotate" if deed in ("label", "skip") else "review"
    for lease in queue.claim(who, sitting=who, work=work):  # type: ignore[arg-type]
        if deed == "label":
            queue.submit(lease, CAT, who=who, seconds=1, request_id=request)
        elif deed == "skip":
            queue.skip(lease, who=who, request_id=request)
        else:
            verdict = Verdict.REJECT if deed == "reject" else Verdict.ACCEPT
            fixed = CAT if deed == "fix" else None
            queue.review(lease, verdict, annotation=fixed, who=who, seconds=1, request_id=request)


def check(queue: AnnotationQueue, on_reject: OnReject) -> None:
    summary = queue.summary()
    states = summary.states
    assert summary.images == sum(states.values()) == queue.count(Filter())
    people = summary.annotators.values()
    for state in (State.LABELLED, State.ACCEPTED, State.REJECTED, State.SKIPPED):
        assert sum(getattr(person, state) for person in people) == states[state]
    told = {who: queue.progress(who) for who in PEOPLE}
    for who, now in told.items():
        assert now.done + now.left == summary.images - states[State.UNREADABLE]
        assert (now.done, now.left) == (told["ann"].done, told["ann"].left), "all are told the same"
        assert now.reviewed == states[State.ACCEPTED] + states[State.REJECTED]
        assert now.waiting == sum(1 for _ in queue.to_review(who)) <= states[State.LABELLED]
    back = 0 if on_reject == "drop" else states[State.REJECTED]
    assert sum(now.came_back for now in told.values()) + (queue.progress("eva").came_back) == back


@pytest.mark.parametrize("passes", [1, 2])
@given(
    deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.sampled_from(PEOPLE)), max_size=25),
    on_reject=st.sampled_from(["annotator", "anyone", "drop"]),
)
def test_totals_add_up(passes: int, deeds: list[tuple[str, str]], on_reject: OnReject) -> None:
    queue = opened(passes, on_reject)
    for number, (deed, who) in enumerate(deeds):
        do(queue, deed, who, str(number))
    check(queue, on_reject)
