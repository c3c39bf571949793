"""What an export may take the place of: never the project, and of folders only those that an export wrote."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from tests.formats.samples import B, Q, project, task, write
from tui.cli import cli
from tui.errors import TermlabelError, UsageError
from tui.formats import FORMATS
from tui.formats.base import ExportOptions
from tui.formats.exporting import check_output
from tui.formats.replacing import MARKER


def tree(folder: Path) -> dict[str, bytes]:
    return {
        os.path.relpath(os.path.join(where, name), folder): Path(where, name).read_bytes()
        for where, _, names in os.walk(folder)
        for name in names
        if name != "queue.idx" and not name.startswith("queue.idx-")
    }


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A project with three images: two inside it, one reached by a link to another disk."""
    folder, disk = tmp_path / "work" / "pets", tmp_path / "disk"
    for each in (folder / "sub", disk):
        each.mkdir(parents=True)
    Image.new("L", (64, 48)).save(folder / "1.jpg")
    Image.new("L", (64, 48)).save(folder / "sub" / "2.jpg")
    Image.new("L", (64, 48)).save(disk / "3.jpg")
    (folder / "linked").symlink_to(disk)
    export("init", folder, "--labels", "cat,dog", "--images", folder)
    return folder


def export(*arguments: str | Path) -> None:
    cli.main([str(each) for each in arguments], standalone_mode=False)


def yolo(home: Path, output: Path | str, *more: str) -> None:
    export("export", home, "--format", "yolo", "--task", "detect", "--output", output, *more)


HOLDS, QUEUE, OWN, IMAGES = (
    "holds the project",
    "lies in the queue",
    "belongs to the project",
    "images of the pr",
)


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("work/pets", HOLDS),
        ("work/pets/", HOLDS),
        ("work/pets/sub/..", HOLDS),
        ("work", HOLDS),
        ("to-pets", "no export wrote it"),
        ("work/pets/queue", HOLDS),
        ("work/pets/queue/drafts/new", QUEUE),
        ("work/pets/sub", IMAGES),
        ("disk", IMAGES),
    ],
)
def test_a_folder_that_the_project_needs_is_never_replaced(
    target: str, words: str, marked: bool, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "to-pets").symlink_to(home)
    if marked and (tmp_path / target).is_dir():
        (tmp_path / target / MARKER).touch()
    before = tree(tmp_path)
    with pytest.raises(UsageError, match=words):
        yolo(home, f"{tmp_path}/{target}", "--replace", "--no-images")
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("work/pets/queue/events.jsonl", QUEUE),
        ("work/pets/queue/new.csv", QUEUE),
        ("work/pets/linked/../work/pets/termlabel.toml", OWN),
        ("work/pets/guidelines.md", OWN),
        ("work/pets/1.jpg", IMAGES),
        ("disk/3.jpg", IMAGES),
        ("work/pets/linked/3.jpg", IMAGES),
    ],
)
def test_a_file_that_the_project_needs_is_never_replaced(
    target: str, words: str, home: Path, tmp_path: Path
) -> None:
    before = tree(tmp_path)
    with pytest.raises(UsageError, match=words):
        export("export", home, "--format", "csv", "--output", f"{tmp_path}/{target}")
    assert tree(tmp_path) == before


def test_an_image_that_is_a_link_into_a_folder_keeps_it(tmp_path: Path) -> None:
    """Also where the image's own place is elsewhere."""
    write("voc", [task(1, B)], tmp_path / "out")
    (tmp_path / "out" / "real.jpg").write_bytes(b"picture")
    (tmp_path / "pets").mkdir()
    (tmp_path / "pets" / "1.jpg").symlink_to(tmp_path / "out" / "real.jpg")
    its = project(folder=tmp_path / "pets")
    with pytest.raises(UsageError, match=IMAGES):
        write("voc", [task(1, B)], tmp_path / "out", of=its, replace=True, in_use=lambda: ["1.jpg"])
    assert (tmp_path / "out" / "real.jpg").exists()


def test_another_project_in_an_exported_folder_keeps_it(home: Path, tmp_path: Path) -> None:
    yolo(home, tmp_path / "out")
    export("init", tmp_path / "out" / "images", "--labels", "cat")
    with pytest.raises(UsageError, match=r"holds a project, .*/out/images;"):
        yolo(home, tmp_path / "out", "--replace")


@pytest.mark.parametrize("name", ["yolo", "voc", "labelme", "imagefolder", "masks", "coco"])
def test_only_a_folder_that_an_export_wrote_is_replaced(name: str, home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export("export", home, "--format", name, "--output", out, "--link-images")
    export("export", home, "--format", name, "--output", out, "--link-images", "--replace")
    (out / MARKER).unlink()
    (out / "mine.txt").write_text("my own")
    with pytest.raises(UsageError, match="no export wrote it; name another, or remove it"):
        export("export", home, "--format", name, "--output", out, "--link-images", "--replace")
    assert (out / "mine.txt").read_text() == "my own"


@pytest.mark.parametrize("name", ["yolo", "masks", "coco", "cvat"])
def test_a_folder_of_the_version_before_is_replaced_where_its_files_say_so(name: str, tmp_path: Path) -> None:
    """It has no mark. With anything else in it, it stays."""
    shape = Q if name == "masks" else B
    pets, out = tmp_path / "pets", tmp_path / "out"
    pets.mkdir()
    Image.new("L", (5, 4)).save(pets / "1.jpg")
    tasks, its = [task(1, shape, size=(5, 4))], project(folder=pets)
    write(name, tasks, out, of=its, images="copy")
    (out / MARKER).unlink()
    write(name, tasks, out, of=its, images="copy", replace=True)
    (out / MARKER).unlink()
    (out / "weights.pt").touch()
    with pytest.raises(UsageError, match="no export wrote it"):
        write(name, tasks, out, of=its, images="copy", replace=True)


def test_a_data_set_of_others_is_not_taken_for_an_export(tmp_path: Path) -> None:
    for name in ("images", "labels"):
        (tmp_path / "set" / name).mkdir(parents=True)
    (tmp_path / "set/data.yaml").write_text("train: images/train\nnames:\n  0: cat\n")
    with pytest.raises(UsageError, match="no export wrote it"):
        write("yolo", [task(1, B)], tmp_path / "set", replace=True)


def test_an_empty_folder_is_filled_without_being_asked(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write("voc", [task(1, B)], tmp_path / "out")
    assert (tmp_path / "out/Annotations/1.xml").exists()


def test_what_comes_to_the_place_meanwhile_stays(tmp_path: Path) -> None:
    from tui.formats.output import whole_folder

    with pytest.raises(UsageError, match=r"There is .*/out already"), whole_folder(tmp_path / "out"):
        (tmp_path / "out").mkdir()
        (tmp_path / "out/theirs").touch()
    assert os.listdir(tmp_path / "out") == ["theirs"]
    assert os.listdir(tmp_path) == ["out"]


def test_the_old_folder_comes_back_when_the_new_one_cannot_take_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("voc", [task(1, B)], tmp_path / "out")
    before, rename = tree(tmp_path), os.rename

    def failing(source: Path, target: Path) -> None:
        if target == tmp_path / "out" and (Path(source) / "Annotations/2.xml").exists():
            raise OSError(28, "No space left on device")
        rename(source, target)

    monkeypatch.setattr(os, "rename", failing)
    with pytest.raises(TermlabelError, match="No space left"):
        write("voc", [task(2, B)], tmp_path / "out", replace=True)
    assert tree(tmp_path) == before


def test_a_dry_run_is_refused_where_the_export_would_be(home: Path) -> None:
    before = tree(home)
    with pytest.raises(UsageError, match=HOLDS):
        yolo(home, home, "--replace", "--dry-run")
    yolo(home, "-", "--dry-run")
    assert tree(home) == before


def test_a_folder_under_links_that_lead_in_a_circle_cannot_be_written(home: Path, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(TermlabelError, match="cannot be written"):
        yolo(home, tmp_path / "loop" / "x", "--no-images")


def test_images_are_not_looked_through_for_a_file_of_annotations(tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").touch()
    (tmp_path / "out.data").touch()
    asked: list[str] = []

    def images() -> list[str]:
        asked.append("images")
        return []

    options = ExportOptions(in_use=images)
    check_output(FORMATS["jsonl"], project(), f"{tmp_path}/out.jsonl", options)
    assert asked == []
    check_output(FORMATS["jsonl"], project(), f"{tmp_path}/out.data", options)
    assert asked == ["images"]
