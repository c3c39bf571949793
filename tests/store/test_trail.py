"""The audit trail in words."""

from __future__ import annotations

from typing import get_args

from tui.store import trail
from tui.store.operations import Operation


def test_there_is_a_sentence_for_each_operation_that_changes_a_task() -> None:
    assert trail._SENTENCES.keys() == set(get_args(Operation)) - {"begin", "project"}
