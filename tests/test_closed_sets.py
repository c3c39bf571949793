"""Closed sets stay closed: what is added to one is named by mypy wherever something must be said about it."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "tui"

PLACES = {
    "tui/model/shapes.py": 2,  # its word, and how it is read
    "tui/model/measure.py": 5,  # points, outlines, lines, bounds, area
    "tui/tools/parts.py": 6,  # what the arrows move, and how it is moved, grown, turned, clamped; whether it takes points
    "tui/tools/drawing.py": 4,  # how it is drawn, and what becomes of its points
    "tui/tools/display.py": 1,  # how it looks
}
"""Files in which something is said of every kind of shape, and how often at least. A format that does not name a kind
counts it as lost, so no format is among them."""


MARK_PLACES = {
    "tui/model/scene.py": 1,  # the line that it draws, at which a tag stands
    "tui/imaging/outline.py": 2,  # as filled boxes, and how far it reaches
    "tui/imaging/draw.py": 2,  # its inside and its edges
    "tui/imaging/changes.py": 1,  # where two of them differ
    "tui/display/marks.py": 1,  # what it is to a terminal with stored pictures
    "tui/display/tags.py": 1,  # what text cells show of it
}
"""The same for what may lie over a picture."""
Change = tuple[str, str]
"""A text that stands once in a file, and what is to stand there."""
FURTHER_KIND = (
    (
        "KnownShape = Box |",
        "@dataclass(frozen=True, slots=True)\nclass Blob(Common):\n    rx: float\n\n\nKnownShape = Blob | Box |",
    ),
    ('DrawnKind = Literal["box",', 'DrawnKind = Literal["blob", "box",'),
)
FURTHER_MARK = (
    (
        "Mark = Frame |",
        "@dataclass(frozen=True, slots=True)\nclass Arc:\n    at: Point\n\n\nMark = Arc | Frame |",
    ),
)
FURTHER_MEMBERS: Mapping[str, tuple[Change, ...]] = {
    "model/project.py": (('KindName = Literal["classify",', 'KindName = Literal["novel kind", "classify",'),),
    "model/review.py": (
        ('    REJECT = "reject"', '    REJECT = "reject"\n    NOVEL = "novel verdict"'),
        ('ReviewOp = Literal["accept",', 'ReviewOp = Literal["novel review", "accept",'),
    ),
    "model/task.py": (
        ('    TODO = "todo"', '    TODO = "todo"\n    NOVEL = "novel state"'),
        ('Work = Literal["annotate",', 'Work = Literal["novel work", "annotate",'),
    ),
    "store/operations.py": (
        ('    DecisionOp, BulkOp, "begin"', '    DecisionOp, BulkOp, "novel operation", "begin"'),
    ),
    "sitting/state.py": (
        (
            "Sight = Unseen |",
            "@dataclass(frozen=True, slots=True)\nclass NovelSight:\n    pass\n\n\nSight = NovelSight | Unseen |",
        ),
    ),
}
"""One more in each of these sets, all at once: what mypy says names which one it is about."""
MEMBER_PLACES: Mapping[str, set[str]] = {
    "novel kind": {"tui/model/project.py"},
    "Verdict.NOVEL": {"tui/model/task.py", "tui/store/rules.py", "tui/widgets/side.py"},
    "novel review": {"tui/model/review.py", "tui/store/tally.py", "tui/store/rules.py"},
    "State.NOVEL": {"tui/model/task.py", "tui/store/rules.py", "tui/sitting/verdicts.py"},
    "novel work": {"tui/store/rules.py", "tui/store/claim_rules.py", "tui/screens/modes.py", "tui/app.py"},
    "novel operation": {"tui/store/tally.py", "tui/store/rules.py"},
    "NovelSight": {"tui/sitting/state.py"},
}
"""The files that mypy names for each of them. A kind of project and a state have their traits in one place."""


def changed_copy(folder: Path, file: str, changes: Iterable[Change]) -> None:
    """The package in a folder, with changes in one of its files."""
    copied(folder)
    change(folder / "tui" / file, changes)


def copied(folder: Path) -> None:
    """The package and what mypy obeys, in a folder."""
    shutil.copytree(PACKAGE, folder / "tui", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)


def change(path: Path, changes: Iterable[Change]) -> None:
    """Change a file."""
    text = path.read_text()
    for before, after in changes:
        assert text.count(before) == 1
        text = text.replace(before, after)
    path.write_text(text)


def errors_of_mypy(folder: Path) -> list[str]:
    """What mypy says of the package in a folder. What it knows of unchanged files is taken from the last run here."""
    if (ROOT / ".mypy_cache").is_dir():
        shutil.copytree(ROOT / ".mypy_cache", folder / ".mypy_cache")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "tui", "--no-error-summary", "--no-pretty"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if ": error: " in line]


def test_mypy_names_every_place_that_a_further_kind_of_shape_needs(tmp_path: Path) -> None:
    changed_copy(tmp_path, "model/shapes.py", FURTHER_KIND)
    named = Counter(line.split(":", 1)[0] for line in errors_of_mypy(tmp_path))
    assert len(named) <= 6
    assert set(named) == set(PLACES)
    assert {file: n for file, n in named.items() if n < PLACES[file]} == {}


def test_mypy_names_every_place_that_a_further_mark_over_a_picture_needs(tmp_path: Path) -> None:
    changed_copy(tmp_path, "model/scene.py", FURTHER_MARK)
    named = Counter(line.split(":", 1)[0] for line in errors_of_mypy(tmp_path))
    assert set(named) == set(MARK_PLACES)
    assert {file: n for file, n in named.items() if n < MARK_PLACES[file]} == {}


def test_mypy_names_every_place_that_a_further_member_of_a_set_needs(tmp_path: Path) -> None:
    copied(tmp_path)
    for file, changes in FURTHER_MEMBERS.items():
        change(tmp_path / "tui" / file, changes)
    errors = errors_of_mypy(tmp_path)
    found = {member: {line.split(":", 1)[0] for line in errors if member in line} for member in MEMBER_PLACES}
    assert found == MEMBER_PLACES


def swallowing(tree: ast.AST) -> Iterator[int]:
    """Lines of `case _` that let something new pass: matches over classes or members of an enumeration in which the
    rest is not `assert_never`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Match):
            continue
        patterns = [ast.unparse(case.pattern) for case in node.cases]
        closed = any(re.search(r"\b[A-Z]\w*\(|\b[A-Z]\w*\.[A-Z]", pattern) for pattern in patterns)
        for case, pattern in zip(node.cases, patterns, strict=True):
            if closed and pattern == "_" and not ast.unparse(case.body[0]).startswith("assert_never("):
                yield case.body[0].lineno


REST_IS_MEANT = {
    "sitting/failures.py": "whatever else is pressed is answered by what went wrong",
    "sitting/sheet_cards.py": "whatever else is pressed is answered by what may be",
    "sitting/verdicts.py": "whatever else is pressed is answered by what may be",
    "work/clerk.py": "the rest goes to a function that takes it all apart",
}
"""Files with one match that says the same of all the rest, each with its reason."""


def test_no_match_over_a_closed_set_swallows_what_is_new() -> None:
    found = Counter(
        path.relative_to(PACKAGE).as_posix()
        for path in sorted(PACKAGE.rglob("*.py"))
        for _ in swallowing(ast.parse(path.read_text(encoding="utf-8")))
    )
    assert set(found) <= set(REST_IS_MEANT)
    assert all(n == 1 for n in found.values())


def test_the_check_sees_a_wildcard() -> None:
    text = "match shape:\n  case Box():\n    return 1\n  case _:\n    {}"
    assert list(swallowing(ast.parse(text.format("pass")))) == [5]
    assert list(swallowing(ast.parse(text.format("assert_never(shape)")))) == []
    assert list(swallowing(ast.parse("match word:\n  case 'a':\n    pass\n  case _:\n    pass"))) == []
