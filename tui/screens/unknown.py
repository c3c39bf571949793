"""Keys that nobody took."""

from __future__ import annotations

from collections.abc import Callable

from tui.keymap import spelled
from tui.sitting.inputs import UnknownKey

_MODIFIERS = (
    "_shift",
    "_control",
    "_alt",
    "_super",
    "_hyper",
    "_meta",
    "_lock",
    "iso_level3_shift",
    "iso_level5_shift",
)
"""How the names of keys end that do nothing by themselves; some terminals tell them too."""


def is_modifier(key: str) -> bool:
    """Whether it does nothing by itself, and is held for others."""
    return key.endswith(_MODIFIERS)


def unknown_key(key: str, means: Callable[[str], bool]) -> UnknownKey | None:
    """What the sitting is told of a key that means nothing; None for one that is only held for others. `means`: whether
    another key means something."""
    if is_modifier(key):
        return None
    other = key.swapcase()
    return UnknownKey(spelled(key), len(key) == 1 and other != key and means(other))
