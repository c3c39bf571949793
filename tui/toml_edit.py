"""One step in the labels that the text of a project file has: all else in it stays to the byte, comments above a label go
with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, assert_never

import tomlkit

_LABELS, _ATTRIBUTES = "labels", "attributes"
BY_HAND = "it is written in a way that only a person can change"


@dataclass(frozen=True, slots=True)
class LabelStep:
    """One step. `of`: the label whose attribute is meant; None: a label itself. `new`: of a rename. `place`: from 0,
    `text`: as it stands in the file, comments above it too, of what is taken out or put in."""

    op: Literal["rename", "take out", "put in"]
    name: str
    new: str = ""
    of: str | None = None
    place: int = 0
    text: str = ""

    @property
    def back(self) -> LabelStep:
        """The step that undoes it."""
        match self.op:
            case "rename":
                return replace(self, name=self.new, new=self.name)
            case "take out":
                return replace(self, op="put in")
            case "put in":
                return replace(self, op="take out")
            case _:
                assert_never(self.op)


def changed(text: str, step: LabelStep) -> tuple[str, LabelStep]:
    """The text after a step, and the step with what it took out. Raises ValueError where the text says then anything else
    than what the step means."""
    wanted = tomllib.loads(text)
    if step.of is None:
        new, done = _in_list(text, _LABELS, step)
        listed = wanted.setdefault(_LABELS, [])
    else:
        place = [each["name"] for each in wanted[_LABELS]].index(step.of)
        new, done = _in_label(text, place, step)
        listed = wanted[_LABELS][place].setdefault(_ATTRIBUTES, [])
    _apply(listed, done)
    if _plain(tomllib.loads(new)) != _plain(wanted):
        raise ValueError(BY_HAND)
    return new, done


def _apply(listed: list[dict[str, Any]], step: LabelStep) -> None:
    match step.op:
        case "rename":
            listed[_place_of(listed, step.name)]["name"] = step.new
        case "take out":
            del listed[step.place]
        case "put in":
            listed.insert(step.place, _value_of(step.text))
        case _:
            assert_never(step.op)


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """No list of attributes is an empty one."""
    labels = [{**each, _ATTRIBUTES: each.get(_ATTRIBUTES, [])} for each in data.get(_LABELS, [])]
    return {**data, _LABELS: labels}


def _place_of(listed: Sequence[Mapping[str, Any]], name: str) -> int:
    return [each.get("name") for each in listed].index(name)


def _in_label(text: str, place: int, step: LabelStep) -> tuple[str, LabelStep]:
    """A step in the attributes of the label at a place."""
    parts, own = _parts(text, _LABELS)
    if not own:
        doc = tomlkit.parse(text)
        labels: Any = doc[_LABELS]
        done = _in_array(labels[place].setdefault(_ATTRIBUTES, tomlkit.array()), step)
        return tomlkit.dumps(doc), done
    parts[own[place]], done = _in_list(parts[own[place]], f"{_LABELS}.{_ATTRIBUTES}", step)
    return "".join(parts), done


def _in_list(text: str, header: str, step: LabelStep) -> tuple[str, LabelStep]:
    """A step in the tables of a header, or in the array of them."""
    parts, own = _parts(text, header)
    doc = tomlkit.parse(text)
    outer: Any = doc if header == _LABELS else doc[_LABELS]
    outer = outer if header == _LABELS else outer[0]
    member = header.rpartition(".")[2]
    if not own and (member in outer or step.text.startswith("{")):
        done = _in_array(outer.setdefault(member, tomlkit.array()), step)
        return tomlkit.dumps(doc), done
    if step.op == "put in":
        place = min(step.place, len(own))
        at = own[place] if place < len(own) else own[-1] + 1 if own else len(parts)
        if at and parts[at - 1] and not parts[at - 1].endswith("\n"):
            parts[at - 1] += "\n"
        parts.insert(at, step.text)
        return "".join(parts), replace(step, place=place)
    place = _place_of(outer[member], step.name)
    part = parts[own[place]]
    if step.op == "rename":
        parts[own[place]] = _renamed_table(part, header, step.new)
        return "".join(parts), step
    del parts[own[place]]
    return "".join(parts), replace(step, place=place, text=part)


def _renamed_table(part: str, header: str, new: str) -> str:
    doc = tomlkit.parse(part)
    table: Any = doc
    for name in header.split("."):
        table = table[name]
        table = table[0] if isinstance(table, list) else table
    table["name"] = new
    return tomlkit.dumps(doc)


def _in_array(array: Any, step: LabelStep) -> LabelStep:
    """A step in `[{…}, {…}]`."""
    if step.op == "put in":
        step = replace(step, place=min(step.place, len(array)))
        text = step.text if step.text.startswith("{") else _inline(_value_of(step.text))
        array.insert(step.place, tomlkit.parse(f"x = {text}")["x"])
        return step
    place = _place_of(array, step.name)
    if step.op == "rename":
        array[place]["name"] = step.new
        return step
    step = replace(step, place=place, text=array[place].as_string())
    del array[place]
    return step


def _inline(value: Any) -> str:
    """A value in one line of TOML."""
    match value:
        case dict():
            return "{" + ", ".join(f"{name} = {_inline(each)}" for name, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_inline, value)) + "]"
        case _:
            return str(tomlkit.item(value).as_string())


def _value_of(text: str) -> dict[str, Any]:
    """What the text of a taken out part says."""
    if text.startswith("{"):
        inline: dict[str, Any] = tomllib.loads(f"x = {text}")["x"]
        return inline
    value: Any = tomllib.loads(text)[_LABELS]
    value = value[0] if isinstance(value, list) else value
    found: dict[str, Any] = value[_ATTRIBUTES][0] if value.keys() == {_ATTRIBUTES} else value
    return found


_HEADER = re.compile(r"\s*\[\[?[^\[\]]+\]\]?\s*(#.*)?$")


def _parts(text: str, header: str) -> tuple[list[str], list[int]]:
    """A text in parts: what stands under each `[[header]]`, with the comments right above it, and what stands between;
    and which of them are the former."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    name = r"\s*\.\s*".join(rf"[\"']?{part}[\"']?" for part in header.split("."))
    own = re.compile(rf"\s*\[\[\s*{name}\s*\]\]")
    inside = re.compile(rf"\s*\[\[?\s*{name}\s*\.")
    heads = [at for at, line in enumerate(lines) if _HEADER.match(line) and not inside.match(line)]
    cuts = [0, *(_with_comments(lines, at) for at in heads), len(lines)]
    parts = ["".join(lines[a:b]) for a, b in pairwise(cuts)]
    return parts, [n for n, at in enumerate(heads, 1) if own.match(lines[at])]


def _with_comments(lines: Sequence[str], at: int) -> int:
    """Where the comments right above a line begin."""
    while at > 0 and lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return at
