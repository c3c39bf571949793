"""What tmux is set to, asked of tmux itself."""

from __future__ import annotations

import os
import subprocess


def option(name: str) -> str | None:
    """The value of a tmux option for this pane; None when tmux cannot be asked (it may run elsewhere)."""
    if not os.environ.get("TMUX"):
        return None
    pane = os.environ.get("TMUX_PANE")
    of_pane = ["-t", pane] if pane else []
    try:
        return _shown(*of_pane, "-Apv", name) or _shown("-gv", name)
    except (OSError, subprocess.TimeoutExpired):
        return None


def _shown(*arguments: str) -> str | None:
    """What `tmux show-options` prints; None when it fails or prints nothing."""
    command = ["tmux", "show-options", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1, check=False)
    return done.stdout.strip() or None if done.returncode == 0 else None


def passes() -> bool:
    """Whether to expect that tmux hands our bytes on; when it cannot be asked, it may."""
    return option("allow-passthrough") in (None, "on", "all")
