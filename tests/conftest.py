"""What every test gets: a home of its own, and a small project."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tui.model.task import NewTask
from tui.store import open_queue
from tui.store.base import AnnotationQueue

# No test depends on how fast the machine is, or on what an earlier run left behind.
settings.register_profile(
    "steady",
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
# The same examples in every run; `make fuzz` looks for new ones (scripts/fuzz.py).
settings.register_profile("gate", settings.get_profile("steady"), derandomize=True)
settings.register_profile("fuzz", settings.get_profile("steady"), max_examples=500)
settings.load_profile("gate")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """For `-n auto`: half of what the tests do is wait, for programs, timers and files."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where workers share the tests (make test), those that take long begin first."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("slow") is None)


PROJECT = """format = 1
[[labels]]
name = "cat"
[[labels]]
name = "dog"
"""


def _move_in(home: Path, environment: pytest.MonkeyPatch) -> None:
    """Settings, caches, data and logs are below `home`, also for programs that a test starts."""
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        environment.setenv(name, str(home / name.lower()))


@pytest.fixture(scope="session", autouse=True)
def _shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """For what several tests share: it is made before the first of them has a home of its own."""
    with pytest.MonkeyPatch.context() as environment:
        _move_in(tmp_path_factory.mktemp("home"), environment)
        yield


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings, caches and logs of whoever runs it."""
    _move_in(tmp_path_factory.mktemp("home"), monkeypatch)
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
