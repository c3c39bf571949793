"""Errors that a person reads: one sentence that says what is wrong, where, and what to do."""

from __future__ import annotations


class TermlabelError(Exception):
    """Base of all errors of termlabel that are meant to be read. The command exits with `exit_code`."""

    exit_code = 1


class UsageError(TermlabelError):
    """Bad input: an argument, a file or a member of one."""

    exit_code = 2
