"""Folders as they lie about: links in circles, pipes, what must not be read. Nothing is lost without a word."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run


def test_a_link_to_itself_hides_no_picture(run: Run, project: Path, photos: Path) -> None:
    for n in range(20):
        (photos / f"{n}x.png").symlink_to(f"{n}x.png")
        (photos / f"new{n}.jpg").write_bytes((photos / "1.jpg").read_bytes())
    (photos / "round").symlink_to(".")
    (photos / "nowhere.jpg").symlink_to("gone.jpg")
    assert run("add", project, photos).err == "20 added, 2 already there.\n"


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
    assert (
        run("add", project, tmp_path / "pipe.png").err == "1 added, 1 unreadable (see 'termlabel stats').\n"
    )
    assert "a pipe or a device" in run("stats", project, "--json").out
