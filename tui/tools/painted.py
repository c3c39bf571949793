"""The masks of a painting among the shapes of its picture."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace

from tui.model import rle
from tui.model.class_map import ClassMap
from tui.model.shapes import Mask, Shape


def is_layer(shape: Shape, size: tuple[int, int]) -> bool:
    """Whether a mask belongs to the painting of a picture of this height and width."""
    return isinstance(shape, Mask) and shape.size == size


def free_id(shapes: Iterable[Shape]) -> int:
    """One more than the greatest number in use."""
    return 1 + max((shape.id for shape in shapes if isinstance(shape.id, int)), default=0)


def with_masks(shapes: tuple[Shape, ...], classes: ClassMap) -> tuple[Shape, ...]:
    """Shapes with the masks of a painting in place of those before; a class keeps its id and attributes.
    Masks lie below everything else."""
    return with_layers(shapes, classes, {name: rle.pack(runs) for name, runs in classes.runs().items()})


def with_layers(shapes: tuple[Shape, ...], classes: ClassMap, counts: Mapping[str, str]) -> tuple[Shape, ...]:
    """Shapes with a mask for each class in place of those before. `counts`: by class."""
    size = (classes.height, classes.width)
    before = {shape.label: shape for shape in shapes if isinstance(shape, Mask) and shape.size == size}
    others = tuple(shape for shape in shapes if not is_layer(shape, size))
    new_ids = itertools.count(free_id(shapes))
    masks: list[Shape] = []
    for name, pixels in counts.items():
        known = before.get(name) or Mask(size, "", id=next(new_ids), label=name)
        masks.append(_with_counts(known, pixels))
    return (*masks, *others)


def _with_counts(mask: Mask, counts: str) -> Mask:
    """The same mask when nothing of it changed: what is known of it by identity stays known."""
    return mask if mask.counts == counts else replace(mask, counts=counts)
