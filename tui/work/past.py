"""The verdicts that a task got, as its history has them."""

from __future__ import annotations

from collections.abc import Iterable

from tui.model.review import REVIEW_OPS
from tui.model.task import Event
from tui.sitting import inputs


def past_of(events: Iterable[Event]) -> list[inputs.Past]:
    """The verdicts among the events of a task, oldest first; those that were taken back are not there."""
    found: list[tuple[str, inputs.Past]] = []
    labels: tuple[str, ...] = ()
    for event in events:
        verdict = event.patch.get("verdict")
        if event.op in REVIEW_OPS:
            reason, comment = event.patch.get("reason"), event.patch.get("comment")
            found.append((event.who, inputs.Past(event.who, event.op, reason, comment, labels)))
        elif event.op == "undo" and "verdict" in event.patch and verdict is None:
            # The undo of a label restores an older verdict; only one's own undone verdict goes.
            found = found[:-1] if found and found[-1][0] == event.who else found
        if isinstance(event.patch.get("labels"), list):
            labels = tuple(map(str, event.patch["labels"]))
    return [past for _, past in found]
