"""What this terminal and this line can do, measured, and what to change for better."""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

from tui.errors import TermlabelError
from tui.terminal import tmux
from tui.terminal.answers import FENCE, PASSED_ID, ends_round, passed, query
from tui.terminal.caps import TerminalCaps
from tui.terminal.probe import RawLine, probe, terminal_lines
from tui.terminal.protocols import PROTOCOLS
from tui.text import printable

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_PIECE = 2000
_MIN_SECONDS, _MAX_SECONDS = 0.3, 1.0
"""Seconds: a measurement of this length is good; all of them together."""
_MAX_BYTES = 2_000_000
_KEY = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|[^\x1b])?|.", re.DOTALL)
"""One key of several that came together."""
THIN = 10e6
"""Bits per second below which compression is worth a sentence."""


def examine() -> dict[str, Any]:
    """The members of `termlabel doctor --json`.

    Raises:
        TermlabelError: standard input or output is no terminal.
    """
    caps = probe()
    lines = terminal_lines()
    if lines is None:
        raise TermlabelError("doctor asks the terminal, but standard input or error is a pipe or a file.")
    rate = None
    if caps.answers and (caps.passthrough or not caps.tmux):
        with RawLine(*lines) as line, line.alternate_screen():
            rate = _rate(line, caps)
    return findings(caps, rate, os.environ)


def findings(caps: TerminalCaps, rate: float | None, env: Mapping[str, str]) -> dict[str, Any]:
    """`rate`: bits per second, None when it could not be measured."""
    return {
        "protocol": caps.protocol,
        "cell": [round(side, 2) for side in caps.cell],
        "columns": caps.columns,
        "rows": caps.rows,
        "colours": _colours(caps, env),
        "synchronized": caps.synchronized,
        "pixel_mouse": caps.pixel_mouse,
        "tmux": caps.tmux,
        "round_trip_ms": None if caps.round_trip is None else round(caps.round_trip * 1000, 1),
        "rate_bits": None if rate is None else int(rate),
        "advice": list(_advice(caps, rate, env)),
    }


def sentences(found: Mapping[str, Any]) -> list[str]:
    """The same for a person."""
    width, height = found["cell"]
    lines = [
        f"Pictures:     {PROTOCOLS[found['protocol']].description}",
        f"Size:         {found['columns']} x {found['rows']} cells of {width:g} x {height:g} pixels",
        f"Colours:      {found['colours']:,}",
        f"Frames:       {'shown whole (synchronized output)' if found['synchronized'] else 'may flicker'}",
        f"Mouse:        {'to the pixel' if found['pixel_mouse'] else 'to the cell'}",
        f"tmux:         {'yes' if found['tmux'] else 'no'}",
        f"Round trip:   {_or_unknown(found['round_trip_ms'], 'ms')}",
        f"Rate:         {_rate_text(found['rate_bits'])}",
    ]
    return [*lines, *(f"- {sentence}" for sentence in found["advice"])]


def echo_keys() -> Iterator[str]:
    """What each pressed key sends, one line each, until `q`."""
    lines = terminal_lines()
    if lines is None:
        return
    with RawLine(*lines) as line:
        for piece in line.pieces():
            for key in _KEY.findall(piece) if isinstance(piece, str) else ():
                yield f"{printable(key)}   {key.encode().hex(' ')}\r"
                if key in ("q", "\x03", "\x04"):
                    return


def _or_unknown(value: float | None, unit: str) -> str:
    return "unknown" if value is None else f"{value:g} {unit}"


def _rate_text(bits: int | None) -> str:
    if bits is None:
        return "unknown"
    for unit, size in (("Mbit/s", 1e6), ("kbit/s", 1e3)):
        if bits >= size:
            return f"{bits / size:.3g} {unit}"
    return f"{bits} bit/s"


def _colours(caps: TerminalCaps, env: Mapping[str, str]) -> int:
    if caps.truecolor:
        return 256**3
    return 16 if env.get("TERM", "") in ("linux", "ansi", "vt100", "xterm-16color") else 256


def _rate(line: RawLine, caps: TerminalCaps) -> float | None:
    """Bits per second: padding that no terminal shows, doubled until a measurement is long enough."""
    alone = line.time_to(_fence(caps), ends_round, _MAX_SECONDS)
    if alone is None:
        return None
    ends = time.monotonic() + _MAX_SECONDS + alone
    size, rate = _PIECE, None
    while (left := ends - time.monotonic()) > alone:
        taken = line.time_to(_padding(size, caps) + _fence(caps), ends_round, left)
        if taken is None:
            # Its fence must not answer to whoever reads next.
            more = line.time_to("", ends_round, _MAX_SECONDS + alone)
            return rate if rate or more is None else size * 8 / (left + more - alone)
        alone = min(alone, taken)
        net = max(taken - alone, 1e-4)
        rate = size * 8 / net
        if net >= _MIN_SECONDS or size >= _MAX_BYTES:
            break
        size = min(size * (8 if net < 0.02 else 2), _MAX_BYTES)
    return rate


def _fence(caps: TerminalCaps) -> str:
    return passed(query(PASSED_ID)) if caps.tmux else FENCE


def _padding(size: int, caps: TerminalCaps) -> str:
    """An operating system command with a number nobody uses; random, so that compression does not help."""
    chooser = random.Random(size)
    pieces = []
    for _ in range(0, size, _PIECE):
        piece = f"\x1b]5555;{''.join(chooser.choices(_ALPHABET, k=_PIECE))}\x07"
        pieces.append(passed(piece) if caps.tmux else piece)
    return "".join(pieces)


def _advice(caps: TerminalCaps, rate: float | None, env: Mapping[str, str]) -> Iterator[str]:
    remote = bool(env.get("SSH_CONNECTION") or env.get("SSH_TTY"))
    yield from _about_pictures(caps)
    if caps.answers and not caps.truecolor:
        yield _about_colours(remote)
    if remote and (rate is None or rate < THIN):
        yield (
            "Turn on compression for this ssh connection, if it is not on: ssh -C, or 'Compression yes' "
            "in ~/.ssh/config. Text and half-blocks shrink to a quarter and less."
        )


def _about_pictures(caps: TerminalCaps) -> Iterator[str]:
    if not caps.answers:
        pictures = [protocol.name for protocol in PROTOCOLS.values() if not protocol.coarse]
        yield (
            "The terminal did not answer: pictures are half-blocks, and decisions count after a fixed time. "
            f"If it can show pictures, force it: --protocol {', '.join(pictures[:-1])} or {pictures[-1]}."
        )
    if caps.tmux:
        yield from _about_tmux(caps)
    elif caps.answers and caps.graphics.advice:
        yield caps.graphics.advice


def _about_colours(remote: bool) -> str:
    how = " (ssh does not carry it; SendEnv and AcceptEnv COLORTERM do)." if remote else "."
    return f"256 colours are used. If the terminal has more, say so: export COLORTERM=truecolor{how}"


def _about_tmux(caps: TerminalCaps) -> Iterator[str]:
    if not caps.passthrough:
        setting = tmux.option("allow-passthrough")
        if setting in ("on", "all"):
            yield "tmux hands our bytes on, but the terminal around it did not answer with kitty graphics."
        else:
            yield "In ~/.tmux.conf: set -g allow-passthrough on. Without it pictures are half-blocks."
    if tmux.option("focus-events") != "on":
        yield "In ~/.tmux.conf: set -g focus-events on. Replies to us could reach another pane otherwise."
