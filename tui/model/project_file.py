"""What a `termlabel.toml` may say: its members, and the project that they make. Pure: a parsed table in, a Project out.
`docs/project-file.md` is made of the same members."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, assert_never, get_args

from tui.model.members import is_number, is_whole
from tui.model.project import (
    DEFAULT_REASONS,
    FORMAT,
    MAX_PIXELS,
    PROJECT_FILE,
    AttributeRule,
    AttributeType,
    ConfirmsNothing,
    KindName,
    Label,
    OnReject,
    OnSkip,
    OwnWork,
    Project,
    ReviewRules,
)
from tui.model.toml_table import (
    TRUTH,
    Member,
    ProjectFileError,
    Table,
    Value,
    number,
    read_members,
    tables,
    text,
    texts,
    whole,
    word,
)

# Twenty colours that stay apart for people with each kind of colour blindness: at least 16 CIELAB units between any
# two, also as these people see them (tests/model/test_palette.py). The first seven are Okabe and Ito's (2008).
PALETTE = (
    "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#8800ff",
    "#662200", "#443344", "#bbee99", "#4422aa", "#00ffdd", "#bb55ff", "#dd0044", "#772277",
    "#ccaa55", "#446633", "#99ff77", "#aa3377",
)  # fmt: skip


def parse_project(data: Mapping[str, Any], folder: Path, digest: str = "") -> Project:
    """The project that a parsed `termlabel.toml` describes.

    Raises:
        ProjectFileError: an unknown or wrong member; the message says what would be right.
    """
    values = read_members(Table(data, ""), PROJECT, _ELSEWHERE)
    values.pop("format", None)
    if not values.get("reasons", True):
        del values["reasons"]
    return Project(folder=folder, digest=digest, **values)


def digest_of(folder: Path, project_file: bytes) -> str:
    """12 hexadecimal digits over the project file and the guidelines it names, '' never."""
    digest = hashlib.sha256(project_file)
    try:
        name = tomllib.loads(project_file.decode("utf-8")).get("guidelines", "guidelines.md")
        digest.update(b"\0" + (folder / str(name)).read_bytes())
    except (OSError, ValueError):
        pass  # No guidelines, or a file that is refused elsewhere.
    return digest.hexdigest()[:12]


def still_says(project: Project) -> bool:
    """Whether the file of a project is as it was when that was read; a project that came from no file is."""
    try:
        return not project.digest or project.digest == digest_of(
            project.folder, (project.folder / PROJECT_FILE).read_bytes()
        )
    except OSError:
        return False


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


# Values that are of the project file alone.


def _format(table: Table, name: str) -> int:
    value: Any = table.data[name]
    if not is_whole(value) or value < 1:
        raise table.wrong(name, f"is {value!r}, the number {FORMAT} is wanted")
    if value > FORMAT:
        raise table.wrong(name, f"is {value}, newer than this termlabel knows ({FORMAT}); update termlabel")
    return int(value)


def _guidelines(table: Table, name: str) -> str | None:
    return text(empty=True).read(table, name) or None


def _colour(table: Table, name: str) -> str:
    colour = str(text().read(table, name)).lower()
    if not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise table.wrong(name, f"is {colour!r}; colours are written like #e69f00")
    return colour


def _key(table: Table, name: str) -> str:
    key = str(text().read(table, name))
    if len(key) != 1 or not key.isprintable() or key.isspace():
        raise table.wrong(name, f"is {key!r}; one printable character is wanted")
    return key


def _review(table: Table, name: str) -> ReviewRules:
    return ReviewRules(**read_members(Table(table.data[name], name), REVIEW, _ELSEWHERE))


def _attribute(table: Table, place: int) -> AttributeRule:
    found = read_members(table, ATTRIBUTE, {})
    _need(table, "name", "attribute")
    rule = AttributeRule(**{"type": "text", **found})
    if (rule.type == "choice") != bool(rule.values):
        choice = rule.type == "choice"
        raise table.wrong(
            "values",
            "a choice needs values" if choice else f"values belong to a choice, this is {rule.type}",
        )
    if rule.default is not None and not attribute_fits(rule.type, rule.values, rule.default):
        raise table.wrong("default", f"{rule.default!r} is not a value of this attribute")
    return rule


def _label(table: Table, place: int) -> Label:
    found = read_members(table, LABEL, _ELSEWHERE)
    _need(table, "name", "label")
    by_default = {"title": found["name"], "colour": PALETTE[(place - 1) % len(PALETTE)]}
    return Label(**{**by_default, **found})


def _need(table: Table, name: str, what: str) -> None:
    if name not in table.data:
        raise table.wrong(name, f"is missing; every {what} needs a {name}")


def _labels(table: Table, name: str) -> tuple[Label, ...]:
    labels: list[Label] = []
    for place, label in enumerate(tables(_label, _LABEL_TABLES).read(table, name), 1):
        _unlike(label, labels, f"{name}[{place}]")
        labels.append(label)
    return tuple(labels)


def _unlike(label: Label, earlier: Iterable[Label], where: str) -> None:
    for other in earlier:
        if other.name == label.name:
            raise ProjectFileError(f"{where}.name", f"{label.name!r} is there twice; names must differ")
        if label.key is not None and other.key == label.key:
            raise ProjectFileError(
                f"{where}.key",
                f"{label.key!r} is the key of {other.name!r} and of {label.name!r}; change one",
            )


def _any(table: Table, name: str) -> Any:
    return table.data[name]


# The members of each table.

_LABEL_TABLES = "[[labels]] tables, one for each label"
_ATTRIBUTE_TABLES = "a list of tables, [{name = …, type = …}]"
_REASONS = "[" + ", ".join(f'"{reason}"' for reason in DEFAULT_REASONS) + "]"
ATTRIBUTE: tuple[Member, ...] = (
    Member("name", text(plain=True), "", "The attribute's name, as exports have it. It must be there."),
    Member(
        "type",
        word(get_args(AttributeType)),
        '"text"',
        "What can be said: yes or no, one of some words, a number, words.",
    ),
    Member("values", texts(), "[]", "Of a choice: its words; digits choose the first nine."),
    Member("required", TRUTH, "false", "A shape without it is marked as incomplete."),
    Member("default", Value("a value of its type", _any), "", "What a new shape has at first."),
)
LABEL: tuple[Member, ...] = (
    Member(
        "name",
        text(plain=True),
        "",
        "Goes into exports; changes by `termlabel labels rename` alone. It must be there.",
    ),
    Member("title", text(plain=True), "", "What people see instead; else they see the name."),
    Member(
        "colour",
        Value('a text such as "#e69f00"', _colour),
        "",
        "Else one of twenty that stay apart for colour-blind people.",
    ),
    Member(
        "key",
        Value("one printable character, of any script", _key),
        "",
        "Else the first ten labels have the digits 1 to 9 and 0.",
    ),
    Member(
        "attributes",
        tables(_attribute, _ATTRIBUTE_TABLES),
        "[]",
        "What can be said of a shape of this label; see below.",
    ),
)
REVIEW: tuple[Member, ...] = (
    Member("blind", TRUTH, "false", "Reviewers do not see who labelled."),
    Member(
        "own_work",
        word(get_args(OwnWork)),
        '"name"',
        "Nobody reviews their own work: by the name given, or by the login name too.",
    ),
)
PROJECT: tuple[Member, ...] = (
    Member("format", Value(f"the number {FORMAT}", _format), str(FORMAT), "A newer number is refused."),
    Member("kind", word(get_args(KindName)), '"classify"', "One key and the next picture; several tags, then enter; or shapes are drawn."),
    Member("keymap", text(), '"default"', "A shipped keymap (default, vim, left-hand, azerty), or a file beside this one."),
    Member("guidelines", Value("a text", _guidelines), '"guidelines.md"', "A Markdown file beside this one, shown while labelling; empty for none."),
    Member("reasons", texts(10), _REASONS, "Why a reviewer rejects; one digit each."),
    Member("passes", whole(1), "1", "How many people label each image, none of them seeing the others' answers."),
    Member("on_skip", word(get_args(OnSkip)), '"later"', "A skipped image comes again when nothing else is left, to others alone, or never."),
    Member("on_reject", word(get_args(OnReject)), '"annotator"', "Rejected work goes back to whoever did it, to anyone, or nowhere."),
    Member("lease_minutes", number(0.05), "15", "For how long a picture is one person's alone."),
    Member("idle_cut", number(1), "60", "Seconds that a pause counts at most as time of work."),
    Member("people", texts(), "[]", "When not empty, other names are refused."),
    Member("cache", TRUTH, "true", "Whether encoded pictures are kept on the disk of whoever looks at them."),
    Member("max_pixels", whole(1), str(MAX_PIXELS), "Larger pictures are not opened."),
    Member("enter_confirms_nothing", word(get_args(ConfirmsNothing)), '"ask"', "Whether enter on a picture with nothing on it asks once, or files it."),
    Member("labels", Value(_LABEL_TABLES, _labels), "[]", "The classes; see below."),
    Member("review", Value("a table, [review]", _review), "", "How work is reviewed; see below."),
)  # fmt: skip
_ELSEWHERE: Mapping[str, str] = {
    **{member.name: f"it stands in [review]: [review], and below it {member.name} = …" for member in REVIEW},
    "attributes": "attributes belong to a label: below its name in [[labels]] write "
    'attributes = [{name = "age", type = "choice", values = ["young", "adult"]}]',
    **dict.fromkeys(("name", "title", "colour", "key"), "it belongs to a label, below [[labels]]"),
    **dict.fromkeys(
        ("type", "values", "required", "default"),
        "it belongs to an attribute, in attributes = [{…}] of a label",
    ),
}
"""What to say of members that stand in a wrong table."""
