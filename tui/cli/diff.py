"""`termlabel diff`."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli.common import RAW_PATH, json_option, network_option, opened, print_json
from tui.config import FILE
from tui.errors import UsageError
from tui.formats import importing
from tui.formats.compare import Difference, ImageAnnotations, compare
from tui.formats.compare import as_json as difference_object
from tui.formats.matching import ImageMatcher
from tui.formats.reading import PixelSize, ReadContext
from tui.text import printable

_MOST_LINES = 40


@click.command()
@click.argument("a", type=RAW_PATH)
@click.argument("b", type=RAW_PATH)
@json_option
@network_option
def diff(a: Path, b: Path, as_json: bool, allow_network_fs: bool) -> None:
    """Compare two projects or annotation files of any format that can be read.

    Shapes are paired by how much they overlap (from 0.5 on); points that differ by 0.01 pixels are the same.
    """
    sides: list[dict[str, ImageAnnotations] | None] = [None, None]
    matchers: list[ImageMatcher] = []
    for n, path in enumerate((a, b)):
        if (path / FILE).exists() or path.name == FILE:
            sides[n], matcher = _of_project(path, allow_network_fs)
            matchers.append(matcher)
    for n, path in enumerate((a, b)):
        if sides[n] is None:
            sides[n] = _of_file(path, matchers)
    assert sides[0] is not None
    assert sides[1] is not None
    found = compare(sides[0], sides[1])
    if as_json:
        _print_json(found)
    else:
        _print_table(found, a, b)


def _of_project(path: Path, allow_network_fs: bool) -> tuple[dict[str, ImageAnnotations], ImageMatcher]:
    """What a project says, by image; of several passes the first that is labelled."""
    found: dict[str, ImageAnnotations] = {}
    with opened(path, readonly=True, allow_network_fs=allow_network_fs) as (project, queue):
        tasks = list(queue.export())
        for task in tasks:
            if (
                not found.get(task.path, ImageAnnotations((), ())).shapes
                and not found.get(task.path, ImageAnnotations((), ())).labels
            ):
                found[task.path] = ImageAnnotations(task.annotation.labels, task.annotation.shapes)
        return found, ImageMatcher(tasks, project.folder)


def _of_file(path: Path, matchers: list[ImageMatcher]) -> dict[str, ImageAnnotations]:
    """What a file says. Formats without sizes take them from a project on the other side."""

    def size(name: str) -> PixelSize | None:
        return next((found for matcher in matchers if (found := matcher.size(name)) is not None), None)

    chosen = importing.recognised(path)
    assert chosen.read is not None
    reading = ReadContext(size_of=size)
    found: dict[str, ImageAnnotations] = {}
    for record in chosen.read(path, reading):
        before = found.get(record.name, ImageAnnotations((), ()))
        found[record.name] = ImageAnnotations(before.labels or record.labels, before.shapes or record.shapes)
    for problem in reading.problems[:10]:
        click.echo(f"termlabel: passed over: {printable(problem)}", err=True)
    if not found and reading.problems:
        raise UsageError(f"{path}: nothing in it could be read.")
    return found


def _print_json(found: Difference) -> None:
    print_json(difference_object(found))


def _print_table(found: Difference, a: Path, b: Path) -> None:
    if not found:
        click.echo(f"No difference: {found.common} images, {found.same} shapes.")
        return
    rows = difference_object(found)
    images, labels, shapes = rows["images"], rows["labels"], rows["shapes"]
    click.echo(f"A: {printable(str(a))}\nB: {printable(str(b))}\n")
    click.echo(f"images  {images['common']:>7} common   {images['changed']:>7} changed", nl=False)
    click.echo(f"   {len(images['only_in_a']):>7} only in A   {len(images['only_in_b']):>7} only in B")
    click.echo(f"labels  {labels['added']:>7} added    {labels['removed']:>7} removed")
    click.echo("shapes  " + "   ".join(f"{n:>7} {word}" for word, n in shapes.items()) + "\n")
    lines = [f"only in A: {printable(name)}" for name in found.only_in_a]
    lines += [f"only in B: {printable(name)}" for name in found.only_in_b]
    for change in found.changes:
        words = " → ".join(word for word in (change.was, change.now) if word is not None)
        if change.was == change.now:
            words = change.now or ""
        overlap = f"  IoU {change.iou:.3f}" if change.iou is not None and "moved" in change.what else ""
        lines.append(f"{printable(change.image)}: {change.kind} {change.what}: {printable(words)}{overlap}")
    for line in lines[:_MOST_LINES]:
        click.echo(line)
    if len(lines) > _MOST_LINES:
        click.echo(f"... and {len(lines) - _MOST_LINES} more; --json lists all.")
