"""Shapes of the picture before, onto one of another size."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.tools.hands import LABELS, editor, type_
from tui.model.measure import bounds
from tui.model.shapes import Box, Mask, Polygon, Polyline, Shape
from tui.tools.checks import is_nothing, problems_of
from tui.tools.state import Editor

BOX = Box(100, 100, 200, 80, label="car")
FAR = Box(900, 600, 100, 100, label="car", id=2)
LINE = Polyline(((10, 10), (400, 10)), label="road", id=3)


def copied(size: tuple[int, int], *shapes: Shape, before: tuple[int, int] = (1000, 750)) -> Editor:
    last = replace(editor(*before), shapes=shapes)
    return type_(editor(*size, previous=shapes, last=last), "c")


def test_onto_a_picture_of_the_same_size_shapes_come_as_they_are() -> None:
    found = copied((1000, 750), BOX, LINE)
    assert [bounds(shape) for shape in found.shapes] == [bounds(BOX), bounds(LINE)]
    assert found.message == "2 copied from the previous picture."


def test_onto_the_same_picture_at_another_size_they_are_scaled() -> None:
    found = copied((500, 375), BOX, FAR, LINE)
    assert [bounds(shape) for shape in found.shapes] == [
        (50, 50, 100, 40),
        (450, 300, 50, 50),
        (5, 5, 195, 0),
    ]
    assert found.message == "3 copied from the previous picture; scaled to 50 %."


def test_onto_a_picture_of_another_shape_they_are_cut_and_what_lies_outside_is_told() -> None:
    found = copied((250, 750), BOX, FAR, LINE)
    assert [bounds(shape) for shape in found.shapes] == [(100, 100, 150, 80), (10, 10, 240, 0)]
    assert found.message == (
        "2 copied from the previous picture; at the same pixels, cut at the edges; 1 shape lies outside."
    )


def test_where_nothing_is_left_nothing_is_copied_and_why() -> None:
    found = copied((90, 750), BOX, FAR)
    assert not found.shapes
    assert found.message == "Nothing was copied; at the same pixels, cut at the edges; 2 shapes lie outside."
    found = copied((1000, 750), Mask((750, 1000), "0", label="car"))
    assert found.message == "Nothing was copied; 1 mask stays there."


def test_a_shape_without_size_is_never_saved() -> None:
    """Also one that came from elsewhere."""
    flat = Box(10, 10, 0, 0, label="person", id=7)
    found = type_(replace(editor(), shapes=(BOX, flat)), "enter")
    assert found.wants != "submit"
    assert found.selected == 1
    assert found.message == "Shape 2 (person) has no size; {shapes.delete} deletes it."
    assert type_(found, "d enter").wants == "submit"


SIDES = st.integers(1, 2000)
PLACES = st.floats(-50, 2500)


@given(
    st.lists(st.tuples(PLACES, PLACES, st.floats(1, 900), st.floats(1, 900)), max_size=5),
    SIDES,
    SIDES,
    SIDES,
    SIDES,
)
def test_whatever_the_sizes_what_is_copied_lies_inside_and_has_one(
    boxes: list[tuple[float, float, float, float]], width: int, height: int, before: int, tall: int
) -> None:
    shapes: list[Shape] = [Box(*each, label="car", id=n) for n, each in enumerate(boxes, 1)]
    shapes += [
        Polygon(((x, y), (x + w, y), (x + w, y + h)), label="road", id=n)
        for n, (x, y, w, h) in enumerate(boxes, 50)
    ]
    known = {label.name: label for label in LABELS}
    for shape in copied((width, height), *shapes, before=(before, tall)).shapes:
        assert not is_nothing(shape)
        assert "reaches out of the picture" not in problems_of(shape, known, (width, height))
