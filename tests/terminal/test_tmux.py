"""Inside a real tmux: the terminal around it is asked through passthrough."""

from __future__ import annotations

import shutil
import uuid
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


@pytest.mark.parametrize(("passes", "protocol"), [("on", "kitty"), ("off", "blocks")])
def test_tmux(tmp_path: Path, passes: str, protocol: str) -> None:
    assert TMUX is not None
    configuration = tmp_path / "tmux.conf"
    configuration.write_text(f"set -g allow-passthrough {passes}\nset -g default-terminal tmux-256color\n")
    command = [TMUX, "-L", f"termlabel-{uuid.uuid4().hex[:8]}", "-f", str(configuration), "new-session"]
    with FakeTerminal(
        [*command, f"'{FakeTerminal.python()}' -u '{TINY}'"], delay=0.05, env={"TERM": "xterm-256color"}
    ) as t:
        t.wait_for(f"<{protocol} True>")
        t.press("1")
        t.wait_for("1 .")
        t.press("Q")
        assert t.wait_exit() == 0
