"""Is a folder on a network file system? There flock and appends of several hosts cannot be trusted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_NETWORK = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb",
        "smb3",
        "smbfs",
        "afs",
        "afpfs",
        "webdav",
        "9p",
        "ceph",
        "glusterfs",
        "lustre",
    }
    | {"gpfs", "beegfs", "orangefs", "pvfs2", "ocfs2"}
    | {"fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.gcsfuse", "fuse.rclone"}
)


def network_kind(folder: Path, mounts: str | None = None) -> str | None:
    """The kind of network file system that holds `folder`, None on a local one or where it cannot be told.

    `mounts`: text in the format of /proc/mounts, read from there when left out.
    """
    if mounts is None:
        try:
            mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return None
    place = os.path.realpath(folder)
    holding = [mount for mount in _mounts(mounts) if _holds(mount[0], place)]
    # Of two mounted on the same point the later one covers the earlier.
    _, kind = max(reversed(holding), key=lambda mount: len(mount[0]), default=("", ""))
    return kind if kind in _NETWORK else None


def _mounts(text: str) -> Iterator[tuple[str, str]]:
    """(mount point, kind) of each line."""
    for line in text.splitlines():
        fields = line.split(" ")
        if len(fields) >= 3:
            yield fields[1].encode().decode("unicode_escape"), fields[2]


def _holds(point: str, place: str) -> bool:
    return place == point or place.startswith(point.rstrip("/") + "/")
