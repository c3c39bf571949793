"""Writes the pages that are made of the program's own tables: `python -m scripts.update_docs`.

`docs/keys.md` of the commands and the default keymap, `docs/project-file.md` of what the checker of that file knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tui.commands import COMMANDS, SCOPES
from tui.keymap import few, load, spelled
from tui.model.project_file import ATTRIBUTE, LABEL, PROJECT, REVIEW
from tui.model.toml_table import Member

DOCS = Path(__file__).parents[1] / "docs"
MADE = "<!-- made by python -m scripts.update_docs -->\n"
_KEYS = """# Keys

`?` shows this list in the app, with the keys of what is in hand first; `termlabel keys` prints it. Every key can be
changed: `keymap = "vim"` (or `left-hand`, `azerty`, or a file of your own that names only what differs) in the project's
`termlabel.toml`, or for yourself in `~/.config/termlabel/config.toml`.
"""
_PROJECT = """# The project file

A project is a folder with a file `termlabel.toml`, in [TOML](https://toml.io). `termlabel init` and
`termlabel annotate FOLDER --labels a,b` write one. Every member may be left out. A mistake in it is told with its line
and what would be right. Who is at work while it changes reads it again by `ctrl+r`.

## An example

```toml
format = 1
kind = "shapes"

[[labels]]
name = "person"
title = "Person"
colour = "#e69f00"
key = "p"
attributes = [
    {name = "view", type = "choice", values = ["front", "side", "back"], required = true},
    {name = "moves", type = "boolean", default = false},
    {name = "age", type = "number"},
]

[[labels]]
name = "bicycle"

[review]
blind = true
```
"""
_TABLES: tuple[tuple[str, str, Sequence[Member]], ...] = (
    ("At the top", "Before the first line in square brackets.", PROJECT),
    ("`[[labels]]`", "One table for each label; their order is that of the digits.", LABEL),
    (
        "`attributes` of a label",
        "A list of tables inside the label, as in the example, or tables `[[labels.attributes]]` below it.",
        ATTRIBUTE,
    ),
    ("`[review]`", "How work is reviewed.", REVIEW),
)


def keys_page() -> str:
    """Markdown: one table a scope. Label slots are one row."""
    keymap, lines, scope = load("default"), [], ""
    for command in COMMANDS:
        if command.name.startswith("label-") and command.name != "label-1":
            continue
        if command.scope != scope:
            scope = command.scope
            lines += ["", f"## {SCOPES[scope]}", "", "| key | | |", "|---|---|---|"]
        spelt = [f"`{_cell(spelled(key))}`" for key in keymap.of(command.id)]
        keys = " ".join(few(spelt))
        title, text = command.title, command.help
        if command.name == "label-1":
            keys, title, text = (
                "`1` … `9` `0`",
                "Label",
                "Choose one of the first ten labels without a key of their own",
            )
        lines.append(f"| {keys or '–'} | {title} | {text} |")
    return MADE + _KEYS + "\n".join(lines) + "\n"


def project_page() -> str:
    """Markdown: one table for each table of the file, all members that the checker knows."""
    lines = []
    for title, text, members in _TABLES:
        lines += ["", f"## {title}", "", text, "", "| member | value | else | |", "|---|---|---|---|"]
        lines += [_member(member) for member in members]
    return MADE + _PROJECT + "\n".join(lines) + "\n"


def _member(member: Member) -> str:
    default = f"`{member.default}`" if member.default else ""
    return f"| `{member.name}` | {_cell(member.value.wanted)} | {_cell(default)} | {_cell(member.meaning)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


PAGES = {DOCS / "keys.md": keys_page, DOCS / "project-file.md": project_page}

if __name__ == "__main__":
    for file, page in PAGES.items():
        file.write_text(page(), encoding="utf-8")
