"""The project of a sitting and its queue, which may be read again and opened anew while the person is at work."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from tui import keymap
from tui.cli.common import check_person
from tui.config import Settings, load_project
from tui.errors import TermlabelError, UsageError
from tui.launch import Launch
from tui.model.project import PROJECT_FILE, Project, project_kind
from tui.quality.audit import Audit
from tui.quality.audit import audit as tables
from tui.store.base import AnnotationQueue

OpenQueue = Callable[[Project], AnnotationQueue]


class OpenProject:
    """See `ProjectFiles`. `launch`: of the first sitting; `open_queue`: opens the queue anew."""

    def __init__(self, launch: Launch, settings: Settings, open_queue: OpenQueue) -> None:
        self._settings, self._open_queue = settings, open_queue
        self.launch = replace(launch, files=self)
        self._said = self._next_said = _contents(_files(self.launch))
        self._next = self.launch.project

    def differs(self) -> tuple[str, bytes] | None:
        """See `ProjectFiles`."""
        now = _contents(self._said)
        return next(((file.name, now[file]) for file, said in self._said.items() if now[file] != said), None)

    def read(self) -> bool:
        """See `ProjectFiles`."""
        now, launch = _contents(self._said), self.launch
        if now == self._said:
            return False
        folder = launch.project.folder
        try:
            project = load_project(folder)
            keys = self._settings.keymap or project.keymap
            if launch.audit is None:
                check_person(project, launch.who)
            check_keys(project, keys, draws=launch.audit is None and launch.work == "annotate")
        except UsageError as error:
            # What can be seen of it at work is one row.
            raise UsageError(str(error).replace(f"{folder}{os.sep}", "")) from error
        files = _files(replace(launch, project=project, keymap=keys))
        # As they were before they were read: what was written meanwhile is told.
        self._next, self._next_said = project, {**_contents(files), **{f: now[f] for f in files if f in now}}
        return True

    def again(self, launch: Launch) -> Launch:
        """See `ProjectFiles`."""
        self.launch.queue.close()
        project, settings = self._next, self._settings
        queue = self._open_queue(project)
        self._said = self._next_said
        self.launch = replace(
            launch,
            project=project,
            queue=queue,
            keymap=settings.keymap or project.keymap,
            enter_confirms_nothing=settings.enter_confirms_nothing or project.enter_confirms_nothing,
            audit=None if launch.audit is None else audit_of(project, queue),
        )
        if launch.audit is None:
            refuse_readonly(self.launch)
        return self.launch

    def close(self) -> None:
        """The queue that is open now."""
        self.launch.queue.close()


def _files(launch: Launch) -> tuple[Path, ...]:
    """All that say how the work is done."""
    folder = launch.project.folder
    return folder / PROJECT_FILE, keymap.file_of(launch.keymap, folder)


def _contents(files: Iterable[Path]) -> dict[Path, bytes]:
    """What they say; nothing, where one cannot be read."""
    return {file: _content(file) for file in files}


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def check_keys(project: Project, keymap_name: str, *, draws: bool) -> None:
    """`draws`: where the project has shapes, they are drawn.

    Raises:
        UsageError: the keymap or a label's key cannot be used.
    """
    keys = keymap.load(keymap_name, project.folder)
    shapes = draws and project_kind(project.kind).draws
    keymap.label_keys({label.name: label.key for label in project.labels}, keys, shapes=shapes)


def refuse_readonly(launch: Launch) -> None:
    """Raises TermlabelError where nothing can be written down."""
    if launch.queue.readonly:
        raise TermlabelError(
            f"{launch.project.folder} cannot be written to, so that no decision could be saved."
        )


def audit_of(project: Project, queue: AnnotationQueue) -> Audit:
    """The tables of an audit, of how things stand now."""
    return tables(queue.tallies(), (label.name for label in project.labels), passes=project.passes)
