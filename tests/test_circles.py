"""No module of `tui` needs itself: import circles, found over the syntax tree, imports inside functions too."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.imports import PACKAGE, imported, module_name


def imports() -> dict[str, set[str]]:
    """What each module imports of the others; a name taken from a package is its module of that name, if it has one."""
    paths = {module_name(path): path for path in PACKAGE.rglob("*.py")}
    return {name: set(imported(path)) & paths.keys() - {name} for name, path in paths.items()}


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
