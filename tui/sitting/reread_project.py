"""The project file has changed while a sitting goes on by what it said before; and what a sitting says that goes on by it."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from tui.model.annotation import Annotation
from tui.model.project import PROJECT_FILE, Project
from tui.sitting.sentences import said
from tui.sitting.state import Looking
from tui.sitting.work_state import WorkState

W = TypeVar("W", bound=WorkState)
AS_READ = f"{PROJECT_FILE} is as it was read."


def told_of_change(state: W) -> W:
    """That the file has changed is told once, before what else is said: not where that asks or warns, which
    must be read first, nor where an answer is awaited that will be told."""
    sitting, message = state.sitting, state.sitting.message
    waits = sitting.taking_back or (message is not None and message.tone in ("warn", "error"))
    if not sitting.changed or waits or not isinstance(sitting.mode, Looking):
        return state
    told = f"{sitting.changed} has changed: {{app.reload}} reads it again"
    text = f"{told} · {message.text}" if message is not None else f"{told}."
    traced = text if sitting.traced else ""
    return replace(state, sitting=replace(sitting.say(text, "warn"), changed="", traced=traced))


def read_again(before: Project, now: Project) -> str:
    """By which project the work goes on, and what is new in its labels."""
    old, new = ({label.name: label.title for label in project.labels} for project in (before, now))
    came, gone = (
        tuple(name for name in new if name not in old),
        tuple(name for name in old if name not in new),
    )
    told = [f"new: {said(Annotation(came), new)}"] if came else []
    told += [f"gone: {said(Annotation(gone), old)}"] if gone else []
    return "; ".join(["The project was read again", *told]) + "."
