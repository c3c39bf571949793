"""From a key to a command of the editor. Which keys those are is the keymap's, given here as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tui.tools.editor import COMMANDS
from tui.tools.state import Editor

COUNTED = ("drawing.ruler", "drawing.ninth")
"""Commands of which each key is another: the n-th key means the n-th column, row or ninth."""
NINTHS = 9
"""Further keys begin again with the first ninth: a keyboard may have two rows of digits."""
DIGITS: Mapping[str, int] = {str(digit): digit for digit in range(10)}


@dataclass(frozen=True, slots=True)
class Keys:
    """`shapes`, `drawing`: key to command and number. `labels`: key to the name of a label. `digits`: what counts
    as a digit while a number is awaited."""

    shapes: Mapping[str, tuple[str, int]]
    drawing: Mapping[str, tuple[str, int]]
    labels: Mapping[str, str] = field(default_factory=dict)
    digits: Mapping[str, int] = field(default_factory=lambda: DIGITS)

    @classmethod
    def of(
        cls, commands: Iterable[str], keys_of: Callable[[str], Iterable[str]], labels: Mapping[str, str]
    ) -> Keys:
        """`commands`: all ids of the app; `keys_of`: the keys of one; `labels`: label to its key ('' for none)."""
        own = [command for command in commands if command in COMMANDS]
        drawing = [command for command in own if command.startswith("drawing.")]
        others = [command for command in own if command not in drawing]
        return cls(
            _meanings(others, keys_of),
            _meanings(drawing, keys_of),
            {key: name for name, key in labels.items() if key},
        )


def _meanings(commands: Iterable[str], keys_of: Callable[[str], Iterable[str]]) -> dict[str, tuple[str, int]]:
    """Key to command and number."""
    return {key: meant for command in commands for key, meant in _numbered(command, keys_of(command))}


def _numbered(command: str, keys: Iterable[str]) -> Iterator[tuple[str, tuple[str, int]]]:
    """Each key with the command and the number that it means there; 0 where all keys mean the same."""
    for number, key in enumerate(keys, 1):
        count = (number - 1) % NINTHS + 1 if command == "drawing.ninth" else number
        yield key, (command, count if command in COUNTED else 0)


def command_of(editor: Editor, key: str, keys: Keys) -> dict[str, Any] | None:
    """The arguments of `press` for a key, None when the key means nothing to the editor."""
    if editor.tool is not None:
        return _while_drawing(key, keys)
    if key in keys.digits and (editor.jump is not None or editor.asking is not None):
        return {"command": "shapes.digit", "n": keys.digits[key]}
    if key in keys.labels:
        return {"command": "shapes.label", "text": keys.labels[key]}
    found = keys.shapes.get(key)
    return {"command": found[0]} if found is not None and _has_use(editor, found[0]) else None


def _while_drawing(key: str, keys: Keys) -> dict[str, Any] | None:
    found = keys.drawing.get(key)
    return {"command": found[0], "n": found[1]} if found is not None else None


SHARED: Mapping[str, Callable[[Editor], bool]] = {
    "work.undo": lambda editor: len(editor.past) > editor.decided,
    "work.redo": lambda editor: bool(editor.future) and len(editor.future) != editor.redo_at,
    "app.cancel": lambda editor: (editor.selected, editor.jump, editor.asking) != (None, None, None),
}
"""Commands that others have a use for as well, and when they are the editor's."""


def _has_use(editor: Editor, command: str) -> bool:
    return command not in SHARED or SHARED[command](editor)
