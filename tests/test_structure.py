"""Where state lives and how screens are built, checked over the syntax tree: a sitting changes by inputs alone, and a screen
holds its parts instead of inheriting them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "tui"
DESK = ROOT / "work" / "desk.py"
STATE = ("state", "_state")
SETTERS = ("setattr", "__setattr__", "delattr", "__delattr__")

Classes = Mapping[str, tuple[ast.ClassDef, Path]]


def trees(root: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(root.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def name_of(node: ast.expr) -> str:
    """`desk` of `self.mode.desk`, `Generic` of `Generic[S]`."""
    if isinstance(node, ast.Subscript):
        return name_of(node.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_state_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in STATE


def is_state(node: ast.AST) -> bool:
    """Whether this is a desk's or a mode's state, or a part of it."""
    while isinstance(node, ast.Attribute):
        if node.attr in STATE:
            return True
        node = node.value
    return False


def calls_for_change(call: ast.Call) -> bool:
    """Whether it makes another state of a desk's, or sets a state or what is in it by name."""
    function, arguments = name_of(call.func), call.args
    if function == "replace":
        return any(map(is_state, arguments[:1]))
    objects = [*arguments[:1], getattr(call.func, "value", call.func)]
    return function in SETTERS and (any(map(is_state_name, arguments[:2])) or any(map(is_state, objects)))


def state_changes(tree: ast.Module) -> Iterator[int]:
    """Lines in which a desk's state is set, or another state made out of it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_state(node) and not isinstance(node.ctx, ast.Load):
            yield node.lineno
        if isinstance(node, ast.Call) and calls_for_change(node):
            yield node.lineno


def test_a_sitting_s_state_is_set_by_the_desk_alone() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path, tree in trees(ROOT)
        if path != DESK
        for line in state_changes(tree)
    ]
    assert not found
    assert list(state_changes(ast.parse(DESK.read_text(encoding="utf-8")))), "the desk itself is seen"


@pytest.mark.parametrize(
    "text",
    [
        "self.desk.state = other",
        "self.desk._state, effects = result",
        "desk.state = replace(desk.state, message=None)",
        "self.desk.state.sitting.seen = True",
        "x = replace(self.mode.state, at=3)",
        "del self.desk.state",
        "setattr(self.desk.state, 'at', 3)",
        "setattr(d, 'state', x)",
        'object.__setattr__(d, "_state", x)',
        "d.__setattr__('_state', x)",
        "d.state.__setattr__('at', x)",
        "delattr(d, '_state')",
    ],
)
def test_the_check_sees_a_change_of_state(text: str) -> None:
    assert list(state_changes(ast.parse(text)))


@pytest.mark.parametrize(
    "text",
    [
        "x = self.desk.state",
        "state = replace(state, at=3)",
        "setattr(person, task.state, 1)",
        "object.__setattr__(self, 'value', 'state')",
        "text.replace('state', '_state')",
        "getattr(d, '_state')",
    ],
)
def test_the_check_passes_over_what_changes_no_state(text: str) -> None:
    assert not list(state_changes(ast.parse(text)))


MODE_FILES = ("sitting/state.py", "sitting/step.py", "sitting/sheet.py", "screens/sheet.py")
"""Where the meaning of a key depends on every mode of a sitting."""


def closed_matches(tree: ast.Module, subject: str) -> int:
    """How many `match` statements over that name end with `assert_never` of it."""

    def closes(case: ast.match_case) -> bool:
        return ast.unparse(case) == f"case _:\n    assert_never({subject})"

    matches = (node for node in ast.walk(tree) if isinstance(node, ast.Match))
    return sum(ast.unparse(node.subject) == subject and closes(node.cases[-1]) for node in matches)


@pytest.mark.parametrize("name", MODE_FILES)
def test_a_further_mode_is_named_by_mypy_where_keys_come_in(name: str) -> None:
    assert closed_matches(ast.parse((ROOT / name).read_text(encoding="utf-8")), "mode")


def classes_of(root: Path) -> Classes:
    return {
        node.name: (node, path)
        for path, tree in trees(root)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }


def bases_of(node: ast.ClassDef) -> list[str]:
    """Those that bring something with them: an interface or a type parameter does not."""
    return [name for base in node.bases if (name := name_of(base)) not in ("Protocol", "Generic")]


def test_no_screen_has_two_ancestors() -> None:
    found = classes_of(ROOT / "screens")
    assert "WorkScreen" in found
    assert not {name for name, (node, _) in found.items() if len(bases_of(node)) > 1}


def bodies_of(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """The methods of a class by name, each with its statements; without those that hold its parts and hand out
    the desk's state, of which the types are the mode's own."""
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name not in ("__init__", "state"):
            documented = ast.get_docstring(method) is not None
            yield method.name, "\n".join(map(ast.unparse, method.body[documented:]))


def test_what_modes_of_work_have_in_common_stands_once() -> None:
    found = [node for name, (node, _) in classes_of(ROOT / "screens").items() if name.endswith("Mode")]
    named = [(body, f"{node.name}.{name}") for node in found for name, body in bodies_of(node)]
    assert len(found) >= 7 and len(named) >= 30
    twice = {body: [name for other, name in named if other == body] for body, _ in named if body != "..."}
    assert [names for names in twice.values() if len(names) > 1] == []
