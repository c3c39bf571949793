"""What the log calls its events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from tui.model.amendment import BulkOp
from tui.model.review import ReviewOp

DecisionOp = Literal["label", "skip", "revise", "flag", "note", "return", ReviewOp]
"""Of events that a person can take back."""
Operation = Literal[
    DecisionOp, BulkOp, "begin", "project", "export", "add", "unreadable", "undo", "redo", "edit", "restored"
]
"""Every operation of this version; `docs/queue-format.md` says what each means."""
DECISIONS: frozenset[DecisionOp] = frozenset(get_args(DecisionOp))
_KNOWN: Mapping[str, Operation] = {op: op for op in get_args(Operation)}


def operation_of(record: Mapping[str, Any]) -> Operation | None:
    """The operation of an event; None where a later version wrote it: what it set is taken in, and no more."""
    return _KNOWN.get(record["op"])
