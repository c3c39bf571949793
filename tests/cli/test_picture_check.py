"""Files that change, go and come back, as `check --images` finds them, and what stats, filters and exports say of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from PIL import Image

from tests.cli.conftest import Run
from tests.cli.test_known_files import label, picture, tasks
from tui.model.annotation import Annotation
from tui.model.task import NewTask, State
from tui.store import open_queue


def test_all_is_told_that_happened_to_files_and_recorded_once(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "pets"
    for n in range(6):
        picture(folder / f"{n}.jpg", 40 * n)
    run("init", folder, "--labels", "cat,dog", "--images", folder)
    assert run("check", folder, "--images").out.endswith("6 pictures looked at, all well.\n")
    label(folder), label(folder), label(folder)
    picture(folder / "0.jpg", 1, size=(40, 10))
    exif = Image.Exif()
    exif[0x0112] = 3
    Image.new("RGB", (20, 10)).save(folder / "1.jpg", exif=exif)
    os.utime(folder / "2.jpg", (5, 5))
    picture(folder / "3.jpg", 1, size=(30, 30))
    (folder / "4.jpg").write_bytes(b"cut")
    os.remove(folder / "5.jpg")

    found = run("check", folder, "--images", "--json")
    told = json.loads(found.out)
    assert (found.code, told["ok"]) == (1, False)
    assert told["images"] == {
        "seen": 6,
        "recorded": 5,
        "changed": ["0.jpg", "1.jpg"],
        "missing": [{"image": "5.jpg", "reason": "No such file or directory"}],
        "unreadable": [{"image": "4.jpg", "reason": "no known picture format"}],
        "again": [],
    }
    after = tasks(folder)
    assert [(task.width, task.height) for task in after[:4]] == [(20, 10)] * 3 + [(30, 30)]
    assert [task.file_changed for task in after] == [True, True, False, False, False, False]
    again = json.loads(run("check", folder, "--images", "--json").out)["images"]
    assert (again["recorded"], again["changed"], len(again["missing"])) == (0, ["0.jpg", "1.jpg"], 1)
    words = run("check", folder, "--images").out
    assert (
        "2 are other pictures than those that were labelled (--where changed_file=yes):\n  0.jpg: was 20 x 10"
        in words
    )

    assert json.loads(run("stats", folder, "--json").out)["file_changed"] == 2
    assert "2 whose file is another picture than was labelled" in run("stats", folder).out
    exported = run("export", folder, "--format", "jsonl", "--where", "changed_file=yes").out
    assert [json.loads(line)["file_changed"] for line in exported.splitlines()] == [True, True]
    picture(folder / "4.jpg")
    assert json.loads(run("check", folder, "--images", "--json").out)["images"]["again"] == ["4.jpg"]
    assert tasks(folder)[4].state is State.TODO


def test_who_labels_the_new_picture_settles_it(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "pets"
    picture(folder / "0.jpg")
    run("init", folder, "--labels", "cat,dog", "--images", folder)
    label(folder)
    picture(folder / "0.jpg", 1, size=(40, 10))
    run("check", folder, "--images")
    queue = open_queue(folder)
    task = queue.get(1)
    said = queue.revise(1, task.rev, Annotation(("dog",)), who="ann", seconds=1, request_id="r")
    queue.close()
    assert (said.file_changed, said.width) == (False, None)
    run("check", folder, "--images")
    (task,) = tasks(folder)
    assert (task.file_changed, task.width, task.annotation.labels) == (False, 40, ("dog",))


def test_a_project_that_recorded_no_files_learns_of_them_without_a_mark(
    run: Run, project_folder: Path
) -> None:
    for name in ("same.jpg", "other.jpg"):
        picture(project_folder / name)
    queue = open_queue(project_folder)
    queue.add([NewTask("same.jpg", width=20, height=10), NewTask("other.jpg", width=99, height=10)], who="x")
    queue.close()
    label(project_folder), label(project_folder)
    assert run("check", project_folder, "--images").code == 1
    same, other = tasks(project_folder)
    assert same.size == (project_folder / "same.jpg").stat().st_size
    assert (same.file_changed, other.file_changed) == (False, True)


def test_an_export_sees_for_itself_that_a_file_changed(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "pets"
    picture(folder / "0.jpg")
    run("init", folder, "--labels", "cat,dog", "--images", folder)
    rules = (folder / "termlabel.toml").read_text()
    label(folder)
    # Whoever exports need not be among those who label.
    (folder / "termlabel.toml").write_text(rules.replace("format = 1", 'format = 1\npeople = ["ann"]'))
    picture(folder / "0.jpg", 1, size=(40, 10))
    out = tmp_path / "out"
    found = run("export", folder, "--format", "imagefolder", "--output", out, "--strict")
    assert (found.code, "another one than was labelled" in found.err, out.exists()) == (1, True, False)
    found = run("export", folder, "--format", "imagefolder", "--output", out)
    assert (found.code, "0.jpg: was 20 x 10 when it was labelled" in found.err) == (0, True)
    assert [task.file_changed for task in tasks(folder)] == [True]


def test_a_labelled_file_with_other_bytes_is_marked_and_gets_no_hash(run: Run, tmp_path: Path) -> None:
    """Of the same size in pixels, as pictures of one camera are: renumbered files have each other's names."""
    folder = tmp_path / "pets"
    folder.mkdir()
    for n in range(3):
        Image.effect_noise((40, 30), 20 * n + 1).save(folder / f"{n}.png")
    sizes = [os.stat(folder / f"{n}.png").st_size for n in range(3)]
    assert len(set(sizes)) == 3
    run("init", folder, "--labels", "cat,dog", "--images", folder)
    label(folder), label(folder)
    os.rename(folder / "1.png", folder / "x.png")
    os.rename(folder / "0.png", folder / "1.png")
    assert run("add", folder, folder, "--hash").code in (0, 3)
    assert tasks(folder)[1].sha256 is None, "this is not the picture that was labelled"
    told = json.loads(run("check", folder, "--images", "--json").out)["images"]
    assert told["changed"] == ["1.png"]
    os.rename(folder / "1.png", folder / "0.png")
    os.rename(folder / "x.png", folder / "1.png")
    assert json.loads(run("check", folder, "--images", "--json").out)["images"]["changed"] == []


def test_a_labelled_file_that_is_no_picture_any_more_goes_into_no_training_set(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "pets"
    for n in range(3):
        picture(folder / f"{n}.jpg", 40 * n)
    run("init", folder, "--labels", "cat,dog", "--images", folder)
    label(folder), label(folder), label(folder)
    (folder / "0.jpg").write_bytes(b"not a picture")
    (folder / "1.jpg").write_bytes(b"")
    for _ in range(2):
        told = json.loads(run("check", folder, "--images", "--json").out)["images"]
        assert [each["image"] for each in told["unreadable"]] == ["0.jpg", "1.jpg"]
    for name in ("yolo", "imagefolder"):
        out = tmp_path / name
        found = run("export", folder, "--format", name, "--copy-images", "--output", out)
        assert found.code == 0
        assert [path.name for path in out.rglob("*.jpg")] == ["2.jpg"]
        assert "0.jpg" in found.err and "1.jpg" in found.err
    assert run("export", folder, "--format", "yolo", "--strict", "--output", tmp_path / "no").code == 1
