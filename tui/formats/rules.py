"""What a format carries: one rule for each feature that an annotation may have.

The rules are the single truth about losses: they decide what a writer gets to see, what the report counts, what
`--strict` refuses, and what the table in `docs/formats.md` says. A feature without a rule is left out and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from tui.model.shapes import SHAPE_KINDS, Shape


class Fidelity(StrEnum):
    """How much of a feature comes through in a format."""

    CARRIED = "carried"
    APPROXIMATED = "approximated"
    LEFT_OUT = "left out"


ShapeConverter = Callable[[Shape, int, int], list[Shape]]
"""A shape into shapes that a format can hold, on an image of a width and a height in pixels."""


@dataclass(frozen=True, slots=True)
class FeatureRule:
    """`how`: a few words for the report. `convert`: what turns a shape into the shapes that are written."""

    fidelity: Fidelity
    how: str = ""
    convert: ShapeConverter | None = None


CARRIED = FeatureRule(Fidelity.CARRIED)
LEFT_OUT = FeatureRule(Fidelity.LEFT_OUT)

_SHAPE_WORDS = {
    "box": "boxes",
    "rotated box": "rotated boxes",
    "polygon": "polygons",
    "polygon with holes": "polygons with holes",
    "polyline": "polylines",
    "spline": "splines",
    "cuboid": "cuboids",
    "mask": "masks",
}
SHAPES = {
    **_SHAPE_WORDS,
    **{str(kind): f"{kind}s" for kind in SHAPE_KINDS if kind not in _SHAPE_WORDS},
    "unknown": "shapes of a kind unknown here",
}
"""Kinds of shapes and their special cases, in words. A kind that is new in the model is a feature at once, and lost in
every format that has no rule for it."""
CONTENT = {
    "class": "classes of an image",
    "tags": "sets of several tags",
    "negative": "images with nothing on them",
    **SHAPES,
    "attributes": "shapes with attributes",
    "occluded": "marks 'occluded'",
    "truncated": "marks 'truncated'",
    "z": "shapes with a place in depth (z)",
    "name": "names of images",
    "pass": "further passes of an image",
}
"""What an annotation says; losing any of it is a loss to `--strict`."""
PROVENANCE = {
    "annotator": "names of annotators",
    "times": "times and active seconds",
    "verdict": "review verdicts",
    "flagged": "marks 'flagged'",
    "note": "notes",
    "metadata": "metadata of images",
    "extra": "shapes with further members, as what was suggested",
    "predictions": "predictions",
}
"""What is known about the work. Reported, but a training set without it is whole."""
FEATURES = {**CONTENT, **PROVENANCE}
FILES = {
    "file": "images whose file cannot be read",
    "changed file": "images whose file is another one than was labelled",
}
"""What may be wrong with the files of images, whatever the format; a loss to `--strict`, too."""


def carried(features: Iterable[str]) -> dict[str, FeatureRule]:
    """Rules of features that a format holds as they are: those it has a writer for, mostly."""
    return dict.fromkeys(features, CARRIED)


def all_carried() -> dict[str, FeatureRule]:
    """Rules of the format that holds all there is; predictions are what was given, not what somebody decided."""
    return carried(FEATURES) | {"predictions": LEFT_OUT}
