"""The pictures on a screen: those that take the place of cells, and those that lie in an order above and below."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import ceil

from PIL import Image

from devtools.emulator.size import TerminalSize

Grain = tuple[float, float]
"""Pixels of the screen, across and down, to one pixel that a picture was sent with."""


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

    @property
    def grain(self) -> Grain:
        """How much it is scaled up."""
        left, top, right, bottom = self.source
        return self.size[0] / (right - left), self.size[1] / (bottom - top)

    @property
    def is_colour(self) -> bool:
        """A single pixel scaled up, such as a ground under pictures: it shows nothing of one."""
        left, top, right, bottom = self.source
        return (right - left, bottom - top) == (1, 1)

    def covers(self, x: int, y: int) -> bool:
        """Whether it hides what lies below it at a pixel of the screen."""
        across, down = x - self.left, y - self.top
        if not (0 <= across < self.size[0] and 0 <= down < self.size[1]):
            return False
        own = int(self.source[0] + across / self.grain[0]), int(self.source[1] + down / self.grain[1])
        pixel = self.image.getpixel(own)
        return isinstance(pixel, tuple) and pixel[-1] == 255


@dataclass(slots=True)
class Pictures:
    """`layer`: the pixels (RGBA) of pictures that belong to cells; `attached`: they stay under the text that is
    written over them, as in Konsole. `owners`: which placement each cell (column, row) shows, where stored images take
    the place of cells (`tiled`; the cells keep them when the size changes). `placed`: by image and placement number.
    `virtual`: columns and rows of an image that placeholders show."""

    size: TerminalSize
    attached: bool
    tiled: bool = False
    layer: Image.Image = field(init=False)
    placed: dict[tuple[int, int], PlacedImage] = field(default_factory=dict)
    virtual: dict[int, tuple[int, int]] = field(default_factory=dict)
    grains: dict[tuple[int, int], Grain] = field(default_factory=dict)
    """Of what is on the layer, by column and row."""
    owners: dict[tuple[int, int], int] = field(default_factory=dict)
    _empty: bool = True
    """Nothing was put on the layer."""

    def __post_init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """No pictures, nor places for them."""
        self.take_away()
        self.virtual.clear()

    def in_order(self) -> list[PlacedImage]:
        """What is placed, from the lowest to the highest; of the same z the image of the lower number lies lower."""
        return [self.placed[key] for key in sorted(self.placed, key=lambda key: (self.placed[key].z, key[0]))]

    @property
    def shown(self) -> list[PlacedImage]:
        """The pictures among what is placed, in that order."""
        return [each for each in self.in_order() if not each.is_colour]

    def take_away(self) -> None:
        """No pictures; placeholders that are written go on showing theirs."""
        self.layer = Image.new("RGBA", self.size.pixels)
        self.grains.clear()
        self._empty = True
        self.placed.clear()
        self.owners.clear()

    def resize(self, size: TerminalSize) -> None:
        """Only what is attached stays."""
        before, empty, grains, owners = self.layer, self._empty, dict(self.grains), dict(self.owners)
        self.size = size
        self.clear()
        if self.attached or self.tiled:
            self.layer.paste(before)
            self.grains = grains
            self._empty = empty
            there = {cell: n for cell, n in owners.items() if cell[0] < size.columns and cell[1] < size.rows}
            self.owners.update(there)

    def scroll(self, rows: int) -> None:
        """Everything so many rows up."""
        up = rows * self.size.cell[1]
        before, self.layer = self.layer, Image.new("RGBA", self.size.pixels)
        self.layer.paste(before, (0, -up))
        self.placed = {key: replace(image, top=image.top - up) for key, image in self.placed.items()}
        self.grains = {(x, y - rows): grain for (x, y), grain in self.grains.items() if y >= rows}
        self.owners = {(x, y - rows): n for (x, y), n in self.owners.items() if y >= rows}

    def uncover(self, row: int, start: int, end: int) -> None:
        """Text takes the place of pictures that belong to cells, from column `start` to before `end`; attached ones
        only lie under it."""
        if not (self.attached or self._empty):
            width, height = self.size.cell
            self.layer.paste((0, 0, 0, 0), (start * width, row * height, end * width, (row + 1) * height))
            for column in range(start, end):
                self.grains.pop((column, row), None)
                self.owners.pop((column, row), None)

    def put(
        self, image: Image.Image, cell: tuple[int, int], *, through: bool, grain: Grain = (1.0, 1.0)
    ) -> None:
        """A picture (RGBA) with its top left in that cell (column, row); where it is clear, what was there shows
        `through` it or is gone. `grain`: how much it was scaled up."""
        across, down = self.size.cell
        at = cell[0] * across, cell[1] * down
        for row in range(ceil(image.height / down)):
            for column in range(ceil(image.width / across)):
                self.grains[cell[0] + column, cell[1] + row] = grain
        self.layer.paste(image, at, image if through else None)
        self._empty = False
        if self.owners:
            left, top = cell
            right, bottom = left - (-image.width // across), top - (-image.height // down)
            for there in [(x, y) for x, y in self.owners if left <= x < right and top <= y < bottom]:
                del self.owners[there]

    def tile(self, image: Image.Image, cell: tuple[int, int], number: int, grain: Grain = (1.0, 1.0)) -> None:
        """A stored image (RGBA) in the place of the cells that it reaches: those show placement `number` from now on.
        `grain`: how much it was scaled up."""
        width, height = self.size.cell
        columns, rows = min(-(-image.width // width), self.size.columns - cell[0]), -(-image.height // height)
        whole = Image.new("RGBA", (columns * width, rows * height))
        whole.paste(image)
        self.put(whole, cell, through=False, grain=grain)
        self.owners |= {(cell[0] + x, cell[1] + y): number for x in range(columns) for y in range(rows)}
