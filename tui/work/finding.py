"""Pictures by their number or a part of their name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from tui.model.task import Filter, Task
from tui.store.base import AnnotationQueue

MOST = 40
"""A screenful: nobody reads on, they type one more letter."""


def found_by(queue: AnnotationQueue, text: str) -> Iterator[Task]:
    """At most `MOST`, without their masks: the one with that number, then those whose name begins with the text, then those
    whose path holds it, in either case.

    Raises:
        The reading errors of a queue.
    """
    number = number_of(text)
    if number:
        yield from queue.export(Filter(ids=frozenset((number,))), masks=False)
    yield from islice(_named(queue, text, {number}), MOST)


def _named(queue: AnnotationQueue, text: str, told: set[int]) -> Iterator[Task]:
    """Each once, but for those that were `told`."""
    holds = glob_of(text)
    begins = holds.removeprefix("*")
    for glob in (begins, f"*/{begins}", holds):
        for task in queue.export(Filter(path_glob=glob), masks=False):
            name = task.path.rpartition("/")[2]
            # A folder may begin so, too.
            if task.id not in told and (glob is holds or name.casefold().startswith(text.casefold())):
                told.add(task.id)
                yield task


def number_of(text: str) -> int:
    """The number of a picture that a text can be, 0 for none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def glob_of(text: str) -> str:
    """What matches every path that holds the text, whatever the case of its letters."""
    return f"*{''.join(map(_either_case, text))}*"


def _either_case(character: str) -> str:
    both = sorted({character, character.lower(), character.upper()})
    plain = len(both) == 1 and character not in "*?["
    return character if plain else f"[{''.join(each for each in both if len(each) == 1)}]"
