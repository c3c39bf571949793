"""Makes the pictures in demo_images/ and their manifest, from nothing: python -m scripts.make_demo [NAME]...

All is rendered by `scripts.scenery`, with fixed seeds. The names given are rendered anew, the entries of the others
in the manifest stay as they are; without names all are made, which takes a few minutes.
"""

from __future__ import annotations

import io
import sys
import tomllib
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from scripts.scenery.arrays import Array
from scripts.scenery.flowers import FLOWERS
from scripts.scenery.render import render
from scripts.scenery.streets import STREETS
from scripts.scenery.truth import View, masks, objects, run_lengths
from scripts.scenery.wildlife import ANIMALS

FOLDER = Path(__file__).parent.parent / "demo_images"
LARGEST = 47_000
"""Bytes of one picture."""

HEAD = """\
# The demo pictures and what is true of them. Made by `python -m scripts.make_demo`; do not edit.
#
# image          file beside this one
# class          the label that fits the whole picture best
# width, height  pixels
# boxes          the objects on it: label, and x, y, width, height in pixels around what is seen of the object, from the
#                top left corner of the picture. Objects under 15 pixels or mostly hidden are left out.
#                occluded: something stands before it. truncated: it goes on beyond the edge.
#                corners (cars): the block around all of the car, 8 x [x, y], also where hidden or outside: the end nearer
#                to the eye first, its top left, top right, bottom right and bottom left as seen; then the far end alike.
# lane           points along the middle line of the road, nearest first
# masks          where every pixel's class is known: label, and counts in COCO's run-length encoding (compact spelling,
#                size is [height, width])
"""

PICTURES: dict[str, tuple[str, Callable[[], View]]] = {
    "terrace": ("street", STREETS["terrace"]),
    "garden": ("cat", ANIMALS["garden"]),
    "bed": ("flower", FLOWERS["bed"]),
    "kerbside": ("car", STREETS["kerbside"]),
    "meadow": ("dog", ANIMALS["meadow"]),
    "stand": ("bicycle", STREETS["stand"]),
    "hedge": ("bird", ANIMALS["hedge"]),
    "crossing": ("street", STREETS["crossing"]),
    "tank": ("fish", ANIMALS["tank"]),
    "field": ("flower", FLOWERS["field"]),
    "drive": ("car", STREETS["drive"]),
    "doorstep": ("cat", ANIMALS["doorstep"]),
    "bend": ("street", STREETS["bend"]),
    "pond": ("bird", ANIMALS["pond"]),
    "bush": ("flower", FLOWERS["bush"]),
    "fence": ("bicycle", STREETS["fence"]),
    "beach": ("dog", ANIMALS["beach"]),
    "evening": ("street", STREETS["evening"]),
    "daisies": ("flower", FLOWERS["daisies"]),
}
"""Name -> (class, what makes the view)."""


def compressed(pixels: Array) -> bytes:
    """As JPEG: the best quality that is small enough."""
    image = Image.fromarray(pixels)
    for quality in range(86, 30, -2):
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality, optimize=True, progressive=True)
        if file.tell() <= LARGEST:
            break
    return file.getvalue()


def make(name: str) -> tuple[str, bytes]:
    """The manifest's entry of a picture, as TOML, and the picture."""
    kind, build = PICTURES[name]
    view = build()
    shot = render(view.scene)
    height, width = shot.pixels.shape[:2]
    entry: dict[str, Any] = {"image": f"{name}.jpg", "class": kind, "width": width, "height": height}
    entry["boxes"] = [
        {
            "label": one.label,
            **{side: _number(getattr(one, side)) for side in ("x", "y", "width", "height")},
            "occluded": one.occluded,
            "truncated": one.truncated,
            **({"corners": _points(one.corners)} if one.corners is not None else {}),
        }
        for one in objects(view, shot)
    ]
    if view.lane is not None:
        entry["lane"] = _points(shot.camera.to_picture(view.lane))
    if view.groups:
        entry["masks"] = [
            {"label": label, "counts": run_lengths(mask)} for label, mask in masks(view, shot).items()
        ]
    return _entry_text(entry), compressed(shot.pixels)


def _number(value: float) -> float:
    return round(float(value), 1)


def _points(points: Array) -> list[list[float]]:
    return [[_number(x), _number(y)] for x, y in np.asarray(points)]


def _entry_text(entry: dict[str, Any]) -> str:
    lines = ["[[pictures]]"]
    for name, value in entry.items():
        many = isinstance(value, list) and value and isinstance(value[0], dict)
        text = "[\n" + "".join(f"  {_toml(one)},\n" for one in value) + "]" if many else _toml(value)
        lines.append(f"{name} = {text}")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{value}'" if "\\" in value else f'"{value}"'
        case list():
            return "[" + ", ".join(map(_toml, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{name} = {_toml(one)}" for name, one in value.items()) + "}"
        case _:
            return str(value)


def _known() -> dict[str, str]:
    """The entries of the manifest as it is, by name."""
    file = FOLDER / "manifest.toml"
    if not file.exists():
        return {}
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["pictures"]
    return {Path(entry["image"]).stem: _entry_text(entry) for entry in entries}


def main(names: Iterable[str]) -> None:
    wanted = list(names) or list(PICTURES)
    unknown = sorted(set(wanted) - set(PICTURES))
    if unknown:
        sys.exit(f"There is no picture {', '.join(unknown)}; there are {', '.join(PICTURES)}.")
    FOLDER.mkdir(exist_ok=True)
    entries = _known()
    with ProcessPoolExecutor(2) as pool:
        for name, (entry, picture) in zip(wanted, pool.map(make, wanted), strict=True):
            (FOLDER / f"{name}.jpg").write_bytes(picture)
            entries[name] = entry
            print(f"{name}.jpg  {len(picture) / 1000:.0f} kB", flush=True)
    text = "\n".join([HEAD, *(entries[name] for name in PICTURES if name in entries)])
    (FOLDER / "manifest.toml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
