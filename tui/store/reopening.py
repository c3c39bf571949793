"""What may still be done to work that was decided: its annotator changes it, a reviewer sends it back. Pure functions as in
`tui.store.rules`."""

from __future__ import annotations

from tui.model.project import Project
from tui.model.review import SENT_BACK
from tui.model.task import State
from tui.store import rules
from tui.store.base import Conflict, Forbidden
from tui.store.documents import Doc, task_of

_REVISED = (State.LABELLED, State.REJECTED, State.SKIPPED)
"""In these states one's own earlier answer can be corrected."""


def check_can_revise(task_id: int, doc: Doc, who: str) -> None:
    """Raises Forbidden when somebody else labelled the task, or a reviewer accepted it; Conflict when its state no longer
    allows it otherwise."""
    if doc.get("annotator") != who:
        by = doc.get("annotator") or "nobody"
        raise Forbidden(f"Task {task_id} was labelled by {by}, not by {who}.")
    if doc["state"] == State.ACCEPTED:
        raise Forbidden(
            f"Task {task_id} was accepted; it can be changed once a reviewer sends it back, or 'termlabel reopen' does."
        )
    if doc["state"] not in _REVISED:
        raise Conflict(f"Task {task_id} is {doc['state']} now.", task_of(task_id, doc))


def check_can_send_back(project: Project, task_id: int, doc: Doc, actor: rules.Actor) -> None:
    """Raises Forbidden for one's own work, and where nothing is served again; Conflict where nothing was accepted."""
    rules.check_not_own(project, task_id, doc, actor)
    if project.on_reject == "drop":
        raise Forbidden(
            "This project serves nothing again that was rejected (on_reject), so nothing goes back."
        )
    if doc["state"] != State.ACCEPTED:
        raise Conflict(f"Task {task_id} is {doc['state']} now.", task_of(task_id, doc))


def sent_back_patch(doc: Doc, reason: str) -> Doc:
    """What sets work that comes back to its annotator, though nobody rejected it."""
    return {"state": str(State.REJECTED), **rules.verdict_gone(doc), "reason": reason or SENT_BACK}
