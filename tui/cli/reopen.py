"""`termlabel reopen`: decided work is opened again."""

from __future__ import annotations

from typing import get_args

import click

from tui.cli import picking
from tui.cli.common import OneOf, network_option, opened, print_lines, where_option
from tui.errors import UsageError
from tui.model.amendment import Reopened, ReopenTo
from tui.model.task import REVIEWED, State
from tui.text import counted


@click.command()
@picking.picking_arguments
@where_option
@click.option("--to", type=OneOf(get_args(ReopenTo)), default="review", show_default=True, help="For whom.")
@click.option("--reason", default="", metavar="TEXT", help="What its annotator is told; with --to annotator.")
@picking.as_option
@picking.dry_option
@network_option
def reopen(
    arguments: tuple[str, ...],
    filters: tuple[str, ...],
    to: ReopenTo,
    reason: str,
    name: str | None,
    dry_run: bool,
    allow_network_fs: bool,
) -> None:
    """Open accepted or rejected work again: the verdict goes, the labels stay. Skipped images are to do again.

    To review: it waits for a reviewer again, and its annotator may change it. To annotator: it comes back to them
    first. IMAGE: a path as exported or as seen from here, or an id; all passes of it. 'termlabel undo' takes it back.
    """
    folder, images = picking.project_and_rest(arguments)
    who = picking.whoever(name)
    if reason and to == "review":
        raise UsageError("--reason is for annotators: it goes with --to annotator.")
    with opened(folder, allow_network_fs=allow_network_fs) as (project, queue):
        if to == "annotator" and project.on_reject == "drop":
            raise UsageError(
                "This project serves nothing again that was rejected (on_reject): reopen it for review instead."
            )
        found = picking.picked(queue, project.folder, images, filters, verb="reopen", only=_OPENED[to])
        if dry_run:
            print_lines(picking.listed_paths(found))
            click.echo(f"Would reopen {_what(found, len(found.ids), who)}{_FOR[to]}.", err=True)
            return

        def told(done: picking.Carried) -> str:
            others = found.others + len(done.left)
            stay = f" {counted(others, 'stays', 'stay')} as before: {_NOTHING[to]}." if others else ""
            if not done.changed:
                return f"Nothing was reopened.{stay}"
            return f"Reopened {_what(found, done.changed, who)}{_FOR[to]}.{stay}{done.way_back(folder)}"

        done = picking.amended(
            queue,
            ((task_id, Reopened(to, reason)) for task_id in found.ids),
            who=who,
            describe=lambda n, _: f"{counted(n, 'image')} reopened",
            told=told,
        )
    click.echo(told(done), err=True)


_OPENED: dict[ReopenTo, tuple[State, ...]] = {
    "review": (*REVIEWED, State.SKIPPED),
    "annotator": (State.LABELLED, State.ACCEPTED, State.SKIPPED),
}
"""States in which there is something to be opened again."""
_FOR: dict[ReopenTo, str] = {"review": "; a review comes next", "annotator": "; back to its annotators"}
_NOTHING: dict[ReopenTo, str] = {
    "review": "without a verdict, and not skipped",
    "annotator": "back already, or not labelled yet",
}


def _what(found: picking.Chosen, n: int, who: str) -> str:
    """One's own work is told: nobody reviews their own, and this is close to it."""
    own = found.answered[who]
    mine = f", {own:,} of it your own work" if own else ""
    return f"{picking.images_and_tasks(found, n)}{found.of_whom}{mine}"
