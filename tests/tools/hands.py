"""A person at an editor: keys in, editor out, with the default keymap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from devtools.editing import press_key
from tui.commands import COMMANDS
from tui.imaging.viewport import Viewport
from tui.keymap import label_keys, load
from tui.model.geometry import Point
from tui.model.project import AttributeRule, Label
from tui.model.shapes import Box, Shape
from tui.tools.crosshair import COLUMNS, ROWS, Crosshair, ruler_of
from tui.tools.editor import opened
from tui.tools.keys import Keys
from tui.tools.state import Editor, EditorRules
from tui.tools.view import View

LABELS = (
    Label("car", "Car", "#e69f00", attributes=(
        AttributeRule("colour", "choice", ("red", "blue")),
        AttributeRule("parked", "boolean"),
        AttributeRule("doors", "number"),
    )),
    Label("person", "Person", "#56b4e9"),
    Label("road", "Road", "#009e73"),
)  # fmt: skip
KEYMAP = load("default")


@lru_cache
def keys_for(names: tuple[str, ...]) -> Keys:
    """The key table of a project with these labels, none of which has a key of its own."""
    labels = label_keys(dict.fromkeys(names), KEYMAP, shapes=True)
    return Keys.of([command.id for command in COMMANDS], KEYMAP.of, labels)


def editor(width: int = 1000, height: int = 750, **rest: Any) -> Editor:
    return opened(EditorRules(LABELS), View.whole(width, height), **rest)


def on_terminal(start: Editor, spare: int = 0) -> Editor:
    """The whole picture on a terminal of 120 x 40 cells of 10 x 20 pixels. `spare`: columns that pictures may not use."""
    cell = (10.0, 20.0)
    fitted = Viewport.fit((int(start.size[0]), int(start.size[1])), (880 - spare * 10, 740), cell)
    across, down = cell[0] / fitted.scale, cell[1] / fitted.scale
    return replace(start, view=replace(start.view, scale=fitted.scale, cell=(across, down)))


def type_(start: Editor, keys: str | Sequence[str], pause: float = 2.0, now: float = 0.0) -> Editor:
    """Presses keys one after another; words are separated by spaces. Keys that are not the editor's are an error."""
    table = keys_for(tuple(label.name for label in start.rules.labels))
    for key in keys.split() if isinstance(keys, str) else keys:
        now += pause
        found = press_key(start, key, table, now)
        assert found is not None, f"{key} is not the editor's"
        start = found
    return start


def with_shapes(*shapes: Shape, **rest: Any) -> Editor:
    numbered = tuple(replace(shape, id=i, label=shape.label or "car") for i, shape in enumerate(shapes, 1))
    return replace(editor(**rest), shapes=numbered, selected=0 if shapes else None)


def box_of(shape: Shape | None) -> tuple[float, float, float, float]:
    assert isinstance(shape, Box)
    return (shape.x, shape.y, shape.width, shape.height)


def aim(start: Editor, at: Point) -> list[str]:
    """Keys that bring the crosshair of a drawing under way within half a pixel of a point of the picture: ruler,
    two ninths, arrows."""
    view = start.view
    inside = view.clamp(at)
    across, down = ruler_of(view)
    column, row = across.part_at(inside[0]), down.part_at(inside[1])
    cross = Crosshair.start(view).letter(COLUMNS[column], view).letter(ROWS[row], view)
    keys = [COLUMNS[column], ROWS[row]]
    for _ in range(2):
        digit = min(range(1, 10), key=lambda d: math.dist(cross.digit(d).at, inside))
        cross = cross.digit(digit)
        keys.append(str(digit))
    for axis, less, more in ((0, "left", "right"), (1, "up", "down")):
        steps = round(inside[axis] - cross.at[axis])
        keys += [more if steps > 0 else less] * abs(steps)
    return keys


def box_keys(start: Editor, box: tuple[float, float, float, float], label: str) -> list[str]:
    """`b`, both corners, the label's digit."""
    x, y, width, height = box
    return ["b", *aim(start, (x, y)), "enter", *aim(start, (x + width, y + height)), "enter", label]


def line_keys(start: Editor, tool: str, points: Sequence[Point], label: str = "") -> list[str]:
    """A polygon, line or curve through points, ended by a second `enter` at the last one."""
    keys = [tool]
    for point in points:
        keys += [*aim(start, point), "enter"]
    return [*keys, "enter", *([label] if label else [])]
