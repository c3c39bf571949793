"""Which mode of work a screen is opened with."""

from __future__ import annotations

from tui.launch import Launch
from tui.model.project import project_kind
from tui.screens.annotate import AnnotateMode
from tui.screens.audit import AuditMode
from tui.screens.draw import DrawMode
from tui.screens.mode import WorkHost, WorkMode
from tui.screens.review import ReviewMode
from tui.screens.review_shapes import ReviewShapesMode
from tui.screens.sheet import SheetMode


def mode_for(launch: Launch, host: WorkHost) -> WorkMode:
    """The mode for the work at hand."""
    if launch.audit is not None:
        return AuditMode(host)
    draws = project_kind(launch.project.kind).draws
    match launch.work:
        case "annotate":
            return DrawMode(host) if draws else AnnotateMode(host)
        case "review" if launch.sheet:
            return SheetMode(host)
        case "review":
            return ReviewShapesMode(host) if draws else ReviewMode(host)
