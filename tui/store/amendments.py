"""Commands that change many tasks: one event for at most 50 of them, taken back as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice
from uuid import uuid4

from tui.errors import UsageError
from tui.model.amendment import (
    Amended,
    Amendment,
    AmendOp,
    BulkCommand,
    BulkEvent,
    FileSeen,
    Relinked,
    Renamed,
    Reverted,
    commands_of,
    operation,
)
from tui.model.annotation import Json
from tui.model.project import Project
from tui.model.task import EMPTY
from tui.store import rules
from tui.store.amending import amended, is_back, restored, work_of
from tui.store.base import NotFound
from tui.store.change import BulkTrail, Change, Transactions
from tui.store.documents import MAX_EVENT_DOCS, Doc, LogRecord
from tui.store.members import checked_members
from tui.store.renames import said_back, said_by
from tui.store.tally import taken_back

_BATCH_DOCS = 200
"""Documents that are made durable together."""
_EVENT_DOCS = MAX_EVENT_DOCS // 2
"""Documents in one event, which is a transaction of its own: others wait some milliseconds for it, also on a busy machine."""
_NAMED = ("labels", "attributes")
_BATCH_EVENTS = _BATCH_DOCS // _EVENT_DOCS


class Amendments:
    """`amend` and `take_back` of an `AnnotationQueue`, over any backend."""

    def __init__(self, project: Project, transactions: Transactions, trail: BulkTrail) -> None:
        self._project, self._transactions, self._trail = project, transactions, trail
        self._checked: Renamed | None = None

    def amend(
        self, changes: Iterable[tuple[int, Amendment]], *, who: str, stroke: str, context: Json = EMPTY
    ) -> Amended:
        """See `AnnotationQueue`."""
        changed, left, first = 0, list[int](), None
        source = iter(changes)
        while batch := list(islice(source, _BATCH_DOCS)):
            if not all(isinstance(each, FileSeen) for _, each in batch):
                rules.check_known(self._project, who)  # What a file is, is nobody's decision.
            if any(isinstance(each, Relinked) for _, each in batch):
                self._trail.paths_ready()
            for op, part in _parts(batch):
                with self._transactions.unsynced() as change:
                    record = self._enter(change, op, part, who, stroke, context, left)
                changed += len(record["set"]) if record else 0
                first = record["seq"] if record and first is None else first
            self._transactions.sync()
        return Amended(changed, tuple(left), first)

    def _enter(
        self,
        change: Change,
        op: AmendOp,
        part: Sequence[tuple[int, Amendment]],
        who: str,
        stroke: str,
        context: Json,
        left: list[int],
    ) -> LogRecord | None:
        """One event; None where nothing of it changes anything."""
        patches: dict[int, Doc | None] = {}
        work: dict[str, Doc] = {}
        for task_id, amendment in part:
            doc = change.doc(task_id)
            patch = None if task_id in patches else amended(doc, amendment)
            moved = patch is not None and "path" in patch
            if patch is None or (moved and _place_taken(change, task_id, {**doc, **patch})):
                left.append(task_id)
                continue
            self._check(amendment, patch)
            if counted := work_of(doc, patch):
                work[str(task_id)] = counted
            patches[task_id] = {**patch, "rev": doc.get("rev", 0) + 1}
        if not patches:
            return None
        ctx = {"project": self._project.digest, **context}
        record = change.record(op, who, patches, ctx=ctx, party=stroke, work=work or None)
        change.put()
        return record

    def say_names(self, renamed: Renamed, *, who: str, stroke: str, more: Json = EMPTY) -> int:
        """See `AnnotationQueue`."""
        rules.check_known(self._project, who)
        ctx = {"project": self._project.digest, **said_by(renamed, more)}
        with self._transactions.writing() as change:
            seq: int = change.record("labels", who, {}, ctx=ctx, party=stroke)["seq"]
            change.put()
            return seq

    def _check(self, amendment: Amendment, patch: Doc) -> None:
        """Raises ValueError or BadMember. Of a million renamed pictures the names alone are new: they are looked at once."""
        if not isinstance(amendment, Renamed):
            checked_members(patch)
        elif amendment is not self._checked:
            checked_members({"labels": [new for new in amendment.labels.values() if new is not None]})
            self._checked = amendment

    def take_back(
        self, event: int | None = None, *, who: str, names_back: Callable[[Json], None] = lambda names: None
    ) -> Reverted | None:
        """See `AnnotationQueue`."""
        rules.check_known(self._project, who)
        events = self._trail.bulk_events()
        stroke = _stroke(events, event)
        if stroke is None:
            return None
        mine = [each for each in events if each.stroke == stroke]
        first, party = mine[0], uuid4().hex
        tasks, left = 0, list[int]()
        if any(each.op == "relink" for each in mine):
            self._trail.paths_ready()
        for each in (each for each in mine if each.names):
            # First of all, as when they were given: what is decided meanwhile has the names that stay.
            names_back(each.names)
            with self._transactions.writing() as change:
                ctx = {"op": each.op, **said_back(each.names)}
                change.record("revert", who, {}, ctx=ctx, party=party, of=stroke)
                change.put()
        source = reversed(mine)
        while batch := list(islice(source, _BATCH_EVENTS)):
            for each in batch:
                with self._transactions.unsynced() as change:
                    tasks += self._restore(change, change.record_at(each.place), who, stroke, party, left)
            self._transactions.sync()
        with self._transactions.writing() as change:  # What was broken off before this can be done again.
            ctx = {"op": first.op}
            change.record("revert", who, {}, ctx=ctx, party=party, of=stroke, whole=True)
            change.put()
        gave = {new for each in mine for new in (each.names.get("labels") or {}).values() if new is not None}
        return Reverted(
            first.op, first.seq, first.who, first.at, tasks, tuple(left), tuple(sorted(map(str, gave)))
        )

    def _restore(
        self, change: Change, record: LogRecord, who: str, stroke: str, party: str, left: list[int]
    ) -> int:
        """Take one event back; how many tasks that changed."""
        patches: dict[int, Doc | None] = {}
        for key, patch in record["set"].items():
            task_id = int(key)
            try:
                doc = change.doc(task_id)
            except NotFound:
                left.append(task_id)
                continue
            back = restored(doc, patch, record["was"][key])
            if back is None and is_back(doc, record["was"][key]):
                continue
            if back is None or ("path" in back and _place_taken(change, task_id, {**doc, **back})):
                left.append(task_id)
            else:
                patches[task_id] = {**back, "rev": doc.get("rev", 0) + 1}
        if patches:
            counts = taken_back(record, patches) or None
            ctx = {"op": record["op"]}
            change.record("revert", who, patches, ctx=ctx, party=party, of=stroke, counts=counts)
            change.put()
        return len(patches)


def _place_taken(change: Change, task_id: int, doc: Doc) -> bool:
    """Whether another task has the place of this one."""
    return change.task_at(doc["path"], doc.get("pass", 1)) not in (None, task_id)


def _parts(
    batch: Iterable[tuple[int, Amendment]],
) -> Iterator[tuple[AmendOp, Sequence[tuple[int, Amendment]]]]:
    """Amendments that one event can hold, in their order."""
    for op, same in groupby(batch, key=lambda each: operation(each[1])):
        while part := list(islice(same, _EVENT_DOCS)):
            yield op, part


def _stroke(events: Sequence[BulkEvent], event: int | None) -> str | None:
    """The stroke of an event, or of the last command that was not taken back and took nothing back.

    Raises:
        UsageError: the event is of no such command, or was taken back already.
    """
    commands = commands_of(events)
    if event is None:
        # What files were found to be is nobody's command: exports and checks record it on their way.
        theirs = (each for each in reversed(commands) if each.stands and each.op != "file")
        return next((each.stroke for each in theirs), None)
    stroke = next((each.stroke for each in events if each.seq == event), None)
    command = next((each for each in commands if each.stroke == stroke), None)
    if command is None:
        raise UsageError(
            f"Event {event} is of no command that can be taken back; 'termlabel undo --list' names them."
        )
    if not command.stands:
        raise UsageError(f"Event {event} was taken back already.")
    if (later := _later_names(commands, events, command)) is not None:
        raise UsageError(f"Event {later} gave these names others again: take that back first.")
    return stroke


def _later_names(
    commands: Sequence[BulkCommand], events: Sequence[BulkEvent], command: BulkCommand
) -> int | None:
    """The last command that stands and is about names that this one gave: taken back without it, file and work would part."""
    mine = _names_of(events, command.stroke)
    later = (each for each in reversed(commands) if each.stands and each.event > command.event)
    return next((each.event for each in later if mine & _names_of(events, each.stroke)), None)


def _names_of(events: Sequence[BulkEvent], stroke: str) -> set[tuple[str, object]]:
    """All that a command says of labels and attributes: old names and new ones."""
    names = [
        (kind, name)
        for each in events
        if each.stroke == stroke
        for kind in _NAMED
        for pair in (each.names.get(kind) or {}).items()
        for name in pair
    ]
    return {each for each in names if each[1] is not None}
