"""Sixels decode back pixel for pixel, also by a terminal that does not select a colour by defining it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tui.terminal import iterm2, sixel

ROOT = Path(__file__).resolve().parents[2]
TOKENS = re.compile(rb'#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)([?-~])|([?-~])|(\$)|(-)|"1;1;(\d+);(\d+)')


def decoded(data: bytes) -> tuple[np.ndarray, bool]:
    """(height, width, 3) in percent, -1 where nothing was drawn, height a multiple of six; and whether the
    background is cleared. A definition does not select."""
    match = re.fullmatch(rb"\x1bP0;([01]);0q(.*)\x1b\\", data, re.DOTALL)
    assert match is not None
    pixels, colours, colour, x, y, end = np.zeros((0, 0, 3)), {}, -1, 0, 0, 0
    for token in TOKENS.finditer(match[2]):
        assert token.start() == end
        end = token.end()
        if token[1]:
            colours[int(token[1])] = [int(token[n]) for n in (2, 3, 4)]
        elif token[5]:
            colour = int(token[5])
        elif token[6] or token[8]:
            count = int(token[6] or 1)
            bits = (token[7] or token[8])[0] - 63
            for n in range(6):
                if bits >> n & 1:
                    pixels[y + n, x : x + count] = colours[colour]
            x += count
        elif token[9]:
            x = 0
        elif token[10]:
            x, y = 0, y + 6
        else:
            width, height = int(token[11]), int(token[12])
            pixels = np.full((-(-height // 6) * 6, width, 3), -1.0)
    assert end == len(match[2])
    return pixels, match[1] == b"0"


def noise(width: int, height: int, colours: int, seed: int) -> Image.Image:
    random = np.random.default_rng(seed)
    palette = random.integers(0, 256, (colours, 3)).astype(np.uint8)
    return Image.fromarray(palette[np.sort(random.integers(0, colours, (height, width)), axis=1)])


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(1, 25), st.integers(1, 64), st.integers(0, 10**6), st.booleans())
def test_pixels_come_back(width: int, height: int, colours: int, seed: int, dithered: bool) -> None:
    image = sixel.reduced(noise(width, height, colours, seed), 64, dithered=dithered)
    pixels, cleared = decoded(sixel.sixels(image))
    percent = (np.asarray(image.convert("RGB")).astype(int) * 100 + 127) // 255
    assert np.array_equal(pixels[:height], percent)
    assert (pixels[height:] == -1).all()
    assert cleared == (height % 6 == 0)


def test_strips_of_one_palette_join_to_the_whole() -> None:
    image = sixel.reduced(noise(100, 120, 200, 1), 256, dithered=True)
    parts = [decoded(sixel.sixels(image.crop((0, y, 100, y + 60))))[0] for y in (0, 60)]
    assert np.array_equal(np.concatenate(parts), decoded(sixel.sixels(image))[0])


@pytest.mark.parametrize(("height", "rows"), [(20, 3), (18, 1), (19, 6), (19.5, 4), (17.3, 1), (21, 2)])
def test_rows_of_whole_bands(height: float, rows: int) -> None:
    assert sixel.rows_of_whole_bands(height) == rows


def test_strips_begin_with_an_absolute_move() -> None:
    assert sixel.strip(b"\x1bP0;0;0q\x1b\\", (4, 2)) == b"\x1b[3;5H\x1bP0;0;0q\x1b\\"
    assert iterm2.strip(b"abc", (4, 2), 100, 5) == (
        b"\x1b[3;5H\x1b]1337;File=inline=1;size=3;width=100;height=5;preserveAspectRatio=0:YWJj\x07"
    )


SCRIPT = """
import sys
import tui.terminal.sixel as sixel
assert not any(name.startswith("textual_image") for name in sys.modules), "imported too early"
from PIL import Image
sixel.sixels(sixel.reduced(Image.new("RGB", (60, 60)), 16, dithered=True))
assert "textual_image._sixel" in sys.modules
loaded = [name for name in sys.modules if name.startswith(("textual_image.renderable", "textual_image.widget"))]
assert not loaded, loaded
"""


def test_importing_and_encoding_say_nothing_to_the_terminal() -> None:
    """On a terminal of its own as stdin, stdout and stderr, the encoder writes 0 bytes."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        check=False,
    )
    os.close(theirs)
    try:
        said = os.read(ours, 65536)
    except OSError:  # The other end is closed and nothing is left to read.
        said = b""
    os.close(ours)
    assert (done.returncode, said) == (0, b"")
