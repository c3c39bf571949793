"""What is done to many tasks at once by a command, not by a person looking at one picture. Each kind is one operation of
the log; `tui.store.amending` says what it does to a task, and `termlabel undo` takes a whole command back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, assert_never, get_args

from tui.model.annotation import Json
from tui.model.task import EMPTY

AmendOp = Literal["file", "relink", "remove", "reopen", "labels", "update"]
"""What the log calls these events."""
BulkOp = Literal[AmendOp, "import", "revert"]
"""Of events that `termlabel undo` takes back; `revert` is what that writes."""
BULK_OPS: frozenset[BulkOp] = frozenset((*get_args(AmendOp), "import", "revert"))
ReopenTo = Literal["review", "annotator"]
"""For whom work is opened again."""


@dataclass(frozen=True, slots=True)
class FileSeen:
    """What a look at the picture's file found. `size`: bytes; `modified`: seconds since the epoch; `width`, `height`:
    pixels after EXIF orientation, which is `turn`; what is None was not looked at, and stays. `reason`: why it cannot be shown ('': it can).
    `changed`: whether it is another picture than the one that was labelled; of a task that nobody has answered its sizes
    are simply the new ones."""

    size: int | None = None
    modified: float | None = None
    width: int | None = None
    height: int | None = None
    sha256: str | None = None
    turn: int | None = None
    reason: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Relinked:
    """The file lies elsewhere. `path`: as in `NewTask`."""

    path: str


@dataclass(frozen=True, slots=True)
class Removed:
    """The task leaves: no count, walk or export has it any more."""


@dataclass(frozen=True, slots=True)
class Reopened:
    """A verdict is withdrawn, or a skip. `to` review: the work waits for a review again, and its annotator may revise it;
    to the annotator: it is served to them again first, as rejected work is, with the `reason`."""

    to: ReopenTo = "review"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Renamed:
    """Labels and attributes under other names; None drops them, with the shapes that have such a label."""

    labels: Mapping[str, str | None] = field(default_factory=lambda: EMPTY)
    attributes: Mapping[str, str | None] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True)
class Updated:
    """New knowledge about a picture: `members` among priority, score, predictions, metadata replace the task's own."""

    members: Json


Amendment = FileSeen | Relinked | Removed | Reopened | Renamed | Updated


def operation(amendment: Amendment) -> AmendOp:
    """What the log calls it."""
    match amendment:
        case FileSeen():
            return "file"
        case Relinked():
            return "relink"
        case Removed():
            return "remove"
        case Reopened():
            return "reopen"
        case Renamed():
            return "labels"
        case Updated():
            return "update"
        case _:
            assert_never(amendment)


@dataclass(frozen=True, slots=True)
class Amended:
    """What came of amendments. `changed`: tasks; `left`: ids of those that stay as they are, as there was nothing to do or
    it may not be done; `event`: number of the first event, by which `termlabel undo` finds it, None without one."""

    changed: int
    left: tuple[int, ...] = ()
    event: int | None = None


@dataclass(frozen=True, slots=True)
class Reverted:
    """A command that was taken back. `op`: what it had been, `event`: its first event, `who` had given it at `at` (seconds
    since the epoch). `tasks`: as they were before it; `left`: ids of those that changed since and stay; `labels`: names that it
    had given."""

    op: BulkOp
    event: int
    who: str
    at: float
    tasks: int
    left: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkCommand:
    """A command with all its events. `event`: the first of them; `tasks`: how many it changed; `stands`: it was not taken
    back."""

    stroke: str
    event: int
    at: float
    who: str
    op: BulkOp
    tasks: int
    stands: bool


@dataclass(frozen=True, slots=True)
class BulkEvent:
    """An event of a command that changed many tasks. `stroke`: which all events of the command have; `of`: the stroke that
    it took back, None where it took none back; `place`: by which its
    queue finds the event. `tasks`: how many it changed; `names`: what it says of the names of labels and attributes.
    `whole`: with it all that can be taken back was; an undo that was broken off can be done again."""

    place: int
    seq: int
    at: float
    who: str
    op: BulkOp
    stroke: str
    of: str | None
    tasks: int
    names: Json = field(default_factory=lambda: EMPTY)
    whole: bool = False


def commands_of(events: Sequence[BulkEvent]) -> list[BulkCommand]:
    """The commands of events (oldest first), but for those that took one back; oldest first."""
    gone = {each.of for each in events if each.whole}
    found: dict[str, BulkCommand] = {}
    for each in events:
        before = found.get(each.stroke)
        if before is not None:
            found[each.stroke] = replace(before, tasks=before.tasks + each.tasks)
        elif each.of is None:
            stands = each.stroke not in gone
            found[each.stroke] = BulkCommand(
                each.stroke, each.seq, each.at, each.who, each.op, each.tasks, stands
            )
    return list(found.values())
