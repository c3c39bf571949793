"""The queue against SQLite and stock TinyDB: `python -m benchmarks.queue [--size N]`.

Prints one line a figure with its limit and whether it was met. Each figure is the median of `--rounds`
rounds; those of many processes are taken once for each number of processes. Other load on the
machine makes all of them worse: the load average is printed with them.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.queue_crowd import crowd
from benchmarks.queue_data import LABELS, new_project, ready
from benchmarks.queue_peers import SqliteQueue, bare_sync, stock_tinydb
from tui.model.annotation import Annotation
from tui.model.task import Filter, Lease, Order
from tui.store.base import AnnotationQueue
from tui.store.queue.event_queue import EventQueue

CONTEXT = {"version": "0.1.0", "protocol": "kitty", "order": "sequential", "rank": 17}
SAID = Annotation((LABELS[0],))


class Table:
    """Figures as they come, and whether all met their limits."""

    def __init__(self) -> None:
        self.missed = 0
        print(f"{'figure':<46}{'measured':>14}{'limit':>16}  met", flush=True)

    def row(
        self, name: str, value: float, unit: str, limit: float | None = None, *, minimum: bool = False
    ) -> None:
        """A figure; `minimum`: the limit is the smallest value, not the greatest."""
        if limit is None:
            bound, met = "", ""
        else:
            good = value >= limit if minimum else value <= limit
            self.missed += not good
            bound = (
                f"{'≥' if minimum else '≤'} {limit:,.3g} {unit}"
                if limit < 1000
                else f"{'≥' if minimum else '≤'} {limit:,.0f} {unit}"
            )
            met = "yes" if good else "NO"
        shown = f"{value:,.3f}" if value < 100 else f"{value:,.0f}"
        print(f"{name:<46}{shown + ' ' + unit:>14}{bound:>16}  {met}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=20_000, help="tasks (default: a smoke run)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where to work (default: the temporary folder)")
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 4, 16])
    parser.add_argument("--seconds", type=float, default=5.0, help="of each run of several processes")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="termlabel-bench-", dir=options.folder))
    print(f"{options.size:,} tasks in {folder}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    try:
        table = Table()
        run(folder, table, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"load at the end {os.getloadavg()[0]:.1f}; limits missed: {table.missed}")
    return 1 if table.missed else 0


def run(folder: Path, table: Table, options: argparse.Namespace) -> None:
    project = new_project(folder / "project")
    fill(project, table, options)
    opening(project, table, options)
    one_process(project, folder, table, options)
    checkpoints(project, table, options)
    against_sqlite(project, folder, table, options)
    size = min(options.size, 10_000)
    for name, seconds in stock_tinydb(folder / "stock.json", size).items():
        table.row(f"stock TinyDB of {size:,}, {name}", seconds * 1000, "ms")
    for count in options.processes:
        several(project, table, options, count)


def fill(project: Path, table: Table, options: argparse.Namespace) -> None:
    records = list(ready(min(options.size, 50_000)))
    queue = opened(project)
    start = time.perf_counter()
    queue.add(records, who="lead")
    table.row("add ready records", len(records) / (time.perf_counter() - start), "/s", 40_000, minimum=True)
    queue.add(ready(options.size, start=len(records)), who="lead")
    queue.close()


def opened(project: Path) -> EventQueue:
    from tui.store import open_queue

    queue = open_queue(project)
    assert isinstance(queue, EventQueue)
    return queue


def opening(project: Path, table: Table, options: argparse.Namespace) -> None:
    def once() -> None:
        opened(project).close()

    once()
    table.row("open, valid index", timed(once, options.rounds), "s", 0.5)

    def without() -> None:
        for name in ("queue.idx", "queue.idx-wal", "queue.idx-shm"):
            (project / "queue" / name).unlink(missing_ok=True)
        once()

    table.row("open, index missing", timed(without, options.rounds), "s", 5)


def timed(call: Callable[[], object], rounds: int) -> float:
    return statistics.median(_seconds(call) for _ in range(rounds))


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def p50(calls: Iterator[Callable[[], object]]) -> float:
    """Milliseconds of the median call."""
    return statistics.median(_seconds(call) for call in calls) * 1000


def one_process(project: Path, folder: Path, table: Table, options: argparse.Namespace) -> None:
    """Latencies of one person's work."""
    queue = opened(project)
    for order in Order:
        for where in (None, Filter(label=LABELS[3])):
            name = f"claim p50, {order}" + (", one label" if where else "")
            queue.claim("warm", sitting="warm", order=order, where=where)
            rounds = [p50(claims(queue, order, where, 200)) for _ in range(options.rounds)]
            table.row(name, statistics.median(rounds), "ms", 0.2)
    bare, ours = [], []
    for _ in range(options.rounds):
        mine, plain = [], []
        for call in submits(queue, 200):  # In turns, so that other load on the disk is the same for both.
            mine.append(_seconds(call) * 1000)
            plain.append(bare_sync(folder / "bare", 1, size=730) * 1000)
        ours.append(statistics.median(mine))
        bare.append(statistics.median(plain))
    limit = statistics.median(bare) + 0.1
    if statistics.median(bare) >= 0.1:
        limit = min(limit, statistics.median(bare) * 1.5)
    table.row("bare write + fdatasync p50", statistics.median(bare), "ms")
    table.row("durable submit p50", statistics.median(ours), "ms", limit)
    table.row("counts", p50(iter([queue.stats] * 500)), "ms", 0.1)
    table.row("history of one image", p50(partial(queue.history, n) for n in range(1, 200)), "ms", 1)
    queue.close()
    (work,) = crowd(project, 1, seconds=2)
    table.row("private memory of a sitting", work.memory, "MB", 80)


def claims(
    queue: AnnotationQueue, order: Order, where: Filter | None, n: int
) -> Iterator[Callable[[], object]]:
    """Ten leases at most are held, as one person has."""
    held: list[Lease] = []
    for _ in range(n):
        yield lambda: held.extend(queue.claim("ann", sitting="s", order=order, where=where, seed=7))
        if len(held) == 10:
            queue.release(held)
            held.clear()


def submits(queue: AnnotationQueue, n: int) -> Iterator[Callable[[], object]]:
    leases = queue.claim("ann", n, sitting="s")
    for lease in leases:
        yield partial(
            queue.submit, lease, SAID, who="ann", seconds=1.2, request_id=f"{lease.token}", context=CONTEXT
        )


def label(queue: AnnotationQueue, n: int) -> None:
    for _ in range(n):
        (lease,) = queue.claim("ann", sitting="s")
        queue.submit(lease, SAID, who="ann", seconds=1.2, request_id=f"{lease.token}")


def checkpoints(project: Path, table: Table, options: argparse.Namespace) -> None:
    """A checkpoint while another process labels: how long it takes, and the longest wait of the other."""
    queue = opened(project)
    table.row("checkpoint", timed(queue.store.checkpoint, options.rounds), "s", 5)
    waits = []
    for _ in range(options.rounds):
        work = crowd(project, 1, seconds=None, until=queue.store.checkpoint)
        waits.append(max(max(w.claims) for w in work))
    table.row("longest claim during a checkpoint", statistics.median(waits) * 1000, "ms", 50)
    queue.close()


def against_sqlite(project: Path, folder: Path, table: Table, options: argparse.Namespace) -> None:
    """Claim and submit by one process, in turns of a hundred with SQLite doing the same. Also printed: a leaner SQLite
    that has no index but that of the order of entry."""
    queue, peer = opened(project), SqliteQueue(folder / "peer.sqlite")
    lean = SqliteQueue(folder / "lean.sqlite", orders=False)
    for each in (peer, lean):
        each.fill(ready(options.size))
    rates: dict[str, list[float]] = {"ours": [], "peer": [], "lean": []}
    for _ in range(options.rounds * 3):
        rates["ours"].append(100 / _seconds(lambda: label(queue, 100)))
        rates["peer"].append(100 / _seconds(lambda: peer.label(LABELS[0], 100)))
        rates["lean"].append(100 / _seconds(lambda: lean.label(LABELS[0], 100)))
    median = {name: statistics.median(found) for name, found in rates.items()}
    table.row("SQLite WAL FULL: claim+submit", median["peer"], "/s")
    table.row("claim+submit, 1 process", median["ours"], "/s", median["peer"], minimum=True)
    table.row("SQLite without orders, labels, counters", median["lean"], "/s")
    for order in (Order.SEQUENTIAL, Order.PRIORITY, Order.UNCERTAIN):
        for wanted in (None, LABELS[3]):
            name = f"SQLite: claim p50, {order}" + (", one label" if wanted else "")
            table.row(name, p50(peer_claims(peer, order, wanted, 200)), "ms")
    table.row("SQLite: counts", timed(peer.counts, 3) * 1000, "ms")
    table.row("SQLite without counters: counts", timed(lean.counts, 3) * 1000, "ms")
    for each in (peer, lean):
        each.close()
    queue.close()


def peer_claims(
    peer: SqliteQueue, order: Order, wanted: str | None, n: int
) -> Iterator[Callable[[], object]]:
    """As `claims`."""
    for done in range(n):
        yield partial(peer.claim, "bob", order, wanted)
        if done % 10 == 9:
            peer.release("bob")


def several(project: Path, table: Table, options: argparse.Namespace, count: int) -> None:
    work = crowd(project, count, seconds=options.seconds)
    done = [len(w.tasks) for w in work]
    waits = sorted(wait for w in work for wait in w.claims)
    tasks = [task for w in work for task in w.tasks]
    judged = count >= 16
    table.row(f"{count} processes: labels", sum(done) / options.seconds, "/s")
    table.row(f"{count} processes: given to two", len(tasks) - len(set(tasks)), "tasks", 0)
    table.row(
        f"{count} processes: slowest of the mean",
        min(done) / max(1, sum(done) / count) * 100,
        "%",
        80 if judged else None,
        minimum=True,
    )
    table.row(
        f"{count} processes: claim p99",
        (waits or [0])[int(len(waits) * 0.99)] * 1000,
        "ms",
        50 if judged else None,
    )


if __name__ == "__main__":
    sys.exit(main())
