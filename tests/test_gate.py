"""The tests cannot fail by chance: lots are drawn with a seed, and waits are for events and last long."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hypothesis import settings

from tests.waiting import PATIENCE

FOLDER = Path(__file__).parent
LONGEST_PAUSE = 0.05
"""Seconds between two looks at what is waited for."""
WITH_A_SEED = {"random.Random", "np.random.default_rng"}
LOTS = re.compile(r"(random|np\.random|secrets)\.\w+|uuid\.uuid4|os\.urandom")
WAITS = {"wait", "join", "wait_for"}


class Called(NamedTuple):
    where: str
    name: str
    of_module: bool
    """Whether the name begins with that of an imported module."""
    call: ast.Call


@cache
def calls() -> list[Called]:
    """Every call in the tests; in those of `make torture`, which prints its seeds, not."""
    found = []
    for path in sorted(FOLDER.rglob("*.py")):
        nodes = list(untortured(ast.parse(path.read_text(encoding="utf-8"))))
        modules = {
            alias.asname or alias.name
            for node in nodes
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        for node in nodes:
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                where = f"{path.relative_to(FOLDER)}:{node.lineno}"
                found.append(Called(where, name, name.partition(".")[0] in modules, node))
    return found


def untortured(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        marks = map(ast.unparse, child.decorator_list) if isinstance(child, ast.FunctionDef) else ()
        if "pytest.mark.torture" not in marks:
            yield from untortured(child)


def seconds(*values: ast.expr) -> Iterator[float]:
    """Those that are written down as numbers."""
    for value in values:
        if isinstance(value, ast.Constant) and isinstance(value.value, int | float):
            yield value.value


def test_no_pause_is_longer_than_from_one_look_to_the_next() -> None:
    pauses = [
        where
        for where, name, _, call in calls()
        if name.rpartition(".")[2] in ("sleep", "pause")
        and any(s > LONGEST_PAUSE for s in seconds(*call.args))
    ]
    assert not pauses, pauses


def test_no_wait_is_given_up_early() -> None:
    short = [
        where
        for where, name, _, call in calls()
        for limit in seconds(
            *(call.args if name.rpartition(".")[2] in WAITS and len(call.args) == 1 else ()),
            *(keyword.value for keyword in call.keywords if keyword.arg == "timeout"),
        )
        if 0 < limit < PATIENCE
    ]
    assert not short, short


def test_lots_are_drawn_with_a_seed() -> None:
    drawn = [
        where
        for where, name, of_module, call in calls()
        if of_module and LOTS.fullmatch(name) and not (name in WITH_A_SEED and (call.args or call.keywords))
    ]
    assert not drawn, drawn


def test_property_tests_draw_the_same_examples_every_time() -> None:
    assert settings().derandomize and settings().database is None
    elsewhere = [
        where
        for where, name, _, call in calls()
        if name.rpartition(".")[2] == "settings"
        if {"derandomize", "database"} & {keyword.arg for keyword in call.keywords}
    ]
    assert not elsewhere, elsewhere
