"""The screen painted anew over a picture: other colours, and after another program wrote on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devtools.emulator.emulator import Emulator
from tests.app.seen import alone
from tests.app.test_review import labelled
from tests.app.test_terminal import Watched, command, looked_at
from tests.terminal.fake import FakeTerminal

Fill = Callable[..., Path]
PROFILES = ("kitty", "xtermjs", "iterm2", "konsole", "sixel", "plain")
DARK, LIGHT = (28, 28, 28), (238, 238, 238)
"""Surfaces of the two themes."""
BESIDE = 88
"""The column of the screen right of the canvas; it has no text."""
pytestmark = pytest.mark.slow


def surface(model: Emulator) -> object:
    """The colour beside the canvas, None where it has several."""
    found = {line[BESIDE].back for line in model.screen.cells[:37]}
    return found.pop() if len(found) == 1 else None


def text_of(model: Emulator) -> list[str]:
    """Without the status line, which tells the time, and what may lie under strips: half-blocks, and names of pictures."""
    text = model.text().translate(str.maketrans("▀▄█", "   "))
    text = re.sub(r"loading (\d\.jpg|5 pictures)", "", text)
    return [line.rstrip() for line in text.splitlines() if " of 5 done" not in line]


def same(model: Emulator, text: list[str], picture: Image.Image) -> bool:
    """The screen as it was then."""
    differ = np.asarray(model.picture(), np.int16) - np.asarray(picture, np.int16)
    return text_of(model) == text and not differ.any()


@pytest.mark.parametrize("profile", PROFILES)
def test_other_colours_leave_the_picture_as_it_was(fill: Fill, tmp_path: Path, profile: str) -> None:
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")
    with FakeTerminal(command(folder, "annotate", "ann", trace.path), profile=profile) as t:
        trace.wait("shown", 1)
        t.wait_until(lambda model: alone(model, 1) and surface(model) == DARK, what="the dark screen")
        t.press("n")
        trace.wait("shown", 2)
        t.wait_until(lambda model: alone(model, 2), what="the second picture")
        t.wait_idle()
        text, picture, mark = text_of(t.model), t.picture(), t.mark()
        t.press("f2")
        t.wait_until(lambda model: surface(model) == LIGHT and alone(model, 2), what="the light screen")
        assert text_of(t.model) == text
        t.press("?")
        t.wait_for("All keys and what they do")
        t.press("escape")
        t.wait_until(lambda model: text_of(model) == text, what="the page gone")
        t.press("f2")
        t.wait_until(lambda model: same(model, text, picture), what="everything as it was")
        if profile == "kitty":
            uploads = t.bytes_since(mark).split(b"\x1b_Ga=t,")[1:]
            assert [len(upload.split(b"\x1b", 1)[0]) < 140 for upload in uploads] == [True], (
                "the ground alone"
            )
        t.press("q")
        assert t.wait_exit() == 0


def spoilt_and_painted_anew(t: FakeTerminal, profile: str) -> None:
    t.wait_idle()
    text, picture = text_of(t.model), t.picture()
    t.spoil()
    assert not same(t.model, text, picture)
    mark = t.mark()
    t.press("ctrl+l")
    t.wait_until(lambda model: same(model, text, picture), what="the screen as it was")
    # Placed again where it lay; nothing of it is sent.
    assert profile != "kitty" or b"a=t" not in t.bytes_since(mark)


@pytest.mark.parametrize("profile", PROFILES)
def test_what_another_program_wrote_goes_with_a_key(fill: Fill, tmp_path: Path, profile: str) -> None:
    folder, trace = fill(), Watched(tmp_path / "trace.jsonl")
    with FakeTerminal(command(folder, "annotate", "ann", trace.path), profile=profile) as t:
        trace.wait("shown", 1)
        t.wait_until(lambda model: alone(model, 1), what="the picture")
        spoilt_and_painted_anew(t, profile)
        t.press("?")
        t.wait_for("All keys and what they do")
        spoilt_and_painted_anew(t, profile)
        t.press("escape")
        t.wait_until(lambda model: alone(model, 1), what="the page gone")
        t.press("q")
        assert t.wait_exit() == 0


def on_ground(model: Emulator, ground: tuple[int, int, int]) -> bool:
    """Whether the last place of a contact sheet of three by two, which has no picture, is of this colour."""
    pixels = np.asarray(model.picture().convert("RGB"), np.int16)
    high, wide = pixels.shape[0], pixels.shape[1]
    empty = pixels[high * 6 // 10 : high * 8 // 10, wide * 7 // 10 : wide * 9 // 10]
    # Whole percents of sixels, and what JPEG loses.
    return bool(np.abs(empty - ground).max() <= 2)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_contact_sheet_lies_on_the_surface_of_its_colours(fill: Fill, tmp_path: Path, profile: str) -> None:
    folder, trace = labelled(fill()), Watched(tmp_path / "trace.jsonl")
    sheets = [*command(folder, "review", "rev", trace.path), "--sheet"]
    with FakeTerminal(sheets, profile=profile) as t:
        t.wait_for("This pass")
        trace.wait("shown", 1)
        t.wait_until(lambda model: on_ground(model, DARK), what="the dark sheet")
        t.wait_idle()
        text = text_of(t.model)
        for ground in (LIGHT, DARK):
            t.press("f2")
            t.wait_until(partial(on_ground, ground=ground), what="the other sheet")
            t.wait_idle()
            assert text_of(t.model) == text
            t.press("ctrl+l")
            t.wait_idle()
            assert on_ground(t.model, ground)
        assert len(trace.events("shown")) == 1, "what was seen counts on"
        looked_at(trace.events("shown")[0])
        t.press("R")
        t.wait_for("5 accepted in this sitting")
        t.press("q")
        assert t.wait_exit() == 0
