"""Errors that a person reads: one sentence that says what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class TermlabelError(Exception):
    """Base of all errors of termlabel that are meant to be read. The command exits with `exit_code`."""

    exit_code = 1


class UsageError(TermlabelError):
    """Bad input: an argument, a file or a member of one."""

    exit_code = 2


def hint_for(name: str, known: Iterable[str]) -> str:
    """What to say of an unknown name: the nearest of the known ones, else all of them."""
    choices = list(known)
    near = get_close_matches(name, choices, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(choices)}"
