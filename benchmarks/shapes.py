"""Figures of drawing: keys for a box, keys to mend a suggestion, time of a nudge and of a dab.

    python -m benchmarks.shapes [--boxes 300]

The person is a script that plays real keys into the editor. It knows where the true box is and what every key
does, and looks for few keys; so the figures are what the grammar allows, and a lower bound for people.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image

from benchmarks.report import Figure, print_table
from benchmarks.street import street
from devtools.editing import press_key
from tui.commands import COMMANDS
from tui.imaging.changes import OverlayTiles
from tui.imaging.outline import Grid
from tui.imaging.pixels import Pixels
from tui.imaging.viewport import Viewport
from tui.keymap import label_keys, load
from tui.model.geometry import Bounds, Point, box_iou
from tui.model.measure import bounds
from tui.model.project import Label
from tui.model.shapes import Box
from tui.tools.checks import Checked
from tui.tools.crosshair import COLUMNS, ROWS, Crosshair, ruler_of
from tui.tools.display import scene_of
from tui.tools.editor import annotation_of, opened
from tui.tools.keys import Keys
from tui.tools.state import Editor, EditorRules
from tui.tools.view import View

WIDTH, HEIGHT = 1000, 760
VIEW = replace(View.whole(WIDTH, HEIGHT), cell=(10.0, 20.0))
GOOD = 0.9
LABELS = tuple(Label(f"class {n}", f"Class {n}", "#e69f00") for n in range(1, 21))
KEYMAP = load("default")
KEYS = Keys.of([c.id for c in COMMANDS], KEYMAP.of, label_keys({x.name: None for x in LABELS}, KEYMAP))
Plan = tuple[tuple[str, ...], Point]
"""Keys, and where they lead."""


def true_boxes(count: int, minimum: float = 40, maximum: float = 600, seed: int = 1) -> list[Bounds]:
    """Widths log-uniform, aspects 0.55 to 1.8, inside the view."""
    rng, found = random.Random(seed), list[Bounds]()
    while len(found) < count:
        width = math.exp(rng.uniform(math.log(minimum), math.log(maximum)))
        height = width / rng.uniform(0.55, 1.8)
        if height < HEIGHT:
            found.append((rng.uniform(0, WIDTH - width), rng.uniform(0, HEIGHT - height), width, height))
    return found


# Drawing.


def plans(start: Crosshair, target: Point) -> list[Plan]:
    """Ways to a point: arrows at once, or ruler, ninths and arrows."""
    bases: list[tuple[tuple[str, ...], Crosshair]] = [((), start)]
    columns, rows = ruler_of(VIEW)
    column, row = columns.part_at(target[0]), rows.part_at(target[1])
    cross = start.letter(COLUMNS[column], VIEW).letter(ROWS[row], VIEW)
    keys: tuple[str, ...] = (COLUMNS[column], ROWS[row])
    for _ in range(3):
        bases.append((keys, cross))
        digit = min(range(1, 10), key=lambda d: math.dist(cross.digit(d).at, target))
        keys, cross = (*keys, str(digit)), cross.digit(digit)
    found = []
    for keys, cross in bases:
        for across, x in arrows(cross.at[0], target[0], ("left", "right")):
            for down, y in arrows(cross.at[1], target[1], ("up", "down")):
                found.append(((*keys, *across, *down), VIEW.clamp((x, y))))
    return pareto(found, target)


def arrows(at: float, wanted: float, names: tuple[str, str]) -> Iterator[tuple[tuple[str, ...], float]]:
    """Up to three presses with shift and three without, each towards the target."""
    for far in range(4):
        place, pressed = at, list[str]()
        for _ in range(far):
            side = wanted > place
            place += 10 if side else -10
            pressed.append(f"shift+{names[side]}")
        for near in range(4):
            yield tuple(pressed), place
            if near < 3:
                side = wanted > place
                place += 1 if side else -1
                pressed.append(names[side])


def pareto(found: Sequence[Plan], target: Point) -> list[Plan]:
    """Plans of which no other is as short and as near in both directions."""
    rated = sorted(found, key=lambda p: (len(p[0]), math.dist(p[1], target)))
    kept: list[tuple[float, float, Plan]] = []
    for plan in rated:
        dx, dy = abs(plan[1][0] - target[0]), abs(plan[1][1] - target[1])
        if not any(a <= dx + 1e-9 and b <= dy + 1e-9 for a, b, _ in kept):
            kept.append((dx, dy, plan))
    return [plan for _, _, plan in kept]


def keys_for(box: Bounds, last: Point | None) -> list[str]:
    """Few keys that draw a good box, with `b`, two `enter` and the label."""
    first_corner, second_corner = (box[0], box[1]), (box[0] + box[2], box[1] + box[3])
    size = last or (WIDTH / 4, HEIGHT / 4)
    best: tuple[str, ...] | None = None
    for keys, at in plans(Crosshair.start(VIEW), first_corner):
        if best is not None and len(keys) >= len(best):
            break
        start = Crosshair.start(VIEW, VIEW.clamp((at[0] + size[0], at[1] + size[1])))
        for more, to in plans(start, second_corner):
            if best is not None and len(keys) + len(more) + 1 >= len(best):
                break
            drawn = (min(at[0], to[0]), min(at[1], to[1]), abs(to[0] - at[0]), abs(to[1] - at[1]))
            if box_iou(drawn, box) >= GOOD:
                best = (*keys, "enter", *more)
    assert best is not None, box
    return ["b", *best, "enter", "1"]


def drawn_keys(boxes: Sequence[Bounds]) -> list[int]:
    """Keys for each box, played into one editor after another as on a walk."""
    counts, editor = [], opened(EditorRules(LABELS), VIEW)
    for box in boxes:
        editor = opened(EditorRules(LABELS), VIEW, last=editor)
        keys = keys_for(box, editor.last_size)
        editor = play(editor, keys)
        assert editor.shape is not None and box_iou(bounds(editor.shape), box) >= GOOD, box
        counts.append(len(keys))
    return counts


def play(editor: Editor, keys: Sequence[str], now: float = 0.0) -> Editor:
    for key in keys:
        now += 0.5
        found = press_key(editor, key, KEYS, now)
        assert found is not None, key
        editor = found
    return editor


# Mending.

MEND = (
    "w", "W", "left", "right", "up", "down", "shift+left", "shift+right", "shift+up", "shift+down",
    "comma", "full_stop", "semicolon", "colon",
)  # fmt: skip
BEAM = 12


def mistaken(box: Bounds, rng: random.Random, size: Point) -> Bounds:
    """A suggestion whose overlap is 0.78 to 0.82: each edge off by a normal error."""
    while True:
        off = [rng.gauss(0, 1) for _ in range(4)]
        low, high = 0.0, 1.0
        for _ in range(40):
            part = (low + high) / 2
            found = shifted(box, off, part, size)
            overlap = box_iou(found, box)
            if 0.78 <= overlap <= 0.82:
                return found
            low, high = (part, high) if overlap > 0.82 else (low, part)


def shifted(box: Bounds, off: Sequence[float], part: float, size: Point) -> Bounds:
    left, right = box[0] + off[0] * part * box[2], box[0] + box[2] + off[1] * part * box[2]
    top, bottom = box[1] + off[2] * part * box[3], box[1] + box[3] + off[3] * part * box[3]
    left, right = max(0.0, left), min(size[0], max(right, left + 1))
    top, bottom = max(0.0, top), min(size[1], max(bottom, top + 1))
    return (left, top, right - left, bottom - top)


def suggested(box: Bounds, size: Point = (WIDTH, HEIGHT), pixels: Pixels | None = None) -> Editor:
    x, y, width, height = box
    shape = {
        "kind": "box",
        "label": "class 1",
        "x": x,
        "y": y,
        "width": width,
        "height": height,
        "score": 0.6,
    }
    editor = opened(EditorRules(LABELS), View.whole(*size), predictions=[shape])
    return replace(editor, pixels=pixels)


def mending_keys(editor: Editor, box: Bounds, keys: Sequence[str] = MEND, max_keys: int = 14) -> int:
    """Fewest keys found, with the `enter` that accepts: the best few states of each part are followed."""
    beam = [editor]
    for count in range(max_keys):
        if any(box_iou(bounds(e.shape), box) >= GOOD for e in beam if e.shape is not None):
            return count + 1
        following: dict[int, list[tuple[float, Editor]]] = {}
        for state in beam:
            for key in keys:
                found = press_key(state, key, KEYS, 1e3)
                if found is not None and found.shape is not None:
                    following.setdefault(found.part, []).append((box_iou(bounds(found.shape), box), found))
        beam = []
        for states in following.values():
            states.sort(key=lambda rated: -rated[0])
            seen: set[Bounds] = set()
            for _, state in states:
                assert state.shape is not None
                place = bounds(state.shape)
                if place not in seen and len(seen) < BEAM:
                    seen.add(place)
                    beam.append(replace(state, past=()))
    return max_keys


def tightened_keys(folder: Path) -> list[int]:
    """On the demo pictures, whose objects have edges: `t`, again if it helps, and arrows where it does not."""
    rng, counts = random.Random(1), []
    pictures = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))["pictures"]
    for picture in pictures:
        with Image.open(folder / picture["image"]) as image:
            pixels = Pixels(image)
        for entry in picture.get("boxes", ()):
            if entry["occluded"] or entry["truncated"]:
                continue
            box = (entry["x"], entry["y"], entry["width"], entry["height"])
            size = (float(picture["width"]), float(picture["height"]))
            editor = suggested(mistaken(box, rng, size), size, pixels)
            counts.append(mending_keys(editor, box, ("t", *MEND), 8))
    return counts


# Time.


def nudge_seconds(count: int = 300, rounds: int = 40) -> float:
    """CPU of one nudge among many shapes: the key, the checks, the scene and the JSON of the draft."""
    shapes = [
        Box(x, y, w, h, id=i, label=LABELS[i % 20].name)
        for i, (x, y, w, h) in enumerate(true_boxes(count), 1)
    ]
    editor = replace(opened(EditorRules(LABELS), VIEW), shapes=tuple(shapes), selected=count // 2)
    checked = Checked(LABELS, editor.size)
    scene_of(editor, checked(editor.shapes))
    times = []
    for n in range(rounds):
        begin = time.process_time()
        found = press_key(editor, "right" if n % 2 else "left", KEYS, n * 2.0)
        assert found is not None
        scene_of(found, checked(found.shapes))
        annotation_of(found)
        times.append(time.process_time() - begin)
        editor = found
    return statistics.median(times)


def mask_figures(folder: Path) -> tuple[float, float, int]:
    """Seconds of a dab (the key and what it changes of the scene's tiles), seconds of a save, bytes of what is saved."""
    names = tuple(label.name for label in LABELS)
    classes = street(folder, names)
    editor = play(opened(EditorRules(LABELS), View.whole(classes.width, classes.height)), ["m"])
    editor = replace(editor, classes=classes)
    view = Viewport.fit((classes.width, classes.height), (1000, 760), (10.0, 20.0))
    sheet, grid = OverlayTiles(), Grid(view)
    sheet.tiles(scene_of(editor), grid)
    dabs = []
    for _ in range(30):
        begin = time.process_time()
        editor = play(editor, ["tab", "shift+right", "enter"])
        for tile in sheet.tiles(scene_of(editor), grid).values():
            tile.key  # noqa: B018
        dabs.append(time.process_time() - begin)
    saves, text = [], ""
    for _ in range(5):
        begin = time.process_time()
        text = json.dumps([dict(shape) for shape in annotation_of(editor).shapes])
        saves.append(time.process_time() - begin)
    return statistics.median(dabs), statistics.median(saves), len(text)


def counted(
    name: str, counts: Sequence[int], median: float, ninetieth: float | None = None
) -> Iterator[Figure]:
    """Median and 90th percentile of numbers of keys."""
    yield Figure(f"{name}, median", statistics.median(counts), "keys", median, note=f"n {len(counts)}")
    if ninetieth is not None:
        yield Figure(f"{name}, p90", sorted(counts)[int(len(counts) * 0.9)], "keys", ninetieth)


def figures(boxes: int) -> Iterator[Figure]:
    """All figures, each measured when it is asked for."""
    yield from counted("draw a box of 40-600 px", drawn_keys(true_boxes(boxes)), 10, 13)
    yield from counted("draw a box of 20-80 px", drawn_keys(true_boxes(boxes, 20, 80)), 13)
    rng = random.Random(1)
    wrong = [(mistaken(box, rng, (WIDTH, HEIGHT)), box) for box in true_boxes(boxes)]
    yield from counted("mend a suggestion by arrows", [mending_keys(suggested(a), b) for a, b in wrong], 7)
    folder = Path(__file__).parents[1] / "demo_images"
    yield from counted("mend a suggestion with t, demo pictures", tightened_keys(folder), 4)
    yield Figure("a nudge among 300 shapes", nudge_seconds() * 1000, "ms CPU", 5)
    dab, save, size = mask_figures(folder)
    yield Figure("a dab on 12 megapixels, 20 classes", dab * 1000, "ms CPU", 10)
    yield Figure("save them", save * 1000, "ms CPU", 100)
    yield Figure("stored", size / 1000, "kB", 200)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--boxes", type=int, default=300)
    return 0 if print_table("Shapes by keys (IoU 0.9)", figures(parser.parse_args().boxes)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
