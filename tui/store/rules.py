"""The queue's rules: who may work on what, and what each decision does to a task.

Pure functions over documents (`tui.store.documents`), the project's rules and the request; they know neither files nor
SQL, and every backend decides by them alone. A decision gives a patch: the members that it sets. What is refused
raises one of the errors of `tui.store.base`; masks in the task of a `Conflict` stand as the document has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from tui.model.amendment import AmendOp
from tui.model.annotation import labels_stated
from tui.model.project import OnReject, Project
from tui.model.review import ReviewOp, Verdict
from tui.model.task import ANSWERED, DECIDED, OPEN, REVIEWED, State, Work, state_after
from tui.store.base import Conflict, Forbidden, LabelGone, LeaseLost
from tui.store.documents import Doc, LogRecord, labels_to_find_by, names_given, task_of
from tui.store.members import MAX_SECONDS, stated_members, stated_seconds
from tui.store.operations import operation_of

TO_REVIEW = tuple(state for state in ANSWERED if state not in REVIEWED)
"""States that wait for a verdict: labelled."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the name they go by, and the login name of the process."""

    who: str
    login: str


# Who may do what.


def check_known(project: Project, who: str) -> None:
    """Raises Forbidden for a name that a project with a list of people does not list."""
    if project.people and who not in project.people:
        raise Forbidden(
            f"{who!r} is not among the people of this project ({', '.join(project.people)}); "
            "use --as NAME or add the name to termlabel.toml."
        )


def is_own_work(project: Project, doc: Doc, actor: Actor) -> bool:
    """Whether this person labelled the task: by name, and by login where the project says so."""
    if doc.get("annotator") == actor.who:
        return True
    return project.review.own_work == "login" and doc.get("login") == actor.login


def may_work_on(project: Project, doc: Doc, actor: Actor, work: Work) -> bool:
    """Whether the state of a task allows this person to work on it."""
    match work:
        case "annotate":
            return _may_annotate(project, doc, actor.who)
        case "review":
            own_verdict = doc.get("reviewer") == actor.who and doc["state"] != State.REMOVED
            waits = doc["state"] in TO_REVIEW or own_verdict
            return waits and not is_own_work(project, doc, actor)
        case _:
            assert_never(work)


def _may_annotate(project: Project, doc: Doc, who: str) -> bool:
    if doc["state"] in OPEN:  # Nearly all; a member of the enumeration costs ten times as much.
        return True
    state, own = State(doc["state"]), doc.get("annotator") == who
    match state:
        case State.TODO | State.SKIPPED:
            return True
        case State.LABELLED:
            return own
        case State.REJECTED:
            return _serves_rejected(project.on_reject, own)
        case State.ACCEPTED | State.UNREADABLE | State.REMOVED:
            return False
        case _:
            assert_never(state)


def _serves_rejected(on_reject: OnReject, own: bool) -> bool:
    match on_reject:
        case "annotator":
            return own
        case "anyone":
            return True
        case "drop":
            return False
        case _:
            assert_never(on_reject)


# Leases.


@dataclass(frozen=True, slots=True)
class HeldLease:
    """A lease as a queue keeps it. `until`: by the clock of that queue. `dead`: the process of its sitting is gone."""

    who: str
    sitting: str
    until: float
    dead: bool = False


def lease_blocks(lease: HeldLease | None, who: str, sitting: str, now: float) -> bool:
    """Whether a lease keeps this sitting from claiming its task: one of another sitting that is still good, unless
    it is the same person's and that sitting's process is gone."""
    if lease is None or lease.until <= now or lease.sitting == sitting:
        return False
    return not (lease.who == who and lease.dead)


def is_same_lease(lease: HeldLease | None, who: str, sitting: str, now: float) -> bool:
    """Whether a sitting that asks for a task has it already: it gets that lease again, which giving back once ends."""
    return lease is not None and (lease.who, lease.sitting) == (who, sitting) and lease.until > now


def check_not_taken_over(task_id: int, who: str, holder: str | None) -> None:
    """Raises LeaseLost when somebody else (`holder`) has a newer lease than the one that a decision comes with."""
    if holder is not None and holder != who:
        raise LeaseLost(f"Task {task_id} was taken over by {holder} after the lease had run out.", holder)


_NO_CONFLICT = frozenset({"flagged", "note", "rev", "path", "size", "modified"})
_OF_PIXELS = frozenset({"width", "height", "turn", "sha256"})
_OF_FILE = (*sorted(_OF_PIXELS), "modified", "size")


def _filled_in(name: str, was: Doc) -> bool:
    """Whether a member says of the picture what nobody knew before."""
    return name in _OF_PIXELS and was.get(name) is None


def check_unchanged(task_id: int, doc: Doc, rev: int, records: Iterable[LogRecord]) -> None:
    """A flag or a note that was set meanwhile is no conflict, nor is what was found out of the file while the picture stays
    the same, nor what a command said of its names or of what is known of it; anything else is.

    `records`: the events of the task, newest first.

    Raises:
        Conflict: more than these changed since the task had revision `rev`.
    """
    if doc.get("rev", 0) == rev:
        return
    key = str(task_id)
    for record in records:
        if _is_other_work(record, record["set"].get(key), (record.get("was") or {}).get(key, {})):
            break
        if record["was"][key]["rev"] == rev:
            return
    raise Conflict(f"Task {task_id} was changed by somebody else meanwhile.", task_of(task_id, doc))


def _is_other_work(record: LogRecord, patch: Doc | None, was: Doc) -> bool:
    """Whether an event changed what somebody who has its task in hand decides on."""
    if patch is None:
        return True
    op = stated_members(record.get("ctx")).get("op") if record["op"] == "revert" else record["op"]
    if op in _SAYS_THE_SAME and "state" not in patch:
        return False
    return any(name not in _NO_CONFLICT and not _filled_in(name, was) for name in patch)


_SAYS_THE_SAME: frozenset[AmendOp] = frozenset({"labels", "update"})


def first_outcome(task_id: int, doc: Doc, seq: int, records: Iterable[LogRecord]) -> Doc:
    """The document as event `seq` left it, for a request that comes again. `records`: newest first."""
    then = dict(doc)
    for record in records:
        if record["seq"] <= seq:
            break
        then.update((record.get("was") or {}).get(str(task_id), {}))
    return then


# What each decision does.


def check_labels(names: frozenset[str], doc: Doc, said: Doc) -> None:
    """Raises LabelGone for a label that neither the project (`names`) nor the task had."""
    labels, shapes = said.get("labels", ()), said.get("shapes", ())
    if not names or (not shapes and names.issuperset(labels)):
        return
    new = {name for name in labels_stated(labels, shapes) if isinstance(name, str)}
    new -= names
    for label in new - labels_to_find_by(doc) if new else ():
        raise LabelGone(
            f"The project has no label {label!r} (any more): choose another, or put it back into "
            "termlabel.toml. Nothing was recorded."
        )


def check_can_label(project: Project, task_id: int, doc: Doc, actor: Actor) -> None:
    """Raises Conflict when the task's state no longer allows this person to label it."""
    if not may_work_on(project, doc, actor, "annotate"):
        raise Conflict(f"Task {task_id} is {doc['state']} now.", task_of(task_id, doc))


def check_not_own(project: Project, task_id: int, doc: Doc, actor: Actor) -> None:
    """Raises Forbidden when it would be a review of one's own work."""
    if is_own_work(project, doc, actor):
        raise Forbidden(f"Task {task_id} is {actor.who}'s own work; somebody else reviews it.")


def check_can_review(project: Project, task_id: int, doc: Doc, actor: Actor) -> None:
    """Raises Conflict when the task's state no longer allows this person to review it."""
    if not may_work_on(project, doc, actor, "review"):
        raise Conflict(f"Task {task_id} is {doc['state']} now.", task_of(task_id, doc))


def label_patch(doc: Doc, said: Doc, actor: Actor, seconds: float, now: float, order: int) -> Doc:
    """What a label or its revision sets; an earlier verdict is gone with it.

    `said`: labels and shapes. `seconds`: active seconds of this visit. `now`: seconds since the epoch. `order`: a
    number that grows with each decision.
    """
    return {
        "state": str(State.LABELLED),
        "annotator": actor.who,
        "login": actor.login,
        **said,
        **settled_file(doc),
        "labelled_at": round(now, 3),
        "seconds": round(min(stated_seconds(doc.get("seconds")) + max(0.0, seconds), MAX_SECONDS), 3),
        **verdict_gone(doc),
        "decided": order,
    }


def settled_file(doc: Doc) -> Doc:
    """What becomes of the mark that the file is another picture: who decides sees the new one. Its size is read anew."""
    return {"file_changed": None, **dict.fromkeys(_OF_FILE)} if doc.get("file_changed") else {}


def verdict_gone(doc: Doc) -> Doc:
    """What takes an earlier verdict away, with all that was said of it; only members that the document has."""
    return {
        **{name: None for name in ("reviewer", "verdict", "reason", "comment") if name in doc},
        **_wrong_shapes(doc, None),
        **({"fixed": False} if doc.get("fixed") else {}),
    }


def _answer_of_others_gone(doc: Doc, who: str | None) -> Doc:
    """What takes an answer away that would else be taken for this person's."""
    if doc.get("annotator") == who:
        return {}
    return {name: [] for name in ("labels", "shapes") if doc.get(name)}


def skip_patch(doc: Doc, actor: Actor, reason: str, order: int) -> Doc:
    """What a skip sets; an earlier verdict is gone with it, and so is the answer of somebody else. `order` as in
    `label_patch`."""
    return {
        "state": str(State.SKIPPED),
        "annotator": actor.who,
        "login": actor.login,
        **_answer_of_others_gone(doc, actor.who),
        **verdict_gone(doc),
        "reason": reason or None,
        "decided": order,
    }


def unreadable_patch(doc: Doc, reason: str) -> Doc | None:
    """What finding a picture unreadable sets; None when the task has an answer already, which stands. One that was
    rejected does not: it would be served again and again."""
    if doc["state"] not in (*OPEN, State.REJECTED):
        return None
    return {"state": str(State.UNREADABLE), **verdict_gone(doc), "reason": reason or None}


def review_operation(verdict: Verdict, said: Doc | None) -> ReviewOp:
    """The operation of a verdict's event; with labels of the reviewer's own it is a fix."""
    if said is not None:
        return "fix"
    match verdict:
        case Verdict.ACCEPT:
            return "accept"
        case Verdict.REJECT:
            return "reject"
        case _:
            assert_never(verdict)


def review_patch(
    doc: Doc,
    said: Doc | None,
    verdict: Verdict,
    who: str,
    reason: str,
    comment: str,
    wrong: Mapping[str, str] | None,
) -> Doc:
    """What a verdict sets. `said`: the reviewer's own labels and shapes, None when they fixed nothing. `wrong`: why
    single shapes were rejected, by their ids."""
    return {
        "state": str(state_after(verdict)),
        "reviewer": who,
        "verdict": str(verdict),
        "fixed": said is not None,
        "reason": reason or None,
        "comment": comment or None,
        "reviewed": (doc.get("reviewed") or 0) + 1,
        **_wrong_shapes(doc, wrong),
        **(said or {}),
        **(settled_file(doc) if verdict is Verdict.ACCEPT else {}),
    }


def _wrong_shapes(doc: Doc, wrong: Mapping[str, str] | None) -> Doc:
    """Only in documents that have, or had, some."""
    return {"wrong": dict(wrong) if wrong else None} if wrong or doc.get("wrong") else {}


def reviewed_work(doc: Doc) -> dict[str, Any]:
    """What a verdict was about, for the counters of audits."""
    return {
        "annotator": doc.get("annotator"),
        "labels": names_given(doc),
        "first": not doc.get("reviewed"),
    }


def import_patch(doc: Doc, members: Doc, now: float, order: int) -> Doc:
    """What a file says about a task; where it says a state, an earlier verdict is gone but for what the file says of
    it. `now`, `order` as in `label_patch`."""
    patch = {**(verdict_gone(doc) if "state" in members else {}), **members}
    if patch.get("state") == State.SKIPPED:
        patch = {**_answer_of_others_gone(doc, patch.get("annotator")), **patch}
    if patch.get("state") in DECIDED:
        patch.setdefault("labelled_at", round(now, 3))
        patch |= {"decided": order, "login": None}
    return {**patch, "rev": doc.get("rev", 0) + 1}


def ended_leases(record: Mapping[str, Any]) -> tuple[Work, ...]:
    """Which leases on its tasks an event ends."""
    op = operation_of(record)
    match op:
        case "label" | "skip":
            return ("annotate",)
        case "accept" | "fix" | "reject":
            return ("review",)
        case "unreadable":
            return ("annotate", "review")
        case "remove":
            return ("annotate", "review")
        case "return":
            return ("review",)
        case "revise" | "flag" | "note" | "undo" | "redo" | "add" | "edit" | "import" | "revert":
            return ()
        case "file" | "relink" | "reopen" | "labels" | "update":
            return ()
        case "begin" | "project" | "export" | "restored" | None:
            return ()
        case _:
            assert_never(op)


# Undo and redo: two linked lists of events for each person, without an end.


def undo_heads(record: Mapping[str, Any], place: int) -> tuple[int, int] | None:
    """Where the undo and redo lists of the event's person begin after it (0: empty); None when it leaves them alone.

    `place`: where the event stands, by which a queue finds it again.
    """
    op = operation_of(record)
    match op:
        case "undo":
            return record["to"], place
        case "redo":
            return place, record["to"]
        case "label" | "skip" | "revise" | "flag" | "note" | "return" | "accept" | "fix" | "reject":
            return place, 0
        case "begin" | "project" | "export" | "add" | "unreadable" | "edit" | "restored" | None:
            return None
        case "import" | "revert" | "file" | "relink" | "remove" | "reopen" | "labels" | "update":
            return None
        case _:
            assert_never(op)


def stroke(head: int, record_at: Callable[[int], LogRecord]) -> list[LogRecord]:
    """The event at place `head` with those before it that were decided by the same stroke, newest first."""
    records = [record_at(head)]
    name = records[0].get("party")
    while name and records[-1]["back"]:
        earlier = record_at(records[-1]["back"])
        if earlier.get("party") != name:
            break
        records.append(earlier)
    return records


def reversal(
    records: Iterable[LogRecord],
    doc_of: Callable[[int], Doc],
    now: Callable[[LogRecord, Doc], Doc] = lambda record, said: said,
) -> dict[int, Doc]:
    """Patches, by task, that take these events back (newest first). `now`: members that an event set, as their labels are
    called now.

    Raises:
        Conflict: a member that they set has changed since.
    """
    patches: dict[int, Doc] = {}
    for record in records:
        for key, patch in record["set"].items():
            task_id = int(key)
            doc, earlier = doc_of(task_id), patches.get(task_id, {})
            was = record["was"][key]
            meant = ((patch, was), (now(record, patch), now(record, was)))
            patches[task_id] = {**earlier, **_inverse(task_id, doc, earlier, meant)}
    return patches


def _inverse(task_id: int, doc: Doc, earlier: Doc, meant: Iterable[tuple[Doc, Doc]]) -> Doc:
    """The inverse of one patch, if all that it set still stands once `earlier` is done. `meant`: the patch and what was
    before it, by all names that its labels have had."""
    now = {**doc, **earlier}
    for patch, was in meant:
        set_by_it = [name for name in patch if name != "rev"]
        if all(now.get(name) == patch[name] for name in set_by_it):
            return {**{name: was.get(name) for name in set_by_it}, "rev": doc.get("rev", 0) + 1}
    text = (
        f"Task {task_id} was changed by somebody else since and stays as it is; the next try passes over it."
    )
    raise Conflict(text, task_of(task_id, doc))
