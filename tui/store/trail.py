"""The audit trail in words: what each event did to a task, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tui.model.task import Event

# Bookkeeping that changes with every event says nothing to a reader.
_SILENT = frozenset({"rev", "login", "decided", "_ev"})


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the trail. `before`, `after`: the members that changed."""

    seq: int
    at: float
    who: str
    op: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str | None


def steps(events: Iterable[Event]) -> list[Step]:
    """The trail of one task, oldest first."""
    return [_step(event) for event in events]


def _step(event: Event) -> Step:
    if event.op == "add":
        after = {
            k: v for k, v in event.patch.items() if k in ("path", "pass", "state") or (v and k not in _SILENT)
        }
        return Step(event.seq, event.at, event.who, event.op, {}, after, event.patch.get("reason"))
    changed = [k for k, v in event.patch.items() if k not in _SILENT and event.before.get(k) != v]
    before = {k: event.before.get(k) for k in changed}
    after = {k: event.patch[k] for k in changed}
    reason = event.patch.get("reason") or event.patch.get("comment")
    return Step(event.seq, event.at, event.who, event.op, before, after, reason)
