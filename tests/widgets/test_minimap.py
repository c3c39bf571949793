"""The small map of a zoomed picture: rows, without a window."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tui.imaging.viewport import Viewport
from tui.widgets.lines import changed_span
from tui.widgets.minimap import SEEN, minimap_rows

PAN_BYTES = 250
SPAN_BYTES = 30
"""Of the cursor and the style before cells that are painted again, about."""


def text_of(viewport: Viewport) -> list[str]:
    return ["".join(text for text, _ in row) for row in minimap_rows(viewport, 23)]


def test_there_is_none_of_a_fitted_picture() -> None:
    assert minimap_rows(None, 20) == []
    assert minimap_rows(Viewport.fit((60, 40), (800, 600), (10, 20)), 20) == []
    assert minimap_rows(Viewport.fit((1, 1), (800, 600), (10, 20)).zoomed(3.0), 20) == [], "all of it is seen"


@pytest.mark.parametrize("image", [(4000, 3000), (300, 3000), (3000, 300), (512, 512)])
def test_it_has_about_the_picture_s_aspect_and_shows_each_end(image: tuple[int, int]) -> None:
    view = Viewport.fit(image, (880, 700), (10, 20)).zoomed(3.0)
    rows = text_of(view)
    assert 2 <= len(rows) <= 5 and len({len(row) for row in rows}) == 1 and 2 <= len(rows[0]) <= 16
    assert any(SEEN in row for row in rows) and rows != [SEEN * len(rows[0])] * len(rows)
    first, last = text_of(view.panned(-99, -99)), text_of(view.panned(99, 99))
    assert first[0][0] == SEEN and last[-1][-1] == SEEN


@pytest.mark.parametrize("image", [(4000, 3000), (600, 3000), (3000, 600), (512, 512)])
@pytest.mark.parametrize("zoom", [1.5, 2.25, 3.4, 8.0])
def test_a_pan_changes_few_cells(image: tuple[int, int], zoom: float) -> None:
    view = Viewport.fit(image, (880, 700), (10, 20)).zoomed(zoom)
    views = [view]
    for right, down in ((0.25, 0), (0, 0.25), (-0.25, 0), (0, -0.25)) * 2:
        views.append(views[-1].panned(right, down))
    for before, after in pairwise(views):
        cost = 0
        for old, new in zip(minimap_rows(before, 23), minimap_rows(after, 23), strict=True):
            start, end = changed_span(old, new)
            painted = "".join(text for text, _ in new)[start:end]
            cost += len(painted.encode()) + (SPAN_BYTES if end > start else 0)
        assert cost <= PAN_BYTES
