"""The row under the cursor is highlighted over its whole width, in every list."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.app import App, ComposeResult

from tests.tools.hands import with_shapes
from tui.model.shapes import Box, Polygon
from tui.widgets.label_bar import LabelLine, filter_rows
from tui.widgets.legend import KeyLine, palette_rows
from tui.widgets.lines import Lines
from tui.widgets.rows import CHOSEN, Row, highlighted, row, row_width
from tui.widgets.shape_list import EditorColumn

WIDTH = 28
LABELS = [
    LabelLine("car", "Car", "#5fafd7", "1"),
    LabelLine("person", "A person who walks", "#e69f00", "2", True),
]
KEYS = [
    KeyLine(("b",), "Box", "Draws a box from corner to corner."),
    KeyLine(("g",), "Polygon", "Draws one."),
]


def lists() -> dict[str, Sequence[Row]]:
    editor = with_shapes(
        Box(x=10.0, y=10.0, width=50.0, height=40.0, label="car", occluded=True),
        Polygon(points=((1.0, 1.0), (90.0, 1.0), (90.0, 80.0)), label="person"),
    )
    return {
        "shapes": EditorColumn(editor, ((), ()), [], str, str).rows(WIDTH, 30),
        "labels": filter_rows(LABELS, 1, WIDTH, 10),
        "palette": palette_rows(KEYS, 0, WIDTH),
    }


@pytest.mark.parametrize("name", ["shapes", "labels", "palette"])
def test_the_row_under_the_cursor_is_highlighted_whole(name: str) -> None:
    marked = [found for found in lists()[name] if any(CHOSEN in role for _, role in found)]
    assert len(marked) == 1
    assert all(role.startswith(CHOSEN) for _, role in marked[0])
    assert row_width(marked[0]) == WIDTH


class OneRow(App[None]):
    def compose(self) -> ComposeResult:
        yield Lines(id="lines")


async def test_a_coloured_sign_in_a_highlighted_row_keeps_its_colour_and_the_row_has_no_hole() -> None:
    app = OneRow()
    async with app.run_test(size=(40, 5)) as pilot:
        lines = app.query_one(Lines)
        chosen = lines.get_component_rich_style(CHOSEN)
        signs = row(("1", "text--muted"), (" ■ ", "#e69f00"), "car")
        lines.show_rows([highlighted(signs, 20)])
        await pilot.pause()
        marked = list(lines.render_line(0))
    seen = [(segment.text, segment.style) for segment in marked if segment.style is not None][:4]
    assert [text for text, _ in seen] == ["1", " ■ ", "car", " " * 13]
    assert {style.bgcolor for _, style in seen} == {chosen.bgcolor}
    square = seen[1][1].color
    assert square is not None and square.name == "#e69f00"
