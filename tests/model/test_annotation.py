"""The labels of an annotation."""

from __future__ import annotations

from tui.model.annotation import Json, counted_labels, label_names_of, labels_given, labels_stated


def test_a_shape_whose_label_is_null_is_one_without_a_label() -> None:
    shapes = ({"kind": "box", "label": None}, {"kind": "box"}, {"kind": "box", "label": "car"})
    assert list(labels_given(("dark",), shapes)) == ["dark", "", "", "car"]
    assert label_names_of(("dark",), shapes) == ("dark", "", "car")


def test_labels_are_stated_as_they_stand_and_counted_where_there_is_one() -> None:
    shapes: tuple[Json, ...] = ({"label": None}, {}, {"label": ""}, {"label": 5})
    assert list(labels_stated(("dark",), shapes)) == ["dark", None, None, "", 5]
    assert list(counted_labels(("dark",), shapes)) == ["dark", "", "5"]
    assert list(labels_given(("dark",), shapes)) == ["dark", "", "", "", "5"]
