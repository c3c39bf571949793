"""What the queue in memory promises beside the contract."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from tests.store.conftest import MemoryBackend, label
from tui.model.task import NewTask
from tui.store.documents import Doc
from tui.store.memory_store import MemoryStore


class _Watched(dict[int, Doc]):
    """Documents that note whether another thread could add some while they are gone through."""

    def __init__(self, store: MemoryStore) -> None:
        super().__init__(store.docs)
        self._store, self.free = store, list[bool]()

    def values(self) -> Any:
        other = threading.Thread(target=self._try)
        other.start()
        other.join()
        return super().values()

    def _try(self) -> None:
        got = self._store.changed.acquire(blocking=False)
        self.free.append(got)
        if got:
            self._store.changed.release()


def test_a_review_plan_is_made_while_nobody_adds(project_folder: Path) -> None:
    backend = MemoryBackend(project_folder)
    queue = backend.open()
    queue.add([NewTask("a")], who="lead")
    label(queue)
    backend.store.docs = docs = _Watched(backend.store)
    assert [task.id for task in queue.to_review("rev")] == [1]
    assert docs.free == [False]
