"""The audit trail in words."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from tui.cli.report import step_object
from tui.store import trail
from tui.store.documents import event_of
from tui.store.operations import Operation


def test_there_is_a_sentence_for_each_operation_that_changes_a_task() -> None:
    assert trail._SENTENCES.keys() == set(get_args(Operation)) - {"begin", "export", "project"}


@pytest.mark.parametrize(
    "odd", ["text", 3, True, ["a", {"b": 1}], [["view", 1]], {"view": "dark"}, {"view": [1]}, None]
)
@pytest.mark.parametrize("op", ["add", "label", "reject", "fix", "import", "undo", "of a later version"])
def test_a_step_that_somebody_else_wrote_is_told_whatever_its_members_are(op: str, odd: Any) -> None:
    patch = {"labels": odd, "shapes": odd, "reason": odd, "comment": odd, "state": odd, "flagged": odd}
    record = {"seq": 2, "at": 2e9, "op": op, "ctx": odd, "set": {"1": patch}, "was": {"1": {}}}
    (step,) = trail.steps([event_of(record, 1)])
    assert step.view is None
    assert trail.sentence(step)
    assert "view" not in step_object(step)


def test_how_a_picture_was_looked_at_is_told() -> None:
    record = {
        "seq": 2,
        "at": 2e9,
        "op": "label",
        "ctx": {"view": {"gamma": 150}},
        "set": {"1": {"labels": ["a"]}},
    }
    (step,) = trail.steps([event_of(record, 1)])
    assert step_object(step)["view"] == {"gamma": 150}
