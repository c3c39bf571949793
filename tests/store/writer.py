"""A process that works on a queue until it is killed, and says on standard output what it was told is safe:
`python -m tests.store.writer FOLDER NAME [--add] [--checkpoint]`. One line per acknowledged decision."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from tui.model.annotation import Annotation
from tui.model.task import NewTask
from tui.store import open_queue
from tui.store.queue.event_queue import EventQueue


def main() -> None:
    folder, who = Path(sys.argv[1]), sys.argv[2]
    queue = open_queue(folder)
    assert isinstance(queue, EventQueue)
    print("ready", flush=True)
    for number in count():
        leases = queue.claim(who, sitting=f"{who}-{number}")
        if not leases or ("--add" in sys.argv and number % 20 == 10):
            names = [f"{who}-{queue.seq}-{n}" for n in range(70)]
            queue.add([NewTask(name) for name in names], who=who)
            for name in names:
                print(f"added {name}", flush=True)
            continue
        said = "cat" if number % 2 else "dog"
        request = f"{who}-{leases[0].token}"
        task = queue.submit(leases[0], Annotation((said,)), who=who, seconds=1, request_id=request)
        print(f"labelled {task.id} {said} {who} {request}", flush=True)
        if "--checkpoint" in sys.argv and number % 15 == 7:
            queue.store.checkpoint()


if __name__ == "__main__":
    main()
