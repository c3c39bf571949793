"""Rules that all exports keep: names, negatives, states, losses, parts, images, and that all appears at once."""

from __future__ import annotations

import os
import sys
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.formats.samples import B, Q, R, project, read, task, write
from tui.errors import TermlabelError, UsageError
from tui.formats import FORMATS, exporting
from tui.formats.adapt import images as seen_by
from tui.formats.base import ClassIndex, ExportJob, ExportOptions
from tui.formats.output import DiscardingFolder
from tui.formats.replacing import MARKER
from tui.formats.report import ExportReport
from tui.formats.rules import CONTENT, FEATURES, SHAPES
from tui.formats.split import Split, parse_split
from tui.model.review import Verdict
from tui.model.shapes import Box, Polygon, Polyline, Shape, Spline
from tui.model.task import State, Task

FOLDERS = [name for name, format in FORMATS.items() if not format.file]
FILES = [name for name in FORMATS if name not in FOLDERS]
INTERCHANGE = [name for name, format in FORMATS.items() if not format.exact]


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder by their names, but for the mark that an export wrote it."""
    return {
        os.path.relpath(os.path.join(where, name), folder): Path(where, name).read_bytes()
        for where, _, names in os.walk(folder)
        for name in names
        if name != MARKER
    }


def output(tmp_path: Path, name: str) -> Path:
    return tmp_path / (name if not FORMATS[name].file else f"{name}.{FORMATS[name].file.rpartition('.')[2]}")


def many() -> list[Task]:
    return [task(n, B, R, labels=["car"], path=f"sub/{n}.jpg") for n in range(1, 31)]


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_input_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    for part in ("one", "two"):
        (tmp_path / part).mkdir()
        write(name, many(), output(tmp_path / part, name))
    assert files(tmp_path / "one") == files(tmp_path / "two") != {}


@pytest.mark.parametrize("name", INTERCHANGE)
def test_images_with_nothing_on_them_are_there_and_those_never_seen_are_not(
    name: str, tmp_path: Path
) -> None:
    tasks = [
        task(1, B),
        task(2),
        task(3, state=State.UNREADABLE),
        task(4, B, state=State.REJECTED, verdict=Verdict.REJECT),
    ]
    report = write(name, tasks, output(tmp_path, name))
    records = read(name, output(tmp_path, name), size_of=lambda _name: (640, 480))
    assert sorted(record.name.partition(".")[0].rpartition("/")[2] for record in records) == ["1", "2"]
    assert all(record.decided for record in records)
    assert report.passed_over == {"unreadable": 1, "rejected": 1}


def test_rejected_work_comes_along_when_it_is_asked_for(tmp_path: Path) -> None:
    tasks = [task(4, B, state=State.REJECTED)]
    write("coco", tasks, tmp_path / "c.json", named_states=True)
    assert len(read("coco", tmp_path / "c.json")) == 1


def test_label_studio_holds_skipped_and_unseen_images(tmp_path: Path) -> None:
    tasks = [task(1, B), task(2), task(3, state=State.TODO), task(4, state=State.SKIPPED, annotator="ann")]
    write("labelstudio", tasks, tmp_path / "l.json")
    found = [(record.decided, record.skipped) for record in read("labelstudio", tmp_path / "l.json")]
    assert found == [(True, False), (True, False), (False, False), (False, True)]


def test_label_studio_holds_predictions(tmp_path: Path) -> None:
    guess = {"label": "car", "score": 0.7}
    box = {"id": 1, "kind": "box", "label": "road", "x": 1, "y": 2, "width": 30, "height": 40, "score": 0.4}
    write(
        "labelstudio", [task(1, state=State.TODO, predictions=(guess, box), score=0.4)], tmp_path / "l.json"
    )
    (record,) = read("labelstudio", tmp_path / "l.json")
    assert record.predictions[0] == guess
    assert {"kind": "box", "label": "road", "score": 0.4}.items() <= dict(record.predictions[1]).items()


def test_label_studio_leaves_out_the_score_of_a_prediction_that_it_leaves_out(tmp_path: Path) -> None:
    line = {"id": 2, "kind": "polyline", "label": "road", "points": [[1, 2], [3, 4]], "score": 0.1}
    guesses = ({"label": "car", "score": 0.7}, line)
    write("labelstudio", [task(1, state=State.TODO, predictions=guesses)], tmp_path / "l.json")
    (record,) = read("labelstudio", tmp_path / "l.json")
    assert [dict(each) for each in record.predictions] == [{"label": "car", "score": 0.7}]


@pytest.mark.parametrize("name", ["yolo", "voc", "labelme", "masks"])
def test_names_that_would_share_a_file_are_refused(name: str, tmp_path: Path) -> None:
    apart = [task(1, B, path="x/1.jpg"), task(2, B, path="y/1.jpg")]
    write(name, apart, tmp_path / "apart")
    assert len(read(name, tmp_path / "apart", size_of=lambda _name: (640, 480))) == 2
    with pytest.raises(TermlabelError, match=r"1\.png and another image differ only in their ending"):
        write(name, [*apart, task(3, B, path="x/1.png")], tmp_path / "same")
    assert not (tmp_path / "same").exists()


def test_classes_of_yolo_have_no_gaps(tmp_path: Path) -> None:
    """Also with a label that the project has no more, and one that nothing has."""
    tasks = [task(1, B, replace(B, label="gone"), replace(B, label="truck"))]
    write("yolo", tasks, tmp_path / "out", of=project("car", "unused", "truck"))
    rows = (tmp_path / "out/labels/train/1.txt").read_text().splitlines()
    assert [row.split()[0] for row in rows] == ["0", "3", "2"]
    assert '  3: "gone"' in (tmp_path / "out/data.yaml").read_text()


def test_yolo_values_lie_between_0_and_1(tmp_path: Path) -> None:
    out = [Box(-50, -50, 100, 100, label="car"), Box(600, 440, 100, 100, 45, label="car")]
    for kind in ("detect", "obb", "segment"):
        write("yolo", [task(1, *out)], tmp_path / kind, kind=kind)
        for row in (tmp_path / kind / "labels/train/1.txt").read_text().splitlines():
            assert all(0 <= float(value) <= 1 and "e" not in value for value in row.split()[1:])


def test_shapes_are_cut_off_at_the_edge_and_counted(tmp_path: Path) -> None:
    shapes: list[Shape] = [
        Box(-10, 10, 30, 30, id=1, label="car"),
        Box(700, 10, 30, 30, id=2, label="car"),
        Box(10, 10, 0, 30, id=3, label="car"),
        Polygon(((600, 10), (700, 10), (700, 60), (600, 60)), id=4, label="car"),
    ]
    report = write("coco", [task(1, *shapes)], tmp_path / "c.json")
    (record,) = read("coco", tmp_path / "c.json")
    box, polygon = record.shapes
    assert (box["x"], box["width"]) == (0, 20)
    assert sorted(polygon["points"]) == [[600, 10], [600, 60], [640, 10], [640, 60]]
    assert ("approximated", 1, "boxes: cut off at the edge of the image") in report.rows()
    assert ("left out", 2, "boxes: empty or outside the image") in report.rows()


def test_nothing_but_numbers_goes_out(tmp_path: Path) -> None:
    """A shape with NaN is of no known kind: left out, counted, and the file stays JSON."""
    broken = replace(
        task(1), annotation=replace(task(1, B).annotation, shapes=({"kind": "box", "x": float("nan")},))
    )
    report = write("coco", [broken], tmp_path / "c.json")
    assert ("left out", 1, "shapes of a kind unknown here") in report.rows()
    assert "NaN" not in (tmp_path / "c.json").read_text()


# Losses.


def test_strict_refuses_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(exporting.LossyExportError) as caught:
        write("coco", [task(1, Polyline(((0, 0), (9, 9)), label="car"))], tmp_path / "c.json", strict=True)
    assert caught.value.report.losses == 1
    assert list(tmp_path.iterdir()) == []


def test_strict_passes_what_is_carried(tmp_path: Path) -> None:
    """Who did it and when is no part of what is annotated: a format without it loses nothing."""
    write("yolo", [task(1, B, annotator="ann", labelled_at=1.0, seconds=2.0)], tmp_path / "out", strict=True)
    assert (tmp_path / "out/data.yaml").exists()


@pytest.mark.parametrize("name", FORMATS)
def test_a_survey_counts_what_an_export_counts(name: str, tmp_path: Path) -> None:
    spline = Spline(((0, 0), (100, 50), (50, 100)), closed=True, id=5, label="car")
    tasks = [task(1, B, R, spline, labels=["car"]), task(2, Q, size=(5, 4)), task(3, labels=["car", "road"])]
    chosen = exporting.variant_of(FORMATS[name], project(), None)
    before = set(tmp_path.iterdir())
    surveyed = exporting.survey(chosen, lambda: tasks, project(), ExportOptions(images="no"))
    assert set(tmp_path.iterdir()) == before
    assert surveyed.counts == write(name, tasks, output(tmp_path, name)).counts


def test_every_rule_is_about_something_there_is() -> None:
    for each in FORMATS.values():
        for variant in (each, *each.variants.values()):
            assert set(variant.rules) <= set(FEATURES)
            for feature, rule in variant.rules.items():
                assert rule.convert is None or feature in SHAPES
    assert set(FORMATS["jsonl"].rules) >= set(CONTENT)


# Parts and images.


def test_parts_are_about_as_large_as_their_shares_say_and_how_large_is_told(tmp_path: Path) -> None:
    split = parse_split("train=0.8,val=0.2", 3)
    report = write("yolo", many(), tmp_path / "out", split=split)
    counts = {part: len(list((tmp_path / "out/labels" / part).rglob("*.txt"))) for part in ("train", "val")}
    assert sum(counts.values()) == 30
    assert counts["train"] > counts["val"] > 0
    assert f"Parts: train {counts['train']}, val {counts['val']}." in report.notes
    yaml = (tmp_path / "out/data.yaml").read_text()
    assert yaml.startswith("train: images/train\nval: images/val\n")


@given(st.text(max_size=9), st.integers(0, 5))
def test_an_image_s_part_depends_on_the_queue_the_seed_and_its_number_alone(queue: str, seed: int) -> None:
    split = Split((("train", 0.5), ("val", 0.3), ("test", 0.2)), seed)
    parts = [split.part(queue, image) for image in range(1, 2001)]
    assert parts[::-1] == [split.part(queue, image) for image in range(2000, 0, -1)]
    for name, share in split.shares:
        assert abs(parts.count(name) / 2000 - share) < 0.06, "five standard deviations are 0.056"
    other = Split(split.shares, seed + 1)
    assert parts != [other.part(queue, image) for image in range(1, 2001)]


@pytest.mark.parametrize(
    "text", ["train", "train=0.8,val=0.3", "train=x", "train=0.5,train=0.5", "a b=1", "t=2"]
)
def test_a_split_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--split"):
        parse_split(text, 0)


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_parts_becomes_a_folder(name: str, tmp_path: Path) -> None:
    write(name, many(), tmp_path / "out", split=parse_split("train=0.7,val=0.3", 0))
    suffix = FORMATS[name].file.rpartition(".")[2]
    counts = [len(read(name, tmp_path / "out" / f"{part}.{suffix}")) for part in ("train", "val")]
    assert sum(counts) == 30
    assert all(counts)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "sub").mkdir(parents=True)
    for n in range(1, 4):
        Image.new("L", (640, 480), n).save(folder / f"sub/{n}.jpg")
    return folder


@pytest.mark.parametrize(
    ("name", "below"),
    [("yolo", "images/train/sub"), ("voc", "JPEGImages/sub"), ("labelme", "sub"), ("imagefolder", "train/sub"),
     ("masks", "images/sub"), ("coco", "images/sub"), ("jsonl", "images/sub")],
)  # fmt: skip
@pytest.mark.parametrize("how", ["copy", "link"])
def test_images_go_along(name: str, below: str, how: str, pictures: Path, tmp_path: Path) -> None:
    tasks = [task(n, B, path=f"sub/{n}.jpg") for n in range(1, 4)]
    write(name, tasks, tmp_path / "out", of=project(folder=pictures), images=how)
    for n in range(1, 4):
        there = tmp_path / "out" / below / f"{n}.jpg"
        assert there.read_bytes() == (pictures / f"sub/{n}.jpg").read_bytes()
        assert there.is_symlink() == (how == "link")


def test_classes_become_folders(pictures: Path, tmp_path: Path) -> None:
    tasks = [
        task(1, labels=["a/b"], path="sub/1.jpg"),
        task(2, labels=["car"], path="sub/2.jpg"),
        task(3, path="sub/3.jpg"),
    ]
    its = project("car", "a/b", kind="classify", folder=pictures)
    for name in ("yolo", "imagefolder"):
        report = write(name, tasks, tmp_path / name, of=its, images="copy")
        assert sorted(files(tmp_path / name)) == ["train/a%2Fb/sub/1.jpg", "train/car/sub/2.jpg"]
        assert ("left out", 1, "images with nothing on them") in report.rows()
    found = {record.name: record.labels for record in read("imagefolder", tmp_path / "imagefolder")}
    assert found == {"train/a%2Fb/sub/1.jpg": ("a/b",), "train/car/sub/2.jpg": ("car",)}


def test_an_absolute_path_becomes_a_name_below_the_folder(pictures: Path, tmp_path: Path) -> None:
    outside = pictures / "sub/1.jpg"
    write("voc", [task(1, B, path=str(outside))], tmp_path / "out", images="copy")
    assert (tmp_path / f"out/JPEGImages{outside}").read_bytes() == outside.read_bytes()


# All at once or not at all.


@pytest.mark.parametrize("name", FORMATS)
def test_an_interrupted_export_leaves_nothing(name: str, tmp_path: Path) -> None:
    def stopped() -> Iterator[Task]:
        yield from many()[:20]
        raise KeyboardInterrupt

    chosen = exporting.variant_of(FORMATS[name], project(), None)
    with pytest.raises(KeyboardInterrupt):
        exporting.export(chosen, stopped, project(), str(output(tmp_path, name)), ExportOptions(images="no"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FORMATS)
def test_an_interrupted_export_leaves_what_was_there(name: str, tmp_path: Path) -> None:
    def stopped() -> Iterator[Task]:
        yield from many()[:5]
        raise OSError(28, "No space left on device")

    out = output(tmp_path, name)
    write(name, many()[:2], out)
    before = files(tmp_path)
    chosen = exporting.variant_of(FORMATS[name], project(), None)
    with pytest.raises(TermlabelError, match="No space left"):
        exporting.export(chosen, stopped, project(), str(out), ExportOptions(images="no", replace=True))
    assert files(tmp_path) == before


def test_a_folder_that_is_there_is_replaced_only_when_asked(tmp_path: Path) -> None:
    write("voc", many()[:2], tmp_path / "out")
    before = files(tmp_path)
    with pytest.raises(UsageError, match="--replace"):
        write("voc", many()[:3], tmp_path / "out")
    assert files(tmp_path) == before
    write("voc", many()[:3], tmp_path / "out", replace=True)
    assert len(files(tmp_path)) == 3


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_does_not_go_to_standard_output(name: str) -> None:
    with pytest.raises(UsageError, match="--output FOLDER"):
        write(name, many(), Path("-"))


def test_a_turned_photograph_has_its_sides_swapped(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("L", (40, 30)).save(tmp_path / "turned.jpg", exif=exif)
    write("coco", [task(1, path="turned.jpg", size=(0, 0))], tmp_path / "c.json", of=project(folder=tmp_path))
    (record,) = read("coco", tmp_path / "c.json")
    assert (record.width, record.height) == (30, 40)


# Scale.


def peak(name: str, images: int) -> int:
    """Most bytes that Python held during an export of a stream of tasks."""
    chosen = exporting.variant_of(FORMATS[name], project(), None)
    stream = (task(n, B, B) for n in range(images))
    options = ExportOptions(images="no")
    with open(os.devnull, "wb") as nothing:
        job = ExportJob(
            chosen,
            project(),
            options,
            ExportReport(chosen.name),
            ClassIndex(project()),
            file=nothing,
            folder=DiscardingFolder(),
        )
        tracemalloc.start()
        try:
            chosen.write(seen_by(stream, job), job)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize("name", ["coco", "cvat", "labelstudio"])
def test_images_are_not_held_in_memory(name: str) -> None:
    """Only buffers are held; 2,500 tasks with their shapes would be 3.6 MB more."""
    peak(name, 10)
    assert peak(name, 2500) < 1_500_000


def test_a_terminal_sees_a_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from tui.cli.common import watched
    from tui.cli.export import bar_of

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    clock = iter(range(1000))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    assert list(watched(range(4), bar_of(4), width=70)) == [0, 1, 2, 3]
    said = capsys.readouterr().err
    assert "\r" + "█" * 15 + "░" * 15 + " 2 of 4 exported " in said
    assert said.endswith("\r" + " " * 70 + "\r")
