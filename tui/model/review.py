"""What a reviewer can say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, assert_never, get_args


class Verdict(StrEnum):
    """A reviewer's word on a labelled task."""

    ACCEPT = "accept"
    REJECT = "reject"


SENT_BACK = "sent back"
"""The reason of work that its annotator gets again, though nobody rejected it, where none was given."""
ReviewOp = Literal["accept", "fix", "reject"]
"""What the log calls a review: a fix is the verdict "accept" with the reviewer's own labels."""
REVIEW_OPS: tuple[ReviewOp, ...] = get_args(ReviewOp)


def review_word(op: ReviewOp) -> str:
    """What was done to the task, for people."""
    match op:
        case "accept":
            return "accepted"
        case "fix":
            return "fixed"
        case "reject":
            return "rejected"
        case _:
            assert_never(op)


@dataclass(frozen=True, slots=True)
class AuditCell:
    """One number of an audit: of an annotator's or a label's reviewed work, or of what was said as `first` and
    accepted as `second`."""

    kind: Literal["annotator", "label", "pair"]
    first: str
    second: str = ""
    count: int = 0
