"""Files that say how things should be: the project's `termlabel.toml` and a person's own settings."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tui.errors import TermlabelError, UsageError
from tui.model.project import DEFAULT_REASONS, KindName, Project
from tui.model.project_file import ProjectFileError, digest_of, parse_project

FILE = "termlabel.toml"
PROTOCOLS = ("auto", "kitty", "iterm2", "sixel", "blocks")
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
    file = path / FILE if path.is_dir() or path.name != FILE else path
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise UsageError(
            f"There is no project in {path}: no {FILE}. 'termlabel init {path} --labels cat,dog' makes one."
        ) from None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
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


def line_of(text: str, member: str) -> int | None:
    """The line of a member such as `review.blind` or `labels[2].key`, None where it cannot be found."""
    if not member:
        return None
    *tables, name = member.split(".")
    table, wanted = "", 1
    if tables:
        found = re.fullmatch(r"(\w+)(?:\[(\d+)\])?", tables[0])
        if found is None:
            return None
        table, wanted = found[1], int(found[2] or 1)
    return _search(text, table, wanted, re.sub(r"\[\d+\]$", "", name))


def _search(text: str, table: str, wanted: int, name: str) -> int | None:
    inside, count, header = not table, 0, None
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?", line)
        if head:
            count += head[1] == table
            inside = bool(table) and head[1] == table and count == wanted
            header = number if inside else header
        elif inside and re.match(rf"""\s*["']?{re.escape(name)}["']?\s*=""", line):
            return number
    return header


@dataclass(frozen=True, slots=True)
class Settings:
    """A person's own settings; None where nothing was said. `screen_nudges`: arrows move shapes by pixels of the
    screen, whatever the zoom. `accept_above`: the score from which suggestions are accepted together."""

    name: str | None = None
    keymap: str | None = None
    protocol: str | None = None
    theme: str | None = None
    budget: int | None = None
    key_repeat_ms: int = 80
    screen_nudges: bool = False
    accept_above: float = 0.5


def settings_file() -> Path:
    """Where a person's settings lie."""
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "termlabel" / "config.toml"


def load_settings() -> Settings:
    """The person's settings; defaults without a file.

    Raises:
        UsageError: something in the file is wrong.
    """
    file = settings_file()
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return Settings()
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: {error}.") from error
    kinds: dict[str, type] = {
        "name": str,
        "keymap": str,
        "protocol": str,
        "theme": str,
        "budget": int,
        "key_repeat_ms": int,
        "screen_nudges": bool,
        "accept_above": float,
    }
    for member, value in data.items():
        if member not in kinds:
            near = get_close_matches(member, list(kinds), n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(kinds)}"
            raise UsageError(f"{file}: {member} is unknown; {hint}")
        if type(value) is not kinds[member] or (isinstance(value, int) and value < 0):
            wanted = {int: "a number", str: "a text", bool: "true or false", float: "a number such as 0.5"}
            raise UsageError(f"{file}: {member} is {value!r}; {wanted[kinds[member]]} is wanted.")
    if data.get("protocol", "auto") not in PROTOCOLS:
        raise UsageError(f"{file}: protocol is {data['protocol']!r}; it can be {', '.join(PROTOCOLS)}.")
    if data.get("theme", "dark") not in ("dark", "light"):
        raise UsageError(f"{file}: theme is {data['theme']!r}; it can be dark or light.")
    return Settings(**data)


def person_name(wanted: str | None, settings: Settings) -> str:
    """The annotator's name: as asked for, else $TERMLABEL_USER, else the settings, else the login name.

    Raises:
        UsageError: an empty name.
    """
    name = wanted if wanted is not None else os.environ.get("TERMLABEL_USER") or settings.name or _login()
    if not name.strip():
        raise UsageError("The name of the annotator is empty; use --as NAME.")
    return name


def _login() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


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
        UsageError: there is a project already, or a label cannot be one. TermlabelError: it cannot be written.
    """
    file = folder / FILE
    if file.exists():
        raise UsageError(f"There is a project in {folder} already; edit {file} to change it.")
    text = project_text(labels, kind=kind, keymap=keymap, keys=keys or {})
    parse_project(tomllib.loads(text), folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        guidelines = folder / "guidelines.md"
        if not guidelines.exists():
            guidelines.write_text(GUIDELINES, encoding="utf-8")
        temporary = folder / f".{FILE}.{os.getpid()}"
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, file)
    except OSError as error:
        raise TermlabelError(f"The project cannot be made in {folder}: {error.strerror}.") from error
    return file


def add_labels(file: Path, labels: Iterable[str]) -> None:
    """Append labels to a project file; what stands there stays as it is.

    Raises:
        UsageError: a name cannot be a label. TermlabelError: the file cannot be written.
    """
    text = file.read_text(encoding="utf-8")
    text = text if text.endswith("\n") else text + "\n"
    text += "".join(f"\n[[labels]]\nname = {quoted(label)}\n" for label in labels)
    parse_project(tomllib.loads(text), file.parent)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, file)
    except OSError as error:
        raise TermlabelError(f"{file} cannot be written: {error.strerror}.") from error


def project_text(labels: Iterable[str], *, kind: KindName, keymap: str, keys: Mapping[str, str]) -> str:
    """The text of a new project file."""
    lines = ["format = 1", f"kind = {quoted(kind)}"]
    if keymap != "default":
        lines.append(f"keymap = {quoted(keymap)}")
    lines += ['guidelines = "guidelines.md"', f"reasons = [{', '.join(map(quoted, DEFAULT_REASONS))}]"]
    for label in labels:
        lines += ["", "[[labels]]", f"name = {quoted(label)}"]
        if label in keys:
            lines.append(f"key = {quoted(keys[label])}")
    return "\n".join(lines) + "\n"


def quoted(value: Any) -> str:
    """A TOML basic string."""
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() or ord(c) > 0x9F else f"\\u{ord(c):04X}" for c in text) + '"'
