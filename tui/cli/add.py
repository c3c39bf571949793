"""`termlabel add`: images into the queue."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import click

from tui.cli.common import RAW_PATH, network_option, opened
from tui.config import load_project, load_settings, person_name
from tui.manifest import new_tasks
from tui.model.project import Project
from tui.model.task import NewTask, State
from tui.text import printable

_BATCH = 1000


@click.command()
@click.argument("project", type=RAW_PATH)
@click.argument("paths", type=RAW_PATH, nargs=-1, required=True)
@click.option("--hash", "hashes", is_flag=True, help="Compute SHA-256 of each file (reads all of it).")
@network_option
def add(project: Path, paths: tuple[Path, ...], hashes: bool, allow_network_fs: bool) -> None:
    """Add images, folders (with all below them), .txt lists or .jsonl manifests. Doing it again is harmless."""
    add_paths(load_project(project), paths, hashes=hashes, allow_network_fs=allow_network_fs)


def add_paths(project: Project, paths: Sequence[Path], *, hashes: bool, allow_network_fs: bool) -> None:
    """Add with a progress line; Ctrl+C keeps what was added so far."""
    who = person_name(None, load_settings())
    counts = Counts()
    with opened(project, allow_network_fs=allow_network_fs) as (_, queue):
        source = iter(counts.watched(new_tasks(project, paths, hashes=hashes, warn=_warn)))
        try:
            while batch := list(islice(source, _BATCH)):
                added, there = queue.add(batch, who=who)
                counts.added += added
                counts.there += there
        except KeyboardInterrupt:
            counts.clear()
            click.echo(f"{counts.sentence()} Stopped; the same command goes on from here.", err=True)
            raise
    counts.clear()
    click.echo(counts.sentence(), err=True)


def _warn(text: str) -> None:
    click.echo(f"termlabel: {printable(text)}", err=True)


class Counts:
    """What an `add` has done, with a progress line on a terminal."""

    def __init__(self) -> None:
        self.seen = self.added = self.there = self.bad = 0
        self._drawn = 0.0
        self._live = sys.stderr.isatty()

    def watched(self, tasks: Iterable[NewTask]) -> Iterator[NewTask]:
        for task in tasks:
            self.seen += 1
            self.bad += task.state is State.UNREADABLE
            if self._live and time.monotonic() - self._drawn > 0.2:
                self._drawn = time.monotonic()
                click.echo(f"\r{self.seen} images read ", nl=False, err=True)
            yield task

    def clear(self) -> None:
        if self._live and self._drawn:
            click.echo("\r" + " " * 40 + "\r", nl=False, err=True)

    def sentence(self) -> str:
        text = f"{self.added} added"
        if self.there:
            text += f", {self.there} already there"
        if self.bad:
            text += f", {self.bad} unreadable (see 'termlabel stats')"
        return text + "." if self.seen else "No pictures were found."
