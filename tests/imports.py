"""The imports of the package, read off the syntax tree; those inside functions too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "tui"


def module_name(path: Path, package: Path = PACKAGE) -> str:
    """`tui/store/base.py` → `tui.store.base`; a folder's `__init__` is the folder."""
    parts = (package.name, *path.relative_to(package).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path, package: Path = PACKAGE) -> Iterator[str]:
    """Full names of all that a file of a package imports: a module, or, where a name is taken from a folder and is
    itself a module or folder in there, that one."""
    above = (package.name, *path.relative_to(package).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = above[: len(above) - node.level + 1] if node.level else ()
            base = ".".join((*parents, *(node.module or "").split("."))).strip(".")
            for alias in node.names:
                file = package.parent.joinpath(*base.split("."), alias.name)
                yield f"{base}.{alias.name}" if file.is_dir() or file.with_suffix(".py").exists() else base
