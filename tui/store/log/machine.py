"""What tells one run of this machine, and one process of it, from another."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def boot_id() -> str:
    """Changes with every start of the machine, '' where the system does not tell."""
    try:
        if sys.platform == "darwin":
            command = ["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"]
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def process_born(pid: int) -> str:
    """When a process of this host began, in the kernel's ticks; '' when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        return stat.rsplit(")", 1)[1].split()[19]
    except OSError:
        pass
    except IndexError:
        return ""
    if Path("/proc/self").exists():
        return ""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    return "alive"


@lru_cache(maxsize=8)
def own_birth(pid: int) -> str:
    """`process_born` of this process; `pid` is asked for so that a fork has its own answer."""
    return process_born(pid)
