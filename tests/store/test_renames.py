"""Who opened the queue before labels got other names decides by the new ones, through every backend."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.conftest import BACKENDS, CAT, DOG, Backend, files, label, one
from tui.model.amendment import FileSeen, Relinked, Removed, Renamed, Updated
from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import Filter, Imported, NewTask, State
from tui.store.base import AnnotationQueue, Conflict, LabelGone

KITTY = Renamed(labels={"cat": "kitty"})
BACK = {"back": {"labels": {"kitty": "cat"}, "attributes": {}}}


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, project_folder: Path) -> Backend:
    return BACKENDS[request.param](project_folder)


def write_labels(backend: Backend, *names: str) -> None:
    text = "".join(f'[[labels]]\nname = "{name}"\n' for name in names)
    (backend.folder / "termlabel.toml").write_text(f"format = 1\n{text}", "utf-8")


def rename(queue: AnnotationQueue, backend: Backend, renamed: Renamed = KITTY, *names: str) -> None:
    """As the command does: the file, what is said from then on, all that stands."""
    write_labels(backend, *(names or ("kitty", "dog")))
    queue.say_names(renamed, who="lead", stroke="s", more=BACK if renamed is KITTY else {})
    ids = queue.naming([*renamed.labels, *renamed.attributes])
    queue.amend(((n, renamed) for n in ids), who="lead", stroke="s")


def labels_of(queue: AnnotationQueue, *ids: int) -> list[tuple[str, ...]]:
    return [queue.get(n).annotation.labels for n in ids]


def test_what_was_opened_before_decides_by_the_new_name(queue: AnnotationQueue, backend: Backend) -> None:
    lead, (first, second, third) = backend.open(), queue.claim("ann", 3, sitting="a")
    queue.submit(first, CAT, who="ann", seconds=1, request_id="1")
    rename(lead, backend)
    box = {"kind": "box", "label": "cat"}
    said = queue.submit(second, Annotation(("cat", "dog"), (box,)), who="ann", seconds=1, request_id="2")
    assert said.annotation == Annotation(("kitty", "dog"), ({"kind": "box", "label": "kitty"},))
    queue.revise(first.task.id, 1, CAT, who="ann", seconds=1, request_id="3")
    assert lead.summary().labels == {"kitty": 3, "dog": 1}
    (reviewed,) = queue.claim("rev", 1, sitting="r", work="review")
    queue.review(reviewed, Verdict.ACCEPT, annotation=CAT, who="rev", seconds=1, request_id="4")
    assert labels_of(lead, 1, 2) == [("kitty",), ("kitty", "dog")]
    new = backend.open()
    queue.release([third])
    with pytest.raises(LabelGone):
        label(new, "bob", CAT)
    new.close()
    lead.close()


def test_renames_follow_each_other_and_survive_a_new_index_and_a_checkpoint(
    queue: AnnotationQueue, backend: Backend
) -> None:
    lead = backend.open()
    for old, new in (("cat", "tmp"), ("dog", "cat"), ("tmp", "dog")):
        rename(lead, backend, Renamed(labels={old: new}), "cat", "dog")
    label(queue, said=CAT)
    lead.close()
    if backend.folder.joinpath("queue", "events.jsonl").exists():
        files(queue).store.checkpoint()
        (backend.folder / "queue" / "queue.idx").unlink()
    label(queue, said=CAT)
    label(queue, said=DOG)
    assert labels_of(queue, 1, 2, 3) == [("dog",), ("dog",), ("cat",)]


def test_a_label_that_is_there_again_is_itself(queue: AnnotationQueue, backend: Backend) -> None:
    rename(queue, backend, Renamed(labels={"cat": "dog"}), "dog")
    write_labels(backend, "cat", "dog")
    new = backend.open()
    label(new, said=CAT)
    label(queue, said=CAT)
    assert labels_of(queue, 1, 2) == [("cat",), ("dog",)]
    new.close()


def test_a_project_that_was_read_just_before_the_file_was_written_has_the_old_names(
    queue: AnnotationQueue, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename(queue, backend, Renamed(labels={"cat": "dog"}), "cat", "dog")
    for module in ("memory", "queue.event_queue"):
        monkeypatch.setattr(f"tui.store.{module}.still_says", lambda project: False)
    late = backend.open()
    label(late, said=CAT)
    assert labels_of(queue, 1) == [("dog",)]
    late.close()


def test_what_is_taken_back_has_its_old_name_for_all(queue: AnnotationQueue, backend: Backend) -> None:
    label(queue)
    rename(queue, backend)
    between = backend.open()
    told: list[object] = []
    write_labels(backend, "cat", "dog")
    back = queue.take_back(who="lead", names_back=told.append)
    assert back is not None
    assert (back.tasks, len(told)) == (1, 1)
    label(queue, said=CAT)
    label(between, said=Annotation(("kitty",)))
    assert labels_of(queue, 1, 2, 3) == [("cat",)] * 3
    between.close()


def test_a_name_that_no_picture_has_is_taken_back_too(queue: AnnotationQueue, backend: Backend) -> None:
    rename(queue, backend)
    back = queue.take_back(who="lead")
    assert back is not None
    assert (back.op, back.tasks) == ("labels", 0)
    assert queue.take_back(who="lead") is None


def test_what_has_no_other_name_is_refused_and_attributes_are_left_out(
    queue: AnnotationQueue, backend: Backend
) -> None:
    gone = Renamed(labels={"cat": None}, attributes={"age": "years", "tail": None})
    lease = one(queue)
    rename(queue, backend, gone, "dog")
    with pytest.raises(LabelGone, match="removed"):
        queue.submit(lease, CAT, who="ann", seconds=1, request_id="1")
    shape = {"kind": "box", "label": "dog", "attributes": {"age": 3, "tail": True}}
    said = queue.submit(lease, Annotation((), (shape,)), who="ann", seconds=1, request_id="2")
    assert said.annotation.shapes[0]["attributes"] == {"years": 3}


def test_what_a_command_says_of_a_picture_is_no_conflict_for_who_has_it_in_hand(
    queue: AnnotationQueue,
) -> None:
    queue.add([NewTask("p.jpg", predictions=({"label": "cat"},))], who="lead")
    leases = queue.claim("ann", 11, sitting="a")
    last = leases[10].task.id
    about = (Updated({"priority": 2}), FileSeen(size=3), Relinked("x/p.jpg"), KITTY)
    queue.amend([(last, each) for each in about], who="lead", stroke="s")
    queue.take_back(who="lead")
    said = queue.submit(leases[10], CAT, who="ann", seconds=1, request_id="1")
    assert said.state is State.LABELLED
    queue.amend([(1, Removed())], who="lead", stroke="t")
    with pytest.raises(Conflict):
        queue.submit(leases[0], CAT, who="ann", seconds=1, request_id="2")
    queue.import_annotations(
        [Imported(2, 0, {"state": "labelled", "labels": ["dog"]})], who="lead", stroke="i"
    )
    queue.take_back(who="lead")
    with pytest.raises(Conflict):
        queue.submit(leases[1], CAT, who="ann", seconds=1, request_id="3")


def test_drafts_of_all_follow(queue: AnnotationQueue, backend: Backend) -> None:
    queue.save_draft(1, "ann", {"labels": ["cat"], "shapes": [{"label": "cat"}]})
    rename(queue, backend)
    queue.save_draft(2, "bob", {"labels": ["cat", "dog"], "shapes": []})
    assert queue.load_draft(1, "ann") == {"labels": ["cat"], "shapes": [{"label": "cat"}]}, "by the old names"
    new = backend.open()
    assert new.load_draft(1, "ann") == {"labels": ["kitty"], "shapes": [{"label": "kitty"}]}
    assert new.load_draft(2, "bob") == {"labels": ["kitty", "dog"], "shapes": []}
    queue.take_back(who="lead")
    again = backend.open()
    assert again.load_draft(1, "ann") == {"labels": ["cat"], "shapes": [{"label": "cat"}]}
    new.close()
    again.close()


def test_decisions_are_taken_back_by_whatever_name(queue: AnnotationQueue, backend: Backend) -> None:
    before = queue.tallies()
    task = label(queue)
    rename(queue, backend)
    undone = queue.undo("ann", request_id="u")
    assert undone is not None
    assert (undone.id, undone.state) == (task.id, State.TODO)
    counted = {key: n for key, n in queue.tallies().items() if key[0] == "decided"}
    assert counted == {key: n for key, n in before.items() if key[0] == "decided"}


def test_tasks_are_found_by_every_name_in_every_state(queue: AnnotationQueue) -> None:
    odd = 'ca"t\\é'
    shape = {"kind": "box", "label": "dog", "attributes": {odd: 1}}
    queue.add([NewTask("p.jpg", predictions=({"label": odd},)), NewTask("q.jpg")], who="lead")
    label(queue, said=DOG)
    members = {"state": "labelled", "labels": ["dog"], "shapes": [shape]}
    queue.import_annotations([Imported(2, 0, members), Imported(11, 0, members)], who="lead")
    queue.amend([(2, Removed())], who="lead", stroke="s")
    assert queue.naming([odd]) == [2, 11]
    queue.amend([(2, Renamed({"dog": "cat"}))], who="lead", stroke="r")
    assert labels_of(queue, 2) == [("cat",)]
    queue.amend([(2, Renamed({"cat": "dog"}))], who="lead", stroke="r")
    assert queue.naming(["dog"]) == [1, 2, 11]
    assert queue.naming([]) == queue.naming(["do"]) == []
    assert queue.count(Filter(label=odd)) == 0
