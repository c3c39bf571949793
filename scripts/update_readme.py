"""Writes the README's key table from the commands and the default keymap: `python -m scripts.update_readme`."""

from __future__ import annotations

from pathlib import Path

from tui.commands import COMMANDS, SCOPES
from tui.keymap import few, load, spelled

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- keys: made by python -m scripts.update_readme -->", "<!-- end of keys -->"


def key_table() -> str:
    """Markdown: one table a scope. Label slots are one row."""
    keymap, lines, scope = load("default"), [], ""
    for command in COMMANDS:
        if command.name.startswith("label-") and command.name != "label-1":
            continue
        if command.scope != scope:
            scope = command.scope
            lines += ["", f"| {SCOPES[scope]} | | |", "|---|---|---|"]
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
    return "\n".join(lines).strip() + "\n"


def _cell(key: str) -> str:
    return key.replace("|", "\\|")


def with_table(text: str) -> str:
    """The README's text with a fresh table."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{key_table()}{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
