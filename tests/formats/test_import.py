"""`termlabel import` and `export` as commands: matching, labels, names, review, safety, and what is said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from PIL import Image

from tui.cli import cli
from tui.errors import TermlabelError, UsageError
from tui.formats import FORMATS
from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import NewTask, State, Task
from tui.store import open_queue

ROOT = Path(__file__).parents[2]


def run(*arguments: str | Path) -> None:
    cli.main([str(each) for each in arguments], standalone_mode=False)


def tasks(folder: Path) -> list[Task]:
    queue = open_queue(folder)
    try:
        return list(queue.export())
    finally:
        queue.close()


@pytest.fixture
def folder(project_folder: Path) -> Iterator[Path]:
    """A project (cat, dog) of `x/1.jpg`, `x/2.jpg`, `y/1.jpg` and `3.jpg`."""
    names = ("x/1.jpg", "x/2.jpg", "y/1.jpg", "3.jpg")
    for n, name in enumerate(names):
        (project_folder / name).parent.mkdir(exist_ok=True)
        Image.new("L", (640, 480), n).save(project_folder / name)
    queue = open_queue(project_folder)
    queue.add([NewTask(name, width=640, height=480) for name in names], who="lead")
    queue.close()
    yield project_folder


def coco(path: Path, *names: str, label: str = "cat", **more: Any) -> Path:
    """A COCO file with one box on each image."""
    images = [{"id": n, "file_name": name, "width": 640, "height": 480} for n, name in enumerate(names)]
    boxes = [
        {"id": n, "image_id": n, "category_id": 1, "bbox": [n, 2, 30, 40], **more} for n in range(len(names))
    ]
    path.write_text(
        json.dumps({"images": images, "annotations": boxes, "categories": [{"id": 1, "name": label}]})
    )
    return path


def labelled(folder: Path) -> dict[str, str | None]:
    return {task.path: task.annotator for task in tasks(folder) if task.state is State.LABELLED}


def test_images_are_matched_by_path_then_by_base_name(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("x/1.jpg", "C:\\data\\2.jpg", "other/y/1.jpg", "/abs/3")
    run("import", folder, coco(tmp_path / "c.json", *names), "--as", "ann")
    assert labelled(folder) == dict.fromkeys(("x/1.jpg", "x/2.jpg", "y/1.jpg", "3.jpg"), "ann")
    boxes = {task.path: task.annotation.shapes[0]["x"] for task in tasks(folder)}
    assert boxes == {"x/1.jpg": 0, "x/2.jpg": 1, "y/1.jpg": 2, "3.jpg": 3}
    assert "4 images read, 4 entered." in capsys.readouterr().err


def test_a_name_that_means_two_images_is_said_and_passed_over(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = coco(tmp_path / "c.json", "1.jpg", "3.jpg", "4.jpg")
    run("import", folder, path)
    said = capsys.readouterr().err
    assert "1.jpg may be x/1.jpg or y/1.jpg" in said
    assert "4.jpg is no image of the project" in said
    assert list(labelled(folder)) == ["3.jpg"]


def test_content_tells_images_of_one_name_apart(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "renamed"
    root.mkdir()
    (root / "1.jpg").write_bytes((folder / "y/1.jpg").read_bytes())
    (root / "new.jpg").write_bytes((folder / "x/2.jpg").read_bytes())
    run("import", folder, coco(tmp_path / "c.json", "1.jpg", "new.jpg"), "--images", root)
    assert list(labelled(folder)) == ["x/2.jpg", "y/1.jpg"]


def test_strict_enters_nothing_when_one_image_matches_none(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"4\.jpg is no image of the project; nothing was entered"):
        run("import", folder, coco(tmp_path / "c.json", "3.jpg", "4.jpg"), "--strict")
    assert labelled(folder) == {}


def test_labels_that_are_missing_are_asked_for(folder: Path, tmp_path: Path) -> None:
    path = coco(tmp_path / "c.json", "3.jpg", label='zebra "z"')
    with pytest.raises(UsageError, match=r'zebra "z"\. --add-labels adds them'):
        run("import", folder, path)
    assert labelled(folder) == {}
    before = (folder / "termlabel.toml").read_text()
    run("import", folder, path, "--add-labels")
    text = (folder / "termlabel.toml").read_text()
    assert text == before + '\n[[labels]]\nname = "zebra \\"z\\""\n'
    assert list(labelled(folder)) == ["3.jpg"]


def test_what_was_imported_is_reviewed_like_anyones(folder: Path, tmp_path: Path) -> None:
    run("import", folder, coco(tmp_path / "c.json", "3.jpg"), "--as", "ann")
    queue = open_queue(folder)
    assert queue.claim("ann", sitting="a", work="review") == []
    (lease,) = queue.claim("rev", sitting="r", work="review")
    done = queue.review(lease, Verdict.REJECT, reason="not tight", who="rev", seconds=1, request_id="r")
    assert (done.state, done.annotator, done.reason) == (State.REJECTED, "ann", "not tight")
    (back,) = queue.claim("ann", sitting="a")
    assert back.task.id == done.id
    assert [event.op for event in queue.history(done.id)] == ["add", "import", "reject"]
    assert queue.history(done.id)[1].context["format"] == "coco"
    queue.close()
    run("check", folder)


def test_work_that_is_there_is_left_alone_unless_it_may_be_replaced(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    queue = open_queue(folder)
    lease = queue.claim_task(4, who="bob", sitting="s")
    assert lease is not None
    queue.submit(lease, Annotation(("dog",)), who="bob", seconds=1, request_id="1")
    queue.close()
    path = coco(tmp_path / "c.json", "3.jpg")
    run("import", folder, path, "--as", "ann")
    assert "1 labelled already and left alone" in capsys.readouterr().err
    assert labelled(folder) == {"3.jpg": "bob"}
    run("import", folder, path, "--as", "ann", "--replace")
    assert labelled(folder) == {"3.jpg": "ann"}


def test_predictions_are_nobodys(folder: Path, tmp_path: Path) -> None:
    run("import", folder, coco(tmp_path / "c.json", "3.jpg", "x/1.jpg", score=0.3), "--as-predictions")
    assert labelled(folder) == {}
    task = next(task for task in tasks(folder) if task.path == "3.jpg")
    assert (task.state, task.score) == (State.TODO, 0.3)
    assert {"kind": "box", "label": "cat", "score": 0.3}.items() <= dict(task.predictions[0]).items()
    queue = open_queue(folder)
    assert queue.claim("ann", sitting="s", order="uncertain")[0].task.score == 0.3  # type: ignore[arg-type]
    queue.close()


def test_a_file_without_predictions_takes_none_away(folder: Path, tmp_path: Path) -> None:
    run("import", folder, coco(tmp_path / "c.json", "3.jpg", score=0.3), "--as-predictions")
    images = [{"id": 1, "file_name": "3.jpg"}]
    (tmp_path / "e.json").write_text(json.dumps({"images": images, "annotations": [], "categories": []}))
    run("import", folder, tmp_path / "e.json", "--as-predictions")
    assert len(next(task for task in tasks(folder) if task.path == "3.jpg").predictions) == 1


def test_a_second_person_gets_the_second_pass(tmp_path: Path) -> None:
    folder = tmp_path / "twice"
    folder.mkdir()
    (folder / "termlabel.toml").write_text('format = 1\npasses = 2\n[[labels]]\nname = "cat"\n')
    queue = open_queue(folder)
    queue.add([NewTask("a.jpg", pass_=n, width=640, height=480) for n in (1, 2)], who="lead")
    queue.close()
    path = coco(tmp_path / "c.json", "a.jpg")
    for name in ("ann", "bob"):
        run("import", folder, path, "--as", name)
    assert [(task.pass_, task.annotator) for task in tasks(folder)] == [(1, "ann"), (2, "bob")]


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "csv"])
def test_a_new_project_from_a_file_and_its_images(name: str, folder: Path, tmp_path: Path) -> None:
    (folder / "termlabel.toml").write_text('kind = "shapes"\n' + (folder / "termlabel.toml").read_text())
    run("import", folder, coco(tmp_path / "c.json", "x/1.jpg", "y/1.jpg", "3.jpg"), "--as", "ann")
    file = FORMATS[name].file
    output = tmp_path / (f"out{Path(file).suffix}" if file else name)
    run("export", folder, "--format", name, "--output", output, "--no-images")
    run("import", tmp_path / "new", output, "--images", folder, "--as", "ann")
    found = {Path(path).name: who for path, who in labelled(tmp_path / "new").items()}
    assert found == {"1.jpg": "ann", "3.jpg": "ann"}
    done = [task for task in tasks(tmp_path / "new") if task.state is State.LABELLED]
    assert len(done) == 3
    assert {shape["label"] for task in done for shape in task.annotation.shapes} == {"cat"}
    assert len({task.path for task in done}) == 3


def test_names_that_lead_out_are_named_and_nothing_is_read(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("L", (9, 9)).save(tmp_path / "secret.jpg")
    names = ("../secret.jpg", str(tmp_path / "secret.jpg"), "3.jpg")
    run("import", folder, coco(tmp_path / "c.json", *names), "--images", folder)
    said = capsys.readouterr().err
    assert "../secret.jpg leads out of the images' folder" in said
    assert f"{tmp_path / 'secret.jpg'} is no image of the project" in said
    assert len(tasks(folder)) == 4


def test_an_import_that_is_stopped_can_be_repeated(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tui.cli import intake

    monkeypatch.setattr(intake, "_BATCH", 1)
    path = coco(tmp_path / "c.json", "x/1.jpg", "x/2.jpg", "3.jpg")
    real, calls = intake.Intake._changes, []

    def stopped(self: intake.Intake, batch: Any, who: str) -> Any:
        calls.append(batch)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(self, batch, who)

    monkeypatch.setattr(intake.Intake, "_changes", stopped)
    with pytest.raises((KeyboardInterrupt, click.Abort)):
        run("import", folder, path)
    assert len(labelled(folder)) == 2
    run("import", folder, path)
    assert len(labelled(folder)) == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["import", "{p}", "none.json"], "no file or folder none.json"),
        (["import", "{p}", "{c}", "--as", "a", "--as-predictions"], "exclude each other"),
        (["import", "a", "b", "c"], "one project"),
        (["import", "{p}/none", "{c}"], "--images ROOT"),
        (["export", "{p}", "--format", "coco", "--split", "train=2"], "--split"),
        (["export", "{p}", "--format", "voc"], "--output FOLDER"),
        (["export", "{p}", "--format", "coco", "--task", "obb"], "--task"),
        (["export", "{p}", "--format", "yolo", "--task", "pose", "--output", "x"], "no task 'pose'"),
        (["export", "{p}", "--format", "coco", "--history"], "--history"),
        (["export", "{p}", "--format", "coco", "--voc-official"], "--voc-official"),
        (["export", "{p}", "--format", "coco", "--output", "{p}"], "is a folder"),
    ],
)
def test_wrong_use_gets_a_sentence(arguments: list[str], words: str, folder: Path, tmp_path: Path) -> None:
    path = coco(tmp_path / "c.json", "3.jpg")
    filled = [each.format(p=folder, c=path) for each in arguments]
    with pytest.raises(TermlabelError, match=words) as caught:
        run(*filled)
    assert caught.value.exit_code == 2


def test_a_dry_run_prints_the_table_alone(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("import", folder, coco(tmp_path / "c.json", "3.jpg"))
    capsys.readouterr()
    run("export", folder, "--format", "voc", "--output", tmp_path / "out", "--dry-run")
    said = capsys.readouterr()
    assert said.out == ""
    assert "carried              1  boxes" in said.err
    assert "3  images that are todo" in said.err
    assert not (tmp_path / "out").exists()


def test_the_program_itself(folder: Path, tmp_path: Path) -> None:
    """Exit codes and streams: data on standard output, the table and sentences on standard error."""
    path = coco(tmp_path / "c.json", "3.jpg")
    line = {"id": 1, "kind": "polyline", "label": "cat", "points": [[1, 1], [5, 5]]}
    queue = open_queue(folder)
    lease = queue.claim_task(1, who="ann", sitting="s")
    assert lease is not None
    queue.submit(lease, Annotation((), (line,)), who="ann", seconds=1, request_id="1")
    queue.close()

    def program(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tui", *map(str, arguments)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)

    done = program("import", folder, path)
    assert (done.returncode, done.stdout) == (0, "")
    done = program("export", folder, "--format", "coco")
    assert done.returncode == 0
    assert [image["file_name"] for image in json.loads(done.stdout)["images"]] == ["x/1.jpg", "3.jpg"]
    assert "left out             1  polylines" in done.stderr
    done = program("export", folder, "--format", "coco", "--strict", "--output", tmp_path / "s.json")
    assert (done.returncode, done.stdout) == (1, "")
    assert "1 thing would not come through whole" in done.stderr
    assert not (tmp_path / "s.json").exists()
    (tmp_path / "bad.json").write_text('{"images": [}')
    done = program("import", folder, tmp_path / "bad.json", "--format", "coco")
    assert done.returncode == 2
    assert "line 1, column 13" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["export", "import"])
def test_help_explains_each_format_in_one_line(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(command, "--help")
    lines = capsys.readouterr().out.splitlines()
    for name, each in FORMATS.items():
        assert any(line.split() == [name, *each.help.split()] for line in lines), name
