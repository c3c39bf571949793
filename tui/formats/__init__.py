"""Interchange formats: tasks out, and what files say about images in. One file a format; formats see
tasks, never a queue."""

from __future__ import annotations

from tui.formats import coco, csv_file, cvat, imagefolder, jsonl, labelme, labelstudio, masks, voc, yolo
from tui.formats.base import Format

FORMATS: dict[str, Format] = {
    module.FORMAT.name: module.FORMAT
    for module in (jsonl, csv_file, coco, yolo, cvat, voc, labelstudio, labelme, masks, imagefolder)
}
"""In the order in which `auto` asks them: those that recognise least come last."""
