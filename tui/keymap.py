"""Keymaps: which keys do what. Files are merged over the default, checked whole, and only then used.

A partial keymap handed to the toolkit drops other bindings in silence; so the app always gets a complete one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from tui.commands import BY_ID, COMMANDS, LABEL_SLOTS, OVERLAPS, SHINES_THROUGH
from tui.errors import UsageError
from tui.resources import bundled

RESERVED = frozenset({"ctrl+q", "ctrl+c", "ctrl+z"})
"""Kept by the terminal or by the toolkit."""
UNREACHABLE = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace", "ctrl+j": "enter"}
"""The same bytes as another key in a plain terminal."""
FREE = frozenset({"app.cancel", "review.confirm", "review.comment"})
"""Commands that answer to a question and may share a key with others."""

NAMES = {
    " ": "space", ",": "comma", ".": "full_stop", "?": "question_mark", "/": "slash", "+": "plus", "-": "minus",
    "=": "equals_sign", "[": "left_square_bracket", "]": "right_square_bracket", ";": "semicolon", ":": "colon",
    "'": "apostrophe", '"': "quotation_mark", "<": "less_than_sign", ">": "greater_than_sign", "!": "exclamation_mark",
    "@": "at", "#": "number_sign", "$": "dollar_sign", "%": "percent_sign", "^": "circumflex_accent", "&": "ampersand",
    "*": "asterisk", "(": "left_parenthesis", ")": "right_parenthesis", "_": "underscore", "`": "grave_accent",
    "{": "left_curly_bracket", "}": "right_curly_bracket", "|": "vertical_line", "~": "tilde", "\\": "backslash",
}  # fmt: skip
"""Characters and the names that the toolkit gives their keys."""
CHARACTERS = {name: character for character, name in NAMES.items()}


class KeymapError(UsageError):
    """A keymap that cannot be used; the message has file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """`keys`: command id to its keys, in the toolkit's names; no key means that it was unbound on purpose."""

    name: str
    keys: Mapping[str, tuple[str, ...]]

    def of(self, command_id: str) -> tuple[str, ...]:
        return self.keys.get(command_id, ())

    def taken(self, *scopes: str) -> dict[str, str]:
        """Keys in use in these scopes: key to command id."""
        return {
            key: command_id
            for command_id, keys in self.keys.items()
            if command_id.partition(".")[0] in scopes
            for key in keys
        }


def names() -> list[str]:
    """The keymaps that ship with termlabel."""
    return sorted(path.stem for path in bundled("keymaps").glob("*.toml"))


def load(name_or_file: str, base: Path | None = None) -> Keymap:
    """A keymap by its name, or from a file (relative to `base`) that names only what differs from the default.

    Raises:
        KeymapError: no such keymap, or something in it is wrong.
    """
    path = bundled("keymaps") / f"{name_or_file}.toml"
    if "/" in name_or_file or name_or_file.endswith(".toml") or not path.is_file():
        path = (base or Path()) / name_or_file
        if not path.is_file():
            raise KeymapError(
                f"There is no keymap {name_or_file!r}; there are {', '.join(names())}, or name a file."
            )
    default = _read(bundled("keymaps") / "default.toml")
    own = default if path.name == "default.toml" and path.parent == bundled("keymaps") else _read(path)
    merged = {**default, **own}
    problems = problems_in(merged)
    if problems:
        command_id, problem = problems[0]
        raise KeymapError(f"{_place(path, command_id)}: {problem}.")
    return Keymap(name_or_file, {c.id: _keys_of(merged[c.id]) for c in COMMANDS})


def _read(path: Path) -> dict[str, str]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise KeymapError(f"{path}: cannot be read: {error}.") from error
    found: dict[str, str] = {}
    for scope, entries in tables.items():
        if not isinstance(entries, dict):
            raise KeymapError(
                f"{_place(path, scope)}: {scope} stands outside a table; write it below [scope]."
            )
        for name, keys in entries.items():
            if not isinstance(keys, str):
                raise KeymapError(
                    f'{_place(path, f"{scope}.{name}")}: keys are written in quotes, as "n,right".'
                )
            found[f"{scope}.{name}"] = keys
    return found


def _place(path: Path, command_id: str) -> str:
    """File and line of an entry, as far as it can be found."""
    scope, _, name = command_id.partition(".")
    inside = not name
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            text = line.strip()
            if text.startswith("["):
                inside = text.startswith(f"[{scope}]")
            elif inside and text.partition("=")[0].strip().strip('"') == (name or scope):
                return f"{path}, line {number}"
    except OSError:
        pass
    return str(path)


def normal(key: str) -> str:
    """The toolkit's name of a key as people write it."""
    key = key.strip() or key
    *modifiers, last = key.split("+") if len(key) > 1 and not key.endswith("+") else [key]
    last = NAMES.get(last, last)
    if "shift" in modifiers and len(last) == 1 and last.isalpha():
        modifiers, last = [m for m in modifiers if m != "shift"], last.upper()
    return "+".join([*modifiers, last])


def _keys_of(text: str) -> tuple[str, ...]:
    if text.strip() == "disabled":
        return ()
    return tuple(normal(part) for part in text.split(",") if part.strip())


def problems_in(keymap: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is wrong with a merged keymap: (command id, sentence without its end), best first. Pure."""
    found = [(name, _unknown(name)) for name in keymap if name not in BY_ID]
    for command in COMMANDS:
        if command.id not in keymap:
            found.append((command.id, f"{command.id} has no key; write 'disabled' to leave it without one"))
            continue
        keys = _keys_of(keymap[command.id])
        if not keys and keymap[command.id].strip() != "disabled":
            found.append((command.id, f"{command.id} has no key; write 'disabled' to leave it without one"))
        for key in keys:
            if key in RESERVED:
                found.append((command.id, f"{command.id}: {key} is reserved, it cannot be used"))
            elif key in UNREACHABLE:
                found.append((command.id, f"{command.id}: a terminal sends {key} as {UNREACHABLE[key]}"))
            elif _never_sent(key):
                found.append((command.id, f"{command.id}: plain terminals do not send {key}"))
    return found + _clashes(keymap)


def _unknown(name: str) -> str:
    near = get_close_matches(name, list(BY_ID), n=1, cutoff=0.5)
    return f"there is no command {name}" + (f"; did you mean {near[0]}?" if near else "").rstrip("?")


def _never_sent(key: str) -> bool:
    *modifiers, last = key.split("+")
    if "ctrl" in modifiers:
        return last in ("enter", "space", "backspace") or last.isdigit() or "shift" in modifiers
    return "alt" in modifiers


def _clashes(keymap: Mapping[str, str]) -> list[tuple[str, str]]:
    found, seen = [], dict[tuple[str, str], str]()
    for command in COMMANDS:
        if command.id in FREE or command.id not in keymap:
            continue
        for key in _keys_of(keymap[command.id]):
            for scope in (command.scope, *OVERLAPS[command.scope]):
                other = seen.get((scope, key))
                if other is not None and other != command.id:
                    found.append((command.id, f"{command.id}: {spelled(key)} is already {other}"))
                    break
            seen[command.scope, key] = command.id
            if command.id == SHINES_THROUGH:
                seen["drawing", key] = command.id
    return found


def few(keys: Sequence[str]) -> list[str]:
    """Keys for a table: of a long row of them only the ends."""
    return list(keys) if len(keys) < 5 else [keys[0], "…", keys[-1]]


def spelled(key: str) -> str:
    """A key as people write it."""
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, CHARACTERS.get(last, last)]) if last != "space" else key


def label_keys(named: Mapping[str, str | None], keymap: Keymap, *, shapes: bool = False) -> dict[str, str]:
    """Label name to the key that chooses it ('' where only the filter does): own keys as the project names them,
    the slots' keys for the first ten without one. `shapes`: the keys of shapes are in use as well.

    Raises:
        KeymapError: a label's own key already does something else.
    """
    taken = keymap.taken("app", "work", "annotate", *(["shapes"] if shapes else []))
    slots = iter(LABEL_SLOTS)
    free_slots = {key for slot in LABEL_SLOTS for key in keymap.of(slot)}
    found: dict[str, str] = {}
    for name, key in named.items():
        if key is None:
            continue
        wanted = normal(key)
        if wanted in taken and wanted not in free_slots:
            raise KeymapError(
                f"The key {key!r} of the label {name!r} is {taken[wanted]} in the keymap {keymap.name}; "
                "choose another key for the label or another keymap."
            )
        found[name] = wanted
    own = set(found.values())
    for name, key in named.items():
        if key is None:
            found[name] = ""
            for slot in slots:
                usable = [k for k in keymap.of(slot) if k not in own]
                if usable:
                    found[name] = usable[0]
                    break
    return found
