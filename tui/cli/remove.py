"""`termlabel remove`: images leave the project; the log keeps them."""

from __future__ import annotations

import click

from tui.cli import picking
from tui.cli.common import network_option, opened, print_lines, where_option
from tui.model.amendment import Removed
from tui.model.task import PRESENT
from tui.text import counted


@click.command()
@picking.picking_arguments
@where_option
@picking.as_option
@picking.dry_option
@network_option
def remove(
    arguments: tuple[str, ...],
    filters: tuple[str, ...],
    name: str | None,
    dry_run: bool,
    allow_network_fs: bool,
) -> None:
    """Take images out of PROJECT: out of counts, walks and exports. Their files stay, and so does their history.

    IMAGE: a path as exported or as seen from here, or an id; all passes of it. 'termlabel undo' takes it back.
    """
    folder, images = picking.project_and_rest(arguments)
    who = picking.whoever(name)
    with opened(folder, allow_network_fs=allow_network_fs) as (project, queue):
        found = picking.picked(queue, project.folder, images, filters, verb="remove", only=PRESENT)
        if dry_run:
            print_lines(picking.listed_paths(found))
            click.echo(f"Would remove {_what(found, len(found.ids))}.", err=True)
            return

        def told(done: picking.Carried) -> str:
            gone = counted(found.others, "was", "were")
            if not done.changed:
                return f"Nothing was removed: {gone} removed already."
            already = f" {gone} removed already." if found.others else ""
            return f"Removed {_what(found, done.changed)}.{already}{done.way_back(folder)}"

        done = picking.amended(
            queue,
            ((task_id, Removed()) for task_id in found.ids),
            who=who,
            describe=lambda n, _: f"{counted(n, 'image')} removed",
            told=told,
        )
    click.echo(told(done), err=True)


def _what(found: picking.Chosen, n: int) -> str:
    return f"{picking.images_and_tasks(found, n)}{found.of_whom}"
