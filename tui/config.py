"""Files that say how things should be: the project's `termlabel.toml` and a person's own settings."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple, get_args

from tui.errors import TermlabelError, UsageError, hint_for
from tui.layouts import LAYOUTS
from tui.login import login_name
from tui.model.annotation import ACCEPT_ABOVE
from tui.model.project import DEFAULT_REASONS, PROJECT_FILE, ConfirmsNothing, KindName, Project
from tui.model.project_file import digest_of, parse_project
from tui.model.toml_table import ProjectFileError
from tui.terminal.protocols import choices

PROTOCOLS = choices()
GUIDELINES = """# Guidelines

Write here what each label means, with examples, and what to do in doubt.
People read this with the `i` key.
"""


def load_project(path: str | Path) -> Project:
    """The project in a folder (or of a `termlabel.toml`), checked.

    Raises:
        UsageError: no project there, or something in the file is wrong; names file, line and remedy.
    """
    path = Path(path)
    file = path / PROJECT_FILE if path.is_dir() or path.name != PROJECT_FILE else path
    return _parsed(file, _read_project_file(file, path))


def _parsed(file: Path, data: bytes) -> Project:
    try:
        text = data.decode("utf-8")
        return parse_project(tomllib.loads(text), file.parent.absolute(), digest_of(file.parent, data))
    except ProjectFileError as error:
        line = line_of(text, error.member)
        raise UsageError(f"{file}{f', line {line}' if line else ''}: {error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file}: {error}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file}: is not UTF-8 text; save it as UTF-8.") from None


def _read_project_file(file: Path, named: Path) -> bytes:
    """`named`: the project as the person wrote it."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise UsageError(
            f"There is no project in {named}: no {PROJECT_FILE}. 'termlabel init {named} --labels cat,dog' makes one."
        ) from None
    except OSError as error:
        check_folder(named)
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error


def check_folder(path: Path) -> None:
    """Raises UsageError where a file stands in the place of a project folder, or on the way to it. Of a project file its
    folder is the project."""
    for each in (path, *path.parents):
        if os.path.exists(each) and not os.path.isdir(each) and each.name != PROJECT_FILE:
            raise UsageError(f"{each} is a file; a project is a folder.")


def line_of(text: str, member: str) -> int | None:
    """The line, from 1, of a member such as `review.blind`, `labels[2].key` or `labels[1].attributes[2].type`; where
    that is not found of what holds it; None where nothing is."""
    sections, lines = _sections(text.splitlines()), text.splitlines()
    found, body = None, sections[0][1]
    names = ""
    for part in member.split("."):
        name, _, rest = part.rstrip("]").partition("[")
        names = f"{names}.{name}" if names else name
        bodies = [each for header, each in sections if header == names and each.start >= body.start]
        number = int(rest or 1)
        assignment = re.compile(rf"""\s*["']?{re.escape(name)}["']?\s*=""")
        assigned = next((at for at in body if assignment.match(lines[at - 1])), None)
        if assigned is not None:
            return assigned
        if not 0 < number <= len(bodies):
            break
        body = bodies[number - 1]
        found = body.start - 1
    return found


_HEADER = re.compile(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?")


def _sections(lines: Sequence[str]) -> list[tuple[str, range]]:
    """Header ('' for what stands before all headers) and the lines, from 1, below it."""
    headers = [(at, found[1]) for at, line in enumerate(lines, 1) if (found := _HEADER.match(line))]
    ends = [*(at for at, _ in headers), len(lines) + 1]
    return [(name, range(at + 1, end)) for (at, name), end in zip([(0, ""), *headers], ends, strict=True)]


@dataclass(frozen=True, slots=True)
class Settings:
    """A person's own settings; None where nothing was said. `screen_nudges`: arrows move shapes by pixels of the
    screen, whatever the zoom. `accept_above`: the score from which suggestions are accepted together. `exact`: pictures
    become exact while one stays at them; false on lines that are paid by the megabyte. `layout`: of the keyboard; a key that
    means nothing by what it types is taken for the one in its place on a US keyboard."""

    name: str | None = None
    keymap: str | None = None
    protocol: str | None = None
    theme: str = "dark"
    budget: int | None = None
    key_repeat_ms: int = 80
    screen_nudges: bool = False
    accept_above: float = ACCEPT_ABOVE
    exact: bool = True
    layout: str | None = None
    enter_confirms_nothing: ConfirmsNothing | None = None


def settings_file() -> Path:
    """Where a person's settings lie."""
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "termlabel" / "config.toml"


def load_settings() -> Settings:
    """The person's settings; defaults without a file.

    Raises:
        UsageError: the file cannot be read, or something in it is wrong.
    """
    file = settings_file()
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except OSError as error:
        # Without them work would be recorded under another name than the person wants.
        raise UsageError(
            f"The settings {file} cannot be read ({error.strerror}); make the file readable, or set XDG_CONFIG_HOME."
        ) from error
    except ValueError as error:
        raise UsageError(f"{file}: {error}.") from error
    for member, value in data.items():
        _check_setting(file, member, value)
    for member, choice in _CHOICES.items():
        value = data.get(member, choice.values[0])
        if value not in choice.values:
            near = "".join(
                f"did you mean {name}? " for name in get_close_matches(value, choice.values, 1, 0.5)
            )
            raise UsageError(f"{file}: {member} is {value!r}; {near}it can be {choice.spelled}.")
    return Settings(**data)


_TYPES: dict[str, type] = {
    "name": str,
    "keymap": str,
    "protocol": str,
    "theme": str,
    "budget": int,
    "key_repeat_ms": int,
    "screen_nudges": bool,
    "accept_above": float,
    "exact": bool,
    "layout": str,
    "enter_confirms_nothing": str,
}
_TYPE_WORDS: dict[type, str] = {
    int: "a number",
    str: "a text",
    bool: "true or false",
    float: "a number such as 0.5",
}


class _Choice(NamedTuple):
    """The values that a setting can have, and how a message lists them."""

    values: tuple[str, ...]
    spelled: str


_CHOICES = {
    "protocol": _Choice(PROTOCOLS, ", ".join(PROTOCOLS)),
    "theme": _Choice(("dark", "light"), "dark or light"),
    "layout": _Choice(tuple(LAYOUTS), ", ".join(LAYOUTS)),
    "enter_confirms_nothing": _Choice(get_args(ConfirmsNothing), " or ".join(get_args(ConfirmsNothing))),
}


def _check_setting(file: Path, member: str, value: object) -> None:
    wanted = _TYPES.get(member)
    if wanted is None:
        raise UsageError(f"{file}: {member} is unknown; {hint_for(member, _TYPES)}")
    if type(value) is not wanted or (isinstance(value, int) and value < 0):
        raise UsageError(f"{file}: {member} is {value!r}; {_TYPE_WORDS[wanted]} is wanted.")


def person_name(wanted: str | None, settings: Settings) -> str:
    """The annotator's name: as asked for, else $TERMLABEL_USER, else the settings, else the login name.

    Raises:
        UsageError: an empty name.
    """
    name = wanted if wanted is not None else os.environ.get("TERMLABEL_USER") or settings.name or login_name()
    if not name.strip():
        raise UsageError("The name of the annotator is empty; use --as NAME.")
    return name


def write_project(
    folder: Path,
    labels: Iterable[str],
    *,
    kind: KindName = "classify",
    keymap: str = "default",
    keys: Mapping[str, str] | None = None,
) -> Path:
    """Make a project folder with its file and guidelines; gives the file's path.

    Raises:
        UsageError: there is a project already, or a label cannot be one.
        TermlabelError: it cannot be written.
    """
    file = folder / PROJECT_FILE
    if file.exists():
        raise UsageError(f"There is a project in {folder} already; edit {file} to change it.")
    text = project_text(labels, kind=kind, keymap=keymap, keys=keys or {})
    parse_project(tomllib.loads(text), folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _add_guidelines(folder / "guidelines.md")
        replace_text(file, text)
    except OSError as error:
        raise TermlabelError(f"The project cannot be made in {folder}: {error.strerror}.") from error
    return file


def _add_guidelines(file: Path) -> None:
    if not file.exists():
        file.write_text(GUIDELINES, encoding="utf-8")


def replace_text(file: Path, text: str) -> None:
    """Write a file whole or not at all: on the disk before it takes the place of the old one, with its rights. Raises OSError."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with open(temporary, "wb") as written:
            written.write(text.encode("utf-8"))
            if file.exists():
                os.fchmod(written.fileno(), file.stat().st_mode & 0o7777)
            written.flush()
            os.fsync(written.fileno())
        os.replace(temporary, file)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def project_text(labels: Iterable[str], *, kind: KindName, keymap: str, keys: Mapping[str, str]) -> str:
    """The text of a new project file. `keys`: label name to the key it is to have."""
    lines = ["format = 1", f"kind = {quoted(kind)}"]
    if keymap != "default":
        lines.append(f"keymap = {quoted(keymap)}")
    lines += ['guidelines = "guidelines.md"', f"reasons = [{', '.join(map(quoted, DEFAULT_REASONS))}]"]
    return "\n".join(lines) + "\n" + "".join(_label_table(label, keys.get(label)) for label in labels)


def _label_table(name: str, key: str | None = None) -> str:
    table = f"\n[[labels]]\nname = {quoted(name)}\n"
    return table if key is None else f"{table}key = {quoted(key)}\n"


def quoted(value: Any) -> str:
    """A value as a TOML basic string (TOML 1.0, section *String*)."""
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    plain = character.isprintable() or ord(character) > 0x9F
    return character if plain else f"\\u{ord(character):04X}"
