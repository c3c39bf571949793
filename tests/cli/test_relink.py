"""`termlabel relink`: files that were moved or renamed are found again, and never guessed."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from PIL import Image

from tests.cli.conftest import Run
from tests.cli.test_known_files import label, picture, tasks
from tui.model.task import NewTask, State
from tui.store import open_queue


def test_a_folder_that_was_moved_is_found_again_and_that_is_taken_back(run: Run, tmp_path: Path) -> None:
    folder, old = tmp_path / "pets", tmp_path / "old"
    old.mkdir()
    for n in range(4):
        # All have the same number of bytes, and names come twice: what lies below the folder tells them apart.
        (old / f"cam{n % 2}").mkdir(exist_ok=True)
        Image.new("L", (8, 8), n).save(old / f"cam{n % 2}/{n // 2}.bmp")
    run("init", folder, "--labels", "cat,dog", "--images", old)
    label(folder)
    shutil.move(old, tmp_path / "new")

    dry = run("relink", folder, "--root", tmp_path / "new", "--dry-run")
    assert (dry.code, f"cam0/0.bmp -> {tmp_path}/new/cam0/0.bmp" in dry.out) == (0, True)
    assert tasks(folder)[0].path == f"{old}/cam0/0.bmp"
    found = run("relink", folder, "--root", tmp_path / "new", "--json")
    assert (found.code, len(json.loads(found.out)["relinked"])) == (0, 4)
    assert [task.path for task in tasks(folder)] == [
        f"{tmp_path}/new/cam{n % 2}/{n // 2}.bmp" for n in (0, 2, 1, 3)
    ]
    assert tasks(folder)[0].annotation.labels == ("cat",)
    assert run("relink", folder).out == "All pictures are where the project has them.\n"
    assert [step["op"] for step in json.loads(run("history", folder, "1", "--json").out)] == [
        "add",
        "label",
        "relink",
    ]
    assert run("undo", folder).code == 0
    assert tasks(folder)[0].path == f"{old}/cam0/0.bmp"


def test_a_renamed_file_is_found_by_its_content_and_what_may_be_several_is_told(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "pets"
    for n in range(4):
        picture(folder / f"{n}.jpg", 60 * n)
    run("init", folder, "--labels", "cat,dog")
    run("add", folder, folder, "--hash")
    os.rename(folder / "0.jpg", folder / "renamed.jpg")
    data = (folder / "1.jpg").read_bytes()
    os.remove(folder / "1.jpg")
    for name in ("x.jpg", "y.jpg"):
        (folder / name).write_bytes(data)
    os.remove(folder / "2.jpg")
    os.rename(folder / "3.jpg", folder / "away")
    (folder / "below").mkdir()
    picture(folder / "below/3.jpg", 7, size=(50, 50))
    found = run("relink", folder, "--json")
    assert found.code == 3
    assert json.loads(found.out) == {
        "missing": 4,
        "relinked": [{"image": "0.jpg", "to": "renamed.jpg"}, {"image": "3.jpg", "to": "away"}],
        "ambiguous": [{"image": "1.jpg", "candidates": ["x.jpg", "y.jpg"]}],
        "not_found": [{"image": "2.jpg", "reason": "no file of its name or content"}],
    }
    words = run("relink", folder)
    assert (words.code, "1.jpg (several files may be it: x.jpg or y.jpg)" in words.out) == (1, True)


def test_a_picture_that_could_not_be_read_where_it_was_is_to_do_again_where_it_is(
    run: Run, project_folder: Path
) -> None:

    picture(project_folder / "sub/a.jpg")
    queue = open_queue(project_folder)
    queue.add([NewTask("a.jpg", width=20, height=10)], who="x")
    queue.unreadable(1, "cannot be read (No such file or directory)", who="x", request_id="r")
    queue.close()
    assert run("relink", project_folder).code == 0
    (task,) = tasks(project_folder)
    assert (task.path, task.state, task.reason) == ("sub/a.jpg", State.TODO, None)


def test_two_pictures_are_never_the_same_file(run: Run, project_folder: Path) -> None:

    picture(project_folder / "new/a.jpg")
    queue = open_queue(project_folder)
    queue.add([NewTask(f"{old}/a.jpg", width=20, height=10) for old in ("b", "c")], who="x")
    queue.close()
    found = run("relink", project_folder)
    assert (found.code, "another picture may be that file, too: new/a.jpg" in found.out) == (1, True)
    assert [task.path for task in tasks(project_folder)] == ["b/a.jpg", "c/a.jpg"]


def test_a_renamed_file_whose_content_is_not_known_is_found_by_bytes_time_and_pixels(
    run: Run, tmp_path: Path
) -> None:
    """As `add` knows it again."""
    folder = tmp_path / "pets"
    folder.mkdir()
    for n in range(3):  # All with the same number of bytes.
        Image.new("L", (8, 8), n).save(folder / f"{n}.bmp")
        os.utime(folder / f"{n}.bmp", (1_700_000_000 + n // 2, 1_700_000_000 + n // 2))
    run("init", folder, "--labels", "cat,dog", "--images", folder)
    for n in range(3):
        os.rename(folder / f"{n}.bmp", folder / f"renamed{n}.bmp")
    found = run("relink", folder)
    assert found.code == 3
    assert [task.path for task in tasks(folder)] == ["0.bmp", "1.bmp", "renamed2.bmp"]
    assert "2 ambiguous and left alone" in found.out, "two are as old as each other"
