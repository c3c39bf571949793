"""Several processes at one queue: nothing given twice, nothing lost when they are killed."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.queue_crowd import crowd
from tests.store.conftest import CAT, Backend, label
from tests.waiting import PATIENCE
from tui.config import load_project
from tui.model.task import Filter, NewTask, State
from tui.store import open_queue
from tui.store.base import AnnotationQueue, QueueBusy, Unavailable
from tui.store.log.lock import QueueLock
from tui.store.queue.check import check

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process of this checkout, ended at the end whatever happens."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_four_processes_never_get_the_same_task(backend: Backend) -> None:
    queue = backend.open()
    queue.add([NewTask(f"{n}") for n in range(400)], who="lead")
    work = crowd(backend.folder, 4, seconds=None, until=lambda: _all_done(queue))
    tasks = [task for one in work for task in one.tasks]
    assert sorted(tasks) == list(range(1, 401))
    assert all(one.tasks for one in work), "nobody was left without work"
    queue.close()


def _all_done(queue: AnnotationQueue) -> None:
    """Wait until nothing is left: whatever comes after a count wakes up for the next."""
    seq = queue.seq
    while left := queue.count(Filter(states=(State.TODO,))):
        event = next(queue.watch(seq, PATIENCE), None)
        assert event is not None, f"{left} tasks are left, and nobody does them"
        seq = event.seq


class Told:
    """What killed processes had said before they died."""

    def __init__(self) -> None:
        self.labels: dict[int, tuple[str, str, str]] = {}
        self.added: set[str] = set()
        self.kills = 0

    def read(self, line: str) -> None:
        if not line.endswith("\n"):
            return
        kind, *rest = line.split()
        if kind == "labelled":
            number, said, who, request = rest
            assert int(number) not in self.labels, "two people were told that theirs is the label"
            self.labels[int(number)] = (said, who, request)
        elif kind == "added":
            self.added.add(rest[0])


def kill_rounds(folder: Path, rounds: int, chance: random.Random) -> Told:
    """Rounds of three writers, each killed at some moment; what they said must then be there."""
    told = Told()
    for number in range(rounds):
        commands = [["--add"], ["--checkpoint"], []]
        with (
            started("-m", "tests.store.writer", str(folder), f"a{number}", *commands[0]) as first,
            started("-m", "tests.store.writer", str(folder), f"b{number}", *commands[1]) as second,
            started("-m", "tests.store.writer", str(folder), f"c{number}", *commands[2]) as third,
        ):
            readers = [
                threading.Thread(target=_until_killed, args=(process, chance.randrange(5, 90), told))
                for process in (first, second, third)
            ]
            for reader in readers:
                reader.start()
            for reader in readers:
                reader.join()
        verify(folder, told)
    return told


_TELL = threading.Lock()


def _until_killed(process: subprocess.Popen[str], lines: int, told: Told) -> None:
    """Read what it says, kill it at its so many-th line, and read what it had said by then."""
    assert process.stdout is not None
    for count, line in enumerate(process.stdout):
        with _TELL:
            told.read(line)
        if count == lines:
            os.kill(process.pid, signal.SIGKILL)
            told.kills += 1


def verify(folder: Path, told: Told) -> None:
    queue = open_queue(folder)
    tasks = {task.id: task for task in queue.export()}
    for number, (said, who, _) in told.labels.items():
        assert tasks[number].annotation.labels == (said,)
        assert tasks[number].annotator == who
    assert told.added <= {task.path for task in tasks.values()}
    states: dict[tuple[str | None, State], int] = {}
    for task in tasks.values():
        states[task.annotator, task.state] = states.get((task.annotator, task.state), 0) + 1
    assert queue.stats() == states
    queue.close()
    report = check(load_project(folder), repair=False)
    assert report.ok, report


def _filled(backend: Backend) -> None:
    queue = backend.open()
    queue.add([NewTask(f"{n}") for n in range(60)], who="lead")
    queue.close()


def test_killed_processes_lose_nothing(backend: Backend) -> None:
    _filled(backend)
    told = kill_rounds(backend.folder, 2, random.Random(1))
    assert told.kills == 6
    assert len(told.labels) > 50


@pytest.mark.torture
def test_hundreds_of_killed_processes_lose_nothing(backend: Backend) -> None:
    _filled(backend)
    seed = random.randrange(10**9)
    told = kill_rounds(backend.folder, 70, random.Random(seed))
    print(
        f"\nkill -9 (seed {seed}): {told.kills} kills of 3 writers with checkpoints and imports under way, "
        f"{len(told.labels)} labels and {len(told.added)} tasks acknowledged, lost 0, acknowledged twice 0"
    )


def test_the_same_person_takes_over_from_a_dead_process(backend: Backend) -> None:
    queue = backend.open()
    queue.add([NewTask(f"{n}") for n in range(3)], who="lead")
    code = (
        "import sys; from pathlib import Path; from tui.store import open_queue\n"
        "q = open_queue(Path(sys.argv[1])); print(q.claim('ann', sitting='ssh')[0].task.id, flush=True)\n"
        "sys.stdin.readline()"
    )
    with started("-c", code, str(backend.folder)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "1\n"
        assert queue.claim("ann", sitting="new")[0].task.id == 2, "it lives, so it keeps its task"
        assert queue.works_elsewhere("ann", "new") and not queue.works_elsewhere("bob", "new")
        process.kill()
        process.wait()
        assert queue.claim("bob", sitting="bob")[0].task.id == 3, "others wait for the lease to end"
        assert not queue.works_elsewhere("ann", "new"), "that process is gone"
        (lease,) = queue.claim("ann", sitting="newer")
        assert lease.task.id == 1
    queue.close()


def test_a_stopped_process_that_holds_the_lock_is_named(
    queue: AnnotationQueue, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "import fcntl, sys; f = open(sys.argv[1], 'r+'); fcntl.flock(f, fcntl.LOCK_EX)\n"
        "print('held', flush=True); sys.stdin.readline()"
    )
    with started("-c", code, str(backend.folder / "queue" / "lock")) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.kill(process.pid, signal.SIGSTOP)
        lock = QueueLock(backend.folder / "queue" / "lock", patience=0.05)
        with (
            pytest.raises(QueueBusy, match=f"Queue busy, held by pid {process.pid} for") as caught,
            lock.held(),
        ):
            pass
        assert caught.value.holder == f"pid {process.pid}"
        assert queue.get(1).state is State.TODO, "reading what is known needs no lock"
        lock.close()
    assert label(queue).state is State.LABELLED


def test_the_lock_may_be_taken_again_by_its_holder(tmp_path: Path) -> None:
    lock, other = QueueLock(tmp_path / "lock"), QueueLock(tmp_path / "lock", patience=0.01)
    with lock.held():
        with lock.held():
            pass
        with pytest.raises(QueueBusy), other.held():
            pass
    for _ in range(3):
        third = QueueLock(tmp_path / "lock", patience=0.01)
        with other.held(), pytest.raises(QueueBusy), third.held():
            pass
        third.close()
    lock.close()
    other.close()


def test_events_carry_who_and_where(queue: AnnotationQueue, backend: Backend) -> None:
    label(queue)
    event = queue.history(1)[-1]
    assert (event.who, event.op, event.rev) == ("ann", "label", 1)
    assert event.login
    assert event.host
    line = (backend.folder / "queue" / "events.jsonl").read_bytes().splitlines()[-1]
    record = json.loads(line)
    assert record["ctx"]["project"] == load_project(backend.folder).digest
    assert record["set"]["1"]["labels"] == list(CAT.labels)


def test_a_task_held_by_a_dead_process_can_be_taken_by_its_id(backend: Backend) -> None:
    queue = backend.open()
    queue.add([NewTask("1")], who="lead")
    code = (
        "import sys; from pathlib import Path; from tui.store import open_queue\n"
        "q = open_queue(Path(sys.argv[1])); print(q.claim('ann', sitting='ssh')[0].task.id, flush=True)\n"
        "sys.stdin.readline()"
    )
    with started("-c", code, str(backend.folder)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "1\n"
        assert queue.claim_task(1, who="ann", sitting="new") is None, "it lives, so it keeps its task"
        process.kill()
        process.wait()
        assert queue.claim_task(1, who="bob", sitting="bob") is None, "others wait for the lease to end"
        lease = queue.claim_task(1, who="ann", sitting="new")
        assert lease is not None
        assert lease.task.id == 1
    queue.close()


def test_a_lock_that_cannot_be_opened_after_waiting_is_told_and_taken_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The waiter that was given up closes its descriptor: nobody else may still hold it for theirs then."""
    path = tmp_path / "lock"
    holder, late = QueueLock(path), QueueLock(path, patience=0.01)
    with holder.held(), pytest.raises(QueueBusy):
        late.take()
    with monkeypatch.context() as patched:

        def refused(path: Path, flags: int) -> int:
            raise OSError(errno.EMFILE, "Too many open files")

        patched.setattr("tui.store.log.lock.open_shared", refused)
        for _ in range(2):
            with pytest.raises(Unavailable, match="Too many open files"):
                late.take()
    late.patience = 10
    holder.patience = 0.01
    with late.held(), pytest.raises(QueueBusy):
        holder.take()
    holder.close()
    late.close()
