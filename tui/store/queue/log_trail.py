"""Where the events of commands stand in the log."""

from __future__ import annotations

from tui.model.amendment import BULK_OPS, BulkEvent
from tui.store.change import bulk_event, last_export
from tui.store.log.finding import heads
from tui.store.queue.event_store import EventStore


class LogTrail:
    """A `tui.store.change.BulkTrail` over the log."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def bulk_events(self) -> list[BulkEvent]:
        """See `BulkTrail`."""
        with self._store.reading():
            log = self._store.log
        return [bulk_event(record, start + 1) for record, start in heads(log, BULK_OPS)]

    def last_export(self, name: str, target: str) -> int | None:
        """See `AnnotationQueue`."""
        with self._store.reading():
            log = self._store.log
        made = (record for record, _ in heads(log, ("export",)))
        return last_export(made, name, target)

    def paths_ready(self) -> None:
        """See `BulkTrail`."""
        self._store.ensure_index("path")
