"""Patches on cells that are a fraction of a pixel wide: they take no cell beside them, and leave no line bare."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.display.patches import reaching

CELLS = ((9.6375, 19.0), (7.2, 15.2), (8.5, 17.5), (9.1, 18.4))


@pytest.mark.parametrize("cell", CELLS)
@given(data=st.data())
def test_what_is_put_on_cells_fits_them(cell: tuple[float, float], data: st.DataObject) -> None:
    columns, rows = data.draw(st.integers(1, 90)), data.draw(st.integers(1, 50))
    left, top = data.draw(st.integers(0, 5)), data.draw(st.integers(0, 5))
    inside = (left, top, columns, rows)
    x, y = data.draw(st.integers(left, left + columns - 1)), data.draw(st.integers(top, top + rows - 1))
    box = (x, y, data.draw(st.integers(1, left + columns - x)), data.draw(st.integers(1, top + rows - y)))
    found = reaching(box, inside, cell)
    for n, unit in enumerate(cell):
        first, count = found[n], found[n + 2]
        assert inside[n] <= first <= box[n] and box[n] + box[n + 2] <= first + count
        assert first + count <= inside[n] + inside[n + 2]
        if first + count == inside[n] + inside[n + 2] or unit == round(unit):
            continue
        # The terminal scales to that many pixels, and shows them from this pixel on.
        width, start = round(count * unit), int(first * unit)
        assert width <= count * unit
        assert start + width >= int((first + count) * unit)


def test_whole_cells_stay_as_they_are() -> None:
    assert reaching((3, 4, 1, 1), (0, 0, 40, 20), (9, 19)) == (3, 4, 1, 1)
