"""A queue in the memory of one process, for tests and for trying things out: the same rules, no files, no SQL.

It looks at all tasks for most questions, which is fine for thousands of them. Each `MemoryQueue` is one opening of a
`MemoryStore`, as another process would have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

from tui.model.project import Project
from tui.model.project_file import still_says
from tui.model.task import PRESENT, Event, Filter, NewTask, State, Task
from tui.store import claim_rules
from tui.store.amendments import Amendments
from tui.store.base import TasksAsOf
from tui.store.change import last_export
from tui.store.claim_rules import ClaimSource
from tui.store.decisions import Decisions
from tui.store.documents import MAX_EVENT_DOCS, LogRecord, all_names, event_of, new_doc, task_of
from tui.store.following import FollowingDrafts
from tui.store.imports import Imports
from tui.store.members import checked_members
from tui.store.memory_leases import MemoryLeases
from tui.store.memory_store import InlineMasks, MemoryStore, MemoryTransactions
from tui.store.renames import opened_at
from tui.store.rules import Actor
from tui.store.summary import Progress, Summary, progress_of, summarise
from tui.store.tally import TallyKey, merge, tally_now


class MemoryQueue:
    """Holds the parts that do the work; see `tui.store.base.AnnotationQueue` for what the methods promise and raise."""

    readonly = False
    warnings: tuple[str, ...] = ()

    def __init__(self, project: Project, store: MemoryStore, *, login: str) -> None:
        self._project, self._login, self._store = project, login, store
        self._transactions = transactions = MemoryTransactions(store, login)
        masks, drafts = InlineMasks(), store.drafts

        self._leases = leases = MemoryLeases(project, login, store)
        self.claim, self.claim_task = leases.claim, leases.claim_task
        self.renew, self.release, self.close = leases.renew, leases.release, leases.release_all
        self.works_elsewhere = leases.works_elsewhere

        renames, seq = store.renames, len(store.events)
        read_at = opened_at(renames, seq, file_as_read=not renames or still_says(project))
        decisions = Decisions(project, login, transactions, masks, drafts, read_at)
        self.submit, self.skip, self.unreadable = decisions.submit, decisions.skip, decisions.unreadable
        self.flag, self.note = decisions.flag, decisions.note
        self.revise, self.review = decisions.revise, decisions.review
        self.send_back = decisions.send_back
        self.undo, self.redo = decisions.undo, decisions.redo

        self.import_annotations = Imports(project, transactions, masks).import_annotations
        amendments = Amendments(project, transactions, transactions)
        self.amend, self.take_back = amendments.amend, amendments.take_back
        self.bulk_events, self.say_names = transactions.bulk_events, amendments.say_names
        following = FollowingDrafts(drafts, renames, read_at)
        self.save_draft, self.load_draft = following.save, following.load
        self.drop_draft, self.drafts = drafts.drop, drafts.of

        if project.digest and store.digest != project.digest:  # A changed project file is an event.
            store.digest = project.digest
            with transactions.writing() as change:
                change.record("project", "", {}, digest=project.digest)

    @property
    def seq(self) -> int:
        """See `AnnotationQueue`."""
        return len(self._store.events)

    @property
    def id(self) -> str:
        """See `AnnotationQueue`."""
        return "memory"

    def note_export(self, name: str, target: str, seq: int, *, who: str) -> None:
        """See `AnnotationQueue`."""
        with self._transactions.writing() as change:
            change.record("export", who, {}, format=name, target=target, until=seq)

    def last_export(self, name: str, target: str) -> int | None:
        """See `AnnotationQueue`."""
        with self._store.changed:
            made = [record for record in self._store.events if record["op"] == "export"]
        return last_export(made, name, target)

    def add(self, tasks: Iterable[NewTask], *, who: str) -> tuple[int, int]:
        """See `AnnotationQueue`."""
        source, added, there = iter(tasks), 0, 0
        while batch := list(islice(source, MAX_EVENT_DOCS)):
            with self._transactions.writing() as change:
                known = {(doc["path"], doc.get("pass", 1)) for doc in self._store.docs.values()}
                fresh: dict[tuple[str, int], NewTask] = {}
                for task in batch:
                    if (task.path, task.pass_) not in known:
                        fresh.setdefault((task.path, task.pass_), task)
                first = max(self._store.docs, default=0) + 1
                docs = {number: new_doc(task) for number, task in enumerate(fresh.values(), first)}
                for doc in docs.values():
                    checked_members(doc)
                if docs:
                    change.record("add", who, docs)
            added, there = added + len(docs), there + len(batch) - len(docs)
        return added, there

    def get(self, task_id: int) -> Task:
        """See `AnnotationQueue`."""
        with self._transactions.writing() as change:
            return task_of(task_id, change.doc(task_id))

    def find(self, path: str, pass_: int = 1) -> Task | None:
        """See `AnnotationQueue`."""
        everywhere = Filter(states=tuple(State))
        return next((t for t in self._matching(everywhere) if (t.path, t.pass_) == (path, pass_)), None)

    def passes_of(self, path: str) -> list[Task]:
        """See `AnnotationQueue`."""
        everywhere = Filter(states=tuple(State))
        return sorted((t for t in self._matching(everywhere) if t.path == path), key=lambda task: task.pass_)

    def _matching(self, where: Filter) -> Iterator[Task]:
        """As of one moment, ascending id."""
        where = self._store.placed(where)
        with self._store.changed:
            docs = sorted(self._store.docs.items())
        return (task_of(task_id, doc) for task_id, doc in docs if claim_rules.matches(where, task_id, doc))

    def naming(self, names: Iterable[str]) -> list[int]:
        """See `AnnotationQueue`."""
        wanted = {*names}
        with self._store.changed:
            return [n for n, doc in sorted(self._store.docs.items()) if wanted & all_names(doc)]

    def tasks(self, where: Filter = Filter(), after: int = 0, limit: int = 100) -> list[Task]:  # noqa: B008
        """See `AnnotationQueue`."""
        return list(islice((task for task in self._matching(where) if task.id > after), limit))

    def export(self, where: Filter = Filter(), *, masks: bool = True, strict: bool = True) -> Iterator[Task]:  # noqa: B008
        """See `AnnotationQueue`."""
        return self._matching(where)

    @contextmanager
    def as_of_now(self, where: Filter = Filter()) -> Iterator[TasksAsOf]:  # noqa: B008
        """See `AnnotationQueue`."""
        with self._store.changed:
            seq, found = self.seq, list(self._matching(where))
        yield TasksAsOf(seq, lambda: iter(found))

    def to_review(self, who: str, where: Filter = Filter()) -> Iterator[Task]:  # noqa: B008
        """See `AnnotationQueue`."""
        actor = Actor(who, self._login)
        with self._store.changed:
            docs = self._store.docs
            own = {doc["path"] for doc in docs.values() if doc.get("annotator") == who}
            found = [
                task
                for task in self._matching(where)
                if claim_rules.source_has(ClaimSource.TO_REVIEW, self._project, docs[task.id], actor)
                and task.path not in own
            ]
        return iter(found)

    def progress(self, who: str) -> Progress:
        """See `AnnotationQueue`."""
        with self._store.changed:
            waiting = sum(1 for _ in self.to_review(who))
            back = sum(claim_rules.came_back(self._project, doc, who) for doc in self._store.docs.values())
            return progress_of(self.stats(), self._project.on_reject, came_back=back, waiting=waiting)

    def count(self, where: Filter) -> int:
        """See `AnnotationQueue`."""
        return sum(1 for _ in self._matching(where))

    def summary(self, where: Filter = Filter()) -> Summary:  # noqa: B008
        """See `AnnotationQueue`."""
        return summarise(self._matching(where))

    def stats(self) -> Mapping[tuple[str | None, State], int]:
        """See `AnnotationQueue`."""
        return Counter((task.annotator, task.state) for task in self._matching(Filter()))

    def tallies(self) -> dict[TallyKey, float]:
        """See `AnnotationQueue`."""
        with self._store.changed:
            sums = dict(self._store.counters)
            for doc in self._store.docs.values():
                merge(sums, tally_now(doc, 1))
        return {key: n for key, n in sums.items() if abs(n) > 0.0005}

    def history(self, task_id: int) -> list[Event]:
        """See `AnnotationQueue`."""
        with self._transactions.writing() as change:
            known = task_id in self._store.docs
            records = list(change.records(task_id)) if known else []
        return [event_of(record, task_id) for record in reversed(records)]

    def own_before(self, who: str, before: int | None = None, limit: int = 1) -> list[Task]:
        """See `AnnotationQueue`."""
        with self._store.changed:
            docs = self._store.docs
            edge = docs.get(before or 0, {}).get("decided") or float("inf")
            own = [
                (doc["decided"], task_id)
                for task_id, doc in docs.items()
                if doc.get("annotator") == who
                and doc["state"] in PRESENT
                and (doc.get("decided") or edge) < edge
            ]
            return [task_of(task_id, docs[task_id]) for _, task_id in sorted(own, reverse=True)[:limit]]

    def watch(self, after_seq: int, timeout: float) -> Iterator[Event]:
        """See `AnnotationQueue`."""
        while records := self._events_after(after_seq, timeout):
            after_seq += len(records)
            for record in records:
                yield from (event_of(record, int(key)) for key in record["set"])

    def _events_after(self, seq: int, timeout: float) -> list[LogRecord]:
        """Waits for some, `timeout` seconds at most."""
        with (store := self._store).changed:
            store.changed.wait_for(lambda: len(store.events) > seq, timeout)
            return store.events[seq:]
