"""Who gets which task next. Functions over the index, called under the queue's lock."""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import assert_never

from tui.model.project import Project
from tui.model.task import Filter, Order, State, Work
from tui.store.claim_rules import ClaimSource, claim_sources
from tui.store.index import schema
from tui.store.index.filters import OTHERS, Values, joins, needs, not_own, where_clause
from tui.store.log.machine import process_born
from tui.store.shuffle import even_bits, permuted, place_of, round_keys

_FREE = (
    "not exists (select 1 from lease where lease.task = t.id and lease.work = :work and lease.until > :now)"
)
_ORDERS = {
    Order.SEQUENTIAL: "t.id",
    Order.RANDOM: "t.id",
    Order.PRIORITY: "t.priority desc, t.id",
    Order.UNCERTAIN: "t.score is null, t.score, t.id",
}
# The planner has no statistics; without being told it would sort a million tasks for each claim.
_INDEXES = {
    Order.SEQUENTIAL: "task_state",
    Order.RANDOM: "task_state",
    Order.PRIORITY: "task_priority",
    Order.UNCERTAIN: "task_score",
}
_LABEL_INDEXES = {Order.PRIORITY: "label_priority", Order.UNCERTAIN: "label_score"}
_LABEL_ORDERS = {order: by.replace("t.id", "b.task").replace("t.", "b.") for order, by in _ORDERS.items()}
_OWN = " and t.annotator = :who"
# Never an image that this person did, or has in hand, in another pass.
_NOT_DONE_NOR_HELD = (
    " and not exists (select 1 from task o where o.path = t.path and o.pass != t.pass and (o.annotator = :who"
    " or exists (select 1 from lease l where l.task = o.id and l.who = :who and l.until > :now)))"
)
_REJECTED = "select 1 from task o indexed by task_rejected where o.state = 'rejected'"
_OWN_REJECTED = f"{_REJECTED} and o.annotator = :who"
_OF_OTHER_SITTINGS = "from lease where who = :who and sitting != :sitting and work = :work"
# What comes before everything else is looked for in the same query: who has neither needs no other. By the order, and
# whether the rejected work of others comes first too.
_NEXT = {
    (order, anyone): schema.columns(
        f"select t.id, t.doc from task t indexed by {hint} where t.state = 'todo' and {_FREE}"
        f" and not exists ({_REJECTED if anyone else _OWN_REJECTED}) and not exists (select 1 {_OF_OTHER_SITTINGS}) order by {_ORDERS[order]}"
    )
    for order, hint in _INDEXES.items()
    if order is not Order.RANDOM
    for anyone in (False, True)
}
_FEW = 32
"""So many tasks are put into random order by sorting; more by trying places of the permutation."""


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """What somebody asks for. `now`: by `schema.clock`."""

    who: str
    login: str
    sitting: str
    work: Work
    order: Order
    seed: int
    where: Filter | None
    now: float
    host: str


def wanted_indexes(request: ClaimRequest, project: Project) -> tuple[str, ...]:
    """What the index must have to serve this request quickly."""
    found = list(needs(request.where))
    if request.order in (Order.PRIORITY, Order.UNCERTAIN) and request.work == "annotate":
        found.append(f"label {request.order}" if found else str(request.order))
    found.extend(joins(project))
    if request.work == "review" and request.where is not None and request.where.annotator is not None:
        found.append("annotator")
    return tuple(found)


def pick(
    db: sqlite3.Connection, request: ClaimRequest, n: int, project: Project, skip: Container[int] = ()
) -> list[int]:
    """Ids of at most `n` tasks for this person, best first; none of them leased to another, or in `skip`."""
    found: dict[int, None] = {}
    search = Search(db, request, project)
    for task_id in search.ids() if n > 0 else ():
        if task_id not in skip and not (project.passes > 1 and search.same_image(task_id, found)):
            found[task_id] = None
            if len(found) >= n:
                break
    return list(found)


def following(
    db: sqlite3.Connection, request: ClaimRequest, n: int, project: Project, skip: Container[int]
) -> list[tuple[int, str]]:
    """What `pick` finds for an annotator who takes any task of a project with one pass, with the documents, in one
    query. [] where it takes more than that."""
    if request.order is Order.RANDOM:
        return []
    sql = _NEXT[request.order, project.on_reject == "anyone"]
    found: list[tuple[int, str]] = []
    values = {"who": request.who, "sitting": request.sitting, "work": request.work, "now": request.now}
    for row in db.execute(sql, values):
        if row[0] not in skip:
            found.append(row)
            if len(found) == n:
                return found
    return []


class Search:
    """Ways through the index for one request. Each yields ids of free tasks, best first."""

    def __init__(self, db: sqlite3.Connection, request: ClaimRequest, project: Project) -> None:
        self.db, self.request, self.project = db, request, project
        self.asked = request.where or Filter()
        clause, values = where_clause(self.asked, few=True)
        self.clause = clause + (_NOT_DONE_NOR_HELD if project.passes > 1 else "")
        self.values: Values = {
            "who": request.who,
            "sitting": request.sitting,
            "login": request.login,
            "work": request.work,
            "now": request.now,
            **values,
        }

    def same_image(self, task_id: int, picked: Iterable[int]) -> bool:
        """Whether another pass of this task's image is among those picked."""
        listed = ",".join(map(str, picked)) or "0"
        sql = f"select 1 from task o, task t where t.id = ? and o.id in ({listed}) and o.path = t.path"
        return self.db.execute(schema.columns(sql), (task_id,)).fetchone() is not None

    def ids(self) -> Iterator[int]:
        """All that a claim may serve, best first."""
        for source in claim_sources(self.project, self.request.work):
            yield from self._of(source)

    def _of(self, source: ClaimSource) -> Iterator[int]:
        """The same tasks for which `claim_rules.source_has` says yes, and that are free."""
        match source:
            case ClaimSource.OWN_REJECTED:
                return self.where(f"t.state = 'rejected'{_OWN}", "t.id", "indexed by task_rejected")
            case ClaimSource.DEAD_SITTINGS:
                return self.of_dead_sittings(
                    f"(t.state = 'todo' or (t.state in ('rejected', 'skipped'){_OWN}))"
                )
            case ClaimSource.ANY_REJECTED:
                return self.where("t.state = 'rejected'", _ORDERS[self.request.order])
            case ClaimSource.IN_ORDER:
                return self.in_order(State.TODO, "")
            case ClaimSource.OWN_SKIPPED:
                return self.where(f"t.state = 'skipped'{_OWN}", "t.id", "indexed by task_skipped")
            case ClaimSource.OTHERS_SKIPPED:
                return self.where(f"t.state = 'skipped'{OTHERS}", "t.id")
            case ClaimSource.TO_REVIEW_OF_DEAD_SITTINGS:
                return self.of_dead_sittings(f"t.state = 'labelled'{not_own(self.project)}")
            case ClaimSource.TO_REVIEW:
                return self.in_order(State.LABELLED, not_own(self.project))
            case _:
                assert_never(source)

    def of_dead_sittings(self, claimable: str) -> Iterator[int]:
        """Own leases whose process is gone: they are taken over at once."""
        request = self.request
        rows = self.db.execute(
            f"select task, host, pid, born {_OF_OTHER_SITTINGS} order by task", self.values
        ).fetchall()
        for task_id, host, pid, born in rows:
            if host == request.host and process_born(pid) != born:
                sql = f"select 1 from task t where t.id = :id and {claimable}{self.clause}"
                if self.db.execute(schema.columns(sql), {**self.values, "id": task_id}).fetchone():
                    yield task_id

    def in_order(self, state: State, also: str) -> Iterator[int]:
        """Tasks of a state."""
        if self.request.order is Order.RANDOM:
            return self.shuffled(state, also)
        return self.listed(state, also)

    def listed(self, state: State, also: str) -> Iterator[int]:
        """In the order asked for, other than by chance."""
        order = _ORDERS[self.request.order]
        if self.asked.ids is not None:
            return self.where(f"+t.state = '{state}'{also}", order)
        if self.asked.label is not None:
            return self.labelled(state, also)
        return self.where(f"t.state = '{state}'{also}", order, f"indexed by {self._index_for(state)}")

    def _index_for(self, state: str) -> str:
        if state is State.TODO:
            return _INDEXES[self.request.order]
        return "task_state" if self.asked.annotator is None else "task_labelled"

    def labelled(self, state: State, also: str) -> Iterator[int]:
        """Through the label's own list, so that a rare label costs no walk through all tasks."""
        order = self.request.order
        hint = (
            f"indexed by {_LABEL_INDEXES[order]}" if state is State.TODO and order in _LABEL_INDEXES else ""
        )
        sql = (
            f"select t.id from label b {hint} cross join task t on t.id = b.task where b.label = :label"
            f" and b.stage = {schema.label_stage(state)} and {_FREE}{also}{self.clause} order by {_LABEL_ORDERS[order]}"
        )
        yield from (row[0] for row in self.db.execute(schema.columns(sql), self.values))

    def where(self, condition: str, order: str, hint: str = "") -> Iterator[int]:
        """Free tasks that meet a condition; `hint`: by which index."""
        sql = f"select t.id from task t {hint} where {condition} and {_FREE}{self.clause} order by {order}"
        yield from (row[0] for row in self.db.execute(schema.columns(sql), self.values))

    def many(self, state: State) -> bool:
        """Whether there are surely more than a few tasks, by the quickest look there is."""
        label = self.asked.label
        if self.asked != Filter(label=label):
            return False
        rows = (
            f"label where label = :label and stage = {schema.label_stage(state)}"
            if label
            else f"task where state = '{state}'"
        )
        sql = f"select count(*) from (select 1 from {rows} limit {2 * _FEW})"
        return bool(self.db.execute(sql, self.values).fetchone()[0] == 2 * _FEW)

    def _few(self, state: State, also: str) -> list[int] | None:
        """All tasks when there are so few that they can be sorted, else None."""
        if self.many(state):
            return None
        few = list(islice(self.listed(state, also), _FEW + 1))
        return few if len(few) <= _FEW else None

    def shuffled(self, state: State, also: str) -> Iterator[int]:
        """The tasks by a seeded permutation of their ids. A cursor kept in the index remembers how far
        it is used up, so that a million finished tasks are not looked at again for each claim."""
        (last,) = self.db.execute("select last from head").fetchone()
        bits, keys = even_bits(last), round_keys(self.request.seed)
        label, size = self.asked.label, 1 << bits
        cursor = f"cursor {state} {self.request.seed} {bits} {label or ''}"
        start = self._place_at(cursor)
        few = self._few(state, also)
        if few is not None:
            yield from sorted(few, key=lambda number: (place_of(number - 1, bits, keys) - start) % size)
            return
        sql, looked = self._near(state, also), False
        for places in _windows(start, size, 8 if label is None else 32):
            numbers = {permuted(place, bits, keys) + 1: place for place in places}
            there = dict(self.db.execute(sql, {**self.values, "near": str(list(numbers))}))
            if there and not looked:
                looked = True
                self._move(cursor, start, next(place for n, place in numbers.items() if n in there))
            yield from (n for n in numbers if there.get(n))

    def _place_at(self, cursor: str) -> int:
        row = self.db.execute("select value from meta where key=?", (cursor,)).fetchone()
        return int(row[0]) if row else 0

    def _move(self, cursor: str, start: int, place: int) -> None:
        if place != start:
            schema.set_meta(self.db, {cursor: place})

    def _near(self, state: State, also: str) -> str:
        """A query for those of the ids in :near that are in this state (and have the label), and whether
        each is free for this request."""
        if self.asked.label is not None:
            source = (
                "json_each(:near) n cross join label b on b.label = :label"
                f" and b.stage = {schema.label_stage(state)} and b.task = n.value cross join task t on t.id = b.task"
            )
            return schema.columns(f"select t.id, {_FREE}{also}{self.clause} from {source}")
        return schema.columns(
            f"select t.id, {_FREE}{also}{self.clause} from task t where +t.state = '{state}'"
            " and t.id in (select value from json_each(:near))"
        )


def _windows(start: int, size: int, width: int) -> Iterator[list[int]]:
    """All places of a permutation once around from `start`, in windows that grow to 256."""
    step = 0
    while step < size:
        yield [(start + i) % size for i in range(step, min(size, step + width))]
        step, width = step + width, min(width * 2, 256)
