"""How a message of the editor looks: by what came of the key."""

from __future__ import annotations

from dataclasses import replace

from tui.tools.state import Editor


def toned(before: Editor, after: Editor) -> Editor:
    """The message of a key or the mouse, by what came of it: one that changed shapes leaves a trace, one that changed nothing is
    refused."""
    if not after.message or after.tone == "warn":
        return after
    if (after.shapes, after.suggestions, after.classes) != (
        before.shapes,
        before.suggestions,
        before.classes,
    ):
        return replace(after, tone="good")
    alike = replace(after, message=before.message, tone=before.tone, gesture=before.gesture)
    return replace(after, tone="warn" if alike == before else "hint")
