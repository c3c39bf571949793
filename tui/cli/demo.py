"""`termlabel demo`: a throw-away project with pictures."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from tui.cli.work import needs_terminal, start, view_options


@click.command()
@click.option("--review", is_flag=True, help="Review what another annotator has done.")
@click.option("--shapes", is_flag=True, help="Draw boxes, outlines, lines, curves, blocks and masks.")
@view_options
def demo(review: bool, shapes: bool, **view: object) -> None:
    """Open a throw-away copy of the demo project, ready to label, to draw or to review."""
    from tui.config import load_project
    from tui.demo import make_demo_project
    from tui.demo_shapes import make_shapes_project

    needs_terminal()
    with tempfile.TemporaryDirectory(prefix="termlabel-demo-") as scratch:
        make = make_shapes_project if shapes else make_demo_project
        project = load_project(make(Path(scratch) / "demo"))
        start(project, None, dict(view), work="review" if review else "annotate", throwaway=True)
