"""Tags over the picture: text cells in the colour of their label, placed so that they stay on the canvas."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import assert_never

from rich.cells import cell_len, set_cell_size
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from tui.display.tag_room import TagRoom
from tui.imaging.ink import ink_on
from tui.imaging.viewport import Viewport
from tui.model.geometry import Point
from tui.model.scene import Area, Cross, Frame, Handle, Layers, Path, Ruler, Scene, Text
from tui.text import printable

FETCHING = "#303030"
"""Behind the name of a picture that is on its way."""
_AIM = "▼▶"
"""On the rulers, where a crosshair whose arms do not reach them points."""
_CORNER = 3
"""Cells of a ruler's first letters, which are read as those of both rulers."""
_CLOSE = 2
"""Cells from one letter of a ruler to the next beside it, at least; those below each other are read apart in any case."""


@dataclass(frozen=True, slots=True)
class Tag:
    """`text` from a cell of the canvas on. `colour`: of the label; empty for the ruler, which is sent in few bytes."""

    row: int
    column: int
    text: str
    colour: str
    strong: bool = False

    @property
    def end(self) -> int:
        """The first column behind it."""
        return self.column + cell_len(self.text)

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Column, row, columns, rows."""
        return self.column, self.row, cell_len(self.text), 1


@dataclass(slots=True)
class TagLayer:
    """The tags that lie over a picture; one for a stage and for what paints its tags. `fetching`: the name of the picture
    while nothing of it is there."""

    tags: tuple[Tag, ...] = ()
    fetching: str = ""

    def wanted(self, scene: Scene, viewport: Viewport | None, size: tuple[int, int]) -> tuple[Tag, ...]:
        """The tags of a scene; until there is a picture for it, that it is on its way."""
        if self.fetching:
            return (fetching_tag(self.fetching, size),)
        return tags_of(scene, viewport, size) if viewport is not None else ()

    def replace(self, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
        """Puts others in the place of those that are there, and gives these back."""
        before, self.tags = self.tags, tags
        return before

    def replace_in(self, rows: Collection[int], tags: tuple[Tag, ...]) -> list[tuple[int, int, int]]:
        """The same in some rows alone; gives the spans (row, first, end) that changed."""
        kept = (tag for tag in self.tags if tag.row not in rows)
        before = self.replace((*kept, *(tag for tag in tags if tag.row in rows)))
        return changed_cells(before, self.tags)


def tags_of(scene: Scene, viewport: Viewport, size: tuple[int, int]) -> tuple[Tag, ...]:
    """`size`: of the canvas in columns and rows. Tags of points outside the canvas are left out."""
    aim = next((mark.at for mark in scene if isinstance(mark, Cross) and mark.arm is not None), None)
    rulers = [tag for mark in scene if isinstance(mark, Ruler) for tag in _ruler(mark, viewport, size, aim)]
    placed = _room_beside(rulers, size).placed(list(_texts(scene)), viewport)
    tags = [Tag(*place, mark.colour, mark.strong) for mark, place in placed]
    # Where there is no room at all what is in hand lies over the others.
    return (*tags[::-1], *rulers)


def _texts(scene: Scene) -> Iterator[Text]:
    for mark in scene:
        match mark:
            case Text():
                yield mark
            case Frame() | Path() | Handle() | Cross() | Area() | Layers() | Ruler():
                pass
            case _:
                assert_never(mark)


def _room_beside(rulers: Sequence[Tag], size: tuple[int, int]) -> TagRoom:
    """The canvas without the rulers: the whole column of letters, so that no tag moves with the marks of a crosshair."""
    room = TagRoom(size)
    for ruler in rulers:
        room.take(ruler.row, ruler.column, cell_len(ruler.text))
    singles = [ruler for ruler in rulers if cell_len(ruler.text) == 1]
    for column in {ruler.column for ruler in singles}:
        for row in range(min(each.row for each in singles), max(each.row for each in singles) + 1):
            room.take(row, column, 1)
    return room


def part_of(tag: Tag, box: tuple[int, int, int, int]) -> Tag:
    """The part of a tag in these cells of its row."""
    behind = Segment(tag.text).split_cells(box[0] - tag.column)[1]
    return replace(tag, column=box[0], text=behind.split_cells(box[2])[0].text)


def fetching_tag(name: str, size: tuple[int, int]) -> Tag:
    """In the middle of a canvas of `size` (columns, rows): that a picture is on its way."""
    text = f" loading {printable(name)} "
    text = text if cell_len(text) <= size[0] else set_cell_size(text, size[0])
    return Tag(size[1] // 2, (size[0] - cell_len(text)) // 2, text, FETCHING)


def _ruler(ruler: Ruler, viewport: Viewport, size: tuple[int, int], aim: Point | None) -> Iterator[Tag]:
    """The letters of the columns are runs of text, so that they cost a hundred bytes; those of rows are single. Each
    stands on the cell in which its part of the picture has its middle. Where letters would stand close they take turns
    on several lines. `aim`: of a crosshair with short arms; where it points to is marked on both rulers."""
    x0, y0 = viewport.to_canvas(ruler.x, ruler.y)
    x1, y1 = viewport.to_canvas(ruler.x + ruler.width, ruler.y + ruler.height)
    across, down = viewport.cell
    pitch = ruler.part[0] * viewport.scale / across, ruler.part[1] * viewport.scale / down
    columns = _Edge.of(x0 / across, x1 / across, pitch[0], len(ruler.columns), size[0], _CLOSE)
    rows = _Edge.of(y0 / down, y1 / down, pitch[1], len(ruler.rows), size[1], 1)
    x, y = viewport.to_canvas(*aim) if aim is not None else (-1.0, -1.0)
    here = floor(x / across), floor(y / down)
    strips = [[" "] * (columns.end - columns.first) for _ in range(columns.lines)]
    for n, letter in enumerate(ruler.columns):
        strips[n % columns.lines][columns.cell(n) - columns.first] = letter
    singles = _beside(ruler.rows, rows, strips)
    singles = {at: _marked(sign, _AIM[1]) if at[0] == here[1] else sign for at, sign in singles.items()}
    if 0 <= here[0] - columns.first < len(strips[0]):
        strips[0][here[0] - columns.first] = _marked(strips[0][here[0] - columns.first], _AIM[0])
    if rows.first + columns.lines <= here[1] < rows.end and all(row != here[1] for row, _ in singles):
        singles[here[1], 0] = _AIM[1]
    yield from (Tag(rows.first + n, columns.first, "".join(cells), "") for n, cells in enumerate(strips))
    yield from (Tag(row, columns.first + n, letter, "") for (row, n), letter in singles.items())


def _beside(letters: str, rows: _Edge, strips: list[list[str]]) -> dict[tuple[int, int], str]:
    """Letters of rows by row and column of the ruler. In the corner both rulers begin: there they stand in the first cells
    of `strips` that are free, and a letter that stands there already is that of the row too."""
    singles = dict[tuple[int, int], str]()
    for n, letter in enumerate(letters):
        row, column = rows.cell(n), n % rows.lines
        strip = strips[row - rows.first] if row - rows.first < len(strips) else []
        if letter in strip[:_CORNER]:
            continue
        while column < len(strip) and strip[column] != " ":
            column += 1
        if column < len(strip):
            strip[column] = letter
        else:
            singles[row, column] = letter
    return singles


def _marked(letter: str, sign: str) -> str:
    """A cell of a ruler at which a crosshair points: a sign, or its letter as a capital."""
    return sign if letter == " " else letter.upper()


@dataclass(frozen=True, slots=True)
class _Edge:
    """An edge of the picture with the letters of a ruler along it. `start`: of the first letter's part; `pitch`: the length
    of a part, in cells; `first`, `end`: the cells of the edge; `lines`: over which letters are spread."""

    start: float
    pitch: float
    first: int
    end: int
    lines: int

    @classmethod
    def of(cls, start: float, stop: float, pitch: float, count: int, room: int, close: int) -> _Edge:
        """For `count` letters in the middle between two places, `close` cells apart on a line at least; `room`: cells of the
        canvas."""
        first, end = max(0, floor(start + 0.05)), min(room, ceil(stop - 0.05))
        lines = max(1, ceil(close / max(pitch, 1e-6) - 1e-6))
        return cls((start + stop - count * pitch) / 2, pitch, first, max(end, first + 1), lines)

    def cell(self, number: int) -> int:
        """On which a letter stands."""
        # Parts are whole cells: a hair's breadth must not decide for each of them anew.
        at = floor(self.start + (number + 0.5) * self.pitch + 1e-6)
        return min(max(at, self.first), self.end - 1)


def changed_cells(before: tuple[Tag, ...], after: tuple[Tag, ...]) -> list[tuple[int, int, int]]:
    """Spans (row, first, end) of the tags that are not in both."""
    gone, new = set(before) - set(after), set(after) - set(before)
    return [(tag.row, tag.column, tag.end) for tag in (*gone, *new)]


def tag_style(tag: Tag) -> Style:
    """The label's colour behind black or white, whichever is read better; the ruler black on white."""
    if not tag.colour:
        return Style(color="black", bgcolor="white")
    return Style(color=ink_on(tag.colour), bgcolor=tag.colour, bold=tag.strong or None)


def tag_text(tag: Tag, origin: tuple[int, int], truecolor: bool) -> str:
    """The same as bytes for the terminal. `origin`: column and row of the canvas on the screen."""
    system = ColorSystem.TRUECOLOR if truecolor else ColorSystem.EIGHT_BIT
    return f"\x1b[{origin[1] + tag.row + 1};{origin[0] + tag.column + 1}H" + tag_style(tag).render(
        tag.text, color_system=system
    )
