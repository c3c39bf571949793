"""The pictures on a screen: those that take the place of cells, and those that lie in an order above and below."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from PIL import Image

from devtools.emulator.size import TerminalSize


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """A stored image on the screen. `left`, `top`: pixels of the screen. `source`: left, top, right, bottom in the
    image. `size`: pixels it is scaled to. `z`: what lies higher hides what lies lower."""

    image: Image.Image
    left: int
    top: int
    source: tuple[int, int, int, int]
    size: tuple[int, int]
    z: int


@dataclass(slots=True)
class Pictures:
    """`layer`: the pixels (RGBA) of pictures that belong to cells; `attached`: they stay under the text that is
    written over them, as in Konsole. `placed`: by image and placement number. `virtual`: columns and rows of an image
    that placeholders show."""

    size: TerminalSize
    attached: bool
    layer: Image.Image = field(init=False)
    placed: dict[tuple[int, int], PlacedImage] = field(default_factory=dict)
    virtual: dict[int, tuple[int, int]] = field(default_factory=dict)
    _empty: bool = True
    """Nothing was put on the layer."""

    def __post_init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """No pictures, nor places for them."""
        self.take_away()
        self.virtual.clear()

    def take_away(self) -> None:
        """No pictures; placeholders that are written go on showing theirs."""
        self.layer = Image.new("RGBA", self.size.pixels)
        self._empty = True
        self.placed.clear()

    def resize(self, size: TerminalSize) -> None:
        """Only what is attached stays."""
        before, empty = self.layer, self._empty
        self.size = size
        self.clear()
        if self.attached:
            self.layer.paste(before)
            self._empty = empty

    def scroll(self, rows: int) -> None:
        """Everything so many rows up."""
        up = rows * self.size.cell[1]
        before, self.layer = self.layer, Image.new("RGBA", self.size.pixels)
        self.layer.paste(before, (0, -up))
        self.placed = {key: replace(image, top=image.top - up) for key, image in self.placed.items()}

    def uncover(self, row: int, start: int, end: int) -> None:
        """Text takes the place of pictures that belong to cells, from column `start` to before `end`; attached ones
        only lie under it."""
        if not (self.attached or self._empty):
            width, height = self.size.cell
            self.layer.paste((0, 0, 0, 0), (start * width, row * height, end * width, (row + 1) * height))

    def put(self, image: Image.Image, cell: tuple[int, int], *, through: bool) -> None:
        """A picture (RGBA) with its top left in that cell (column, row); where it is clear, what was there shows
        `through` it or is gone."""
        at = cell[0] * self.size.cell[0], cell[1] * self.size.cell[1]
        self.layer.paste(image, at, image if through else None)
        self._empty = False
