"""`termlabel prepare`: encode a project's pictures ahead."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui import config
from tui.cli.common import network_option, opened, project_argument, tell, watched
from tui.cli.work import display_of, view_options
from tui.errors import TermlabelError, UsageError
from tui.model.project import PROJECT_FILE
from tui.text import counted, printable
from tui.trace import Trace

if TYPE_CHECKING:
    from tui.display.prepare import Prepared


@click.command()
@project_argument
@click.option("--clear", is_flag=True, help="Remove what lies in the cache, of all projects, and do no more.")
@view_options
@network_option
def prepare(project: Path, clear: bool, allow_network_fs: bool, **view: Any) -> None:
    """Encode the pictures of PROJECT ahead for this terminal's size and protocol. It can be stopped and goes on from
    there the next time; the pictures are kept in the cache, not in the project."""
    from tui.display.prepare import own_cache, terms_for
    from tui.display.prepare import prepare as prepared

    cache = own_cache()
    if clear:
        files, size = cache.clear()
        click.echo(f"{counted(files, 'encoded picture')} removed, {size / 1e6:.1f} MB.", err=True)
        return
    loaded = config.load_project(project)
    if not loaded.cache:
        raise UsageError(
            f"{loaded.folder / PROJECT_FILE} says cache = false: no encoded pictures are kept on disk."
        )
    if not cache.usable:
        raise TermlabelError(
            f"Nothing can be kept in {cache.folder}; XDG_CACHE_HOME can name another folder."
        )
    settings = config.load_settings()
    options = display_of(view, settings)
    terms = terms_for(
        options.protocol,
        options.cell,
        options.rate,
        options.budget,
        exact=options.exact,
        theme=settings.theme,
    )
    counts = _PrepareCounts()
    with (
        opened(loaded, readonly=True, allow_network_fs=allow_network_fs) as (_, queue),
        closing(Trace(options.trace)) as trace,
    ):
        total = sum(queue.stats().values())
        pictures = watched(prepared(loaded, queue.export(), terms, cache), _line_of(total), width=70)
        try:
            for one in pictures:
                counts.note(one)
                if one.said:
                    tell([f"{one.path}: {one.said}"])
                trace("prepared", {"image": str(one.path), "made": one.made, "reason": one.reason})
        finally:
            pictures.close()
            click.echo(counts.sentence(), err=True)


def _line_of(total: int) -> Callable[[int, Prepared], str]:
    return lambda n, one: f"{n} of {total} {printable(one.path.name)[:40]:40}"


@dataclass(slots=True)
class _PrepareCounts:
    """What was done with the pictures; `there`: those whose encodings lay in the cache already."""

    seen: int = 0
    made: int = 0
    there: int = 0
    unreadable: int = 0

    def note(self, one: Prepared) -> None:
        self.seen += 1
        self.made += bool(one.made)
        self.there += bool(one.there and not one.made)
        self.unreadable += bool(one.reason)

    def sentence(self) -> str:
        if not self.seen:
            return "There are no pictures to encode."
        parts = [
            f"{counted(self.made, 'picture')} encoded",
            f"{self.there} already there" if self.there else "",
            f"{self.unreadable} unreadable" if self.unreadable else "",
        ]
        return ", ".join(filter(None, parts)) + "."
