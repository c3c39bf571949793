"""Other people's readers on what we write: pycocotools and panlabel, which are no part of the program."""

from __future__ import annotations

import io
import json
import random
import shutil
import subprocess
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pycocotools.coco import COCO

from tests.formats.samples import B, Q, R, project, task, write
from tui.formats.pixels import grid_of
from tui.model.shapes import Box, Polygon, Shape
from tui.model.task import Task

LABELS = ("dog, big", "ünï<&>", 'say "hi"')


def panlabel(*arguments: str | Path) -> dict[str, Any]:
    """Run panlabel; what it prints as JSON."""
    program = shutil.which("panlabel", path=str(Path(__import__("sys").executable).parent)) or shutil.which(
        "panlabel"
    )
    if program is None:
        pytest.skip("panlabel has no wheel for this platform; make test installs it where there is one")
    found = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    return dict(json.loads(found.stdout)) if found.stdout.lstrip().startswith("{") else {}


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "sub").mkdir(parents=True)
    for n in range(1, 21):
        Image.new("L", (640, 480)).save(folder / f"{n}.jpg")
    return folder


def boxes() -> list[Task]:
    """20 images with 0 to 4 boxes each, labels with all sorts of signs."""
    dice = random.Random(7)
    tasks = []
    for n in range(1, 21):
        shapes: list[Shape] = []
        for k in range(dice.randrange(5)):
            x, y = dice.uniform(0, 500), dice.uniform(0, 400)
            width, height = dice.uniform(5, 130), dice.uniform(5, 70)
            shapes.append(Box(x, y, width, height, id=k + 1, label=LABELS[k % 3]))
        tasks.append(task(n, *shapes))
    return tasks


@pytest.mark.parametrize(
    ("name", "theirs", "output"),
    [
        ("voc", "voc", "voc"),
        ("labelme", "labelme", "labelme"),
        ("cvat", "cvat", "c.xml"),
        ("labelstudio", "label-studio", "l.json"),
        ("yolo", "yolo", "yolo"),
    ],
)
def test_panlabel_reads_the_same_boxes_as_from_coco(
    name: str, theirs: str, output: str, pictures: Path, tmp_path: Path
) -> None:
    its, tasks = project(*LABELS, folder=pictures), boxes()
    write("coco", tasks, tmp_path / "coco.json", of=its)
    images = "copy" if name == "yolo" else "no"
    write(name, tasks, tmp_path / output, of=its, images=images)
    if name == "yolo":
        # Where data.yaml names the parts, panlabel puts them before the names of the images.
        for kind in ("images", "labels"):
            for file in (tmp_path / "yolo" / kind / "train").iterdir():
                file.rename(tmp_path / "yolo" / kind / file.name)
            (tmp_path / "yolo" / kind / "train").rmdir()
        yaml = tmp_path / "yolo/data.yaml"
        yaml.write_text("names:" + yaml.read_text("utf-8").split("names:")[1], "utf-8")
    found = panlabel(
        "diff", "--format-a", "coco", "--format-b", theirs, "--match-by", "iou", "--iou-threshold", "0.99",
        "--output-format", "json", tmp_path / "coco.json", tmp_path / output,
    )  # fmt: skip
    total = sum(len(each.annotation.shapes) for each in tasks)
    assert found["annotations"]["shared"] == total, found
    for part in ("images", "annotations"):
        assert found[part]["only_in_a"] == found[part]["only_in_b"] == 0, found


def test_panlabel_finds_nothing_wrong(pictures: Path, tmp_path: Path) -> None:
    its = project(*LABELS, folder=pictures)
    write("coco", boxes(), tmp_path / "coco.json", of=its)
    panlabel("validate", "--format", "coco", tmp_path / "coco.json")
    write("yolo", boxes(), tmp_path / "yolo", of=its, images="link")
    panlabel("validate", "--format", "yolo", tmp_path / "yolo")


def test_pycocotools_reads_what_we_write(tmp_path: Path) -> None:
    triangle = Polygon(((1, 1), (40, 1), (1, 40)), id=3, label="car")
    write("coco", [task(1, B, R, triangle), task(2, Q, size=(5, 4)), task(3)], tmp_path / "c.json")
    with redirect_stdout(io.StringIO()):
        coco = COCO(str(tmp_path / "c.json"))
    assert sorted(coco.imgs) == [1, 2, 3]
    assert len(coco.anns) == 4
    assert coco.getCatIds() == [1, 2]
    (mask,) = coco.loadAnns(coco.getAnnIds(imgIds=[2]))
    assert (coco.annToMask(mask) == grid_of(Q)).all()
    assert (mask["area"], mask["bbox"], mask["iscrowd"]) == (4, [1, 1, 3, 2], 0)
    outline = coco.loadAnns(coco.getAnnIds(imgIds=[1]))[2]
    assert np.isclose(outline["area"], 760.5)
    assert abs(int(coco.annToMask(outline).sum()) - 760) < 60
