"""A graphics protocol that no terminal has: its record. Whoever imports this has it in the registry."""

from __future__ import annotations

import tests.display.dummy_stage  # noqa: F401
from tui.terminal.answers import Answers
from tui.terminal.protocols import PROTOCOLS, GraphicsProtocol


def _recognised(answers: Answers, tmux: bool) -> bool:
    return answers.name.startswith("dummyterm") and not tmux


RECORD = GraphicsProtocol(
    "dummy",
    "dummy protocol: pictures are named, not shown",
    _recognised,
    coarse=True,
    advice="A dummy shows nothing.",
)
PROTOCOLS[RECORD.name] = RECORD
