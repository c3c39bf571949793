"""Makes docs/tour.webp, the README's animated picture: ten pictures are labelled, a box is drawn, a sheet is reviewed.

The real app on its demo projects, run headless; each screen is rebuilt from the bytes that it sent.

python -m scripts.make_tour [FILE]
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from devtools.emulator.emulator import Emulator
from devtools.emulator.script import Step, parse_keys
from devtools.emulator.session import run
from devtools.emulator.size import TerminalSize

ROOT = Path(__file__).parent.parent
SIZE = TerminalSize(100, 30)
WIDTH = 900
"""Of the animation, in pixels."""
LAST = 2200
"""Milliseconds for which the last screen of a scene stays."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`command`: arguments of the program. `keys`: what is pressed, each once nothing has happened for `rest` seconds.
    `stays`: milliseconds of each screen."""

    command: tuple[str, ...]
    keys: str
    stays: int
    rest: float = 0.8


SCENES = (
    Scene(("demo",), "y,1,b,5,2,6,3,y,4,b", 750),
    Scene(("demo", "--shapes"), "b,f,b,shift+up,shift+up,enter,p,m,enter,a,1,enter", 900),
    Scene(("demo", "--review"), "v,a,1,enter,enter,enter", 1300),
)


def screens(scene: Scene) -> Iterator[tuple[Image.Image, int]]:
    """The screen at rest before each key and at the end, and for how many milliseconds it stays."""
    with tempfile.TemporaryDirectory() as home:
        env = {"PYTHONPATH": str(ROOT), "HOME": home, "XDG_CACHE_HOME": home, "XDG_CONFIG_HOME": home,
               "XDG_STATE_HOME": home, "XDG_DATA_HOME": home, "TERMLABEL_USER": "eve"}  # fmt: skip
        steps = [*parse_keys(scene.keys, scene.rest), Step("idle", 2 * scene.rest, "q")]
        # The first picture becomes exact before anything is pressed.
        steps[0] = Step("idle", 3.0, steps[0].key)
        result = run(
            [sys.executable, "-m", "tui", *scene.command], profile="kitty", size=SIZE, keys=steps, env=env
        )
    if result.exit_status != 0:
        sys.exit(f"termlabel {' '.join(scene.command)} ended with {result.exit_status}.")
    terminal, fed = Emulator(result.profile, result.size), 0
    seen = result.records[:-1]
    for number, record in enumerate(seen):
        terminal.feed(result.stream[fed : record.end])
        fed = record.end
        yield terminal.picture(letters=True), LAST if number in (0, len(seen) - 1) else scene.stays


def main(file: Path) -> None:
    found = [each for scene in SCENES for each in screens(scene)]
    height = round(WIDTH * SIZE.pixels[1] / SIZE.pixels[0])
    first, *others = (screen.resize((WIDTH, height), Image.Resampling.LANCZOS) for screen, _ in found)
    stays = [milliseconds for _, milliseconds in found]
    first.save(
        file,
        save_all=True,
        append_images=others,
        duration=stays,
        loop=0,
        quality=72,
        method=4,
        minimize_size=True,
    )
    print(f"{file}  {WIDTH}x{height}, {len(found)} screens  {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "tour.webp")
