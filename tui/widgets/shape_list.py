"""The shapes of a picture as a list beside it: number, label, signs; and the labels' keys above. Pure rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tui.model.project import AttributeRule
from tui.model.shapes import Shape, kind_of
from tui.text import counted, printable
from tui.tools.attributes import asked_of, choices_of, rules_of, value_of
from tui.tools.checks import Problems
from tui.tools.edit import value_word
from tui.tools.painted import is_layer
from tui.tools.state import Brush, Editor
from tui.tools.suggest import score_of
from tui.widgets.in_hand import cut_lines
from tui.widgets.label_bar import LabelLine, lines_within, window
from tui.widgets.legend import key_sign
from tui.widgets.rows import (
    BAD,
    CHIP,
    EMPTY,
    GOOD,
    MUTED,
    NUMBER,
    PLAIN,
    STRONG,
    TITLE,
    WARN,
    Row,
    clip,
    fit,
    highlighted,
    row,
    row_width,
)

MAX_LABELS = 10
"""Labels shown above the list; the others are reached by `/`."""


LEAST_LISTED = 2
"""Rows of the list that labels and attributes leave it."""


@dataclass(frozen=True, slots=True)
class EditorColumn:
    """What the column beside the picture says of an editor. `problems`: of its shapes; `lines`: the project's labels, the one in
    hand marked; `digit_key`: the key of a digit; `key_of`: that of a command, both as people read them."""

    editor: Editor
    problems: Sequence[Problems]
    lines: Sequence[LabelLine]
    digit_key: Callable[[int], str]
    key_of: Callable[[str], str]

    def rows(self, width: int, height: int) -> list[Row]:
        """The labels, or the values of the attribute that is asked for, and the list of shapes."""
        editor, rule = self.editor, asked_of(self.editor)
        listed, open_ = editor.listed, len(editor.suggestions)
        count = len(listed)
        least = min(count + open_, LEAST_LISTED)
        foot = self._about(width, max(height - least - 2, 0))
        most = _for_labels(height - len(foot) - 2, count + open_, least)
        head = (
            attribute_rows(editor, rule, self.digit_key, width)
            if rule is not None
            else self._labels(width, most)
        )
        room = height - len(head) - len(foot) - 1
        gap = [EMPTY] * (bool(head) and room > least)
        title = counted(count, "shape") + (f", {open_} suggested" if open_ else "")
        rows = _list(editor, self._wrong(), width, max(room - len(gap), 1))
        return [*head, *gap, row((title, TITLE)), *rows, *foot]

    def _labels(self, width: int, most: int) -> list[Row]:
        """At most so many rows; one says how many labels more there are, where there is room for it."""
        more = len(self.lines) > min(MAX_LABELS, most) and most > 1
        seen = window(self.lines, min(MAX_LABELS, most - more))
        seen = [replace(line, state=_state(self.editor, line.name)) for line in seen]
        head, left = lines_within(seen, width, most - more), len(self.lines) - len(seen)
        return [*head, *[row((f"     {left} more", MUTED))] * more]

    def _wrong(self) -> set[int]:
        """The identities of the shapes with problems: while one paints, others stand before them in the list."""
        return {id(shape) for shape, found in zip(self.editor.shapes, self.problems, strict=False) if found}

    def _about(self, width: int, room: int) -> list[Row]:
        """The selected shape: its attributes, what is wrong with it; of a suggestion what takes it, apart from these where
        there is room."""
        editor, shape = self.editor, self.editor.shape
        if shape is None or editor.tool is not None:
            return []
        rows = [_attribute_row(editor, shape, rule.name) for rule in rules_of(editor)[:4]]
        at = editor.selected
        problems = self.problems[at] if at is not None and at < len(self.problems) else ()
        rows += _problem_rows(problems, width)
        if editor.on_suggestion and editor.asking is None:
            keys = list(self._taken())
            rows = [*keys, *[EMPTY] * (0 < len(rows) < room - len(keys) - 1), *rows]
        return [EMPTY, *(fit(r, width) for r in rows)][:room] if rows else []

    def _taken(self) -> Iterator[Row]:
        for command, words in (("annotate.confirm", "takes it"), ("shapes.delete", "rejects it")):
            yield row((f" {key_sign(self.key_of(command))} ", CHIP), (f" {words}", PLAIN))


def _for_labels(room: int, items: int, least: int) -> int:
    """How many of `room` rows labels have: all that the list does not need, at least half, but not the `least` of the list."""
    return max(min(max(room // 2, room - items), room - least), 1)


def attribute_rows(
    editor: Editor, rule: AttributeRule, digit_key: Callable[[int], str], width: int
) -> list[Row]:
    """The values of an attribute with the digits that set them, the current one marked."""
    now, values = value_of(editor, rule), choices_of(rule)
    if values is None:
        lines = [
            cut for value in rule.values for cut in cut_lines(printable(value_word(value)), width - 5, 2)
        ]
        return [
            *(row(("     ", PLAIN), (line, PLAIN)) for line in lines[:MAX_LABELS]),
            row(("below: empty for none", MUTED)),
        ]
    marked = [(digit, value_word(value), value == now) for digit, value in enumerate(values, 1)]
    found = [*marked, (0, "none", now is None)]
    return [r for digit, word, chosen in found for r in _value_rows(digit_key(digit), word, chosen, width)]


def _value_rows(key: str, word: str, chosen: bool, width: int) -> list[Row]:
    first, *more = cut_lines(printable(word), width - 6, 2)
    sign = (" ✓", GOOD) if chosen else ""
    head = row((f" {key_sign(key)} ", CHIP), " ", (first, STRONG if chosen else PLAIN), sign)
    return [head, *(row(("    ", PLAIN), (line, STRONG if chosen else PLAIN)) for line in more)]


def _list(editor: Editor, wrong: set[int], width: int, height: int) -> list[Row]:
    """As many as fit, the one in hand in sight; the last row says how many more there are."""
    items, own = editor.numbered, _in_hand(editor)
    suggestions = set(map(id, editor.suggestions))
    left = (len(items) - height + 1) * (len(items) > height > 1)
    height -= left > 0
    at = next((n for n, (_, shape) in enumerate(items) if own(shape)), None)
    top = max(0, min((at or 0) - height // 2, len(items) - height))
    colours = {label.name: label.colour for label in editor.rules.labels}
    found = []
    for index in range(top, min(top + height, len(items))):
        number, shape = items[index]
        line = _line(editor, shape, number, colours, id(shape) in suggestions, id(shape) in wrong, width)
        found.append((highlighted if index == at else fit)(line, width))
    return [*found, *[row((f"     {left} more", MUTED))] * (left > 0)]


def _in_hand(editor: Editor) -> Callable[[Shape], bool]:
    """Whether it is the selected one; while one paints that of the label that is painted, once it is there."""
    if editor.tool is None:
        return lambda shape: shape is editor.shape
    if not isinstance(editor.tool, Brush):
        return lambda shape: False
    size = round(editor.size[1]), round(editor.size[0])
    return lambda shape: is_layer(shape, size) and shape.label == editor.label


def _line(
    editor: Editor,
    shape: Shape,
    number: int,
    colours: Mapping[str, str],
    suggested: bool,
    wrong: bool,
    width: int,
) -> Row:
    """Number, label, kind and signs; a name that is too long is cut, not they."""
    kind = printable(kind_of(shape))
    head = row((f"{number:>3}", NUMBER), (" ■ ", colours.get(shape.label, MUTED)))
    tail = row(
        (f" {kind}" if kind != "box" else "", MUTED),
        (_score(shape) if suggested else "", PLAIN),
        (_signs(editor, shape), MUTED),
        (" !" if wrong else "", BAD),
    )
    name = printable(editor.title(shape.label)) or kind
    return (*head, (clip(name, max(width - row_width(head) - row_width(tail), 3)), PLAIN), *tail)


def _score(suggestion: Shape) -> str:
    score = score_of(suggestion)
    return " ?" if score is None else f" ? {score:.2f}"


def _signs(editor: Editor, shape: Shape) -> str:
    state = _state(editor, shape.label)
    signs = {" o": shape.occluded, " t": shape.truncated, f" {state}": bool(state)}
    return "".join(sign for sign, on in signs.items() if on)


def _state(editor: Editor, label: str) -> str:
    """How the shapes of a label are kept, in a word."""
    if label in editor.hidden:
        return "hidden"
    return "locked" if label in editor.locked else ""


def _problem_rows(problems: Problems, width: int) -> list[Row]:
    lines = (cut_lines(f"! {printable(problem)}", width, 3) for problem in problems[:2])
    return [row((text, BAD)) for texts in lines for text in texts]


def _attribute_row(editor: Editor, shape: Shape, name: str) -> Row:
    value = shape.attributes.get(name)
    words = "–" if value is None else value_word(value)
    role = WARN if editor.asking == name else MUTED
    return row((f"{printable(name)}: ", role), (printable(words), PLAIN))
