"""The page about formats says what the code does."""

from __future__ import annotations

from scripts.update_formats import PAGE, columns, matrix, with_matrix
from tui.formats import FORMATS


def test_the_table_of_formats_is_fresh() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert with_matrix(text) == text, "run python -m scripts.update_formats"


def test_every_format_has_a_column() -> None:
    heads = [cell.strip() for cell in matrix().split("\n")[0].split("|")[2:-1]]
    assert heads == [each.name for each in columns()]
    assert {head.split()[0] for head in heads} == set(FORMATS)


def test_the_pages_name_every_format() -> None:
    readme = (PAGE.parents[1] / "README.md").read_text(encoding="utf-8")
    conventions = PAGE.read_text(encoding="utf-8").partition("## Conventions")[2]
    for name in FORMATS:
        assert name in readme
        assert name in conventions
