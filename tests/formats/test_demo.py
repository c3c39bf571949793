"""The demo pictures with all that is known of them, through every format and back: equal up to the named losses."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tui.cli import cli
from tui.formats import FORMATS, exporting
from tui.formats.base import ExportOptions, Format
from tui.formats.compare import ImageAnnotations, compare
from tui.formats.rules import Fidelity
from tui.model.shapes import kind_of, shape_of
from tui.model.task import Task
from tui.resources import bundled
from tui.store import open_queue

COMMON = {"attributes": {}, "occluded": False, "truncated": False}


def run(*arguments: str | Path) -> None:
    cli.main([str(each) for each in arguments], standalone_mode=False)


def shapes_of_entry(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Boxes, a cuboid for each car, a spline along the lane, the street's masks, and a triangle."""
    for box in entry["boxes"]:
        marks = {name: box[name] for name in ("occluded", "truncated")}
        sides = {side: box[side] for side in ("x", "y", "width", "height")}
        yield {
            "kind": "box",
            "label": box["label"],
            "attributes": {"seen": "by day"},
            **marks,
            **sides,
            "rotation": 0.0,
        }
        if "corners" in box and not box["truncated"]:
            yield {
                "kind": "cuboid",
                "label": box["label"],
                **COMMON,
                "corners": box["corners"],
                "estimated": [False] * 8,
            }
    if "lane" in entry:
        curve = {"points": entry["lane"], "curve": "catmull-rom", "closed": False}
        yield {"kind": "spline", "label": "lane", **COMMON, **curve}
        yield {"kind": "polyline", "label": "lane", **COMMON, "points": entry["lane"]}
    for mask in entry.get("masks", ()):
        yield {
            "kind": "mask",
            "label": mask["label"],
            **COMMON,
            "size": [entry["height"], entry["width"]],
            "counts": mask["counts"],
        }
    yield {
        "kind": "polygon",
        "label": "corner",
        **COMMON,
        "points": [[0.5, 0.5], [30.25, 1], [2, 40.125]],
        "holes": [],
    }


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of the demo pictures in which everything known is labelled."""
    source, folder = bundled("demo_images"), tmp_path_factory.mktemp("truth")
    entries = tomllib.loads((source / "manifest.toml").read_text(encoding="utf-8"))["pictures"]
    lines = []
    for entry in entries:
        shapes = [{"id": n, **shape} for n, shape in enumerate(shapes_of_entry(entry), 1)]
        line = {"image": entry["image"], "status": "labelled", "labels": [entry["class"]], "shapes": shapes}
        lines.append(
            json.dumps({**line, "annotator": "ann", "width": entry["width"], "height": entry["height"]})
        )
    lines[-1] = json.dumps({**json.loads(lines[-1]), "shapes": [], "labels": []})
    (folder / "truth.jsonl").write_text("\n".join(lines))
    run("import", folder / "project", folder / "truth.jsonl", "--images", source)
    return folder / "project"


def tasks_of(project: Path) -> list[Task]:
    queue = open_queue(project, readonly=True)
    try:
        return list(queue.export())
    finally:
        queue.close()


def said_by(tasks: list[Task]) -> dict[str, ImageAnnotations]:
    return {
        Path(task.path).name: ImageAnnotations(task.annotation.labels, task.annotation.shapes)
        for task in tasks
    }


CASES = [
    (name, variant)
    for name, each in FORMATS.items()
    for variant in (*each.variants, None)[: len(each.variants) or 1]
]


@pytest.mark.parametrize(("name", "variant"), CASES)
def test_out_and_in_again(name: str, variant: str | None, truth: Path, tmp_path: Path) -> None:
    chosen: Format = FORMATS[name].variants[variant] if variant else FORMATS[name]
    output = tmp_path / (f"out{Path(chosen.file).suffix}" if chosen.file else "out")
    task = ["--task", variant] if variant else []
    run("export", truth, "--format", name, "--output", output, *task)
    run("import", tmp_path / "again", output, "--images", bundled("demo_images"))
    before, after = said_by(tasks_of(truth)), said_by(tasks_of(tmp_path / "again"))
    found = compare(before, after)
    negatives = {name for name, said in before.items() if not said.labels and not said.shapes}
    holds_negatives = chosen.rule("negative").fidelity is Fidelity.CARRIED
    assert set(found.only_in_a) == (set() if holds_negatives else negatives)
    assert found.only_in_b == []
    lost = {
        feature for feature in ("box", "polygon", "polyline", "spline", "cuboid", "mask")
        if chosen.rule(feature).fidelity is not Fidelity.CARRIED
    }  # fmt: skip
    if name == "masks":
        lost.add("mask")  # Those that others lie over lost pixels; the table counts them.
    missing = {change.kind for change in found.changes if change.what != "added" and change.kind != "label"}
    assert missing <= lost, found.changes
    labels = {change.what for change in found.changes if change.kind == "label"}
    assert labels == (set() if chosen.rule("class").fidelity is Fidelity.CARRIED else {"label removed"})
    kinds = {kind_of(shape_of(shape)) for said in before.values() for shape in said.shapes}
    assert kinds == {"box", "polygon", "polyline", "spline", "cuboid", "mask"}


@pytest.mark.parametrize(("name", "variant"), CASES)
def test_the_table_counts_every_shape_once(name: str, variant: str | None, truth: Path) -> None:
    chosen: Format = FORMATS[name].variants[variant] if variant else FORMATS[name]
    tasks = tasks_of(truth)
    from tui.config import load_project

    report = exporting.survey(chosen, lambda: tasks, load_project(truth), ExportOptions())
    shapes = sum(len(task.annotation.shapes) for task in tasks)
    kinds = {"box", "polygon", "polyline", "spline", "cuboid", "mask"}
    counted = sum(n for (_, kind, how), n in report.counts.items() if kind in kinds and "earlier" not in how)
    assert counted == shapes
