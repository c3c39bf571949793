"""Inside a real tmux: the terminal around it is asked through passthrough."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.fake import FakeTerminal

TINY = Path(__file__).with_name("tiny.py")
TMUX = shutil.which("tmux")
pytestmark = [
    pytest.mark.slow,
    # Another program, not a part of ours: the suite has to pass on a machine that does not have it.
    pytest.mark.skipif(TMUX is None, reason="tmux is not installed"),
]


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """For tmux's socket, whose path may not be long."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


@pytest.mark.parametrize(("passes", "protocol"), [("on", "kitty"), ("off", "blocks")])
def test_tmux(short_folder: Path, passes: str, protocol: str) -> None:
    assert TMUX is not None
    configuration = short_folder / "tmux.conf"
    configuration.write_text(f"set -g allow-passthrough {passes}\nset -g default-terminal tmux-256color\n")
    command = [TMUX, "-S", str(short_folder / "socket"), "-f", str(configuration), "new-session"]
    command.append(f"'{FakeTerminal.python()}' -u '{TINY}'")
    with FakeTerminal(command, delay=0.05, env={"TERM": "xterm-256color"}) as t:
        t.wait_for(f"<{protocol} True>")
        t.press("1")
        t.wait_for("1 .")
        t.press("Q")
        assert t.wait_exit() == 0
