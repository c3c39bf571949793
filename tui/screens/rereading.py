"""The project file is read again, and what comes after a sitting in the same window."""

from __future__ import annotations

from dataclasses import replace

from tui.errors import TermlabelError
from tui.launch import Launch
from tui.screens.mode import WorkHost
from tui.sitting import inputs as i
from tui.sitting.reread_project import read_again


def reread(host: WorkHost) -> None:
    """Where something is new, and can be used, the sitting ends for another one that goes on by it."""
    files = host.setup.launch.files
    if files is None:
        host.put(i.IdleCommand("app.reload"))
        return
    try:
        host.put(i.QuitKey("rereads") if files.read() else i.NotReread())
    except TermlabelError as error:
        host.put(i.NotReread(str(error)))


def following(launch: Launch, in_front: int | None, then: i.Then) -> tuple[Launch, str]:
    """The work after a sitting that has ended, and what is said of it. `in_front`: the task whose picture was in
    front or under the cursor, by its id: there it goes on.

    Raises:
        TermlabelError: the project's queue cannot be opened again.
    """
    if then == "switches" or launch.files is None:
        return replace(launch, sheet=not launch.sheet, at=in_front), ""
    again = replace(launch.files.again(launch), at=in_front)
    return again, read_again(launch.project, again.project)
