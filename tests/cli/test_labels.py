"""`termlabel labels`."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tui.config import load_project
from tui.model.annotation import Annotation
from tui.model.task import NewTask, State
from tui.store import open_queue

BOX = {
    "id": "1",
    "kind": "box",
    "label": "cat",
    "attributes": {"age": "old"},
    "x": 0,
    "y": 0,
    "width": 2,
    "height": 2,
}


@pytest.fixture
def work(project: Path) -> Path:
    """A project whose picture 1 is a cat with a box; a prediction says that picture 3 is one, and an answered one has the
    prediction still."""
    file = project / "termlabel.toml"
    file.write_text(
        file.read_text().replace('name = "cat"', 'name = "cat"  # small\ntitle = "Katze"\nkey = "c"')
    )
    queue = open_queue(project)
    predicted = ({"label": "cat", "score": 0.7},)
    queue.add([NewTask("3.jpg", predictions=predicted), NewTask("4.jpg", predictions=predicted)], who="lead")
    for said in (Annotation(("cat",), (BOX,)), Annotation(("dog",)), Annotation(("dog",))):
        (lease,) = queue.claim("ann", 1, sitting="s")
        queue.submit(lease, said, who="ann", seconds=1, request_id=str(lease.token))
    queue.close()
    return project


def names(project: Path) -> list[str]:
    return [label.name for label in load_project(project).labels]


def said(project: Path) -> list[tuple[str, ...]]:
    queue = open_queue(project)
    found = [task.annotation.labels for task in queue.export()]
    queue.close()
    return found


def test_a_label_is_renamed_in_the_file_and_in_all_work(run: Run, work: Path) -> None:
    before = (work / "termlabel.toml").read_text()
    would = run("labels", work, "rename", "cat", "kitty", "--dry-run")
    assert would.err.splitlines() == [
        "Would change: cat → kitty",
        "In 3 pictures: 1 label, 1 shape, 2 predictions.",
        "termlabel.toml: cat is called kitty.",
    ]
    assert (work / "termlabel.toml").read_text() == before
    done = run("labels", work, "rename", "cat", "kitty")
    assert done.code == 0
    assert done.err.splitlines()[0] == "cat → kitty: 3 pictures."
    assert (work / "termlabel.toml").read_text() == before.replace('"cat"', '"kitty"')
    queue = open_queue(work)
    one, three, four = (queue.get(task_id) for task_id in (1, 3, 4))
    assert (one.annotation.labels, one.annotation.shapes[0]["label"]) == (("kitty",), "kitty")
    assert [task.predictions[0]["label"] for task in (three, four)] == ["kitty", "kitty"]
    queue.close()
    assert "Took back: labels" in run("undo", work).err
    assert (work / "termlabel.toml").read_text() == before
    assert said(work)[0] == ("cat",)


def test_what_was_cut_off_is_finished_by_the_same_command_again(
    run: Run, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as cut:
        cut.setattr("tui.store.amendments.Amendments.say_names", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run("labels", work, "rename", "cat", "kitty")
    assert (names(work), said(work)[0]) == (["kitty", "dog"], ("cat",))
    listed = run("labels", work).out.splitlines()
    assert [line.split() for line in listed] == [
        ["label", "given"], ["kitty", "0"], ["dog", "2"], [], ["not", "in", "termlabel.toml", "given"], ["cat", "2"],
    ]  # fmt: skip
    assert run("labels", work, "rename", "cat", "kitty").code == 0
    assert said(work)[0] == ("kitty",)
    assert "There is no label 'cat'" in run("labels", work, "rename", "cat", "kitty").sentence


def test_merged_labels_become_one_and_say_what_goes(run: Run, work: Path) -> None:
    done = run("labels", work, "merge", "cat", "dog")
    assert "termlabel.toml: cat goes, with its title Katze and its key c." in done.err
    assert (names(work), said(work)[0]) == (["dog"], ("dog",))
    last = run("labels", work, "remove", "dog", "--drop")
    assert (last.code, last.sentence) == (
        2,
        "'dog' is the last label; a project needs one. Nothing was changed.",
    )


def test_a_removed_label_goes_with_its_shapes_or_to_another(run: Run, work: Path) -> None:
    assert "--to OTHER, or --drop" in run("labels", work, "remove", "cat").sentence
    assert "There is no label 'bird'" in run("labels", work, "remove", "cat", "--to", "bird").sentence
    run("labels", work, "remove", "cat", "--drop")
    queue = open_queue(work)
    assert queue.get(1).annotation == Annotation()
    assert queue.get(1).state is State.LABELLED
    queue.close()
    assert names(work) == ["dog"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["rename", "cat", "dog"],
            "There is the label 'dog' already: 'labels merge cat dog' makes one of both.",
        ),
        (["rename", "cta", "x"], "There is no label 'cta'. Did you mean cat?"),
        (["rename", "cat", "a\x07b"], "control"),
        (["rename", "cat", ""], "empty"),
        (["rename", "cat", " "], "needs a name that can be seen"),
        (["merge", "cat", "cat"], "Write labels merge A B... INTO"),
        (["renmae", "cat", "x"], "Did you mean rename?"),
        (["rename", "--attribute", "wage", "x"], "There is no attribute 'wage'."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    run: Run, work: Path, arguments: list[str], told: str
) -> None:
    before = (work / "termlabel.toml").read_bytes(), (work / "queue" / "events.jsonl").read_bytes()
    refused = run("labels", work, *arguments)
    assert refused.code == 2
    assert told in refused.sentence
    assert ((work / "termlabel.toml").read_bytes(), (work / "queue" / "events.jsonl").read_bytes()) == before


def test_attributes_alike_in_the_current_folder(
    run: Run, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = work / "termlabel.toml"
    file.write_text(file.read_text().replace('key = "c"', 'key = "c"\nattributes = [{name = "age"}]'))
    monkeypatch.chdir(work)
    assert run("labels", "rename", "--attribute", "age", "years").code == 0
    queue = open_queue(work)
    assert queue.get(1).annotation.shapes[0]["attributes"] == {"years": "old"}
    queue.close()
    assert [rule.name for rule in load_project(work).labels[0].attributes] == ["years"]
    assert run("labels", "remove", "--attribute", "years", "--drop").code == 0
    assert load_project(work).labels[0].attributes == ()


def test_a_name_that_the_file_does_not_have_is_told_wherever_one_looks(run: Run, work: Path) -> None:
    file = work / "termlabel.toml"
    file.write_text(file.read_text().replace('"dog"', '"hound"'))
    told = "not in termlabel.toml: dog, given 2 times; 'termlabel labels' puts that right"
    assert told in run("stats", work).out.splitlines()
    assert json.loads(run("stats", work, "--json").out)["labels_not_in_project"] == {"dog": 2}
    checked = run("check", work)
    assert (checked.code, checked.out.splitlines()[0]) == (0, told)
    assert json.loads(run("check", work, "--json").out)["labels_not_in_project"] == {"dog": 2}
    exported = run("export", work, "--format", "csv")
    assert "termlabel.toml has no label dog: 2 images, a class all the same" in exported.err
    assert run("labels", work, "merge", "dog", "hound").code == 0
    for command in (("stats",), ("check",), ("export", "--format", "csv")):
        outcome = run(command[0], work, *command[1:])
        assert "dog" not in outcome.out + outcome.err


def test_what_the_queue_would_refuse_leaves_the_project_file_as_it_is(run: Run, work: Path) -> None:
    file, log = work / "termlabel.toml", work / "queue" / "events.jsonl"
    file.write_text('people = ["ann"]\n' + file.read_text())
    before = file.read_bytes()
    assert "is not among the people" in run("labels", work, "rename", "cat", "kitty", "--as", "bob").sentence
    log.write_bytes(log.read_bytes().replace(b'"cat"', b'"cbt"', 1))
    for index in work.glob("queue/queue.*"):
        index.unlink()
    damaged = run("labels", work, "rename", "dog", "hound", "--as", "ann")
    assert (damaged.code, damaged.err.splitlines()[-1].endswith("Nothing was changed.")) == (1, True)
    assert file.read_bytes() == before


def test_a_rename_that_another_one_followed_is_not_taken_back_before_that(run: Run, work: Path) -> None:
    run("labels", work, "rename", "cat", "kitty")
    first = json.loads(run("undo", work, "--list", "--json").out)[0]["event"]
    run("labels", work, "rename", "kitty", "puss")
    second = json.loads(run("undo", work, "--list", "--json").out)[0]["event"]
    before = said(work), names(work)
    refused = run("undo", work, str(first))
    assert (refused.code, f"Event {second} gave these names others again" in refused.err) == (2, True)
    assert (said(work), names(work)) == before
    assert run("undo", work, str(second)).code == run("undo", work, str(first)).code == 0
    assert "cat" in names(work) and not {"kitty", "puss"} & set(names(work))


def test_work_that_was_done_under_a_name_that_goes_is_told(run: Run, work: Path) -> None:
    run("labels", work, "rename", "cat", "kitty")
    with closing(open_queue(work)) as queue:
        (lease,) = queue.claim("bob", 1, sitting="b")
        queue.submit(lease, Annotation(("kitty",)), who="bob", seconds=1, request_id="b")
    found = run("undo", work)
    assert found.code == 0
    assert "1 task still has kitty" in found.err
