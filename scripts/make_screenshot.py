"""Makes docs/screenshot.png: the app on the demo project, run headless, its screen rebuilt from the bytes it sent.

python -m scripts.make_screenshot [FILE]
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from PIL import Image

from devtools.emulator.script import parse_keys
from devtools.emulator.session import run
from devtools.emulator.size import TerminalSize
from tui.demo import PROJECT

ROOT = Path(__file__).parent.parent
KEYS = "idle=4:y"
"""The first picture is a street; the screen is taken when the next one has come to rest."""


def screenshot(keys: str = KEYS, columns: int = 120, rows: int = 40) -> Image.Image:
    """The screen of a kitty-like terminal after the keys."""
    with tempfile.TemporaryDirectory() as home:
        env = {"PYTHONPATH": str(ROOT), "HOME": home, "XDG_CACHE_HOME": home, "XDG_CONFIG_HOME": home,
               "TERMLABEL_USER": "eve"}  # fmt: skip
        steps = parse_keys(f"{keys},idle=2:q", 0.6)
        command = [sys.executable, "-m", "tui", "demo"]
        result = run(command, profile="kitty", size=TerminalSize(columns, rows), keys=steps, env=env)
    if result.exit_status != 0:
        sys.exit(f"The app ended with {result.exit_status}.")
    return result.picture(result.records[-2].end)


def with_palette(picture: Image.Image) -> Image.Image:
    """256 colours, those of the labels among them, so that the file is small."""
    own = [
        int(digits, 16)
        for colour in re.findall(r"#([0-9a-f]{6})", PROJECT)
        for digits in re.findall("..", colour)
    ]
    common = picture.quantize(256 - len(own) // 3).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette((own + common)[: 3 * 256])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def main(file: Path) -> None:
    picture = with_palette(screenshot())
    file.parent.mkdir(exist_ok=True)
    picture.save(file, optimize=True)
    print(f"{file}  {picture.width}x{picture.height}  {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshot.png")
