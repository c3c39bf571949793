"""Keymaps: which keys do what. Files are merged over the default, checked whole, and only then used.

A partial keymap handed to the toolkit drops other bindings in silence; so the app always gets a complete one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from tui.commands import BY_ID, COMMANDS, LABEL_SLOTS, OVERLAPS, SHINES_THROUGH, Command
from tui.errors import UsageError, nearest, no_such
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
_MODIFIERS = frozenset({"ctrl", "shift", "alt", "super", "meta", "hyper"})
_NAMED = frozenset({
    "enter", "escape", "tab", "space", "backspace", "delete", "insert", "home", "end", "pageup", "pagedown", "up", "down",
    "left", "right", *(f"f{n}" for n in range(1, 25)), *NAMES.values(),
})  # fmt: skip
"""Keys that have a name instead of a character, as the toolkit calls them."""
CHARACTERS = {name: character for character, name in NAMES.items()}
DISABLED = "disabled"
"""Stands in a keymap in place of keys where a command is to have none."""
_KEYMAPS = bundled("keymaps")
_DEFAULT = _KEYMAPS / "default.toml"


class KeymapError(UsageError):
    """A keymap that cannot be used; the message has file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """`keys`: command id to its keys, in the toolkit's names; no key means that it was unbound on purpose."""

    name: str
    keys: Mapping[str, tuple[str, ...]]

    def of(self, command_id: str) -> tuple[str, ...]:
        """The keys of a command, in the toolkit's names."""
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
    return sorted(path.stem for path in _KEYMAPS.glob("*.toml"))


def load(name_or_file: str, base: Path | None = None) -> Keymap:
    """A keymap by its name, or from a file (relative to `base`) that names only what differs from the default.

    Raises:
        KeymapError: no such keymap, or something in it is wrong.
    """
    path = file_of(name_or_file, base or Path())
    merged = _read(_DEFAULT)
    if path != _DEFAULT:
        own = _read(path)
        merged = _given_way(merged, own) | own
    problems = problems_in(merged)
    if problems:
        command_id, problem = problems[0]
        end = "" if problem.endswith("?") else "."
        raise KeymapError(f"{_place(path, command_id)}: {problem}{end}")
    return Keymap(name_or_file, {c.id: _keys_of(merged[c.id]) for c in COMMANDS})


def _given_way(default: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The default without keys of later commands that a keymap gives to others: it was written before there were these."""
    taken = {key for text in own.values() for key in _keys_of(text)}
    kept = dict(default)
    for command in COMMANDS:
        if command.later and taken.intersection(_keys_of(default[command.id])):
            keys = [key for key in _keys_of(default[command.id]) if key not in taken]
            kept[command.id] = ",".join(keys) or DISABLED
    return kept


def file_of(name_or_file: str, base: Path) -> Path:
    """The file of a keymap. Raises KeymapError: there is none."""
    shipped = _KEYMAPS / f"{name_or_file}.toml"
    named_as_file = "/" in name_or_file or name_or_file.endswith(".toml")
    if not named_as_file and shipped.is_file():
        return shipped
    path = base / name_or_file
    if not path.is_file():
        raise KeymapError(f"{no_such('keymap', name_or_file, names())} A file can be named, too.")
    return path


def _read(path: Path) -> dict[str, str]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise KeymapError(f"{path}: cannot be read: {error}.") from error
    return {
        f"{scope}.{name}": _text_of(keys, path, f"{scope}.{name}")
        for scope, entries in tables.items()
        for name, keys in _table_of(entries, path, scope).items()
    }


def _table_of(value: object, path: Path, scope: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise KeymapError(f"{_place(path, scope)}: {scope} stands outside a table; write it below [scope].")
    return value


def _text_of(value: object, path: Path, command_id: str) -> str:
    if not isinstance(value, str):
        raise KeymapError(f'{_place(path, command_id)}: keys are written in quotes, as "n,right".')
    return value


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
    """The toolkit's name of a key as people write it: `shift+a` and `A` are `A`, `?` is `question_mark`."""
    key = key.strip() or key
    *modifiers, last = [key] if key.endswith("+") else key.split("+")
    last = NAMES.get(last, last)
    if "shift" in modifiers and _is_letter(last):
        modifiers.remove("shift")
        last = last.upper()
    return "+".join([*modifiers, last])


def _is_letter(key: str) -> bool:
    return len(key) == 1 and key.isalpha()


def _keys_of(text: str) -> tuple[str, ...]:
    if text.strip() == DISABLED:
        return ()
    return tuple(normal(part) for part in text.split(",") if part.strip())


def problems_in(keymap: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is wrong with a merged keymap: (command id, sentence without its full stop), best first. Pure."""
    found = [(name, _unknown(name)) for name in keymap if name not in BY_ID]
    for command in COMMANDS:
        found += [(command.id, f"{command.id}{fault}") for fault in _faults(keymap.get(command.id, ""))]
    return found + _clashes(keymap)


def _faults(text: str) -> Iterator[str]:
    """What is wrong with the keys of one command by themselves; goes on after the command's id."""
    keys = _keys_of(text)
    if not keys and text.strip() != DISABLED:
        yield f" has no key; write '{DISABLED}' to leave it without one"
    yield from (f": {why}" for why in map(_why_unusable, keys) if why)


def _why_unusable(key: str) -> str:
    if key in RESERVED:
        return f"{key} is reserved, it cannot be used"
    if key in UNREACHABLE:
        return f"a terminal sends {key} as {UNREACHABLE[key]}"
    if not _is_key(key):
        return _no_such_key(key)
    return f"plain terminals do not send {key}" if _never_sent(key) else ""


def _is_key(key: str) -> bool:
    """Whether there is a key of this name: with a modifier letters are small."""
    *modifiers, last = key.split("+")
    if not _MODIFIERS.issuperset(modifiers):
        return False
    return last in _NAMED or (len(last) == 1 and last.isprintable() and not (modifiers and last.isupper()))


def _no_such_key(key: str) -> str:
    *modifiers, last = key.split("+")
    near = [last.lower()] if _is_key(last.lower()) else get_close_matches(last.lower(), _NAMED, n=1)
    meant = f"; did you mean {'+'.join([*modifiers, *near])}?" if near else ""
    return f"there is no key {key}{meant}"


def _unknown(name: str) -> str:
    near = nearest(name, BY_ID)
    return f"there is no command {name}" + (f"; did you mean {near}?" if near else "")


def _never_sent(key: str) -> bool:
    *modifiers, last = key.split("+")
    if "ctrl" in modifiers:
        return last in ("enter", "space", "backspace") or last.isdigit() or "shift" in modifiers
    return "alt" in modifiers


def _clashes(keymap: Mapping[str, str]) -> list[tuple[str, str]]:
    found, seen = [], dict[tuple[str, str], str]()
    commands = (command for command in COMMANDS if command.id not in FREE)
    for command, key in ((c, key) for c in commands for key in _keys_of(keymap.get(c.id, ""))):
        if other := _other_use(seen, command, key):
            found.append((command.id, f"{command.id}: {spelled(key)} is already {other}"))
        seen[command.scope, key] = command.id
        if command.id == SHINES_THROUGH:
            seen["drawing", key] = command.id
    return found


def _other_use(seen: Mapping[tuple[str, str], str], command: Command, key: str) -> str | None:
    """The id of another command that has the key in a scope that is active together with the command's own."""
    uses = (seen.get((scope, key)) for scope in (command.scope, *OVERLAPS[command.scope]))
    return next((use for use in uses if use not in (None, command.id)), None)


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
    own = {name: normal(key) for name, key in named.items() if key is not None}
    taken = _taken_from_labels(keymap, shapes)
    for name, key in own.items():
        if key in taken:
            raise KeymapError(
                f"The key {named[name]!r} of the label {name!r} is {taken[key]} in the keymap {keymap.name}; "
                "choose another key for the label or another keymap."
            )
    slots = _slot_keys(keymap, set(own.values()))
    return own | {name: next(slots, "") for name in named if name not in own}


def _taken_from_labels(keymap: Keymap, shapes: bool) -> dict[str, str]:
    """Keys that no label may have, with the command each belongs to. A slot's key may be any label's."""
    slot_keys = {key for slot in LABEL_SLOTS for key in keymap.of(slot)}
    taken = keymap.taken("app", "work", "annotate", *(["shapes"] if shapes else []))
    return {
        key: command_id
        for key, command_id in taken.items()
        if key not in slot_keys and not BY_ID[command_id].later
    }


def _slot_keys(keymap: Keymap, in_use: Collection[str]) -> Iterator[str]:
    """The first key of each slot that no label has for its own; slots without one are passed over."""
    for slot in LABEL_SLOTS:
        yield from [key for key in keymap.of(slot) if key not in in_use][:1]
