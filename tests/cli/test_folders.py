"""Folders as they lie about: links in circles, pipes, what must not be read. Nothing is lost without a word."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tui.imaging import codecs


def test_a_link_to_itself_hides_no_picture(run: Run, project: Path, photos: Path) -> None:
    for n in range(20):
        (photos / f"{n}x.png").symlink_to(f"{n}x.png")
        (photos / f"new{n}.jpg").write_bytes((photos / "1.jpg").read_bytes() + bytes([n]))
    (photos / "round").symlink_to(".")
    (photos / "nowhere.jpg").symlink_to("gone.jpg")
    found = run("add", project, photos).err
    assert found == "20 added, 2 already there. Passed over: 21 dead links, pipes or devices.\n"


def test_what_is_passed_over_is_counted_by_kind(
    run: Run, project: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    codecs.heif_is_readable.cache_clear()
    for name in ("1.txt", "2.txt", "below/3.TXT", ".hidden.jpg", ".git/config", "notes", "setup.exe"):
        path = photos / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("no picture")
    (photos / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40))
    assert run("add", project, photos).err == (
        "0 added, 2 already there. 6 others are no pictures: 1.txt, 2.txt, 3.TXT, … (3 .txt, 1 .exe, 1 .heic, "
        "1 without an ending). For .heic: pip install 'termlabel[heic]' reads them. Passed over: 2 hidden.\n"
    )
    codecs.heif_is_readable.cache_clear()


def test_a_folder_without_pictures_says_what_is_in_it(run: Run, project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for n in range(12):
        (folder / f"a.kind{n:02d}").write_text("no picture")
    kinds = ", ".join(f"1 .kind{n:02d}" for n in range(8))
    found = run("add", project, folder).err
    assert found == (
        "No pictures were found. 12 others are no pictures: a.kind00, a.kind01, a.kind02, … "
        f"({kinds}, 4 of 4 other kinds).\n"
    )


def test_a_folder_that_cannot_be_read_is_named(
    run: Run, project: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (photos / "closed").mkdir()
    scandir = os.scandir

    def refused(path: str) -> Iterator[Any]:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    found = run("add", project, photos)
    assert f"The folder {photos / 'closed'} cannot be read (Permission denied)" in found.err
    assert "2 already there" in found.err


def test_a_pipe_is_not_waited_for(run: Run, project: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    found = run("add", project, tmp_path / "pipe.png")
    assert (found.code, found.sentence) == (
        1,
        f"{tmp_path / 'pipe.png'} is no picture: this is no file, but a pipe or a device.",
    )
    assert run("stats", project).out == "2 images: 2 todo\n"


def test_what_begins_like_no_picture_is_refused_when_named(run: Run, project: Path, photos: Path) -> None:
    (photos / "paper.jpg").write_text("no picture")
    (photos / "cut.jpg").write_bytes((photos / "1.jpg").read_bytes()[:40])
    (photos / "notes.txt").write_text("buy milk\n")
    alone = run("add", project, photos / "paper.jpg")
    assert (alone.code, alone.sentence) == (
        1,
        f"{photos / 'paper.jpg'} is no picture: no known picture format.",
    )
    part = run("add", project, photos / "paper.jpg", photos / "cut.jpg", project / "guidelines.md")
    assert (part.code, part.err.splitlines()) == (
        3,
        [
            "1 added, 1 unreadable (see 'termlabel stats').",
            f"termlabel: 2 files are no pictures: {photos / 'paper.jpg'}, {project / 'guidelines.md'}.",
        ],
    )
    no_list = run("add", project, photos / "notes.txt")
    assert (no_list.code, "1 line names no file that is there" in no_list.err) == (1, True)
    (photos / "list.txt").write_text("1.jpg\npaper.jpg\n")
    assert (
        run("add", project, photos / "list.txt").err
        == "0 added, 1 already there. 1 other is no picture: paper.jpg.\n"
    )


def test_the_own_files_of_a_project_are_not_told_of(run: Run, photos: Path) -> None:
    (photos / "notes.doc").write_text("no picture")
    said = run("init", photos, "--labels", "cat", "--images", photos).err
    assert "1 other is no picture: notes.doc." in said
    assert "1 other is no picture: notes.doc." in run("add", photos, photos).err
