"""The tests cannot fail by chance: lots are drawn with a seed, and waits are for events and last long."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hypothesis import settings

from tests import waiting
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
    numbers: Mapping[str, float]
    """The numbers that names in the file stand for."""


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
        numbers = named_numbers(nodes)
        for node in nodes:
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                where = f"{path.relative_to(FOLDER)}:{node.lineno}"
                found.append(Called(where, name, name.partition(".")[0] in modules, node, numbers))
    return found


def named_numbers(nodes: Iterable[ast.AST]) -> dict[str, float]:
    """Names to which a file gives a number, itself or by importing them from `tests.waiting`."""
    found = {name: value for name, value in vars(waiting).items() if isinstance(value, int | float)}
    for node in nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {ast.unparse(target): value for value in seconds({}, node.value) for target in targets}
    return found


def untortured(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        marks = map(ast.unparse, child.decorator_list) if isinstance(child, ast.FunctionDef) else ()
        if "pytest.mark.torture" not in marks:
            yield from untortured(child)


def seconds(numbers: Mapping[str, float], *values: ast.expr) -> Iterator[float]:
    """Those that are written down as numbers, or as names for numbers."""
    for value in values:
        if isinstance(value, ast.Constant) and isinstance(value.value, int | float):
            yield value.value
        elif ast.unparse(value) in numbers:
            yield numbers[ast.unparse(value)]


MEANT = {
    (
        "app/test_terminal.py",
        "AWHILE",
    ): "the terminal is to be silent for so long: there is no event to wait for"
}
"""Longer pauses, each with its reason."""


def test_no_pause_is_longer_than_from_one_look_to_the_next() -> None:
    pauses = [
        where
        for where, name, _, call, numbers in calls()
        if name.rpartition(".")[2] in ("sleep", "pause")
        and any(s > LONGEST_PAUSE for s in seconds(numbers, *call.args))
        and (where.partition(":")[0], ast.unparse(call.args[0])) not in MEANT
    ]
    assert not pauses, pauses


def test_no_wait_is_given_up_early() -> None:
    short = [
        where
        for where, name, _, call, numbers in calls()
        for limit in seconds(
            numbers,
            *(call.args if name.rpartition(".")[2] in WAITS and len(call.args) == 1 else ()),
            *(keyword.value for keyword in call.keywords if keyword.arg == "timeout"),
        )
        if 0 < limit < PATIENCE
    ]
    assert not short, short


def test_lots_are_drawn_with_a_seed() -> None:
    drawn = [
        where
        for where, name, of_module, call, _ in calls()
        if of_module and LOTS.fullmatch(name) and not (name in WITH_A_SEED and (call.args or call.keywords))
    ]
    assert not drawn, drawn


def test_property_tests_draw_the_same_examples_every_time() -> None:
    assert settings().derandomize and settings().database is None
    elsewhere = [
        where
        for where, name, _, call, _ in calls()
        if name.rpartition(".")[2] == "settings"
        if {"derandomize", "database"} & {keyword.arg for keyword in call.keywords}
    ]
    assert not elsewhere, elsewhere


def test_the_checks_see_a_named_number() -> None:
    nodes = list(ast.walk(ast.parse("LONG = 3.0\nEDGE: float = 2\nother = f(4)")))
    found = named_numbers(nodes)
    assert (found["LONG"], found["EDGE"], found["PATIENCE"]) == (3.0, 2, PATIENCE) and "other" not in found
    names = ast.parse("sleep(LONG, EDGE, 5, unknown)", mode="eval").body
    assert isinstance(names, ast.Call)
    assert list(seconds(found, *names.args)) == [3.0, 2, 5]
