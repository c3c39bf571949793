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
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.errors import TermlabelError, UsageError
from tui.formats.base import ExportedImage, ExportJob, Format
from tui.formats.changes import FILLED, area_of_curve, fill
from tui.formats.json_text import load
from tui.formats.pixels import grid_of, mask_of
from tui.formats.reading import ImageRecord, ReadContext, RecordError, numbered
from tui.formats.rules import CARRIED, FeatureRule, Fidelity
from tui.model.shapes import Mask, Shape

Colour = tuple[int, int, int]
_VOID = 255
_FEW = 200
"""Most classes of a project for pictures of 8 bits; some room for labels that the project has no more."""


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    wide = len(job.classes.names) > _FEW
    colours = _Colours(job)
    for image in images:
        index = _index(image, job, wide)
        stem = os.path.splitext(image.name)[0]
        job.tree.write(f"index/{stem}.png", _png(index))
        job.tree.write(f"colour/{stem}.png", _png(colours.table()[index]))
        job.tree.put_image(f"images/{image.name}", job.source(image), job.images)
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
            text = self._wanted.get(name, "#000000")
            colour = (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))
            while colour in self._table:
                colour = voc_colour(next(self._spare))
            self._table.append(colour)
        return np.array(self._table, dtype=np.uint8)


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
    names, colours = _legend(path)
    folder = (
        path / "index"
        if (path / "index").is_dir()
        else path / "colour"
        if (path / "colour").is_dir()
        else path
    )
    files = sorted(folder.rglob("*.png"), key=lambda each: each.as_posix())
    if not files:
        raise UsageError(f"{path}: there are no PNG files in it.")
    for file in files:
        try:
            index = _numbers(file, colours)
        except RecordError as wrong:
            context.wrong(str(file), str(wrong))
            continue
        shapes: list[Shape] = []
        for number in np.unique(index).tolist():
            if number in names:
                shapes.append(mask_of(index == number, label=names[number]))
            elif number not in (0, _VOID):
                context.wrong(str(file), f"has pixels of the number {number}, which the legend does not name")
        name = file.relative_to(folder).with_suffix("").as_posix()
        yield ImageRecord(str(file), name, index.shape[1], index.shape[0], shapes=numbered(shapes))


def _numbers(file: Path, colours: dict[Colour, int]) -> NDArray[Any]:
    try:
        with Image.open(file) as image:
            pixels = np.asarray(image.convert("RGB") if image.mode in ("RGBA", "LA") else image)
    except (OSError, ValueError, SyntaxError) as error:
        raise RecordError(f"cannot be read ({error})") from None
    if pixels.ndim == 2:
        return pixels.astype(np.int64)
    packed = pixels.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    found = np.full(packed.shape, -1, dtype=np.int64)
    for (red, green, blue), number in colours.items():
        found[packed == (red << 16 | green << 8 | blue)] = number
    return found


def _legend(path: Path) -> tuple[dict[int, str], dict[Colour, int]]:
    """Names by number, and numbers by colour; the background is not among the names."""
    if (path / "legend.json").is_file():
        try:
            entries = [
                (int(e["index"]), str(e["name"]), str(e["colour"])) for e in load(path / "legend.json")
            ]
            found = [(n, name, (int(c[1:3], 16), int(c[3:5], 16), int(c[5:7], 16))) for n, name, c in entries]
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(
                f"{path / 'legend.json'}: is no list of index, name and colour ({error})."
            ) from None
    elif (path / "labelmap.txt").is_file():
        text = (path / "labelmap.txt").read_text(encoding="utf-8-sig")
        rows = re.findall(r"^([^#\n].*?):(\d+),(\d+),(\d+):.*$", text, re.M)
        found = [(n, row[0], (int(row[1]), int(row[2]), int(row[3]))) for n, row in enumerate(rows)]
    else:
        raise UsageError(f"{path} has no legend.json or labelmap.txt that names the classes.")
    return {n: name for n, name, _ in found if n}, {colour: n for n, _, colour in found}


def _recognise(path: Path, _head: bytes) -> bool:
    return (path / "legend.json").is_file() or (path / "labelmap.txt").is_file()


FORMAT = Format(
    "masks",
    "a folder of PNG masks, by class number and by colour, with a legend",
    write,
    read,
    {
        "negative": CARRIED,
        "box": FILLED,
        "rotated box": FILLED,
        "polygon": FILLED,
        "polygon with holes": FILLED,
        "spline": FeatureRule(
            Fidelity.APPROXIMATED,
            "closed ones filled into a mask",
            lambda shape, w, h: [mask for ring in area_of_curve(shape, w, h) for mask in fill(ring, w, h)],
        ),
        "cuboid": FILLED,
        "mask": CARRIED,
        "z": FeatureRule(Fidelity.CARRIED, "as what lies over what"),
    },
    unique_stems=True,
    precision="whole pixels",
    recognise=_recognise,
)
