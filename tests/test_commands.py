"""The table of commands and its scopes are complete, so that a new scope or command is never half there."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

import pytest

from tui.commands import BY_ID, COMMANDS, LABEL_SLOTS, OVERLAPS, SCOPES, SHINES_THROUGH, Scope
from tui.keymap import FREE, load, names
from tui.tools import editor

SCREENS = Path(__file__).parents[1] / "tui" / "screens"

ALL_SCOPES = set(get_args(Scope))


def test_every_scope_has_a_title_and_says_what_it_meets() -> None:
    assert set(SCOPES) == set(OVERLAPS) == ALL_SCOPES
    assert {command.scope for command in COMMANDS} == ALL_SCOPES


def test_scopes_meet_each_other() -> None:
    for scope, others in OVERLAPS.items():
        assert scope not in others
        assert all(scope in OVERLAPS[other] for other in others), scope


def test_each_command_has_an_id_of_its_own_a_title_and_one_line_of_help() -> None:
    assert len(BY_ID) == len(COMMANDS)
    for command in COMMANDS:
        assert command.title and command.help and "\n" not in command.help


def test_names_of_commands_elsewhere_are_those_of_the_table() -> None:
    assert {*LABEL_SLOTS, *FREE, SHINES_THROUGH} <= set(BY_ID)


@pytest.mark.parametrize("name", names())
def test_a_shipped_keymap_says_something_of_every_command(name: str) -> None:
    assert set(load(name).keys) == set(BY_ID)


def test_every_command_does_something() -> None:
    """Those of shapes and drawing are in the editor's table; a screen or a mode of work names each of the others."""
    named = {
        node.value
        for path in SCREENS.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(BY_ID) - named - editor.COMMANDS - set(LABEL_SLOTS) == set()
