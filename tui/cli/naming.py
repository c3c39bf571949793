"""What a `labels` command wants, what it would change, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tui.model.amendment import Renamed
from tui.model.annotation import Json
from tui.model.project import PROJECT_FILE, Label, Project
from tui.model.task import Task
from tui.project_edit import as_json, planned
from tui.text import counted, printable
from tui.toml_edit import LabelStep


@dataclass(frozen=True, slots=True)
class Wish:
    """`names`: old to new, None: gone; of attributes, or of labels. `word`: of the command."""

    names: Mapping[str, str | None]
    attribute: bool
    word: str

    @property
    def what(self) -> str:
        return "attribute" if self.attribute else "label"

    @property
    def renamed(self) -> Renamed:
        return Renamed(attributes=self.names) if self.attribute else Renamed(labels=self.names)

    @property
    def words(self) -> str:
        """Safe to print: `cat → kitty, dog → nothing`."""
        return ", ".join(
            f"{printable(old)} → {'nothing' if new is None else printable(new)}"
            for old, new in self.names.items()
        )

    def there(self, project: Project) -> list[str]:
        """The names that the project file has."""
        if self.attribute:
            return [rule.name for label in project.labels for rule in label.attributes]
        return [label.name for label in project.labels]

    def steps(self, project: Project) -> list[LabelStep]:
        """What becomes of the project file."""
        renamed = self.renamed
        return planned(project.labels, renamed.labels, renamed.attributes)


def kept(done: Sequence[LabelStep]) -> Json:
    """What `termlabel undo` is to know: the names of the project file that were given others have theirs again then."""
    back: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for step in done:
        if step.op == "rename":
            back[step.of is not None][step.new] = step.name
    return {"file": as_json(done), "back": {"labels": back[False], "attributes": back[True]}}


def has_both(wish: Wish, project: Project, old: str, new: str) -> bool:
    """Whether one thing would have the same name twice."""
    if not wish.attribute:
        return new in wish.there(project)
    names = ({rule.name for rule in label.attributes} for label in project.labels)
    return any({old, new} <= each for each in names)


@dataclass(slots=True)
class Counts:
    """What has one of some names: `pictures`, and what of them; `names`: those that stand somewhere."""

    pictures: int = 0
    labels: int = 0
    shapes: int = 0
    predictions: int = 0
    names: set[str] = field(default_factory=set)

    def take(self, tasks: Iterable[Task], wish: Wish) -> Counts:
        """Tasks beside those that were counted."""
        for task in tasks:
            given = [] if wish.attribute else [{name} & wish.names.keys() for name in task.annotation.labels]
            shapes = [_names_of(each, wish) for each in task.annotation.shapes]
            predicted = [_names_of(each, wish) for each in task.predictions]
            numbers = [sum(map(bool, each)) for each in (given, shapes, predicted)]
            self.pictures += any(numbers)
            self.labels += numbers[0]
            self.shapes += numbers[1]
            self.predictions += numbers[2]
            self.names.update(*given, *shapes, *predicted)
        return self

    def lines(self) -> Iterator[str]:
        parts = [(self.labels, "label"), (self.shapes, "shape"), (self.predictions, "prediction")]
        named = ", ".join(counted(n, word) for n, word in parts if n) or "nothing"
        yield f"In {counted(self.pictures, 'picture')}: {named}."


def _names_of(each: Json, wish: Wish) -> set[str]:
    """The names of a shape or prediction that would become others."""
    if wish.attribute:
        attributes = each.get("attributes")
        return wish.names.keys() & attributes.keys() if isinstance(attributes, Mapping) else set()
    label = each.get("label")
    return {label} & wish.names.keys() if isinstance(label, str) else set()


def in_file(steps: Iterable[LabelStep], project: Project) -> Iterator[str]:
    """What becomes of the project file, a line for each step, and what goes with a label."""
    by_name = {label.name: label for label in project.labels}
    for step in steps:
        of = "" if step.of is None else f"{printable(step.of)}: attribute "
        if step.op == "rename":
            yield f"{PROJECT_FILE}: {of}{printable(step.name)} is called {printable(step.new)}."
        else:
            lost = _goes_along(by_name[step.name]) if step.of is None else ""
            yield f"{PROJECT_FILE}: {of}{printable(step.name)} goes{lost}."
    if any(step.op == "take out" and step.of is None for step in steps):
        yield "The digits, and colours that the file does not name, of the labels below it move up."


def _goes_along(label: Label) -> str:
    said = [f"its title {label.title}"] if label.title != label.name else []
    said += [f"its key {label.key}"] if label.key is not None else []
    said += ["its attributes " + ", ".join(a.name for a in label.attributes)] if label.attributes else []
    return f", with {' and '.join(map(printable, said))}" if said else ""
