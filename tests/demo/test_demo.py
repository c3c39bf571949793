"""The demo pictures, what is said of them, and the project made of them."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from benchmarks.photos import make_photos
from scripts.make_demo import PICTURES
from scripts.scenery.render import render
from scripts.scenery.truth import objects, run_lengths
from tui import demo
from tui.config import load_project
from tui.demo_shapes import DRAWN, FOUND, make_shapes_project
from tui.errors import TermlabelError
from tui.keymap import label_keys, load
from tui.keymap import names as keymap_names
from tui.model.review import Verdict
from tui.model.task import Filter, State, Task
from tui.resources import bundled
from tui.store import open_queue

FOLDER = bundled("demo_images")
TRUTH: list[dict[str, Any]] = tomllib.loads((FOLDER / "manifest.toml").read_text(encoding="utf-8"))[
    "pictures"
]
ENTRIES = pytest.mark.parametrize("entry", TRUTH, ids=lambda entry: str(entry["image"]))


def counts_of(text: str) -> list[int]:
    """The runs of COCO's compact spelling, read as its own source does."""
    runs: list[int] = []
    at = 0
    while at < len(text):
        value = shift = 0
        while True:
            code = ord(text[at]) - 48
            at += 1
            value |= (code & 31) << shift
            shift += 5
            if not code & 32:
                if code & 16:
                    value -= 1 << shift
                break
        runs.append(value + runs[-2] if len(runs) > 2 else value)
    return runs


def mask_of(text: str, height: int, width: int) -> np.ndarray[Any, Any]:
    runs = counts_of(text)
    flat = np.repeat(np.arange(len(runs)) % 2, runs)
    return flat.reshape((height, width), order="F").astype(bool)


def test_all_pictures_are_there_and_small() -> None:
    files = {path.name for path in FOLDER.iterdir()}
    assert files == {"manifest.toml"} | {entry["image"] for entry in TRUTH}
    assert {Path(entry["image"]).stem for entry in TRUTH} == set(PICTURES)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 1_000_000


@ENTRIES
def test_a_picture_is_as_the_manifest_says(entry: dict[str, Any]) -> None:
    with Image.open(FOLDER / entry["image"]) as picture:
        picture.load()
        assert picture.size == (entry["width"], entry["height"])
        assert np.asarray(picture).std() > 20
    assert entry["boxes"]
    for box in entry["boxes"]:
        assert box["x"] >= 0 and box["y"] >= 0 and min(box["width"], box["height"]) >= 15
        assert box["x"] + box["width"] <= entry["width"] and box["y"] + box["height"] <= entry["height"]


@ENTRIES
def test_the_class_is_what_is_on_it(entry: dict[str, Any]) -> None:
    kinds = {box["label"] for box in entry["boxes"]}
    assert entry["class"] in kinds if entry["class"] != "street" else {"car"} <= kinds


def test_cuboids_stand_upright_and_hold_their_boxes() -> None:
    cars = [box for entry in TRUTH for box in entry["boxes"] if "corners" in box]
    assert len(cars) > 10
    for box in cars:
        corners = np.array(box["corners"])
        assert corners.shape == (8, 2)
        assert (corners[[0, 1, 4, 5], 1] < corners[[3, 2, 7, 6], 1]).all(), "tops above bottoms"
        low, high = corners.min(0), corners.max(0)
        assert box["x"] >= low[0] - 12 and box["x"] + box["width"] <= high[0] + 12, (
            "mirrors stick out a little"
        )
        assert box["y"] >= low[1] - 5 and box["y"] + box["height"] <= high[1] + 5


def test_masks_share_out_the_picture() -> None:
    masked = [entry for entry in TRUTH if "masks" in entry]
    assert masked
    for entry in masked:
        masks = {m["label"]: mask_of(m["counts"], entry["height"], entry["width"]) for m in entry["masks"]}
        assert set(masks) == {"road", "building", "vehicle", "sky"}
        assert np.all(np.sum(list(masks.values()), axis=0) == 1)
        for box in entry["boxes"]:
            x, y = int(box["x"] + box["width"] / 2), int(box["y"] + box["height"] / 2)
            assert masks["vehicle"][y, x]


def test_a_lane_comes_towards_the_eye() -> None:
    lanes = [np.array(entry["lane"]) for entry in TRUTH if "lane" in entry]
    assert lanes
    assert all((np.diff(lane[:, 1]) < 0).all() for lane in lanes)


def test_run_lengths_come_back() -> None:
    rng = np.random.default_rng(1)
    for density in (0.0, 0.02, 0.5, 1.0):
        mask = rng.random((37, 53)) < density
        assert (mask_of(run_lengths(mask), 37, 53) == mask).all()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return demo.make_demo_project(tmp_path / "demo")


def tasks_of(project: Path) -> dict[str, Task]:
    queue = open_queue(project)
    try:
        return {Path(task.path).stem: task for task in queue.tasks(Filter())}
    finally:
        queue.close()


def test_the_project_is_ready_to_label_and_to_review(project: Path) -> None:
    tasks = tasks_of(project)
    states = Counter(task.state for task in tasks.values())
    assert states == {
        State.TODO: len(TRUTH) + 1 - len(demo.DONE),
        State.LABELLED: len(demo.DONE) - 1,
        State.REJECTED: 1,
    }
    labelled = [task for task in tasks.values() if task.state is State.LABELLED]
    truth = {Path(entry["image"]).stem: entry["class"] for entry in TRUTH}
    wrong = [Path(t.path).stem for t in labelled if t.annotation.labels != (truth[Path(t.path).stem],)]
    assert wrong == ["pond", "beach"]
    back = next(task for task in tasks.values() if task.state is State.REJECTED)
    assert (back.annotator, back.reviewer, back.verdict) == ("ann", "ben", Verdict.REJECT)
    assert back.reason == "wrong label" and back.comment
    assert [stem for stem, task in tasks.items() if task.flagged] == [demo.HARD]


def test_every_class_is_a_label_and_every_key_works(project: Path) -> None:
    loaded = load_project(project)
    assert {entry["class"] for entry in TRUTH} == {label.name for label in loaded.labels}
    assert any(label.attributes for label in loaded.labels)
    for name in keymap_names():
        keys = label_keys({label.name: label.key for label in loaded.labels}, load(name))
        assert all(keys.values()), name


def test_the_torn_picture_is_the_last_to_do(project: Path) -> None:
    todo = [stem for stem, task in tasks_of(project).items() if task.state is State.TODO]
    assert todo[-1] == Path(demo.TORN).stem
    with Image.open(project / "images" / demo.TORN) as picture, pytest.raises(OSError, match="truncated"):
        picture.load()


def test_predictions_are_of_all_kinds(project: Path) -> None:
    tasks = tasks_of(project)
    unsure = min((t for t in tasks.values() if t.score is not None), key=lambda t: t.score or 0)
    assert Path(unsure.path).stem == "meadow"
    assert tasks["daisies"].predictions == ()
    boxes = [p for p in tasks["kerbside"].predictions if p.get("kind") == "box"]
    assert len(boxes) == 3 and all(0 < box["score"] < 1 for box in boxes)


def test_ann_gets_her_rejected_task_first(project: Path) -> None:
    queue = open_queue(project)
    try:
        assert queue.progress("ann").came_back == 1
        first = queue.claim("ann", sitting="s")
        assert Path(first[0].task.path).stem == demo.DONE[-1][0]
        anyone = queue.claim("eve", sitting="t")
        assert anyone[0].task.id == 1
        for_review = queue.claim("eve", 9, sitting="t", work="review")
        assert len(for_review) == len(demo.DONE) - 1
    finally:
        queue.close()


def test_a_folder_in_the_way_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(TermlabelError, match="cannot be made"):
        demo.make_demo_project(tmp_path / "file" / "demo")


def test_a_picture_is_made_anew_as_it_was() -> None:
    entry = next(entry for entry in TRUTH if entry["image"] == "tank.jpg")
    shots = []
    for _ in range(2):
        view = PICTURES["tank"][1]()
        view.scene.camera = replace(view.scene.camera, width=300, height=225, over=1)
        view.scene.ambient_maps = 1
        shots.append(render(view.scene))
    assert (shots[0].pixels == shots[1].pixels).all()
    found = [[3 * side for side in (one.x, one.y, one.width, one.height)] for one in objects(view, shots[0])]
    said = [[box[side] for side in ("x", "y", "width", "height")] for box in entry["boxes"]]
    assert np.abs(np.array(found) - np.array(said)).max() <= 6, "two pixels of the small picture"


def test_photographs_have_twelve_megapixels(tmp_path: Path) -> None:
    (path,) = make_photos(tmp_path / "photos", 1)
    with Image.open(path) as picture:
        assert picture.format == "JPEG"
        assert abs(picture.width * picture.height / 12e6 - 1) < 0.001
    before = path.stat().st_mtime_ns
    assert make_photos(tmp_path / "photos", 1) == [path]
    assert path.stat().st_mtime_ns == before, "what is there stays"


def test_the_project_for_drawing_has_found_drawn_and_wrong_boxes(tmp_path: Path) -> None:
    project = make_shapes_project(tmp_path / "shapes")
    names = {label.name for label in load_project(project).labels}
    tasks = tasks_of(project)
    assert {stem for stem, task in tasks.items() if task.predictions} == set(FOUND)
    drawn = {stem: task.annotation.shapes for stem, task in tasks.items() if task.state is State.LABELLED}
    assert set(drawn) == set(DRAWN) and all(drawn.values())
    truth = {Path(entry["image"]).stem: entry["boxes"] for entry in TRUTH}
    wrong = {stem for stem, shapes in drawn.items() if shapes[0]["label"] != truth[stem][0]["label"]}
    missing = {stem for stem, shapes in drawn.items() if len(shapes) < len(truth[stem])}
    assert (wrong, missing) == ({"doorstep"}, {"evening"})
    assert {
        shape["label"] for task in tasks.values() for shape in (*task.annotation.shapes, *task.predictions)
    } <= names
