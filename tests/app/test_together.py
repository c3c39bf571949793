"""Picture and text change at once: whenever the terminal shows a frame, the picture on the canvas is the one that the
text beside it names, or there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devtools.emulator.emulator import Emulator
from devtools.emulator.profiles import PROFILES
from devtools.emulator.size import TerminalSize
from tests.app.seen import pixels_near
from tests.terminal.fake import FakeTerminal
from tui.config import load_project
from tui.manifest import new_tasks
from tui.model.annotation import Annotation
from tui.sitting.sheet import LEAST_LOOK
from tui.store import open_queue

SIZE = TerminalSize(100, 30)
COLOURS = {
    "red": (200, 40, 40),
    "green": (40, 160, 40),
    "blue": (40, 60, 200),
    "yellow": (200, 190, 30),
    "grey": (150, 150, 150),
}
SYNC_START, SYNC_END = b"\x1b[?2026h", b"\x1b[?2026l"
PROJECT = 'format = 1\nkind = "classify"\n' + "".join(f'[[labels]]\nname = "{name}"\n' for name in COLOURS)


@dataclass(frozen=True)
class Work:
    """`command`: of termlabel; `each`: pictures of every colour; `key`: what leads to the next picture or sheet, once that
    in front was there for `look` seconds; `columns`: of the canvas; `names`: what names the picture in the screen's text."""

    command: tuple[str, ...]
    each: int
    key: str
    columns: int
    names: Callable[[str], list[str]]
    look: float = 0.4


def beside(text: str) -> list[str]:
    """The file that the column beside the canvas names."""
    return re.findall(r"(\w+?)\d\.png", "\n".join(line[66:] for line in text.splitlines()))


def group(text: str) -> list[str]:
    """The label of the sheet in front, as its heading tells it."""
    return re.findall(rf"\b({'|'.join(COLOURS)})\? · \d", text)


WORKS = {
    "annotate": Work(("annotate",), 1, "1", 65, beside),
    "review": Work(("review", "--as", "rev"), 1, "a", 65, beside),
    # As many of a colour as make a sheet by themselves: fewer would come together.
    "sheet": Work(("review", "--as", "rev", "--sheet"), 8, "R", 100, group, look=LEAST_LOOK + 0.1),
    "sheet of few": Work(("review", "--as", "rev", "--sheet"), 3, "R", 100, group, look=LEAST_LOOK + 0.1),
}


def project(folder: Path, work: Work) -> Path:
    folder.mkdir()
    (folder / "termlabel.toml").write_text(PROJECT, encoding="utf-8")
    paths = []
    for name, colour in COLOURS.items():
        noise = np.random.default_rng(1).integers(-25, 25, (600, 800, 1))
        pixels = np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)
        for number in range(work.each):
            paths.append(folder / f"{name}{number}.png")
            Image.fromarray(pixels).save(paths[-1])
    labelling = load_project(folder)
    queue = open_queue(labelling)
    queue.add(new_tasks(labelling, paths), who="lead")
    if "review" in work.command:
        for number, path in enumerate(paths):
            (lease,) = queue.claim("ann", sitting="s")
            label = path.stem.rstrip("0123456789")
            queue.submit(lease, Annotation((label,)), who="ann", seconds=1.0, request_id=f"made {number}")
    queue.close()
    return folder


def frames(stream: bytes) -> Iterator[bytes]:
    """What comes between two moments at which a terminal may draw: brackets of synchronized output are not cut."""
    end = 0
    for found in re.finditer(re.escape(SYNC_START) + b".*?" + re.escape(SYNC_END), stream, re.DOTALL):
        yield from _pieces(stream[end : found.start()])
        yield found[0]
        end = found.end()
    yield from _pieces(stream[end:])


def _pieces(stream: bytes) -> Iterator[bytes]:
    """Cut before each picture and each placement, and behind each painting of the toolkit's."""
    cuts = rb"(?=\x1bP|\x1b_Ga=[pd]|\x1b\]1337;)|(?<=\x1b\[1;1H)(?!\x1b_G)"
    yield from (piece for piece in re.split(cuts, stream) if piece)


def colours_seen(model: Emulator, columns: int) -> set[str]:
    """Of the pictures on the canvas, which is so many columns wide."""
    canvas = model.picture().crop((0, 0, columns * SIZE.cell[0], 26 * SIZE.cell[1]))
    areas = pixels_near(canvas, list(COLOURS.values()), 45)
    return {
        name for name, area in zip(COLOURS, areas, strict=True) if area > 0.02 * canvas.width * canvas.height
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "profile"),
    [
        *(("sheet", profile) for profile in ("kitty", "iterm2", "sixel")),
        ("sheet of few", "plain"),
        *(("annotate", profile) for profile in ("kitty", "sixel")),
        # Pictures come in the same way as when annotating.
        *(("review", profile) for profile in ("iterm2", "plain")),
    ],
)
def test_in_every_frame_the_picture_is_the_one_that_is_named(kind: str, tmp_path: Path, profile: str) -> None:
    work = WORKS[kind]
    folder = project(tmp_path / "project", work)
    command, *options = work.command
    with FakeTerminal(
        ["-m", "tui", command, str(folder), *options], profile=profile, size=(100, 30), delay=0.02
    ) as t:
        for done in range(2):
            t.wait_for(f" {done * work.each} of {len(COLOURS) * work.each} done")
            t.wait_until(lambda model: colours_seen(model, work.columns))
            t.wait_idle(work.look)
            t.press(work.key)
        t.wait_for(f" {2 * work.each} of {len(COLOURS) * work.each} done")
        t.press("q")
        assert t.wait_exit() == 0
        stream = bytes(t.stream)
    model, named, wrong = Emulator(PROFILES[profile], SIZE), set[str](), list[tuple[str, set[str], bytes]]()
    for frame in frames(stream):
        model.feed(frame)
        name, seen = next(iter(work.names(model.text())), None), colours_seen(model, work.columns)
        if name and seen:
            named.add(name)
        if name and seen - {name}:
            wrong.append((name, seen, frame[:200]))
    assert len(named) >= 2
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("how", ["+", "\x1b[<64;300;200M"], ids=["key", "wheel"])
def test_another_zoom_is_told_in_the_frame_that_shows_it(tmp_path: Path, how: str) -> None:
    folder = project(tmp_path / "project", WORKS["annotate"])
    with FakeTerminal(
        ["-m", "tui", "annotate", str(folder)], profile="kitty", size=(100, 30), delay=0.02
    ) as t:
        t.wait_until(lambda model: colours_seen(model, 65))
        t.wait_idle(0.6)
        mark = t.mark()
        t.type(how)
        t.wait_for("ZOOM 150 %")
        stream = t.bytes_since(mark)
    shown = next(frame for frame in frames(stream) if re.search(rb"\x1b_Ga=p,[^\x1b]*\bx=", frame))
    assert "ZOOM 150 %" in shown.decode()
