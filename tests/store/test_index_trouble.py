"""A disk that is full for the index too, and a folder that is away for a while: one error, and then it goes on."""

from __future__ import annotations

import pytest

from tests.store.conftest import CAT, Backend, files, one
from tui.model.task import NewTask, State
from tui.store.base import AnnotationQueue, QueueError, StorageFull, Unavailable


def test_a_disk_too_full_to_follow_others(queue: AnnotationQueue, backend: Backend) -> None:
    lease, db = one(queue), files(queue).store.db
    other = backend.open()
    other.add([NewTask(f"{n}.png", metadata={"much": "x" * 500}) for n in range(300)], who="lead")
    other.close()
    (pages,) = db.execute("pragma page_count").fetchone()
    db.execute(f"pragma max_page_count={pages}")
    for _ in range(2):
        with pytest.raises((StorageFull, Unavailable)):
            queue.submit(lease, CAT, who="ann", seconds=1, request_id="x")
        with pytest.raises((StorageFull, Unavailable)):
            queue.stats()
    db.execute(f"pragma max_page_count={pages * 100}")
    assert queue.submit(lease, CAT, who="ann", seconds=1, request_id="x").state is State.LABELLED
    assert sum(queue.stats().values()) == 310


def test_a_folder_that_is_away_for_a_while(queue: AnnotationQueue, backend: Backend) -> None:
    lease = one(queue)
    folder, away = backend.folder, backend.folder.with_name("away")
    folder.rename(away)
    for _ in range(2):
        with pytest.raises((OSError, QueueError)):
            queue.submit(lease, CAT, who="ann", seconds=1, request_id="x")
    away.rename(folder)
    assert queue.submit(lease, CAT, who="ann", seconds=1, request_id="x").state is State.LABELLED
    assert queue.get(1).state is State.LABELLED
