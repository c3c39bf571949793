"""No word of the glossary is unused: each occurs in the code or in what people read. No class that is met everywhere is
missing from it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EVERYWHERE = 10
"""Whoever reads the code meets a class that so many files name, and looks its word up."""
TERM = re.compile(r"^\| (\*\*[^|]+\*\*) \|", re.MULTILINE)


def terms() -> list[str]:
    glossary = (ROOT / "CONTEXT.md").read_text(encoding="utf-8")
    return [term for cell in TERM.findall(glossary) for term in re.findall(r"\*\*([^*]+)\*\*", cell)]


def plain_words(text: str) -> str:
    """Prose and code alike as small words: `ShadowScreen`, `shadow_screen` and `shadow screen` are the same."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text)
    return " ".join(word.lower() for word in words)


def uses(term: str, text: str) -> bool:
    """Whether the words of a term follow each other in `text`, the last one perhaps in the plural."""
    return re.search(rf"\b{plain_words(term)}(s|es)?\b", text) is not None


@pytest.fixture(scope="module")
def written() -> str:
    """Everything that is written in the program and its documents, but for the glossary."""
    files = [*(ROOT / "tui").rglob("*.py"), *(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
    return plain_words("\n".join(path.read_text(encoding="utf-8") for path in files))


@pytest.mark.parametrize("term", terms())
def test_a_word_of_the_glossary_is_in_use(term: str, written: str) -> None:
    assert uses(term, written)


def test_a_word_stands_in_the_glossary_once() -> None:
    assert len(terms()) > 60
    assert len(set(map(str.lower, terms()))) == len(terms())


def named(source: str) -> set[str]:
    """The names that a file has from `tui`: classes of its own, what it imports, and what it takes from a module."""
    return set(_named(ast.parse(source)))


def _named(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.Attribute(value=ast.Name(), attr=name):
                yield name
            case ast.ImportFrom(module=str(module)) if module.startswith("tui"):
                yield from (alias.name for alias in node.names)


def test_a_class_that_is_met_everywhere_stands_in_the_glossary() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "tui").rglob("*.py")]
    classes = {
        node.name for text in sources for node in ast.parse(text).body if isinstance(node, ast.ClassDef)
    }
    files = Counter(name for text in sources for name in named(text))
    words = set(map(plain_words, terms()))
    missing = {
        name: n for name in classes if (n := files[name]) >= EVERYWHERE and plain_words(name) not in words
    }
    assert not missing


def test_the_check_sees_whose_name_it_is() -> None:
    text = """
from pathlib import Path
from tui.model.task import Task, Lease as Right
from tui.sitting import inputs as i
class Card: ...
i.Saved
"""
    assert named(text) == {"Task", "Lease", "inputs", "Card", "Saved"}


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("class ShadowScreen:", True),
        ("shadow_screens = 1", True),
        ("Shadow screens are", True),
        ("shadow, then a screened one", False),
        ("foreshadow_screen", False),
    ],
)
def test_the_check_knows_identifiers_and_prose(text: str, used: bool) -> None:
    assert uses("Shadow screen", plain_words(text)) is used
