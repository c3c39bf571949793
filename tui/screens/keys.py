"""Which command or label a key means on a screen. Pure: the screens ask this instead of the toolkit's bindings.

Textual drops bindings in silence when a keymap is partial, and a focused widget takes keys before the screen; here
every key comes to the screen, and one table answers for keys, legend, palette and help alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from tui.commands import BY_ID, COMMANDS, LABEL_SLOTS, Command, Scope
from tui.keymap import Keymap, label_keys, normal, spelled
from tui.layouts import LAYOUTS
from tui.model.project import Label
from tui.widgets.legend import KeyLine

_OTHER_MODIFIERS = ("ctrl", "alt", "super", "meta", "hyper")
_KEYPAD = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "decimal": ".",
    "equal": "=",
    "separator": ",",
}
"""Keys of the keypad that a terminal names without saying what they type."""
_COMMAND = re.compile(r"\{(\w+\.[\w-]+)\}")
"""How a message names a key: by the command that it means."""


def canonical(key: str, character: str | None) -> str:
    """The name of a key as keymaps have it: by its character where it prints one, whatever the terminal calls it."""
    character = _KEYPAD.get(key, character)
    printable = character is not None and len(character) == 1 and character.isprintable()
    if printable and key.partition("+")[0] not in _OTHER_MODIFIERS:
        assert character is not None
        return normal(character) if character != " " else "space"
    return key


@dataclass(frozen=True, slots=True)
class Press:
    """What a key press can mean. `own`: by what it types; `places`: by where the key stands on a US keyboard, for when its
    own name means nothing; as the terminal tells it, then as the person's layout has it."""

    own: str
    places: tuple[str, ...] = ()


def press_of(
    key: str, character: str | None, *, place: str = "", caps: bool = False, layout: str | None = None
) -> Press:
    """`key`, `character`: as the toolkit has them; `place`, `caps`: what the terminal tells beside them (`KeyReport`);
    `layout`: of the person's keyboard, one of `LAYOUTS`."""
    character = _without_caps(character) if caps else character
    own = canonical(key, character)
    last = own.rpartition("+")[2] if character is None else character
    told = place if _may_stand_for(last, place) else _MIDDLE.get(own, "")
    found = (told, *_stands_for(character or "", layout))
    return Press(own, tuple(dict.fromkeys(normal(each) for each in found if each)))


_MIDDLE = {"kp_begin": "5"}
"""The middle of the keypad while NumLock is off, as terminals send it that tell no places."""


def _without_caps(character: str | None) -> str | None:
    """CapsLock is for typing: a command is the key, with shift or without."""
    turned = (character or "").swapcase()
    return turned if len(turned) == 1 else character


def _stands_for(character: str, layout: str | None) -> tuple[str, str]:
    """The digit that it is in another script, and what the key types on a US keyboard in place of that of the layout."""
    return _digit_of(character), LAYOUTS[layout].get(character, "") if layout is not None else ""


def _digit_of(character: str) -> str:
    """A digit of another script as one of ours."""
    return str(int(character)) if character.isdecimal() and not character.isascii() else ""


def _may_stand_for(typed: str, place: str) -> bool:
    """Latin letters are printed on the keys, and never stand for what a US keyboard has there; where other ASCII is typed
    the place may be a digit, as in France. Whoever sets a layout says more."""
    if len(typed) > 1 or not typed.isascii():
        return bool(place)
    return place.isdecimal() and not typed.isalnum()


@dataclass(frozen=True, slots=True)
class KeyTable:
    """`scopes`: those of the screen, most general first. `labels`: label name to its key, '' where only the
    filter reaches it."""

    keymap: Keymap
    scopes: tuple[Scope, ...]
    labels: Mapping[str, str]
    _commands: Mapping[str, str] = field(repr=False)
    _by_key: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, keymap: Keymap, scopes: Sequence[Scope], labels: Sequence[Label]) -> KeyTable:
        """Raises KeymapError when a label's own key already does something."""
        named = {label.name: label.key for label in labels}
        keys = label_keys(named, keymap, shapes="shapes" in scopes)
        commands = {
            key: command.id
            for command in COMMANDS
            if command.scope in scopes and command.id not in LABEL_SLOTS
            for key in keymap.of(command.id)
        }
        return cls(keymap, tuple(scopes), keys, commands, _labels_by_key(keys, keymap))

    def command(self, key: str) -> str | None:
        """The id of the command that a key means here, None when it means none."""
        return self._commands.get(key)

    def means(self, key: str) -> bool:
        """Whether a key is a command's, a label's or a digit."""
        return key in self._commands or key in self._by_key or self.digit(key) is not None

    def reading(self, press: Press) -> str:
        """What was pressed: a key by its own name, or where that means nothing by its place."""
        names = (press.own, *press.places)
        return next((name for name in names if self.means(name)), (*press.places, press.own)[0])

    def label(self, key: str) -> str | None:
        """The name of the label that a key chooses."""
        return self._by_key.get(key)

    @property
    def by_key(self) -> Mapping[str, str]:
        """Key to the name of the label that it chooses."""
        return self._by_key

    def only(self, *scopes: Scope) -> KeyTable:
        """The table of other scopes, without labels."""
        return KeyTable.of(self.keymap, scopes, ())

    def digit(self, key: str) -> int | None:
        """1 to 10 for a digit, or for the key that stands in its place in this keymap."""
        if len(key) == 1 and key.isdecimal() and key.isascii():
            return int(key) or 10
        for number, slot in enumerate(LABEL_SLOTS, 1):
            if key in self.keymap.of(slot):
                return number
        return None

    def digit_key(self, number: int) -> str:
        """The key of a digit as people read it; 0 is the last."""
        return self.key_of(LABEL_SLOTS[number - 1 if number else -1])

    def always(self, key: str) -> str | None:
        """The id of the command that a key means whatever is open: how the whole screen is painted. Else None."""
        return next((command for command in ("app.redraw", "app.theme") if self.is_for(key, command)), None)

    def is_for(self, key: str, command_id: str) -> bool:
        """Whether the keymap gives this key to the command."""
        return key in self.keymap.of(command_id)

    def keys_of(self, command_id: str, taken: Collection[str] = ()) -> tuple[str, ...]:
        """The keys of a command, whatever the scope, but for those that are `taken`; of a later one without those that a
        label has."""
        return tuple(key for key in self._keys_left(BY_ID[command_id]) if key not in taken)

    def key_of(self, command_id: str) -> str:
        """The first key of a command as people read it, '' when it has none."""
        keys = self.keymap.of(command_id)
        return spelled(keys[0]) if keys else ""

    def spoken(self, text: str) -> str:
        """A message with keys in place of the commands that it names: `{work.undo}` is `backspace`."""
        return _COMMAND.sub(self._word_for, text)

    def _word_for(self, found: re.Match[str]) -> str:
        """The first key of a command; without one its title, by which the palette finds it."""
        command = BY_ID.get(found[1])
        if command is None:
            return found[0]
        keys = self._keys_left(command)
        return spelled(keys[0]) if keys else f"“{command.title}”"

    def lines(self) -> list[KeyLine]:
        """The commands of these scopes, in the table's order."""
        found = [c for c in COMMANDS if c.scope in self.scopes]
        return [KeyLine(self._keys_left(c), c.title, c.help, c.scope, c.id) for c in found]

    def _keys_left(self, command: Command) -> tuple[str, ...]:
        """A command's keys, of a later one without those that a label has."""
        keys = self.keymap.of(command.id)
        return tuple(key for key in keys if key not in self._by_key) if command.later else keys

    def can_run(self, command_id: str) -> bool:
        """Whether the palette may offer it: label slots say nothing, cancel closes the palette."""
        return command_id in BY_ID and command_id not in (*LABEL_SLOTS, "app.cancel", "app.palette")


def _labels_by_key(keys: Mapping[str, str], keymap: Keymap) -> dict[str, str]:
    """The names of labels by key; all keys of a slot mean the label that one of them means."""
    by_key = {key: name for name, key in keys.items() if key}
    for slot in map(keymap.of, LABEL_SLOTS):
        name = next((by_key[key] for key in slot if key in by_key), None)
        if name is not None:
            by_key = {**dict.fromkeys(slot, name), **by_key}
    return by_key
