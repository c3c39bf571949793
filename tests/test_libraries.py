"""What libraries write on file descriptor 2 goes to a log or to a sentence, never onto the screen."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import pytest
from PIL import Image

from tests.app.test_terminal import Watched
from tests.terminal.fake import ROOT, FakeTerminal
from tui.libraries import DIVERSION, MAX_LOG_BYTES, diverted, hear_warnings, log_file, overheard

WORDS = "ZIPDecode"
"""What libtiff says of the broken picture, in front."""


def broken_tiff(path: Path) -> Path:
    """Its header is good; in the midst of its pixels nothing is."""
    picture = Image.radial_gradient("L").resize((400, 300)).convert("RGB")
    picture.save(path, compression="tiff_adobe_deflate")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 1_000] = b"\xff" * 1_000
    path.write_bytes(data)
    return path


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the log is."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "termlabel"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", "LINES": "30"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_broken_picture_makes_libtiff_write_to_descriptor_2(tmp_path: Path) -> None:
    path = broken_tiff(tmp_path / "bad.tif")
    code = f"from PIL import Image\ntry: Image.open({str(path)!r}).load()\nexcept OSError: pass"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert WORDS in done.stderr


def test_nothing_of_a_library_is_on_the_screen_and_the_log_has_it(
    project_folder: Path, tmp_path: Path, state: Path
) -> None:
    broken_tiff(project_folder / "1.tif")
    Image.new("RGB", (400, 300), (60, 120, 200)).save(project_folder / "2.png")
    broken_tiff(project_folder / "3.tif")
    run("add", str(project_folder), str(project_folder))
    trace = Watched(tmp_path / "trace.jsonl")
    command = ["-m", "tui", "annotate", str(project_folder), "--trace", str(trace.path)]
    with FakeTerminal(command, env={"XDG_STATE_HOME": str(state.parent)}) as t:
        t.wait_for("cannot be read")
        t.press("n")
        t.wait_until(lambda model: model.screen.pictures.shown)
        t.press("n")
        t.wait_for("3.tif")
        t.wait_idle()
        t.press("q")
        assert t.wait_exit() == 0
        assert WORDS.encode() not in t.stream
        assert t.model.unclean() == []
    log = state / "libraries.log"
    assert log.read_text().count(WORDS) >= 2
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


def test_while_the_app_is_suspended_standard_error_is_the_terminal_again(
    project_folder: Path, state: Path
) -> None:
    Image.new("RGB", (400, 300), (60, 120, 200)).save(project_folder / "1.png")
    run("add", str(project_folder), str(project_folder))
    command = [
        "sh", "-c",
        f"set -m; '{sys.executable}' -m tui annotate '{project_folder}'; echo 'stopped here' >&2; fg; echo 'left' >&2",
    ]  # fmt: skip
    with FakeTerminal(command, env={"XDG_STATE_HOME": str(state.parent)}) as t:
        t.wait_until(lambda model: model.screen.pictures.shown and "1.png" in model.text())
        t.press("ctrl+z")
        t.wait_until(lambda model: b"stopped here" in t.stream)
        t.wait_until(lambda model: model.screen.pictures.shown and "1.png" in model.text())
        t.press("q")
        t.wait_until(lambda model: b"left" in t.stream)
    assert "stopped here" not in (state / "libraries.log").read_text()


CRASH = """
import sys
from textual.app import App
from tui.terminal.driver import GfxDriver, GraphicsApp
class Falling(GraphicsApp[int]):
    def on_ready(self) -> None:
        import os
        os.write(2, b"a library speaks")
        raise RuntimeError("the app itself fell over")
app = Falling(driver_class=GfxDriver)
app.run()
sys.exit(app.return_code)
"""


def test_a_traceback_of_our_own_reaches_the_person(state: Path) -> None:
    with FakeTerminal(["-c", CRASH], env={"XDG_STATE_HOME": str(state.parent)}) as t:
        assert t.wait_exit() == 1
        assert b"the app itself fell over" in t.stream
        assert b"a library speaks" not in t.stream
    assert "a library speaks" in (state / "libraries.log").read_text()


@pytest.mark.usefixtures("state")
def test_a_log_does_not_grow_for_ever(capfd: pytest.CaptureFixture[str]) -> None:
    with diverted():
        os.write(2, b"x" * (MAX_LOG_BYTES + 1))
        DIVERSION.trim()
        os.write(2, b"the newest\n")
    os.write(2, b"afterwards\n")
    path = log_file()
    assert path is not None
    assert path.read_text() == "the newest\n"
    assert capfd.readouterr().err == "afterwards\n"
    assert not DIVERSION.active


def test_where_no_log_can_be_kept_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state").write_text("no folder")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with diverted(), diverted():
        os.write(2, b"lost\n")
    assert capfd.readouterr().err == ""


def test_what_is_overheard_is_given_also_afterwards(capfd: pytest.CaptureFixture[str]) -> None:
    with overheard() as said:
        os.write(2, b" one line\n\nand another\n")
        assert said() == "one line and another"
        os.write(2, b"more\n")
    assert said() == "one line and another more"
    with overheard(wanted=False) as said:
        os.write(2, b"through\n")
    assert (said(), capfd.readouterr().err) == ("", "through\n")


def test_prepare_names_the_file_of_which_something_is_said(project_folder: Path, state: Path) -> None:
    bad = broken_tiff(project_folder / "bad.tif")
    Image.new("RGB", (400, 300), (60, 120, 200)).save(project_folder / "good.png")
    run("add", str(project_folder), str(project_folder))
    done = run("prepare", str(project_folder), "--protocol", "kitty")
    said = [line for line in done.stderr.splitlines() if WORDS in line]
    assert said and all(line.startswith(f"termlabel: {bad}: ") for line in said)


def test_a_mask_that_a_library_cannot_read_is_named_with_its_words(project_folder: Path) -> None:
    from tui.formats.masks import _numbers
    from tui.formats.values import RecordError

    with pytest.raises(RecordError, match=WORDS):
        _numbers(broken_tiff(project_folder / "mask.tif"), {})


def test_add_names_the_file_of_which_pillow_warns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from tui import looking, manifest
    from tui.imaging import header
    from tui.model.project import Project

    def warned(path: Path) -> object:
        warnings.warn("Corrupt EXIF data", stacklevel=1)
        return read(path)

    read = header.read_header
    Image.new("RGB", (40, 30)).save(tmp_path / "a.png")
    told: list[str] = []
    with warnings.catch_warnings(action="always"):
        hear_warnings()
        monkeypatch.setattr(looking, "read_header", warned)
        list(manifest.new_tasks(Project(folder=tmp_path), [tmp_path / "a.png"], warn=told.append))
    assert told == [f"{tmp_path / 'a.png'}: Corrupt EXIF data"]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("in_memory", [True, False])
def test_without_a_folder_for_temporary_files_pictures_are_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: bool
) -> None:
    """Where there are files in memory nothing is missed, elsewhere what a library says goes where it always went."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "is not there"))
    if not in_memory:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    elif not hasattr(os, "memfd_create"):
        return
    with overheard() as said:
        os.write(2, b"odd tag\n")
    assert said() == ("odd tag" if in_memory else "")


def test_a_warning_that_cannot_be_written_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with warnings.catch_warnings(action="always"):
        hear_warnings()
        warnings.warn("Corrupt EXIF data", stacklevel=1)
