"""The audit trail in words: what each event did to a task, before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tui.model.review import SENT_BACK
from tui.model.task import Event
from tui.store.members import stated_members

# Bookkeeping that changes with every event says nothing to a reader.
_SILENT = frozenset({"rev", "login", "decided", "_ev", "size", "modified", "turn"})


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One entry of the trail. `before`, `after`: the members that changed. `view`: how the picture was looked at when it
    was decided; None: as it is."""

    seq: int
    at: float
    who: str
    op: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str | None
    view: Mapping[str, Any] | None = None


def steps(events: Iterable[Event]) -> list[TrailStep]:
    """The trail of one task, oldest first."""
    return [_step(event) for event in events]


def _step(event: Event) -> TrailStep:
    patch, was = event.patch, event.before
    if event.op == "add":
        before, after = {}, {name: value for name, value in patch.items() if _told(name, value)}
        reason = patch.get("reason")
    else:
        changed = [name for name in patch if name not in _SILENT and was.get(name) != patch[name]]
        before, after = {name: was.get(name) for name in changed}, {name: patch[name] for name in changed}
        reason = patch.get("reason") or patch.get("comment")
    view = stated_members(event.context.get("view"))
    why = reason if isinstance(reason, str) else None
    return TrailStep(event.seq, event.at, event.who, event.op, before, after, why, view or None)


def _told(name: str, value: Any) -> bool:
    """Whether a member of a new task is told."""
    return name in ("path", "pass", "state") or (bool(value) and name not in _SILENT)


def sentence(step: TrailStep) -> str:
    """What happened, as people say it: `rejected it: wrong label “these are daisies”`."""
    told = _SENTENCES.get(step.op, _changed)
    return told(step)


def _labelled(step: TrailStep) -> str:
    if not step.after.keys() & {"labels", "shapes"}:
        return "said the same again"
    had = step.before.get("labels") or step.before.get("shapes")
    return f"said {_said(step.after)}" + (f" instead of {_said(step.before)}" if had else "")


def _flagged(step: TrailStep) -> str:
    return "flagged it as hard" if step.after.get("flagged") else "took the flag away"


def _noted(step: TrailStep) -> str:
    note = step.after.get("note")
    return f"noted “{note}”" if note else "took the note away"


def _added(step: TrailStep) -> str:
    state = step.after.get("state", "todo")
    return "added it" + ("" if state == "todo" else f" as {state}")


def _file(step: TrailStep) -> str:
    if step.after.get("file_changed"):
        return "found that the file is another picture than the one that was labelled"
    if step.before.get("state") == "unreadable":
        return "found the file again"
    return "looked at the file" + _why(step.after)


def _reopened(step: TrailStep) -> str:
    if step.after.get("state") == "rejected":
        told = {} if step.after.get("reason") == SENT_BACK else step.after
        return "sent it back" + _why(told)
    return f"reopened it, which was {step.before.get('state')}"


def _changed(step: TrailStep) -> str:
    """Of an event that no sentence was written for: its name, and each member that changed."""
    verb = {
        "undo": "took back",
        "redo": "did again",
        "import": "imported",
        "labels": "renamed",
        "update": "was told more",
        "revert": "took back a command",
    }.get(step.op, step.op)
    changes = [
        f"{name} {_plain(step.before.get(name))} → {_plain(value)}"
        for name, value in step.after.items()
        if name not in _BOOKKEEPING
    ]
    return f"{verb}: {'; '.join(changes)}" if changes else verb


_SENTENCES: Mapping[str, Callable[[TrailStep], str]] = {
    "add": _added,
    "label": _labelled,
    "revise": _labelled,
    "accept": lambda step: "accepted it",
    "fix": lambda step: f"fixed and accepted it: {_said(step.after)} instead of {_said(step.before)}",
    "reject": lambda step: "rejected it" + _why(step.after),
    "skip": lambda step: "skipped it" + _why(step.after),
    "unreadable": lambda step: "found it unreadable" + _why(step.after),
    "flag": _flagged,
    "note": _noted,
    "file": _file,
    "relink": lambda step: f"found it at {step.after.get('path')}; it had been at {step.before.get('path')}",
    "remove": lambda step: "removed it from the project",
    "reopen": _reopened,
    "return": _reopened,
    "labels": _changed,
    "update": _changed,
    "revert": _changed,
    "undo": _changed,
    "redo": _changed,
    "import": _changed,
    "edit": _changed,
    "restored": _changed,
}
"""By what an event is called, each kind that changes a task; a log of a later version may have others."""
_BOOKKEEPING = frozenset({"labelled_at", "seconds", "reviewed", "annotator", "path", "pass"})


def _said(members: Mapping[str, Any]) -> str:
    """Labels, then shapes by kind: `cat, 2 × box`."""
    kinds: dict[str, int] = {}
    for shape in _listed(members.get("shapes")):
        kind = str(stated_members(shape).get("kind", "shape"))
        kinds[kind] = kinds.get(kind, 0) + 1
    words = [*map(str, _listed(members.get("labels"))), *(f"{n} × {kind}" for kind, n in kinds.items())]
    return ", ".join(words) or "nothing"


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else ()


def _why(members: Mapping[str, Any]) -> str:
    reason, comment = members.get("reason"), members.get("comment")
    quoted = f"“{comment}”" if comment else ""
    return f": {' '.join(str(part) for part in (reason, quoted) if part)}" if reason or comment else ""


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(v.get("kind", v)) if isinstance(v, dict) else str(v) for v in value) or "nothing"
    return "nothing" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
