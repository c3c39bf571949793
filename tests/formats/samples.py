"""Images, shapes and projects that the tests of formats share, and short ways to write and read."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tui.formats import FORMATS, exporting
from tui.formats.base import ExportOptions
from tui.formats.reading import ImageRecord, ReadContext
from tui.formats.report import ExportReport
from tui.model.annotation import Annotation
from tui.model.project import AttributeRule, KindName, Label, Project
from tui.model.shapes import Box, Cuboid, Mask, Polygon, Polyline, Shape, Spline, json_of
from tui.model.task import State, Task

B = Box(10.25, 20.5, 100, 50.75, id=1, label="car")
"""The box of the worked examples, on 640 x 480."""
R = Box(100, 200, 80, 40, 30, id=2, label="car")
"""80 x 40 at (100, 200), turned 30 degrees clockwise about its middle (140, 220)."""
Q = Mask((4, 5), "51310O2", id=1, label="road")
"""On an image 5 wide and 4 high: `.....` `.##..` `..##.` `.....`."""


def project(
    *names: str,
    kind: KindName = "shapes",
    folder: Path = Path("/nowhere"),
    attributes: tuple[AttributeRule, ...] = (),
) -> Project:
    colours = ("#e69f00", "#56b4e9", "#009e73", "#f0e442")
    labels = tuple(
        Label(n, n, colours[i % 4], attributes=attributes) for i, n in enumerate(names or ("car", "road"))
    )
    return Project(folder=folder, labels=labels, kind=kind)


def task(
    number: int,
    *shapes: Shape,
    path: str | None = None,
    labels: Sequence[str] = (),
    size: tuple[int, int] = (640, 480),
    state: State = State.LABELLED,
    **more: Any,
) -> Task:
    """A task as if it came out of a queue; `size`: width and height."""
    said = Annotation(tuple(labels), tuple(json_of(shape) for shape in shapes))
    name = path or f"{number}.jpg"
    return Task(number, name, state=state, width=size[0], height=size[1], annotation=said, **more)


def write(
    name: str,
    tasks: Iterable[Task],
    output: Path,
    *,
    of: Project | None = None,
    kind: str | None = None,
    **options: Any,
) -> ExportReport:
    """Export tasks to a file or folder, without images unless told."""
    found = list(tasks)
    its = of or project()
    chosen = exporting.variant_of(FORMATS[name], its, kind)
    strict = options.pop("strict", False)
    wanted = ExportOptions(**{"images": "no", **options})
    return exporting.export(chosen, lambda: found, its, str(output), wanted, strict=strict)


def read(name: str, path: Path, **how: Any) -> list[ImageRecord]:
    """All records of a file, nothing being wrong with it."""
    reader = FORMATS[name].read
    assert reader is not None
    return list(reader(path, ReadContext(**{"strict": True, **how})))


# Random annotations, all inside an image of 640 x 480.

WIDTH, HEIGHT = 640, 480
_x = st.floats(0, WIDTH)
_y = st.floats(0, HEIGHT)
point = st.tuples(_x, _y)
LABELS = ("car", "dog, big", 'say "hi"', "ünï<&>", "عربي", " lead", "a|b")
common: dict[str, Any] = {
    "label": st.sampled_from(LABELS),
    "occluded": st.booleans(),
    "truncated": st.booleans(),
    "attributes": st.dictionaries(
        st.sampled_from(["age", "ünï", "plate no."]),
        st.booleans() | st.text("abc, <&>ü", min_size=1, max_size=5),
    ),
}


@st.composite
def boxes(draw: st.DrawFn, turned: bool = False) -> Box:
    """Upright boxes inside the image; `turned`: with a rotation, well inside."""
    margin = 200 if turned else 0
    x = draw(st.floats(margin, WIDTH - margin - 2))
    y = draw(st.floats(margin, HEIGHT - margin - 2))
    width = draw(st.floats(1, 100 if turned else WIDTH - x))
    height = draw(st.floats(1, 100 if turned else HEIGHT - y))
    turn = draw(st.integers(1, 359)) if turned else 0
    return Box(x, y, width, height, float(turn), **{name: draw(each) for name, each in common.items()})


def _spread(points: list[tuple[float, float]]) -> bool:
    """Whether neighbouring points are well apart and the outline holds an area."""
    pairs = zip(points, points[1:] + points[:1], strict=True)
    (ax, ay), *rest = points
    area = sum(
        (bx - ax) * (cy - ay) - (cx - ax) * (by - ay) for (bx, by), (cx, cy) in itertools.pairwise(rest)
    )
    return all(abs(a - c) + abs(b - d) > 1 for (a, b), (c, d) in pairs) and abs(area) > 100


@st.composite
def polygons(draw: st.DrawFn) -> Polygon:
    points = draw(st.lists(point, min_size=3, max_size=9).filter(_spread))
    return Polygon(tuple(points), **{name: draw(each) for name, each in common.items()})


@st.composite
def lines(draw: st.DrawFn) -> Polyline | Spline:
    points = tuple(draw(st.lists(point, min_size=3, max_size=7).filter(_spread)))
    members = {name: draw(each) for name, each in common.items()}
    return Polyline(points, **members) if draw(st.booleans()) else Spline(points, **members)


@st.composite
def cuboids(draw: st.DrawFn) -> Cuboid:
    corners = draw(st.lists(point, min_size=8, max_size=8).filter(_spread))
    return Cuboid(tuple(corners), **{name: draw(each) for name, each in common.items()})


@st.composite
def masks(draw: st.DrawFn) -> Mask:
    """Rectangles of pixels laid over one another, at least one pixel."""
    import numpy as np

    from tui.formats.pixels import mask_of

    grid = np.zeros((HEIGHT, WIDTH), dtype=np.bool_)
    for _ in range(draw(st.integers(1, 4))):
        left, top = draw(st.integers(0, WIDTH - 1)), draw(st.integers(0, HEIGHT - 1))
        grid[top : top + draw(st.integers(1, 99)), left : left + draw(st.integers(1, 99))] = True
    return mask_of(grid, **{name: draw(each) for name, each in common.items()})
