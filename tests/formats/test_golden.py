"""What each format writes for the worked examples, byte by byte, against files written by hand."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.formats.samples import B, Q, R, project, read, task, write
from tui.formats import brush
from tui.formats.pixels import grid_of, mask_of
from tui.model.measure import box_corners
from tui.model.shapes import Box, Shape, shapes_of
from tui.model.task import Task

GOLDEN = Path(__file__).with_name("golden")
MARKED = replace(B, occluded=True, attributes={"review": "accepted"})


def examples(*first: Shape, labels: tuple[str, ...] = ()) -> list[Task]:
    """B (or others) on 640 x 480, Q on 5 x 4, and an image with nothing on it."""
    return [
        task(1, *(first or (B,)), path="a.jpg", labels=labels),
        task(2, Q, path="q.png", size=(5, 4)),
        task(3, path="empty.jpg"),
    ]


@pytest.mark.parametrize(
    ("name", "tasks"),
    [
        ("coco.json", examples()),
        ("cvat.xml", examples(MARKED, R, labels=("car",))),
        ("labelstudio.json", examples(labels=("car",))),
    ],
)
def test_a_format_of_one_file(name: str, tasks: list[Task], tmp_path: Path) -> None:
    write(name.partition(".")[0], tasks, tmp_path / name)
    assert (tmp_path / name).read_text("utf-8") == (GOLDEN / name).read_text("utf-8")


@pytest.mark.parametrize(("golden", "official"), [("voc.xml", False), ("voc_official.xml", True)])
def test_voc(golden: str, official: bool, tmp_path: Path) -> None:
    write("voc", examples()[:1], tmp_path / "out", voc_official=official)
    assert (tmp_path / "out/Annotations/a.xml").read_text("utf-8") == (GOLDEN / golden).read_text("utf-8")


def test_voc_official_of_the_full_image(tmp_path: Path) -> None:
    write("voc", [task(1, Box(0, 0, 640, 480, label="car"))], tmp_path / "out", voc_official=True)
    text = (tmp_path / "out/Annotations/1.xml").read_text("utf-8")
    for edge in ("<xmin>1<", "<ymin>1<", "<xmax>640<", "<ymax>480<"):
        assert edge in text
    (record,) = read("voc", tmp_path / "out", voc="official")
    assert shapes_of(record.shapes) == (Box(0, 0, 640, 480, id=1, label="car"),)


def test_labelme(tmp_path: Path) -> None:
    write("labelme", examples(labels=("car",)), tmp_path / "out")
    assert (tmp_path / "out/a.json").read_text("utf-8") == (GOLDEN / "labelme.json").read_text("utf-8")
    mask = json.loads((tmp_path / "out/q.json").read_text("utf-8"))["shapes"][0]
    assert mask["points"] == [[1, 1], [3, 2]]
    data = base64.b64decode(mask["mask"])
    with Image.open(io.BytesIO(data)) as image:
        assert np.asarray(image).tolist() == [[255, 255, 0], [0, 255, 255]]


@pytest.mark.parametrize(
    ("kind", "shape", "row"),
    [
        ("detect", B, "0 0.094141 0.095573 0.156250 0.105729"),
        ("obb", R, "0 0.180248 0.380582 0.288502 0.463916 0.257252 0.536084 0.148998 0.452751"),
        ("segment", R, "0 0.180248 0.380582 0.288502 0.463916 0.257252 0.536084 0.148998 0.452751"),
    ],
)
def test_yolo_rows(kind: str, shape: Shape, row: str, tmp_path: Path) -> None:
    write("yolo", [task(1, shape, path="a.jpg"), task(2, path="b.jpg")], tmp_path / "out", kind=kind)
    assert (tmp_path / "out/labels/train/a.txt").read_text() == row + "\n"
    assert (tmp_path / "out/labels/train/b.txt").read_bytes() == b""
    assert (
        tmp_path / "out/data.yaml"
    ).read_text() == 'train: images/train\nnames:\n  0: "car"\n  1: "road"\n'


def test_corners_of_a_turned_box_agree_over_formats(tmp_path: Path) -> None:
    tasks = [task(1, R)]
    write("cvat", tasks, tmp_path / "cvat.xml")
    write("labelstudio", tasks, tmp_path / "ls.json")
    write("labelme", tasks, tmp_path / "labelme")
    write("yolo", tasks, tmp_path / "yolo", kind="obb")
    value = json.loads((tmp_path / "ls.json").read_text())[0]["annotations"][0]["result"][0]["value"]
    assert (round(value["x"], 7), round(value["y"], 7)) == (18.0248412, 38.0582275)
    assert (value["width"], round(value["height"], 7), value["rotation"]) == (12.5, 8.3333333, 30)
    sources = {"cvat": "cvat.xml", "labelstudio": "ls.json", "labelme": "labelme", "yolo": "yolo"}
    for name, where in sources.items():
        (record,) = read(name, tmp_path / where, size_of=lambda _name: (640, 480))
        (box,) = shapes_of(record.shapes)
        assert isinstance(box, Box), name
        for corner, wanted in zip(box_corners(box), box_corners(R), strict=True):
            assert corner == pytest.approx(wanted, abs=0.005), name


MASKS = [
    # (rows of pixels, COCO text, Label Studio's bytes)
    ([".....", ".##..", "..##.", "....."], "51310O2", "00 00 00 50 39 1b fe 17 00 9f fe f8 04 ff f8 5c 00"),
    ([".##", "..#"], None, "00 00 00 18 39 1b fc 60 13 ff ce 01 1f f8"),
    (["#"], None, "00 00 00 04 39 1b fc 7f e0"),
    (["..", ".."], None, "00 00 00 10 39 1b fd f0 00"),
    (["...", "..."], "6", None),
    (["###", "###"], "06", None),
    (["#..", "..."], "015", None),
    ([".....", ".###.", ".###.", "....."], "5220003", None),
    (["#" * 300] * 200, None, "00 03 a9 80 39 1b ff ff ff ff ff ff ff ff ff ff ff d4 bf ff 80"),
]


@pytest.mark.parametrize(("rows", "text", "packed"), MASKS)
def test_masks_in_three_encodings(rows: list[str], text: str | None, packed: str | None) -> None:
    grid = np.array([[c == "#" for c in row] for row in rows])
    mask = mask_of(grid)
    assert (grid_of(mask) == grid).all()
    if text is not None:
        assert mask.counts == text
    data = brush.packed(grid)
    if packed is not None:
        assert bytes(data).hex(" ") == packed
    assert (brush.unpacked(data, grid.shape[1], grid.shape[0]) == grid).all()


def test_brush_reads_values_as_they_are() -> None:
    """The web editor writes runs of kind 0: here 4 values 255 for one pixel."""
    header = "0" * 29 + "100" + "00111" + "0010" + "0011" + "0111" + "1111"
    bits = header + "0" + "00" + "011" + "1" * 32
    bits += "0" * (-len(bits) % 8)
    data = list(int(bits, 2).to_bytes(len(bits) // 8, "big"))
    assert brush.unpacked(data, 1, 1).tolist() == [[True]]


def test_masks_as_pictures(tmp_path: Path) -> None:
    over = mask_of(
        np.array([[c == "#" for c in row] for row in (".....", ".#...", ".....", ".....")]), label="car"
    )
    report = write("masks", [task(1, Q, over, path="q.png", size=(5, 4))], tmp_path / "out")
    with Image.open(tmp_path / "out/index/q.png") as image:
        assert np.asarray(image).tolist() == [[0] * 5, [0, 1, 2, 0, 0], [0, 0, 2, 2, 0], [0] * 5]
    with Image.open(tmp_path / "out/colour/q.png") as image:
        assert image.getpixel((1, 1)) == (0xE6, 0x9F, 0x00)
        assert image.getpixel((2, 1)) == (0x56, 0xB4, 0xE9)
    assert report.losses == 1
    names = [entry["name"] for entry in json.loads((tmp_path / "out/legend.json").read_text())]
    assert names == ["background", "car", "road"]
    assert "car:230,159,0::" in (tmp_path / "out/labelmap.txt").read_text()


def test_colours_of_classes_differ(tmp_path: Path) -> None:
    many = project(*(f"label {n}" for n in range(30)))
    write("masks", [task(1, Q, size=(5, 4))], tmp_path / "out", of=many)
    entries = json.loads((tmp_path / "out/legend.json").read_text())
    assert len({entry["colour"] for entry in entries}) == len(entries) == 32


def test_imagefolder(tmp_path: Path) -> None:
    write("imagefolder", [task(1, B, path="a.jpg", labels=("car",))], tmp_path / "out", kind="detect")
    assert json.loads((tmp_path / "out/train/metadata.jsonl").read_text()) == {
        "file_name": "a.jpg",
        "width": 640,
        "height": 480,
        "labels": ["car"],
        "objects": {"bbox": [[10.25, 20.5, 100.0, 50.75]], "categories": ["car"]},
    }
