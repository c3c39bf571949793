"""The audit trail in words."""

from __future__ import annotations

from tui.store import trail
from tui.store.rules import DECISIONS, ENDED_LEASES


def test_there_is_a_sentence_for_each_operation() -> None:
    others = {"add", "import", "undo", "redo"}
    assert trail._SENTENCES.keys() == DECISIONS | ENDED_LEASES.keys() | others
