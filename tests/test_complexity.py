"""Functions stay simple: McCabe's cyclomatic complexity, as radon counts it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import mean

from radon.complexity import cc_visit
from radon.visitors import Function

ROOT = Path(__file__).parents[1]
MAX_MEAN = 3.3
"""Matching a closed set to its end counts each of its members, so that this grows with the sets."""
MAX_OF_ONE = 15


def complexities(package: Path) -> Iterator[tuple[str, int]]:
    """Every function and method with its complexity."""
    for path in sorted(package.rglob("*.py")):
        for block in cc_visit(path.read_text(encoding="utf-8")):
            if isinstance(block, Function):
                yield f"{path.relative_to(package)}: {block.fullname}", block.complexity


def test_functions_stay_simple() -> None:
    found = dict(complexities(ROOT / "tui"))
    assert {name: n for name, n in found.items() if n > MAX_OF_ONE} == {}
    assert mean(found.values()) <= MAX_MEAN


def test_methods_are_counted_too(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "class A:\n    def f(self, x):\n        return 1 if x else 2\n\ndef g():\n    pass\n"
    )
    assert dict(complexities(tmp_path)) == {"a.py: A.f": 2, "a.py: g": 1}
