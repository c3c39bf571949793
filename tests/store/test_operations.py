"""What the log calls its events: the operations are one closed set, and those of later versions are still read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from tui.model.review import REVIEW_OPS
from tui.store import rules
from tui.store.operations import DECISIONS, Operation, operation_of
from tui.store.tally import counts_of, tally

FORMAT = Path(__file__).parents[2] / "docs/queue-format.md"
LATER = {"op": "praise", "who": "ann", "at": 1.0, "set": {"1": {"labels": ["cat"]}}, "was": {"1": {}}}
"""An event of a later version."""


def test_the_document_of_the_format_lists_each_operation() -> None:
    table = FORMAT.read_text(encoding="utf-8").split("| `op` | written by |")[1].split("\n\n")[0]
    listed = [op for row in table.splitlines() for op in re.findall(r"`(\w+)`", row.split(" | ")[0])]
    assert sorted(listed) == sorted(get_args(Operation))


def test_decisions_are_what_an_undo_takes_back() -> None:
    taken_back = {op for op in get_args(Operation) if rules.undo_heads({"op": op, "to": 4}, 9) == (9, 0)}
    assert taken_back == DECISIONS
    assert set(REVIEW_OPS) <= DECISIONS


def test_each_decision_ends_the_leases_of_its_work() -> None:
    ended = {op: works for op in get_args(Operation) if (works := rules.ended_leases({"op": op}))}
    assert ended == {
        "label": ("annotate",), "skip": ("annotate",), "unreadable": ("annotate", "review"),
        "accept": ("review",), "fix": ("review",), "reject": ("review",), "return": ("review",),
            "remove": ("annotate", "review"),
    }  # fmt: skip


def test_an_operation_of_a_later_version_counts_for_nothing_and_ends_nothing() -> None:
    assert operation_of(LATER) is None
    assert tally(LATER) == counts_of(LATER) == []
    assert rules.undo_heads(LATER, 9) is None
    assert rules.ended_leases(LATER) == ()
