"""What each terminal answers, and that the probe takes each for what it is."""

from __future__ import annotations

import pytest

from devtools.emulator.profiles import PROFILES
from tests.emulator.conftest import Make
from tui.terminal.answers import questions, replies
from tui.terminal.detect import decide


@pytest.mark.parametrize(
    ("profile", "asked", "answer"),
    [
        ("kitty", "\x1b[c", "\x1b[?62;c"),
        ("iterm2", "\x1b[0c", "\x1b[?62;4;9;22c"),
        ("kitty", "\x1b[>q", "\x1bP>|kitty(0.41.1)\x1b\\"),
        ("iterm2", "\x1b[>0q", None),
        ("plain", "\x1b[14t", "\x1b[4;120;200t"),
        ("plain", "\x1b[16t", "\x1b[6;20;10t"),
        ("plain", "\x1b[18t", "\x1b[8;6;20t"),
        ("bare", "\x1b[5n", "\x1b[0n"),
        ("bare", "\x1b[?2026$p", None),
        ("plain", "\x1b[?2026$p", "\x1b[?2026;0$y"),
        ("kitty", "\x1b[?2026$p", "\x1b[?2026;2$y"),
        ("kitty", "\x1b[?25$p", "\x1b[?25;1$y"),
        ("kitty", "\x1b[?u", "\x1b[?0u"),
        ("plain", "\x1b[?u", None),
        ("sixel", "\x1b[?1;1;0S", "\x1b[?1;0;256S"),
        ("kitty", "\x1b[?1;1;0S", None),
        ("kitty", "\x1b[?2048h", "\x1b[48;6;20;120;200t"),
        ("iterm2", "\x1b[?2048h", None),
        ("plain", "\x1b]11;?\x07", "\x1b]11;rgb:0000/0000/0000\x07"),
        ("iterm2", "\x1b]1337;ReportCellSize\x07", "\x1b]1337;ReportCellSize=20.0;10.0;1.0\x1b\\"),
        ("plain", "\x1bP+q544e\x1b\\", "\x1bP0+r\x1b\\"),
        ("plain", "\x1b[48;2;1;2;3m\x1bP$qm\x1b\\", "\x1bP1$r0;48:2::1:2:3m\x1b\\"),
        ("256color", "\x1b[48;2;1;2;3m\x1bP$qm\x1b\\", "\x1bP0$r\x1b\\"),
    ],
)
def test_what_is_asked_is_answered(make: Make, profile: str, asked: str, answer: str | None) -> None:
    assert make(profile).feed(asked.encode()) == ([] if answer is None else [answer.encode()])


def test_modes_that_are_set_are_told(make: Make) -> None:
    terminal = make()
    terminal.feed(b"\x1b[?2026;1004h")
    assert terminal.feed(b"\x1b[?2026$p\x1b[?1004$p") == [b"\x1b[?2026;1$y", b"\x1b[?1004;1$y"]
    terminal.feed(b"\x1b[?2026l")
    assert terminal.feed(b"\x1b[?2026$p") == [b"\x1b[?2026;2$y"]
    assert terminal.unclean() == ["mode 1004 is on"]


@pytest.mark.parametrize(
    ("profile", "protocol", "truecolor"),
    [
        ("kitty", "kitty", True),
        ("iterm2", "iterm2", True),
        ("konsole", "iterm2", True),
        ("xtermjs", "kitty-cells", True),
        ("sixel", "sixel", True),
        ("truecolor", "blocks", True),
        ("256color", "blocks", False),
        ("plain", "blocks", True),
        ("bare", "blocks", True),
    ],
)
def test_the_probe_takes_each_terminal_for_what_it_is(
    make: Make, profile: str, protocol: str, truecolor: bool
) -> None:
    terminal = make(profile)
    answers = b"".join(terminal.feed(questions(tmux=False).encode()))
    found = decide(replies(answers), env=dict(PROFILES[profile].env))
    assert (found.protocol, found.truecolor, found.answers) == (protocol, truecolor, True)
    assert found.attached == (PROFILES[profile].attached or PROFILES[profile].evicts)
    assert not terminal.broken
