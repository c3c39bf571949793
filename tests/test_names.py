"""Each public class and type alias has a name of its own, so that a word means one thing in the whole program."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


def defined(body: list[ast.stmt]) -> Iterator[str]:
    """Public classes and type aliases (names in CapWords) at the top of a module and in its public classes."""
    for node in body:
        inner: list[ast.stmt] = []
        match node:
            case ast.ClassDef(name=name, body=inner):
                pass
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                if name.isupper():
                    continue
            case _:
                continue
        if name[:1].isupper():
            yield name
            yield from defined(inner)


def twice_defined(package: Path) -> dict[str, list[str]]:
    places = defaultdict(list)
    for path in sorted(package.rglob("*.py")):
        for name in defined(ast.parse(path.read_text(encoding="utf-8")).body):
            places[name].append(path.relative_to(package).as_posix())
    return {name: files for name, files in places.items() if len(files) > 1}


def test_a_public_name_is_defined_once() -> None:
    assert not twice_defined(ROOT / "tui")


def test_the_check_sees_classes_and_aliases_and_passes_over_the_rest(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "class Box: ...\nSize = tuple[int, int]\nMAX = 1\nclass _Own: ...\nsmall = 2\n"
    )
    (tmp_path / "b.py").write_text(
        "Size: object = int\nMAX = 1\nclass _Own: ...\nsmall = 2\nclass Crate: ...\n"
    )
    (tmp_path / "c.py").write_text("def f():\n    class Box: ...\nBox = Crate = int\nclass Crate: ...\n")
    (tmp_path / "d.py").write_text("class Room:\n    class Box:\n        class Lid: ...\n        CSS = ''\n")
    (tmp_path / "e.py").write_text("class _Own:\n    class Box: ...\nclass Lid:\n    CSS = ''\n")
    assert twice_defined(tmp_path) == {
        "Size": ["a.py", "b.py"],
        "Crate": ["b.py", "c.py"],
        "Box": ["a.py", "d.py"],
        "Lid": ["d.py", "e.py"],
    }
