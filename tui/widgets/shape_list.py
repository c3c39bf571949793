"""The shapes of a picture as a list beside it: number, label, signs; and the labels' keys above. Pure rows."""

from __future__ import annotations

from collections.abc import Sequence

from tui.model.shapes import Unknown, kind_of
from tui.text import printable
from tui.tools.attributes import rules_of
from tui.tools.checks import Problems
from tui.tools.state import Brush, Editor
from tui.tools.suggest import score_of
from tui.widgets.label_bar import LabelLine, label_row
from tui.widgets.rows import (
    BAD,
    CHIP,
    CHOSEN,
    EMPTY,
    MUTED,
    PLAIN,
    STRONG,
    TITLE,
    WARN,
    Row,
    fit,
    row,
    wrapped,
)

MOST_LABELS = 10
"""Labels shown above the list; the others are reached by `/`."""


def shape_rows(
    editor: Editor, problems: Sequence[Problems], lines: Sequence[LabelLine], width: int, height: int
) -> list[Row]:
    """`lines`: the project's labels; the current one is marked as chosen by the caller."""
    head = [label_row(line, width) for line in lines[: min(MOST_LABELS, max(height // 2, 2))]]
    if len(lines) > len(head):
        head.append(row((f"     {len(lines) - len(head)} more", MUTED)))
    foot = _about(editor, problems, width)
    room = max(height - len(head) - len(foot) - 3, 1)
    count, open_ = len(editor.shapes), len(editor.suggestions)
    title = f"{count} shape{'s' if count != 1 else ''}" + (f", {open_} suggested" if open_ else "")
    return [*head, EMPTY, row((title, TITLE)), *_list(editor, problems, width, room), *foot]


def _list(editor: Editor, problems: Sequence[Problems], width: int, height: int) -> list[Row]:
    """As many as fit, the selected one in sight."""
    items = editor.items
    at = editor.selected or 0
    top = max(0, min(at - height // 2, len(items) - height))
    colours = {label.name: label.colour for label in editor.rules.labels}
    found = []
    for index in range(top, min(top + height, len(items))):
        shape = items[index]
        wrong = bool(index < len(problems) and problems[index])
        words = printable(shape.label) or kind_of(shape)
        if index >= len(editor.shapes):
            score = score_of(shape)
            words += " ?" if score is None else f" ? {score:.2f}"
        signs = (" o" if shape.occluded else "") + (" t" if shape.truncated else "")
        signs += (
            " hidden" if shape.label in editor.hidden else " locked" if shape.label in editor.locked else ""
        )
        role = CHOSEN if index == editor.selected else PLAIN
        kind = kind_of(shape) if not isinstance(shape, Unknown) else "?"
        found.append(
            fit(
                row(
                    (f"{index + 1:>3} ", MUTED),
                    ("■ ", colours.get(shape.label, MUTED)),
                    (f"{words} ", role),
                    (kind if kind != "box" else "", MUTED),
                    (signs, MUTED),
                    (" !" if wrong else "", BAD),
                ),
                width,
            )
        )
    return found


def _about(editor: Editor, problems: Sequence[Problems], width: int) -> list[Row]:
    """The selected shape: what the arrows move, its attributes, what is wrong with it; the brush while painting."""
    tool = editor.tool
    if isinstance(tool, Brush):
        word = "erasing" if tool.erase else "painting"
        pen = "pen down" if tool.down else "pen up"
        what = fit(row((f"{word} {printable(editor.label)}", STRONG)), width)
        return [EMPTY, what, fit(row((f"{tool.size:g} px, {pen}", MUTED)), width)]
    shape, part = editor.shape, editor.moving
    if shape is None or tool is not None:
        return []
    rows = [EMPTY]
    if part is not None:
        rows.append(fit(row((" w ", CHIP), (f" moves: {part.name}", PLAIN)), width))
    for rule in rules_of(editor)[:4]:
        value = shape.attributes.get(rule.name)
        words = (
            "–"
            if value is None
            else {True: "yes", False: "no"}.get(value, value)
            if isinstance(value, bool)
            else value
        )
        role = WARN if editor.asking == rule.name else MUTED
        rows.append(fit(row((f"{printable(rule.name)}: ", role), (printable(str(words)), PLAIN)), width))
    if editor.selected is not None and editor.selected < len(problems):
        for problem in problems[editor.selected][:2]:
            rows += [fit(row((text, BAD)), width) for text in wrapped(f"! {printable(problem)}", width)[:3]]
    return rows
