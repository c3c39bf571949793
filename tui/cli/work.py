"""`termlabel annotate` and `termlabel review`: open the app."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import click

from tui import config
from tui.cli.common import (
    RAW_PATH,
    OneOf,
    check_person,
    network_option,
    opened,
    parse_filters,
    print_lines,
    where_option,
    why_no_screen,
)
from tui.cli.init import split_labels
from tui.cli.project_files import OpenProject, audit_of, check_keys, refuse_readonly
from tui.cli.which_image import at_option, image_to_begin_with
from tui.errors import TermlabelError, UsageError
from tui.launch import DisplayOptions, FillQueue, Launch
from tui.model.project import PROJECT_FILE, Project
from tui.model.task import Filter, Order
from tui.quality.sampling import parse_sample
from tui.store import open_queue
from tui.store.base import AnnotationQueue
from tui.text import printable

Callback = Callable[..., Any]
"""A function that becomes a command of the command line."""
BeginFilling = Callable[[AnnotationQueue], FillQueue]


def view_options(command: Callback) -> Callback:
    """VIEW of the command line."""
    options = [
        click.option("--protocol", type=OneOf(config.PROTOCOLS), help="How pictures are sent."),
        click.option(
            "--budget", type=click.IntRange(min=1000), metavar="BYTES", help="Most bytes for one picture."
        ),
        click.option(
            "--cell", metavar="WxH", help="Size of a cell in pixels, if the terminal does not tell."
        ),
        click.option(
            "--rate", type=click.FloatRange(min=1000), metavar="BITS", help="Bits per second of the line."
        ),
        click.option("--trace", type=RAW_PATH, metavar="FILE", help="Append what happens as JSON lines."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("project", type=RAW_PATH, default=".")
@click.option("--as", "name", metavar="NAME", help="Who labels; your login name when left out.")
@click.option("--order", type=OneOf([str(o) for o in Order]), default="sequential", show_default=True)
@click.option("--seed", type=int, default=0, help="For the random order.")
@click.option("--labels", help="For a folder of pictures that is no project yet: its labels, by commas.")
@click.option("--label", "single", multiple=True, metavar="NAME", help="The same, one by one.")
@where_option
@at_option
@view_options
@network_option
def annotate(
    project: Path,
    name: str | None,
    order: str,
    seed: int,
    labels: str | None,
    single: tuple[str, ...],
    filters: tuple[str, ...],
    image: str | None,
    allow_network_fs: bool,
    **view: Any,
) -> None:
    """Label the images of PROJECT. A folder of pictures that is no project yet becomes one: give --labels."""
    loaded, filling = _project_or_pictures(project, split_labels(labels, single))
    start(
        loaded,
        name,
        view,
        allow_network_fs=allow_network_fs,
        filling=filling,
        order=Order(order),
        seed=seed,
        where=parse_filters(filters) if filters else None,
        image=image,
    )


@click.command()
@click.argument("project", type=RAW_PATH, default=".")
@click.option("--as", "name", metavar="NAME", help="Who reviews; your login name when left out.")
@click.option("--of", "annotator", metavar="ANNOTATOR", help="Only this annotator's work.")
@click.option("--label", metavar="LABEL", help="Only this label.")
@click.option("--sample", metavar="N|P%", help="Only so many, or such a share, spread over the labels.")
@click.option("--seed", type=int, default=0, help="The same seed chooses the same sample.")
@click.option("--sheet", is_flag=True, help="Many small pictures at once.")
@where_option
@at_option
@view_options
@network_option
def review(
    project: Path,
    name: str | None,
    annotator: str | None,
    label: str | None,
    sample: str | None,
    seed: int,
    sheet: bool,
    filters: tuple[str, ...],
    image: str | None,
    allow_network_fs: bool,
    **view: Any,
) -> None:
    """Walk through what others labelled: accept, reject with a reason, or fix."""
    where = parse_filters(filters)
    where = replace(where, annotator=annotator or where.annotator, label=label or where.label)
    only = where if where != Filter() else None
    start(
        config.load_project(project),
        name,
        view,
        allow_network_fs=allow_network_fs,
        work="review",
        where=only,
        sample=parse_sample(sample) if sample is not None else None,
        seed=seed,
        sheet=sheet,
        image=image,
    )


def start(
    project: Project,
    name: str | None,
    view: dict[str, Any],
    *,
    allow_network_fs: bool = False,
    filling: BeginFilling | None = None,
    auditing: bool = False,
    image: str | None = None,
    **rest: Any,
) -> None:
    """Open the queue and the app; ends the program with the app's exit code. `auditing`: it only looks.

    Raises:
        UsageError: the person is not among the project's people, or a keymap or an option cannot be used.
        TermlabelError: no terminal, or a queue that cannot be opened or written to.
    """
    settings = config.load_settings()
    who = config.person_name(name, settings)
    if not auditing:
        check_person(project, who, " Use --as NAME.")
    draws = not auditing and rest.get("work", "annotate") == "annotate"
    keymap = settings.keymap or project.keymap
    check_keys(project, keymap, draws=draws)
    needs_terminal()
    open_again = partial(open_queue, allow_network_fs=allow_network_fs)
    with opened(project, allow_network_fs=allow_network_fs) as (_, queue):
        launch = Launch(
            project,
            queue,
            who,
            display=display_of(view, settings),
            keymap=keymap,
            theme=settings.theme,
            key_repeat_ms=settings.key_repeat_ms,
            screen_nudges=settings.screen_nudges,
            enter_confirms_nothing=settings.enter_confirms_nothing or project.enter_confirms_nothing,
            accept_above=settings.accept_above,
            layout=settings.layout,
            at=image_to_begin_with(queue, project.folder, image) if image is not None else None,
            audit=audit_of(project, queue) if auditing else None,
            **rest,
        )
        if not auditing:
            refuse_readonly(launch)
            _refuse_nothing(queue, launch.where)
        if filling is not None:
            launch = replace(launch, adding=filling(queue))
        from tui.arrival import run

        with closing(OpenProject(launch, settings, open_again)) as files:
            departure = run(files.launch)
        _say(departure.said)
    if departure.code:
        sys.exit(departure.code)


def _say(lines: Iterable[str]) -> None:
    """What was done, on the ordinary screen; where the terminal is gone nobody reads it, and the exit code stays."""
    try:
        print_lines(map(printable, lines), err=True)
        sys.stderr.flush()
    except OSError:
        # What is left in the stream must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _refuse_nothing(queue: AnnotationQueue, where: Filter | None) -> None:
    """A filter that no image of the project passes: there would be nothing but an empty page."""
    if where is not None and not queue.count(where):
        images = sum(queue.stats().values())
        raise TermlabelError(f"No image matches {where.words} (0 of {images}).")


def needs_terminal() -> None:
    """Raises TermlabelError where there is none, or one without a screen."""
    if os.environ.get("TEXTUAL_DRIVER"):
        # In a browser (textual-serve) pipes lead to it.
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise TermlabelError("This needs a terminal: standard input or error is a pipe or a file.")
    if why := why_no_screen():
        raise TermlabelError(why)


def display_of(view: dict[str, Any], settings: config.Settings) -> DisplayOptions:
    """How pictures are to be shown: as the command line says, else the person's settings.

    Raises:
        UsageError: `--cell` is not written like 10x20.
    """
    return DisplayOptions(
        protocol=view.get("protocol") or settings.protocol or "auto",
        budget=view.get("budget") or settings.budget,
        cell=_cell(view.get("cell")),
        rate=view.get("rate"),
        trace=view.get("trace"),
        exact=settings.exact,
    )


def _cell(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    with suppress(ValueError):
        width, height = (float(part) for part in text.lower().split("x"))
        if 1 <= width <= 200 and 1 <= height <= 200:
            return width, height
    raise UsageError(f"--cell {text}: write it like 10x20, in pixels.")


def _project_or_pictures(folder: Path, labels: list[str]) -> tuple[Project, BeginFilling | None]:
    """The project there; or a new one for a folder of pictures, which goes on being read while the app runs."""
    if (folder / PROJECT_FILE).exists() or not folder.is_dir():
        return _existing_project(folder, labels), None
    _check_pictures(folder, labels)
    needs_terminal()  # Before anything is made.
    config.write_project(folder, labels)
    project = config.load_project(folder)
    return project, partial(_begin_filling, project, folder)


def _existing_project(folder: Path, labels: list[str]) -> Project:
    config.check_folder(folder)
    if not folder.exists():
        raise UsageError(f"There is no folder {folder}.")
    if labels:
        raise UsageError(f"{folder} is a project already; its labels stand in {folder / PROJECT_FILE}.")
    return config.load_project(folder)


def _check_pictures(folder: Path, labels: list[str]) -> None:
    from tui.manifest import new_tasks

    if next(iter(new_tasks(Project(folder=folder.absolute()), [folder])), None) is None:
        raise UsageError(f"There are no pictures in {folder}.")
    if not labels:
        raise UsageError(
            f"{folder} is no project yet; 'termlabel annotate {folder} --labels cat,dog' makes it one."
        )


def _begin_filling(project: Project, folder: Path, queue: AnnotationQueue) -> FillQueue:
    """Add the first images of a folder at once; the rest while the app runs."""
    from tui.manifest import new_tasks

    images = iter(new_tasks(project, [folder]))
    who = config.person_name(None, config.load_settings())
    queue.add(list(islice(images, 20)), who=who)

    def add_the_rest(queue: AnnotationQueue, stopped: Callable[[], bool]) -> None:
        while not stopped() and (batch := list(islice(images, 200))):
            queue.add(batch, who=who)

    return add_the_rest
