"""The labels of a project file (and its passes), changed as a person would do it by hand: all else in it stays as it stands, comments,
order and spacing too. The file is written whole or not at all.

`LabelStep` is one step, and knows its way back: `labels` events of the log carry them (`as_json`), and `put_back` is what
`termlabel undo` calls with them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, assert_never

from tomlkit.exceptions import TOMLKitError

from tui.config import load_project, quoted, replace_text
from tui.errors import TermlabelError, UsageError
from tui.model.annotation import Json
from tui.model.project import PROJECT_FILE, Label
from tui.model.project_file import parse_project
from tui.model.toml_table import ProjectFileError
from tui.toml_edit import BY_HAND, LabelStep, changed

Names = Mapping[str, str | None]
"""Old names to new ones; None: gone."""


def planned(labels: Sequence[Label], renamed: Names, attributes: Names) -> list[LabelStep]:
    """What becomes of the labels of a project: the first that gets a name that none has keeps all else that it has; those
    that get a name that there is go."""
    steps = _planned([label.name for label in labels], renamed, None)
    now = {label.name: renamed.get(label.name, label.name) for label in labels}
    for label in labels:
        of = now[label.name]
        if of is not None and all(step.name != label.name or step.op == "rename" for step in steps):
            steps += _planned([rule.name for rule in label.attributes], attributes, of)
    return steps


def _planned(there: Sequence[str], renamed: Names, of: str | None) -> list[LabelStep]:
    taken = {*there} - {*renamed}
    steps = []
    for name in there:
        new = renamed.get(name, name)
        if new == name:
            continue
        if new is None or new in taken:
            steps.append(LabelStep("take out", name, of=of))
        else:
            taken.add(new)
            steps.append(LabelStep("rename", name, new, of=of))
    return steps


def change(folder: Path, steps: Iterable[LabelStep]) -> list[LabelStep]:
    """Carry steps out; gives them as they were done, with what they took out.

    Raises:
        UsageError: what would come of it is no project; or it is written so that it can be changed by hand alone. Nothing
            was changed.
        TermlabelError: the file cannot be written.
    """
    file = folder / PROJECT_FILE
    try:
        text = file.read_bytes().decode("utf-8")
        new, done = text, list[LabelStep]()
        for step in steps:
            new, step = changed(new, step)
            done.append(step)
        if new != text:
            parse_project(tomllib.loads(new), folder)
            replace_text(file, new)
    except ProjectFileError as error:
        raise UsageError(f"{file}: {error}; nothing was changed.") from None
    except (ValueError, TOMLKitError, LookupError):
        raise UsageError(f"The labels of {file} cannot be changed: {BY_HAND}. Nothing was changed.") from None
    except OSError as error:
        raise TermlabelError(f"{file} cannot be written: {error.strerror}.") from error
    return done


def add_labels(folder: Path, names: Iterable[str]) -> None:
    """Labels below those that are there. Raises as `change`."""
    end = len(load_project(folder).labels)
    change(
        folder,
        [
            LabelStep("put in", name, place=end + n, text=f"\n[[labels]]\nname = {quoted(name)}\n")
            for n, name in enumerate(names)
        ],
    )


_PASSES = re.compile(r"^(passes\s*=\s*)\d+", re.MULTILINE)
_FORMAT = re.compile(r"^format\s*=.*$", re.MULTILINE)


def set_passes(folder: Path, n: int) -> None:
    """How many people label each image. Raises as `change`."""
    file = folder / PROJECT_FILE
    text = file.read_bytes().decode("utf-8")
    wanted = {**tomllib.loads(text), "passes": n}
    if _PASSES.search(text):
        new = _PASSES.sub(rf"\g<1>{n}", text, count=1)
    else:
        new = _FORMAT.sub(rf"\g<0>\npasses = {n}", text, count=1)
    if tomllib.loads(new) != wanted:
        raise UsageError(f"passes in {file} cannot be changed: {BY_HAND}. Nothing was changed.")
    try:
        replace_text(file, new)
    except OSError as error:
        raise TermlabelError(f"{file} cannot be written: {error.strerror}.") from error


def as_json(steps: Iterable[LabelStep]) -> list[Json]:
    """For the log."""
    return [{name: value for name, value in asdict(step).items() if value} for step in steps]


def put_back(folder: Path, names: Json) -> None:
    """Put the project file back to what it was before a `labels` command: `termlabel undo` hands this to
    `AnnotationQueue.take_back` as `names_back`, so that names come back with their titles, colours, keys, attributes and
    places before anything else does: `queue.take_back(event, who=who, names_back=partial(put_back, project.folder))`.
    What the file says otherwise since stays; a name that it has not any more, or has again, is passed over.

    Raises: as `change`.
    """
    done = [LabelStep(**step) for step in names.get("file", ())]
    steps = []
    now = _names_in(tomllib.loads((folder / PROJECT_FILE).read_text(encoding="utf-8")))
    for step in (step.back for step in reversed(done)):
        there = now.get(step.of, [])
        fits = {
            "rename": step.name in there and step.new not in there,
            "take out": step.name in there,
            "put in": step.of in now and step.name not in there,
        }
        if fits[step.op]:
            steps.append(step)
            _follow(now, step)
    change(folder, steps)


def _follow(now: dict[str | None, list[str]], step: LabelStep) -> None:
    there = now[step.of]
    match step.op:
        case "rename":
            there[there.index(step.name)] = step.new
            if step.of is None:
                now[step.new] = now.pop(step.name)
        case "take out":
            there.remove(step.name)
        case "put in":
            there.append(step.name)
            if step.of is None:
                now[step.name] = []
        case _:
            assert_never(step.op)


def _names_in(data: Mapping[str, Any]) -> dict[str | None, list[str]]:
    """The names of labels (None), and by each of them those of its attributes."""
    labels = data.get("labels", [])
    found: dict[str | None, list[str]] = {None: [each["name"] for each in labels]}
    return found | {each["name"]: [a["name"] for a in each.get("attributes", [])] for each in labels}
