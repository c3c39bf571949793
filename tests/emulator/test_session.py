"""A measured run: the line, the script, and what is found."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devtools.emulator.__main__ import main
from devtools.emulator.keys import key_text
from devtools.emulator.likeness import psnr, ssim
from devtools.emulator.link import Link, parse_link
from devtools.emulator.script import Situation, Step, is_due, parse_keys
from devtools.emulator.session import run

UPLOAD = "\x1b_Ga=T,f=24,s=50,v=20,i=1,q=2,C=1;" + "A" * 4000 + "\x1b\\"
QUERY = "\x1b_Gi=31,s=1,v=1,a=q,f=24;AAAA\x1b\\"
PROGRAM = f"""
import os, sys, termios, tty
tty.setraw(0, termios.TCSANOW)
os.write(1, b"\\x1b[?1049h\\x1b[3;5Hready\\x1b[6n" + {QUERY!r}.encode())
got = b""
while not all(part in got for part in (b"k", b"R", b"OK")):
    got += os.read(0, 1)
os.write(1, b"\\x1b[2;1H" + {UPLOAD!r}.encode() + b"pressed k")
sys.exit(0 if got.replace(b"k", b"").startswith(b"\\x1b[3;10R\\x1b_Gi=31;OK") else 9)
"""


def test_a_run_answers_presses_and_measures() -> None:
    keys = parse_keys("idle=0.5:k~pressed", 0.5)
    result = run([sys.executable, "-c", PROGRAM], link=parse_link("1M/40"), keys=keys)
    assert result.exit_status == 0 and not result.timed_out
    start, key = result.records
    assert (start.key, key.key) == ("(start)", "k")
    assert start.purposes["kitty"] + key.purposes["kitty"] == len(QUERY + UPLOAD)
    assert start.bytes + key.bytes == len(result.stream) == result.arrivals[-1][1]
    # 4 kB at 1 Mbit/s take 32 ms, and the key and its answer go one round trip.
    assert key.t_picture is not None and key.t_expected is not None
    assert key.t_picture - key.t_press >= 0.04 + 0.032
    assert key.t_picture <= key.t_expected
    assert "pressed k" in result.terminal().text() and "ready" in result.terminal().text()
    assert "pressed k" not in result.terminal(key.begin).text()
    assert result.picture().size == (1200, 800)
    assert json.loads(json.dumps(result.as_dict()))["total_bytes"] == len(result.stream)


def test_a_program_that_does_not_end_is_ended() -> None:
    # A shell writes this long before the limit, however busy the machine is.
    result = run(["sh", "-c", "echo on; exec sleep 600"], limit=3.0)
    assert result.timed_out and result.exit_status < 0
    assert result.wall < 300 and b"on" in result.stream


def test_a_line_is_as_slow_as_its_rate_and_its_round_trip() -> None:
    link = parse_link("256k/150")
    assert (link.rate, link.round_trip) == (256_000, 0.15)
    assert link.send_down(3200, 100, 10.0) == pytest.approx(10.0 + 0.1 + 0.075)
    assert link.send_down(3200, 100, 10.0) == pytest.approx(10.0 + 0.2 + 0.075)
    assert link.send_up(32, 10.0) == pytest.approx(10.0 + 0.001 + 0.075)
    assert parse_link("256k/150", compress=True).send_down(3200, 320, 0.0) == pytest.approx(0.01 + 0.075)
    assert parse_link("unlimited").send_down(10**9, 0, 5.0) == 5.0


def test_a_sender_waits_for_room_in_its_buffer() -> None:
    link = Link(rate=8000, buffer=500)
    assert link.has_room(0.0) and link.wait(0.0) == 0
    link.send_down(1000, 1000, 0.0)
    assert not link.has_room(0.0)
    assert link.wait(0.0) == pytest.approx(0.5)
    assert link.has_room(0.51)


@pytest.mark.parametrize("text", ["fast", "1T/80", "256k/", "1M/80/9"])
def test_a_line_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a link"):
        parse_link(text)


def test_keys_are_read_with_what_they_wait_for() -> None:
    assert parse_keys("n, idle=1.5:enter,image:n,shown=0.7:1,t=3:q,f~hard,~", 0.6) == [
        Step("idle", 0.6, "n"),
        Step("idle", 1.5, "enter"),
        Step("image", 0.6, "n"),
        Step("shown", 0.7, "1"),
        Step("time", 3.0, "q"),
        Step("idle", 0.6, "f", b"hard"),
        Step("idle", 0.6, "~"),
    ]
    assert [key_text(name) for name in ("up", "ctrl+l", "text=a,b", "é")] == ["\x1b[A", "\x0c", "a,b", "é"]


QUIET = Situation(elapsed=9.0, silent=1.0, shown=None, arrived=False)


@pytest.mark.parametrize(
    ("step", "now", "due"),
    [
        (Step("idle", 1.0, "n"), QUIET, True),
        (Step("idle", 1.1, "n"), QUIET, False),
        (Step("idle", 0.0, "n"), Situation(9.0, 0.0, None, False), False),
        (Step("time", 9.0, "n"), QUIET, True),
        (Step("time", 9.1, "n"), QUIET, False),
        (Step("shown", 0.5, "n"), QUIET, False),
        (Step("shown", 0.5, "n"), Situation(9.0, 0.0, 0.5, False), True),
        (Step("shown", 0.5, "n"), Situation(9.0, 3.0, None, False), True),
        (Step("image", 0.6, "n"), QUIET, False),
        (Step("image", 0.6, "n"), Situation(9.0, 0.0, 0.1, True), True),
        (Step("image", 5.0, "n"), Situation(9.0, 4.0, None, False), False),
    ],
)
def test_a_key_is_pressed_when_what_it_waits_for_is_there(step: Step, now: Situation, due: bool) -> None:
    assert is_due(step, now) == due


def test_likeness_is_one_for_the_same_and_less_the_more_differs() -> None:
    dice = np.random.default_rng(1)
    pixels = dice.integers(0, 256, (40, 60, 3), dtype=np.uint8)
    image = Image.fromarray(pixels)
    noisy = [
        Image.fromarray(np.clip(pixels + dice.normal(0, sigma, pixels.shape), 0, 255).astype(np.uint8))
        for sigma in (5, 40)
    ]
    assert ssim(image, image) == pytest.approx(1.0) and psnr(image, image) == 99
    assert 1 > ssim(image, noisy[0]) > ssim(image, noisy[1]) > 0
    assert 99 > psnr(image, noisy[0]) > psnr(image, noisy[1]) > 0
    flat = Image.new("RGB", (16, 16), (100, 100, 100)), Image.new("RGB", (16, 16), (200, 200, 200))
    # Without any structure only the means count: (2ab + c) / (a² + b² + c).
    assert ssim(*flat) == pytest.approx((2 * 100 * 200 + 6.5025) / (100**2 + 200**2 + 6.5025))
    assert psnr(*flat) == pytest.approx(8.13, abs=0.01)


def test_the_command_line_runs_renders_and_compares(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw, told, seen = tmp_path / "raw", tmp_path / "told.json", tmp_path / "seen.png"
    size = ["--size", "20x6"]
    program = [sys.executable, "-c", "print('\\x1b[41m' + ' ' * 20)"]
    assert (
        main(["run", *size, "--raw", str(raw), "--json", str(told), "--png", str(seen), "--", *program]) == 0
    )
    assert "(start)" in capsys.readouterr().out
    assert json.loads(told.read_text())["total_bytes"] == len(raw.read_bytes())
    again = tmp_path / "again.png"
    assert main(["render", *size, str(raw), str(again)]) == 0
    assert main(["compare", str(seen), str(again)]) == 0
    assert json.loads(capsys.readouterr().out)["ssim"] == 1.0
    with Image.open(seen) as picture:
        assert picture.convert("RGB").getpixel((5, 5)) == (205, 0, 0)
