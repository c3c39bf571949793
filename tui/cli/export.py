"""`termlabel export`."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli.common import network_option, opened, parse_filters, project_argument, where_option
from tui.formats import FORMATS
from tui.formats import export as write_out


@click.command(epilog="Formats: " + "; ".join(f"{name}: {f.help}" for name, f in FORMATS.items()) + ".")
@project_argument
@click.option("--format", "name", type=click.Choice(list(FORMATS)), required=True)
@click.option("--output", default="-", metavar="FILE|-", help="Where to; standard output when left out.")
@where_option
@network_option
def export(project: Path, name: str, output: str, filters: tuple[str, ...], allow_network_fs: bool) -> None:
    """Write the annotations. A file appears whole or not at all."""
    with opened(project, allow_network_fs=allow_network_fs) as (loaded, queue):
        write_out(name, queue.export(parse_filters(filters)), loaded, output)
