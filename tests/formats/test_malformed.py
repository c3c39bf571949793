"""JSON of the right outline with values of the wrong type: each is named in a sentence, and none ends in a traceback."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.formats.test_foreign import coco, problems, put
from tui.errors import UsageError
from tui.formats import FORMATS
from tui.formats.reading import ReadContext

WRONG: list[Any] = [
    None, True, -1, 3.5, 10**400, float("nan"), float("inf"), "", "x", [], [3.5], ["x"], [None], [[1]], {}, {"a": 1},
]  # fmt: skip
SPLINE = {"curve": "bezier", "closed": True, "points": [[1, 2], [3, 4], [5, 6], [7, 8]]}
SIZE = {"original_width": 640, "original_height": 480}
BOX = {
    **SIZE,
    "type": "rectanglelabels",
    "value": {"x": 1.6, "y": 50, "width": 15.6, "height": 10, "rectanglelabels": ["car"]},
    "meta": {"attributes": {"rotated_box": [1, 2, 3, 4], "rotation": 3}},
}
OUTLINE = {"points": [[1, 2], [3, 4], [5, 1]], "polygonlabels": ["car"]}
BRUSH = {"format": "rle", "rle": [0, 0, 0, 4, 57, 27, 252, 0], "brushlabels": ["car"]}
COCO_SHAPES: list[dict[str, Any]] = [
    {"bbox": [1, 2, 3, 4], "score": 0.4, "iscrowd": 0, "attributes": {"spline": SPLINE}},
    {"bbox": [1, 2, 3, 4], "segmentation": [[1, 2, 9, 2, 9, 9]]},
    {"segmentation": {"size": [4, 5], "counts": [3, 17]}},
    {"segmentation": {"size": [4, 5], "counts": "44"}},
]
RIGHT: dict[str, Any] = {
    "coco": coco(
        info={"description": "exported by termlabel"},
        annotations=[
            {"id": n, "image_id": 7, "category_id": 3, **each} for n, each in enumerate(COCO_SHAPES)
        ],
    ),
    "labelstudio": [
        {
            "data": {"image": "a.jpg", "annotator": "ann", "width": 640, "height": 480},
            "annotations": [
                {
                    "was_cancelled": False,
                    "completed_by": {"email": "ann@example.org"},
                    "lead_time": 4,
                    "result": [
                        BOX,
                        {"type": "choices", "value": {"choices": ["car"]}},
                        {"type": "polygonlabels", **SIZE, "value": OUTLINE},
                        {"type": "brushlabels", "original_width": 1, "original_height": 1, "value": BRUSH},
                    ],
                }
            ],
            "predictions": [{"score": 0.5, "result": [BOX]}],
        }
    ],
    "labelme": {
        "flags": {"dark": True},
        "imagePath": "a.jpg",
        "imageWidth": 64,
        "imageHeight": 48,
        "annotator": "ann",
        "seconds": 3,
        "shapes": [
            {
                "label": "car",
                "points": [[1, 2], [3, 4]],
                "shape_type": "rectangle",
                "flags": {"parked": True},
            },
            {"label": "car", "points": [[1, 2], [3, 4], [9, 9]], "attributes": {"cuboid": [1] * 16}},
            {"label": "car", "points": [[1, 2], [3, 4]], "shape_type": "mask", "mask": "AAAA"},
            {"label": "car", "points": [[1, 2], [5, 2], [5, 5], [1, 5]], "shape_type": "oriented_rectangle"},
        ],
    },
    "imagefolder": {
        "file_name": "a.jpg",
        "labels": ["car"],
        "width": 64,
        "height": 48,
        "objects": {"bbox": [[1, 2, 3, 4]], "categories": ["car"]},
    },
    "jsonl": {
        "image": "a.jpg",
        "pass": 1,
        "status": "labelled",
        "labels": ["car"],
        "shapes": [{"id": 1, "kind": "box", "label": "car", "x": 1, "y": 2, "width": 3, "height": 4}],
        "annotator": "ann",
        "labelled_at": "2026-11-23T16:41:07.123Z",
        "seconds": 3,
        "width": 64,
        "height": 48,
        "metadata": {},
        "flagged": False,
    },
}
Place = tuple[Any, ...]


def places(value: Any, before: Place = ()) -> Iterator[Place]:
    """Every value within a value, by the names and numbers that lead to it."""
    yield before
    if isinstance(value, dict):
        for name, each in value.items():
            yield from places(each, (*before, name))
    elif isinstance(value, list):
        for n, each in enumerate(value):
            yield from places(each, (*before, n))


def with_other(value: Any, place: Place, other: Any) -> Any:
    """The value with another at a place."""
    if not place:
        return other
    changed = copy.copy(value)
    changed[place[0]] = with_other(value[place[0]], place[1:], other)
    return changed


@pytest.mark.parametrize("name", RIGHT)
def test_a_value_of_another_type_is_named_in_a_sentence(name: str, tmp_path: Path) -> None:
    reader = FORMATS[name].read
    assert reader is not None
    path, named = tmp_path / "metadata.jsonl", 0
    for place in places(RIGHT[name]):
        for other in WRONG:
            path.write_text(json.dumps(with_other(RIGHT[name], place, other)))
            context = ReadContext(size_of=lambda _name: (640, 480))
            try:
                list(reader(path, context))
            except UsageError as error:
                context.problems.append(str(error))
            named += bool(context.problems)
            assert not [text for text in context.problems if " at 0x" in text or "\n" in text], place
    assert named > 50


@pytest.mark.parametrize("member", ["annotations", "categories"])
def test_coco_without_lists_is_refused(member: str, tmp_path: Path) -> None:
    path = put(tmp_path / "c.json", coco(**{member: 3.5}))
    reader = FORMATS["coco"].read
    assert reader is not None
    with pytest.raises(UsageError, match=f"c.json has {member} that are no list, so it is no COCO file"):
        list(reader(path, ReadContext()))


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ({"annotations": 3.5}, "annotations that are no list"),
        ({"annotations": [{"result": 3.5}]}, "results that are no list"),
        ({"predictions": 3.5}, "predictions that are no list"),
        ({"predictions": [{"result": 3.5}]}, "predicted results that are no list"),
    ],
)
def test_a_task_of_label_studio_without_lists_is_named(
    task: dict[str, Any], words: str, tmp_path: Path
) -> None:
    good = {"id": 6, "data": {"image": "b.jpg"}}
    path = put(tmp_path / "l.json", [{"id": 5, "data": {"image": "a.jpg"}, **task}, good])
    assert problems("labelstudio", path) == [f", task 5: has {words}"]


def test_a_mask_of_labelme_that_is_no_picture_is_named_the_same_every_time(tmp_path: Path) -> None:
    shape = {"label": "car", "points": [[1, 2], [3, 4]], "shape_type": "mask", "mask": "AAAA"}
    path = put(tmp_path / "a.json", {"shapes": [shape], "imagePath": "a.jpg"})
    assert problems("labelme", path) == [", shape 1: has a mask that is no PNG"]
