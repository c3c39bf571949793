"""The pages for developers name files that are there, and tools that stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = {"docs/architecture.md": ("", "tui"), "CONTRIBUTING.md": ("",)}
"""Each page, and the folders from which its paths are told."""
ELSEWHERE = {"tui/formats/NAME.py", "queue/events.jsonl"}
"""To be written by the reader, or in a project's folder."""


def named_paths(text: str) -> Iterator[str]:
    """What looks like a path in `code`: with a slash at its end or in it, or a file's ending."""
    for code in re.findall(r"`([^`\n]+)`", text):
        if re.fullmatch(r"[\w.\-/]+(/|\.(py|md|toml|tcss|jsonl))", code):
            yield code


def linked_paths(text: str) -> Iterator[str]:
    yield from re.findall(r"\]\(([^)#:]+)\)", text)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_files_that_are_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    found = [path for path in named_paths(text) if path not in ELSEWHERE]
    folders = [
        ROOT / folder for folder in (*PAGES[page], "tests/formats" if page == "CONTRIBUTING.md" else "")
    ]
    missing = [path for path in found if not any((folder / path).exists() for folder in folders)]
    assert len(found) > 20
    assert missing == []
    assert [path for path in linked_paths(text) if not (ROOT / page).parent.joinpath(path).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_what_the_code_has(page: str) -> None:
    folders = (ROOT / "tui", ROOT / "tests" / "formats")
    code = "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.py"))
    text = (ROOT / page).read_text(encoding="utf-8")
    names = set(re.findall(r"`(?:\w+\.)?(_?[A-Za-z]\w*[A-Z_]\w*)(?:\([^`]*\))?`", text))
    assert len(names) > 5
    unknown = {name for name in names if not re.search(rf"\b{name}\b", code)}
    assert unknown <= {"NAME", "JOBS"}
