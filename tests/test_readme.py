"""The README says what is true."""

from __future__ import annotations

from scripts.update_readme import README, with_table


def test_the_key_table_is_fresh() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_table(text) == text, "run: python -m scripts.update_readme"
