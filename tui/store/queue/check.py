"""`termlabel check`: the files of a queue verified against each other, and put right."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import assert_never

from tui.errors import TermlabelError
from tui.model.project import Project
from tui.store.index import checkpoint, schema
from tui.store.index.fold import Fold
from tui.store.log.blobs import blobs_of
from tui.store.log.event_log import EventLog, LogLine
from tui.store.log.layout import CHECKPOINT, INDEX, LOCK, LOG, check_format
from tui.store.log.lock import QueueLock
from tui.store.log.survey import Bad, survey
from tui.store.queue.repair import repair_log
from tui.text import counted

_OURS = re.compile(
    r"(events\.jsonl|queue\.idx(-wal|-shm)?|queue\.json|lock|drafts|blobs|torn-\d+-\d+"
    r"|queue\.json\.foreign-.*|\.(queue\.json|queue\.idx|events\.jsonl)\.\d+\.\d+)"
)
_DRAFT = re.compile(r"\d+\..+\.json")


@dataclass(frozen=True, slots=True)
class Problem:
    """`where`: the file, with a position where there is one. `repair`: what a repair would do, or did.

    `open`: something is still wrong; False for what is harmless or was put right.
    """

    where: str
    what: str
    repair: str
    open: bool = True


@dataclass(frozen=True, slots=True)
class CheckReport:
    """`events`: whole events in the log. `not_named`: labels that the project file does not have, and how often they were
    given: no damage, but they are classes of their own."""

    events: int
    problems: tuple[Problem, ...] = ()
    not_named: Mapping[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong, or all of it was put right."""
        return not any(problem.open for problem in self.problems)


def check(project: Project, *, repair: bool) -> CheckReport:
    """Verify log, checkpoint, index and drafts; with `repair` put right what can be.

    Raises:
        TermlabelError: a newer format, or the log cannot be read at all.
    """
    folder = project.queue
    if not (folder / LOG).exists():
        return CheckReport(0)
    try:
        mended = _mend_log(folder) if repair else []
        with closing(EventLog(folder / LOG, readonly=not repair)) as log:
            report = _Examination(folder, log, repair=repair).run()
            problems, given = (*mended, *report.problems), project.not_named(report.not_named)
            return CheckReport(report.events, problems, given)
    except PermissionError as error:
        raise TermlabelError(f"{folder} cannot be examined: {error.strerror}.") from error


def _mend_log(folder: Path) -> list[Problem]:
    repaired = repair_log(folder)
    if repaired is None:
        return []
    kept = "Every whole event was kept, the damaged bytes were put aside as torn-…"
    if repaired.restored:
        kept += f", and {counted(repaired.restored, 'task was', 'tasks were')} restored from the index or the checkpoint"
    return [
        Problem(f"{LOG} byte {bad.start}", f"{_damage(bad)}.", f"{kept}.", open=False) for bad in repaired.cut
    ]


def _damage(bad: Bad) -> str:
    size = bad.end - bad.start
    match bad.kind:
        case "middle":
            damaged = counted(size, "byte in the middle is", "bytes in the middle are")
            return f"{damaged} damaged; {counted(bad.lost, 'event is', 'events are')} lost there"
        case "end":
            damaged = counted(size, "byte at the end is", "bytes at the end are")
            return f"{damaged} damaged; an event stood there that may have been safe"
        case "torn":
            return f"{counted(size, 'byte at the end is', 'bytes at the end are')} no whole event"
        case _:
            assert_never(bad.kind)


# Sums of seconds come out a little differently when they are added up in another order.
_COMPARED = {
    "count": "* from count where n != 0",
    "person": "* from person",
    "tally": "kind, a, b, round(n, 3) from tally where abs(n) > 0.0005",
    "document": "* from document",
}


class _Examination:
    """One run over a queue's folder. The log is folded once, into a scratch index; the checkpoint and
    the index on disk are compared with it where they claim to stand."""

    def __init__(self, folder: Path, log: EventLog, *, repair: bool) -> None:
        self.folder, self.log, self.repair = folder, log, repair
        self.scratch = schema.private()
        self.fold = Fold(self.scratch)
        self.heads: dict[int, int] = {}
        self.blobs: set[str] = set()
        self.problems: list[Problem] = []
        self.events = 0

    def run(self) -> CheckReport:
        """Look at every file, the log first."""
        schema.create(self.scratch)
        self.scratch.execute("begin")
        disk, stops = self._disk_index(), self._checkpoint_stop()
        if disk is not None:
            stops[INDEX] = disk.execute("select pos from head").fetchone()[0]
        whole = self._read_log(stops, disk)
        for name in stops:
            self._unmatched(name, whole)
        if disk is not None:
            disk.close()
        self._drafts()
        self._blobs()
        self._strangers()
        self.fold.settle()
        given = self.scratch.execute("select a, n from tally where kind = 'label now'").fetchall()
        self.scratch.close()
        return CheckReport(self.events, tuple(self.problems), {name: round(n) for name, n in given})

    def _read_log(self, stops: dict[str, int], disk: sqlite3.Connection | None) -> bool:
        """Fold the log up to the first damage in its middle; False when there is some. Files that claim to stand where
        an event ends (`stops`) are compared there and taken from `stops`."""
        whole = True
        for found in survey(self.log, self.log.size):
            if isinstance(found, Bad):
                self._bad(found)
                whole = whole and found.kind == "torn"
                continue
            self.events += 1
            if whole:
                self._take(found)
                for name in [name for name, stop in stops.items() if stop == found.end]:
                    del stops[name]
                    self._compare(name, disk)
        return whole

    def _checkpoint_stop(self) -> dict[str, int]:
        meta = checkpoint.read_head(self.folder / CHECKPOINT)
        if meta is not None:
            return {CHECKPOINT: meta["pos"]}
        if (self.folder / CHECKPOINT).exists():
            self._foreign_checkpoint("is not one that termlabel wrote")
        return {}

    def _say(self, where: str, what: str, repair: str, done: str = "", *, harmless: bool = False) -> None:
        text = done if self.repair and done else repair
        self.problems.append(Problem(where, what, text, not harmless and not (self.repair and done)))

    # The log.

    def _take(self, line: LogLine) -> None:
        record = line.record
        if record["seq"] == 1:
            check_format(record, self.folder)
        prev = record.get("prev") or {}
        for key in record.get("set") or {}:
            if prev.get(key, 0) != self.heads.get(int(key), 0):
                self._say(
                    f"{LOG} byte {line.start}",
                    f"Event {record['seq']} points to a wrong earlier event of task {key}: "
                    "the history of that task is cut short there, its state is not touched.",
                    "Nothing is to be done.",
                    harmless=True,
                )
            self.heads[int(key)] = line.start + 1
        for patch in (record.get("set") or {}).values():
            self.blobs |= blobs_of(patch or {})
        self.fold.take(line)

    def _bad(self, bad: Bad) -> None:
        where, what = f"{LOG} byte {bad.start}", _damage(bad)
        keeps = "A repair keeps every whole event and puts the damaged bytes aside as torn-…."
        match bad.kind:
            case "middle":
                self._say(where, f"{what}. Whole events follow, so the queue opens for reading only.", keeps)
            case "end":
                self._say(
                    where, f"{what}. Once the index is made anew, the queue opens for reading only.", keeps
                )
            case "torn":
                self._say(
                    where,
                    f"{what}; all before them is safe, {counted(self.events, 'event')}.",
                    "The next opening or a repair puts them aside as torn-….",
                    self._cut_tail(bad) if self.repair else "",
                )
            case _:
                assert_never(bad.kind)

    def _cut_tail(self, bad: Bad) -> str:
        with closing(QueueLock(self.folder / LOCK)) as lock, lock.held():
            if self.log.mend_tail(bad.start, self.events) > bad.start:
                return "The event lacked only its line end, which was added."
        return "They were put aside as torn-…."

    # The index and the checkpoint.

    def _disk_index(self) -> sqlite3.Connection | None:
        """The index as it stands now, None when there is none to be believed (it is built at the next
        opening, which is no damage)."""
        if not (self.folder / INDEX).exists():
            return None
        try:
            db = schema.connect(self.folder / INDEX, readonly=True)
            db.execute("begin")
            if schema.get_meta(db).get("layout") == schema.LAYOUT:
                return db
            db.close()
        except sqlite3.Error:
            pass
        return None

    def _compare(self, name: str, disk: sqlite3.Connection | None) -> None:
        """Say where a file that stands where the fold does now has something else."""
        self.fold.settle()
        ours = self.scratch.execute("select id, doc from task order by id")
        try:
            if name == INDEX:
                assert disk is not None
                wrong = self._index_difference(ours, disk)
            else:
                wrong = _first_difference(ours, checkpoint.documents(self.folder / CHECKPOINT))
        except (sqlite3.Error, ValueError, RecursionError) as error:  # ValueError: no UTF-8, or no JSON.
            wrong = f"a part that cannot be read ({error})"
        if wrong is not None and name == INDEX:
            self._bad_index(f"It does not agree with the log: {wrong}.")
        elif wrong is not None:
            self._foreign_checkpoint(f"does not agree with the log: {wrong}")

    def _index_difference(self, ours: Iterator[tuple[int, str]], disk: sqlite3.Connection) -> str | None:
        """In words, where the index on disk parts from the fold (`ours`: its documents); None when they agree."""
        wrong = _first_difference(ours, disk.execute("select id, doc from task order by id"))
        for table, what in _COMPARED.items():
            query = f"select {what} order by 1, 2, 3"
            if wrong is None and _rows(self.scratch, query) != _rows(disk, query):
                wrong = f"its table {table}"
        return wrong

    def _unmatched(self, name: str, whole: bool) -> None:
        if not whole:
            return  # It stands behind damage in the log, so there is nothing to compare it with.
        if name == INDEX:
            self._bad_index("It stands at a place where the log has no event.")
        else:
            self._foreign_checkpoint("belongs to another log")

    def _bad_index(self, what: str) -> None:
        if self.repair:
            with closing(QueueLock(self.folder / LOCK)) as lock, lock.held():
                for suffix in ("", "-wal", "-shm"):
                    with suppress(FileNotFoundError):
                        (self.folder / (INDEX + suffix)).unlink()
        self._say(
            INDEX,
            what,
            "It is only derived: a repair removes it and the next opening builds it.",
            "It was removed; the next opening builds it.",
        )

    def _foreign_checkpoint(self, what: str) -> None:
        path, done = self.folder / CHECKPOINT, ""
        if self.repair:
            done = (
                f"It was put aside as {checkpoint.set_aside(path).name}; the next one is made from the log."
            )
        self._say(
            CHECKPOINT,
            f"It {what}; the log is not touched.",
            "A repair puts it aside; the log has all.",
            done,
        )

    # What lies beside the log.

    def _drafts(self) -> None:
        for path in _files(self.folder / "drafts"):
            if path.name.startswith("."):
                continue
            where = f"drafts/{path.name}"
            if not _DRAFT.fullmatch(path.name):
                self._say(where, "This is no draft.", "It is left alone.", harmless=True)
                continue
            try:
                good = isinstance(json.loads(path.read_bytes()), dict)
            except (OSError, ValueError, RecursionError):
                good = False
            if not good:
                if self.repair:
                    path.rename(path.with_suffix(".damaged"))
                self._say(
                    where,
                    "This draft cannot be read; decisions are not touched.",
                    "A repair renames it to ….damaged.",
                    "It was renamed to ….damaged.",
                )
            elif int(path.name.split(".")[0]) not in self.heads:
                self._say(where, "There is no such task.", "It is left alone.", harmless=True)

    def _blobs(self) -> None:
        """Large masks: each that an event names must be there with the bytes of its name."""
        there = {path.name for path in _files(self.folder / "blobs") if not path.name.startswith(".")}
        for name in sorted(self.blobs):
            if name not in there:
                self._say(
                    f"blobs/{name}",
                    "This mask is missing; events name it.",
                    "Put it back from a copy of queue/.",
                )
            elif hashlib.sha256((self.folder / "blobs" / name).read_bytes()).hexdigest() != name:
                self._say(
                    f"blobs/{name}",
                    "This mask is damaged; events name it.",
                    "Put it back from a copy of queue/.",
                )
        for name in sorted(there - self.blobs):
            self._say(
                f"blobs/{name}",
                "No event names this mask; it was written for a decision that was not recorded.",
                "It is left alone and may be removed.",
                harmless=True,
            )

    def _strangers(self) -> None:
        for path in sorted(self.folder.iterdir()):
            if not _OURS.fullmatch(path.name):
                self._say(path.name, "termlabel did not make this.", "It is left alone.", harmless=True)


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []


def _rows(db: sqlite3.Connection, query: str) -> list[tuple[object, ...]]:
    return [tuple(round(v, 3) if isinstance(v, float) else v for v in row) for row in db.execute(query)]


def _first_difference(ours: Iterator[tuple[int, str]], theirs: Iterator[tuple[int, str]]) -> str | None:
    """In words, where two lists of documents part; None when they are the same."""
    for mine, other in zip_longest(ours, theirs):
        if mine is None or other is None or mine[0] != other[0]:
            number = min(pair[0] for pair in (mine, other) if pair is not None)
            return f"task {number} is in only one of them"
        if mine[1] != other[1] and json.loads(mine[1]) != json.loads(other[1]):
            return f"task {mine[0]} differs"
    return None
