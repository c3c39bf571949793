"""`termlabel import`: what files say, into a project."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tui.cli.common import RAW_PATH, network_option, opened
from tui.cli.intake import Content, Intake, Source
from tui.config import FILE, add_labels, load_project, load_settings, person_name, write_project
from tui.errors import UsageError
from tui.formats import FORMATS, importing
from tui.model.project import Project
from tui.text import printable

_READABLE = {name: each for name, each in FORMATS.items() if each.read is not None}
_EPILOG = "\b\nFormats:\n  auto         recognised by its content\n" + "\n".join(
    f"  {name:<12} {each.help}" for name, each in _READABLE.items()
)


@click.command("import", epilog=_EPILOG)
@click.argument("arguments", nargs=-1, required=True, type=RAW_PATH, metavar="[PROJECT] PATH")
@click.option("--format", "name", type=click.Choice(["auto", *_READABLE]), default="auto", show_default=True)
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
    if len(arguments) > 2:
        raise UsageError("import takes one project and one file or folder.")
    path, folder = arguments[-1], arguments[0] if len(arguments) == 2 else Path(".")
    if annotator is not None and as_predictions:
        raise UsageError("--as and --as-predictions exclude each other: predictions are nobody's.")
    if not path.exists():
        raise UsageError(f"There is no file or folder {path}.")
    chosen = importing.recognised(path) if name == "auto" else FORMATS[name]
    settings = load_settings()
    wish = importing.ImportOptions(
        person_name(None, settings),
        person_name(annotator, settings) if annotator is not None else None,
        as_predictions,
        replace,
    )
    source = Source(chosen, path, "official" if voc_official else "floats")
    if (folder / FILE).exists():
        project, root = load_project(folder), images
        if images is None and chosen.name == "jsonl":
            root = project.folder
        _same_labels(project, source.content(), adding=adding)
    else:
        root = images or folder
        if not root.is_dir():
            raise UsageError(f"There is no project in {folder}; --images ROOT makes one there.")
        content = source.content()
        click.echo(f"Made {write_project(folder, content.labels, kind=content.kind)}.", err=True)
    project = load_project(folder)
    if wish.name is not None and project.people and wish.name not in project.people:
        raise UsageError(f"{wish.name} is not among the people of this project: {', '.join(project.people)}.")
    with opened(project, allow_network_fs=allow_network_fs) as (_, queue):
        intake = Intake(project, queue, source, root, wish)
        if strict:
            intake.refuse_problems()
        outcome = intake.enter()
    for line in outcome.lines():
        click.echo(printable(line), err=True)


def _same_labels(project: Project, content: Content, *, adding: bool) -> None:
    """Labels of the file that the project does not have are added when that is wanted.

    Raises:
        UsageError: it is not.
    """
    known = {label.name for label in project.labels}
    missing = [label for label in content.labels if label not in known]
    if not missing:
        return
    names = ", ".join(printable(label) for label in missing[:20]) + (" ..." if len(missing) > 20 else "")
    if not adding and sys.stdin.isatty() and sys.stderr.isatty():
        adding = click.confirm(f"Labels that the project does not have: {names}. Add them?", err=True)
    if not adding:
        raise UsageError(f"The file has labels that the project does not: {names}. --add-labels adds them.")
    add_labels(project.folder / FILE, missing)
    click.echo(f"Added the labels {names}.", err=True)
