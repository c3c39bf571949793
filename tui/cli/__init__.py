"""The command line. Each command is a module of its own, imported only when it is called."""

from __future__ import annotations

import gc
import importlib
import io
import os
import sys

import click

from tui import __version__
from tui.cli.sentences import sentence_of
from tui.errors import TermlabelError, UsageError, no_such
from tui.libraries import hear_warnings

# name: (module, one line of help). The help stands here so that --help imports no command.
COMMANDS = {
    "demo": ("tui.cli.demo", "Try it on a throw-away project with pictures."),
    "init": ("tui.cli.init", "Make a project."),
    "add": ("tui.cli.add", "Put images into a project."),
    "annotate": ("tui.cli.work", "Label images with the keyboard."),
    "review": ("tui.cli.work", "Accept or reject what others labelled."),
    "stats": ("tui.cli.report", "Who did what, and what is left."),
    "audit": ("tui.cli.audit", "Who did what, how well."),
    "export": ("tui.cli.export", "Write the annotations to a file."),
    "import": ("tui.cli.import_", "Read annotations of other tools."),
    "diff": ("tui.cli.diff", "What differs between two projects or files."),
    "relink": ("tui.cli.relink", "Find pictures whose files were moved."),
    "remove": ("tui.cli.remove", "Take images out of a project."),
    "reopen": ("tui.cli.reopen", "Open decided work again."),
    "undo": ("tui.cli.undo", "Take back a command that changed many images."),
    "labels": ("tui.cli.labels", "Count, rename, merge and remove labels."),
    "history": ("tui.cli.report", "The audit trail of one image."),
    "check": ("tui.cli.care", "Verify the queue, and repair it."),
    "prepare": ("tui.cli.prepare", "Encode pictures ahead for this terminal."),
    "doctor": ("tui.cli.care", "What this terminal and this line can do."),
    "keys": ("tui.cli.keys", "The table of keys."),
}


class LazyGroup(click.Group):
    """Imports a command's module when the command is used, and turns errors into one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        # What is imported stays: there is nothing to be freed meanwhile.
        gc.disable()
        module = importlib.import_module(COMMANDS[cmd_name][0])
        gc.enable()
        command = getattr(module, "import_" if cmd_name == "import" else cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise UsageError(no_such("command", args[0], COMMANDS))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    epilog="Start with: termlabel demo",
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
)
@click.version_option(__version__, prog_name="termlabel", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Classify, annotate and review images in the terminal, with the keyboard."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main() -> None:
    """Run the command line; exit codes: 0 done, 1 it failed, 2 wrong usage, 3 done in part, 130 stopped by Ctrl+C."""
    if sys.platform == "win32":
        sys.exit("termlabel does not run on Windows itself; use it in WSL.")
    _open_streams()
    hear_warnings()
    try:
        code = cli.main(standalone_mode=False, prog_name="termlabel")
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has gone; nothing may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        code = 130
    except (click.ClickException, TermlabelError, OSError) as error:
        click.echo(f"termlabel: {sentence_of(error)}", err=True)
        code = 1 if isinstance(error, OSError) else error.exit_code
    sys.exit(code if isinstance(code, int) else 0)


def _open_streams() -> None:
    """Where the caller closed a standard stream: the next file opened must not take its number, and be written to by
    what is printed."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            # The lowest free number is taken.
            opened = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(opened, "r" if number == 0 else "w", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        # What the caller's encoding has not is told by its number, instead of ending in an error.
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")
