"""What a claim prefers, and what passes a filter: pure functions as in `tui.store.rules`.

A backend that searches an index writes the same as SQL; `source_has` and `matches` are what that must come to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum, auto
from fnmatch import fnmatchcase
from typing import assert_never

from tui.model.project import OnReject, OnSkip, Project
from tui.model.task import OPEN, PRESENT, Filter, Order, State, Work
from tui.store.documents import Doc, labels_to_find_by
from tui.store.rules import TO_REVIEW, Actor, is_own_work


class ClaimSource(Enum):
    """Where tasks for somebody come from."""

    OWN_REJECTED = auto()
    DEAD_SITTINGS = auto()
    ANY_REJECTED = auto()
    IN_ORDER = auto()
    OWN_SKIPPED = auto()
    OTHERS_SKIPPED = auto()
    TO_REVIEW_OF_DEAD_SITTINGS = auto()
    TO_REVIEW = auto()


def is_another_pass(doc: Doc, other: Doc) -> bool:
    """Whether two tasks are the same image in two passes: nobody gets both."""
    return bool(doc["path"] == other["path"] and doc.get("pass", 1) != other.get("pass", 1))


IN_THE_ORDER = frozenset({ClaimSource.ANY_REJECTED, ClaimSource.IN_ORDER, ClaimSource.TO_REVIEW})
"""Sources that are served in the order asked for; the others go by ascending id."""
LEASED_TO_DEAD = frozenset({ClaimSource.DEAD_SITTINGS, ClaimSource.TO_REVIEW_OF_DEAD_SITTINGS})
"""Sources whose tasks carry a lease of the same person, in a sitting whose process is gone; all others are free."""


def claim_sources(project: Project, work: Work) -> Iterator[ClaimSource]:
    """Where a claim looks, best first."""
    match work:
        case "review":
            yield from (ClaimSource.TO_REVIEW_OF_DEAD_SITTINGS, ClaimSource.TO_REVIEW)
        case "annotate":
            yield from (*_of_rejected(project.on_reject), ClaimSource.IN_ORDER, *_of_skipped(project.on_skip))
        case _:
            assert_never(work)


def _of_rejected(on_reject: OnReject) -> tuple[ClaimSource, ...]:
    """Where to look before the tasks in order."""
    match on_reject:
        case "annotator":
            return ClaimSource.OWN_REJECTED, ClaimSource.DEAD_SITTINGS
        case "anyone":
            return ClaimSource.OWN_REJECTED, ClaimSource.DEAD_SITTINGS, ClaimSource.ANY_REJECTED
        case "drop":
            return (ClaimSource.DEAD_SITTINGS,)
        case _:
            assert_never(on_reject)


def _of_skipped(on_skip: OnSkip) -> tuple[ClaimSource, ...]:
    """Where to look after them."""
    match on_skip:
        case "later":
            return (ClaimSource.OWN_SKIPPED,)
        case "others":
            return (ClaimSource.OTHERS_SKIPPED,)
        case "never":
            return ()
        case _:
            assert_never(on_skip)


def source_has(source: ClaimSource, project: Project, doc: Doc, actor: Actor) -> bool:
    """Whether a task comes from this source for this person; leases and filters apart."""
    review = source in (ClaimSource.TO_REVIEW, ClaimSource.TO_REVIEW_OF_DEAD_SITTINGS)
    own = is_own_work(project, doc, actor) if review else doc.get("annotator") == actor.who
    states_of_own, states_of_others = _states_of(source)
    return doc["state"] in (states_of_own if own else states_of_others)


def _states_of(source: ClaimSource) -> tuple[Sequence[State], Sequence[State]]:
    """The states of tasks that a source has: of one's own, and of all others."""
    match source:
        case ClaimSource.OWN_REJECTED:
            return (State.REJECTED,), ()
        case ClaimSource.DEAD_SITTINGS:
            return (*OPEN, State.REJECTED), (State.TODO,)
        case ClaimSource.ANY_REJECTED:
            return (State.REJECTED,), (State.REJECTED,)
        case ClaimSource.IN_ORDER:
            return (State.TODO,), (State.TODO,)
        case ClaimSource.OWN_SKIPPED:
            return (State.SKIPPED,), ()
        case ClaimSource.OTHERS_SKIPPED:
            return (), (State.SKIPPED,)
        case ClaimSource.TO_REVIEW | ClaimSource.TO_REVIEW_OF_DEAD_SITTINGS:
            return (), TO_REVIEW
        case _:
            assert_never(source)


def order_key(order: Order, doc: Doc) -> tuple[float, ...]:
    """What an order sorts by, before the id; `Order.RANDOM` goes by `tui.store.shuffle`."""
    match order:
        case Order.SEQUENTIAL | Order.RANDOM:
            return ()
        case Order.PRIORITY:
            return (-(doc.get("priority") or 0),)
        case Order.UNCERTAIN:
            score = doc.get("score")
            return (1, 0.0) if score is None else (0, score)
        case _:
            assert_never(order)


def came_back(project: Project, doc: Doc, who: str) -> bool:
    """Whether a rejected task waits for this person."""
    return project.on_reject != "drop" and doc["state"] == State.REJECTED and doc.get("annotator") == who


def matches(where: Filter, task_id: int, doc: Doc) -> bool:
    """Whether a task passes a filter, whose `since` is the place of an event."""
    return (
        _is(where.annotator, doc.get("annotator"))
        and _is(where.flagged, bool(doc.get("flagged")))
        and _is(where.changed, bool(doc.get("_changed")))
        and doc["state"] in (where.states or PRESENT)
        and _is(where.file_changed, bool(doc.get("file_changed")))
        and (where.ids is None or task_id in where.ids)
        and (where.since is None or doc["_ev"] > where.since)
        and (where.label is None or where.label in labels_to_find_by(doc))
        and (where.path_glob is None or fnmatchcase(doc["path"], where.path_glob))
    )


def _is(wanted: object, found: object) -> bool:
    """Whether a member is as asked for; None asks for nothing."""
    return wanted is None or wanted == found
