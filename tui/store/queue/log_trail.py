"""Where the events of commands stand in the log."""

from __future__ import annotations

from tui.model.amendment import BULK_OPS, BulkEvent
from tui.store.change import bulk_event
from tui.store.queue.event_store import EventStore


class LogTrail:
    """A `tui.store.change.BulkTrail` over the log."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def bulk_events(self) -> list[BulkEvent]:
        """See `BulkTrail`."""
        with self._store.reading():
            log = self._store.log
        return [bulk_event(record, start + 1) for record, start in log.heads(BULK_OPS)]

    def paths_ready(self) -> None:
        """See `BulkTrail`."""
        self._store.ensure_index("path")
