"""`termlabel import`: what files say, into a project."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from tui.cli.common import RAW_PATH, OneOf, check_person, network_option, opened, print_lines
from tui.cli.intake import Content, Intake, Source
from tui.config import check_folder, load_project, load_settings, person_name, write_project
from tui.errors import UsageError
from tui.formats import FORMATS, importing
from tui.model.project import PROJECT_FILE, Project
from tui.project_edit import add_labels
from tui.text import printable

_MAX_NAMES = 20
_READABLE = {name: each for name, each in FORMATS.items() if each.read is not None}
_EPILOG = "\b\nFormats:\n  auto         recognised by its content\n" + "\n".join(
    f"  {name:<12} {each.help}" for name, each in _READABLE.items()
)


@click.command("import", epilog=_EPILOG)
@click.argument("arguments", nargs=-1, required=True, type=RAW_PATH, metavar="[PROJECT] PATH")
@click.option("--format", "name", type=OneOf(["auto", *_READABLE]), default="auto", show_default=True)
@click.option("--as", "annotator", metavar="NAME", help="Who labelled, whatever the file says.")
@click.option("--as-predictions", is_flag=True, help="As suggestions, not as labels.")
@click.option("--images", type=RAW_PATH, metavar="ROOT", help="Where the images lie; new ones are added.")
@click.option("--add-labels", "adding", is_flag=True, help="Add labels that the project does not have.")
@click.option("--replace", is_flag=True, help="Also images labelled already; the history keeps what was.")
@click.option("--voc-official", is_flag=True, help="For voc: integers from 1, the last pixel included.")
@click.option("--strict", is_flag=True, help="Enter nothing if anything is wrong or matches no image.")
@network_option
def import_(
    arguments: tuple[Path, ...],
    name: str,
    annotator: str | None,
    as_predictions: bool,
    images: Path | None,
    adding: bool,
    replace: bool,
    voc_official: bool,
    strict: bool,
    allow_network_fs: bool,
) -> None:
    """Read annotations of other tools into PROJECT, to be reviewed like anyone's.

    Images are matched by path, then by base name, then by content. Where PROJECT is no project yet, one is
    made with the labels and images of the file (give --images ROOT if they do not lie in PROJECT).
    """
    folder, path = _project_and_path(arguments)
    if annotator is not None and as_predictions:
        raise UsageError("--as and --as-predictions exclude each other: predictions are nobody's.")
    if not path.exists():
        raise UsageError(f"There is no file or folder {path}.")
    chosen = importing.recognised(path) if name == "auto" else FORMATS[name]
    settings = load_settings()
    options = importing.ImportOptions(
        default=person_name(None, settings),
        name=None if annotator is None else person_name(annotator, settings),
        as_predictions=as_predictions,
        replace=replace,
    )
    source = Source(chosen, path, "official" if voc_official else "floats")
    project, root = _project_and_root(folder, source, images, adding=adding)
    if options.name is not None:
        check_person(project, options.name)
    with opened(project, allow_network_fs=allow_network_fs) as (_, queue):
        intake = Intake(project, queue, source, root, options)
        if strict:
            intake.refuse_problems()
        outcome = intake.enter()
    print_lines(map(printable, outcome.lines()), err=True)


def _project_and_path(arguments: Sequence[Path]) -> tuple[Path, Path]:
    match arguments:
        case (path,):
            return Path("."), path
        case (folder, path):
            return folder, path
        case _:
            raise UsageError("import takes one project and one file or folder.")


def _project_and_root(
    folder: Path, source: Source, images: Path | None, *, adding: bool
) -> tuple[Project, Path | None]:
    """The project, made or with the file's labels added where needed, and where new images lie (None: take none)."""
    if not (folder / PROJECT_FILE).exists():
        check_folder(folder)
        return _made_project(folder, source, images or folder), images or folder
    project = load_project(folder)
    _same_labels(project, source.content(), adding=adding)
    # The native format names images as the project does.
    root = project.folder if images is None and source.format.name == "jsonl" else images
    return load_project(folder), root


def _made_project(folder: Path, source: Source, root: Path) -> Project:
    if not root.is_dir():
        raise UsageError(f"There is no project in {folder}; --images ROOT makes one there.")
    content = source.content()
    click.echo(f"Made {write_project(folder, content.labels, kind=content.kind)}.", err=True)
    return load_project(folder)


def _same_labels(project: Project, content: Content, *, adding: bool) -> None:
    """Labels of the file that the project does not have are added when that is wanted.

    Raises:
        UsageError: it is not.
    """
    known = {label.name for label in project.labels}
    missing = [label for label in content.labels if label not in known]
    if not missing:
        return
    names = _named(missing)
    if not (adding or _agrees_to_add(names)):
        raise UsageError(f"The file has labels that the project does not: {names}. --add-labels adds them.")
    add_labels(project.folder, missing)
    click.echo(f"Added the labels {names}.", err=True)


def _named(labels: Sequence[str]) -> str:
    more = " ..." if len(labels) > _MAX_NAMES else ""
    return ", ".join(map(printable, labels[:_MAX_NAMES])) + more


def _agrees_to_add(names: str) -> bool:
    """Asked where there is somebody to ask."""
    return (
        sys.stdin.isatty()
        and sys.stderr.isatty()
        and click.confirm(f"Labels that the project does not have: {names}. Add them?", err=True)
    )
