"""The audit trail in words: what each event did to a task, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tui.model.task import Event

# Bookkeeping that changes with every event says nothing to a reader.
_SILENT = frozenset({"rev", "login", "decided", "_ev"})


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One entry of the trail. `before`, `after`: the members that changed."""

    seq: int
    at: float
    who: str
    op: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str | None


def steps(events: Iterable[Event]) -> list[TrailStep]:
    """The trail of one task, oldest first."""
    return [_step(event) for event in events]


def _step(event: Event) -> TrailStep:
    if event.op == "add":
        after = {
            k: v for k, v in event.patch.items() if k in ("path", "pass", "state") or (v and k not in _SILENT)
        }
        return TrailStep(event.seq, event.at, event.who, event.op, {}, after, event.patch.get("reason"))
    changed = [k for k, v in event.patch.items() if k not in _SILENT and event.before.get(k) != v]
    before = {k: event.before.get(k) for k in changed}
    after = {k: event.patch[k] for k in changed}
    reason = event.patch.get("reason") or event.patch.get("comment")
    return TrailStep(event.seq, event.at, event.who, event.op, before, after, reason)


def sentence(step: TrailStep) -> str:
    """What happened, as people say it: `rejected it: wrong label “these are daisies”`."""
    before, after = step.before, step.after
    match step.op:
        case "label" | "revise" if "labels" in after or "shapes" in after:
            had = before.get("labels") or before.get("shapes")
            return f"said {_said(after)}" + (f" instead of {_said(before)}" if had else "")
        case "label" | "revise":
            return "said the same again"
        case "accept":
            return "accepted it"
        case "fix":
            return f"fixed and accepted it: {_said(after)} instead of {_said(before)}"
        case "reject":
            return "rejected it" + _why(after)
        case "skip":
            return "skipped it" + _why(after)
        case "unreadable":
            return "found it unreadable" + _why(after)
        case "flag":
            return "flagged it as hard" if after.get("flagged") else "took the flag away"
        case "add":
            return "added it" + ("" if after.get("state", "todo") == "todo" else f" as {after['state']}")
    verb = {"undo": "took back", "redo": "did again", "import": "imported"}.get(step.op, step.op)
    changes = [
        f"{k} {_plain(before.get(k))} → {_plain(v)}" for k, v in after.items() if k not in _BOOKKEEPING
    ]
    return f"{verb}: {'; '.join(changes)}" if changes else verb


_BOOKKEEPING = frozenset({"labelled_at", "seconds", "reviewed", "annotator", "path", "pass"})


def _said(members: Mapping[str, Any]) -> str:
    """Labels, then shapes by kind: `cat, 2 × box`."""
    kinds: dict[str, int] = {}
    for shape in members.get("shapes") or ():
        kind = str(shape.get("kind", "shape"))
        kinds[kind] = kinds.get(kind, 0) + 1
    words = [*map(str, members.get("labels") or ()), *(f"{n} × {kind}" for kind, n in kinds.items())]
    return ", ".join(words) or "nothing"


def _why(members: Mapping[str, Any]) -> str:
    reason, comment = members.get("reason"), members.get("comment")
    quoted = f"“{comment}”" if comment else ""
    return f": {' '.join(part for part in (reason, quoted) if part)}" if reason or comment else ""


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(v.get("kind", v)) if isinstance(v, dict) else str(v) for v in value) or "nothing"
    return "nothing" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
