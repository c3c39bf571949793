"""The drawing ruler: every letter is seen, on its own cell, in equal steps, at any size of canvas and picture."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tui.display.tags import Tag, tags_of
from tui.imaging.viewport import Viewport
from tui.model.scene import Cross, Ruler, Text
from tui.tools.crosshair import COLUMNS, ROWS, Crosshair, ruler_of
from tui.tools.view import View

CELLS = ((10.0, 20.0), (9.63, 19.0), (8.0, 17.0))


def viewport_on(
    canvas: tuple[int, int], image: tuple[int, int], cell: tuple[float, float], zoom: float = 1.0
) -> Viewport:
    size = int(canvas[0] * cell[0]), int(canvas[1] * cell[1])
    view = Viewport.fit(image, size, cell)
    return view.zoomed(zoom) if zoom > 1 else view


def view_of(viewport: Viewport) -> View:
    """As the drawing tools are told of it."""
    across, down = viewport.cell
    cell = across / viewport.scale, down / viewport.scale
    return View(*viewport.image, *viewport.visible, scale=viewport.scale, cell=cell)


def ruler_in(view: View) -> Ruler:
    across, down = ruler_of(view)
    letters = COLUMNS[: across.count], ROWS[: down.count]
    return Ruler(view.x, view.y, view.width, view.height, *letters, (across.part, down.part))


def ruler_on(
    canvas: tuple[int, int], image: tuple[int, int], cell: tuple[float, float], zoom: float
) -> tuple[Ruler, tuple[Tag, ...]]:
    viewport = viewport_on(canvas, image, cell, zoom)
    ruler = ruler_in(view_of(viewport))
    return ruler, tags_of((ruler,), viewport, canvas)


def places(tags: tuple[Tag, ...]) -> dict[tuple[int, int], str]:
    """What is read on each cell."""
    found: dict[tuple[int, int], str] = {}
    for tag in tags:
        found.update({(tag.row, tag.column + n): letter for n, letter in enumerate(tag.text)})
    return {cell: letter for cell, letter in found.items() if letter != " "}


def is_even(cells: list[int]) -> bool:
    steps = [b - a for a, b in pairwise(cells)]
    return not steps or max(steps) == min(steps)


@given(
    st.integers(30, 220),
    st.integers(11, 70),
    st.integers(40, 5000),
    st.integers(40, 5000),
    st.sampled_from(CELLS),
    st.sampled_from([1.0, 2.0, 7.3]),
)
@settings(max_examples=300, deadline=None)
@example(88, 37, 512, 512, (10.0, 19.0), 1.0)
@example(54, 21, 512, 512, (10.0, 19.0), 1.0)
@example(88, 37, 1280, 850, (10.0, 20.0), 1.0)
@example(54, 20, 640, 480, (10.0, 20.0), 2.0)
@example(30, 12, 99, 40, (10.0, 20.0), 1.0)
def test_all_letters_are_seen_in_even_steps(
    columns: int, rows: int, width: int, height: int, cell: tuple[float, float], zoom: float
) -> None:
    # A picture of which a strip is shown has no room for letters beside it.
    if not 1 / 3 <= width / height <= 3:
        return
    ruler, tags = ruler_on((columns, rows), (width, height), cell, zoom)
    found = places(tags)
    assert {*found.values()} == {*ruler.columns, *ruler.rows}
    # In the corner one letter is that of both.
    corner = [found.get((min(row for row, _ in found), column), "") for column in range(columns)]
    assert not any(a == b and a for a, b in pairwise(corner))
    assert len(found) >= len(ruler.columns + ruler.rows) - 2
    # As fine as whole cells allow.
    scale = viewport_on((columns, rows), (width, height), cell, zoom).scale
    assert ruler.part[0] * scale < ruler.width * scale / len(COLUMNS) + cell[0] + 1e-6
    assert ruler.part[1] * scale < ruler.height * scale / len(ROWS) + cell[1] + 1e-6
    assert all(0 <= row < rows and 0 <= column < columns for row, column in found)
    singles = [tag for tag in tags if len(tag.text) == 1]
    assert "".join(tag.text for tag in singles) in ROWS
    # No two tags share a cell: one that is sent anew would hide the other.
    assert sum(len(tag.text) for tag in tags) == len(
        {(tag.row, tag.column + n) for tag in tags for n in range(len(tag.text))}
    )
    lines = [tag for tag in tags if len(tag.text) > 1]
    for number, line in enumerate(lines):
        letters = ruler.columns[number :: len(lines)]
        # In the corner letters of rows stand among the first ones, and may be the same.
        doubled = max((n for n, letter in enumerate(letters) if line.text.count(letter) > 1), default=-1)
        ends = [line.text.index(letter) for letter in letters[doubled + 1 :]]
        assert len(ends) >= len(letters) / 3
        assert is_even(ends)
    lanes: dict[int, list[int]] = {}
    for tag in singles:
        lanes.setdefault(tag.column, []).append(tag.row)
    for lane in lanes.values():
        assert is_even(lane)
    # Letters of rows stand below each other.
    assert len(lanes) <= 1


@pytest.mark.parametrize("zoom", [1.0, 3.0])
@pytest.mark.parametrize("canvas", [(88, 37), (54, 21), (120, 47), (33, 14)])
def test_the_letters_stand_where_they_put_the_crosshair(canvas: tuple[int, int], zoom: float) -> None:
    """On the cell of the crosshair; of the first and the last letter, whose parts end with the picture, half a part off."""
    viewport = viewport_on(canvas, (640, 480), (10.0, 20.0), zoom)
    view = view_of(viewport)
    ruler = ruler_in(view)
    found: dict[str, set[tuple[int, int]]] = {}
    for (row, column), letter in places(tags_of((ruler,), viewport, canvas)).items():
        found.setdefault(letter, set()).add((row, column))
    start = Crosshair.start(view)
    for at, letter in enumerate(ruler.columns):
        x, _ = viewport.to_canvas(*start.letter(letter, view).at)
        off = 0.01 if 0 < at < len(ruler.columns) - 1 else ruler.part[0] * viewport.scale / 20
        assert any(column - off <= x / 10 <= column + 1 + off for _, column in found[letter])
    for at, letter in enumerate(ruler.rows):
        _, y = viewport.to_canvas(*start.letter("a", view).letter(letter, view).at)
        off = 0.01 if 0 < at < len(ruler.rows) - 1 else ruler.part[1] * viewport.scale / 40
        assert any(row - off <= y / 20 <= row + 1 + off for row, _ in found[letter])


@given(st.integers(30, 220), st.integers(11, 70), st.sampled_from(CELLS), st.sampled_from([1.0, 2.0, 7.3]))
@settings(max_examples=100, deadline=None)
def test_the_parts_of_the_ruler_are_all_that_is_visible(
    columns: int, rows: int, cell: tuple[float, float], zoom: float
) -> None:
    view = view_of(viewport_on((columns, rows), (640, 480), cell, zoom))
    for side, begin, length in zip(ruler_of(view), (view.x, view.y), (view.width, view.height), strict=True):
        stretches = [side.stretch(n) for n in range(side.count)]
        assert stretches[0][0] == pytest.approx(begin)
        assert all(a + size == pytest.approx(b) for (a, size), (b, _) in pairwise(stretches))
        assert sum(stretches[-1]) == pytest.approx(begin + length)
        assert all(size >= 0.6 * side.part for _, size in stretches)


@pytest.mark.parametrize("at", [(2.0, 2.0), (320.0, 1.0), (1.0, 240.0), (639.0, 3.0)])
def test_no_tag_lies_under_the_ruler(at: tuple[float, float]) -> None:
    canvas = (54, 21)
    viewport = viewport_on(canvas, (640, 480), (10.0, 20.0))
    ruler = ruler_in(view_of(viewport))
    (tag,) = (tag for tag in tags_of((Text(at, "a car", "#e69f00"), ruler), viewport, canvas) if tag.colour)
    own = {(tag.row, column) for column in range(tag.column, tag.end)}
    assert own.isdisjoint(places(tags_of((ruler,), viewport, canvas)))
    assert all(0 <= row < canvas[1] and 0 <= column < canvas[0] for row, column in own)


@pytest.mark.parametrize("at", [(320.0, 240.0), (100.0, 333.0), (5.0, 5.0), (639.0, 479.0)])
def test_a_crosshair_with_short_arms_is_marked_on_both_rulers(at: tuple[float, float]) -> None:
    """By the cells above and beside it one can aim; a letter there becomes a capital, and all are still seen."""
    canvas, cell = (88, 37), (10.0, 20.0)
    view = Viewport.fit((640, 480), (880, 740), cell)
    ruler = ruler_in(view_of(view))
    found = places(tags_of((Cross(at, "#ffffff", arm=18), ruler), view, canvas))
    x, y = view.to_canvas(*at)
    column, row = int(x // 10), int(y // 20)
    top, first = min(row for row, _ in found), min(column for _, column in found)
    marks = {place: sign for place, sign in found.items() if sign in "▼▶" or sign.isupper()}
    assert any(place == (top, column) for place in marks)
    assert any(place[0] == row and place[1] - first <= 1 for place in marks) or row == top
    assert {sign.lower() for sign in found.values() if sign.isalpha()} == {*ruler.columns, *ruler.rows}
    whole = places(tags_of((Cross(at, "#ffffff"), ruler), view, canvas))
    assert {*whole.values()} == {*ruler.columns, *ruler.rows}
