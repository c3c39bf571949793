"""What every test gets: a home of its own, and a small project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tui.model.task import NewTask
from tui.store import open_queue
from tui.store.base import AnnotationQueue

# No test depends on how fast the machine is.
settings.register_profile("plain", deadline=None)
settings.load_profile("plain")

PROJECT = """format = 1
[[labels]]
name = "cat"
[[labels]]
name = "dog"
"""


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings and caches of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    for name in ("TERMLABEL_USER", "NO_COLOR", "TMUX"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def project_folder(tmp_path: Path) -> Path:
    """A project with the labels cat and dog."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "termlabel.toml").write_text(PROJECT, encoding="utf-8")
    return folder


@pytest.fixture
def queue(project_folder: Path) -> Iterator[AnnotationQueue]:
    """Its queue, with ten images."""
    opened = open_queue(project_folder)
    opened.add([NewTask(f"{n}.jpg") for n in range(1, 11)], who="lead")
    yield opened
    opened.close()
