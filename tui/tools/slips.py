"""A key that ended something, perhaps pressed twice: once more is a slip, and must not do the next thing."""

from __future__ import annotations

from tui.tools import drawing
from tui.tools.state import Drawing, Editor

_LATER = "a moment later {annotate.confirm} is done with the picture."


def _draws_points(editor: Editor) -> bool:
    return isinstance(editor.tool, Drawing) and not drawing.by_corners(editor.tool)


def ended(before: Editor, after: Editor, command: str) -> str:
    """What a key was pressed for, perhaps twice, so that once more is a slip: it closed a shape of points or took a
    suggestion. '' for all else."""
    if command == "drawing.set" and after.tool is None and _draws_points(before):
        return f"The shape is closed; {_LATER}"
    taken = command == "annotate.confirm" and len(after.suggestions) < len(before.suggestions)
    return f"The suggestion is taken; {_LATER}" if taken else ""
