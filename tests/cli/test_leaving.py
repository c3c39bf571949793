"""Images that leave a project, and commands that are taken back."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Run
from tui.cli.which_image import image_to_begin_with
from tui.errors import UsageError
from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import State
from tui.store import open_queue


@pytest.fixture
def labelled(project: Path) -> Path:
    """The first of the two pictures has the label cat, by ann."""
    queue = open_queue(project)
    (lease,) = queue.claim("ann", sitting="a")
    queue.submit(lease, Annotation(("cat",)), who="ann", seconds=1, request_id="one")
    queue.close()
    return project


def event_in(text: str) -> str:
    found = re.search(r"'termlabel undo \S+ (\d+)'", text)
    assert found is not None, text
    return found[1]


def exported(run: Run, project: Path) -> list[int]:
    return [json.loads(line)["id"] for line in run("export", project, "--format", "jsonl").out.splitlines()]


def test_a_removed_image_is_gone_everywhere_but_in_its_history(
    run: Run, labelled: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(photos)
    tried = run("remove", labelled, "1.jpg", "--dry-run", "--as", "lead")
    assert tried.out == f"{photos / '1.jpg'}\n"
    assert tried.err == "Would remove 1 image, labelled by ann.\n"
    ended = run("remove", labelled, "1.jpg", "--as", "lead")
    assert ended.code == 0
    event = event_in(ended.err)
    assert ended.err == (
        f"Removed 1 image, labelled by ann. 'termlabel undo {labelled} {event}' takes that back.\n"
    )
    assert exported(run, labelled) == [2]
    assert run("stats", labelled).out.splitlines() == ["1 image: 1 todo", "1 removed"]
    stats = json.loads(run("stats", labelled, "--json").out)
    assert (stats["images"], stats["removed"], stats["labels"]) == (1, 1, {})
    assert run("audit", labelled).out.splitlines()[-1] == "1 removed since; the work on them is counted here."
    for image in ("1.jpg", "1"):
        assert run("history", labelled, image).out.splitlines()[-1].endswith("removed it from the project")
    with (
        closing(open_queue(labelled)) as queue,
        pytest.raises(UsageError, match="--at 1: this image was removed"),
    ):
        image_to_begin_with(queue, labelled, "1")

    again = run("add", labelled, photos)
    assert again.err == (
        "0 added, 1 already there, 1 was removed earlier and stays so. "
        f"'termlabel undo {labelled} {event}' brings them back.\n"
    )
    twice = run("remove", labelled, "1")
    assert (twice.code, twice.err) == (0, "Nothing was removed: 1 was removed already.\n")

    listed = json.loads(run("undo", labelled, "--list", "--json").out)
    (command,) = listed
    assert (command["event"], command["who"], command["op"], command["tasks"], command["taken_back"]) == (
        int(event), "lead", "remove", 1, False,
    )  # fmt: skip
    monkeypatch.chdir(labelled)
    back = run("undo", event, "--as", "rev")
    assert back.err == f"Took back: remove, event {event} of lead; 1 task is as it was before.\n"
    assert exported(run, labelled) == [1, 2]
    assert run("undo", "--list").out.splitlines()[0].endswith("remove: 1 task, taken back")
    nothing = run("undo")
    assert (nothing.code, nothing.sentence) == (
        1, "There is nothing to take back: no command that changed many images stands.",
    )  # fmt: skip


def test_images_to_remove_are_told_by_filters_and_nothing_happens_by_mistake(
    run: Run, labelled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = run("remove", labelled)
    assert (nothing.code, nothing.sentence) == (
        2, "Nothing says what to remove: name images, or give --where FILTER.",
    )  # fmt: skip
    wrong = run("remove", labelled, "1", "no such")
    assert wrong.code == 1
    assert "There is no image no such in this project" in wrong.sentence
    assert run("remove", labelled, "--where", "label=dog").code == 1
    assert run("remove", labelled, "2", "--where", "state=labelled").code == 1
    assert exported(run, labelled) == [1, 2]
    monkeypatch.chdir(labelled)
    assert run("remove", "--where", "state=labelled").err.startswith("Removed 1 image, ")
    assert exported(run, labelled) == [2]


def test_what_changed_since_stays_and_is_named(run: Run, labelled: Path) -> None:
    rows = ["image,labels", "1.jpg,dog", "2.jpg,dog"]
    file = labelled / "labels.csv"
    file.write_text("\n".join(rows) + "\n")
    assert run("import", labelled, file, "--replace", "--as", "carl").code == 0
    assert run("remove", labelled, "1").code == 0
    event = json.loads(run("undo", labelled, "--list", "--json").out)[-1]["event"]
    back = run("undo", labelled, str(event))
    first, second = back.err.splitlines()
    assert first.endswith("1 task is as it was before.")
    assert second.startswith("1 task stays as it is, as it changed since: ")
    assert second.endswith("1.jpg.")
    assert run("undo", labelled, str(event)).sentence == f"Event {event} was taken back already."
    assert run("undo", labelled, "7x").code == 2


def test_all_passes_of_an_image_leave(run: Run, photos: Path, tmp_path: Path) -> None:
    folder = tmp_path / "two"
    run("init", folder, "--labels", "cat")
    file = folder / "termlabel.toml"
    file.write_text(file.read_text().replace("format = 1", "format = 1\npasses = 2", 1))
    run("add", folder, photos)
    assert run("remove", folder, "3").err.startswith("Removed 2 tasks of 1 image. ")
    assert len(exported(run, folder)) == 2


def test_decided_work_is_opened_again(run: Run, labelled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(open_queue(labelled)) as queue:
        (lease,) = queue.claim("rev", sitting="r", work="review")
        queue.review(lease, Verdict.ACCEPT, who="rev", seconds=1, request_id="two")
        (todo,) = queue.claim("bob", sitting="b")
        queue.skip(todo, who="bob", request_id="three")
    monkeypatch.chdir(labelled)
    assert run("reopen").code == 2
    assert run("reopen", "1", "--reason", "look again").code == 2
    tried = run("reopen", "1", "--dry-run", "--as", "ann")
    assert tried.err == "Would reopen 1 image, labelled by ann, 1 of it your own work; a review comes next.\n"
    ended = run("reopen", "--where", "path=*", "--as", "lead")
    assert ended.err.startswith(
        "Reopened 2 images, 1 of them labelled (ann 1); a review comes next. 'termlabel undo . "
    )
    with closing(open_queue(labelled)) as queue:
        assert [task.state for task in queue.export()] == [State.LABELLED, State.TODO]
        assert [task.id for task in queue.to_review("rev")] == [1]
    again = run("reopen", "1", "2")
    assert (again.code, again.err) == (
        0, "Nothing was reopened. 2 stay as before: without a verdict, and not skipped.\n"
    )  # fmt: skip
    assert run("reopen", "1", "--to", "annotator", "--reason", "look again").code == 0
    with closing(open_queue(labelled)) as queue:
        (lease,) = queue.claim("ann", sitting="again")
        assert (lease.task.id, lease.task.state, lease.task.reason) == (1, State.REJECTED, "look again")
    file = labelled / "termlabel.toml"
    file.write_text(file.read_text().replace("format = 1", 'format = 1\non_reject = "drop"', 1))
    dropped = run("reopen", "1", "--to", "annotator")
    assert (dropped.code, dropped.sentence) == (
        2, "This project serves nothing again that was rejected (on_reject): reopen it for review instead."
    )  # fmt: skip


def test_more_passes_come_into_being_at_the_next_add(run: Run, labelled: Path, photos: Path) -> None:
    file = labelled / "termlabel.toml"
    file.write_text(file.read_text().replace("format = 1", "format = 1  # as it was", 1))
    assert run("add", labelled).code == 2
    ended = run("add", labelled, "--passes", "3")
    assert (ended.code, ended.err) == (0, "4 tasks of further passes added.\n")
    assert "format = 1  # as it was\npasses = 3\n" in file.read_text()
    with closing(open_queue(labelled)) as queue:
        found = [(task.id, Path(task.path).name, task.pass_, str(task.state)) for task in queue.export()]
        assert found == [
            (1, "1.jpg", 1, "labelled"), (2, "2.jpg", 1, "todo"),
            (3, "1.jpg", 2, "todo"), (4, "1.jpg", 3, "todo"), (5, "2.jpg", 2, "todo"), (6, "2.jpg", 3, "todo"),
        ]  # fmt: skip
        progress = queue.progress("bob")
        assert (progress.done, progress.left) == (1, 5)
        for who, ids in (("ann", [2]), ("bob", [3, 5]), ("eve", [4, 6])):
            served = []
            while leases := queue.claim(who, sitting=who):
                served += [lease.task.id for lease in leases]
                queue.submit(
                    leases[0], Annotation(("dog",)), who=who, seconds=1, request_id=f"{leases[0].token}"
                )
            assert served == ids
    assert len(exported(run, labelled)) == 6
    Image.new("RGB", (9, 9)).save(photos / "3.jpg")
    assert run("add", labelled, photos).err == "3 added, 6 already there.\n"
    fewer = run("add", labelled, "--passes", "2")
    assert fewer.code == 0
    assert "up to 3 passes, and the project file says 2: nothing is taken away" in fewer.err
    assert "\npasses = 2\n" in file.read_text()
    assert len(exported(run, labelled)) == 9
