"""What tmux is set to, asked of tmux itself."""

from __future__ import annotations

import os
import subprocess


def option(name: str) -> str | None:
    """The value of a tmux option for this pane; None when tmux cannot be asked (it may run elsewhere)."""
    if not os.environ.get("TMUX"):
        return None
    pane = os.environ.get("TMUX_PANE")
    for scope in ("-Apv", "-gv"):
        command = ["tmux", "show-options", *(["-t", pane] if pane and scope == "-Apv" else []), scope, name]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=1, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return None
        if done.returncode == 0 and done.stdout.strip():
            return done.stdout.strip()
    return None


def passes() -> bool:
    """Whether to expect that tmux hands our bytes on; when it cannot be asked, it may."""
    return option("allow-passthrough") in (None, "on", "all")
