"""The looker compares the files of pictures that are opened, once each, and tells the sitting of another picture."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.waiting import PATIENCE
from tui.model.annotation import Annotation
from tui.model.task import Lease, NewTask, State, Task
from tui.sitting.seeking import FileLooked
from tui.store import open_queue
from tui.store.base import AnnotationQueue
from tui.work.looker import Looker


def picture(path: Path, size: tuple[int, int]) -> NewTask:
    Image.new("L", size).save(path)
    info = path.stat()
    return NewTask(
        path.name,
        width=size[0],
        height=size[1],
        size=info.st_size,
        modified=round(info.st_mtime, 3),
        turn=1,
    )


def finished(looker: Looker) -> None:
    looker.stop()
    assert looker._thread is not None
    looker._thread.join(PATIENCE)


@pytest.fixture
def labelled(queue: AnnotationQueue, project_folder: Path) -> Lease:
    """A picture with a label, and one that could not be shown."""
    first = picture(project_folder / "a.png", (20, 10))
    mended = picture(project_folder / "b.png", (8, 8))
    queue.add([first, mended], who="lead")
    queue.unreadable(2, "cannot be read (No such file)", who="ann", request_id="u")
    (lease,) = queue.claim("ann", 1, sitting="s")
    queue.submit(lease, Annotation(("cat",)), who="ann", seconds=1, request_id="l")
    return lease


@pytest.fixture
def queue(project_folder: Path) -> Any:
    opened = open_queue(project_folder)
    yield opened
    opened.close()


def test_an_unchanged_picture_costs_one_stat_and_nothing_else(
    queue: AnnotationQueue, labelled: Lease, project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    stat, seq = os.stat, queue.seq
    told: list[FileLooked] = []
    looker = Looker(queue, "ann", told.append, annotates=False)

    def counting(path: Any, **how: Any) -> os.stat_result:
        asked.append(str(path))
        return stat(path, **how)

    monkeypatch.setattr("tui.looking.os.stat", counting)
    for _ in range(3):
        looker.look(queue.get(1), project_folder, 1000)
    finished(looker)
    assert [each for each in asked if each.endswith(".png")] == [str(project_folder / "a.png")]
    assert (told, queue.seq) == ([], seq)


def test_another_picture_is_marked_and_told_and_what_could_not_be_shown_is_looked_at_again(
    queue: AnnotationQueue, labelled: Lease, project_folder: Path
) -> None:
    picture(project_folder / "a.png", (30, 10))
    told: list[FileLooked] = []
    looker = Looker(queue, "ann", told.append, annotates=True)
    looker.look(queue.get(1), project_folder, 1000)
    finished(looker)
    (answer,) = told
    assert (answer.task.file_changed, answer.task.width) == (True, 20)
    assert queue.get(2).state is State.TODO


def test_a_look_that_fails_ends_nothing(project_folder: Path) -> None:
    class Failing:
        readonly = False

        def __getattr__(self, name: str) -> Any:
            raise OSError(name)

    picture(project_folder / "a.png", (30, 10))
    told: list[FileLooked] = []
    looker = Looker(Failing(), "ann", told.append, annotates=True)
    for task_id, name in ((1, "gone.png"), (2, "a.png")):
        looker.look(Task(task_id, name), project_folder, 1000)
    finished(looker)
    assert told == []
