"""Tasks for the queue's benchmark, the same at every run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from tui.model.task import NewTask

LABELS = ("cat", "dog", "bird", "fish", "car", "bus", "tree", "house", "boat", "lamp")


def new_project(folder: Path) -> Path:
    folder.mkdir(parents=True)
    names = "".join(f'[[labels]]\nname = "{label}"\n' for label in LABELS)
    (folder / "termlabel.toml").write_text(f"format = 1\n{names}", encoding="utf-8")
    return folder


def ready(until: int, start: int = 0) -> Iterator[NewTask]:
    """Records as a manifest gives them: about 300 bytes each as a document, with a prediction."""
    for n in range(start, until):
        chance = random.Random(n)
        yield NewTask(
            f"photos/batch-{n // 1000:04}/IMG_{n:07}.jpg",
            priority=chance.randrange(5),
            score=round(chance.random(), 4),
            width=4032,
            height=3024,
            metadata={"camera": "X100", "taken": "2026-05-01T12:00:00Z", "site": f"s{n % 97}"},
            predictions=({"label": chance.choice(LABELS), "score": round(chance.random(), 4)},),
        )
