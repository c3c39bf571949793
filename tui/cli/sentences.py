"""What a person is told of an error, in one sentence that is safe to print.

Only errors are made sentences here: each of them holds text from outside (arguments, names of files and labels), and none
has lines of its own, so that a line break in it came from outside, too.
"""

from __future__ import annotations

from typing import assert_never

import click

from tui.errors import TermlabelError, nearest
from tui.text import printable


def sentence_of(error: click.ClickException | TermlabelError | OSError) -> str:
    """One line: what is wrong, where, and what to do."""
    match error:
        case click.ClickException():
            return printable(_of_arguments(error))
        case TermlabelError():
            return printable(str(error))
        case OSError():
            name = f"{error.filename}: " if error.filename else ""
            return printable(f"{name}{error.strerror or error}.")
        case _:
            assert_never(error)


def _of_arguments(error: click.ClickException) -> str:
    """What is wrong with the command line."""
    if isinstance(error, click.NoSuchOption):
        return _no_such_option(error)
    if isinstance(error, click.MissingParameter):
        return _missing(error)
    text = error.format_message().rstrip(".")
    return f"{text}.{_help_of(error)}"


def _no_such_option(error: click.NoSuchOption) -> str:
    params = error.ctx.command.params if error.ctx is not None else []
    near = nearest(error.option_name, (name for each in params for name in each.opts if name[:1] == "-"))
    meant = f" Did you mean {near}?" if near else ""
    return f"There is no option {error.option_name}.{meant}{_help_of(error)}"


def _missing(error: click.MissingParameter) -> str:
    """An argument or option that must be there; of an option the values that it can have."""
    param = error.param
    if not isinstance(param, click.Option):
        usage = error.ctx.command.collect_usage_pieces(error.ctx) if error.ctx is not None else []
        path = error.ctx.command_path if error.ctx is not None else ""
        name = param.human_readable_name if param is not None else "An argument"
        return f"{name} is missing. Write {' '.join([path, *usage])}."
    choices = param.type.choices if isinstance(param.type, click.Choice) else ()
    listed = f" It can be {', '.join(map(str, choices))}." if choices else ""
    return f"{param.opts[0]} is missing.{listed}"


def _help_of(error: click.ClickException) -> str:
    """Where the right words stand."""
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    return f" {ctx.command_path} --help tells all." if ctx is not None else ""
