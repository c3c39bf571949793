"""Masks as pictures: `index/NAME.png` holds the number of each pixel's class, `colour/NAME.png` its colour.

0 is the background, 255 is read as void; with more than 200 classes index pictures have 16 bits. Numbers, names
and colours stand in `legend.json`, and for other tools in `labelmap.txt`. Later shapes lie over earlier ones.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.errors import TermlabelError, UsageError
from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.conversions import FILLED, approximated, area_of_curve, fill
from tui.formats.json_text import load
from tui.formats.pixels import grid_of, mask_of
from tui.formats.reading import ImageRecord, ReadContext, files_below, numbered, utf8_text
from tui.formats.rules import FeatureRule, Fidelity, carried
from tui.formats.values import RecordError
from tui.libraries import overheard
from tui.model.shapes import Mask, Shape

Colour = tuple[int, int, int]
"""Red, green and blue, each from 0 to 255."""
_VOID = 255
_FEW = 200
"""Most classes of a project for pictures of 8 bits; some room for labels that the project has no more."""


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    """Two pictures an image, by number and by colour, then the legend of the classes that were met.

    Raises:
        TermlabelError: more labels are in use than the pictures hold.
    """
    wide = len(job.classes.names) > _FEW
    colours = _Colours(job)
    for image in images:
        index = _index(image, job, wide)
        stem = os.path.splitext(image.name)[0]
        job.tree.write(f"index/{stem}.png", _png(index))
        job.tree.write(f"colour/{stem}.png", _png(colours.table()[index]))
        job.put_image(f"images/{image.name}", image)
    entries = [{"index": 0, "name": "background", "colour": "#000000"}]
    lines = ["# label:color_rgb:parts:actions", "background:0,0,0::"]
    for n, name in enumerate(job.classes.names, 1):
        red, green, blue = (int(value) for value in colours.table()[n])
        entries.append({"index": n, "name": name, "colour": f"#{red:02x}{green:02x}{blue:02x}"})
        lines.append(f"{name}:{red},{green},{blue}::")
    job.tree.write(
        "legend.json", json.dumps(entries, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"
    )
    job.tree.write("labelmap.txt", ("\n".join(lines) + "\n").encode("utf-8", "replace"))


def _index(image: ExportedImage, job: ExportJob, wide: bool) -> NDArray[np.uint16] | NDArray[np.uint8]:
    """The numbers of all pixels; (height, width)."""
    found = np.zeros((image.height, image.width), dtype=np.uint16 if wide else np.uint8)
    for shape in sorted(image.shapes, key=lambda each: each.z):
        assert isinstance(shape, Mask)
        number = job.classes[shape.label] + 1
        if number >= _VOID and not wide:
            raise TermlabelError("There are more labels in use than 8 bits hold; add them to the project.")
        area = grid_of(shape)
        under = found[area]
        if ((under != 0) & (under != number)).any():
            job.report.changed("mask", "lies over pixels of an earlier shape, which lost them")
        found[area] = number
    return found


def _png(pixels: NDArray[Any]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


class _Colours:
    """The project's colours, each once: a repeated one, or black, gives way to the next of Pascal VOC's."""

    def __init__(self, job: ExportJob) -> None:
        self._job = job
        self._wanted = {label.name: label.colour for label in job.project.labels}
        self._table: list[Colour] = [(0, 0, 0)]
        self._spare = iter(range(1, 1 << 16))

    def table(self) -> NDArray[np.uint8]:
        """Colours by number, for all classes met so far."""
        for name in self._job.classes.names[len(self._table) - 1 :]:
            colour = _rgb(self._wanted.get(name, "#000000"))
            while colour in self._table:
                colour = voc_colour(next(self._spare))
            self._table.append(colour)
        return np.array(self._table, dtype=np.uint8)


def _rgb(text: str) -> Colour:
    """`#rrggbb` as a colour."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def voc_colour(number: int) -> Colour:
    """The colour of a class in Pascal VOC: bits of the number spread over the channels, highest first."""
    channels = [0, 0, 0]
    for bit in range(7, -1, -1):
        for channel in range(3):
            channels[channel] |= (number >> channel & 1) << bit
        number >>= 3
    return channels[0], channels[1], channels[2]


# Reading.


def read(path: Path, context: ReadContext) -> Iterator[ImageRecord]:
    """A folder with a legend: index pictures, else colour pictures. One mask a class and image."""
    entries = list(_legend(path))
    names = {number: name for number, name, _ in entries if number}
    colours = {colour: number for number, _, colour in entries}
    folder = next((path / name for name in ("index", "colour") if (path / name).is_dir()), path)
    files = files_below(folder, "*.png")
    if not files:
        raise UsageError(f"{path}: there are no PNG files in it.")
    parse = partial(_record, folder=folder, names=names, colours=colours, context=context)
    for file in files:
        yield from context.parse_one(file, parse, str(file))


def _record(
    file: Path, *, folder: Path, names: dict[int, str], colours: dict[Colour, int], context: ReadContext
) -> ImageRecord:
    index = _numbers(file, colours)
    shapes = numbered(_masks(file, index, names, context))
    name = file.relative_to(folder).with_suffix("").as_posix()
    return ImageRecord(str(file), name, index.shape[1], index.shape[0], shapes=shapes)


def _masks(file: Path, index: NDArray[Any], names: dict[int, str], context: ReadContext) -> Iterator[Mask]:
    """A mask of each class that a picture holds, by the classes' numbers."""
    for number in np.unique(index).tolist():
        if number in names:
            yield mask_of(index == number, label=names[number])
        elif number not in (0, _VOID):
            context.wrong(str(file), f"has pixels of the number {number}, which the legend does not name")


def _numbers(file: Path, colours: dict[Colour, int]) -> NDArray[Any]:
    try:
        with overheard() as said, Image.open(file) as image:
            image.load()  # numpy takes a picture that cannot be loaded for an object.
            pixels = np.asarray(image.convert("RGB") if image.mode in ("RGBA", "LA") else image)
    except (OSError, ValueError, SyntaxError) as error:
        raise RecordError(f"cannot be read ({said() or error})") from None
    if pixels.ndim == 2:
        return pixels.astype(np.int64)
    return _numbers_of_colours(pixels, colours)


def _numbers_of_colours(pixels: NDArray[Any], colours: dict[Colour, int]) -> NDArray[Any]:
    """Class numbers of an array (height, width, 3); -1 where a colour is of no class."""
    packed = pixels.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    found = np.full(packed.shape, -1, dtype=np.int64)
    for (red, green, blue), number in colours.items():
        found[packed == (red << 16 | green << 8 | blue)] = number
    return found


def _legend(path: Path) -> Iterable[tuple[int, str, Colour]]:
    """Number, name and colour of each class; 0 is the background.

    Raises:
        UsageError: the folder has no legend, or it cannot be read.
    """
    for name, parse in (("legend.json", _legend_entries), ("labelmap.txt", _labelmap_entries)):
        if (path / name).is_file():
            return parse(path / name)
    raise UsageError(f"{path} has no legend.json or labelmap.txt that names the classes.")


def _legend_entries(file: Path) -> list[tuple[int, str, Colour]]:
    try:
        entries = [(int(each["index"]), str(each["name"]), str(each["colour"])) for each in load(file)]
        return [(number, name, _rgb(colour)) for number, name, colour in entries]
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise UsageError(f"{file}: is no list of index, name and colour ({error}).") from None


def _labelmap_entries(file: Path) -> list[tuple[int, str, Colour]]:
    text = utf8_text(file.read_bytes(), str(file))
    rows = re.findall(r"^([^#\n].*?):(\d{1,3}),(\d{1,3}),(\d{1,3}):.*$", text, re.M)
    return [(n, name, (int(red), int(green), int(blue))) for n, (name, red, green, blue) in enumerate(rows)]


def _fill_curve(shape: Shape, width: int, height: int) -> list[Shape]:
    return [mask for ring in area_of_curve(shape, width, height) for mask in fill(ring, width, height)]


def _recognise(path: Path, _head: bytes) -> bool:
    return (path / "legend.json").is_file() or (path / "labelmap.txt").is_file()


FORMAT = Format(
    "masks",
    "a folder of PNG masks, by number and by colour, with a legend",
    write,
    read,
    {
        **carried(("negative", "mask")),
        **dict.fromkeys(("box", "rotated box", "polygon", "polygon with holes", "cuboid"), FILLED),
        "spline": approximated("closed ones filled into a mask", _fill_curve),
        "z": FeatureRule(Fidelity.CARRIED, "as what lies over what"),
    },
    unique_stems=True,
    precision="whole pixels",
    recognise=_recognise,
)
