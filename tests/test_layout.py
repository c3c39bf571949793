"""Who may import whom: layers, checked over the syntax tree, and that plain commands do not load the toolkit."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.imports import PACKAGE, ROOT, imported, module_name

ANYWHERE = {
    "tui",
    "tui.errors",
    "tui.files",
    "tui.layouts",
    "tui.login",
    "tui.text",
    "tui.resources",
    "tui.libraries",
}
"""Small modules that import nothing of ours."""
_BELOW_WIDGETS = {
    "work", "display", "sitting", "tools", "quality", "imaging", "terminal", "keymap", "commands", "store.base",
    "launch", "trace", "model",
}  # fmt: skip
_BELOW_SCREENS = _BELOW_WIDGETS | {"widgets"}
LAYERS: dict[str, set[str]] = {
    "errors": set(),
    "files": set(),
    "layouts": set(),
    "login": set(),
    "text": set(),
    "resources": set(),
    "libraries": set(),
    "trace": set(),
    "model": set(),
    "commands": set(),
    "keymap": {"commands"},
    "config": {"model", "terminal.protocols"},
    "toml_edit": set(),
    "project_edit": {"config", "model", "toml_edit"},
    "folders": {"imaging.codecs"},
    "looking": {"model", "imaging"},
    "moved": {"model", "folders", "looking", "manifest"},
    "manifest_line": {"model"},
    "manifest": {"manifest_line", "model", "folders", "looking", "imaging.header", "imaging.codecs"},
    "store": {"model"},
    "formats": {"model"},
    "quality": {"model"},
    "tools": {"model"},
    "imaging": {"model"},
    "terminal": set(),
    "sitting": {"store.base", "tools", "quality", "model"},
    "display": {"imaging", "terminal", "tools", "model"},
    "work": {"sitting", "store.base", "quality", "trace", "looking", "model"},
    "launch": {"store.base", "model", "quality"},
    "widgets": _BELOW_WIDGETS,
    "screens": _BELOW_SCREENS,
    "first_claim": {"launch", "work.claims", "model"},
    "app": _BELOW_SCREENS | {"screens", "first_claim"},
    "arrival": {"app", "launch", "first_claim", "terminal.arrival"},
    "demo": {"store", "manifest", "config", "model"},
    "demo_shapes": {"demo", "store", "model"},
    "cli": {
        "arrival", "store", "formats", "quality", "looking", "moved", "manifest", "config", "project_edit", "toml_edit", "demo", "demo_shapes", "launch", "model", "keymap", "commands",
        "terminal.doctor", "display.prepare", "trace", "folders",
    },
    "__main__": {"cli"},
}  # fmt: skip
"""Each layer, and what else of `tui` it may import."""

LIBRARIES: dict[str, set[str]] = {
    "textual": {"app", "screens", "widgets", "terminal.driver", "terminal.key_parser", "terminal.paint"},
    "rich": {
        "app",
        "screens",
        "widgets",
        "display.tags",
        "display.tag_room",
        "terminal.driver",
        "terminal.paint",
        "cli",
    },
    "textual_image": {"terminal.sixel"},
    "tinydb": {"store"},
    "orjson": {"store.jsontext"},
    "tomlkit": {"toml_edit", "project_edit"},
    "click": {"cli"},
    "numpy": {"imaging", "terminal", "formats", "quality", "display"},
    "PIL": {"imaging", "terminal", "formats", "display"},
}
"""Third-party modules, and who may import them."""


def within(module: str, names: set[str]) -> bool:
    return any(module == name or module.startswith(name + ".") for name in names)


FILES = [p for p in sorted(PACKAGE.rglob("*.py")) if p.name != "__init__.py" or p.parent != PACKAGE]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_file_imports_only_what_lies_below_it(path: Path) -> None:
    check_imports(path)


def check_imports(path: Path, package: Path = PACKAGE) -> None:
    module = module_name(path, package).removeprefix("tui.")
    layer = module.split(".")[0]
    assert layer in LAYERS, f"{module} belongs to no layer"
    wrong = []
    for name in imported(path, package):
        if name in ANYWHERE:
            continue
        head, _, rest = name.partition(".")
        if head != "tui":
            if head in LIBRARIES and not within(module, LIBRARIES[head]):
                wrong.append(name)
        elif rest.split(".")[0] in LAYERS and not within(rest, LAYERS[layer] | {layer}):
            wrong.append(name)
    assert not wrong, f"{module} may not import {sorted(set(wrong))}"


SHARED_BY_BACKENDS = {
    f"store.{name}"
    for name in (
        "amending", "amendments", "base", "bulk", "change", "claim_rules", "decisions", "documents", "errors", "following", "imports", "jsontext", "members",
        "operations", "renames", "reopening", "rules", "shuffle", "summary", "tally",
    )
}  # fmt: skip
"""What every backend of the queue decides by: it knows neither files nor SQL."""
IN_MEMORY = {"store.memory", "store.memory_leases", "store.memory_store"}
"""The backend that needs nothing else."""


@pytest.mark.parametrize("module", sorted(SHARED_BY_BACKENDS | IN_MEMORY))
def test_the_queues_rules_know_neither_files_nor_sql(module: str) -> None:
    path = PACKAGE.joinpath(*module.split(".")).with_suffix(".py")
    names = {name for name in imported(path) if name != "tui.store"}
    ours = {name.removeprefix("tui.") for name in names if name.startswith("tui.store.")}
    modules = {name for name in ours if PACKAGE.joinpath(*name.split(".")).with_suffix(".py").exists()}
    assert modules <= SHARED_BY_BACKENDS | (IN_MEMORY if module in IN_MEMORY else set())
    assert not names & {"os", "pathlib", "sqlite3", "fcntl"}


def test_the_check_sees_a_breach(tmp_path: Path) -> None:
    package = tmp_path / "tui"
    file = package / "model" / "task.py"
    file.parent.mkdir(parents=True)
    (package / "app.py").touch()
    for text in (
        "from tui.store import log",
        "from ..store.log import x",
        "import textual.app",
        "def f():\n    from tui import app",
    ):
        file.write_text(text)
        with pytest.raises(AssertionError, match="may not import"):
            check_imports(file, package)


@pytest.mark.parametrize(
    "modules",
    ["tui.cli,tui.store,tui.formats,tui.sitting,tui.tools,tui.imaging.decode"],
)
def test_plain_parts_do_not_load_the_toolkit(modules: str) -> None:
    code = (
        f"import {modules}, sys; print([m for m in ('textual', 'rich', 'textual_image') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


LONGEST_FILE = 300
LONG = {
    "model/shapes.py": "seven kinds with their JSON side by side",
    "screens/work.py": "everything that comes in to a screen",
    "sitting/inputs.py": "declarations only: all that can happen to a sitting",
    "sitting/state.py": "what every sitting has, with its closed sets",
    "store/base.py": "declarations only: the queue's interface",
    "commands.py": "declarations only: every action of the app",
    "cli/work.py": "the options of annotate and review, and what they open",
    "store/decisions.py": "one method for each thing that people do to a task",
    "store/rules.py": "all of the queue's rules in one place",
    "store/queue/check.py": "one examination, file by file",
    "store/queue/event_store.py": "the files of a queue and in which order they are touched",
    "terminal/channel.py": "one state machine",
    "widgets/canvas.py": "the widget's messages, its calls and what its stage asks of it",
    "terminal/driver.py": "all hooks into the toolkit's insides, by rule in one file",
    "display/stage.py": "what all stages have in common",
}
"""Files that are longer, each with its reason; none may grow without bounds."""


def test_files_stay_small() -> None:
    lengths = {
        path.relative_to(PACKAGE).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in FILES
    }
    assert {name for name, n in lengths.items() if n > LONGEST_FILE} <= set(LONG)
    assert max(lengths.values()) <= 1.5 * LONGEST_FILE


LONGEST_CLASS = 500
"""Lines of a class with all that it inherits."""


def class_lines(package: Path) -> dict[str, int]:
    """The lines of each class with those of all its ancestors within the package; of two of one name the longer one."""
    own: dict[str, tuple[int, set[str]]] = {}
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > own.get(node.name, (0, set()))[0]:
                    own[node.name] = lines, {_last_name(base) for base in node.bases}

    def ancestors(name: str) -> set[str]:
        found = own[name][1] & own.keys() - {name}
        return found.union(*map(ancestors, found))

    return {name: sum(own[other][0] for other in {name, *ancestors(name)}) for name in own}


def _last_name(base: ast.expr) -> str:
    """`Stage` of `Stage`, `stage.Stage` and `Stage[X]`."""
    match base:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return _last_name(value)
        case _:
            return ""


def test_no_picture_lies_at_the_top() -> None:
    """What somebody looked at while working is no part of the project."""
    assert (PACKAGE.parent / "README.md").exists()
    assert [path.name for path in PACKAGE.parent.iterdir() if path.suffix in (".png", ".jpg")] == []


def test_no_class_is_long_with_all_it_inherits() -> None:
    lengths = class_lines(PACKAGE)
    assert "Stage" in lengths
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_CLASS} == {}


def test_inherited_lines_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("class A:\n    x = 1\n\n\nclass B(a.A):\n    y = 2\n    z = 3\n")
    (tmp_path / "b.py").write_text("class C(B[int], Widget):\n    pass\n")
    assert class_lines(tmp_path) == {"A": 2, "B": 5, "C": 7}
