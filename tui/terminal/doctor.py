"""What this terminal and this line can do, measured, and what to change for better."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tui.errors import TermlabelError
from tui.libraries import log_file
from tui.terminal import tmux
from tui.terminal.answers import FENCE, PASSED_ID, ends_round, passed, query
from tui.terminal.caps import TerminalCaps
from tui.terminal.exactness import at_rest, inexactness
from tui.terminal.layers import Surroundings, ancestors, layers
from tui.terminal.line_meter import LineMeter
from tui.terminal.line_state import rate_text, trip_text, unmeasured
from tui.terminal.padding import padding
from tui.terminal.probe import RawLine, probe, terminal_lines
from tui.terminal.protocols import PROTOCOLS
from tui.text import printable

_SECONDS, _MAX_SECONDS = 0.1, 1.5
"""Seconds: of one padding; and of all of them."""
_MAX_BYTES = 1_000_000
_KEY = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|[^\x1b])?|.", re.DOTALL)
"""One key of several that came together."""
THIN = 10e6
"""Bits per second below which compression is worth a sentence."""


def examine(*, exact: bool = True, budget: int | None = None) -> dict[str, Any]:
    """The members of `termlabel doctor --json`. `exact`, `budget`: the person's settings.

    Raises:
        TermlabelError: standard input or output is no terminal.
    """
    caps = probe()
    lines = terminal_lines()
    if lines is None:
        raise TermlabelError("doctor asks the terminal, but standard input or error is a pipe or a file.")
    meter = LineMeter(round_trip=caps.round_trip)
    if caps.answers and not caps.answered_by:
        with RawLine(*lines) as line, line.alternate_screen():
            meter = _measured(line, caps)
    around = Surroundings(os.environ, ancestors(), caps.name)
    return findings(
        replace(caps, round_trip=meter.round_trip), meter.estimate, around, exact=exact, budget=budget
    )


def findings(
    caps: TerminalCaps,
    rate: float | None,
    around: Surroundings,
    *,
    exact: bool = True,
    budget: int | None = None,
) -> dict[str, Any]:
    """`rate`: bits per second, None when it could not be measured. `exact`, `budget`: the person's settings."""
    why = inexactness(caps, wanted=exact)
    log = log_file()
    return {
        "protocol": caps.protocol,
        "cell": [round(side, 2) for side in caps.cell],
        "columns": caps.columns,
        "rows": caps.rows,
        "colours": _colours(caps, around.env),
        "synchronized": caps.synchronized,
        "pixel_mouse": caps.pixel_mouse,
        "tmux": caps.tmux,
        "answered_by": caps.answered_by or None,
        "round_trip_ms": None if caps.round_trip is None else round(caps.round_trip * 1000, 1),
        "rate_bits": None if rate is None else int(rate),
        "advice": list(_advice(caps, rate, around)),
        "exact": not why,
        "inexact_because": why or None,
        "at_rest": at_rest(caps, wanted=exact, budget=budget),
        "layers": [layer.name for layer in layers(around)],
        "log": None if log is None else str(log),
    }


def sentences(found: Mapping[str, Any]) -> list[str]:
    """The same for a person."""
    width, height = found["cell"]
    trip = found["round_trip_ms"]
    lines = [
        f"Pictures:     {PROTOCOLS[found['protocol']].description}",
        f"Size:         {found['columns']} x {found['rows']} cells of {width:g} x {height:g} pixels",
        f"Colours:      {found['colours']:,}",
        f"Frames:       {'shown whole (synchronized output)' if found['synchronized'] else 'may flicker'}",
        f"Mouse:        {'to the pixel' if found['pixel_mouse'] else 'to the cell'}",
        f"tmux:         {'yes' if found['tmux'] else 'no'}",
        f"Round trip:   {trip_text(trip / 1000 if trip is not None else None)}",
        f"Rate:         {rate_text(found['rate_bits'])}{unmeasured(found['answered_by'])}",
        f"Exact:        {found['at_rest']}",
        f"Log:          {printable(found['log'] or 'none is kept')}: what libraries say while the app runs",
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


def _colours(caps: TerminalCaps, env: Mapping[str, str]) -> int:
    if caps.truecolor:
        return 256**3
    return 16 if env.get("TERM", "") in ("linux", "ansi", "vt100", "xterm-16color") else 256


def _measured(line: RawLine, caps: TerminalCaps) -> LineMeter:
    """What padding tells of the line, as in the app, but with more of it."""
    meter = LineMeter(round_trip=caps.round_trip, seconds=_SECONDS, max_bytes=_MAX_BYTES)
    ends = time.monotonic() + _MAX_SECONDS + (caps.round_trip or 0.0)
    while (size := meter.wanted) is not None and (left := ends - time.monotonic()) > 0:
        text = padding(size, tmux=caps.tmux) + _fence(caps)
        begun = time.monotonic()
        # The last one may be late, on a line thinner than any that was thought of; nobody else must read its answer.
        if line.time_to(text, ends_round, left + _MAX_SECONDS) is None:
            break
        meter.padded(begun, len(text), time.monotonic())
    return meter


def _fence(caps: TerminalCaps) -> str:
    return passed(query(PASSED_ID)) if caps.tmux else FENCE


def _advice(caps: TerminalCaps, rate: float | None, around: Surroundings) -> Iterator[str]:
    remote = bool(around.env.get("SSH_CONNECTION") or around.env.get("SSH_TTY"))
    yield from _about_pictures(caps, around)
    if caps.answers and not caps.truecolor:
        yield _about_colours(remote)
    if remote and (rate is None or rate < THIN):
        yield (
            "Turn on compression for this ssh connection, if it is not on: ssh -C, or 'Compression yes' "
            "in ~/.ssh/config. Text and half-blocks shrink to a quarter and less."
        )


def _about_pictures(caps: TerminalCaps, around: Surroundings) -> Iterator[str]:
    if not caps.answers:
        pictures = [protocol.name for protocol in PROTOCOLS.values() if not protocol.coarse]
        yield (
            "The terminal did not answer: pictures are half-blocks, and decisions count after a fixed time. "
            f"If it can show pictures, force it: --protocol {', '.join(pictures[:-1])} or {pictures[-1]}."
        )
    # Where pictures come through nothing in between is in the way.
    between = layers(around) if caps.graphics.coarse else []
    yield from (layer.remedy for layer in between)
    if caps.tmux and all(layer.name != "screen" for layer in between):
        yield from _about_tmux(caps)
    elif caps.answers and caps.graphics.advice and not between:
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
