"""The shapes of a picture as a list beside it: number, label, signs; and the labels' keys above. Pure rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.model.shapes import Shape, Unknown, kind_of
from tui.text import printable
from tui.tools.attributes import rules_of
from tui.tools.checks import Problems
from tui.tools.state import Brush, Editor
from tui.tools.suggest import score_of
from tui.widgets.label_bar import LabelLine, label_row
from tui.widgets.rows import (
    BAD,
    CHIP,
    EMPTY,
    MUTED,
    NUMBER,
    PLAIN,
    STRONG,
    TITLE,
    WARN,
    Row,
    fit,
    highlighted,
    row,
    wrapped,
)

MAX_LABELS = 10
"""Labels shown above the list; the others are reached by `/`."""


def shape_rows(
    editor: Editor, problems: Sequence[Problems], lines: Sequence[LabelLine], width: int, height: int
) -> list[Row]:
    """`lines`: the project's labels; the current one is marked as chosen by the caller."""
    head = [label_row(line, width) for line in lines[: min(MAX_LABELS, max(height // 2, 2))]]
    if len(lines) > len(head):
        head.append(row((f"     {len(lines) - len(head)} more", MUTED)))
    foot = _about(editor, problems, width)
    room = max(height - len(head) - len(foot) - 3, 1)
    count, open_ = len(editor.shapes), len(editor.suggestions)
    title = f"{count} shape{'s' if count != 1 else ''}" + (f", {open_} suggested" if open_ else "")
    return [*head, EMPTY, row((title, TITLE)), *_list(editor, problems, width, room), *foot]


def _list(editor: Editor, problems: Sequence[Problems], width: int, height: int) -> list[Row]:
    """As many as fit, the selected one in sight."""
    count = len(editor.items)
    top = max(0, min((editor.selected or 0) - height // 2, count - height))
    colours = {label.name: label.colour for label in editor.rules.labels}
    return [
        (highlighted if index == editor.selected else fit)(
            _line(editor, index, colours, bool(_of(problems, index))), width
        )
        for index in range(top, min(top + height, count))
    ]


def _of(problems: Sequence[Problems], index: int | None) -> Problems:
    """Those of one item; suggestions have none."""
    return problems[index] if index is not None and index < len(problems) else ()


def _line(editor: Editor, index: int, colours: Mapping[str, str], wrong: bool) -> Row:
    shape = editor.items[index]
    kind = kind_of(shape) if not isinstance(shape, Unknown) else "?"
    return row(
        (f"{index + 1:>3}", NUMBER),
        (" ■ ", colours.get(shape.label, MUTED)),
        (f"{_name(editor, index)} ", PLAIN),
        (kind if kind != "box" else "", MUTED),
        (_signs(editor, shape), MUTED),
        (" !" if wrong else "", BAD),
    )


def _name(editor: Editor, index: int) -> str:
    """The label, else the kind; behind that of a suggestion its score."""
    shape = editor.items[index]
    name = printable(shape.label) or kind_of(shape)
    if index < len(editor.shapes):
        return name
    score = score_of(shape)
    return f"{name} ?" if score is None else f"{name} ? {score:.2f}"


def _signs(editor: Editor, shape: Shape) -> str:
    signs = {
        " o": shape.occluded,
        " t": shape.truncated,
        " hidden": shape.label in editor.hidden,
        " locked": shape.label in editor.locked and shape.label not in editor.hidden,
    }
    return "".join(sign for sign, on in signs.items() if on)


def _about(editor: Editor, problems: Sequence[Problems], width: int) -> list[Row]:
    """The selected shape: what the arrows move, its attributes, what is wrong with it; the brush while painting."""
    tool, shape = editor.tool, editor.shape
    if isinstance(tool, Brush):
        return [EMPTY, *(fit(r, width) for r in _brush_rows(editor, tool))]
    if shape is None or tool is not None:
        return []
    part = editor.moving
    rows = [row((" w ", CHIP), (f" moves: {part.name}", PLAIN))] if part is not None else []
    rows += [_attribute_row(editor, shape, rule.name) for rule in rules_of(editor)[:4]]
    rows += _problem_rows(_of(problems, editor.selected), width)
    return [EMPTY, *(fit(r, width) for r in rows)]


def _problem_rows(problems: Problems, width: int) -> list[Row]:
    lines = (wrapped(f"! {printable(problem)}", width)[:3] for problem in problems[:2])
    return [row((text, BAD)) for texts in lines for text in texts]


def _brush_rows(editor: Editor, brush: Brush) -> list[Row]:
    word = "erasing" if brush.erase else "painting"
    pen = "pen down" if brush.down else "pen up"
    return [
        row((f"{word} {printable(editor.label)}", STRONG)),
        row((f"{brush.size:g} px, {pen}", MUTED)),
    ]


def _attribute_row(editor: Editor, shape: Shape, name: str) -> Row:
    words = _value_words(shape.attributes.get(name))
    role = WARN if editor.asking == name else MUTED
    return row((f"{printable(name)}: ", role), (printable(words), PLAIN))


def _value_words(value: object) -> str:
    """The value of an attribute as people say it."""
    if value is None:
        return "–"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
