"""Patches of strips end where nobody sees their end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.display.strip_format import without_seam

INSIDE = (0, 1, 88, 34)
boxes = st.tuples(st.integers(0, 80), st.integers(1, 30), st.integers(1, 8), st.integers(1, 4))


@given(boxes)
def test_with_whole_cells_nothing_is_widened(box: tuple[int, int, int, int]) -> None:
    assert without_seam(box, INSIDE, 10.0) == box


@given(boxes, st.sampled_from([9.63, 7.83, 8.4]))
def test_with_fractions_a_patch_ends_with_the_picture(box: tuple[int, int, int, int], width: float) -> None:
    new = without_seam(box, INSIDE, width)
    assert new[0] <= box[0] and (new[1], new[3]) == (box[1], box[3]) and new[0] + new[2] == 88
    assert new[0] == 0 or abs(new[0] * width - round(new[0] * width)) <= 0.05
