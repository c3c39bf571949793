"""Names that labels and attributes have got by commands: whoever opened the queue before says the old ones, and means the
new ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tui.model.amendment import Renamed
from tui.model.annotation import Json
from tui.model.task import EMPTY
from tui.store.amending import rename_patch
from tui.store.documents import Doc, LogRecord
from tui.store.errors import LabelGone
from tui.store.members import stated_members
from tui.store.tally import TallyRow, counts_of

CONTEXT = "labels"
"""The member of an event's context that says which names are others from then on."""
_MAX_KNOWN = 200
"""So many of the latest commands are known: nobody's sitting is older than that."""


@dataclass(frozen=True, slots=True)
class NewNames:
    """A command that gave names, and was not taken back: its first event `seq`, and its `stroke`."""

    seq: int
    stroke: str
    renamed: Renamed


Renames = tuple[NewNames, ...]
"""Oldest first."""


def said_by(renamed: Renamed, more: Json) -> Json:
    """The context of the event that says it. `more`: what else `termlabel undo` is to know."""
    return {CONTEXT: {"labels": dict(renamed.labels), "attributes": dict(renamed.attributes), **more}}


def with_event(known: Renames, record: Mapping[str, Any]) -> Renames:
    """The renames in force after an event. What is taken back is in force no more; of what came of it the event that takes
    it back says the names itself."""
    stroke = record.get("of") if record["op"] == "revert" else None
    found = known if stroke is None else tuple(each for each in known if each.stroke != stroke)
    renamed = _renamed(names_said(record))
    if record["op"] in ("labels", "revert") and (renamed.labels or renamed.attributes):
        found = (*found, NewNames(record["seq"], record.get("party") or "", renamed))[-_MAX_KNOWN:]
    return found


def names_said(record: Mapping[str, Any]) -> Json:
    """What an event says of the names of labels and attributes; empty where it says nothing of them."""
    return stated_members(stated_members(record.get("ctx")).get(CONTEXT))


def said_back(names: Json) -> Json:
    """The context of the event that takes back what another said."""
    return said_by(_renamed(stated_members(names.get("back"))), EMPTY)


def _renamed(names: Json) -> Renamed:
    return Renamed(stated_members(names.get("labels")), stated_members(names.get("attributes")))


def as_json(known: Renames) -> list[Any]:
    """For keeping them."""
    return [
        [each.seq, each.stroke, dict(each.renamed.labels), dict(each.renamed.attributes)] for each in known
    ]


def from_json(kept: Iterable[Sequence[Any]]) -> Renames:
    """The other way."""
    return tuple(
        NewNames(seq, stroke, Renamed(labels, attributes)) for seq, stroke, labels, attributes in kept
    )


def since(known: Renames, seq: int) -> Renames:
    """Those that came after event `seq`."""
    return tuple(each for each in known if each.seq > seq)


def opened_at(known: Renames, seq: int, *, file_as_read: bool) -> int:
    """The event as of which a project file was read whose queue was opened at `seq`: where the file has become another
    since, the last command that gave names may have done that."""
    return seq if file_as_read or not known else min(seq, known[-1].seq - 1)


def named_anew(said: Doc, renames: Renames) -> Doc:
    """Labels, shapes and predictions of a patch or a draft as they are called now; what is dropped is gone."""
    for each in renames:
        said = {**said, **rename_patch(said, each.renamed)}
    return said


def meant(said: Doc, renames: Renames) -> Doc:
    """What a decision says, as it is called now.

    Raises:
        LabelGone: one of its labels was removed without another in its place.
    """
    for each in renames:
        gone = {name for name, new in each.renamed.labels.items() if new is None}
        stated = (*said.get("labels", ()), *(shape.get("label") for shape in said.get("shapes", ())))
        for label in gone.intersection(name for name in stated if isinstance(name, str)):
            raise LabelGone(f"The label {label!r} was removed from the project meanwhile: choose another.")
        said = {**said, **rename_patch(said, each.renamed)}
    return said


def counts_taken_back(record: LogRecord, now: Callable[[LogRecord, Doc], Doc]) -> list[TallyRow]:
    """What the counters of audits lose when an event is taken back. Of decisions they have the labels as these are called
    `now`; what was counted once by a label stays with the name that it had."""
    renamed: LogRecord = {part: _each(record, part, now) for part in ("set", "was") if part in record}
    rows = [row for row in counts_of(record) if row[0] != "decided"]
    rows += [row for row in counts_of({**record, **renamed}) if row[0] == "decided"]
    return [(kind, a, b, -n) for kind, a, b, n in rows]


def _each(record: LogRecord, part: str, now: Callable[[LogRecord, Doc], Doc]) -> Doc:
    return {key: now(record, said) for key, said in record[part].items()}


def names_after(names: frozenset[str], renames: Renames) -> frozenset[str]:
    """Names of labels that may be said where `names` were there before."""
    new = {name for each in renames for name in each.renamed.labels.values() if name is not None}
    return names.union(new) if names else names
