"""Queues to test, each test through every backend that there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tui.config import load_project
from tui.login import login_name
from tui.model.annotation import Annotation
from tui.model.task import Lease, NewTask, Task
from tui.store import open_queue
from tui.store.base import AnnotationQueue
from tui.store.memory import MemoryQueue
from tui.store.memory_store import MemoryStore
from tui.store.queue.event_queue import EventQueue

CAT, DOG = Annotation(("cat",)), Annotation(("dog",))


@dataclass(frozen=True)
class Backend:
    """A place for one project. `open` opens its queue once more, as another process would."""

    folder: Path

    def open(self) -> AnnotationQueue:
        return open_queue(self.folder)

    def configure(self, line: str) -> None:
        """A further line of the project file."""
        file = self.folder / "termlabel.toml"
        file.write_text(f"format = 1\n{line}\n{file.read_text('utf-8').removeprefix('format = 1')}", "utf-8")


@dataclass(frozen=True)
class MemoryBackend(Backend):
    """The same in memory."""

    store: MemoryStore = field(default_factory=MemoryStore)

    def open(self) -> AnnotationQueue:
        return MemoryQueue(load_project(self.folder), self.store, login=login_name())


BACKENDS = {"files": Backend, "memory": MemoryBackend}


@pytest.fixture
def backend(project_folder: Path) -> Backend:
    """For tests of the files themselves; what every backend promises is tested in `test_contract.py`."""
    return Backend(project_folder)


@pytest.fixture
def queue(backend: Backend) -> Iterator[AnnotationQueue]:
    """A queue with ten images."""
    opened = backend.open()
    opened.add([NewTask(f"{n}.jpg") for n in range(1, 11)], who="lead")
    yield opened
    opened.close()


def files(queue: AnnotationQueue) -> EventQueue:
    """The queue as the backend of files that it is."""
    assert isinstance(queue, EventQueue)
    return queue


def one(queue: AnnotationQueue, who: str = "ann", sitting: str = "s") -> Lease:
    (lease,) = queue.claim(who, sitting=sitting)
    return lease


def label(queue: AnnotationQueue, who: str = "ann", said: Annotation = CAT) -> Task:
    lease = one(queue, who)
    return queue.submit(lease, said, who=who, seconds=1.5, request_id=f"{who}-{lease.token}")
