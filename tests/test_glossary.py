"""No word of the glossary is unused: each occurs in the code or in what people read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
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
