"""Messages name keys by what they do: which key that is, the keymap says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui import keymap
from tui.commands import BY_ID, SCOPES
from tui.screens.keys import KeyTable

PACKAGE = Path(__file__).parents[2] / "tui"
LITERAL = re.compile(
    r"\b(?:enter|escape|esc|space|backspace|tab|shift|ctrl|f\d)\b|(?<![\w{.}'’])[b-hj-zB-HJ-Z](?![\w.'’{])",
    re.IGNORECASE,
)
COMMAND = re.compile(r"\{(\w+\.[\w-]+)\}")


def texts(tree: ast.AST) -> Iterator[str]:
    """All texts of several words that are not about the code; `{}` stands for what is put in."""
    own = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            own.update(id(part) for part in node.values)
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)  # type: ignore[misc]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in own:
            yield node.value


MESSAGES = sorted(
    {
        text
        for part in ("sitting", "tools")
        for path in (PACKAGE / part).rglob("*.py")
        for text in texts(ast.parse(path.read_text(encoding="utf-8")))
        if " " in text or COMMAND.search(text)
    }
)


def test_no_message_has_the_name_of_a_key_in_it() -> None:
    assert len(MESSAGES) > 50
    assert [text for text in MESSAGES if LITERAL.search(COMMAND.sub("", text).replace("{} x {}", ""))] == []


@pytest.mark.parametrize("name", keymap.names())
def test_every_keymap_has_a_word_for_each_key_that_messages_name(name: str) -> None:
    table = KeyTable.of(keymap.load(name), tuple(SCOPES), ())  # type: ignore[arg-type]
    named = {command for text in MESSAGES for command in COMMAND.findall(text)}
    assert "work.undo" in named and named <= set(BY_ID)
    for command in named:
        word = table.spoken(f"{{{command}}}")
        assert word == keymap.spelled(table.keymap.of(command)[0]), command


def test_a_command_without_a_key_is_named_as_the_palette_finds_it() -> None:
    table = KeyTable.of(keymap.Keymap("bare", {"work.undo": ("backspace",)}), ("app", "work"), ())
    assert table.spoken("{work.undo} takes back, {work.flag} flags") == "backspace takes back, “Flag” flags"
    assert table.spoken("a{b}.jpg {no.command}") == "a{b}.jpg {no.command}"
