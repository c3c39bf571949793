"""Opening the queue of a project, wherever it lies."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tui.errors import UsageError
from tui.login import login_name
from tui.model.project import PROJECT_FILE, Project
from tui.model.project_file import digest_of, parse_project
from tui.store.base import AnnotationQueue, NetworkFileSystem
from tui.store.log.netfs import network_kind
from tui.store.queue.event_queue import EventQueue


def open_queue(
    project: Project | Path | str,
    *,
    readonly: bool = False,
    allow_network_fs: bool = False,
) -> AnnotationQueue:
    """The queue of a project folder (or of a loaded Project).

    Raises:
        TermlabelError: no project there, a network file system, a format newer than this program.
    """
    if not isinstance(project, Project):
        project = _project_of(Path(project))
    if not allow_network_fs:
        refuse_network(project)
    return EventQueue(project, readonly=readonly, login=login_name())


def refuse_network(project: Project) -> None:
    """Refuse a project on a network file system.

    Raises:
        NetworkFileSystem: its folder lies on one.
    """
    kind = network_kind(project.folder)
    if kind is not None:
        raise NetworkFileSystem(
            f"{project.folder} lies on a network file system ({kind}), where the queue's lock cannot be "
            "trusted: move it to a local disk, or use --allow-network-fs if only one machine works on it."
        )


def _project_of(path: Path) -> Project:
    """The project of a folder (or of its file), for callers that did not load it themselves."""
    file = path / PROJECT_FILE if path.is_dir() else path
    try:
        data = file.read_bytes()
        return parse_project(
            tomllib.loads(data.decode("utf-8")), file.parent.absolute(), digest_of(file.parent, data)
        )
    except FileNotFoundError:
        raise UsageError(f"There is no project in {path}: 'termlabel init' makes one.") from None
    except (ValueError, OSError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error
