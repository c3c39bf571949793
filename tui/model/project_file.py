"""What a `termlabel.toml` may say, checked member by member. Pure: a parsed table in, a Project out."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, assert_never, get_args

from tui.errors import UsageError, hint_for
from tui.model.members import is_number, is_whole
from tui.model.project import (
    DEFAULT_REASONS,
    FORMAT,
    MAX_PIXELS,
    AttributeRule,
    AttributeType,
    KindName,
    Label,
    OnReject,
    OnSkip,
    OwnWork,
    Project,
    ReviewRules,
)

# Twenty colours that stay apart for people with each kind of colour blindness: at least 16 CIELAB units between any
# two, also as these people see them (tests/model/test_palette.py). The first seven are Okabe and Ito's (2008).
PALETTE = (
    "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#8800ff",
    "#662200", "#443344", "#bbee99", "#4422aa", "#00ffdd", "#bb55ff", "#dd0044", "#772277",
    "#ccaa55", "#446633", "#99ff77", "#aa3377",
)  # fmt: skip


class ProjectFileError(UsageError):
    """One wrong member; `member` as written in the file, for finding its line."""

    def __init__(self, member: str, message: str) -> None:
        super().__init__(f"{member}: {message}" if member else message)
        self.member = member
        self.message = message


def parse_project(data: Mapping[str, Any], folder: Path, digest: str = "") -> Project:
    """The project that a parsed `termlabel.toml` describes.

    Raises:
        ProjectFileError: an unknown or wrong member; the message says what would be right.
    """
    table = _Table(data, "")
    table.only({"format", "labels", "review", *_MEMBERS})
    _check_format(data.get("format", FORMAT))
    values = {name: read(table, name) for name, read in _MEMBERS.items() if name in data}
    labels = _labels(data.get("labels", []))
    return Project(
        folder=folder, labels=labels, review=_review(data.get("review", {})), digest=digest, **values
    )


def digest_of(folder: Path, project_file: bytes) -> str:
    """12 hexadecimal digits over the project file and the guidelines it names, '' never."""
    digest = hashlib.sha256(project_file)
    try:
        name = tomllib.loads(project_file.decode("utf-8")).get("guidelines", "guidelines.md")
        digest.update(b"\0" + (folder / str(name)).read_bytes())
    except (OSError, ValueError):
        pass  # No guidelines, or a file that is refused elsewhere.
    return digest.hexdigest()[:12]


class _Table:
    """A TOML table with the words to complain about it."""

    def __init__(self, data: Any, where: str) -> None:
        if not isinstance(data, Mapping):
            raise ProjectFileError(where, f"is {_kind_of(data)}, a table is wanted")
        self.data, self.where = data, where

    def path(self, name: str) -> str:
        """The member's full name, for messages."""
        return f"{self.where}.{name}" if self.where else name

    def only(self, known: set[str]) -> None:
        """Refuses members that are not among `known`, with the nearest name."""
        for name in self.data:
            if name not in known:
                hint = hint_for(str(name), sorted(known))
                raise ProjectFileError(self.path(str(name)), f"is unknown; {hint}")

    def _value(self, name: str, default: Any, fits: Callable[[Any], bool], wanted: str) -> Any:
        """A member that must be of some kind; `wanted`: what is said when it is not."""
        value = self.data.get(name, default)
        if not fits(value):
            raise ProjectFileError(self.path(name), f"is {value!r}, {wanted} is wanted")
        return value

    def text(self, name: str, default: str = "", *, empty: bool = False) -> str:
        """A text, not empty unless it may be."""
        value = self.data.get(name, default)
        if not isinstance(value, str):
            raise ProjectFileError(self.path(name), f"is {_kind_of(value)}, a text in quotes is wanted")
        if not value and not empty:
            raise ProjectFileError(self.path(name), "is empty")
        return value

    def number(self, name: str, low: float, default: float = 0) -> float:
        """A finite number of at least `low`."""
        found: float = self._value(
            name, default, lambda v: is_number(v) and v >= low, f"a number of at least {low:g}"
        )
        return found

    def whole(self, name: str, low: int, default: int = 0) -> int:
        """A whole number of at least `low`."""
        found: int = self._value(
            name, default, lambda v: is_whole(v) and v >= low, f"a whole number of at least {low}"
        )
        return found

    def truth(self, name: str, default: bool = False) -> bool:
        """True or false."""
        found: bool = self._value(name, default, lambda v: isinstance(v, bool), "true or false")
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts without control characters, none of them empty."""
        value = self.data.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise ProjectFileError(self.path(name), "must be a list of texts in quotes, none of them empty")
        for item in value:
            _printable(item, self.path(name))
        return tuple(value)

    def one_of(self, name: str, words: Sequence[str], default: str = "") -> str:
        """One of some words."""
        value = self.data.get(name, default)
        if value not in words:
            near = get_close_matches(str(value), words, n=1, cutoff=0.5)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ProjectFileError(self.path(name), f"is {value!r}; it can be {', '.join(words)}{hint}")
        return str(value)


def _word(kind: Any) -> Callable[[_Table, str], Any]:
    return lambda table, name: table.one_of(name, get_args(kind))


def _guidelines(table: _Table, name: str) -> str | None:
    return table.text(name, empty=True) or None


_MEMBERS: dict[str, Callable[[_Table, str], Any]] = {
    "kind": _word(KindName),
    "keymap": lambda t, n: t.text(n),
    "guidelines": _guidelines,
    "reasons": lambda t, n: _few(t, n, 10),
    "passes": lambda t, n: t.whole(n, 1),
    "on_skip": _word(OnSkip),
    "on_reject": _word(OnReject),
    "lease_minutes": lambda t, n: t.number(n, 0.05),
    "idle_cut": lambda t, n: t.number(n, 1),
    "people": lambda t, n: t.texts(n),
    "cache": lambda t, n: t.truth(n),
    "max_pixels": lambda t, n: t.whole(n, 1, MAX_PIXELS),
}


def _few(table: _Table, name: str, limit: int) -> tuple[str, ...]:
    texts = table.texts(name)
    if len(texts) > limit:
        raise ProjectFileError(
            table.path(name), f"has {len(texts)} entries; {limit} is the most, one digit each"
        )
    return texts or DEFAULT_REASONS


def _check_format(value: Any) -> None:
    if not is_whole(value) or value < 1:
        raise ProjectFileError("format", f"is {value!r}, the number {FORMAT} is wanted")
    if value > FORMAT:
        raise ProjectFileError(
            "format", f"is {value}, newer than this termlabel knows ({FORMAT}); update termlabel"
        )


def _review(data: Any) -> ReviewRules:
    table = _Table(data, "review")
    table.only({"blind", "own_work"})
    own: Any = table.one_of("own_work", get_args(OwnWork), "name")
    return ReviewRules(blind=table.truth("blind"), own_work=own)


def _labels(data: Any) -> tuple[Label, ...]:
    if not isinstance(data, list):
        raise ProjectFileError("labels", "must be [[labels]] tables, one for each label")
    labels: list[Label] = []
    for number, entry in enumerate(data, 1):
        label = _label(_Table(entry, f"labels[{number}]"), number)
        _unlike(label, labels, f"labels[{number}]")
        labels.append(label)
    return tuple(labels)


def _label(table: _Table, number: int) -> Label:
    table.only({"name", "title", "colour", "key", "attributes"})
    if "name" not in table.data:
        raise ProjectFileError(table.path("name"), "is missing; every label needs a name")
    name = table.text("name")
    _printable(name, table.path("name"))
    title = table.text("title", name)
    _printable(title, table.path("title"))
    colour = table.text("colour", PALETTE[(number - 1) % len(PALETTE)]).lower()
    if not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise ProjectFileError(table.path("colour"), f"is {colour!r}; colours are written like #e69f00")
    attributes = tuple(
        _attribute(_Table(entry, f"{table.where}.attributes[{n}]"))
        for n, entry in enumerate(_entries(table, "attributes"), 1)
    )
    return Label(name, title, colour, _label_key(table), attributes)


def _entries(table: _Table, name: str) -> list[Any]:
    value = table.data.get(name, [])
    if not isinstance(value, list):
        raise ProjectFileError(table.path(name), "must be a list of tables")
    return value


def _label_key(table: _Table) -> str | None:
    if "key" not in table.data:
        return None
    key = table.text("key")
    if len(key) != 1 or not key.isprintable() or key.isspace():
        raise ProjectFileError(table.path("key"), f"is {key!r}; one printable character is wanted")
    return key


def _unlike(label: Label, earlier: list[Label], where: str) -> None:
    for other in earlier:
        if other.name == label.name:
            raise ProjectFileError(f"{where}.name", f"{label.name!r} is there twice; names must differ")
        if label.key is not None and other.key == label.key:
            raise ProjectFileError(
                f"{where}.key",
                f"{label.key!r} is the key of {other.name!r} and of {label.name!r}; change one",
            )


def _attribute(table: _Table) -> AttributeRule:
    table.only({"name", "type", "values", "required", "default"})
    name = table.text("name")
    _printable(name, table.path("name"))
    kind: Any = table.one_of("type", get_args(AttributeType), "text")
    values = table.texts("values")
    if (kind == "choice") != bool(values):
        wanted = "a choice needs values" if kind == "choice" else f"values belong to a choice, this is {kind}"
        raise ProjectFileError(table.path("values"), wanted)
    default = table.data.get("default")
    if default is not None and not attribute_fits(kind, values, default):
        raise ProjectFileError(table.path("default"), f"{default!r} is not a value of this attribute")
    return AttributeRule(name, kind, values, table.truth("required"), default)


def attribute_fits(kind: AttributeType, values: Sequence[str], value: Any) -> bool:
    """Whether `value` is one that an attribute of this type can have."""
    match kind:
        case "boolean":
            return isinstance(value, bool)
        case "number":
            return is_number(value)
        case "choice":
            return value in values
        case "text":
            return isinstance(value, str)
        case _:
            assert_never(kind)


def _printable(text: str, where: str) -> None:
    if any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in text):
        raise ProjectFileError(where, f"{text!r} holds a control character")


def _kind_of(value: Any) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list"}
    return names.get(type(value), "a table")
