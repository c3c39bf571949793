"""`termlabel prepare`: encode a project's pictures ahead."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui import config
from tui.cli.common import network_option, opened, project_argument
from tui.cli.work import view_of, view_options
from tui.errors import TermlabelError, UsageError
from tui.text import printable
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
        click.echo(f"{files} encoded pictures removed, {size / 1e6:.1f} MB.", err=True)
        return
    loaded = config.load_project(project)
    if not loaded.cache:
        raise UsageError(
            f"{loaded.folder / config.FILE} says cache = false: no encoded pictures are kept on disk."
        )
    if not cache.usable:
        raise TermlabelError(
            f"Nothing can be kept in {cache.folder}; XDG_CACHE_HOME can name another folder."
        )
    options = view_of(view, config.load_settings())
    terms = terms_for(options.protocol, options.cell, options.rate, options.budget)
    trace = Trace(options.trace)
    counts = _Counts()
    with opened(loaded, readonly=True, allow_network_fs=allow_network_fs) as (_, queue):
        counts.total = sum(queue.stats().values())
        try:
            for one in counts.watched(prepared(loaded, queue.export(), terms, cache)):
                trace("prepared", {"image": str(one.path), "made": one.made, "reason": one.reason})
        finally:
            trace.close()
            counts.clear()
            click.echo(counts.sentence(), err=True)


class _Counts:
    """What was done, with a progress line on a terminal."""

    def __init__(self) -> None:
        self.total = self.seen = self.made = self.there = self.bad = 0
        self._drawn = 0.0
        self._live = sys.stderr.isatty()

    def watched(self, source: Iterable[Prepared]) -> Iterator[Prepared]:
        for one in source:
            self.seen += 1
            self.made += bool(one.made)
            self.there += bool(one.there and not one.made)
            self.bad += bool(one.reason)
            if self._live and time.monotonic() - self._drawn > 0.2:
                self._drawn = time.monotonic()
                click.echo(
                    f"\r{self.seen} of {self.total} {printable(one.path.name)[:40]:40} ", nl=False, err=True
                )
            yield one

    def clear(self) -> None:
        if self._live and self._drawn:
            click.echo("\r" + " " * 70 + "\r", nl=False, err=True)

    def sentence(self) -> str:
        text = f"{self.made} pictures encoded"
        if self.there:
            text += f", {self.there} already there"
        if self.bad:
            text += f", {self.bad} unreadable"
        return text + "." if self.seen else "There are no pictures to encode."
