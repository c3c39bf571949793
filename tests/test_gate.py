"""The tests cannot fail by chance: lots are drawn with a seed, and waits are for events and last long."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import settings

from tests import waiting
from tests.waiting import PATIENCE

FOLDER = Path(__file__).parent
LONGEST_PAUSE = 0.05
"""Seconds between two looks at what is waited for."""
WITH_A_SEED = {"random.Random", "np.random.default_rng"}
LOTS = re.compile(r"(random|np\.random|secrets)\.\w+|uuid\.uuid4|os\.urandom")
WAITS = {"wait": (0, 1), "join": (0,), "wait_for": (1,), "wait_until": (1,), "watch": (1,)}
"""The places at which these calls may be given the seconds they wait at most."""
SUMS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda a, b: a / b if b else math.inf,
}


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
            found |= {
                ast.unparse(target): value for value in seconds(found, node.value) for target in targets
            }
    return found


def untortured(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        marks = map(ast.unparse, child.decorator_list) if isinstance(child, ast.FunctionDef) else ()
        if "pytest.mark.torture" not in marks:
            yield from untortured(child)


def seconds(numbers: Mapping[str, float], *values: ast.expr) -> Iterator[float]:
    """Those that are written down as numbers, as names for numbers, or as sums and products of both."""
    for value in values:
        match value:
            case ast.Constant(value=int() | float() as number):
                yield number
            case ast.BinOp(left=left, op=op, right=right) if type(op) in SUMS:
                sides = list(seconds(numbers, left, right))
                if len(sides) == 2:
                    yield SUMS[type(op)](*sides)
            case _:
                yield from (numbers[name] for name in [ast.unparse(value)] if name in numbers)


def limits(name: str, call: ast.Call) -> Iterator[ast.expr]:
    """The arguments that say how long a call waits at most."""
    match name.rpartition(".")[2], call.args:
        case "wait", [ast.Constant(value=str()), _]:
            """An event of a trace, and how many of them (`Watched.wait`)."""
        case last, arguments:
            yield from (arguments[place] for place in WAITS.get(last, ()) if place < len(arguments))
    yield from (keyword.value for keyword in call.keywords if keyword.arg == "timeout")


def is_short(numbers: Mapping[str, float], limit: ast.expr) -> bool:
    return any(0 < s < PATIENCE for s in seconds(numbers, limit))


MEANT = {
    (
        "app/test_terminal.py",
        "AWHILE",
    ): "the terminal is to be silent for so long: there is no event to wait for",
    (
        "app/test_crowd.py",
        "1.0",
    ): "whether others went on: leases that are given back are no events, so that nothing may come",
    ("store/test_contract.py", "0.01"): "that nothing comes is what is asked",
}
"""Longer pauses and shorter waits, each with its reason."""


def is_meant(where: str, value: ast.expr) -> bool:
    return (where.partition(":")[0], ast.unparse(value)) in MEANT


def test_no_pause_is_longer_than_from_one_look_to_the_next() -> None:
    pauses = [
        where
        for where, name, _, call, numbers in calls()
        if name.rpartition(".")[2] in ("sleep", "pause")
        and any(s > LONGEST_PAUSE for s in seconds(numbers, *call.args))
        and not is_meant(where, call.args[0])
    ]
    assert not pauses, pauses


def test_no_wait_is_given_up_early() -> None:
    short = [
        where
        for where, name, _, call, numbers in calls()
        for limit in limits(name, call)
        if is_short(numbers, limit) and not is_meant(where, limit)
    ]
    assert not short, short


def short_waits(line: str) -> int:
    call = ast.parse(line, mode="eval").body
    assert isinstance(call, ast.Call)
    numbers = {"SHORT": 3.0, "PATIENCE": PATIENCE}
    return sum(is_short(numbers, limit) for limit in limits(ast.unparse(call.func), call))


@pytest.mark.parametrize(
    "line",
    [
        "p.wait(5)",
        "p.wait(2 * 5)",
        "p.wait(SHORT + 1)",
        "p.wait(PATIENCE / 10)",
        "thread.join(SHORT)",
        "asyncio.wait_for(x, 5)",
        "t.wait_for('x', 10)",
        "t.wait_until(true, 10, 'x is there')",
        "changed.wait_for(lambda: True, SHORT)",
        "queue.watch(seen, 5)",
        "wait(futures, 5)",
        "run(command, timeout=5)",
    ],
)
def test_the_check_sees_a_short_wait(line: str) -> None:
    assert short_waits(line) == 1


@pytest.mark.parametrize(
    "line",
    [
        "p.wait()",
        "p.wait(PATIENCE)",
        "p.wait(2 * PATIENCE)",
        "link.wait(0.0)",
        "trace.wait('shown', 2)",
        "asyncio.wait_for(x, PATIENCE)",
        "t.wait_for('10')",
        "t.wait_until(true)",
        "queue.watch(5, PATIENCE)",
        "queue.watch(5, 0)",
        "os.path.join(folder, name)",
        "', '.join(names)",
        "move(1, 2)",
    ],
)
def test_the_check_passes_over_what_is_no_short_wait(line: str) -> None:
    assert short_waits(line) == 0


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
    nodes = list(ast.walk(ast.parse("LONG = 3.0\nEDGE: float = 2\nSUM = 2 * LONG + 1\nother = f(4)")))
    found = named_numbers(nodes)
    assert (found["LONG"], found["EDGE"], found["SUM"], found["PATIENCE"]) == (3.0, 2, 7.0, PATIENCE)
    assert "other" not in found
    names = ast.parse("sleep(LONG, EDGE, 5, unknown)", mode="eval").body
    assert isinstance(names, ast.Call)
    assert list(seconds(found, *names.args)) == [3.0, 2, 5]
