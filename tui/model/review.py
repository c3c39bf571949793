"""What a reviewer can say."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """A reviewer's word on a labelled task."""

    ACCEPT = "accept"
    REJECT = "reject"
