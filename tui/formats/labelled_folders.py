"""A folder of images a class, as torchvision, Hugging Face and Ultralytics read it: `PART/CLASS/NAME`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from tui.formats.base import ExportedImage, ExportJob
from tui.formats.reading import ImageRecord

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp"})
PARTS = frozenset({"train", "val", "valid", "validation", "test"})


def write(images: Iterable[ExportedImage], job: ExportJob) -> None:
    """Images of exactly one class; others have no folder and the rules have counted them as left out."""
    for image in images:
        if len(image.labels) == 1:
            place(image, job)


def place(image: ExportedImage, job: ExportJob) -> str:
    """Put an image into the folder of its class; gives its name there."""
    name = f"{job.part_of(image)}/{folder_name(image.labels[0])}/{image.name}"
    job.put_image(name, image)
    return name


def folder_name(label: str) -> str:
    """A label as the name of one folder: what cannot stand there is written as in URLs."""
    name = re.sub(r"[/\0]|%(?=[0-9A-Fa-f]{2})", lambda found: f"%{ord(found[0]):02X}", label)
    return "%2E" + name[1:] if name.startswith(".") else name


def read_folders(path: Path) -> Iterator[ImageRecord]:
    """The class of an image is the folder it lies in, below a part where there are parts."""
    for folder, folders, files in os.walk(path):
        folders.sort()
        parts = Path(folder).relative_to(path).parts
        kept = parts[1:] if parts and parts[0] in PARTS else parts
        if not kept:
            continue
        for file in sorted(files):
            if os.path.splitext(file)[1].lower() in IMAGE_SUFFIXES:
                full = os.path.join(folder, file)
                yield ImageRecord(full, "/".join((*parts, file)), labels=(unquote(kept[0]),))


def image_at(stem: str) -> Path | None:
    """The image file whose path without its ending this is."""
    for suffix in sorted(IMAGE_SUFFIXES | {suffix.upper() for suffix in IMAGE_SUFFIXES}):
        if os.path.isfile(stem + suffix):
            return Path(stem + suffix)
    return None


def holds_images(path: Path) -> bool:
    """Whether there are images two or more folders deep, and nothing that speaks of another format."""
    return path.is_dir() and next(read_folders(path), None) is not None
