"""The first tasks of a sitting are claimed while its window is still being made."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from tui.launch import Launch
from tui.model.task import MAX_AHEAD, Lease
from tui.work.claims import ClaimTerms, FirstClaim, SittingClaims

Awaits = Callable[[str], None]
"""Told the name of the file that will be the first."""


def terms_of(launch: Launch) -> ClaimTerms:
    """Of a new sitting, whose id begins its request ids too."""
    ttl = launch.project.lease_minutes * 60
    return ClaimTerms(
        launch.who, secrets.token_hex(6), launch.work, launch.order, launch.seed, launch.where, ttl
    )


def follows_plan(launch: Launch) -> bool:
    """Whether its tasks are those of a review plan, in the plan's order."""
    return launch.work == "review" and (launch.sheet or launch.sample is not None)


def begin_claiming(launch: Launch, awaits: Awaits) -> FirstClaim | None:
    """In a thread; None where this sitting does not begin with a claim of its own."""
    if launch.audit is not None or launch.at is not None or follows_plan(launch):
        return None
    terms, said = terms_of(launch), tuple(launch.queue.warnings)
    worker = ThreadPoolExecutor(1, "first claim")
    leases = worker.submit(SittingClaims(launch.queue, terms).claim, MAX_AHEAD + 1, opening=True)
    leases.add_done_callback(lambda done: _tell(done, awaits))
    worker.shutdown(wait=False)
    return FirstClaim(terms, leases.result, said)


def _tell(done: Future[list[Lease]], awaits: Awaits) -> None:
    with suppress(Exception):  # The clerk tells why nothing could be claimed.
        for lease in done.result()[:1]:
            awaits(lease.task.path.rpartition("/")[2])
