"""Whether the same person is at work in another terminal too: a second sitting under one name is told, never refused."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass

from tui.store.base import AnnotationQueue, QueueError
from tui.work.claims import ClaimTerms

EVERY_SECONDS = 20.0
"""Claims come with every decision; so often one of them looks."""


@dataclass(slots=True)
class OtherSittings:
    """`looked`: when it was asked last (monotonic seconds). Once there was one, nobody asks again."""

    queue: AnnotationQueue
    terms: ClaimTerms
    looked: float = -EVERY_SECONDS
    found: bool = False

    def noticed(self) -> bool:
        """Whether there is one, as far as that is known; with each claim."""
        now = time.monotonic()
        if not self.found and now - self.looked >= EVERY_SECONDS:
            self.looked = now
            with suppress(QueueError, OSError):  # What was claimed is there all the same.
                self.found = self.queue.works_elsewhere(self.terms.who, self.terms.sitting)
        return self.found
