"""Numbers that the queue or an export cannot hold: the entry that has one is named and passed over, the others are
entered, and everything that was entered can be exported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.formats.test_foreign import CVAT, VOC, coco, problems, put
from tui.cli import cli
from tui.errors import UsageError
from tui.formats import FORMATS
from tui.formats.reading import ReadContext, local_name
from tui.formats.values import RecordError, checked_json, number, seconds_of, side
from tui.formats.xml_text import attribute_value
from tui.manifest import new_tasks
from tui.model.project import Project
from tui.model.shapes import Unknown, shape_of
from tui.store import open_queue

NAN, INFINITY, HUGE = float("nan"), float("inf"), 10**400
BOX = {"id": 1, "kind": "box", "label": "cat", "x": 1, "y": 2, "width": 3, "height": 4}


@pytest.fixture
def folder(project_folder: Path) -> Path:
    """A project of `a.jpg` and `b.jpg`."""
    for name in ("a.jpg", "b.jpg"):
        Image.new("L", (64, 48)).save(project_folder / name)
    command("add", project_folder, project_folder / "a.jpg", project_folder / "b.jpg")
    return project_folder


def command(*arguments: str | Path) -> None:
    cli.main([str(each) for each in arguments], standalone_mode=False)


def entered(folder: Path) -> list[str]:
    queue = open_queue(folder)
    try:
        return [task.path for task in queue.export() if task.annotator or task.predictions]
    finally:
        queue.close()


def exports(folder: Path, to: Path) -> None:
    """All of a queue in the formats that look at every member of a task."""
    for name in ("jsonl", "coco", "labelstudio"):
        command("export", folder, "--format", name, "--output", to / f"{name}.out", "--replace")


# The native formats.


def row(name: str, **more: Any) -> str:
    return json.dumps({"image": name, "status": "labelled", "annotator": "ann", "labels": ["cat"], **more})


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"seconds": NAN}, "seconds nan; a number from 0 to 1000000000 is wanted"),
        ({"seconds": INFINITY}, "seconds inf; "),
        ({"seconds": HUGE}, "seconds 1000"),
        ({"metadata": {"a": [1, {"b": NAN}]}}, "metadata with nan, which is no finite number"),
        ({"shapes": [BOX, {**BOX, "attributes": {"a": NAN}}]}, "shape 2 with nan, which is no finite number"),
        ({"shapes": [{**BOX, "id": NAN}]}, "shape 1 with nan"),
        ({"shapes": [{**BOX, "score": INFINITY}]}, "shape 1 with inf"),
        ({"shapes": [{"kind": "ellipse", "label": "cat", "radius": NAN}]}, "shape 1 with nan"),
        (
            {"shapes": [{"kind": "polygon", "label": "cat", "points": [[HUGE, 1], [2, 2], [3, 9]]}]},
            "no finite",
        ),
        ({"width": HUGE, "height": 48}, "; a number from 1 to 10000000 is wanted"),
        ({"pass": 10**9}, "pass 1000000000; a number from 1 to 1000 is wanted"),
        ({"labelled_at": "0001-01-01T00:00:00+23:59"}, "; a time such as"),
    ],
)
def test_a_line_of_jsonl_with_such_a_number_is_passed_over(
    members: dict[str, Any], words: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = put(tmp_path / "x.jsonl", f"{row('a.jpg', **members)}\n{row('b.jpg')}\n")
    command("import", folder, path)
    said = capsys.readouterr().err
    (problem,) = (line for line in said.splitlines() if line.startswith(f"  {path}, line 1: has "))
    assert words in problem
    assert len(problem.removeprefix(f"  {path}")) < 160
    assert entered(folder) == ["b.jpg"]
    exports(folder, tmp_path)


@pytest.mark.parametrize("seconds", ["nan", "inf", "1e999", "1e300"])
def test_a_line_of_csv_with_such_a_time_is_passed_over(seconds: str, folder: Path, tmp_path: Path) -> None:
    path = put(tmp_path / "x.csv", f"image,labels,seconds\na.jpg,cat,{seconds}\nb.jpg,cat,1.5\n")
    assert [text.split(" ")[:4] for text in problems("csv", path)] == [[",", "line", "2:", "has"]]
    command("import", folder, path, "--as", "ann")
    assert entered(folder) == ["b.jpg"]


def test_a_time_that_is_no_number_is_none(tmp_path: Path) -> None:
    (found,) = problems("csv", put(tmp_path / "x.csv", "image,labels,seconds\na.jpg,cat,soon\n"))
    assert "has seconds 'soon'; a number is wanted" in found
    assert [seconds_of(value) for value in (None, "x", True, -3, 2)] == [0, 0, 0, 0, 2]


# COCO.


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"attributes": {"a": NAN}}, "attributes with nan, which is no finite number"),
        ({"attributes": {"a": {"b": [INFINITY]}}}, "attributes with inf"),
        ({"attributes": {"a": HUGE}}, "attributes with 1000"),
        ({"score": NAN}, "score nan, which is no number"),
        ({"bbox": [HUGE, 1, 1, 1]}, ", which is no number"),
        ({"bbox": [1e9, 1, 1, 1]}, "bbox 1000000000.0, which is too large"),
        ({"segmentation": [[HUGE, 1, 1, 1, 2, 2]]}, ", which is no number"),
        ({"attributes": {"spline": "[" * 9999}}, None),
    ],
)
def test_an_annotation_of_coco_with_such_a_number_is_passed_over(
    members: dict[str, Any], words: str | None, folder: Path, tmp_path: Path
) -> None:
    images = [{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "b.jpg"}]
    good = {"category_id": 3, "bbox": [1, 2, 3, 4]}
    annotations = [{"id": 1, "image_id": 1, **good, **members}, {"id": 2, "image_id": 2, **good}]
    path = put(tmp_path / "c.json", coco(images=images, annotations=annotations))
    found = problems("coco", path)
    assert len(found) == (words is not None)
    assert all(text.startswith(", annotation 1: has ") and str(words) in text for text in found)
    command("import", folder, path, "--as", "ann", "--add-labels")
    assert entered(folder) == ["a.jpg", "b.jpg"]
    exports(folder, tmp_path)


def test_an_image_of_coco_without_a_sane_size_is_named_once(tmp_path: Path) -> None:
    images = [{"id": 1, "file_name": "a.jpg", "width": INFINITY}, {"id": 2, "file_name": "b.jpg"}]
    box = {"id": 1, "image_id": 1, "category_id": 3, "bbox": [1, 2, 3, 4]}
    path = put(tmp_path / "c.json", coco(images=images, annotations=[box]))
    assert problems("coco", path) == [", image 1: has width inf, which is no number"]


def test_a_whole_number_of_thousands_of_digits_spoils_its_entry_alone(tmp_path: Path) -> None:
    good = '{"id": 2, "image_id": 7, "category_id": 3, "bbox": [1, 2, 3, 4]}'
    long = good.replace("[1, 2", f"[{'9' * 5000}, 2").replace('"id": 2', '"id": 1')
    text = json.dumps(coco()).replace('"annotations": []', f'"annotations": [{long}, {good}]')
    path = put(tmp_path / "c.json", text)
    assert problems("coco", path) == [", annotation 1: has bbox inf, which is no number"]


# Label Studio.

VALUE = {"x": 1, "y": 1, "width": 5, "height": 5, "rectanglelabels": ["cat"]}
REGION = {
    "type": "rectanglelabels",
    "original_width": 64,
    "original_height": 48,
    "value": VALUE,
}


def of_task(**more: Any) -> dict[str, Any]:
    return {"id": 1, "data": {"image": "a.jpg"}, "annotations": [{"result": [REGION]}], **more}


def of_result(**more: Any) -> dict[str, Any]:
    return of_task(annotations=[{"result": [REGION, {**REGION, **more}]}])


@pytest.mark.parametrize(
    ("task", "problem"),
    [
        (
            of_result(meta={"attributes": {"a": NAN}}),
            ", result 2: has attributes with nan, which is no finite number",
        ),
        (of_result(original_width=INFINITY), ", result 2: has original_width inf, which is no number"),
        (
            of_result(value={**VALUE, "x": HUGE}),
            f", result 2: has x {str(HUGE)[:60]}..., which is no number",
        ),
        (
            of_result(value={**VALUE, "rectanglelabels": 5}),
            ", result 2: has labels that are no list",
        ),
        (
            of_result(value={**VALUE, "rectanglelabels": True}),
            ", result 2: has labels that are no list",
        ),
        (of_result(type="choices", value={"choices": 5}), ", result 2: has choices that are no list"),
        (of_task(data={"image": "a.jpg", "width": INFINITY}), ": has width inf, which is no number"),
        (of_task(annotations=[{"lead_time": INFINITY}]), ": has seconds inf, which is no number"),
        (
            of_task(predictions=[{"score": NAN, "result": [REGION]}]),
            ", predicted result 1: has score nan, which is no number",
        ),
    ],
)
def test_a_task_of_label_studio_with_such_a_value(
    task: dict[str, Any], problem: str, folder: Path, tmp_path: Path
) -> None:
    good = {**of_task(), "data": {"image": "b.jpg"}}
    path = put(tmp_path / "l.json", [task, good])
    assert problems("labelstudio", path) == [f", task 1{problem}"]
    command("import", folder, path, "--as", "ann", "--add-labels")
    assert entered(folder) == (["b.jpg"] if problem.startswith(":") else ["a.jpg", "b.jpg"])
    exports(folder, tmp_path)


# One file an image: labelme, VOC, YOLO; and CVAT.


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"imageWidth": INFINITY}, ": has imageWidth inf, which is no number"),
        ({"seconds": NAN}, ": has seconds nan, which is no number"),
        (
            {"shapes": [{"label": "cat", "points": [[HUGE, 1], [2, 2], [3, 3]]}]},
            f", shape 1: has points {str(HUGE)[:60]}..., which is no number",
        ),
        (
            {"shapes": [{"label": "cat", "points": [[1, 1], [2, 2], [3, 1]], "attributes": {"a": NAN}}]},
            ", shape 1: has attributes with nan, which is no finite number",
        ),
        (
            {"shapes": [{"label": "cat", "points": [[1, 1], [5, 5]], "shape_type": "mask", "mask": 5}]},
            ", shape 1: has a mask that is no PNG",
        ),
    ],
)
def test_a_file_of_labelme_with_such_a_value(
    members: dict[str, Any], problem: str, folder: Path, tmp_path: Path
) -> None:
    for name, more in (("a", members), ("b", {})):
        data = {"imagePath": f"{name}.jpg", "imageWidth": 64, "imageHeight": 48, "shapes": [], **more}
        put(tmp_path / f"l/{name}.json", data)
    assert problems("labelme", tmp_path / "l") == [f"/a.json{problem}"]
    command("import", folder, tmp_path / "l", "--as", "ann", "--add-labels")
    assert entered(folder) == (["b.jpg"] if problem.startswith(":") else ["a.jpg", "b.jpg"])
    exports(folder, tmp_path)


@pytest.mark.parametrize("width", ["inf", "1e999", "nan", "1e9"])
def test_a_file_of_voc_without_a_sane_size_is_passed_over(width: str, folder: Path, tmp_path: Path) -> None:
    for name, its in (("a", width), ("b", "64")):
        size = f"<size><width>{its}</width><height>48</height></size>"
        put(tmp_path / f"v/{name}.xml", VOC.format(name=f"{name}.jpg", size=size, edges=(1, 2, 30, 40)))
    (problem,) = problems("voc", tmp_path / "v")
    assert problem.startswith(f"/a.xml: has width '{width}', which is ")
    command("import", folder, tmp_path / "v", "--as", "ann", "--add-labels")
    assert entered(folder) == ["b.jpg"]


def test_attributes_in_xml_that_are_no_finite_numbers_are_texts(tmp_path: Path) -> None:
    texts = ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000, "[" * 9999, str(HUGE)]
    assert [attribute_value(text) for text in texts] == texts
    size = f' width="{"9" * 5000}" height="²"'
    path = put(tmp_path / "c.xml", CVAT.format(size=size, inner=""))
    (problem,) = problems("cvat", path)
    assert problem.startswith(", image 0: has width '9999")


@pytest.mark.parametrize(
    ("text", "words"),
    [(b"names:\n  0: c\xa0t\n", "data.yaml, line 2: is not UTF-8 text"), (b"names: [car, dog\n", "no names")],
)
def test_a_list_of_names_that_cannot_be_read_is_refused(text: bytes, words: str, tmp_path: Path) -> None:
    put(tmp_path / "data.yaml", text)
    put(tmp_path / "labels/a.txt", "")
    reader = FORMATS["yolo"].read
    assert reader is not None
    with pytest.raises(UsageError, match=words):
        list(reader(tmp_path, ReadContext()))


def test_a_legend_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "labelmap.txt", b"c\xa0t:1,2,3::\n")
    reader = FORMATS["masks"].read
    assert reader is not None
    with pytest.raises(UsageError, match=r"labelmap\.txt, line 1: is not UTF-8 text"):
        list(reader(tmp_path, ReadContext()))


def test_a_row_of_yolo_far_out_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path / "classes.txt", "car\n")
    put(tmp_path / "a.txt", f"0 1e6 0.5 0.1 0.1\n0 .5 .5 .1 .1\n{'9' * 5000} .5 .5 .1 .1\n")
    assert problems("yolo", tmp_path) == [
        "/a.txt, line 1: has a value 640000000.0, which is too large",
        f"/a.txt, line 3: has a value '{'9' * 59}..., which is no number",
    ]


# Manifests.


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"score": HUGE}, "score is 1000"),
        ({"score": NAN}, "score is nan; a number is wanted"),
        ({"priority": 1 << 63}, "priority is 9223372036854775808; a whole number is wanted"),
        ({"metadata": {"a": INFINITY}}, "has metadata with inf, which is no finite number"),
        ({"focal": NAN}, "has focal with nan"),
        ({"predictions": [{"label": "cat", "score": HUGE}]}, "has predictions with 1000"),
    ],
)
def test_a_manifest_with_such_a_number_is_refused(
    members: dict[str, Any], words: str, tmp_path: Path
) -> None:
    text = f'{{"image": "a.jpg"}}\n{json.dumps({"image": "b.jpg", **members})}\n'
    listed = put(tmp_path / "list.jsonl", text)
    with pytest.raises(UsageError) as caught:
        list(new_tasks(Project(folder=tmp_path), [listed]))
    assert str(caught.value).startswith(f"{listed}, line 2: {words}")


def test_a_manifest_that_is_nested_too_deeply_is_refused(tmp_path: Path) -> None:
    listed = put(tmp_path / "list.jsonl", "[" * 100_000)
    with pytest.raises(UsageError, match="line 1: is nested too deep"):
        list(new_tasks(Project(folder=tmp_path), [listed]))


# Each check by itself.


def test_a_shape_in_the_queue_with_a_number_that_no_float_holds_is_unknown() -> None:
    for value in (HUGE, -HUGE, NAN, INFINITY):
        shape = shape_of({**BOX, "x": value})
        assert isinstance(shape, Unknown)
        assert "lies on no picture" in shape.problem


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (number, HUGE),
        (number, 1e300),
        (number, "-inf"),
        (side, HUGE),
        (side, "1e999"),
        (side, 1e8),
        (checked_json, {"a": [HUGE]}),
        (checked_json, [[[-INFINITY]]]),
        (checked_json, json.loads("[" * 60 + "]" * 60)),
    ],
)
def test_what_no_check_lets_through(check: Callable[[Any, str], Any], value: Any) -> None:
    with pytest.raises(RecordError, match=r"^has it ") as caught:
        check(value, "it")
    assert len(str(caught.value)) <= 102


NOTHING: tuple[Any, ...] = (None, "", "x", True, [], 0, -3, 0.4)


def test_sides_that_say_nothing() -> None:
    assert all(side(value, "width") is None for value in NOTHING)
    assert [side(value, "width") for value in (640, 640.0, "640", "640.0")] == [640] * 4


def test_a_name_that_looks_like_a_url_and_is_none() -> None:
    assert local_name("http://[x/a.jpg") == "http://[x/a.jpg"


def test_a_name_that_no_file_can_have_matches_no_image(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = put(tmp_path / "x.jsonl", f"{row('x' * 300)}\n{row('b.jpg')}\n")
    command("import", folder, path, "--images", folder)
    assert "Matches no one image: 1" in capsys.readouterr().err
    assert entered(folder) == ["b.jpg"]
