"""Commands that change many tasks, through every backend."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.conftest import BACKENDS, CAT, DOG, Backend, label
from tui.errors import UsageError
from tui.model.amendment import Amendment, FileSeen, Relinked, Removed, Renamed, Reopened, Updated
from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import Filter, Imported, NewTask, State, Task
from tui.store import amendments
from tui.store.amending import restored
from tui.store.base import AnnotationQueue, Conflict
from tui.store.documents import Doc
from tui.store.trail import sentence, steps


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, project_folder: Path) -> Backend:
    return BACKENDS[request.param](project_folder)


def amend(queue: AnnotationQueue, *changes: tuple[int, Amendment], stroke: str = "s") -> int:
    return queue.amend(changes, who="lead", stroke=stroke).changed


def accept(queue: AnnotationQueue) -> Task:
    (lease,) = queue.claim("rev", 1, sitting="r", work="review")
    return queue.review(lease, Verdict.ACCEPT, who="rev", seconds=1, request_id=f"accept {lease.task.id}")


def test_what_is_removed_is_in_no_count_walk_or_export_until_that_is_taken_back(
    queue: AnnotationQueue, backend: Backend
) -> None:
    done = label(queue)
    queue.flag(done.id, True, who="ann", request_id="hard")
    assert amend(queue, (done.id, Removed()), (2, Removed())) == 2
    for each in (queue, other := backend.open()):
        assert [task.id for task in each.export()] == [task.id for task in each.tasks()] == list(range(3, 11))
        assert each.count(Filter()) == each.summary().images == sum(each.stats().values()) == 8
        assert each.summary().labels == {}
        assert each.summary().flagged == 0
        assert each.own_before("ann") == []
        assert (each.progress("ann").done, each.progress("ann").left) == (0, 8)
        assert [task.id for task in each.tasks(Filter(states=(State.REMOVED,)))] == [1, 2]
    other.close()
    assert 2 not in {lease.task.id for lease in queue.claim("bob", 10, sitting="b")}
    assert queue.add([NewTask("1.jpg")], who="lead") == (0, 1)

    back = queue.take_back(who="lead")
    assert back is not None
    assert (back.op, back.who, back.tasks, back.left) == ("remove", "lead", 2, ())
    again = queue.get(done.id)
    assert (again.state, again.annotation, again.flagged) == (State.LABELLED, CAT, True)
    assert queue.summary().labels == {"cat": 1}
    assert sentence(steps(queue.history(2))[1]) == "removed it from the project"


def test_who_has_a_removed_picture_in_hand_is_refused_with_its_state(queue: AnnotationQueue) -> None:
    (lease,) = queue.claim("ann", 1, sitting="a")
    amend(queue, (lease.task.id, Removed()))
    with pytest.raises(Conflict) as refused:
        queue.submit(lease, CAT, who="ann", seconds=1, request_id="late")
    assert refused.value.current.state is State.REMOVED


def test_a_moved_picture_is_found_at_its_new_place_alone(queue: AnnotationQueue) -> None:
    found = queue.amend([(1, Relinked("new/1.jpg")), (2, Relinked("3.jpg"))], who="lead", stroke="s")
    assert (found.changed, found.left) == (1, (2,))
    moved = queue.find("new/1.jpg")
    assert moved is not None
    assert moved.id == 1
    assert queue.find("1.jpg") is None
    queue.add([NewTask("1.jpg")], who="lead")
    back = queue.take_back(who="lead")
    assert back is not None
    assert (back.tasks, back.left) == (0, (1,))


def test_an_unreadable_picture_is_to_do_again_once_its_file_is_well(queue: AnnotationQueue) -> None:
    queue.unreadable(1, "cut off", who="ann", request_id="bad")
    assert amend(queue, (1, FileSeen(size=9, modified=5.5, width=4, height=3))) == 1
    task = queue.get(1)
    assert (task.state, task.reason, task.width, task.size, task.modified) == (State.TODO, None, 4, 9, 5.5)
    assert amend(queue, (1, FileSeen(size=9, modified=5.5, width=4, height=3))) == 0
    assert amend(queue, (1, FileSeen(reason="cut off again"))) == 1
    assert queue.get(1).state is State.UNREADABLE
    assert sentence(steps(queue.history(1))[2]) == "found the file again"


def test_another_picture_behind_labelled_shapes_is_marked_and_keeps_the_size_they_are_in(
    queue: AnnotationQueue,
) -> None:
    amend(queue, (1, FileSeen(width=400, height=300)))
    task = label(queue)
    other = FileSeen(size=7, width=300, height=400, changed=True)
    amend(queue, (task.id, other), (2, other))
    marked, fresh = queue.get(task.id), queue.get(2)
    assert (marked.width, marked.height, marked.file_changed) == (400, 300, True)
    assert (fresh.width, fresh.height, fresh.file_changed) == (300, 400, False)
    assert [each.id for each in queue.tasks(Filter(file_changed=True))] == [task.id]
    amend(queue, (task.id, FileSeen(size=8, width=400, height=300)))
    assert not queue.get(task.id).file_changed


def test_reopened_work_waits_for_a_review_or_for_its_annotator(queue: AnnotationQueue) -> None:
    first, second = label(queue), label(queue)
    accept(queue), accept(queue)
    assert amend(queue, (first.id, Reopened()), (3, Reopened())) == 1
    task = queue.get(first.id)
    assert (task.state, task.verdict, task.reviewer, task.annotation) == (State.LABELLED, None, None, CAT)
    amend(queue, (second.id, Reopened("annotator")), stroke="t")
    (lease,) = queue.claim("ann", 1, sitting="again")
    assert (lease.task.id, lease.task.state, lease.task.reason) == (second.id, State.REJECTED, "sent back")
    queue.take_back(who="lead")
    assert queue.get(second.id).state is State.ACCEPTED


def test_labels_go_by_their_new_names_everywhere(queue: AnnotationQueue) -> None:
    box = {"id": "1", "kind": "box", "label": "cat", "attributes": {"age": "old"}, "x": 0, "y": 0}
    (lease,) = queue.claim("ann", 1, sitting="a")
    queue.submit(lease, Annotation(("cat",), (box,)), who="ann", seconds=1, request_id="one")
    renamed = Renamed(labels={"cat": "kitty"}, attributes={"age": "years"})
    assert amend(queue, (1, renamed), (2, renamed)) == 1
    said = queue.get(1).annotation
    assert said.labels == ("kitty",)
    assert (said.shapes[0]["label"], said.shapes[0]["attributes"]) == ("kitty", {"years": "old"})
    assert [task.id for task in queue.tasks(Filter(label="kitty"))] == [1]
    assert queue.tasks(Filter(label="cat")) == []
    decided = {b: n for (kind, _, b), n in queue.tallies().items() if kind == "decided"}
    assert decided == {"kitty": 1}
    queue.take_back(who="lead")
    assert queue.get(1).annotation.labels == ("cat",)
    assert {b: n for (kind, _, b), n in queue.tallies().items() if kind == "decided"} == {"cat": 1}


def test_a_label_that_goes_takes_its_shapes_along_and_merged_ones_count_once(queue: AnnotationQueue) -> None:
    shapes = tuple({"id": str(n), "kind": "box", "label": name} for n, name in enumerate(("cat", "dog")))
    (lease,) = queue.claim("ann", 1, sitting="a")
    queue.submit(lease, Annotation(("dog", "cat"), shapes), who="ann", seconds=1, request_id="one")
    amend(queue, (1, Renamed(labels={"dog": "cat"})))
    assert queue.get(1).annotation.labels == ("cat",)
    amend(queue, (1, Renamed(labels={"cat": None})))
    assert queue.get(1).annotation == Annotation((), ())


def test_a_command_is_taken_back_as_a_whole_but_for_what_changed_since(queue: AnnotationQueue) -> None:
    queue.add([NewTask(f"more{n}.jpg") for n in range(300)], who="lead")
    everything = [(task.id, Updated({"priority": 3})) for task in queue.export()]
    result = queue.amend(everything, who="lead", stroke="s")
    assert (result.changed, result.left) == (310, ())
    amend(queue, (5, Updated({"priority": 4})), stroke="t")
    assert result.event is not None
    back = queue.take_back(result.event + 3, who="rev")
    assert back is not None
    assert (back.op, back.event, back.tasks, back.left) == ("update", result.event, 309, (5,))
    assert {task.priority for task in queue.export()} == {0, 4}
    with pytest.raises(UsageError, match="taken back already"):
        queue.take_back(result.event, who="lead")
    with pytest.raises(UsageError, match="no command"):
        queue.take_back(1, who="lead")
    last = queue.take_back(who="lead")
    assert last is not None
    assert last.tasks == 1
    assert queue.take_back(who="lead") is None


def test_an_import_is_taken_back_with_all_that_it_counted(queue: AnnotationQueue) -> None:
    before = queue.tallies()
    said = {"state": "labelled", "labels": ["dog"], "annotator": "carl"}
    for task_id in (1, 2):
        queue.import_annotations([Imported(task_id, 0, said)], who="lead", stroke="i")
    back = queue.take_back(who="lead")
    assert back is not None
    assert (back.op, back.tasks) == ("import", 2)
    assert queue.tallies() == before
    assert {task.state for task in queue.export()} == {State.TODO}


def test_undo_of_a_person_never_takes_back_a_command(queue: AnnotationQueue) -> None:
    task = label(queue, said=DOG)
    amend(queue, (2, Removed()))
    undone = queue.undo("lead", request_id="u")
    assert undone is None
    assert queue.get(2).state is State.REMOVED
    assert queue.get(task.id).annotation == DOG


def test_tasks_of_which_something_was_recorded_since_an_event_or_a_time(queue: AnnotationQueue) -> None:
    assert queue.count(Filter(since=0)) == queue.count(Filter(since=0.0)) == 10
    start = queue.seq
    assert queue.count(Filter(since=start)) == 0
    for _ in range(4):
        label(queue)
    first = queue.history(1)[-1]
    assert [task.id for task in queue.tasks(Filter(since=start))] == [1, 2, 3, 4]
    assert [task.id for task in queue.export(Filter(since=first.seq))] == [2, 3, 4]
    assert [task.id for task in queue.export(Filter(since=first.at))] == [2, 3, 4]
    assert queue.summary(Filter(since=queue.seq)).images == 0
    with queue.as_of_now(Filter(since=first.seq)) as found:
        assert len(list(found.tasks())) == 3
    claimed = queue.claim("rev", 9, sitting="r", work="review", where=Filter(since=first.seq))
    assert [lease.task.id for lease in claimed] == [2, 3, 4]


def test_an_export_is_known_again_by_its_format_and_target(queue: AnnotationQueue) -> None:
    assert queue.last_export("csv", "out.csv") is None
    queue.note_export("csv", "out.csv", 3, who="lead")
    queue.note_export("csv", "other.csv", 5, who="lead")
    assert queue.last_export("csv", "out.csv") == 3
    assert queue.last_export("coco", "out.csv") is None
    assert queue.undo("lead", request_id="u") is None
    assert queue.take_back(who="lead") is None


def test_taking_back_that_was_broken_off_is_done_again_and_to_its_end(
    queue: AnnotationQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.add([NewTask(f"more{n}.jpg") for n in range(300)], who="lead")
    queue.amend([(task.id, Updated({"priority": 3})) for task in queue.export()], who="lead", stroke="s")
    rule, calls = restored, iter(range(10**6))

    def interrupted(doc: Doc, patch: Doc, was: Doc) -> Doc | None:
        if next(calls) == 120:
            raise KeyboardInterrupt
        return rule(doc, patch, was)

    monkeypatch.setattr(amendments, "restored", interrupted)
    with pytest.raises(KeyboardInterrupt):
        queue.take_back(who="lead")
    assert {task.priority for task in queue.export()} == {0, 3}
    again = queue.take_back(who="lead")
    assert again is not None
    assert (again.op, again.left) == ("update", ())
    assert {task.priority for task in queue.export()} == {0}
    assert queue.take_back(who="lead") is None
