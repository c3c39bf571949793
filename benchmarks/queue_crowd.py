"""Several processes at one queue, without think time."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from queue import Queue

from tui.model.annotation import Annotation
from tui.store import open_queue

_PATIENCE = 120
"""Seconds for a process to begin, or to say what it did."""
_SPAWN = multiprocessing.get_context("spawn")


@dataclass
class Work:
    """What one process did: task ids, seconds of each claim and submit, and megabytes only it had."""

    tasks: list[int] = field(default_factory=list)
    claims: list[float] = field(default_factory=list)
    submits: list[float] = field(default_factory=list)
    memory: float = 0.0


def crowd(
    project: Path, count: int, *, seconds: float | None, until: Callable[[], object] | None = None
) -> list[Work]:
    """`count` processes claim and label for `seconds`, or while `until` runs."""
    start, stop = _SPAWN.Barrier(count + 1), _SPAWN.Event()
    results: Queue[Work] = _SPAWN.Queue()  # type: ignore[assignment]
    processes = [
        _SPAWN.Process(target=_work, args=(project, f"ann{n}", start, stop, results)) for n in range(count)
    ]
    for process in processes:
        process.start()
    try:
        start.wait(_PATIENCE)
        if until is not None:
            until()
        else:
            time.sleep(seconds or 0)
        stop.set()
        done = [results.get(timeout=_PATIENCE) for _ in processes]
        for process in processes:
            process.join(_PATIENCE)
    finally:
        for process in processes:
            process.kill()
    return done


def _work(project: Path, who: str, start: Barrier, stop: Event, results: Queue[Work]) -> None:
    queue, work = open_queue(project), Work()
    said = Annotation(("cat",))
    start.wait()
    while not stop.is_set():
        before = time.perf_counter()
        leases = queue.claim(who, sitting=who)
        claimed = time.perf_counter()
        if not leases:
            break
        lease = leases[0]
        queue.submit(lease, said, who=who, seconds=1.0, request_id=f"{who}-{lease.token}")
        work.tasks.append(lease.task.id)
        work.claims.append(claimed - before)
        work.submits.append(time.perf_counter() - claimed)
    work.memory = private_memory()
    results.put(work)
    queue.close()


def private_memory() -> float:
    """Megabytes that only this process has; 0 where the system does not tell."""
    try:
        text = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_")) / 1024
