"""Who gets which task next. Functions over the index, called under the queue's lock."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tui.model.project import Project
from tui.model.task import Filter, Order, Work

_FREE = (
    "not exists (select 1 from lease where lease.task = t.id and lease.work = :work and lease.until > :now)"
)
_ORDERS = {
    Order.SEQUENTIAL: "t.id",
    Order.PRIORITY: "t.priority desc, t.id",
    Order.UNCERTAIN: "t.score is null, t.score, t.id",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for. `login`: own work is told by it where the project says so."""

    who: str
    login: str
    sitting: str
    work: Work
    order: Order
    seed: int
    where: Filter | None
    skip: frozenset[int]
    now: float


def pick(base: sqlite3.Connection, wish: Wish, n: int, project: Project, host: str) -> list[int]:
    """Ids of at most `n` tasks for this person, best first; none of them leased to another."""
    found: list[int] = []
    sources = _annotating if wish.work == "annotate" else _reviewing
    for task_id in sources(base, wish, project, host):
        if task_id not in found and task_id not in wish.skip:
            found.append(task_id)
            if len(found) >= n:
                break
    return found


def _annotating(base: sqlite3.Connection, wish: Wish, project: Project, host: str) -> Iterator[int]:
    yield from _of_dead_sittings(base, wish, host)
    if project.on_reject != "drop":
        yield from _query(base, wish, project, "t.state = 'rejected' and t.annotator = :who", "t.id")
    yield from _in_order(base, wish, project)
    if project.on_skip == "later":
        yield from _query(base, wish, project, "t.state = 'skipped' and t.annotator = :who", "t.id")
    elif project.on_skip == "others":
        yield from _query(base, wish, project, "t.state = 'skipped' and t.annotator != :who", "t.id")


def _of_dead_sittings(base: sqlite3.Connection, wish: Wish, host: str) -> Iterator[int]:
    """Own leases whose process is gone: they are taken over at once."""
    rows = base.execute(
        "select task, host, pid, born from lease where who=? and sitting != ? and work=? order by task",
        (wish.who, wish.sitting, wish.work),
    ).fetchall()
    for task_id, on, pid, born in rows:
        if on == host and process_born(pid) != born:
            clause, values = where_clause(wish.where)
            claimable = (
                "t.state in ('todo','rejected','skipped')"
                if wish.work == "annotate"
                else "t.state='labelled'"
            )
            sql = f"select 1 from task t where t.id=:id and {claimable}{clause}"
            if base.execute(sql, {**values, "id": task_id}).fetchone():
                yield task_id


def _in_order(base: sqlite3.Connection, wish: Wish, project: Project) -> Iterator[int]:
    if wish.order is Order.RANDOM:
        yield from _shuffled(base, wish, project)
    elif wish.where is not None and wish.where.label is not None:
        yield from _by_label(base, wish, project)
    else:
        yield from _query(base, wish, project, "t.open = 1", _ORDERS[wish.order])


def _query(base: sqlite3.Connection, wish: Wish, project: Project, state: str, order: str) -> Iterator[int]:
    clause, values = where_clause(wish.where)
    if project.passes > 1:
        clause += _OTHER_PASS
    rows = base.execute(
        f"select t.id from task t where {state} and {_FREE}{clause} order by {order}",
        {"who": wish.who, "login": wish.login, "work": wish.work, "now": wish.now, **values},
    )
    yield from (row[0] for row in rows)


# Never an image that this person did, or has in hand, in another pass.
_OTHER_PASS = (
    " and not exists (select 1 from task o where o.path = t.path and o.pass != t.pass and (o.annotator = :who"
    " or exists (select 1 from lease l where l.task = o.id and l.who = :who and l.until > :now)))"
)


def _by_label(base: sqlite3.Connection, wish: Wish, project: Project) -> Iterator[int]:
    """Through the label's own list, so that a rare label costs no scan of all tasks."""
    assert wish.where is not None
    clause, values = where_clause(wish.where)
    if project.passes > 1:
        clause += _OTHER_PASS
    rows = base.execute(
        f"select t.id from label b cross join task t on t.id = b.task where b.label = :label and b.open = 1"
        f" and t.open = 1 and {_FREE}{clause} order by {_ORDERS[wish.order].replace('t.id', 'b.task')}",
        {"who": wish.who, "work": wish.work, "now": wish.now, **values},
    )
    yield from (row[0] for row in rows)


def _shuffled(
    base: sqlite3.Connection, wish: Wish, project: Project, wanted: str = "t.open", also: str = ""
) -> Iterator[int]:
    """The tasks by a seeded permutation of their ids. A cursor kept in the index remembers how far this
    permutation is used up, so that a million finished tasks are not looked at again for each claim."""
    (last,) = base.execute("select last from head").fetchone()
    bits = max(2, int(last).bit_length() + int(last).bit_length() % 2)
    key = f"cursor {wish.work} {wish.seed} {bits}"
    row = base.execute("select value from meta where key=?", (key,)).fetchone()
    start, settled = int(row[0]) if row else 0, False
    clause, values = where_clause(wish.where)
    if project.passes > 1:
        clause += _OTHER_PASS
    sql = f"select {wanted}, {_FREE}{also}{clause} from task t where t.id = :id"
    values |= {"who": wish.who, "login": wish.login, "work": wish.work, "now": wish.now}
    keys = _round_keys(wish.seed)
    for step in range(1 << bits):
        place = (start + step) % (1 << bits)
        task_id = permuted(place, bits, keys) + 1
        found = base.execute(sql, {**values, "id": task_id}).fetchone() if task_id <= last else None
        if found is None or not found[0]:
            continue
        if not settled:
            settled = True
            base.execute("insert or replace into meta values (?,?)", (key, place))
        if found[1]:
            yield task_id


def _round_keys(seed: int) -> tuple[int, ...]:
    data = hashlib.blake2b(str(seed).encode(), digest_size=32).digest()
    return tuple(int.from_bytes(data[i : i + 8], "big") for i in range(0, 32, 8))


def permuted(place: int, bits: int, keys: tuple[int, ...]) -> int:
    """A permutation of 0 ... 2^bits - 1 (`bits` even) by a balanced Feistel network of four rounds
    (Luby and Rackoff, 1988)."""
    half = bits // 2
    mask = (1 << half) - 1
    left, right = place >> half, place & mask
    for key in keys:
        mixed = ((right + 1) * 0x9E3779B97F4A7C15 ^ key) & 0xFFFFFFFFFFFFFFFF
        mixed = (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
        left, right = right, left ^ ((mixed >> 32) & mask)
    return left << half | right


def _reviewing(base: sqlite3.Connection, wish: Wish, project: Project, host: str) -> Iterator[int]:
    yield from _of_dead_sittings(base, wish, host)
    own = "t.annotator != :who"
    if project.review.own_work == "login":
        own += " and t.login != :login"
    if wish.order is Order.RANDOM:
        yield from _shuffled(base, wish, project, "t.state = 'labelled'", f" and {own}")
        return
    yield from _query(base, wish, project, f"t.state = 'labelled' and {own}", _ORDERS[wish.order])


def where_clause(where: Filter | None) -> tuple[str, dict[str, object]]:
    """SQL conditions on `task t`, each beginning with ' and ', with their named values."""
    clause, values = "", dict[str, object]()
    if where is None:
        return clause, values
    if where.states:
        names = [f"state{i}" for i in range(len(where.states))]
        clause += f" and t.state in ({', '.join(':' + name for name in names)})"
        values |= dict(zip(names, map(str, where.states), strict=True))
    if where.annotator is not None:
        clause, values["annotator"] = clause + " and t.annotator = :annotator", where.annotator
    if where.path_glob is not None:
        clause, values["glob"] = clause + " and t.path glob :glob", where.path_glob.replace("[!", "[^")
    if where.label is not None:
        clause += " and t.id in (select task from label where label = :label)"
        values["label"] = where.label
    if where.flagged is not None:
        clause, values["flagged"] = clause + " and t.flagged = :flagged", int(where.flagged)
    if where.changed is not None:
        clause, values["changed"] = clause + " and t.changed = :changed", int(where.changed)
    return clause, values


def process_born(pid: int) -> str:
    """When a process of this host began, in the kernel's ticks; '' when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        return stat.rsplit(")", 1)[1].split()[19]
    except OSError:
        pass
    except IndexError:
        return ""
    if Path("/proc/self").exists():
        return ""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    return "alive"


def free(base: sqlite3.Connection, pairs: Iterable[tuple[int, str, str]]) -> None:
    """Let go of leases: (task, work, sitting)."""
    base.executemany("delete from lease where task=? and work=? and sitting=?", list(pairs))
