"""`termlabel check` and `termlabel doctor`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli.common import (
    json_option,
    network_option,
    print_json,
    print_lines,
    project_argument,
    why_no_screen,
)
from tui.cli.report import not_named_lines
from tui.config import load_project, load_settings, person_name
from tui.text import counted, printable

if TYPE_CHECKING:
    from tui.cli.picture_check import PictureCheck
    from tui.model.project import Project
    from tui.store.queue.check import CheckReport


@click.command()
@project_argument
@click.option(
    "--repair", is_flag=True, help="Put damage right; keeps every whole event, puts cut bytes aside."
)
@click.option(
    "--images", is_flag=True, help="Look at the file of every picture, too, and record what changed."
)
@json_option
@network_option
def check(project: Path, repair: bool, images: bool, as_json: bool, allow_network_fs: bool) -> None:
    """Verify the queue: say what is damaged, what is safe and what a repair would keep. Exit 1 when not well."""
    from tui.store.opening import refuse_network
    from tui.store.queue.check import check as verify

    loaded = load_project(project)
    if repair and not allow_network_fs:
        refuse_network(loaded)
    report = verify(loaded, repair=repair)
    looks = _looked_at(loaded, allow_network_fs) if images and report.ok else None
    if as_json:
        problems = [{"where": p.where, "what": p.what, "repair": p.repair} for p in report.problems]
        found = {"images": looks.as_object()} if looks is not None else {}
        print_json(
            {
                "ok": report.ok and _is_well(looks),
                "events": report.events,
                "problems": problems,
                "labels_not_in_project": dict(report.not_named),
                **found,
            }
        )
    else:
        _print_report(report)
        if images:
            print_lines(["The pictures were not looked at."] if looks is None else looks.lines())
    if not (report.ok and _is_well(looks)):
        sys.exit(1)


def _looked_at(project: Project, allow_network_fs: bool) -> PictureCheck:
    from tui.cli.common import opened
    from tui.cli.picture_check import check_pictures

    who = person_name(None, load_settings())
    with opened(project, allow_network_fs=allow_network_fs) as (_, queue):
        return check_pictures(project, queue, who=who)


def _is_well(looks: PictureCheck | None) -> bool:
    return looks is None or looks.well


def _print_report(report: CheckReport) -> None:
    for problem in report.problems:
        click.echo(f"{printable(problem.where)}: {printable(problem.what)} {printable(problem.repair)}")
    print_lines(not_named_lines(report.not_named))
    verdict = "all well." if report.ok else f"{counted(len(report.problems), 'problem')}."
    click.echo(f"{counted(report.events, 'event')}, {verdict}")


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Say what this terminal and this line can do, and what to change for better."""
    from tui.terminal.doctor import echo_keys, examine, sentences

    settings = load_settings()
    findings = examine(exact=settings.exact, budget=settings.budget)
    if why := why_no_screen():
        # What else may be advised helps nobody before that.
        findings["advice"] = [f"{why} annotate and review do not start before."]
    if as_json:
        print_json(findings)
        return
    print_lines(sentences(findings))
    if sys.stdout.isatty():
        click.echo("Press a key to see what it sends; q ends.")
        print_lines(echo_keys())
