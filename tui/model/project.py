"""The project: what is asked of the people who label, as read from `termlabel.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, assert_never

FORMAT = 1
PROJECT_FILE = "termlabel.toml"
MAX_PIXELS = 179_000_000
"""Pictures above this are not decoded unless the project says more (Pillow's own limit)."""
DEFAULT_REASONS = ("wrong label", "not tight", "something missing", "unclear picture", "other")

KindName = Literal["classify", "tags", "shapes"]
"""What the project file says for a kind of project."""
OnSkip = Literal["later", "others", "never"]
OnReject = Literal["annotator", "anyone", "drop"]
OwnWork = Literal["name", "login"]
ConfirmsNothing = Literal["ask", "at once"]
"""What `enter` does on a picture with nothing on it: it asks once, or files it."""
AttributeType = Literal["boolean", "choice", "number", "text"]


@dataclass(frozen=True, slots=True)
class ProjectKind:
    """What all parts of the program need to know of a kind of project.

    `label_key`: what a label's key does: it decides and the next picture comes, it adds the label or takes it
    away, or it names the selected shape. `enter_needs_answer`: `enter` only repeats what the picture has already (or
    what the model said); else it finishes the picture, also with nothing on it. `has_drafts`: what is
    not finished is kept when one goes on. `several_labels`: a fix may give more than one. `draws`: shapes are drawn.
    `help`: the first sentence of the help page.
    """

    name: KindName
    label_key: Literal["decides", "toggles", "names"]
    enter_needs_answer: bool
    has_drafts: bool
    several_labels: bool
    draws: bool
    help: str


_CLASSIFY = ProjectKind(
    name="classify",
    label_key="decides",
    enter_needs_answer=True,
    has_drafts=False,
    several_labels=False,
    draws=False,
    help="A label's key decides, and the next picture comes. What is counted as done, is safe.",
)
_TAGS = ProjectKind(
    name="tags",
    label_key="toggles",
    enter_needs_answer=False,
    has_drafts=True,
    several_labels=True,
    draws=False,
    help="Labels' keys add or take away; enter is done with the picture. What is counted, is safe.",
)
_SHAPES = ProjectKind(
    name="shapes",
    label_key="names",
    enter_needs_answer=False,
    has_drafts=True,
    several_labels=True,
    draws=True,
    help="Draw, nudge with the arrows, tab to the next; enter is done with the picture, which then is safe.",
)


def project_kind(name: KindName) -> ProjectKind:
    """The record of a kind of project."""
    match name:
        case "classify":
            return _CLASSIFY
        case "tags":
            return _TAGS
        case "shapes":
            return _SHAPES
        case _:
            assert_never(name)


@dataclass(frozen=True, slots=True)
class AttributeRule:
    """A named value that shapes of a label can have."""

    name: str
    type: AttributeType
    values: tuple[str, ...] = ()
    required: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True)
class Label:
    """A class: `name` goes into exports, and changes by `labels rename` alone; `title` is shown.

    `key` is the character named in the project, None where a digit or the filter serves it.
    `colour` is "#rrggbb", never None once loaded.
    """

    name: str
    title: str
    colour: str
    key: str | None = None
    attributes: tuple[AttributeRule, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """`blind`: reviewers do not see names. `own_work`: what counts as one's own."""

    blind: bool = False
    own_work: OwnWork = "name"


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with a `termlabel.toml`. Seconds and minutes as the file has them.

    `digest`: 12 hexadecimal digits over the project file and the guidelines, recorded with
    every decision.
    """

    folder: Path
    labels: tuple[Label, ...] = ()
    kind: KindName = "classify"
    keymap: str = "default"
    guidelines: str | None = "guidelines.md"
    reasons: tuple[str, ...] = DEFAULT_REASONS
    passes: int = 1
    on_skip: OnSkip = "later"
    on_reject: OnReject = "annotator"
    lease_minutes: float = 15
    idle_cut: float = 60
    people: tuple[str, ...] = ()
    cache: bool = True
    max_pixels: int = MAX_PIXELS
    enter_confirms_nothing: ConfirmsNothing = "ask"
    review: ReviewRules = field(default_factory=ReviewRules)
    digest: str = ""

    def not_named(self, given: Mapping[str, int]) -> dict[str, int]:
        """Of labels that were given, and how often, those that the file does not have, the most frequent first; none where it
        has no labels at all."""
        names = {label.name for label in self.labels}
        found = sorted(given.items(), key=lambda each: (-each[1], each[0]))
        return {name: n for name, n in found if n and name not in names} if names else {}

    @property
    def queue(self) -> Path:
        """The folder of the queue."""
        return self.folder / "queue"
