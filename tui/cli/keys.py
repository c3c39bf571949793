"""`termlabel keys`: the table of keys, as the app has it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import click

from tui.cli.common import json_option, print_json, print_lines
from tui.commands import COMMANDS, SCOPES
from tui.keymap import Keymap, few, load, spelled


@click.command()
@click.option(
    "--keymap", default=None, metavar="NAME|FILE", help="default, vim, left-hand, azerty, or a file."
)
@json_option
def keys(keymap: str | None, as_json: bool) -> None:
    """Print the key table; a keymap that cannot be used is explained."""
    from tui.config import load_settings

    table = rows(load(keymap or load_settings().keymap or "default"))
    if as_json:
        print_json(table)
        return
    print_lines(_lines(table))


def _lines(table: list[dict[str, Any]]) -> Iterator[str]:
    """Scope by scope, with an empty line between them."""
    for scope, group in groupby(table, key=itemgetter("scope")):
        yield ("\n" if scope != "app" else "") + SCOPES[scope]
        yield from (
            f"  {' '.join(few(row['keys'])) or '–':<18} {row['title']:<14} {row['help']}" for row in group
        )


def rows(keymap: Keymap) -> list[dict[str, Any]]:
    """The objects of `keys --json`."""
    return [
        {
            "id": command.id,
            "scope": command.scope,
            "keys": [spelled(key) for key in keymap.of(command.id)],
            "title": command.title,
            "help": command.help,
        }
        for command in COMMANDS
    ]
