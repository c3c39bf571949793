"""Questions to the queue."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from tui.model.project import Project
from tui.model.review import REVIEW_OPS
from tui.model.task import Event, Filter, State, Task
from tui.store.base import MaskMissing, NotFound, TasksAsOf
from tui.store.change import Masks
from tui.store.documents import event_of, task_of
from tui.store.index import schema
from tui.store.index.filters import PRESENT, Values, joins, needs, not_own_image, where_clause
from tui.store.jsontext import dumps
from tui.store.log.finding import placed
from tui.store.log.follow import follow
from tui.store.log.layout import LOG
from tui.store.queue.event_store import EventStore
from tui.store.queue.transaction import FIND, records_of
from tui.store.summary import Progress, Summary, progress_of, summarise, summed

_AT_ONCE = 20_000
_EARLIER = (
    f"select t.id, t.doc from task t where t.annotator = ? and t.decided is not null{PRESENT}"
    f" and t.decided < coalesce((select o.decided from task o where o.id = ?), {1 << 60})"
    " order by t.decided desc limit ?"
)
_PASSES = "select t.id, t.doc from task t where t.path = +cast(? as text) order by t.pass"

# Waiting for a review, of images that this person did in another pass.
_OWN_IMAGES = (
    "select count(distinct t.id) from task o cross join task t on t.path = o.path and t.pass != o.pass"
    " where o.annotator = :who and o.decided is not null and +t.state = 'labelled' and t.annotator is not :who"
)
_OWN_LOGIN = (
    "select count(*) from task t where t.state = 'labelled' and t.login = :login and t.annotator is not :who"
)
_NOT_OWN_LOGIN = " and t.login is not :login"


class Questions:
    """All methods that record nothing."""

    def __init__(self, project: Project, store: EventStore, masks: Masks) -> None:
        self._project, self._store, self._masks = project, store, masks
        self._known: dict[str, tuple[int, int, int]] = {}
        # By person: place and number of the last event when it was counted, and what `_not_for` came to.

    def get(self, task_id: int) -> Task:
        """See `AnnotationQueue`."""
        with self._store.reading() as db:
            row = db.execute("select doc from task where id=?", (task_id,)).fetchone()
        if row is None:
            raise NotFound(f"There is no task {task_id} in this queue.")
        return self._task(task_id, row[0])

    def find(self, path: str, pass_: int = 1) -> Task | None:
        """See `AnnotationQueue`."""
        self._store.ensure_index("path")
        with self._store.reading() as db:
            row = db.execute(schema.columns(FIND), (schema.key_path(path), pass_)).fetchone()
        return self._task(*row) if row else None

    def passes_of(self, path: str) -> list[Task]:
        """See `AnnotationQueue`."""
        self._store.ensure_index("path")
        with self._store.reading() as db:
            rows = db.execute(schema.columns(_PASSES), (schema.key_path(path),)).fetchall()
        return [self._task(*row) for row in rows]

    def naming(self, names: Iterable[str]) -> list[int]:
        """See `AnnotationQueue`. Texts are looked for, as no index has the labels of all predictions, nor attributes."""
        texts = [dumps(name).decode() for name in names]
        found = " or ".join(["instr(doc, ?)"] * len(texts)) or "0"
        sql = f"select id from task where id > ? and ({found}) order by id limit {_AT_ONCE}"
        ids: list[int] = []
        while True:
            with self._store.reading() as db:
                part = [number for (number,) in db.execute(sql, (ids[-1] if ids else 0, *texts))]
            ids += part
            if len(part) < _AT_ONCE:
                return ids

    def tasks(self, where: Filter = Filter(), after: int = 0, limit: int = 100) -> list[Task]:  # noqa: B008
        """See `AnnotationQueue`."""
        clause, values = self._clause(where)
        self._store.ensure_index(*needs(where))
        with self._store.reading() as db:
            rows = db.execute(
                schema.columns(
                    f"select t.id, t.doc from task t where t.id > :after{clause} order by t.id limit :limit"
                ),
                {**values, "after": after, "limit": limit},
            ).fetchall()
        return [self._task(number, doc) for number, doc in rows]

    def history(self, task_id: int) -> list[Event]:
        """See `AnnotationQueue`."""
        with self._store.reading() as db:
            records = list(records_of(db, self._store.log, task_id))
        return [event_of(record, task_id) for record in reversed(records)]

    def stats(self) -> Mapping[tuple[str | None, State], int]:
        """See `AnnotationQueue`."""
        with self._store.reading() as db:
            return _counts(db)

    def count(self, where: Filter) -> int:
        """See `AnnotationQueue`."""
        clause, values = self._clause(where)
        self._store.ensure_index(*needs(where))
        with self._store.reading() as db:
            if where == Filter():
                return sum(_counts(db).values())
            row = db.execute(
                schema.columns(f"select count(*) from task t where 1{clause}"), values
            ).fetchone()
        return int(row[0])

    def summary(self, where: Filter = Filter()) -> Summary:  # noqa: B008
        """See `AnnotationQueue`."""
        if where != Filter():
            return summarise(self.export(where, strict=False))
        with self._store.reading() as db, _one_moment(db):
            sql = "select id, doc from task where state = ? order by id"
            bad = [_bare_task(number, doc) for number, doc in db.execute(sql, (State.UNREADABLE,))]
            files = [(task.path, task.reason or "") for task in bad]
            return summed(_counts(db), _tallies(db), files)

    def tallies(self) -> dict[tuple[str, str, str], float]:
        """Counters for audits; their kinds stand in `tui.store.tally`."""
        with self._store.reading() as db:
            return _tallies(db)

    def _came_back(self, db: sqlite3.Connection, who: str) -> int:
        if self._project.on_reject == "drop":
            return 0
        sql = "select count(*) from task t where t.state = 'rejected' and t.annotator = ?"
        return int(db.execute(schema.columns(sql), (who,)).fetchone()[0])

    def own_before(self, who: str, before: int | None = None, limit: int = 1) -> list[Task]:
        """See `AnnotationQueue`."""
        self._store.ensure_index("decided")
        with self._store.reading() as db:
            rows = db.execute(schema.columns(_EARLIER), (who, before, limit)).fetchall()
        return [self._task(number, doc) for number, doc in rows]

    def watch(self, after_seq: int, timeout: float) -> Iterator[Event]:
        """See `AnnotationQueue`."""
        return follow(self._store.folder / LOG, after_seq, timeout)

    def export(self, where: Filter = Filter(), *, masks: bool = True, strict: bool = True) -> Iterator[Task]:  # noqa: B008
        """See `AnnotationQueue`."""
        self._store.ensure_index(*needs(where))
        lost: list[tuple[int, str]] = []
        try:
            with self._store.snapshot() as db:
                for number, doc in _documents(db, self._placed(where)):
                    yield self._exported(number, doc, masks, None if strict else lost)
        finally:
            self._warn(lost)

    @contextmanager
    def as_of_now(self, where: Filter = Filter()) -> Iterator[TasksAsOf]:  # noqa: B008
        """See `AnnotationQueue`."""
        self._store.ensure_index(*needs(where))
        with self._store.snapshot() as db:
            (seq,) = db.execute("select seq from head").fetchone()
            yield TasksAsOf(seq, lambda: (self._task(*row) for row in _documents(db, self._placed(where))))

    def to_review(self, who: str, where: Filter = Filter()) -> Iterator[Task]:  # noqa: B008
        """See `AnnotationQueue`."""
        self._store.ensure_index(*needs(where), *joins(self._project))
        with self._store.snapshot() as db:
            for number, doc in _documents(db, self._placed(where), self._reviewable, self._reader(who)):
                yield _bare_task(number, doc)

    def progress(self, who: str) -> Progress:
        """See `AnnotationQueue`."""
        self._store.ensure_index(*self._own_work(), *joins(self._project))
        with self._store.reading() as db, _one_moment(db):
            counts = _counts(db)
            others = sum(n for (name, state), n in counts.items() if state is State.LABELLED and name != who)
            waiting, back = others - self._not_for(db, who), self._came_back(db, who)
            return progress_of(counts, self._project.on_reject, came_back=back, waiting=waiting)

    def _not_for(self, db: sqlite3.Connection, who: str) -> int:
        """How many labelled tasks under other names this person may not review. Counting them takes longer the more they
        did, and none of their verdicts changes it: after these the number stands."""
        own = self._own_work()
        if not own:
            return 0
        pos, seq = db.execute("select pos, seq from head").fetchone()
        known = self._known.get(who)
        if known is None or not self._only_verdicts(who, known[0], known[1], pos):
            number = sum(self._number(db, sql, who) for sql in own.values())
        else:
            number = known[2]
        self._known[who] = (pos, seq, number)
        return number

    def _only_verdicts(self, who: str, start: int, seq: int, end: int) -> bool:
        """Whether all that the log has between two places are verdicts of this person."""
        records = (line.record for line in self._store.log.lines(start, seq, end))
        return all(record.get("who") == who and record["op"] in REVIEW_OPS for record in records)

    def _own_work(self) -> dict[str, str]:
        """SQL that counts what is not to be reviewed beside work under the own name, each by the part of the index
        that it begins with. No task is counted by two of them."""
        found, by_login = {}, self._project.review.own_work == "login"
        if by_login:
            found["login"] = _OWN_LOGIN
        if self._project.passes > 1:
            found["decided"] = _OWN_IMAGES + (_NOT_OWN_LOGIN if by_login else "")
        return found

    def _number(self, db: sqlite3.Connection, sql: str, who: str) -> int:
        return int(db.execute(schema.columns(sql), self._reader(who)).fetchone()[0])

    @property
    def _reviewable(self) -> str:
        return f" and t.state = '{State.LABELLED}'{not_own_image(self._project)}"

    def _reader(self, who: str) -> Values:
        return {"who": who, "login": self._store.login}

    def _placed(self, where: Filter) -> Filter:
        return placed(where, self._store.log)

    def _clause(self, where: Filter) -> tuple[str, Values]:
        return where_clause(self._placed(where))

    def _exported(self, task_id: int, text: str, masks: bool, lost: list[tuple[int, str]] | None) -> Task:
        """`lost`: where it is noted that a mask is missing, instead of raising that."""
        try:
            return self._task(task_id, text) if masks else _bare_task(task_id, text)
        except MaskMissing as error:
            if lost is None:
                raise
            lost.append((task_id, str(error)))
            return _bare_task(task_id, text)

    def _warn(self, lost: list[tuple[int, str]]) -> None:
        """One sentence for all of them: a folder of masks that was not copied along makes thousands."""
        if lost:
            (task_id, why), others = lost[0], len(lost) - 1
            more = f" and {others} more lack masks" if others else " lacks a mask"
            warning = f"Task {task_id}{more}. {why}"
            if warning not in self._store.warnings:
                self._store.warnings.append(warning)

    def _task(self, task_id: int, text: str) -> Task:
        """The task of a document's JSON, its masks whole."""
        return task_of(task_id, self._masks.fetched(json.loads(text)))


@contextmanager
def _one_moment(db: sqlite3.Connection) -> Iterator[None]:
    """All numbers as of one event, whatever others do meanwhile."""
    db.execute("begin")
    try:
        yield
    finally:
        db.execute("commit")


def _bare_task(task_id: int, text: str) -> Task:
    """The same, large masks left where they are."""
    return task_of(task_id, json.loads(text))


def _documents(
    db: sqlite3.Connection, where: Filter, also: str = "", values: Values | None = None
) -> Iterator[tuple[int, str]]:
    """Ids and documents of the tasks that pass a filter and a further condition, ascending id."""
    clause, named = where_clause(where)
    sql = schema.columns(f"select t.id, t.doc from task t where 1{clause}{also} order by t.id")
    rows = db.execute(sql, {**named, **(values or {})})
    while batch := rows.fetchmany(500):
        yield from batch


def _counts(db: sqlite3.Connection) -> dict[tuple[str | None, State], int]:
    rows = db.execute(f"select annotator, state, n from count where n != 0 and state != '{State.REMOVED}'")
    return {(annotator or None, State(state)): n for annotator, state, n in rows}


def _tallies(db: sqlite3.Connection) -> dict[tuple[str, str, str], float]:
    rows = db.execute("select kind, a, b, n from tally where abs(n) > 0.0005")
    return {(kind, a, b): n for kind, a, b, n in rows}
