"""`termlabel init`: a project folder from nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import get_args

import click

from tui.cli.common import RAW_PATH, OneOf, check_paths, network_option
from tui.config import check_folder, load_project, write_project
from tui.errors import UsageError
from tui.model.project import KindName


def split_labels(joined: str | None, single: tuple[str, ...]) -> list[str]:
    """`--labels cat,dog` and `--label NAME` (which may hold commas), in this order.

    Raises:
        UsageError: one is empty, or there twice.
    """
    names = [*([name.strip() for name in joined.split(",")] if joined else []), *single]
    for name, count in Counter(names).items():
        if not name.strip():
            raise UsageError("A label without a name: write --labels cat,dog.")
        if count > 1:
            raise UsageError(f"The label {name!r} is there twice: write --labels cat,dog.")
    return names


@click.command()
@click.argument("project", type=RAW_PATH)
@click.option("--labels", help="Label names, separated by commas.")
@click.option(
    "--label", "single", multiple=True, metavar="NAME", help="One label; its name may hold a comma."
)
@click.option(
    "--images", multiple=True, type=RAW_PATH, metavar="PATH", help="Images, folders or lists to add."
)
@click.option("--kind", type=OneOf(get_args(KindName)), default="classify", show_default=True)
@click.option(
    "--keymap", default="default", metavar="NAME|FILE", help="default, vim, left-hand, azerty, or a file."
)
@network_option
def init(
    project: Path,
    labels: str | None,
    single: tuple[str, ...],
    images: tuple[Path, ...],
    kind: KindName,
    keymap: str,
    allow_network_fs: bool,
) -> None:
    """Make a project: a folder with a termlabel.toml."""
    from tui.keymap import load

    load(keymap, project)
    names = split_labels(labels, single)
    check_folder(project)
    check_paths(images)
    file = write_project(project, names, kind=kind, keymap=keymap)
    click.echo(f"Made {file}.", err=True)
    if images:
        from tui.cli.add import add_paths

        add_paths(load_project(project), images, allow_network_fs=allow_network_fs)
    if not names:
        click.echo("It has no labels yet; add [[labels]] tables to it.", err=True)
