"""Files as other tools write them, with their quirks, and files that are wrong: by hand, after the tools' own."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.formats.samples import read
from tui.errors import UsageError
from tui.formats import FORMATS, importing
from tui.formats.reading import ReadContext, local_name
from tui.model.shapes import Box, Mask, Polygon, Polyline, shapes_of

BOM = b"\xef\xbb\xbf"


def put(path: Path, text: str | bytes | dict[str, Any] | list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(text, dict | list):
        text = json.dumps(text)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def problems(name: str, path: Path) -> list[str]:
    """What is named when a file is read without --strict; with it, the first of them is an error."""
    reader = FORMATS[name].read
    assert reader is not None
    reading = ReadContext(size_of=lambda _name: (640, 480))
    list(reader(path, reading))
    if reading.problems:
        with pytest.raises(UsageError):
            list(reader(path, ReadContext(strict=True, size_of=lambda _name: (640, 480))))
    return [problem.removeprefix(str(path)) for problem in reading.problems]


# COCO.


def coco(**more: Any) -> dict[str, Any]:
    return {
        "images": [{"id": 7.0, "file_name": "C:\\photos\\a.jpg"}],
        "categories": [{"id": "3", "name": "car"}],
        "annotations": [],
        **more,
    }


def test_coco_with_floats_and_texts_as_ids_and_without_sizes(tmp_path: Path) -> None:
    box = {"id": 1, "image_id": 7, "category_id": 3.0, "bbox": ["1", 2.5, 30, 40]}
    path = put(tmp_path / "c.json", BOM + json.dumps(coco(annotations=[box])).encode())
    (record,) = read("coco", path)
    assert (record.width, record.height) == (None, None)
    assert shapes_of(record.shapes) == (Box(1, 2.5, 30, 40, id=1, label="car"),)
    assert local_name(record.name) == "/photos/a.jpg"


def test_coco_boxes_with_their_corners_as_outline_are_boxes(tmp_path: Path) -> None:
    corners = [[1, 2, 31, 2, 31, 42, 1, 42]]
    both = {"id": 1, "image_id": 7, "category_id": 3, "bbox": [1, 2, 30, 40], "segmentation": corners}
    (record,) = read("coco", put(tmp_path / "c.json", coco(annotations=[both])))
    assert shapes_of(record.shapes) == (Box(1, 2, 30, 40, id=1, label="car"),)


def test_coco_outlines_of_several_parts_closed_twice(tmp_path: Path) -> None:
    parts = [[0, 0, 9, 0, 0, 9, 0, 0], [20, 20, 29, 20, 20, 29]]
    one = {"id": 1, "image_id": 7, "category_id": 3, "segmentation": parts}
    (record,) = read("coco", put(tmp_path / "c.json", coco(annotations=[one])))
    first, second = shapes_of(record.shapes)
    assert isinstance(first, Polygon)
    assert isinstance(second, Polygon)
    assert first.points == ((0, 0), (9, 0), (0, 9))
    assert (first.id, second.id) == (1, 2)


@pytest.mark.parametrize("counts", [[5, 1, 3, 2, 3, 1, 5], "51310O2"])
def test_coco_masks_as_list_and_as_text(counts: Any, tmp_path: Path) -> None:
    mask = {
        "id": 1,
        "image_id": 7,
        "category_id": 3,
        "iscrowd": 1,
        "segmentation": {"size": [4, 5], "counts": counts},
    }
    (record,) = read("coco", put(tmp_path / "c.json", coco(annotations=[mask])))
    (found,) = shapes_of(record.shapes)
    assert isinstance(found, Mask)
    assert (found.counts, dict(found.attributes)) == ("51310O2", {"iscrowd": True})


WRONG_COCO: list[tuple[dict[str, Any], str]] = [
    ({"image_id": 7, "category_id": 9, "bbox": [1, 2, 3, 4]}, "category 9, which is not listed"),
    ({"image_id": 7, "category_id": 3, "bbox": [1, 2, -3, 4]}, "a bbox of -3 x 4 pixels"),
    ({"image_id": 7, "category_id": 3, "bbox": [1, 2]}, "bbox that is no list of at least 4 numbers"),
    ({"image_id": 7, "category_id": 3, "bbox": [1, 2, "x", 4]}, "'x', which is no number"),
    ({"image_id": 7, "category_id": 3, "bbox": [1, 2, float("nan"), 4]}, "nan, which is no number"),
    ({"image_id": 8, "category_id": 3, "bbox": [1, 2, 3, 4]}, "image 8, which is not listed"),
    ({"image_id": 7, "category_id": 3, "segmentation": [[1, 2, 3]]}, "3 numbers; at least 3 pairs"),
    (
        {"image_id": 7, "category_id": 3, "segmentation": {"size": [4, 5], "counts": [3]}},
        "runs over 3 pixels",
    ),
    ({"image_id": 7, "category_id": 3, "segmentation": {"size": [4, 5], "counts": "é"}}, "cannot be read"),
]


@pytest.mark.parametrize(("annotation", "words"), WRONG_COCO)
def test_a_wrong_annotation_is_named_and_the_others_are_read(
    annotation: dict[str, Any], words: str, tmp_path: Path
) -> None:
    good = {"id": 2, "image_id": 7, "category_id": 3, "bbox": [1, 2, 3, 4]}
    path = put(tmp_path / "c.json", coco(annotations=[{"id": 1, **annotation}, good]))
    (problem,) = problems("coco", path)
    assert problem.startswith(", annotation 1: ")
    assert words in problem
    reader = FORMATS["coco"].read
    assert reader is not None
    assert [len(record.shapes) for record in reader(path, ReadContext())] == [1]


@pytest.mark.parametrize("text", ["[]", "{}", "3", '{"images": 3}'])
def test_json_that_is_no_coco_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read("coco", put(tmp_path / "c.json", text))


@pytest.mark.parametrize("name", ["coco", "labelstudio", "labelme"])
def test_broken_json_is_refused_with_line_and_column(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"c\.json, line 3, column 2: is not JSON"):
        read(name, put(tmp_path / "c.json", '{"images": [\r\n1,\r\n }'))


def test_deep_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read("coco", put(tmp_path / "c.json", "[" * 100_000))


# XML: VOC and CVAT.

VOC = """<?xml version="1.0"?>\r\n<annotation>\r\n<filename>{name}</filename>\r\n{size}\r\n<object>\r\n
<name>car</name>\r\n<bndbox><xmin>{edges[0]}</xmin><ymin>{edges[1]}</ymin><xmax>{edges[2]}</xmax>
<ymax>{edges[3]}</ymax></bndbox>\r\n</object></annotation>"""
SIZE = "<size><width>640</width><height>480</height><depth>3</depth></size>"


def test_voc_without_a_size_with_a_mark_and_windows_lines(tmp_path: Path) -> None:
    put(tmp_path / "a.xml", BOM + VOC.format(name="a.jpg", size="", edges=("10.0", "2e1", 110, 71)).encode())
    (record,) = read("voc", tmp_path)
    assert (record.name, record.width) == ("a.jpg", None)
    assert shapes_of(record.shapes) == (Box(10, 20, 100, 51, id=1, label="car"),)


def test_voc_that_looks_like_counted_from_1_is_said(tmp_path: Path) -> None:
    put(tmp_path / "a.xml", VOC.format(name="a.jpg", size=SIZE, edges=(1, 21, 640, 72)))
    reader = FORMATS["voc"].read
    assert reader is not None
    reading = ReadContext()
    list(reader(tmp_path, reading))
    assert "--voc-official" in reading.notes[0]
    (record,) = read("voc", tmp_path, voc="official")
    assert shapes_of(record.shapes) == (Box(0, 20, 640, 52, id=1, label="car"),)
    put(tmp_path / "a.xml", VOC.format(name="a.jpg", size=SIZE, edges=(0, 21, 640, 72)))
    reading = ReadContext()
    list(reader(tmp_path, reading))
    assert reading.notes == []


def test_a_wrong_object_of_voc_is_named(tmp_path: Path) -> None:
    path = put(tmp_path / "a.xml", VOC.format(name="a.jpg", size=SIZE, edges=(9, 9, 5, 5)))
    assert problems("voc", path) == [", object 1: has a box from 9, 9 to 5, 5"]


CVAT = """<annotations><version>1.1</version><meta><task><labels><label><name>car</name><attributes><attribute>
<name>size</name><input_type>select</input_type></attribute></attributes></label></labels></task></meta>
<image id="0" name="a"{size}>{inner}</image></annotations>"""


def test_cvat_keeps_words_that_look_like_numbers(tmp_path: Path) -> None:
    inner = (
        '<box label="car" xtl="1" ytl="2" xbr="31" ybr="42" occluded="1"><attribute name="size">3</attribute>'
        '<attribute name="parked">true</attribute></box>'
        '<polyline label="car" points="1.00,2.00;3.00,4.00" z_order="2"/>'
    )
    path = put(tmp_path / "c.xml", CVAT.format(size=' width="640" height="480"', inner=inner))
    (record,) = read("cvat", path)
    box, line = shapes_of(record.shapes)
    assert (dict(box.attributes), box.occluded) == ({"size": "3", "parked": True}, True)
    assert line == Polyline(((1, 2), (3, 4)), id=2, label="car", z=2)


def test_cvat_shapes_without_a_counterpart_are_named(tmp_path: Path) -> None:
    inner = (
        '<ellipse label="car" cx="1" cy="2" rx="3" ry="4"/><points label="car" points="1,2"/><tag/>'
        '<mask label="car" rle="" left="0" top="0" width="1" height="1"/>'
        '<mask label="car" rle="0, 4" left="639" top="0" width="2" height="2"/>'
    )
    path = put(tmp_path / "c.xml", CVAT.format(size=' width="640" height="480"', inner=inner))
    found = problems("cvat", path)
    assert [problem.split(": ")[0] for problem in found] == [
        ", image 0, ellipse 1", ", image 0, points 2", ", image 0, tag 3", ", image 0, mask 4", ", image 0, mask 5",
    ]  # fmt: skip


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "text",
    [
        ENTITIES + "<annotation><filename>&b;</filename></annotation>",
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><annotations><image name="&e;"/></annotations>',
        '<!DOCTYPE annotation SYSTEM "http://example.org/x.dtd"><annotation/>',
    ],
)
@pytest.mark.parametrize("name", ["voc", "cvat"])
def test_xml_with_a_document_type_is_refused(name: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="document type"):
        read(name, put(tmp_path / "x.xml", text))


@pytest.mark.parametrize("name", ["voc", "cvat"])
def test_broken_xml_is_refused_with_line_and_column(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"x\.xml, line 2, column \d+: is not XML"):
        read(name, put(tmp_path / "x.xml", "<annotations>\n<image></annotations>"))
    with pytest.raises(UsageError):
        read(name, put(tmp_path / "x.xml", "<a>" * 5000))


# Label Studio.


def test_label_studio_tasks_of_all_sorts(tmp_path: Path) -> None:
    region = {
        "type": "rectanglelabels",
        "original_width": 640,
        "original_height": 480,
        "value": {"x": 1.6015625, "y": 50, "width": 15.625, "height": 10, "rectanglelabels": ["car"]},
    }
    tasks = [
        {"id": 1, "data": {"image": "/data/upload/3/0a1b2c3d-a%20b.jpg"}, "annotations": [
            {"was_cancelled": True, "result": []},
            {"completed_by": {"email": "ann@example.org"}, "lead_time": 4.5, "result": [region]}]},
        {"id": 2, "data": {"image": "/data/local-files/?d=sub/b.jpg"}, "annotations": [{"was_cancelled": True}]},
        {"id": 3, "data": {"img": "https://example.org/x/c.jpg?sig=1"}, "annotations": []},
        {"id": 4, "data": {"image": "d.jpg"}, "annotations": [{"result": []}], "predictions": [
            {"model_version": "m", "score": 0.25, "result": [region]}]},
    ]  # fmt: skip
    one, two, three, four = read("labelstudio", put(tmp_path / "l.json", tasks))
    assert (local_name(one.name), local_name(two.name), local_name(three.name)) == (
        "/data/upload/3/0a1b2c3d-a b.jpg", "sub/b.jpg", "/x/c.jpg",
    )  # fmt: skip
    assert shapes_of(one.shapes) == (Box(10.25, 240, 100, 48, id=1, label="car"),)
    assert (one.annotator, one.seconds) == ("ann@example.org", 4.5)
    assert (two.skipped, three.decided, three.skipped, four.decided) == (True, False, False, True)
    assert four.predictions[0]["score"] == 0.25


def test_a_wrong_result_of_label_studio_is_named(tmp_path: Path) -> None:
    results: list[dict[str, Any]] = [
        {"type": "keypointlabels", "value": {}},
        {
            "type": "rectanglelabels",
            "value": {"x": 1, "y": 1, "width": 0, "height": 3, "rectanglelabels": ["car"]},
        },
        {"type": "rectanglelabels", "value": {"x": 1, "y": 1, "width": 3, "height": 3}},
        {"type": "brushlabels", "value": {"format": "rle", "rle": [0, 0], "brushlabels": ["car"]}},
    ]
    path = put(
        tmp_path / "l.json", [{"id": 5, "data": {"image": "a.jpg"}, "annotations": [{"result": results}]}]
    )
    found = problems("labelstudio", path)
    assert [problem.split(": ")[0] for problem in found] == [f", task 5, result {n}" for n in range(1, 5)]


# labelme.


def test_labelme_of_several_versions(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("1", (3, 2), 1).save(out, "PNG")
    shapes = [
        {"label": "car", "points": [[31, 42], [1, 2]], "shape_type": "rectangle", "flags": {"parked": True}},
        {"label": "car", "points": [[0, 0], [9, 0], [0, 9]], "group_id": None},
        {
            "label": "car",
            "points": [[5, 6], [7, 7]],
            "shape_type": "mask",
            "mask": base64.b64encode(out.getvalue()).decode(),
        },
        {"label": "car", "points": [[5, 6], [7, 7]], "shape_type": "line"},
    ]
    data = {"version": "4.5.6", "flags": {"dark": True, "blurred": False}, "shapes": shapes,
            "imagePath": "..\\images\\a.jpg", "imageData": "AAAA", "imageHeight": 480, "imageWidth": 640}  # fmt: skip
    put(tmp_path / "sub/a.json", BOM + json.dumps(data).encode())
    (record,) = read("labelme", tmp_path)
    assert (record.name, record.labels) == ("sub/a.jpg", ("dark",))
    box, polygon, mask, line = shapes_of(record.shapes)
    assert box == Box(1, 2, 30, 40, id=1, label="car", attributes={"parked": True})
    assert isinstance(polygon, Polygon)
    assert isinstance(mask, Mask)
    assert sum(mask.runs[1::2]) == 6
    assert isinstance(line, Polyline)


def test_a_wrong_shape_of_labelme_is_named(tmp_path: Path) -> None:
    shapes = [
        {"label": "car", "points": [[1, 1], [2, 2]], "shape_type": "circle"},
        {"label": None, "points": [[1, 1]]},
        {"label": "car", "points": [[630, 470]], "shape_type": "mask", "mask": "not base64!"},
    ]
    path = put(tmp_path / "a.json", {"shapes": shapes, "imagePath": "a.jpg"})
    assert [problem.split(": ")[0] for problem in problems("labelme", path)] == [
        f", shape {n}" for n in (1, 2, 3)
    ]


# YOLO.


@pytest.mark.parametrize(
    "names",
    [
        "names: [car, 'dog: big']",
        'names:\n- car\n- "dog: big" # x\n',
        "nc: 2\nnames:\n    0: car\n    1: 'dog: big'\nval: x\n",
    ],
)
def test_yolo_names_in_all_forms(names: str, tmp_path: Path) -> None:
    put(tmp_path / "data.yaml", f"train: images/train\n{names}\n")
    put(tmp_path / "labels/train/a.txt", "1 0.5 0.5 0.25 0.5\r\n\r\n0 0.5 0.5 0.1 0.1 0.9\r\n")
    (record,) = read("yolo", tmp_path, size_of=lambda _name: (640, 480))
    first, second = shapes_of(record.shapes)
    assert first == Box(240, 120, 160, 240, id=1, label="dog: big")
    assert (second.label, dict(second.extra)) == ("car", {"score": 0.9})


def test_a_flat_yolo_folder_with_classes(tmp_path: Path) -> None:
    put(tmp_path / "classes.txt", "car\n")
    Image.new("L", (100, 50)).save(tmp_path / "a.png")
    put(tmp_path / "a.txt", "0 0.1 0.1 0.9 0.1 0.9 0.9")
    (record,) = read("yolo", tmp_path)
    assert (record.name, record.width, record.height) == ("a.png", 100, 50)
    (polygon,) = shapes_of(record.shapes)
    assert isinstance(polygon, Polygon)
    assert [value for point in polygon.points for value in point] == pytest.approx([10, 5, 90, 5, 90, 45])


@pytest.mark.parametrize(
    "row", ["1 0.5 0.5 0.1 0.1", "x 0.5 0.5 0.1 0.1", "0 0.5 0.5 0.1", "0 0.5 0.5 0 0.1", "0 nan 0 1 1"]
)
def test_a_wrong_row_of_yolo_is_named(row: str, tmp_path: Path) -> None:
    put(tmp_path / "classes.txt", "car\n")
    put(tmp_path / "a.txt", f"0 0.5 0.5 0.1 0.1\n{row}\n")
    (problem,) = problems("yolo", tmp_path)
    assert problem.startswith("/a.txt, line 2: ")


# The native formats, image folders and masks.


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"status": "labelled"}', "names no image"),
        ('{"image": "a", "status": "done"}', "status 'done'"),
        ('{"image": "a", "status": "labelled", "labels": ["x", 3]}', "labels that are no texts"),
        ('{"image": "a", "status": "labelled", "labelled_at": "yesterday"}', "labelled_at 'yesterday'"),
        ('{"image": "a", "status": "labelled", "schema": 2}', "schema 2"),
        ('{"image": "a", "status": "labelled", "width": "wide"}', "width 'wide'"),
    ],
)
def test_a_wrong_line_of_jsonl_is_named(line: str, words: str, tmp_path: Path) -> None:
    (problem,) = problems("jsonl", put(tmp_path / "a.jsonl", line))
    assert problem.startswith(", line 1: ")
    assert words in problem


def test_broken_jsonl_is_refused_with_line_and_column(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="line 2, column 12: is not JSON"):
        read("jsonl", put(tmp_path / "a.jsonl", '{"image":"a","status":"todo"}\n{"image":"a\n'))


def test_csv_by_hand(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", BOM + b'image,labels,note\r\n"a, b.jpg",cat|dog,x\r\nc.jpg,,\r\n')
    one, two = read("csv", path)
    assert (one.name, one.labels, two.labels, two.decided) == ("a, b.jpg", ("cat", "dog"), (), True)
    with pytest.raises(UsageError, match="has no column labels"):
        read("csv", put(tmp_path / "b.csv", "image\na.jpg\n"))


def test_metadata_of_hugging_face(tmp_path: Path) -> None:
    rows = [
        {"file_name": "a.jpg", "objects": {"bbox": [[1, 2, 3, 4]], "category": [0]}},
        {"file_name": "b.jpg", "label": "cat"},
    ]
    put(tmp_path / "train/metadata.jsonl", "\n".join(map(json.dumps, rows)))
    one, two = read("imagefolder", tmp_path)
    assert (one.shapes[0]["label"], two.labels) == ("0", ("cat",))


def test_masks_by_colour_alone(tmp_path: Path) -> None:
    put(tmp_path / "labelmap.txt", "# label:color_rgb:parts:actions\nbackground:0,0,0::\nroad:128,0,0::\n")
    picture = Image.new("RGB", (4, 3))
    picture.putpixel((1, 2), (128, 0, 0))
    picture.save(tmp_path / "a.png")
    (record,) = read("masks", tmp_path)
    (mask,) = shapes_of(record.shapes)
    assert isinstance(mask, Mask)
    assert (mask.label, mask.size, mask.runs) == ("road", (3, 4), [5, 1, 6])


# Recognising, and names.


@pytest.mark.parametrize(
    ("name", "text", "file"),
    [
        ("jsonl", '{"schema":1,"image":"a","status":"todo"}', "a.jsonl"),
        ("csv", "image,labels\n", "a.csv"),
        ("coco", '{"images": []}', "a.json"),
        ("labelstudio", ' [{"id": 1, "data": {}}]', "a.json"),
        ("labelme", '{"shapes": [], "imagePath": "a"}', "a.json"),
        ("voc", "<annotation>", "a.xml"),
        ("cvat", "<annotations>", "a.xml"),
        ("imagefolder", '{"file_name": "a.jpg"}', "metadata.jsonl"),
        ("yolo", "names: [a]", "data.yaml"),
    ],
)
def test_a_file_is_recognised_by_its_content(name: str, text: str, file: str, tmp_path: Path) -> None:
    assert importing.recognised(put(tmp_path / file, text)).name == name


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("yolo", "labels/a.txt"), ("voc", "Annotations/a.xml"), ("cvat", "annotations.xml"), ("masks", "legend.json"),
        ("imagefolder", "train/cat/a.jpg"), ("imagefolder", "train/metadata.jsonl"),
    ],
)  # fmt: skip
def test_a_folder_is_recognised_by_what_lies_in_it(name: str, file: str, tmp_path: Path) -> None:
    put(tmp_path / file, "")
    assert importing.recognised(tmp_path).name == name


def test_what_is_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--format"):
        importing.recognised(put(tmp_path / "a.bin", b"\x00\x01"))
    with pytest.raises(UsageError, match="no file or folder"):
        importing.recognised(tmp_path / "none")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\etc\\passwd", "a/../../b.jpg", "file:///etc/passwd", "/etc/passwd"]
)
def test_no_name_leads_out_of_the_root(name: str, tmp_path: Path) -> None:
    assert importing.inside(tmp_path, name) is None
    assert importing.inside(tmp_path, "a/../b.jpg") == tmp_path / "b.jpg"
