"""The project: what is asked of the people who label, as read from `termlabel.toml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

FORMAT = 1
MAX_PIXELS = 179_000_000
"""Pictures above this are not decoded unless the project says more (Pillow's own limit)."""
DEFAULT_REASONS = ("wrong label", "not tight", "something missing", "unclear picture", "other")

Kind = Literal["classify", "tags", "shapes"]
OnSkip = Literal["later", "others", "never"]
OnReject = Literal["annotator", "anyone", "drop"]
OwnWork = Literal["name", "login"]
AttributeType = Literal["boolean", "choice", "number", "text"]


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
    """A class: `name` goes into exports and never changes, `title` is shown.

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
    kind: Kind = "classify"
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
    review: ReviewRules = field(default_factory=ReviewRules)
    digest: str = ""
