"""What the members of a document may hold. The log is the truth and events in it are never taken back: what the index
could not hold must not get there, or nobody could open the queue again. Backends ask this before they record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from reprlib import repr as shortened
from typing import Any

from tui.model.annotation import Json
from tui.model.review import Verdict
from tui.model.task import State
from tui.store.base import BadMember
from tui.store.jsontext import checked

MAX_SECONDS = 1e9
"""Active seconds, thirty years: more is no such time."""
_MAX_NUMBER = 2**63 - 1
"""The greatest whole number of an index."""


def stated_seconds(value: Any) -> float:
    """The active seconds that a document or an event states; 0 for what cannot be added up: no number, or one that is
    too large. (Before they were refused, negative ones were recorded; they count as they did then.)"""
    is_time = isinstance(value, int | float) and -MAX_SECONDS <= value <= MAX_SECONDS
    return float(value) if is_time else 0.0


def stated_members(value: Any) -> Mapping[str, Any]:
    """An object that an event states beside its documents, such as its context; empty for what is none: nothing is decided by
    it, and a log that somebody else wrote is read all the same."""
    return value if isinstance(value, Mapping) else {}


def visit_seconds(seconds: float) -> float:
    """Active seconds of a visit as they are recorded: 0 where a clock went backwards.

    Raises:
        BadMember: not finite, or more than `MAX_SECONDS`.
    """
    if not seconds <= MAX_SECONDS:
        raise BadMember(f"A visit of {shortened(seconds)} seconds is none; nothing was recorded.")
    return max(seconds, 0)


def checked_members(members: Json) -> str:
    """Members of a document on their way in, as JSON in ASCII.

    Raises:
        ValueError: they hold what is no JSON, like NaN.
        BadMember: one is none that a document can have.
    """
    text = checked(members)
    problem = problem_of(members)
    if problem is not None:
        raise BadMember(f"What is to be recorded {problem}. Nothing was recorded.")
    return text


def problem_of(members: Json) -> str | None:
    """What is wrong with the first member that a document cannot have, as a sentence without its subject; None when
    all are well."""
    for name, value in members.items():
        if name in _KINDS and (value is not None or name == "state"):
            is_good, wanted = _KINDS[name]
            if not is_good(value):
                return f"has {name} {shortened(value)}; {wanted} is wanted"
    return None


def _is_text(value: Any) -> bool:
    """Whether it is a text that can be written in UTF-8: lone surrogates stand for bytes that are none."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _fits_index(value: Any) -> bool:
    return isinstance(value, int | float) and -_MAX_NUMBER <= value <= _MAX_NUMBER


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and _fits_index(value)


def _is_time(value: Any) -> bool:
    return isinstance(value, int | float) and 0 <= value <= MAX_SECONDS


def _are_texts(values: Any) -> bool:
    return isinstance(values, list | tuple) and all(map(_is_text, values))


def _are_labelled(values: Any) -> bool:
    """Whether they are objects, each with a label that can be counted, or without one."""
    return isinstance(values, list | tuple) and all(map(_is_labelled, values))


def _is_labelled(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return False
    label = value.get("label")
    return _is_text(label) or not isinstance(label, str | list | dict)


_TEXT = _is_text, "a text in UTF-8 or null"
_NUMBER = _fits_index, "a number of at most 63 bits or null"
_KINDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "state": (tuple(State).__contains__, " or ".join(State)),
    "verdict": (tuple(Verdict).__contains__, f"{' or '.join(Verdict)} or null"),
    "annotator": _TEXT,
    "login": _TEXT,
    "note": _TEXT,
    "labels": (_are_texts, "a list of texts in UTF-8"),
    "shapes": (_are_labelled, "a list of objects with labels in UTF-8"),
    "predictions": (_are_labelled, "a list of objects with labels in UTF-8"),
    "seconds": (_is_time, f"a number from 0 to {MAX_SECONDS:.0f}"),
    "pass": (_is_whole, "a whole number of at most 63 bits"),
    "priority": _NUMBER,
    "size": _NUMBER,
    "modified": _NUMBER,
    "turn": _NUMBER,
    "score": _NUMBER,
}
"""Members that the index or the counters are made of: whether a value is good, and what is wanted."""
