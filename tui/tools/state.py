"""The state of an editor: the shapes of one picture, what is selected, and what is being drawn. Plain values."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from tui.model.annotation import ACCEPT_ABOVE
from tui.model.class_map import ClassMap
from tui.model.geometry import Point
from tui.model.project import Label
from tui.model.shapes import DrawnKind, Shape, kind_of
from tui.tools.crosshair import Crosshair
from tui.tools.moves import Part
from tui.tools.painted import free_id, is_layer, with_layers, with_masks
from tui.tools.parts import parts_of
from tui.tools.reading import PixelReader
from tui.tools.view import View

MAX_STEPS = 500
"""Edits of one picture that can be taken back."""
GESTURE_SECONDS = 1.0
"""Nudges of one shape that follow so closely are one step of undo."""
DOUBLE_SECONDS = 0.6
"""A key that comes again within this time was perhaps pressed twice for one thing."""
ItemKey = tuple[str, int | str, int]
"""By what a shape or suggestion is known from key to key. A mask that is painted by its label, as it is made anew each time."""
BRINGS_BACK = "{work.undo} brings it back"
TAKES_BACK = "{work.undo} takes back"
REPEAT_SECONDS = 0.1
"""A key that comes again within this time is held down."""
EditorTone = Literal["hint", "good", "warn"]
"""Of a message: a hint, the trace of what was done, a refusal."""
EditorRequest = Literal["", "submit", "zoom", "text", "pixels"]
"""What the screen is asked for: the picture is done, zoom to the selected shape, words for an attribute, the
picture's pixels and then the same key again."""


@dataclass(frozen=True, slots=True)
class EditorRules:
    """`screen_nudges`: arrows move by screen pixels, whatever the zoom. `accept_above`: the score from which
    suggestions are accepted together. `alike`: how far colours may differ where a mask grows, from 0 to 255."""

    labels: tuple[Label, ...] = ()
    screen_nudges: bool = False
    accept_above: float = ACCEPT_ABOVE
    alike: float = 24.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """A shape under way. `points`: fixed so far. `vertex`: the one that follows the crosshair."""

    kind: DrawnKind
    cross: Crosshair
    points: tuple[Point, ...] = ()
    vertex: int | None = None


@dataclass(frozen=True, slots=True)
class Brush:
    """Painting a mask. `size`: diameter in image pixels. `down`: the crosshair paints as it moves."""

    cross: Crosshair
    size: float
    down: bool = False
    erase: bool = False


class Drag(NamedTuple):
    """What the mouse holds: a part of the selected shape by its index; a corner under way, with how many were fixed
    before; a stroke, 1 once it has painted. `at`: where the mouse was, in image pixels."""

    what: Literal["part", "corner", "stroke"]
    number: int
    at: Point


class Closing(NamedTuple):
    """When a key closed the shape that was drawn or took a suggestion, and when that key came last since then. `what`: it
    did, for the person."""

    at: float
    last: float
    what: str

    def reaches(self, now: float) -> bool:
        """Whether the key at `now` still belongs to it: one that closes a shape is quickly pressed once too often."""
        return now - self.at < DOUBLE_SECONDS or now - self.last < REPEAT_SECONDS


@dataclass(frozen=True, slots=True)
class Gesture:
    """The last nudges: of what, and when. The last such key, when it was pressed, since when it repeats."""

    what: tuple[str, int] = ("", -1)
    at: float = -1e9
    key: str = ""
    pressed: float = -1e9
    held: float = -1e9


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What an undo gives back."""

    shapes: tuple[Shape, ...]
    suggestions: tuple[Shape, ...]
    classes: ClassMap | None
    selected: int | None
    numbers: Mapping[ItemKey, int]


@dataclass(frozen=True, slots=True)
class Editor:
    """`selected`: an index into `items`, which are the shapes and behind them the suggestions.

    `numbers`: of the items, as `tui.tools.numbers` keeps them. `classes`: all masks of the picture while one paints. `jump`: digits typed so far for a jump. `asking`: the
    attribute that the next digit sets. `drag`: what the mouse holds. `closing`: the last key closed a shape of points or took a suggestion.
    `decided`: how many steps of `past` come before a flag or note, which is taken back before them; `redo_at`: with how many steps
    of `future` one comes again, -1 for none.
    `message`, `tone`, `wants`: of the last key; `wants` is for the screen.
    """

    rules: EditorRules
    view: View
    shapes: tuple[Shape, ...] = ()
    suggestions: tuple[Shape, ...] = ()
    previous: tuple[Shape, ...] = ()
    previous_size: Point | None = None
    selected: int | None = None
    part: int = 0
    tool: Drawing | Brush | None = None
    label: str = ""
    last_size: Point | None = None
    brush_size: float = 0.0
    classes: ClassMap | None = None
    numbers: Mapping[ItemKey, int] = field(default_factory=dict)
    past: tuple[Snapshot, ...] = ()
    decided: int = 0
    redo_at: int = -1
    future: tuple[Snapshot, ...] = ()
    gesture: Gesture = field(default_factory=Gesture)
    hidden: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()
    jump: str | None = None
    asking: str | None = None
    drag: Drag | None = None
    closing: Closing | None = None
    pixels: PixelReader | None = field(default=None, compare=False)
    message: str = ""
    tone: EditorTone = "hint"
    wants: EditorRequest = ""

    @property
    def scope(self) -> Literal["shapes", "drawing"]:
        """Whose keys count."""
        return "drawing" if self.tool is not None else "shapes"

    @property
    def items(self) -> tuple[Shape, ...]:
        """The shapes and behind them the suggestions."""
        return self.shapes + self.suggestions

    @property
    def shape(self) -> Shape | None:
        """The selected one."""
        items = self.items
        return items[self.selected] if self.selected is not None and self.selected < len(items) else None

    @property
    def label_in_hand(self) -> str:
        """Of what is drawn or painted now, else of the selected shape; with nothing in hand that of the next shape."""
        return self.shape.label if self.tool is None and self.shape is not None else self.label

    @property
    def on_suggestion(self) -> bool:
        """Whether what is selected is a suggestion."""
        return self.selected is not None and self.selected >= len(self.shapes)

    @property
    def size(self) -> Point:
        """Width and height of the image."""
        return (self.view.image_width, self.view.image_height)

    @property
    def moving(self) -> Part | None:
        """The part that the arrows move."""
        shape = self.shape
        parts = parts_of(shape) if shape is not None else ()
        return parts[self.part % len(parts)] if parts else None

    @property
    def steps_per_pixel(self) -> float:
        """Short steps of an arrow in one image pixel: one, or as many as it has screen pixels when the rules say so."""
        return (self.view.scale or 1.0) if self.rules.screen_nudges else 1.0

    def rule(self, name: str) -> Label | None:
        """The label of the project with this name."""
        return next((label for label in self.rules.labels if label.name == name), None)

    def title(self, name: str) -> str:
        """A label as it is shown."""
        label = self.rule(name)
        return label.title if label is not None else name

    def named(self, index: int) -> str:
        """An item as a person calls it: `box 2 cat`, `suggestion cat 0.93`."""
        shape = self.items[index]
        if index < len(self.shapes):
            return " ".join(filter(None, (kind_of(shape), str(self.number(index)), self.title(shape.label))))
        score = shape.extra.get("score")
        shown = f" {score:.2f}" if isinstance(score, int | float) else ""
        return f"suggestion {self.title(shape.label)}{shown}"

    def say(self, message: str) -> Editor:
        """The same with a message."""
        return replace(self, message=message, tone="hint")

    def refuse(self, message: str) -> Editor:
        """The same with the reason why a key does not do what it is for."""
        return replace(self, message=message, tone="warn")

    def snapshot(self) -> Snapshot:
        """What an undo would give back."""
        return Snapshot(self.shapes, self.suggestions, self.classes, self.selected, with_numbers(self))

    def remembered(self) -> Editor:
        """A step of undo begins here."""
        past = (*self.past, self.snapshot())[-MAX_STEPS:]
        return replace(self, past=past, future=(), redo_at=-1, gesture=Gesture())

    def with_shape(self, shape: Shape) -> Editor:
        """The selected one replaced. A suggestion that is changed becomes a shape of one's own."""
        if self.selected is None:
            return self
        if self.on_suggestion:
            rest = tuple(s for i, s in enumerate(self.suggestions) if i != self.selected - len(self.shapes))
            return replace(self, shapes=(*self.shapes, shape), suggestions=rest, selected=len(self.shapes))
        shapes = (*self.shapes[: self.selected], shape, *self.shapes[self.selected + 1 :])
        return replace(self, shapes=shapes)

    def with_new(self, *shapes: Shape) -> Editor:
        """More shapes on top, with ids of their own; the last one is selected."""
        first = free_id(self.shapes)
        own = tuple(replace(shape, id=first + n) for n, shape in enumerate(shapes))
        return replace(self, shapes=(*self.shapes, *own), selected=len(self.shapes) + len(own) - 1, part=0)

    @property
    def listed(self) -> tuple[Shape, ...]:
        """The shapes as lists name and count them: while one paints, with a mask for each class that occurs. These masks
        have no pixels, which would take long with every key."""
        if self.classes is None:
            return self.shapes
        return with_layers(self.shapes, self.classes, dict.fromkeys(self.classes.occurring, ""))

    @property
    def keyed(self) -> list[tuple[ItemKey, Shape]]:
        """The shapes as lists name them, and behind them the suggestions, each with what it is known by."""
        size, seen = (round(self.size[1]), round(self.size[0])), Counter[tuple[str, int | str]]()
        found: list[tuple[ItemKey, Shape]] = []
        for shape in self.listed:
            known = ("mask", shape.label) if is_layer(shape, size) else ("shape", shape.id)
            found.append(((*known, seen[known]), shape))
            seen[known] += 1
        return [*found, *((("suggestion", id(shape), 0), shape) for shape in self.suggestions)]

    @property
    def numbered(self) -> list[tuple[int, Shape]]:
        """The shapes and suggestions with their numbers, in the order of these."""
        numbers = with_numbers(self)
        return sorted(((numbers[key], shape) for key, shape in self.keyed), key=lambda each: each[0])

    def number(self, index: int) -> int:
        """Of an item."""
        shape = self.items[index]
        return next((number for number, each in self.numbered if each is shape), index + 1)

    def with_number(self, number: int) -> int | None:
        """The index of the item that has it."""
        shape = next((each for own, each in self.numbered if own == number), None)
        return next((n for n, each in enumerate(self.items) if each is shape), None)

    def result(self) -> tuple[Shape, ...]:
        """The shapes as they are saved, also in the middle of painting."""
        return self.shapes if self.classes is None else with_masks(self.shapes, self.classes)


def with_numbers(editor: Editor) -> Mapping[ItemKey, int]:
    """The numbers of all items: what has none yet comes behind all others."""
    keys = [key for key, _ in editor.keyed]
    numbers = {key: editor.numbers[key] for key in keys if key in editor.numbers}
    new = itertools.count(max(numbers.values(), default=0) + 1)
    return numbers | {key: next(new) for key in keys if key not in numbers}
