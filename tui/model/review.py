"""What a reviewer can say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Verdict(StrEnum):
    """A reviewer's word on a labelled task."""

    ACCEPT = "accept"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of an audit: of an annotator's or a label's reviewed work, or of what was said as `first` and
    accepted as `second`."""

    kind: Literal["annotator", "label", "pair"]
    first: str
    second: str = ""
    count: int = 0
