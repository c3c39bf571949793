"""A table of a project file, read member by member. What a member may be is said once: for the check, for the sentence
about a wrong one, and for the page that lists them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tui.errors import UsageError, hint_for, nearest
from tui.model.members import is_number, is_whole
from tui.text import counted


class ProjectFileError(UsageError):
    """One wrong member; `member` as written in the file, for finding its line."""

    def __init__(self, member: str, message: str) -> None:
        super().__init__(f"{member}: {message}" if member else message)
        self.member = member
        self.message = message


class Table:
    """A parsed TOML table. `where`: its name in the file, '' for the whole of it."""

    def __init__(self, data: Any, where: str) -> None:
        if not isinstance(data, Mapping):
            raise ProjectFileError(where, f"is {kind_of(data)}, a table is wanted")
        self.data, self.where = data, where

    def path(self, name: str) -> str:
        """The member's full name, for messages."""
        return f"{self.where}.{name}" if self.where else name

    def wrong(self, name: str, message: str) -> ProjectFileError:
        """What is to be raised about a member."""
        return ProjectFileError(self.path(name), message)


@dataclass(frozen=True, slots=True)
class Value:
    """What a member may be. `wanted`: in words. `read`: its value, checked.

    Raises (`read`):
        ProjectFileError: it is something else.
    """

    wanted: str
    read: Callable[[Table, str], Any]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a table. `default`: as it would stand in the file, '' where there is none. `meaning`: a sentence."""

    name: str
    value: Value
    default: str
    meaning: str


def read_members(table: Table, members: Sequence[Member], elsewhere: Mapping[str, str]) -> dict[str, Any]:
    """The members that the file has, checked. `elsewhere`: of members of other tables, what to say when they stand here.

    Raises:
        ProjectFileError: an unknown or wrong member; the message says what would be right.
    """
    known = {member.name: member for member in members}
    for name in map(str, table.data):
        if name not in known:
            hint = elsewhere.get(name) or hint_for(name, sorted(known))
            raise table.wrong(name, f"is unknown here; {hint}")
    return {name: member.value.read(table, name) for name, member in known.items() if name in table.data}


def _fitting(wanted: str, fits: Callable[[Any], bool]) -> Value:
    def read(table: Table, name: str) -> Any:
        value = table.data[name]
        if not fits(value):
            raise table.wrong(name, f"is {value!r}, {wanted} is wanted")
        return value

    return Value(wanted, read)


def number(low: float) -> Value:
    """A finite number of at least `low`."""
    return _fitting(f"a number of at least {low:g}", lambda value: is_number(value) and value >= low)


def whole(low: int) -> Value:
    """A whole number of at least `low`."""
    return _fitting(f"a whole number of at least {low}", lambda value: is_whole(value) and value >= low)


TRUTH = _fitting("true or false", lambda value: isinstance(value, bool))


def word(words: Iterable[str]) -> Value:
    """One of some words."""
    known = tuple(words)
    wanted = ", ".join(f'"{each}"' for each in known)

    def read(table: Table, name: str) -> str:
        value = table.data[name]
        if value not in known:
            near = nearest(str(value), known)
            hint = f"; did you mean {near}?" if near else ""
            raise table.wrong(name, f"is {value!r}; it can be {', '.join(known)}{hint}")
        return str(value)

    return Value(wanted, read)


def text(*, empty: bool = False, plain: bool = False) -> Value:
    """A text; not an empty one unless it may be, without control characters where it must be `plain`."""

    def read(table: Table, name: str) -> str:
        value = table.data[name]
        if not isinstance(value, str):
            raise table.wrong(name, f"is {kind_of(value)}, a text in quotes is wanted")
        if not value and not empty:
            raise table.wrong(name, "is empty")
        if plain:
            _without_controls(table, name, value)
        return value

    return Value("a text", read)


def texts(most: int | None = None) -> Value:
    """A list of texts without control characters, none of them empty; at most so many."""

    def read(table: Table, name: str) -> tuple[str, ...]:
        value = table.data[name]
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise table.wrong(name, "must be a list of texts in quotes, none of them empty")
        for item in value:
            _without_controls(table, name, item)
        if most is not None and len(value) > most:
            raise table.wrong(
                name, f"has {counted(len(value), 'entry', 'entries')}; {most} is the most, one digit each"
            )
        return tuple(value)

    return Value("a list of texts" + (f", at most {most}" if most is not None else ""), read)


def tables(made: Callable[[Table, int], Any], wanted: str) -> Value:
    """A list of tables; `made`: what becomes of one, and its number from 1."""

    def read(table: Table, name: str) -> tuple[Any, ...]:
        value = table.data[name]
        if not isinstance(value, list):
            raise table.wrong(name, f"must be {wanted}")
        return tuple(made(Table(entry, f"{table.path(name)}[{n}]"), n) for n, entry in enumerate(value, 1))

    return Value(wanted, read)


def _without_controls(table: Table, name: str, value: str) -> None:
    if any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in value):
        raise table.wrong(name, f"{value!r} holds a control character")


def kind_of(value: Any) -> str:
    """What a value of the file is, in words."""
    names = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list"}
    return names.get(type(value), "a table")
