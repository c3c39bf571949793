"""No module of `tui` needs itself: import circles, found over the syntax tree, imports inside functions too."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.test_layout import PACKAGE


def module_name(path: Path) -> str:
    parts = ("tui", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports() -> dict[str, set[str]]:
    """What each module imports of the others; a name taken from a package is its module of that name, if it has one."""
    paths = {module_name(path): path for path in PACKAGE.rglob("*.py")}
    return {name: set(_imported(path)) & paths.keys() - {name} for name, path in paths.items()}


def _imported(path: Path) -> Iterator[str]:
    package = ("tui", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join((*above, *(node.module or "").split("."))).strip(".")
            for alias in node.names:
                file = PACKAGE.parent.joinpath(*base.split("."), alias.name)
                yield f"{base}.{alias.name}" if file.is_dir() or file.with_suffix(".py").exists() else base


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Strongly connected parts of more than one module (Tarjan, 1972)."""
    numbers: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        numbers[name] = lowest[name] = len(numbers)
        path.append(name)
        for other in sorted(graph.get(name, ())):
            if other not in numbers:
                visit(other)
            if other in path:
                lowest[name] = min(lowest[name], lowest[other])
        if lowest[name] == numbers[name]:
            part = [path.pop()]
            while part[-1] != name:
                part.append(path.pop())
            if len(part) > 1:
                found.append(sorted(part))

    for name in sorted(graph):
        if name not in numbers:
            visit(name)
    return found


def test_no_module_needs_itself() -> None:
    assert circles(imports()) == []


@pytest.mark.parametrize(
    ("graph", "found"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"a"}}, [["a", "b"]]),
        ({"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": {"e"}, "e": {"d"}}, [["d", "e"], ["a", "b", "c"]]),
    ],
)
def test_the_check_sees_circles(graph: dict[str, set[str]], found: list[list[str]]) -> None:
    assert circles(graph) == found
