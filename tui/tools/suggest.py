"""Suggestions: shapes that a model predicted, dashed until the person makes them their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tui.model.annotation import Json
from tui.model.shapes import Mask, Shape, Unknown, json_of, shape_of
from tui.tools.painted import free_id
from tui.tools.state import TAKES_BACK, Editor

MEMBER = "suggested"
"""The member of a shape that tells what was suggested; what the person changed is the difference."""


def suggestions_of(predictions: Sequence[Json], shapes: Sequence[Shape]) -> tuple[Shape, ...]:
    """Predictions that are shapes and were not taken up by one of `shapes` yet; labels alone are left out."""
    taken = [shape.extra[MEMBER] for shape in shapes if MEMBER in shape.extra]
    found = (shape_of(data) for data in predictions if "kind" in data)
    return tuple(shape for shape in found if _is_open(shape, taken))


def _is_open(suggestion: Shape, taken: Sequence[Any]) -> bool:
    return not isinstance(suggestion, Unknown) and _record(suggestion) not in taken


def score_of(shape: Shape) -> float | None:
    """From 0 to 1; None without one."""
    score = shape.extra.get("score")
    return float(score) if isinstance(score, int | float) and not isinstance(score, bool) else None


def adopted(suggestion: Shape, shape: Shape) -> Shape:
    """`shape`, made of a suggestion, with the record of what was suggested in place of its score."""
    extra = {name: value for name, value in shape.extra.items() if name != "score"}
    return replace(shape, extra={**extra, MEMBER: _record(suggestion)})


def _record(suggestion: Shape) -> dict[str, Any]:
    """A suggestion as JSON, without members that say nothing; of a mask not its pixels."""
    data = json_of(suggestion)
    if isinstance(suggestion, Mask):
        del data["counts"]
    for name in ("id", "attributes", "occluded", "truncated"):
        if not data.get(name):
            data.pop(name, None)
    return data


def comes_from(shape: Shape, suggestion: Shape) -> bool:
    """Whether a person made it of a suggestion."""
    return MEMBER in shape.extra and shape.extra[MEMBER] == _record(suggestion)


def accept(editor: Editor) -> Editor:
    """The selected suggestion becomes a shape; the next suggestion is selected, or nothing."""
    shape = editor.shape
    if shape is None or not editor.on_suggestion:
        return editor
    taken = editor.named(editor.selected or 0)
    editor = editor.remembered()
    number = free_id(editor.shapes)
    at = (editor.selected or 0) - len(editor.shapes)
    editor = editor.with_shape(replace(adopted(shape, shape), id=number))
    left = len(editor.suggestions)
    selected = len(editor.shapes) + at % left if left else None
    return replace(editor, selected=selected, part=0).say(_taken(taken, left))


def _taken(what: str, left: int) -> str:
    """What is said; `left`: suggestions that are still open."""
    more = f", {left} left" if left else ""
    return f"{what} taken{more} · {TAKES_BACK}"


def accept_above(editor: Editor) -> Editor:
    """All suggestions with at least the score of the rules; those without a score stay."""
    minimum = editor.rules.accept_above
    good, rest = list[Shape](), list[Shape]()
    for suggestion in editor.suggestions:
        score = score_of(suggestion)
        (rest if score is None or score < minimum else good).append(suggestion)
    if not good:
        return editor.say(f"No suggestion has a score of {minimum:g} or more.")
    editor = replace(editor.remembered(), suggestions=tuple(rest)).with_new(*map(adopted, good, good))
    return replace(editor, selected=None).say(_taken(str(len(good)), len(rest)))
