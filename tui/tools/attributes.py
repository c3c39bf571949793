"""Attributes of the selected shape, set by keys: `a` chooses which, a digit or words say what."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, assert_never

from tui.model.project import AttributeRule, Label
from tui.model.shapes import Unknown
from tui.tools.edit import changed, value_word
from tui.tools.state import Editor, EditorRequest

DIGITS = 9
"""Values that a digit sets; an attribute that has more is typed."""


def rules_of(editor: Editor) -> tuple[AttributeRule, ...]:
    """Those of the selected shape's label."""
    label = editor.rule(editor.shape.label) if editor.shape is not None else None
    return label.attributes if label is not None else ()


def defaults(label: Label | None) -> dict[str, Any]:
    """The attributes that a new shape of a label has."""
    rules = label.attributes if label is not None else ()
    return {rule.name: rule.default for rule in rules if rule.default is not None}


def ask(editor: Editor) -> Editor:
    """`a`: the next attribute of the label, then none. What is typed comes with `set_text`."""
    if editor.shape is None or isinstance(editor.shape, Unknown):
        return editor.say("Select a shape first; {shapes.next} chooses one.")
    rules = rules_of(editor)
    if not rules:
        return editor.say(f"The label {editor.shape.label} has no attributes.")
    rule = _following(rules, editor.asking)
    if rule is None:
        return replace(editor, asking=None)
    wants: EditorRequest = "text" if choices_of(rule) is None else ""
    return replace(editor, asking=rule.name, wants=wants, message=question(rule, editor))


def _following(rules: tuple[AttributeRule, ...], name: str | None) -> AttributeRule | None:
    """The rule after the one of this name, the first without one; None after the last."""
    names = [rule.name for rule in rules]
    place = names.index(name) + 1 if name in names else 0
    return rules[place] if place < len(rules) else None


def question(rule: AttributeRule, editor: Editor) -> str:
    """What the message line asks."""
    now = value_of(editor, rule)
    shown = "" if now is None else f" (now {value_word(now)})"
    values = choices_of(rule)
    if values is None:
        return f"{rule.name}{shown}: type {typed_words(rule)}"
    listed = ", ".join(f"{n} {value_word(value)}" for n, value in enumerate(values, 1))
    return f"{rule.name}{shown}: {listed}, 0 none"


def typed_words(rule: AttributeRule) -> str:
    """What is typed for an attribute whose values have no digits."""
    match rule.type:
        case "number":
            return "a number"
        case "text":
            return "words"
        case "boolean" | "choice":
            return "the beginning of a value"
        case _:
            assert_never(rule.type)


def value_of(editor: Editor, rule: AttributeRule) -> Any:
    """The value that the selected shape has, None for none."""
    return editor.shape.attributes.get(rule.name) if editor.shape is not None else None


def choices_of(rule: AttributeRule) -> tuple[Any, ...] | None:
    """What the digits from 1 on choose; None where the value is typed, as more than nine are."""
    match rule.type:
        case "boolean":
            return (True, False)
        case "choice":
            return rule.values if len(rule.values) <= DIGITS else None
        case "number" | "text":
            return None
        case _:
            assert_never(rule.type)


def set_digit(editor: Editor, digit: int) -> Editor:
    """A digit while an attribute is asked for; 0 takes its value away."""
    rule = asked_of(editor)
    if rule is None:
        return replace(editor, asking=None)
    values = choices_of(rule) or ()
    if digit > len(values):
        return editor.say(f"There is no value {digit}. {question(rule, editor)}")
    return _set(editor, rule, values[digit - 1] if digit else None)


def set_text(editor: Editor, text: str) -> Editor:
    """Words or a number typed, or the beginning of one of many values; nothing takes the value away. What cannot be is asked
    for again."""
    rule = asked_of(editor)
    if rule is None:
        return replace(editor, asking=None)
    text = text.strip()
    if not text:
        return _set(editor, rule, None)
    match rule.type:
        case "number":
            number = _number(text)
            return (
                _set(editor, rule, number)
                if number is not None
                else _again(editor, rule, f"{text!r} is no number")
            )
        case "text":
            return _set(editor, rule, text)
        case "boolean" | "choice":
            found = _beginning(rule, text)
            if len(found) == 1:
                return _set(editor, rule, found[0])
            return _again(
                editor, rule, f"{text!r} is {'the beginning of several values' if found else 'no value'}"
            )
        case _:
            assert_never(rule.type)


def _again(editor: Editor, rule: AttributeRule, why: str) -> Editor:
    return replace(editor, wants="text", message=f"{why}; {question(rule, editor)}")


def _beginning(rule: AttributeRule, text: str) -> list[Any]:
    """The value of this name, else those that begin so."""
    wanted = text.casefold()
    named = {value_word(value).casefold(): value for value in rule.values}
    return [named[wanted]] if wanted in named else [v for name, v in named.items() if name.startswith(wanted)]


def _number(text: str) -> float | int | None:
    """A number with a point or a comma, whole where it can be; None for what is none."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    return int(value) if value == int(value) else value


def asked_of(editor: Editor) -> AttributeRule | None:
    """The attribute that is asked for."""
    return next((rule for rule in rules_of(editor) if rule.name == editor.asking), None)


def _set(editor: Editor, rule: AttributeRule, value: Any) -> Editor:
    shape = editor.shape
    assert shape is not None
    attributes = {name: kept for name, kept in shape.attributes.items() if name != rule.name}
    if value is not None:
        attributes[rule.name] = value
    editor = changed(editor, lambda each: replace(each, attributes=attributes))
    said = f"{rule.name}: {value_word(value)}." if value is not None else f"{rule.name} has no value."
    return replace(editor, asking=None).say(said)
