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
    context = getattr(error, "ctx", None) or click.Context(click.Command(None))
    if isinstance(error, click.NoSuchOption):
        return _no_such_option(error.option_name, context)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return _missing(error.param, context)
    return f"{error.format_message().rstrip('.')}.{_help_of(context)}"


def _no_such_option(name: str, context: click.Context) -> str:
    known = (each for param in context.command.params for each in param.opts if each.startswith("-"))
    near = nearest(name, known)
    meant = f" Did you mean {near}?" if near else ""
    return f"There is no option {name}.{meant}{_help_of(context)}"


def _missing(param: click.Parameter, context: click.Context) -> str:
    """An argument or option that must be there; of an option the values that it can have."""
    if isinstance(param.type, click.Choice):
        return f"{param.opts[0]} is missing. It can be {', '.join(map(str, param.type.choices))}."
    usage = " ".join([context.command_path, *context.command.collect_usage_pieces(context)])
    return f"{param.human_readable_name} is missing. Write {usage}."


def _help_of(context: click.Context) -> str:
    """Where the right words stand."""
    return f" {context.command_path} --help tells all." if context.command_path else ""
