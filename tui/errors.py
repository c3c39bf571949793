"""Errors that a person reads: one sentence that says what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class TermlabelError(Exception):
    """Base of all errors of termlabel that are meant to be read. The command exits with `exit_code`."""

    exit_code = 1


class PartlyDone(TermlabelError):
    """What could be done is done; the rest is named."""

    exit_code = 3


class UsageError(TermlabelError):
    """Bad input: an argument, a file or a member of one."""

    exit_code = 2


_FEW = 10


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The one of the known names that was probably meant, whatever the case."""
    by_small = {each.lower(): each for each in known}
    near = get_close_matches(name.lower(), by_small, n=1, cutoff=0.5)
    return by_small[near[0]] if near else None


def hint_for(name: str, known: Iterable[str]) -> str:
    """What to say of an unknown name: the nearest of the known ones, else all of them."""
    choices = list(known)
    near = nearest(name, choices)
    return f"did you mean {near}?" if near else f"known are {', '.join(choices)}"


def no_such(kind: str, name: str, known: Iterable[str]) -> str:
    """`There is no filter 'stat'. Did you mean state? There are state, label.`; long lists only where none is near."""
    choices = list(known)
    near = nearest(name, choices)
    said = [f"There is no {kind} {name!r}."]
    said += [f"Did you mean {near}?"] if near else []
    said += [f"There are {', '.join(choices)}."] if choices and (not near or len(choices) <= _FEW) else []
    return " ".join(said)
