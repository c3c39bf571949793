"""The drawing ruler: every letter is seen, on its own cell, in even steps, at any size of canvas and picture."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tui.display.tags import Tag, tags_of
from tui.imaging.viewport import Viewport
from tui.model.scene import Cross, Ruler
from tui.tools.crosshair import COLUMNS, ROWS

CELLS = ((10.0, 20.0), (9.63, 19.0), (8.0, 17.0))


def ruler_on(
    canvas: tuple[int, int], image: tuple[int, int], cell: tuple[float, float], zoom: float
) -> tuple[Tag, ...]:
    size = int(canvas[0] * cell[0]), int(canvas[1] * cell[1])
    view = Viewport.fit(image, size, cell)
    view = view.zoomed(zoom) if zoom > 1 else view
    x, y, width, height = view.visible
    return tags_of((Ruler(x, y, width, height, COLUMNS, ROWS),), view, canvas)


def places(tags: tuple[Tag, ...]) -> dict[tuple[int, int], str]:
    """What is read on each cell."""
    found: dict[tuple[int, int], str] = {}
    for tag in tags:
        found.update({(tag.row, tag.column + n): letter for n, letter in enumerate(tag.text)})
    return {cell: letter for cell, letter in found.items() if letter != " "}


def is_even(cells: list[int]) -> bool:
    steps = [b - a for a, b in pairwise(cells)]
    return not steps or max(steps) - min(steps) <= 1


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
    tags = ruler_on((columns, rows), (width, height), cell, zoom)
    found = places(tags)
    assert sorted(found.values()) == sorted(COLUMNS + ROWS)
    assert all(0 <= row < rows and 0 <= column < columns for row, column in found)
    singles = [tag for tag in tags if len(tag.text) == 1]
    assert "".join(tag.text for tag in singles) in ROWS
    # No two tags share a cell: one that is sent anew would hide the other.
    assert sum(len(tag.text) for tag in tags) == len(
        {(tag.row, tag.column + n) for tag in tags for n in range(len(tag.text))}
    )
    lines = [tag for tag in tags if len(tag.text) > 1]
    for number, line in enumerate(lines):
        letters = COLUMNS[number :: len(lines)]
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
        # A step of one cell beside one of two looks uneven.
        assert all(b - a >= 2 for a, b in pairwise(lane))


@pytest.mark.parametrize("canvas", [(88, 37), (54, 21), (120, 47)])
def test_each_letter_stands_on_the_middle_of_its_part(canvas: tuple[int, int]) -> None:
    cell = (10.0, 20.0)
    view = Viewport.fit((640, 480), (canvas[0] * 10, canvas[1] * 20), cell)
    for tag in ruler_on(canvas, (640, 480), cell, 1.0):
        if len(tag.text) > 1:
            for n, letter in enumerate(tag.text):
                if letter != " " and n >= 2:
                    middle = view.to_canvas((COLUMNS.index(letter) + 0.5) * 640 / len(COLUMNS), 0)[0]
                    assert -1e-6 <= middle - (tag.column + n) * 10 <= 10 + 1e-6
        else:
            middle = view.to_canvas(0, (ROWS.index(tag.text) + 0.5) * 480 / len(ROWS))[1]
            assert -1e-6 <= middle - tag.row * 20 <= 20 + 1e-6


@pytest.mark.parametrize("at", [(320.0, 240.0), (100.0, 333.0), (5.0, 5.0), (639.0, 479.0)])
def test_a_crosshair_with_short_arms_is_marked_on_both_rulers(at: tuple[float, float]) -> None:
    """By the cells above and beside it one can aim; a letter there becomes a capital, and all are still seen."""
    canvas, cell = (88, 37), (10.0, 20.0)
    view = Viewport.fit((640, 480), (880, 740), cell)
    ruler = Ruler(0, 0, 640, 480, COLUMNS, ROWS)
    found = places(tags_of((Cross(at, "#ffffff", arm=18), ruler), view, canvas))
    x, y = view.to_canvas(*at)
    column, row = int(x // 10), int(y // 20)
    top, first = min(row for row, _ in found), min(column for _, column in found)
    marks = {place: sign for place, sign in found.items() if sign in "▼▶" or sign.isupper()}
    assert any(place == (top, column) for place in marks)
    assert any(place[0] == row and place[1] - first <= 1 for place in marks) or row == top
    assert sorted(sign.lower() for sign in found.values() if sign.isalpha()) == sorted(COLUMNS + ROWS)
    whole = places(tags_of((Cross(at, "#ffffff"), ruler), view, canvas))
    assert sorted(whole.values()) == sorted(COLUMNS + ROWS)
