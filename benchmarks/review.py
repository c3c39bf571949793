"""Contact sheets behind a thin line, and the audit of a long log: `python -m benchmarks.review [--events N]`."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.app import ENV, TERMLABEL, photograph
from benchmarks.report import Figure, print_table
from devtools.emulator.link import parse_link
from devtools.emulator.records import RunResult
from devtools.emulator.script import parse_keys
from devtools.emulator.session import run
from devtools.emulator.size import TerminalSize
from devtools.emulator.tokens import GRAPHICS
from tui.config import load_project, write_project
from tui.manifest import new_tasks
from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import NewTask
from tui.store import open_queue

SHEETS, CARDS = 5, 24
THINKING = 3.0
"""Seconds that a reviewer needs for a sheet."""


def labelled_project(scratch: Path) -> Path:
    """Pictures of one label, enough for some sheets of 24."""
    folder, pictures = scratch / "review", scratch / "pictures"
    pictures.mkdir()
    for n in range(CARDS):
        photograph(pictures / f"{n:03}.jpg", 1600, 1200, n)
    for n in range(CARDS, SHEETS * CARDS):
        (pictures / f"{n:03}.jpg").write_bytes((pictures / f"{n % CARDS:03}.jpg").read_bytes())
    write_project(folder, ["cat", "dog"])
    project = load_project(folder)
    queue = open_queue(project)
    queue.add(new_tasks(project, [pictures]), who="lead")
    for n in range(SHEETS * CARDS):
        (lease,) = queue.claim("ann", sitting="s")
        queue.submit(lease, Annotation(("cat",)), who="ann", seconds=2.0, request_id=f"r{n}")
    queue.close()
    return folder


def sitting(project: Path, profile: str, keys: str, trace: Path, *more: str) -> RunResult:
    """A reviewer whose canvas is 1000 x 760 pixels, at 1 Mbit/s and 80 ms."""
    trace.unlink(missing_ok=True)
    command = [
        *TERMLABEL,
        "review",
        str(project),
        "--as",
        f"rev{time.monotonic_ns()}",
        "--trace",
        str(trace),
        *more,
    ]
    return run(
        command,
        profile=profile,
        size=TerminalSize(100, 41),
        link=parse_link("1M/80"),
        keys=parse_keys(keys, 0.6),
        env=ENV,
        limit=120,
    )


def shown_after(trace: Path, result: RunResult, skip: int = 2) -> list[float]:
    """Seconds from each key but the first ones and the last to the next `shown`."""
    lines = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    shown = [line["t"] for line in lines if line["event"] == "shown"]
    found = []
    for record in result.records[skip:-1]:
        after = [t for t in shown if t >= record.t_press]
        if after:
            found.append(after[0] - record.t_press)
    return found


def sheets(scratch: Path) -> Iterator[Figure]:
    trace = scratch / "trace.jsonl"
    project = labelled_project(scratch)
    for profile, limit in (("kitty", 230), ("iterm2", 110)):
        result = sitting(
            project, profile, "idle=4:enter,idle=3:q", trace, "--sheet", "--where", "path=*/0[01]?.jpg"
        )
        sent = sum(record.purposes[purpose] for record in result.records for purpose in GRAPHICS)
        yield Figure(f"a sheet of up to {CARDS}, {profile}", sent / 1000, "kB", limit)
    result = sitting(
        project, "kitty", "idle=6:enter" + f",idle={THINKING}:R" * 3 + ",idle=2:q", trace, "--sheet"
    )
    waits = shown_after(trace, result)
    wait = statistics.median(waits) if waits else None
    yield Figure("R to the next sheet, prefetched, 1M/80", wait, "s", 0.3)
    pace = CARDS * 60 / (THINKING + wait) if wait is not None else None
    yield Figure(f"images a minute at {THINKING:g} s a sheet", pace, "/min", 400, minimum=True)
    result = sitting(project, "kitty", "idle=3:a" + ",idle=0.7:a" * 6 + ",idle=1:q", trace)
    waits = shown_after(trace, result)
    pace = 60 / (0.7 + statistics.median(waits)) if waits else None
    yield Figure("single pictures a minute at 0.7 s each", pace, "/min", 60, minimum=True)


def audits(scratch: Path, events: int) -> Iterator[Figure]:
    folder = scratch / "long"
    write_project(folder, ["cat", "dog", "bird"])
    queue = open_queue(folder)
    tasks = events // 2
    queue.add((NewTask(f"{n}.jpg") for n in range(tasks)), who="lead")
    labels = ("cat", "dog", "bird")
    for n in range(tasks):
        who = ("ann", "bob")[n % 2]
        (lease,) = queue.claim(who, sitting=who)
        queue.submit(lease, Annotation((labels[n % 3],)), who=who, seconds=2.0, request_id=f"l{n}")
        (lease,) = queue.claim("rev", sitting="rev", work="review")
        verdict = Verdict.REJECT if n % 11 == 0 else Verdict.ACCEPT
        queue.review(lease, verdict, who="rev", seconds=1.0, request_id=f"r{n}")
    queue.close()
    yield Figure(f"audit after {events:,} events", audit_seconds(folder), "s", 3)
    for name in ("queue.idx", "queue.json"):
        (folder / "queue" / name).unlink(missing_ok=True)
    yield Figure("… without index and checkpoint", audit_seconds(folder), "s", 30)


def audit_seconds(folder: Path) -> float:
    start = time.perf_counter()
    subprocess.run([*TERMLABEL, "audit", str(folder), "--json"], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000, help="1,000,000 takes some ten minutes to make")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="termlabel-bench-") as scratch:
        good = print_table("Contact sheets", sheets(Path(scratch)))
        good = print_table("The audit", audits(Path(scratch), wanted.events)) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
