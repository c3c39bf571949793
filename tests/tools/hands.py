"""A person at an editor: keys in, editor out, with the default keymap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tui.commands import COMMANDS
from tui.keymap import label_keys, load
from tui.model.project import AttributeRule, Label
from tui.model.shapes import Box, Shape
from tui.tools.editor import opened
from tui.tools.keys import Keys, press_key
from tui.tools.state import Editor, Rules
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
KEYS = Keys.of(
    [command.id for command in COMMANDS],
    KEYMAP.of,
    label_keys({label.name: None for label in LABELS}, KEYMAP),
)


def editor(width: int = 1000, height: int = 750, **rest: Any) -> Editor:
    return opened(Rules(LABELS), View.whole(width, height), **rest)


def type_(start: Editor, keys: str | Sequence[str], pause: float = 2.0, now: float = 0.0) -> Editor:
    """Presses keys one after another; words are separated by spaces. Keys that are not the editor's are an error."""
    for key in keys.split() if isinstance(keys, str) else keys:
        now += pause
        found = press_key(start, key, KEYS, now)
        assert found is not None, f"{key} is not the editor's"
        start = found
    return start


def with_shapes(*shapes: Shape, **rest: Any) -> Editor:
    numbered = tuple(replace(shape, id=i, label=shape.label or "car") for i, shape in enumerate(shapes, 1))
    return replace(editor(**rest), shapes=numbered, selected=0 if shapes else None)


def box_of(shape: Shape | None) -> tuple[float, float, float, float]:
    assert isinstance(shape, Box)
    return (shape.x, shape.y, shape.width, shape.height)
