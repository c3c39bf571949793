"""The driver in a real process on a fake terminal: replies are never keys, and the terminal is left clean."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.terminal.fake import FakeTerminal
from tests.waiting import PATIENCE

TINY = ["-u", str(Path(__file__).with_name("tiny.py"))]
HUNG_UP = 128 + signal.SIGHUP


def keys_of(t: FakeTerminal) -> list[str]:
    """What the app took for keys."""
    words = t.text().replace("\n", " ").split(" .")[0]
    kept, inside = [], False
    for word in words.split():
        inside = inside or word.startswith("<")
        if not inside:
            kept.append(word)
        inside = inside and not word.endswith(">")
    return kept


@pytest.mark.parametrize(
    ("profile", "delay"),
    [("kitty", 0.0), ("konsole", 0.15), ("iterm2", 0.4), ("plain", 0.6)],
)
def test_replies_are_never_keys(profile: str, delay: float) -> None:
    with FakeTerminal(TINY, profile=profile, delay=delay) as t:
        t.wait_for("True>")
        t.press("1", "F", "2")
        t.wait_for("<0>")
        t.press("3")
        t.wait_for("3 .")
        assert keys_of(t) == ["1", "2", "3"]
        t.press("Q")
        assert t.wait_exit() == 0
        assert t.model.unclean() == []


@pytest.mark.parametrize("profile", ["kitty", "sixel"])
def test_answers_after_the_deadline_upgrade_and_are_no_keys(profile: str) -> None:
    # The app starts after 0.2 s, as after 2.5 s on a line of 5 s.
    with FakeTerminal([*TINY, "0.2"], profile=profile, hold_when=lambda _: True) as t:
        t.wait_for("<blocks False>")
        t.press("1")
        t.release()
        t.wait_for(f"<now {profile}>")
        t.press("2")
        t.wait_for("2 .")
        assert keys_of(t) == ["1", "2"]
        t.press("Q")
        assert t.wait_exit() == 0
        assert t.model.unclean() == []


def test_a_reply_cut_in_two_by_the_deadline_is_no_key() -> None:
    with FakeTerminal([*TINY, "0.3"], delay=None) as t:
        t.wait_until(lambda _: b"\x1b[c" in t.stream)
        t.type("\x1b_Gi=31;O")
        t.wait_for("<blocks False>")
        t.type("K\x1b\\1")
        t.wait_for("1 .")
        assert keys_of(t) == ["1"]
        t.press("Q")
        assert t.wait_exit() == 0


def test_keys_typed_during_the_probe_are_thrown_away() -> None:
    with FakeTerminal([*TINY, "60"], hold_when=lambda _: True) as t:
        t.wait_until(lambda _: b"\x1b[c" in t.stream)
        t.press("1", "2", "up")
        t.release()
        t.wait_for("True>")
        t.press("3")
        t.wait_for("3 .")
        assert keys_of(t) == ["3"]


def test_a_mute_terminal_starts_after_the_deadline() -> None:
    with FakeTerminal([*TINY, "0.2"], delay=None) as t:
        t.wait_for("<blocks False>")
        t.press("1")
        t.wait_for("1 .")
        t.press("Q")
        assert t.wait_exit() == 0
        assert t.model.unclean() == []


def test_escape_and_function_keys_arrive_where_escape_is_a_bare_byte() -> None:
    with FakeTerminal(TINY, profile="plain") as t:
        t.wait_for("True>")
        t.press("escape")
        t.wait_for("escape .")
        t.press("up", "f1", "shift+left", "é")
        t.wait_for("é .")
        assert keys_of(t)[:4] == ["escape", "up", "f1", "shift+left"]


def test_shift_by_itself_is_no_key() -> None:
    with FakeTerminal(TINY) as t:
        t.wait_for("True>")
        t.type("\x1b[57441;2u\x1b[97;2;65u")
        t.press("b")
        t.wait_for("b .")
        assert keys_of(t) == ["A", "b"]


def test_a_sequence_that_the_toolkit_cannot_take_is_dropped() -> None:
    with FakeTerminal(TINY) as t:
        t.wait_for("True>")
        t.type("\x1b[97;2;1114112u")
        t.press("b")
        t.wait_for("b .")
        assert keys_of(t) == ["b"]


@pytest.mark.parametrize(
    ("profile", "report", "at"),
    [
        ("kitty", "\x1b[<0;126;51M", "<at 125,50>"),
        ("plain", "\x1b[<0;126;51M", "<at 125,50>"),
        ("bare", "\x1b[<0;13;3M", "<at 125,50>"),
    ],
)
def test_the_mouse_in_pixels(profile: str, report: str, at: str) -> None:
    """Without pixels it is the middle of the cell."""
    with FakeTerminal(TINY, profile=profile) as t:
        t.wait_for("True>")
        if profile != "bare":
            t.wait_until(lambda model: "1016" in model.modes)
        # What the terminal said on the way into that mode stands before this key.
        t.press("x")
        t.wait_for("x .")
        t.type(report)
        t.wait_for(at)


def test_a_crash_leaves_a_clean_terminal() -> None:
    with FakeTerminal(TINY) as t:
        t.wait_for("True>")
        t.press("C")
        assert t.wait_exit() == 1
        assert t.model.unclean() == []
        assert "asked to crash" in t.text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_a_clean_terminal(number: signal.Signals) -> None:
    with FakeTerminal(TINY) as t:
        t.wait_for("True>")
        t.process.send_signal(number)
        assert t.wait_exit() == 128 + number
        assert t.model.unclean() == []


def test_a_closed_terminal_ends_the_app() -> None:
    with FakeTerminal(TINY) as t:
        t.wait_for("True>")
        t.hang_up()
        assert t.wait_exit() == HUNG_UP


def test_answers_under_way_do_not_reach_the_shell() -> None:
    shell = ["sh", "-c", f"'{FakeTerminal.python()}' -u '{TINY[1]}'; read -r line; echo \"got:$line.\""]
    with FakeTerminal(shell, delay=0.3) as t:
        t.wait_for("True>")
        t.press("F", "Q")
        t.wait_until(lambda model: "1049" not in model.modes and model.keys_pushed == 0 and t.mark() > 2000)
        t.wait_until(lambda _: not t.due)
        t.press("x", "enter")
        t.wait_for("got:x.")


def test_a_stalled_line_does_not_stop_the_loop() -> None:
    with FakeTerminal(TINY) as t:
        t.wait_for("True>")
        t.stall()
        t.press("W", "1")
        # The loop has to run for the signal to be heeded.
        t.process.send_signal(signal.SIGTERM)
        assert t.process.wait(PATIENCE) == 128 + signal.SIGTERM


LEFT_BEHIND = f"'{FakeTerminal.python()}' -c 'import os; os.set_blocking(0, False)'"
"""A program that leaves the terminal so that a full line is an error (O_NONBLOCK)."""


@pytest.mark.parametrize("other", ["true", LEFT_BEHIND], ids=["as usual", "not blocking"])
def test_what_waited_on_a_stalled_line_arrives_when_it_moves_again(other: str) -> None:
    with FakeTerminal(["sh", "-c", f"{other}; exec '{FakeTerminal.python()}' -u '{TINY[1]}'"]) as t:
        t.wait_for("True>")
        before = t.mark()
        t.stall()
        t.press("W", "1", "2")
        t.stall(False)
        t.wait_for("2 .")
        assert t.bytes_since(before).count(b"\x1b]5555;" + b"x" * 4000 + b"\x07") == 100
        assert keys_of(t) == ["written", "1", "2"]


def test_suspend_hands_over_a_clean_terminal_and_comes_back() -> None:
    with FakeTerminal(TINY) as t:
        t.wait_for("True>")
        before = t.mark()
        t.press("S")
        t.wait_for("<resumed>")
        outside = t.bytes_since(before)
        told = outside.index(b"outside")
        assert (
            outside.index(b"a=d,d=A") < outside.index(b"\x1b[?1016l") < outside.index(b"\x1b[?1049l") < told
        )
        assert b"\x1b[?1049h" in outside[told:]
        t.press("1", "Q")
        assert t.wait_exit() == 0
        assert t.model.unclean() == []


def test_nothing_is_painted_when_another_window_comes_to_the_front() -> None:
    with FakeTerminal(TINY) as t:
        t.wait_for("True>")
        for key in "123":
            # The first frames are whole.
            t.press(key)
            t.wait_for(f"{key} .")
        mark = t.mark()
        t.type("\x1b[O\x1b[I\x1b[O\x1b[I")
        t.press("4")
        t.wait_for("4 .")
        assert b"\r\n" not in t.bytes_since(mark)
        t.press("Q")
        assert t.wait_exit() == 0


def test_a_stop_waits_for_the_end_of_a_step() -> None:
    with FakeTerminal(TINY) as t:
        t.wait_for("True>")
        for times in (1, 2):
            t.press("Z")
            stopped(t)
            t.wait_until(lambda model: model.unclean() == [])
            os.kill(t.process.pid, signal.SIGCONT)
            t.wait_until(lambda model, times=times: model.text().count("<resumed>") == times)  # type: ignore[misc]
        assert t.text().count("<left within a step: False>") == 2
        t.press("Q")
        assert t.wait_exit() == 0
        assert t.model.unclean() == []


def stopped(t: FakeTerminal) -> None:
    """Waits as a shell does."""
    pid, status = os.waitpid(t.process.pid, os.WUNTRACED)
    assert pid == t.process.pid and os.WIFSTOPPED(status)
