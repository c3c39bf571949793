"""Places in a log, found by halving it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.store.log.event_log import EventLog, seal
from tui.store.log.finding import heads, place_after


@pytest.mark.parametrize("sizes", [[], [1], [3, 1], [5, 9000, 2, 2, 70_000, 1, 1, 1, 4000]])
def test_each_event_is_found_by_its_number_and_its_time(sizes: list[int], tmp_path: Path) -> None:
    path, places = tmp_path / "events.jsonl", [0]
    with path.open("wb") as file:
        for seq, size in enumerate(sizes, 1):
            places.append(file.tell() + 1)
            file.write(
                seal(
                    {
                        "seq": seq,
                        "at": 100.0 + seq // 2,
                        "op": "flag" if seq % 3 else "import",
                        "x": "x" * size,
                    }
                )
            )
    log = EventLog(path, readonly=True)
    assert [place_after(log, seq) for seq in range(len(sizes) + 3)] == [*places, places[-1], places[-1]]
    for seq in range(len(sizes) + 1):
        at = 100.0 + seq // 2
        last = max((n for n in range(1, len(sizes) + 1) if 100.0 + n // 2 <= at), default=0)
        assert place_after(log, at) == places[last]
    assert place_after(log, 1e12) == places[-1]
    log.close()


def test_events_are_found_by_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    records = [{"seq": n, "op": op, "who": '"op":"import"', "set": {"1": {"note": '"op":"import"'}}}
               for n, op in enumerate(("flag", "import", "label", "import"), 1)]  # fmt: skip
    path.write_bytes(b"".join(map(seal, records)) + b'{"seq":5,"op":"import","set":')
    log = EventLog(path, readonly=True)
    found = list(heads(log, ("import",)))
    assert [record["seq"] for record, _ in found] == [2, 4]
    assert [log.line_at(start)["seq"] for _, start in found] == [2, 4]
    assert all("set" not in record for record, _ in found)
    log.close()
