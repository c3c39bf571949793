"""`add` of files that the project knows: lists of any origin, unreadable ones again, moved ones, and content that is there
twice."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Run
from tui.model.annotation import Annotation
from tui.model.task import State, Task
from tui.store import open_queue


def picture(path: Path, colour: int = 90, size: tuple[int, int] = (20, 10)) -> Path:
    path.parent.mkdir(exist_ok=True)
    Image.new("RGB", size, (colour, 120, 40)).save(path)
    return path


def tasks(project: Path) -> list[Task]:
    queue = open_queue(project)
    try:
        return list(queue.export())
    finally:
        queue.close()


def label(project: Path, *, submit: bool = True) -> Task:
    queue = open_queue(project)
    try:
        (lease,) = queue.claim("ann", 1, sitting="a")
        if not submit:
            return queue.unreadable(lease.task.id, "the file ends early", who="ann", request_id="u")
        said = Annotation(("cat",))
        return queue.submit(lease, said, who="ann", seconds=1, request_id=f"label {lease.task.id}")
    finally:
        queue.close()


@pytest.fixture
def empty(run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "pets"
    assert run("init", folder, "--labels", "cat,dog").code == 0
    return folder


@pytest.mark.parametrize(
    "encoded",
    [lambda text: text.encode("utf-8-sig"), lambda text: text.encode("utf-16")],
    ids=["utf-8", "utf-16"],
)
def test_a_list_from_windows_is_understood_and_its_wrong_lines_are_told(
    encoded: object, run: Run, empty: Path
) -> None:
    assert callable(encoded)
    picture(empty / "cam/ä 1.jpg"), picture(empty / "2.jpg", 1)
    listed = empty / "list.txt"
    listed.write_bytes(encoded("cam\\ä 1.jpg\r\ngone.jpg\r\n\r\n# no\r\n2.jpg \r\nC:\\x\\3.jpg\r\n"))
    found = run("add", empty, listed)
    assert found.code == 3
    assert found.err.splitlines() == [
        "2 added.",
        f"termlabel: {listed}: 2 lines name no file that is there: line 2 (gone.jpg), line 6 (C:\\x\\3.jpg).",
    ]
    assert [task.path for task in tasks(empty)] == ["cam/ä 1.jpg", "2.jpg"]


def test_a_list_without_any_file_that_is_there_enters_nothing(run: Run, empty: Path) -> None:
    (empty / "list.txt").write_text("gone.jpg\nb\0.jpg\n" + "x.jpg\n" * 9)
    manifest = empty / "list.jsonl"
    manifest.write_bytes('\ufeff{"image": "a\\\\b.jpg"}\r\n{"image": "."}\r\n'.encode())
    for name, words in (("list.txt", "line 3 (x.jpg) and 8 more"), ("list.jsonl", "line 2 (. is a folder)")):
        found = run("add", empty, empty / name)
        assert (found.code, words in found.err) == (1, True)
    assert tasks(empty) == []


def test_an_unreadable_picture_is_to_do_again_once_it_is_mended_or_allowed(run: Run, empty: Path) -> None:
    whole = picture(empty / "cut.jpg").read_bytes()
    (empty / "cut.jpg").write_bytes(whole[:60])
    picture(empty / "large.jpg", size=(2000, 1000))
    rules = (empty / "termlabel.toml").read_text()
    (empty / "termlabel.toml").write_text(rules.replace("format = 1", "format = 1\nmax_pixels = 1000000"))
    run("add", empty, empty / "cut.jpg", empty / "large.jpg")
    assert {task.state for task in tasks(empty)} == {State.UNREADABLE}
    assert "to do again" not in run("add", empty, empty / "cut.jpg", empty / "large.jpg").err

    (empty / "cut.jpg").write_bytes(whole)
    (empty / "termlabel.toml").write_text(rules)
    again = run("add", empty, empty / "cut.jpg", empty / "large.jpg").err
    assert again == "0 added, 2 already there, 2 to do again, as the file can be read now.\n"
    assert [(task.state, task.reason, task.width) for task in tasks(empty)] == [
        (State.TODO, None, 20),
        (State.TODO, None, 2000),
    ]
    steps = json.loads(run("history", empty, "cut.jpg", "--json").out)
    assert [step["op"] for step in steps] == ["add", "file"]


def test_a_picture_whose_pixels_could_not_be_decoded_is_tried_and_not_believed(run: Run, empty: Path) -> None:
    whole = picture(empty / "1.jpg", size=(200, 100)).read_bytes()
    (empty / "1.jpg").write_bytes(whole[:-200])
    run("add", empty, empty / "1.jpg")
    label(empty, submit=False)
    run("add", empty, empty / "1.jpg")
    assert [task.state for task in tasks(empty)] == [State.UNREADABLE]
    (empty / "1.jpg").write_bytes(whole)
    run("add", empty, empty / "1.jpg")
    assert [task.state for task in tasks(empty)] == [State.TODO]


def test_a_renamed_picture_is_recognised_and_keeps_its_work_where_that_is_wished(
    run: Run, empty: Path
) -> None:
    picture(empty / "a.jpg"), picture(empty / "b.jpg", 200)
    run("add", empty, empty / "a.jpg", empty / "b.jpg", "--hash")
    label(empty)
    os.rename(empty / "a.jpg", empty / "renamed.jpg")
    os.utime(empty / "renamed.jpg", (1, 1))
    found = run("add", empty, empty / "renamed.jpg")
    assert found.code == 3
    assert found.err.splitlines() == [
        "0 added.",
        "1 file looks like a picture of the project that moved: renamed.jpg (as a.jpg).",
        "termlabel: 1 file that seems to have moved was not added again: --relink enters the new place, "
        "with all that is known of the picture.",
    ]
    assert [task.path for task in tasks(empty)] == ["a.jpg", "b.jpg"]

    assert run("add", empty, empty / "renamed.jpg", "--relink").code == 0
    moved, _ = tasks(empty)
    assert (moved.id, moved.path, moved.annotation.labels) == (1, "renamed.jpg", ("cat",))
    queue = open_queue(empty)
    back = queue.take_back(who="lead")
    queue.close()
    assert back is not None
    assert (back.op, tasks(empty)[0].path) == ("relink", "a.jpg")


def test_without_a_hash_a_moved_file_is_known_by_its_name_or_its_time_and_another_is_not(
    run: Run, empty: Path
) -> None:
    for n in range(3):
        # As cameras write them: all files have the same number of bytes.
        Image.new("L", (8, 8), n).save(empty / f"{n}.bmp")
        os.utime(empty / f"{n}.bmp", (9, 1000 + n))
    run("add", empty, empty)
    (empty / "below").mkdir()
    os.rename(empty / "0.bmp", empty / "below/0.bmp")
    os.rename(empty / "1.bmp", empty / "first.bmp")
    os.remove(empty / "2.bmp")
    os.utime(empty / "below/0.bmp", (1, 1))
    Image.new("L", (8, 8), 77).save(empty / "new.bmp")
    found = run("add", empty, empty, "--relink")
    assert found.err.startswith("1 added.\n2 pictures moved, and found again: ")
    assert [task.path for task in tasks(empty)] == ["below/0.bmp", "first.bmp", "2.bmp", "new.bmp"]


def test_content_that_is_there_twice_is_told_or_left_out(run: Run, empty: Path) -> None:
    data = picture(empty / "a.jpg").read_bytes()
    (empty / "b.jpg").write_bytes(data)
    left = run("add", empty, empty, "--skip-duplicates")
    assert left.err == "1 added.\n1 file left out, with the content of another picture: b.jpg (as a.jpg).\n"
    told = run("add", empty, empty)
    assert "1 file has the content of another picture; --skip-duplicates leaves such out: b.jpg" in told.err
    assert [task.path for task in tasks(empty)] == ["a.jpg", "b.jpg"]


def test_hashes_are_filled_in_for_what_is_there_already(run: Run, empty: Path) -> None:
    data = picture(empty / "a.jpg").read_bytes()
    run("add", empty, empty)
    assert run("add", empty, empty, "--hash").err == "0 added, 1 already there, 1 hash filled in.\n"
    assert tasks(empty)[0].sha256 == hashlib.sha256(data).hexdigest()


def test_what_lies_inside_the_project_is_stored_relative_and_moves_with_it(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "pets"
    picture(folder / "..odd.jpg")
    picture(folder / "in/1.jpg", 5)
    (tmp_path / "link").symlink_to(folder)
    assert run("init", folder, "--images", tmp_path / "link/in", "--images", folder / "..odd.jpg").code == 0
    assert [task.path for task in tasks(folder)] == ["in/1.jpg", "..odd.jpg"]


def test_a_known_picture_whose_file_is_another_one_now_is_no_moved_file(run: Run, empty: Path) -> None:
    """Renumbered files: each has the content of the one before, and all names are known."""
    folder = empty / "shots"
    folder.mkdir()
    for n in range(1, 4):
        Image.effect_noise((40, 30), 20 * n).save(folder / f"{n}.png")
    assert run("add", empty, folder, "--hash").code == 0
    for n in (3, 2, 1):
        (folder / f"{n}.png").rename(folder / f"{n + 1}.png")
    found = run("add", empty, folder, "--hash", "--relink")
    assert "found again" not in found.err, "nothing is entered, and nothing is said to be"
    assert [task.path for task in tasks(empty)][:3] == [f"shots/{n}.png" for n in (1, 2, 3)]
