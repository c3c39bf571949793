"""`prepare` puts into the cache what the canvas then asks for."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Run
from tui.config import settings_file
from tui.display.ground import THEMES
from tui.display.prepare import canvas_cells
from tui.imaging.cache import DiskCache, default_folder
from tui.imaging.decode import Decoded
from tui.imaging.decode_cache import DecodeCache, Subject
from tui.imaging.develop import Developer
from tui.imaging.ladder import Encoding, ladder
from tui.model.project import MAX_PIXELS
from tui.terminal import sixel

DARK = THEMES["dark"]


@pytest.fixture(autouse=True)
def _size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("LINES", "40")
    monkeypatch.setenv("COLORTERM", "truecolor")


def kept() -> int:
    folder = default_folder()
    assert folder is not None
    return sum(path.is_file() for path in folder.rglob("*"))


class Blind(DecodeCache):
    """Fails when a picture is to be decoded."""

    def decoded(self, subject: Subject, part: int = 1):  # type: ignore[no-untyped-def]
        raise AssertionError(f"{subject.source} is decoded")

    def whole(self, subject: Subject):  # type: ignore[no-untyped-def]
        raise AssertionError(f"{subject.source} is decoded as a whole")


@pytest.mark.parametrize("rate", [1e6, 256e3, 64e3, 20e6])
def test_what_the_canvas_asks_for_is_there_whatever_the_line(
    run: Run, project: Path, photos: Path, rate: float
) -> None:
    done = run("prepare", project, "--protocol", "kitty")
    assert (done.code, done.out, done.err) == (0, "", "2 pictures encoded.\n")
    develop = Developer(Blind(), DiskCache(default_folder()))
    columns, rows = canvas_cells(120, 40)
    subject = Subject(photos / "1.jpg", MAX_PIXELS, (columns * 10, rows * 20), (10.0, 20.0), ground=DARK)
    for step in ladder("png", rate, pixels=columns * rows * 200, scale=8):
        assert develop(subject, step).tiles


@pytest.mark.parametrize("rate", [256e3, 1e6, 5e6, 50e6])
@pytest.mark.parametrize(
    ("protocol", "encoding"), [("iterm2", "jpeg"), ("sixel", "sixel"), ("blocks", "blocks")]
)
def test_the_last_steps_of_a_known_line_are_there_too(
    run: Run, project: Path, photos: Path, protocol: str, encoding: Encoding, rate: float
) -> None:
    assert run("prepare", project, "--protocol", protocol, "--rate", f"{rate:.0f}").code == 0
    develop = Developer(Blind(), DiskCache(default_folder()), sixel)
    columns, rows = canvas_cells(120, 40)
    subject = Subject(photos / "1.jpg", MAX_PIXELS, (columns * 10, rows * 20), (10.0, 20.0), ground=DARK)
    steps = ladder(encoding, rate, pixels=columns * rows * 200, scale=8, exact=True)
    assert steps[-1].exact or encoding == "blocks"
    for step in steps:
        # Cells in 24 bits are painted from what was made for 256 colours.
        for colours in (step.quality, 256, None) if step.kind == "blocks" else (step.quality,):
            assert develop(subject, replace(step, quality=colours)).tiles


def test_without_exact_pictures_the_last_steps_are_not_made(run: Run, project: Path, photos: Path) -> None:
    settings = settings_file()
    settings.parent.mkdir(parents=True)
    settings.write_text("exact = false\n")
    run("prepare", project, "--protocol", "iterm2", "--rate", "1000000")
    develop = Developer(Blind(), DiskCache(default_folder()), sixel)
    columns, rows = canvas_cells(120, 40)
    subject = Subject(photos / "1.jpg", MAX_PIXELS, (columns * 10, rows * 20), (10.0, 20.0), ground=DARK)
    wanted, last = (
        ladder("jpeg", 1e6, pixels=columns * rows * 200, scale=8, exact=exact) for exact in (False, True)
    )
    for step in wanted:
        assert develop(subject, step).tiles
    with pytest.raises(AssertionError, match="decoded as a whole"):
        develop(subject, last[-1])


def test_again_nothing_is_encoded_and_clear_removes_it(run: Run, project: Path) -> None:
    run("prepare", project, "--protocol", "iterm2", "--rate", "1000000")
    count = kept()
    assert count == 6  # Three steps for each of two pictures.
    assert run("prepare", project, "--protocol", "iterm2", "--rate", "1000000").err == (
        "0 pictures encoded, 2 already there.\n"
    )
    assert kept() == count
    done = run("prepare", "--clear")
    assert done.code == 0 and done.err.startswith("6 encoded pictures removed, ")
    assert kept() == 0


@pytest.mark.parametrize("protocol", ["kitty", "kitty-cells", "iterm2", "sixel", "blocks"])
def test_every_protocol(run: Run, project: Path, protocol: str) -> None:
    assert run("prepare", project, "--protocol", protocol, "--rate", "256000").code == 0
    assert kept() >= 2


def test_a_bad_picture_is_counted_and_the_others_are_encoded(run: Run, project: Path, photos: Path) -> None:
    data = (photos / "1.jpg").read_bytes()
    (photos / "1.jpg").write_bytes(data[: len(data) * 2 // 3])
    (photos / "2.jpg").unlink()
    Image.new("RGB", (30, 20)).save(photos / "3.jpg")
    run("add", project, photos)
    assert run("prepare", project, "--protocol", "kitty").err == "1 picture encoded, 2 unreadable.\n"


def test_a_picture_for_which_the_memory_does_not_suffice_stops_no_other(
    run: Run, project: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded = DecodeCache.decoded

    def first_fails(self: DecodeCache, subject: Subject, part: int = 1) -> Decoded:
        if subject.source == photos / "1.jpg":
            raise MemoryError
        return decoded(self, subject, part)

    monkeypatch.setattr(DecodeCache, "decoded", first_fails)
    done = run("prepare", project, "--protocol", "kitty")
    assert (done.code, done.err) == (0, "1 picture encoded, 1 unreadable.\n")


def test_refusals_are_sentences(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert run("prepare", project).code == 2
    assert "--protocol" in run("prepare", project).sentence
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    done = run("prepare", project, "--protocol", "kitty")
    assert done.code == 1 and "XDG_CACHE_HOME" in done.sentence
    with open(project / "termlabel.toml", "r+", encoding="utf-8") as file:
        text = file.read()
        file.seek(0)
        file.write("cache = false\n" + text)
    done = run("prepare", project, "--protocol", "kitty")
    assert done.code == 2 and "cache = false" in done.sentence
    assert not os.path.isdir(tmp_path / "file")
