"""What doctor says, and that it leaves nothing behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal.fake import ROOT, FakeTerminal
from tui.terminal.caps import TerminalCaps
from tui.terminal.doctor import findings, sentences
from tui.terminal.layers import LAYERS, Surroundings, ancestors

MEMBERS = [
    "protocol", "cell", "columns", "rows", "colours", "synchronized", "pixel_mouse", "tmux", "answered_by",
    "round_trip_ms", "rate_bits", "advice", "exact", "inexact_because", "at_rest", "layers", "log",
]  # fmt: skip
BARE = Surroundings({})
GOOD = TerminalCaps(
    "kitty",
    answers=True,
    truecolor=True,
    synchronized=True,
    pixel_mouse=True,
    round_trip=0.0123,
    name="kitty(0.41)",
)


def test_members_of_the_contract() -> None:
    found = findings(GOOD, 256_000.4, BARE)
    assert list(found) == MEMBERS
    assert (found["cell"], found["colours"], found["round_trip_ms"], found["rate_bits"]) == (
        [10.0, 20.0],
        16_777_216,
        12.3,
        256_000,
    )
    assert found["advice"] == []


@pytest.mark.parametrize(
    ("caps", "rate", "env", "word"),
    [
        (GOOD, 1e6, {"SSH_CONNECTION": "1 2 3 4"}, "ssh -C"),
        (TerminalCaps(), None, {}, "did not answer"),
        (TerminalCaps(answers=True, truecolor=True), 1e9, {}, "shows no pictures"),
        (TerminalCaps("sixel", answers=True), 1e9, {}, "COLORTERM"),
        (TerminalCaps(answers=True, tmux=True), None, {}, "allow-passthrough on"),
        (TerminalCaps(answers=True, tmux=True), None, {}, "focus-events on"),
    ],
)
def test_advice(caps: TerminalCaps, rate: float | None, env: dict[str, str], word: str) -> None:
    found = findings(caps, rate, Surroundings(env))
    assert any(word in sentence for sentence in found["advice"])
    assert any(word in line for line in sentences(found))


HALF_BLOCKS = TerminalCaps(answers=True, truecolor=True)


@pytest.mark.parametrize(
    ("around", "layer", "word"),
    [
        (Surroundings({}, ("bash", "mosh-server")), "mosh", "ssh or et"),
        (Surroundings({"ZELLIJ": "0"}), "zellij", "outside"),
        (Surroundings({"STY": "1.pts"}), "screen", "outside"),
        (Surroundings({"TERM_PROGRAM": "vscode"}), "vscode", "terminal.integrated.enableImages"),
        (Surroundings({}, (), "xterm.js(6.1.0)"), "vscode", "terminal.integrated.enableImages"),
        (Surroundings({"WT_SESSION": "a-b"}), "windows-terminal", "1.22"),
    ],
)
def test_each_layer_that_keeps_pictures_back_has_its_remedy(
    around: Surroundings, layer: str, word: str
) -> None:
    found = findings(HALF_BLOCKS, 1e9, around)
    assert found["layers"] == [layer]
    (sentence,) = found["advice"]
    assert word in sentence
    # Where pictures come through it is in nobody's way.
    assert findings(GOOD, 1e9, around)["advice"] == []


def test_every_layer_is_tried() -> None:
    assert {layer.name for layer in LAYERS} == {"mosh", "zellij", "screen", "vscode", "windows-terminal"}


def test_in_screen_no_advice_is_given_about_tmux() -> None:
    caps = TerminalCaps(answers=True, truecolor=True, tmux=True)
    (sentence,) = findings(caps, None, Surroundings({"STY": "1.pts", "TERM": "screen"}))["advice"]
    assert "tmux.conf" not in sentence


def test_in_tmux_the_terminal_s_own_variables_tell_nothing() -> None:
    caps = TerminalCaps(answers=True, truecolor=True, tmux=True)
    found = findings(caps, None, Surroundings({"TMUX": "/tmp/tmux", "TERM_PROGRAM": "vscode"}))
    assert found["layers"] == []
    assert any("tmux.conf" in sentence for sentence in found["advice"])


@pytest.mark.parametrize(
    ("caps", "wanted", "why"),
    [
        (GOOD, True, None),
        (GOOD, False, "exact = false"),
        (TerminalCaps("iterm2", answers=True), True, None),
        (TerminalCaps("sixel", answers=True, registers=16), True, "16 colours"),
        (TerminalCaps("sixel", answers=True, registers=256), False, "256 colours"),
        (TerminalCaps(answers=True, truecolor=True), True, "two pixels"),
        (TerminalCaps(answers=True), True, "256 colours"),
    ],
)
def test_where_pictures_cannot_be_exact_doctor_says_why(
    caps: TerminalCaps, wanted: bool, why: str | None
) -> None:
    found = findings(caps, 1e9, BARE, exact=wanted)
    assert found["exact"] == (why is None)
    assert why is None or why in found["inexact_because"]
    (line,) = [line for line in sentences(found) if line.startswith("Exact:")]
    assert (why or "yes") in line


def test_what_answers_for_the_terminal_is_named_instead_of_a_rate() -> None:
    found = findings(TerminalCaps(answers=True, tmux=True, answered_by="tmux"), None, BARE)
    assert (found["answered_by"], found["rate_bits"], found["round_trip_ms"]) == ("tmux", None, None)
    (line,) = [line for line in sentences(found) if line.startswith("Rate:")]
    assert line.endswith("unknown (tmux answers in the terminal's place)")
    assert findings(GOOD, 1e6, BARE)["answered_by"] is None


def test_doctor_names_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    found = findings(GOOD, 1e9, BARE)
    assert found["log"] == str(tmp_path / "termlabel" / "libraries.log")
    assert any(found["log"] in line for line in sentences(found))


@pytest.mark.parametrize(
    ("caps", "budget", "words"),
    [
        (GOOD, None, ("yes", "pixel by pixel")),
        (GOOD, 90_000, ("yes", "pixel by pixel", "90,000 bytes: no")),
        (TerminalCaps("kitty-cells", cell=(9.63, 19.0), answers=True), None, ("yes", "pixel by pixel")),
        (
            TerminalCaps("kitty-cells", cell=(9.63, 18.5), answers=True),
            None,
            ("no", "fraction of a pixel high"),
        ),
        (
            TerminalCaps("iterm2", cell=(9.63, 18.5), answers=True),
            None,
            ("yes", "come through at 10 Mbit/s", "JPEG", "43 dB"),
        ),
        (
            TerminalCaps("sixel", answers=True, registers=256),
            None,
            ("no", "256 colours", "its own, dithered"),
        ),
    ],
)
def test_it_is_said_what_a_picture_is_at_rest(
    caps: TerminalCaps, budget: int | None, words: tuple[str, ...]
) -> None:
    found = findings(caps, 1e9, BARE, budget=budget)
    (line,) = [line for line in sentences(found) if line.startswith("Exact:")]
    assert line.split()[1].rstrip(",:") == words[0] == ("yes" if found["exact"] else "no")
    assert all(word in line for word in words) and found["at_rest"] in line


def test_the_processes_above_this_one_are_named() -> None:
    code = "from tui.terminal.layers import ancestors; print(*ancestors()[:1])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    own = Path("/proc/self/comm")
    assert done.stdout.strip() == (own.read_text().strip() if own.exists() else "")
    assert len(ancestors()) < 60


def test_a_fast_local_terminal_needs_no_advice_about_the_line() -> None:
    assert findings(GOOD, 1e9, Surroundings({"SSH_CONNECTION": "1 2 3 4"}))["advice"] == []


def test_unknown_is_said_to_be_unknown() -> None:
    text = "\n".join(sentences(findings(TerminalCaps(), None, BARE)))
    assert text.count("unknown") == 2


def test_without_a_terminal_one_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui", "doctor", "--json"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("delay", [0.0, 0.2])
def test_on_a_line_with_a_delay(tmp_path: Path, delay: float) -> None:
    """Its answers are all taken: the shell that goes on reads only what is typed."""
    found = tmp_path / "found.json"
    script = f"'{sys.executable}' -m tui doctor --json >'{found}'; read -r line; echo \"got:$line.\""
    with FakeTerminal(["sh", "-c", script], profile="sixel", delay=delay, size=(100, 30)) as t:
        t.wait_until(lambda _: found.exists() and found.read_text().endswith("}\n"))
        t.wait_until(lambda _: not t.due)
        t.press("x", "enter")
        t.wait_for("got:x.")
        assert t.model.unclean() == []
    members = json.loads(found.read_text())
    assert (members["protocol"], members["columns"], members["rows"]) == ("sixel", 100, 30)
    assert members["round_trip_ms"] >= delay * 1000
    assert members["rate_bits"] > 0


def test_shows_what_keys_send() -> None:
    with FakeTerminal(["-m", "tui", "doctor"]) as t:
        t.wait_for("q ends")
        # However they come together.
        t.type("a\x1b[A")
        t.press("escape")
        t.wait_for("␛[A   1b 5b 41")
        assert "a   61\n" in t.text()
        t.type("bq")
        assert t.wait_exit() == 0
