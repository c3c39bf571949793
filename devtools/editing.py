"""Keys pressed in an editor without an app, for tests and benchmarks."""

from __future__ import annotations

from tui.tools.editor import press
from tui.tools.keys import Keys, command_of
from tui.tools.state import Editor


def press_key(editor: Editor, key: str, keys: Keys, now: float = 0.0) -> Editor | None:
    """The editor after a key; None when the key is not the editor's. While something is drawn every key is:
    only help is left to the app, which asks for it first."""
    arguments = command_of(editor, key, keys)
    if arguments is None:
        return editor if editor.tool is not None else None
    return press(editor, now=now, **arguments)
