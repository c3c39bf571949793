"""Numbers in words: singular and plural, shares that are never rounded to all or nothing, and nobody writes them anew."""

from __future__ import annotations

import re

import pytest

from tests.imports import PACKAGE
from tui.text import counted, percent


def test_a_count_and_its_noun() -> None:
    assert [counted(n, "shape") for n in (0, 1, 2, 1203)] == [
        "0 shapes",
        "1 shape",
        "2 shapes",
        "1,203 shapes",
    ]
    assert counted(2, "class", "classes") == "2 classes"


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 9, "0"),
        (9, 9, "100"),
        (46, 55, "83.6"),
        (9995, 10000, "99.9"),
        (999999, 1000000, "99.9"),
        (1, 1000000, "< 0.1"),
        (1, 1000, "0.1"),
    ],
)
def test_only_all_is_a_hundred_percent_and_only_nothing_is_none(part: int, whole: int, words: str) -> None:
    assert percent(part, whole) == words


NOUNS = (
    "annotations|boxes|corners|decisions|entries|events|files|images|labels|lines|masks|names|people|pictures|points|"
    "predictions|problems|records|shapes|tasks|verdicts"
)
COUNTED = re.compile(rf"\{{[^{{}}]+\}} (?:[a-z]+ed )?(?:{NOUNS})\b(?! to)")
ALWAYS_MANY = {"{MAX_PENDING} decisions"}


def test_a_count_meets_its_noun_in_one_place() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}: {each[0]}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for each in COUNTED.finditer(path.read_text(encoding="utf-8"))
        if each[0] not in ALWAYS_MANY
    ]
    assert not found, "write counted(n, noun)"
