"""`termlabel diff`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from tui.cli.common import RAW_PATH, json_option, network_option, opened, print_json, print_lines
from tui.errors import UsageError
from tui.formats import importing
from tui.formats.compare import AnnotationChange, Difference, ImageAnnotations, compare
from tui.formats.compare import as_json as difference_object
from tui.formats.matching import ImageMatcher
from tui.formats.reading import PixelSize, ReadContext
from tui.model.project import PROJECT_FILE
from tui.text import counted, printable

_MAX_LINES = 40
_NOTHING = ImageAnnotations((), ())


@click.command()
@click.argument("a", type=RAW_PATH)
@click.argument("b", type=RAW_PATH)
@json_option
@network_option
def diff(a: Path, b: Path, as_json: bool, allow_network_fs: bool) -> None:
    """Compare two projects or annotation files of any format that can be read.

    Shapes are paired by how much they overlap (from 0.5 on); points that differ by 0.01 pixels are the same.
    """
    found = compare(*_both_sides((a, b), allow_network_fs))
    if as_json:
        print_json(difference_object(found))
    else:
        print_lines(_table_lines(found, a, b))


def _both_sides(paths: tuple[Path, Path], allow_network_fs: bool) -> Iterator[dict[str, ImageAnnotations]]:
    """What each says, by image. Projects are read first, since files may need their images' sizes."""
    projects = {path: _of_project(path, allow_network_fs) for path in paths if _is_project(path)}
    matchers = [project.matcher for project in projects.values()]
    for path in paths:
        yield projects[path].annotations if path in projects else _of_file(path, matchers)


def _is_project(path: Path) -> bool:
    return (path / PROJECT_FILE).exists() or path.name == PROJECT_FILE


class _ProjectSide(NamedTuple):
    annotations: dict[str, ImageAnnotations]
    matcher: ImageMatcher


def _of_project(path: Path, allow_network_fs: bool) -> _ProjectSide:
    """What a project says, by image; of several passes the first that is labelled."""
    found: dict[str, ImageAnnotations] = {}
    with opened(path, readonly=True, allow_network_fs=allow_network_fs) as (project, queue):
        tasks = list(queue.export())
        for task in tasks:
            before = found.get(task.path, _NOTHING)
            if not (before.shapes or before.labels):
                found[task.path] = ImageAnnotations(task.annotation.labels, task.annotation.shapes)
        return _ProjectSide(found, ImageMatcher(tasks, project.folder))


def _of_file(path: Path, matchers: list[ImageMatcher]) -> dict[str, ImageAnnotations]:
    """What a file says. Formats without sizes take them from a project on the other side.

    Raises:
        UsageError: no format known here, or nothing in it can be read.
    """

    def size(name: str) -> PixelSize | None:
        return next((found for matcher in matchers if (found := matcher.size(name)) is not None), None)

    chosen = importing.recognised(path)
    assert chosen.read is not None
    reading = ReadContext(size_of=size)
    found: dict[str, ImageAnnotations] = {}
    for record in chosen.read(path, reading):
        before = found.get(record.name, _NOTHING)
        found[record.name] = ImageAnnotations(before.labels or record.labels, before.shapes or record.shapes)
    for problem in reading.problems[:10]:
        click.echo(f"termlabel: passed over: {printable(problem)}", err=True)
    if not found and reading.problems:
        raise UsageError(f"{path}: nothing in it could be read.")
    return found


def _table_lines(found: Difference, a: Path, b: Path) -> Iterator[str]:
    if not found:
        yield f"No difference: {counted(found.common, 'image')}, {counted(found.same, 'shape')}."
        return
    yield from _count_lines(found, a, b)
    lines = [f"only in A: {printable(name)}" for name in found.only_in_a]
    lines += [f"only in B: {printable(name)}" for name in found.only_in_b]
    lines += [_change_line(change) for change in found.changes]
    yield from lines[:_MAX_LINES]
    if len(lines) > _MAX_LINES:
        yield f"... and {len(lines) - _MAX_LINES} more; --json lists all."


def _count_lines(found: Difference, a: Path, b: Path) -> Iterator[str]:
    rows = difference_object(found)
    images, labels, shapes = rows["images"], rows["labels"], rows["shapes"]
    yield f"A: {printable(str(a))}"
    yield f"B: {printable(str(b))}"
    yield ""
    yield (
        f"images  {images['common']:>7} common   {images['changed']:>7} changed"
        f"   {len(images['only_in_a']):>7} only in A   {len(images['only_in_b']):>7} only in B"
    )
    yield f"labels  {labels['added']:>7} added    {labels['removed']:>7} removed"
    yield "shapes  " + "   ".join(f"{n:>7} {word}" for word, n in shapes.items())
    yield ""


def _change_line(change: AnnotationChange) -> str:
    labels = [change.now or ""] if change.was == change.now else [change.was, change.now]
    words = " → ".join(word for word in labels if word is not None)
    moved = change.iou is not None and "moved" in change.what
    overlap = f"  IoU {change.iou:.3f}" if moved else ""
    return f"{printable(change.image)}: {change.kind} {change.what}: {printable(words)}{overlap}"
