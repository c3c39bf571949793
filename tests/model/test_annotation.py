"""The labels of an annotation."""

from __future__ import annotations

from tui.model.annotation import label_names_of, labels_given


def test_a_shape_whose_label_is_null_is_one_without_a_label() -> None:
    shapes = ({"kind": "box", "label": None}, {"kind": "box"}, {"kind": "box", "label": "car"})
    assert list(labels_given(("dark",), shapes)) == ["dark", "", "", "car"]
    assert label_names_of(("dark",), shapes) == ("dark", "", "car")
