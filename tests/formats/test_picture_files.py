"""Exports of images whose files are not there, cannot be read, or are others than those that were labelled."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from PIL import Image

from tests.formats.samples import B, Q, project, task, write
from tui.formats import FORMATS, exporting
from tui.formats.base import ExportOptions
from tui.formats.output import ImagesMode
from tui.model.project import Project
from tui.model.task import Task

NAMES = ("well.jpg", "gone.jpg", "folder.jpg", "pipe.jpg")


@pytest.fixture
def pictures(tmp_path: Path) -> Project:
    """A project with one picture that is well, and three that no export can read."""
    folder = tmp_path / "project"
    (folder / "folder.jpg").mkdir(parents=True)
    os.mkfifo(folder / "pipe.jpg")
    Image.new("L", (640, 480)).save(folder / "well.jpg")
    return project(folder=folder)


def tasks_of(name: str, **more: int) -> list[Task]:
    if name == "masks":
        return [task(n, Q, path=path, size=(5, 4)) for n, path in enumerate(NAMES, 1)]
    return [task(n, B, labels=["car"], path=path) for n, path in enumerate(NAMES, 1)]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("mode", ["copy", "link"])
def test_files_that_cannot_be_read_are_named_and_the_rest_is_written(
    name: str, mode: ImagesMode, pictures: Project, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    report = write(name, tasks_of(name), out, of=pictures, images=mode)
    assert list(report.files) == list(NAMES[1:])
    assert report.losses >= 3
    assert any("gone.jpg: No such file" in line for line in report.lines())
    put = {path.name for path in out.rglob("*.jpg")}
    assert put == {"well.jpg"}
    left_out = FORMATS[name].by_pictures
    assert report.images == (1 if left_out else 4)
    with pytest.raises(exporting.LossyExportError) as refused:
        write(name, tasks_of(name), tmp_path / "strict", of=pictures, images=mode, strict=True)
    assert list(refused.value.report.files) == list(NAMES[1:])
    assert not (tmp_path / "strict").exists()


def test_an_image_without_a_size_is_read_or_left_out_and_named(pictures: Project, tmp_path: Path) -> None:
    tasks = [task(n, B, path=name, size=(0, 0)) for n, name in enumerate(NAMES, 1)]
    report = write("coco", tasks, tmp_path / "c.json", of=pictures)
    written = json.loads((tmp_path / "c.json").read_text())
    assert [(each["file_name"], each["width"]) for each in written["images"]] == [("well.jpg", 640)]
    assert report.rows()[-1] == ("left out", 3, "images whose file cannot be read")
    assert report.files["gone.jpg"] == "No such file or directory, and its size is not known"


def test_a_file_that_breaks_while_it_is_copied_takes_nothing_with_it(
    pictures: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As a bad sector does it: the file opens, and reading it fails.
    broken = tmp_path / "broken"
    broken.write_bytes(b"x")
    monkeypatch.setattr("tui.formats.output.open_regular", lambda _path: broken.open("ab"))
    report = write("voc", tasks_of("voc")[:1], tmp_path / "out", of=pictures, images="copy")
    assert (report.images, list(report.files)) == (1, ["well.jpg"])
    assert not list((tmp_path / "out").rglob("*.jpg"))


def test_shapes_on_a_file_that_changed_are_divided_by_the_size_they_were_drawn_on(
    pictures: Project, tmp_path: Path
) -> None:
    Image.new("L", (64, 48)).save(pictures.folder / "well.jpg")
    changed = task(1, B, path="well.jpg", file_changed=True)
    report = write("yolo", [changed], tmp_path / "out", of=pictures, images="copy")
    row = (tmp_path / "out/labels/train/well.txt").read_text().split()
    assert row[1] == f"{(B.x + B.width / 2) / 640:.6f}"
    assert report.files == {"well.jpg": "was 640 x 480 when it was labelled, and is another picture now"}
    assert report.losses == 1
    options = ExportOptions(images="no")
    kept = exporting.survey(FORMATS["jsonl"], lambda: [changed], pictures, options)
    assert kept.losses == 0
