#!/usr/bin/env python3
"""wire: measure what a terminal program costs over a slow link.

Runs a command in a pseudo-terminal, pretends to be a graphics terminal of a
chosen profile (and answers the queries programs send), shapes the link to a
bandwidth and a round-trip time, presses scripted keys, and reports for each
key the bytes sent and the times at which a remote person would see them.
It can also rebuild the picture on the screen and compare it with a reference.

Standard library and Pillow only.  Linux (uses /proc for CPU time).
"""

from __future__ import annotations

import argparse
import base64
import codecs
import colorsys
import contextlib
import fcntl
import io
import json
import math
import os
import pty
import re
import select
import shlex
import signal
import struct
import sys
import termios
import time
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageMath

# --------------------------------------------------------------------------
# Profiles
# --------------------------------------------------------------------------

PROFILES: dict[str, dict] = {
    "kitty": {
        "env": {"TERM": "xterm-kitty", "COLORTERM": "truecolor", "KITTY_WINDOW_ID": "1"},
        "graphics": {"kitty"},
        "da1": "?62;22c",
        "version": "kitty(0.35.2)",
        "kittykbd": True,
        "colors": "truecolor",
    },
    "sixel": {
        "env": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
        "graphics": {"sixel"},
        "da1": "?62;4;22c",
        "version": "XTerm(390)",
        "kittykbd": False,
        "colors": "truecolor",
    },
    "iterm2": {
        "env": {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "TERM_PROGRAM": "iTerm.app",
            "TERM_PROGRAM_VERSION": "3.5.0",
            "LC_TERMINAL": "iTerm2",
        },
        "graphics": {"iterm2"},
        "da1": "?62;22c",
        "version": "iTerm2 3.5.0",
        "kittykbd": False,
        "colors": "truecolor",
    },
    "wezterm": {
        "env": {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TERM_PROGRAM": "WezTerm"},
        "graphics": {"iterm2", "sixel", "kitty"},
        "da1": "?65;4;6;18;22c",
        "version": "WezTerm 20240203",
        "kittykbd": False,
        "colors": "truecolor",
    },
    "truecolor": {
        "env": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
        "graphics": set(),
        "da1": "?62;22c",
        "version": "VTE(7600)",
        "kittykbd": False,
        "colors": "truecolor",
    },
    "256color": {
        "env": {"TERM": "xterm-256color"},
        "graphics": set(),
        "da1": "?62;22c",
        "version": None,
        "kittykbd": False,
        "colors": "256",
    },
}
_DROP_ENV = (
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "COLORTERM",
    "KITTY_WINDOW_ID",
    "LC_TERMINAL",
    "TMUX",
    "STY",
    "WEZTERM_PANE",
    "KONSOLE_VERSION",
    "VTE_VERSION",
    "WT_SESSION",
    "NO_COLOR",
    "LINES",
    "COLUMNS",
)

KEYS = {
    "blur": "\x1b[O",
    "focus": "\x1b[I",
    "enter": "\r",
    "tab": "\t",
    "space": " ",
    "esc": "\x1b",
    "escape": "\x1b",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "insert": "\x1b[2~",
    "delete": "\x1b[3~",
    "shift+tab": "\x1b[Z",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "shift+up": "\x1b[1;2A",
    "shift+down": "\x1b[1;2B",
    "shift+right": "\x1b[1;2C",
    "shift+left": "\x1b[1;2D",
    "comma": ",",
    "colon": ":",
}


def key_bytes(name: str) -> bytes:
    if name in KEYS:
        return KEYS[name].encode()
    if name.startswith("ctrl+") and len(name) == 6:
        return bytes([ord(name[5].upper()) & 0x1F])
    if name.startswith("text="):
        return name[5:].encode()
    return name.encode()


# --------------------------------------------------------------------------
# Tokens: split a terminal byte stream into text runs and control sequences
# --------------------------------------------------------------------------

_CSI = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")
_CSI_PART = re.compile(rb"\x1b\[[0-?]*[ -/]*")


@dataclass(slots=True)
class Token:
    kind: str  # text | csi | esc | osc | dcs | apc | pm
    data: bytes  # the whole sequence
    t_first: float  # arrival of its first byte
    t_last: float  # arrival of its last byte

    @property
    def bucket(self) -> str:
        """What the bytes are for: kitty | sixel | iterm2 | text | other."""
        if self.kind in ("text", "csi", "esc"):
            return "text"
        if self.kind == "apc" and self.data[2:3] == b"G":
            return "kitty"
        if self.kind == "dcs" and re.match(rb"\x1bP[0-9;]*q", self.data[:24]):
            return "sixel"
        if self.kind == "osc" and self.data.startswith(
            (b"\x1b]1337;File=", b"\x1b]1337;Multipart", b"\x1b]1337;FilePart", b"\x1b]1337;FileEnd")
        ):
            return "iterm2"
        return "other"


class Tokenizer:
    """Incremental; a sequence may be cut anywhere between two feeds."""

    def __init__(self) -> None:
        self.buf = bytearray()
        self.t0 = 0.0
        self.scan = 0

    def feed(self, data: bytes, t: float = 0.0) -> list[Token]:
        out: list[Token] = []
        if not self.buf:
            self.t0 = t
        buf = self.buf
        buf += data
        pos = 0
        while pos < len(buf):
            t_first = self.t0 if pos == 0 else t
            if buf[pos] != 0x1B:
                end = buf.find(b"\x1b", pos)
                end = len(buf) if end < 0 else end
                out.append(Token("text", bytes(buf[pos:end]), t_first, t))
                pos = end
                continue
            if pos + 1 >= len(buf):
                break
            c = buf[pos + 1]
            if c == 0x5B:  # CSI
                m = _CSI.match(buf, pos)
                if not m:
                    if _CSI_PART.fullmatch(buf, pos):
                        break
                    out.append(Token("text", bytes(buf[pos : pos + 2]), t_first, t))
                    pos += 2
                    continue
                out.append(Token("csi", m.group(), t_first, t))
                pos = m.end()
            elif c in (0x5D, 0x50, 0x5F, 0x5E, 0x58):  # ] P _ ^ X : strings
                start = max(pos + 2, self.scan)
                end = -1
                i = buf.find(b"\x1b\\", start)
                end = i + 2 if i >= 0 else -1
                if c == 0x5D:
                    b = buf.find(b"\x07", start, i if i >= 0 else len(buf))
                    if b >= 0:
                        end = b + 1
                if end < 0:
                    self.scan = max(pos + 2, len(buf) - 1) - pos
                    del buf[:pos]
                    if pos:
                        self.t0 = t_first
                    return out
                self.scan = 0
                kind = {0x5D: "osc", 0x50: "dcs", 0x5F: "apc"}.get(c, "pm")
                out.append(Token(kind, bytes(buf[pos:end]), t_first, t))
                pos = end
            else:
                n = 3 if 0x20 <= c <= 0x2F else 2
                if pos + n > len(buf):
                    break
                out.append(Token("esc", bytes(buf[pos : pos + n]), t_first, t))
                pos += n
        if pos:
            self.t0 = t
        del buf[:pos]
        self.scan = 0
        return out


def string_body(tok: Token) -> bytes:
    """Payload of an OSC/DCS/APC without introducer and terminator."""
    d = tok.data[2:]
    return d[:-2] if d.endswith(b"\x1b\\") else d[:-1]


def kitty_control(body: bytes) -> tuple[dict[str, str], bytes]:
    head, _, payload = body[1:].partition(b";")
    keys = dict(kv.split("=", 1) for kv in head.decode("ascii", "replace").split(",") if "=" in kv)
    return keys, payload


# --------------------------------------------------------------------------
# Sixel decoder
# --------------------------------------------------------------------------

_SIX = re.compile(rb'#(\d+)(?:;(\d+);(\d+);(\d+);(\d+))?|!(\d+)([?-~])|([?-~]+)|(\$)|(-)|"([\d;]*)')
_SIX_ROW = [
    bytes(0xFF if 0x3F <= c <= 0x7E and (c - 0x3F) >> r & 1 else 0 for c in range(256)) for r in range(6)
]


def decode_sixel(body: bytes) -> Image.Image:
    """Body of the DCS (parameters, 'q', data) -> RGBA image (unset pixels transparent)."""
    data = body[body.index(b"q") + 1 :]
    palette: dict[int, tuple[int, int, int]] = {}
    bands: list[list[tuple[int, bytes, int]]] = [[]]  # per band: (start x, expanded sixels, colour)
    color, x, parts, start = 0, 0, [], 0
    raster = None
    width = 0

    def flush() -> None:
        nonlocal parts, start
        if parts:
            bands[-1].append((start, b"".join(parts), color))
        parts, start = [], x

    for m in _SIX.finditer(data):
        g = m.lastindex
        if g == 8:
            s = m.group(8)
            parts.append(s)
            x += len(s)
        elif g == 7:
            n = int(m.group(6))
            parts.append(m.group(7) * n)
            x += n
        elif g == 1 or g == 5:
            flush()
            color = int(m.group(1))
            if g == 5:
                kind, a, b, c = (int(v) for v in m.group(2, 3, 4, 5))
                if kind == 2:
                    palette[color] = tuple(round(v * 255 / 100) for v in (a, b, c))
                else:
                    r, gg, bb = colorsys.hls_to_rgb(((a - 120) % 360) / 360, b / 100, c / 100)
                    palette[color] = (round(r * 255), round(gg * 255), round(bb * 255))
        elif g == 9:
            width = max(width, x)
            flush()
            x = start = 0
        elif g == 10:
            width = max(width, x)
            flush()
            x = start = 0
            bands.append([])
        else:
            v = [int(p or 0) for p in (m.group(11) or b"").split(b";")]
            if len(v) >= 4:
                raster = (v[2], v[3])
    width = max(width, x)
    flush()
    if not bands[-1]:
        bands.pop()
    w = max(width, raster[0] if raster else 0) or 1
    h = raster[1] if raster and raster[1] else max(1, len(bands) * 6)
    pal = bytearray(768)
    for i, rgb in palette.items():
        pal[(i & 255) * 3 : (i & 255) * 3 + 3] = bytes(rgb)
    rows = [bytes(w)] * (len(bands) * 6)
    masks = [bytes(w)] * (len(bands) * 6)
    for bi, band in enumerate(bands):
        idx, msk = [0] * 6, [0] * 6
        for sx, s, col in band:
            fill = int.from_bytes(bytes([col & 255]) * len(s), "little")
            for r in range(6):
                m = int.from_bytes(s.translate(_SIX_ROW[r]), "little")
                if m:
                    sh = sx * 8
                    ms = m << sh
                    idx[r] = (idx[r] & ~ms) | ((m & fill) << sh)
                    msk[r] |= ms
        for r in range(6):
            rows[bi * 6 + r] = (
                idx[r].to_bytes(w + 8, "little")[:w] if idx[r].bit_length() <= (w + 8) * 8 else bytes(w)
            )
            masks[bi * 6 + r] = (
                msk[r].to_bytes(w + 8, "little")[:w] if msk[r].bit_length() <= (w + 8) * 8 else bytes(w)
            )
    n = min(h, len(rows))
    im = Image.frombytes("P", (w, n), b"".join(rows[:n]))
    im.putpalette(bytes(pal))
    out = Image.new("RGBA", (w, h), (0, 0, 0, 0))
    out.paste(im.convert("RGB"), (0, 0), Image.frombytes("L", (w, n), b"".join(masks[:n])))
    return out


# --------------------------------------------------------------------------
# Screen: rebuild what the person sees
# --------------------------------------------------------------------------

# Row/column diacritics of kitty's unicode placeholders (first 297 of the protocol's list).
_DIACRITICS = [
    int(h, 16)
    for h in [
        "305",
        "30d",
        "30e",
        "310",
        "312",
        "33d",
        "33e",
        "33f",
        "346",
        "34a",
        "34b",
        "34c",
        "350",
        "351",
        "352",
        "357",
        "35b",
        "363",
        "364",
        "365",
        "366",
        "367",
        "368",
        "369",
        "36a",
        "36b",
        "36c",
        "36d",
        "36e",
        "36f",
        "483",
        "484",
        "485",
        "486",
        "487",
        "592",
        "593",
        "594",
        "595",
        "597",
        "598",
        "599",
        "59c",
        "59d",
        "59e",
        "59f",
        "5a0",
        "5a1",
        "5a8",
        "5a9",
        "5ab",
        "5ac",
        "5af",
        "5c4",
        "610",
        "611",
        "612",
        "613",
        "614",
        "615",
        "616",
        "617",
        "657",
        "658",
        "659",
        "65a",
        "65b",
        "65d",
        "65e",
        "6d6",
        "6d7",
        "6d8",
        "6d9",
        "6da",
        "6db",
        "6dc",
        "6df",
        "6e0",
        "6e1",
        "6e2",
        "6e4",
        "6e7",
        "6e8",
        "6eb",
        "6ec",
        "730",
        "732",
        "733",
        "735",
        "736",
        "73a",
        "73d",
        "73f",
        "740",
        "741",
        "743",
        "745",
        "747",
        "749",
        "74a",
        "7eb",
        "7ec",
        "7ed",
        "7ee",
        "7ef",
        "7f0",
        "7f1",
        "7f3",
        "816",
        "817",
        "818",
        "819",
        "81b",
        "81c",
        "81d",
        "81e",
        "81f",
        "820",
        "821",
        "822",
        "823",
        "825",
        "826",
        "827",
        "829",
        "82a",
        "82b",
        "82c",
        "82d",
        "951",
        "953",
        "954",
        "f82",
        "f83",
        "f86",
        "f87",
        "135d",
        "135e",
        "135f",
        "17dd",
        "193a",
        "1a17",
        "1a75",
        "1a76",
        "1a77",
        "1a78",
        "1a79",
        "1a7a",
        "1a7b",
        "1a7c",
        "1b6b",
        "1b6d",
        "1b6e",
        "1b6f",
        "1b70",
        "1b71",
        "1b72",
        "1b73",
        "1cd0",
        "1cd1",
        "1cd2",
        "1cda",
        "1cdb",
        "1ce0",
        "1dc0",
        "1dc1",
        "1dc3",
        "1dc4",
        "1dc5",
        "1dc6",
        "1dc7",
        "1dc8",
        "1dc9",
        "1dcb",
        "1dcc",
        "1dd1",
        "1dd2",
        "1dd3",
        "1dd4",
        "1dd5",
        "1dd6",
        "1dd7",
        "1dd8",
        "1dd9",
        "1dda",
        "1ddb",
        "1ddc",
        "1ddd",
        "1dde",
        "1ddf",
        "1de0",
        "1de1",
        "1de2",
        "1de3",
        "1de4",
        "1de5",
        "1de6",
        "1dfe",
        "20d0",
        "20d1",
        "20d4",
        "20d5",
        "20d6",
        "20d7",
        "20db",
        "20dc",
        "20e1",
        "20e7",
        "20e9",
        "20f0",
        "2cef",
        "2cf0",
        "2cf1",
        "2de0",
        "2de1",
        "2de2",
        "2de3",
        "2de4",
        "2de5",
        "2de6",
        "2de7",
        "2de8",
        "2de9",
        "2dea",
        "2deb",
        "2dec",
        "2ded",
        "2dee",
        "2def",
        "2df0",
        "2df1",
        "2df2",
        "2df3",
        "2df4",
        "2df5",
        "2df6",
        "2df7",
        "2df8",
        "2df9",
        "2dfa",
        "2dfb",
        "2dfc",
        "2dfd",
        "2dfe",
        "2dff",
        "a66f",
        "a67c",
        "a67d",
        "a6f0",
        "a6f1",
        "a8e0",
        "a8e1",
        "a8e2",
        "a8e3",
        "a8e4",
        "a8e5",
        "a8e6",
        "a8e7",
        "a8e8",
        "a8e9",
        "a8ea",
        "a8eb",
        "a8ec",
        "a8ed",
        "a8ee",
        "a8ef",
        "a8f0",
        "a8f1",
        "aab0",
        "aab2",
        "aab3",
        "aab7",
        "aab8",
        "aabe",
        "aabf",
        "aac1",
        "fe20",
        "fe21",
        "fe22",
        "fe23",
        "fe24",
        "fe25",
        "fe26",
        "10a0f",
        "10a38",
        "1d185",
        "1d186",
        "1d187",
        "1d188",
        "1d189",
        "1d1aa",
        "1d1ab",
        "1d1ac",
        "1d1ad",
        "1d242",
        "1d243",
        "1d244",
    ]
]
_DIA_INDEX = {cp: i for i, cp in enumerate(_DIACRITICS)}
_PLACEHOLDER = chr(0x10EEEE)
_UNDER_BACKGROUNDS = -(1 << 30)
"""Pictures below this lie under cells that have a background of their own (kitty's graphics protocol)."""

_BASE16 = [
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
]


def color256(n: int) -> tuple[int, int, int]:
    if n < 16:
        return _BASE16[n]
    if n < 232:
        n -= 16
        return tuple(0 if v == 0 else 55 + 40 * v for v in (n // 36, n // 6 % 6, n % 6))
    v = 8 + 10 * (n - 232)
    return (v, v, v)


# Quadrants (ul, ur, ll, lr) of U+2596..U+259F
_QUADS = {
    0x2596: "0010",
    0x2597: "0001",
    0x2598: "1000",
    0x2599: "1011",
    0x259A: "1001",
    0x259B: "1110",
    0x259C: "1101",
    0x259D: "0100",
    0x259E: "0110",
    0x259F: "0111",
}
_FONTS = (
    "DejaVuSansMono.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf",
)


class Cell:
    __slots__ = ("bg", "ch", "fg")

    def __init__(self, ch=" ", fg=None, bg=None):
        self.ch, self.fg, self.bg = ch, fg, bg


class Screen:
    """A small terminal: enough to rebuild pictures, not a conformance model."""

    FG, BG = (220, 220, 220), (0, 0, 0)

    def __init__(self, cols: int, rows: int, cw: int, ch: int):
        self.cols, self.rows, self.cw, self.chh = cols, rows, cw, ch
        self.x = self.y = 0
        self.saved = (0, 0)
        self.fg = self.bg = None
        self.reverse = False
        self.wrap_pending = False
        self.last = " "
        self.grid = [self._blank() for _ in range(rows)]
        self.layer = Image.new("RGBA", (cols * cw, rows * ch), (0, 0, 0, 0))  # sixel, iterm2
        self.images: dict[int, Image.Image] = {}  # kitty store
        self.numbers: dict[int, int] = {}
        self.placements: dict[tuple[int, int], dict] = {}
        self.virtual: dict[int, tuple[int, int]] = {}
        self.pending: tuple[dict, list[bytes]] | None = None
        self.multipart: tuple[dict, list[bytes]] | None = None
        self.auto_id = 1 << 33
        self.auto_p = 1 << 33
        self.utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self.errors: list[str] = []
        self._font = None
        self.graphics = {"kitty", "sixel", "iterm2"}
        """What is drawn: programs find out what a terminal can by where a picture leaves the cursor."""

    def _blank(self):
        return [Cell() for _ in range(self.cols)]

    # -- feeding -----------------------------------------------------------
    def feed(self, tokens) -> None:
        for tok in tokens:
            try:
                getattr(self, "_" + tok.kind, lambda t: None)(tok)
            except Exception as exc:  # a broken picture must not stop a measurement
                self.errors.append(f"{tok.kind}: {exc!r}")

    def _clear_layer_cells(self, x0: int, y0: int, x1: int, y1: int) -> None:
        self.layer.paste((0, 0, 0, 0), (x0 * self.cw, y0 * self.chh, x1 * self.cw, y1 * self.chh))

    def _put(self, c: str) -> None:
        cp = ord(c)
        if cp in _DIA_INDEX or 0x300 <= cp < 0x370 or cp in (0x200D, 0xFE0F):
            if self.wrap_pending:
                self.grid[self.y][self.x].ch += c
            elif self.x:
                self.grid[self.y][self.x - 1].ch += c
            return
        if self.wrap_pending:
            self.x = 0
            self._lf()
            self.wrap_pending = False
        cell = self.grid[self.y][self.x]
        cell.ch = self.last = c
        cell.fg, cell.bg = (self.bg or self.BG, self.fg or self.FG) if self.reverse else (self.fg, self.bg)
        self._clear_layer_cells(self.x, self.y, self.x + 1, self.y + 1)
        if self.x + 1 < self.cols:
            self.x += 1
        else:
            self.wrap_pending = True

    def _lf(self) -> None:
        if self.y + 1 < self.rows:
            self.y += 1
            return
        self.grid.pop(0)
        self.grid.append(self._blank())
        shifted = Image.new("RGBA", self.layer.size, (0, 0, 0, 0))
        shifted.paste(self.layer, (0, -self.chh))
        self.layer = shifted
        for p in self.placements.values():
            p["y"] -= 1

    def _text(self, tok: Token) -> None:
        for c in self.utf8.decode(tok.data):
            o = ord(c)
            if o >= 32 and o != 127:
                self._put(c)
            elif c == "\r":
                self.x, self.wrap_pending = 0, False
            elif c in "\n\x0b\x0c":
                self._lf()
                self.wrap_pending = False
            elif c == "\b":
                self.x, self.wrap_pending = max(0, self.x - 1), False
            elif c == "\t":
                self.x = min(self.cols - 1, (self.x // 8 + 1) * 8)

    def _esc(self, tok: Token) -> None:
        c = tok.data[1:2]
        if c == b"7":
            self.saved = (self.x, self.y)
        elif c == b"8":
            self.x, self.y = self.saved
        elif c == b"c":
            self.__init__(self.cols, self.rows, self.cw, self.chh)

    def _erase(self, y: int, x0: int, x1: int) -> None:
        for i in range(x0, min(x1, self.cols)):
            c = self.grid[y][i]
            c.ch, c.fg, c.bg = " ", None, self.bg
        self._clear_layer_cells(x0, y, x1, y + 1)

    def _csi(self, tok: Token) -> None:
        final = tok.data[-1:]
        raw = tok.data[2:-1]
        private = raw[:1] in (b"?", b">", b"<", b"=")
        if private:
            if final == b"h" and raw == b"?1049":
                self._esc(Token("esc", b"\x1b7", 0, 0))
                for y in range(self.rows):
                    self._erase(y, 0, self.cols)
            return
        if raw and not all(48 <= b <= 59 for b in raw):
            return
        p = [int(v.split(b":")[0] or 0) if v else 0 for v in raw.split(b";")]
        n = p[0] or 1
        if final != b"m" and final != b"b":
            self.wrap_pending = False
        if final == b"m":
            self._sgr(raw)
        elif final in (b"H", b"f"):
            self.y = min(self.rows, p[0] or 1) - 1
            self.x = min(self.cols, (p[1] if len(p) > 1 else 1) or 1) - 1
        elif final == b"A":
            self.y = max(0, self.y - n)
        elif final in (b"B", b"e"):
            self.y = min(self.rows - 1, self.y + n)
        elif final in (b"C", b"a"):
            self.x = min(self.cols - 1, self.x + n)
        elif final == b"D":
            self.x = max(0, self.x - n)
        elif final == b"E":
            self.x, self.y = 0, min(self.rows - 1, self.y + n)
        elif final == b"F":
            self.x, self.y = 0, max(0, self.y - n)
        elif final in (b"G", b"`"):
            self.x = min(self.cols, n) - 1
        elif final == b"d":
            self.y = min(self.rows, n) - 1
        elif final == b"J":
            if p[0] == 0:
                self._erase(self.y, self.x, self.cols)
                for y in range(self.y + 1, self.rows):
                    self._erase(y, 0, self.cols)
            elif p[0] == 1:
                for y in range(self.y):
                    self._erase(y, 0, self.cols)
                self._erase(self.y, 0, self.x + 1)
            else:
                for y in range(self.rows):
                    self._erase(y, 0, self.cols)
                self.placements.clear()
        elif final == b"K":
            a, b = {0: (self.x, self.cols), 1: (0, self.x + 1)}.get(p[0], (0, self.cols))
            self._erase(self.y, a, b)
        elif final == b"X":
            self._erase(self.y, self.x, self.x + n)
        elif final == b"b":
            for _ in range(n):
                self._put(self.last)
        elif final == b"s":
            self.saved = (self.x, self.y)
        elif final == b"u":
            self.x, self.y = self.saved

    def _sgr(self, raw: bytes) -> None:
        p = [int(v or 0) for v in raw.replace(b":", b";").split(b";")]
        i = 0
        while i < len(p):
            v = p[i]
            if v == 0:
                self.fg = self.bg = None
                self.reverse = False
            elif v == 7:
                self.reverse = True
            elif v == 27:
                self.reverse = False
            elif v in (38, 48):
                if i + 1 < len(p) and p[i + 1] == 2:
                    col = tuple(p[i + 2 : i + 5])
                    i += 4
                elif i + 1 < len(p) and p[i + 1] == 5:
                    col = color256(p[i + 2])
                    i += 2
                else:
                    break
                if v == 38:
                    self.fg = col
                else:
                    self.bg = col
            elif 30 <= v <= 37:
                self.fg = _BASE16[v - 30]
            elif 90 <= v <= 97:
                self.fg = _BASE16[v - 82]
            elif 40 <= v <= 47:
                self.bg = _BASE16[v - 40]
            elif 100 <= v <= 107:
                self.bg = _BASE16[v - 92]
            elif v == 39:
                self.fg = None
            elif v == 49:
                self.bg = None
            i += 1

    # -- graphics ----------------------------------------------------------
    def _after_image(self, w_px: int, h_px: int) -> None:
        for _ in range(max(0, math.ceil(h_px / self.chh) - 1)):
            self._lf()
        self.x = min(self.cols - 1, self.x + math.ceil(w_px / self.cw))

    def _dcs(self, tok: Token) -> None:
        if tok.bucket != "sixel":
            return
        im = decode_sixel(string_body(tok))
        x0 = self.x
        rows = math.ceil(im.height / self.chh)
        while self.y + rows > self.rows and self.y > 0:  # scrolls when it does not fit
            y = self.y
            self.y = self.rows - 1
            self._lf()
            self.y = y - 1
        self.layer.alpha_composite(
            im.crop(
                (
                    0,
                    0,
                    min(im.width, self.layer.width - x0 * self.cw),
                    min(im.height, self.layer.height - self.y * self.chh),
                )
            ),
            (x0 * self.cw, self.y * self.chh),
        )
        self.y = min(self.rows - 1, self.y + rows - 1)

    def _osc(self, tok: Token) -> None:
        body = string_body(tok)
        if "iterm2" not in self.graphics:
            return
        if body.startswith(b"1337;MultipartFile="):
            self.multipart = (self._iterm_args(body[len(b"1337;MultipartFile=") :]), [])
        elif body.startswith(b"1337;FilePart=") and self.multipart:
            self.multipart[1].append(body[len(b"1337;FilePart=") :])
        elif body == b"1337;FileEnd" and self.multipart:
            args, parts = self.multipart
            self.multipart = None
            self._iterm_show(args, b"".join(parts))
        elif body.startswith(b"1337;File="):
            head, _, payload = body[len(b"1337;File=") :].partition(b":")
            self._iterm_show(self._iterm_args(head), payload)

    @staticmethod
    def _iterm_args(head: bytes) -> dict[str, str]:
        return dict(kv.split("=", 1) for kv in head.decode("ascii", "replace").split(";") if "=" in kv)

    def _iterm_show(self, args: dict[str, str], payload: bytes) -> None:
        im = Image.open(io.BytesIO(base64.b64decode(payload))).convert("RGBA")

        def dim(v: str, cell: int, total: int) -> int | None:
            if v in ("", "auto"):
                return None
            if v.endswith("px"):
                return int(v[:-2])
            if v.endswith("%"):
                return total * int(v[:-1]) // 100
            return int(v) * cell

        w = dim(args.get("width", "auto"), self.cw, self.cols * self.cw)
        h = dim(args.get("height", "auto"), self.chh, self.rows * self.chh)
        if w is None and h is None:
            w, h = im.size
        elif w is None:
            w = round(im.width * h / im.height)
        elif h is None:
            h = round(im.height * w / im.width)
        elif args.get("preserveAspectRatio", "1") != "0":
            f = min(w / im.width, h / im.height)
            w, h = max(1, round(im.width * f)), max(1, round(im.height * f))
        if (w, h) != im.size:
            im = im.resize((w, h), Image.BILINEAR)
        self.layer.paste(
            im.crop(
                (
                    0,
                    0,
                    min(w, self.layer.width - self.x * self.cw),
                    min(h, self.layer.height - self.y * self.chh),
                )
            ),
            (self.x * self.cw, self.y * self.chh),
        )
        if args.get("doNotMoveCursor") != "1":
            self._after_image(w, h)

    def _apc(self, tok: Token) -> None:
        body = string_body(tok)
        if body[:1] != b"G":
            return
        keys, payload = kitty_control(body)
        if self.pending:
            first, parts = self.pending
            parts.append(payload)
            if keys.get("m", "0") == "1":
                return
            self.pending = None
            keys = {**first}
            payload = parts
        elif keys.get("m") == "1":
            self.pending = (keys, [payload])
            return
        action = keys.get("a", "t")
        if action in ("t", "T"):
            iid = int(keys.get("i", 0))
            num = int(keys.get("I", 0))
            if not iid:
                self.auto_id += 1
                iid = self.auto_id
            if num:
                self.numbers[num] = iid
            self.images[iid] = self._kitty_image(keys, payload)
            for k in [k for k in self.placements if k[0] == iid]:
                del self.placements[k]
            self.virtual.pop(iid, None)
            if action == "T":
                self._kitty_place(iid, keys)
        elif action == "p":
            iid = int(keys.get("i", 0)) or self.numbers.get(int(keys.get("I", 0)), 0)
            if iid in self.images:
                self._kitty_place(iid, keys)
            else:
                self.errors.append(f"placement of unknown image {iid}")
        elif action == "d":
            d = keys.get("d", "a")
            if d in "aA":
                self.placements.clear()
            elif d in "iI":
                iid, pid = int(keys.get("i", 0)), int(keys.get("p", 0))
                for k in [k for k in self.placements if k[0] == iid and (not pid or k[1] == pid)]:
                    del self.placements[k]
                if not pid:
                    self.virtual.pop(iid, None)
                if d == "I" and not any(k[0] == iid for k in self.placements):
                    self.images.pop(iid, None)

    @staticmethod
    def _kitty_image(keys: dict[str, str], payload: bytes | list[bytes]) -> Image.Image:
        parts = [payload] if isinstance(payload, bytes) else payload  # each chunk is decoded by itself
        data = b"".join(base64.b64decode(p + b"=" * (-len(p) % 4)) for p in parts)
        if keys.get("t", "d") in ("f", "t"):
            with open(data.decode(), "rb") as f:
                data = f.read()
        if keys.get("o") == "z":
            data = zlib.decompress(data)
        f = keys.get("f", "32")
        if f == "100":
            im = Image.open(io.BytesIO(data))
            im.load()
            return im.convert("RGBA")
        size = (int(keys["s"]), int(keys["v"]))
        return Image.frombytes("RGB" if f == "24" else "RGBA", size, data).convert("RGBA")

    def _kitty_place(self, iid: int, keys: dict[str, str]) -> None:
        im = self.images[iid]
        c, r = int(keys.get("c", 0)), int(keys.get("r", 0))
        if keys.get("U") == "1":
            self.virtual[iid] = (c or math.ceil(im.width / self.cw), r or math.ceil(im.height / self.chh))
            return
        x, y = int(keys.get("x", 0)), int(keys.get("y", 0))
        w, h = int(keys.get("w", 0)) or im.width - x, int(keys.get("h", 0)) or im.height - y
        X, Y = int(keys.get("X", 0)), int(keys.get("Y", 0))
        if c and not r:
            r_px = round(h * c * self.cw / w)
            c_px = c * self.cw
        elif r and not c:
            c_px, r_px = round(w * r * self.chh / h), r * self.chh
        elif c and r:
            c_px, r_px = c * self.cw, r * self.chh
        else:
            c_px, r_px = w, h
        pid = int(keys.get("p", 0))
        if not pid:
            self.auto_p += 1
            pid = self.auto_p
        self.placements[(iid, pid)] = {
            "x": self.x,
            "y": self.y,
            "X": X,
            "Y": Y,
            "crop": (x, y, x + w, y + h),
            "size": (c_px, r_px),
            "z": int(keys.get("z", 0)),
        }
        if keys.get("C") != "1":
            self._after_image(c_px, r_px)

    # -- drawing -----------------------------------------------------------
    def picture(self) -> Image.Image:
        cw, ch = self.cw, self.chh
        out = Image.new("RGB", (self.cols * cw, self.rows * ch), self.BG)
        d = ImageDraw.Draw(out)
        holders = []
        self._paste_placed(out, lambda z: z < _UNDER_BACKGROUNDS)
        for y, row in enumerate(self.grid):
            for x, c in enumerate(row):
                if c.bg and c.ch[:1] != _PLACEHOLDER:
                    d.rectangle((x * cw, y * ch, x * cw + cw - 1, y * ch + ch - 1), fill=c.bg)
        self._paste_placed(out, lambda z: _UNDER_BACKGROUNDS <= z < 0)
        for y, row in enumerate(self.grid):
            left = None
            for x, c in enumerate(row):
                if c.ch[:1] == _PLACEHOLDER:
                    left = self._holder(c, left)
                    holders.append((x, y, left))
                    continue
                left = None
                if c.ch[:1] != " ":
                    self._glyph(out, d, x, y, c)
        scaled: dict[int, Image.Image] = {}
        for x, y, (iid, r, col) in holders:
            if iid not in self.images or iid not in self.virtual:
                continue
            if iid not in scaled:
                vc, vr = self.virtual[iid]
                im = self.images[iid]
                box_w, box_h = vc * cw, vr * ch
                f = min(box_w / im.width, box_h / im.height)  # fitted and centred
                w, h = max(1, round(im.width * f)), max(1, round(im.height * f))
                canvas = Image.new("RGBA", (box_w, box_h), (0, 0, 0, 0))
                canvas.paste(
                    im if (w, h) == im.size else im.resize((w, h), Image.BILINEAR),
                    ((box_w - w) // 2, (box_h - h) // 2),
                )
                scaled[iid] = canvas
            piece = scaled[iid].crop((col * cw, r * ch, col * cw + cw, r * ch + ch))
            out.paste(piece.convert("RGB"), (x * cw, y * ch), piece.getchannel("A"))
        out.paste(self.layer.convert("RGB"), (0, 0), self.layer.getchannel("A"))
        self._paste_placed(out, lambda z: z >= 0)
        return out

    def _paste_placed(self, out: Image.Image, wanted: Callable[[int], bool]) -> None:
        """The placed pictures whose z is wanted, lowest first."""
        for (iid, _), p in sorted(self.placements.items(), key=lambda kv: kv[1]["z"]):
            if iid in self.images and wanted(p["z"]):
                im = self.images[iid].crop(p["crop"])
                if im.size != p["size"]:
                    im = im.resize(p["size"], Image.BILINEAR)
                out.paste(
                    im.convert("RGB"),
                    (p["x"] * self.cw + p["X"], p["y"] * self.chh + p["Y"]),
                    im.getchannel("A"),
                )

    @staticmethod
    def _holder(c: Cell, left) -> tuple[int, int, int]:
        dia = [_DIA_INDEX[ord(k)] for k in c.ch[1:] if ord(k) in _DIA_INDEX]
        fg = c.fg or (0, 0, 0)
        low = fg[0] << 16 | fg[1] << 8 | fg[2]
        if len(dia) >= 3:
            return (dia[2] << 24 | low, dia[0], dia[1])
        if left and (left[0] & 0xFFFFFF) == low and (not dia or dia[0] == left[1]):
            return (left[0], left[1], dia[1] if len(dia) > 1 else left[2] + 1)
        return (low, dia[0] if dia else 0, dia[1] if len(dia) > 1 else 0)

    def _glyph(self, out, d, x, y, c) -> None:
        cw, ch = self.cw, self.chh
        px, py = x * cw, y * ch
        fg, bg = c.fg or self.FG, c.bg or self.BG
        o = ord(c.ch[0])

        def rect(a, b, e, f, col=fg):  # fractions of the cell
            x0, y0, x1, y1 = px + round(a * cw), py + round(b * ch), px + round(e * cw), py + round(f * ch)
            if x1 > x0 and y1 > y0:
                d.rectangle((x0, y0, x1 - 1, y1 - 1), fill=col)

        if o == 0x2580:
            rect(0, 0, 1, 0.5)
        elif 0x2581 <= o <= 0x2588:
            rect(0, 1 - (o - 0x2580) / 8, 1, 1)
        elif 0x2589 <= o <= 0x258F:
            rect(0, 0, (0x2590 - o) / 8, 1)
        elif o == 0x2590:
            rect(0.5, 0, 1, 1)
        elif 0x2591 <= o <= 0x2593:
            k = (o - 0x2590) / 4
            rect(0, 0, 1, 1, tuple(round(f * k + b * (1 - k)) for f, b in zip(fg, bg, strict=False)))
        elif o == 0x2594:
            rect(0, 0, 1, 1 / 8)
        elif o == 0x2595:
            rect(7 / 8, 0, 1, 1)
        elif o in _QUADS:
            for k, bit in enumerate(_QUADS[o]):
                if bit == "1":
                    rect(k % 2 / 2, k // 2 / 2, k % 2 / 2 + 0.5, k // 2 / 2 + 0.5)
        else:
            if self._font is None:
                self._font = False
                for name in _FONTS:
                    try:
                        self._font = ImageFont.truetype(name, round(ch * 0.8))
                        break
                    except OSError:
                        pass
            if self._font:
                d.text((px, py + round(ch * 0.02)), c.ch[0], font=self._font, fill=fg)
            else:
                d.rectangle(
                    (px + 2, py + 4, px + cw - 3, py + ch - 5),
                    fill=tuple((f + b) // 2 for f, b in zip(fg, bg, strict=False)),
                )


def render(stream: bytes, cols: int, rows: int, cw: int, ch: int) -> tuple[Image.Image, Screen]:
    scr = Screen(cols, rows, cw, ch)
    scr.feed(Tokenizer().feed(stream))
    return scr.picture(), scr


# --------------------------------------------------------------------------
# Picture quality
# --------------------------------------------------------------------------


def psnr(a: Image.Image, b: Image.Image) -> float:
    hist = ImageChops.difference(a.convert("RGB"), b.convert("RGB")).histogram()
    se = sum(n * (i % 256) ** 2 for i, n in enumerate(hist))
    mse = se / (3 * a.width * a.height)
    return 99.0 if mse == 0 else 10 * math.log10(255 * 255 / mse)


def ssim(a: Image.Image, b: Image.Image, win: int = 8) -> float:
    """Mean SSIM of luma over win x win boxes (two half-shifted tilings), Pillow only."""

    def means(im: Image.Image) -> list[Image.Image]:
        return [
            im.crop((o, o, o + (im.width - o) // win * win, o + (im.height - o) // win * win)).reduce(win)
            for o in (0, win // 2)
        ]

    A, B = (i.convert("L").convert("F") for i in (a, b))
    ev = getattr(ImageMath, "lambda_eval", None)
    if ev is None:
        raise RuntimeError("Pillow 10.3 or newer is needed for ssim()")
    mul = lambda p, q: ev(lambda v: v["p"] * v["q"], p=p, q=q)  # noqa: E731
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    total = []
    for ma, mb, maa, mbb, mab in zip(
        means(A), means(B), means(mul(A, A)), means(mul(B, B)), means(mul(A, B)), strict=False
    ):
        get = lambda im: im.get_flattened_data() if hasattr(im, "get_flattened_data") else im.getdata()  # noqa: E731
        for u, v, uu, vv, uv in zip(get(ma), get(mb), get(maa), get(mbb), get(mab), strict=False):
            va, vb, cov = uu - u * u, vv - v * v, uv - u * v
            total.append((2 * u * v + c1) * (2 * cov + c2) / ((u * u + v * v + c1) * (va + vb + c2)))
    return sum(total) / len(total)


# --------------------------------------------------------------------------
# Link
# --------------------------------------------------------------------------


@dataclass
class Link:
    """Serialising link: `bps` bits/s each way (None = unlimited), `rtt` seconds, `buffer` bytes in the sender."""

    bps: float | None = None
    rtt: float = 0.0
    buffer: int = 131072
    up_bps: float | None = None
    overhead: int = 0  # extra bytes on the wire for each chunk (packet headers)
    compress: bool = False  # shape by the zlib size, as a compressing transport would
    free_at: float = 0.0
    up_free_at: float = 0.0

    def room(self, now: float) -> bool:
        return self.bps is None or (self.free_at - now) * self.bps / 8 < self.buffer

    def wait(self, now: float) -> float:
        return 0.0 if self.room(now) else (self.free_at - now) - self.buffer * 8 / self.bps

    def send(self, n: int, now: float) -> float:
        """Arrival time of the last of n bytes handed over now."""
        if self.bps is None:
            return now + self.rtt / 2
        self.free_at = max(now, self.free_at) + n * 8 / self.bps
        return self.free_at + self.rtt / 2

    def send_up(self, n: int, now: float) -> float:
        bps = self.up_bps or self.bps
        if bps is None:
            return now + self.rtt / 2
        self.up_free_at = max(now, self.up_free_at) + n * 8 / bps
        return self.up_free_at + self.rtt / 2


def parse_link(spec: str, **kw) -> Link:
    """'unlimited', '1M/80' (bit/s with k/M/G, then the round trip in ms), '256k/150'."""
    rate, _, rtt = spec.partition("/")
    bps = None
    if rate not in ("unlimited", "inf", ""):
        m = re.fullmatch(r"([\d.]+)([kKmMgG]?)(?:bit)?", rate)
        if not m:
            raise ValueError(f"bad link: {spec}")
        bps = float(m.group(1)) * {"": 1, "k": 1e3, "m": 1e6, "g": 1e9}[m.group(2).lower()]
    return Link(bps=bps, rtt=float(rtt or 0) / 1000, **kw)


# --------------------------------------------------------------------------
# Terminal answers
# --------------------------------------------------------------------------


class Answers:
    def __init__(self, profile: dict, cols: int, rows: int, cw: int, ch: int):
        self.p, self.cols, self.rows, self.cw, self.ch = profile, cols, rows, cw, ch
        self.modes: dict[str, bool] = {"25": True, "7": True}
        self.seen: list[str] = []
        self.chunk: dict | None = None

    def reply(self, tok: Token, cursor) -> bytes:
        fn = getattr(self, "_" + tok.kind, None)
        ans = fn(tok, cursor) if fn else b""
        if ans:
            self.seen.append(repr(tok.data[:40]))
        return ans

    def _csi(self, tok: Token, cursor) -> bytes:
        d = tok.data
        body, final = d[2:-1].decode("ascii", "replace"), d[-1:]
        if final == b"c":
            if body in ("", "0"):
                return f"\x1b[{self.p['da1']}".encode()
            if body.startswith(">"):
                return b"\x1b[>1;4000;0c"
            if body.startswith("="):
                return b"\x1bP!|00000000\x1b\\"
        elif final == b"q" and body in (">", ">0"):
            return f"\x1bP>|{self.p['version']}\x1b\\".encode() if self.p["version"] else b""
        elif final == b"t":
            if body == "14":
                return f"\x1b[4;{self.rows * self.ch};{self.cols * self.cw}t".encode()
            if body == "16":
                return f"\x1b[6;{self.ch};{self.cw}t".encode()
            if body == "18":
                return f"\x1b[8;{self.rows};{self.cols}t".encode()
        elif final == b"n":
            if body == "6":
                x, y = cursor()
                return f"\x1b[{y + 1};{x + 1}R".encode()
            if body == "5":
                return b"\x1b[0n"
        elif final == b"p" and body.startswith("?") and body.endswith("$"):
            mode = body[1:-1]
            known = mode in (
                "1",
                "7",
                "25",
                "47",
                "1000",
                "1002",
                "1003",
                "1004",
                "1006",
                "1049",
                "2004",
                "2026",
                "2048",
            )
            state = 0 if not known else (1 if self.modes.get(mode) else 2)
            return f"\x1b[?{mode};{state}$y".encode()
        elif final == b"u" and body == "?" and self.p["kittykbd"]:
            return b"\x1b[?0u"
        elif final in (b"h", b"l") and body.startswith("?"):
            ans = b""
            for mode in body[1:].split(";"):
                self.modes[mode] = final == b"h"
                if mode == "2048" and final == b"h":
                    ans += f"\x1b[48;{self.rows};{self.cols};{self.rows * self.ch};{self.cols * self.cw}t".encode()
            return ans
        return b""

    def _osc(self, tok: Token, cursor) -> bytes:
        body = string_body(tok)
        st = tok.data[-1:] if tok.data.endswith(b"\x07") else b"\x1b\\"
        if body == b"10;?":
            return b"\x1b]10;rgb:dcdc/dcdc/dcdc" + st
        if body == b"11;?":
            return b"\x1b]11;rgb:0000/0000/0000" + st
        if body.startswith(b"1337;ReportCellSize") and "iterm2" in self.p["graphics"]:
            return f"\x1b]1337;ReportCellSize={self.ch:.1f};{self.cw:.1f};1.0".encode() + b"\x1b\\"
        return b""

    def _dcs(self, tok: Token, cursor) -> bytes:
        body = string_body(tok)
        if body.startswith(b"+q"):
            return b"\x1bP0+r\x1b\\"
        if body.startswith(b"$q"):
            return b"\x1bP0$r\x1b\\"
        return b""

    def _apc(self, tok: Token, cursor) -> bytes:
        body = string_body(tok)
        if body[:1] != b"G" or "kitty" not in self.p["graphics"]:
            return b""
        keys, _ = kitty_control(body)
        if self.chunk is not None:
            first, more = self.chunk, keys.get("m") == "1"
            if more:
                return b""
            self.chunk, keys = None, first
        elif keys.get("m") == "1":
            self.chunk = keys
            return b""
        quiet = keys.get("q", "0")
        if keys.get("a", "t") in ("q", "t", "T", "p") and quiet == "0" and ("i" in keys or "I" in keys):
            ident = ",".join(f"{k}={keys[k]}" for k in ("i", "I", "p") if k in keys)
            return f"\x1b_G{ident};OK\x1b\\".encode()
        return b""


# --------------------------------------------------------------------------
# Session
# --------------------------------------------------------------------------


@dataclass
class Step:
    when: str  # idle | image | time
    value: float  # idle: seconds of silence; time: seconds since start
    key: str
    expect: bytes = b""  # report when this text has arrived


def parse_keys(spec: str, idle: float) -> list[Step]:
    """'idle:n, idle=1.5:enter, image:n, t=3:q' -> steps.  A bare key means 'idle:KEY'.

    'shown=S:KEY' comes S seconds after the first complete picture that followed the last key, or when all is idle for
    three. 'KEY~TEXT' also reports when TEXT reached the person (TEXT without commas).
    """
    steps = []
    for item in filter(None, (s.strip() for s in spec.split(","))):
        expect = b""
        if "~" in item[1:]:
            item, _, text = item.partition("~")
            expect = text.encode()
        m = re.fullmatch(r"(idle|image|shown|t)(?:=([\d.]+))?:(.+)", item, re.S)
        if not m:
            steps.append(Step("idle", idle, item, expect))
        elif m.group(1) == "t":
            steps.append(Step("time", float(m.group(2)), m.group(3), expect))
        else:
            steps.append(Step(m.group(1), float(m.group(2) or idle), m.group(3), expect))
    return steps


@dataclass
class Record:
    key: str
    t_press: float
    bytes: int = 0
    zlib: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    t_first: float | None = None
    t_last: float | None = None
    t_picture: float | None = None  # first complete picture shown after the key
    t_graphics: float | None = None  # last byte of the last picture
    cpu: float = 0.0
    offset: int = 0
    expect: bytes = b""
    t_expect: float | None = None
    start: int = 0

    def as_dict(self) -> dict:
        rel = lambda t: None if t is None else round(t - self.t_press, 4)  # noqa: E731
        return {
            "key": self.key,
            "bytes": self.bytes,
            "zlib_bytes": self.zlib,
            "kinds": self.kinds,
            "first_byte_s": rel(self.t_first),
            "first_picture_s": rel(self.t_picture),
            "last_graphics_s": rel(self.t_graphics),
            "done_s": rel(self.t_last),
            "expected_s": rel(self.t_expect),
            "cpu_s": round(self.cpu, 3),
            "stream_end": self.offset,
        }


def _tree_cpu(pid: int) -> float:
    """User+system seconds of a process and its descendants (reaped children included)."""
    tick = os.sysconf("SC_CLK_TCK")
    total, todo = 0, [pid]
    while todo:
        p = todo.pop()
        try:
            with open(f"/proc/{p}/stat", "rb") as f:
                v = f.read().rpartition(b")")[2].split()
            total += sum(int(x) for x in v[11:15])
            for t in os.listdir(f"/proc/{p}/task"):
                with open(f"/proc/{p}/task/{t}/children", "rb") as f:
                    todo += [int(c) for c in f.read().split()]
        except (OSError, IndexError, ValueError):
            pass
    return total / tick


@dataclass
class Result:
    records: list[Record]
    stream: bytes
    exit_status: int | None
    timed_out: bool
    cpu: float
    wall: float
    queries: list[str]
    size: tuple[int, int, int, int]
    arrivals: list[tuple[float, int]] = field(
        default_factory=list
    )  # (clock, bytes of the stream arrived by then)

    def as_dict(self) -> dict:
        return {
            "records": [r.as_dict() for r in self.records],
            "total_bytes": len(self.stream),
            "exit_status": self.exit_status,
            "timed_out": self.timed_out,
            "cpu_s": round(self.cpu, 3),
            "wall_s": round(self.wall, 3),
            "answered": self.queries,
        }

    def shown_at(
        self,
        record: int,
        wanted: Image.Image,
        others: list[Image.Image],
        box: tuple[int, int, int, int],
        least: float,
    ) -> float | None:
        """Seconds from the key of records[record] until the screen, rebuilt from what had arrived, held `wanted` in `box`: nearer to it
        than to any of `others`, with SSIM of at least `least`.  None if it never did before the next key.  All pictures are whole screens."""
        key = self.records[record]
        after = [r.t_press for r in self.records[record + 1 : record + 2]] or [float("inf")]
        points = [(t, n) for t, n in self.arrivals if key.t_press <= t < after[0]]
        goal, rest = wanted.crop(box), [o.crop(box) for o in others]

        def holds(n: int) -> bool:
            seen = self.picture(n)[0].crop(box)
            mine = ssim(seen, goal)
            return mine >= least and all(ssim(seen, o) < mine for o in rest)

        if not points or not holds(points[-1][1]):
            return None
        low, high = 0, len(points) - 1  # once shown, it stays until the next key
        while low < high:
            mid = (low + high) // 2
            low, high = (low, mid) if holds(points[mid][1]) else (mid + 1, high)
        return points[low][0] - key.t_press

    def picture(self, upto: int | None = None) -> tuple[Image.Image, Screen]:
        return render(self.stream[:upto], *self.size)


def run(
    argv: list[str],
    *,
    profile: str = "kitty",
    cols: int = 120,
    rows: int = 40,
    cw: int = 10,
    ch: int = 20,
    link: Link | None = None,
    keys: list[Step] | None = None,
    idle: float = 0.6,
    limit: float = 120.0,
    env: dict[str, str] | None = None,
    cwd: str | None = None,
    busy: float = 0.3,
    pixels: bool = True,
) -> Result:
    """Run argv and press the keys.  Without keys: run until it exits."""
    prof = PROFILES[profile]
    link = link or Link()
    steps = deque(keys or [])
    interactive = bool(steps)
    e = {k: v for k, v in os.environ.items() if k not in _DROP_ENV}
    e.update(prof["env"])
    e.update(env or {})
    pid, fd = pty.fork()
    if pid == 0:
        try:
            fcntl.ioctl(
                0,
                termios.TIOCSWINSZ,
                struct.pack("HHHH", rows, cols, cols * cw if pixels else 0, rows * ch if pixels else 0),
            )
            if cwd:
                os.chdir(cwd)
            os.execvpe(argv[0], argv, e)
        except Exception as exc:
            os.write(2, f"{exc}\n".encode())
            os._exit(127)
    fcntl.ioctl(
        fd,
        termios.TIOCSWINSZ,
        struct.pack("HHHH", rows, cols, cols * cw if pixels else 0, rows * ch if pixels else 0),
    )
    os.set_blocking(fd, False)
    clock = time.monotonic
    start = clock()
    down: deque[tuple[float, bytes, int]] = deque()
    up: deque[tuple[float, bytes]] = deque()
    toks = Tokenizer()
    screen, screen_tok, screen_at = Screen(cols, rows, cw, ch), Tokenizer(), 0
    screen.graphics = set(prof["graphics"])
    answers = Answers(prof, cols, rows, cw, ch)
    z = zlib.compressobj(6)
    stream = bytearray()
    arrivals: list[tuple[float, int]] = []
    records = [Record("(start)", start)]
    quiet = start
    eof = False
    image_done = False
    kitty_open: dict | None = None
    cpu_mark = 0.0
    cpu_sample = (start, 0.0)
    timed_out = False

    def cursor():
        nonlocal screen_at
        screen.feed(screen_tok.feed(bytes(stream[screen_at:])))
        screen_at = len(stream)
        return screen.x, screen.y

    def finish_record() -> None:
        nonlocal cpu_mark
        cpu = _tree_cpu(pid)
        records[-1].cpu = cpu - cpu_mark
        records[-1].offset = len(stream)
        cpu_mark = cpu

    def press(step: Step, now: float) -> None:
        nonlocal quiet, image_done
        finish_record()
        records.append(Record(step.key, now, expect=step.expect, start=len(stream)))
        data = key_bytes(step.key)
        up.append((link.send_up(len(data), now), data))
        quiet = now + link.rtt
        image_done = False

    try:
        while True:
            now = clock()
            if now - start > limit:
                timed_out = True
                break
            # 1. from the program into the link, as far as the sender's buffer allows
            for _ in range(16):
                now = clock()
                if eof or not link.room(now):
                    break
                try:
                    data = os.read(fd, 4096)
                except BlockingIOError:
                    break
                except OSError:
                    data = b""
                if not data:
                    eof = True
                    break
                zn = len(z.compress(data)) + len(z.flush(zlib.Z_SYNC_FLUSH))
                n = (zn if link.compress else len(data)) + link.overhead
                down.append((link.send(n, clock()), data, zn))
            now = clock()
            # 2. what reaches the person
            while down and down[0][0] <= now:
                at, data, zn = down.popleft()
                stream += data
                arrivals.append((at, len(stream)))
                for w in records:
                    if (
                        w.expect
                        and w.t_expect is None
                        and stream.find(w.expect, max(w.start, len(stream) - len(data) - len(w.expect))) >= 0
                    ):
                        w.t_expect = at
                r = records[-1]
                r.bytes += len(data)
                r.zlib += zn
                if r.t_first is None:
                    r.t_first = at
                r.t_last = at
                quiet = max(quiet, at)
                for tok in toks.feed(data, at):
                    b = tok.bucket
                    r.kinds[b] = r.kinds.get(b, 0) + len(tok.data)
                    if b in ("kitty", "sixel", "iterm2"):
                        shown = True
                        if b == "kitty":
                            ctl = kitty_control(string_body(tok))[0]
                            more = ctl.get("m") == "1"
                            if kitty_open is not None:  # later chunk: the first one says what it is
                                ctl = kitty_open
                            kitty_open = ctl if more else None
                            shown = not more and ctl.get("a", "t") in ("T", "p")
                        r.t_graphics = tok.t_last
                        if shown:
                            image_done = True
                            if r.t_picture is None:
                                r.t_picture = tok.t_last
                    if tok.kind in ("csi", "osc", "dcs", "apc") and b in ("text", "kitty", "other"):
                        ans = answers.reply(tok, cursor)
                        if ans:
                            up.append((link.send_up(len(ans), now), ans))
            # 3. what reaches the program
            while up and up[0][0] <= now and not eof:
                _, data = up.popleft()
                with contextlib.suppress(OSError):
                    os.write(fd, data)
                quiet = max(quiet, now)
            # 4. is the program computing?
            if now - cpu_sample[0] >= 0.1:
                cpu = _tree_cpu(pid)
                if (cpu - cpu_sample[1]) / (now - cpu_sample[0]) >= busy:
                    quiet = max(quiet, now)
                cpu_sample = (now, cpu)
            # 5. script
            silent = not down and not up and now - quiet
            if eof and not down:
                break
            if steps:
                s = steps[0]
                if (
                    (s.when == "time" and now - start >= s.value)
                    or (s.when == "idle" and silent and silent >= s.value)
                    or (
                        s.when == "shown"
                        and (
                            (records[-1].t_picture is not None and now - records[-1].t_picture >= s.value)
                            or (silent and silent >= 3.0)
                        )
                    )
                    or (
                        s.when == "image"
                        and ((image_done and not down) or (silent and silent >= max(s.value, 3.0)))
                    )
                ):
                    press(steps.popleft(), now)
                    continue
            elif interactive and silent and silent >= idle:
                break
            # 6. sleep until the next event
            due = [now + 0.05]
            if down:
                due.append(down[0][0])
            if up:
                due.append(up[0][0])
            room = link.room(now)
            if not room:
                due.append(now + max(0.0005, link.wait(now)))
            timeout = max(0.0, min(due) - clock())
            if room and not eof:
                select.select([fd], [], [], timeout)
            elif timeout:
                time.sleep(timeout)
        finish_record()
    finally:
        status, usage = None, None
        for sig in (None, signal.SIGHUP, signal.SIGTERM, signal.SIGKILL):
            if sig is not None:
                with contextlib.suppress(OSError):
                    os.kill(pid, sig)
            for _ in range(20):
                with contextlib.suppress(OSError):
                    os.read(fd, 65536)
                got, st, usage_ = os.wait4(pid, os.WNOHANG)
                if got:
                    status, usage = os.waitstatus_to_exitcode(st), usage_
                    break
                time.sleep(0.02 if sig is not None or eof else 0)
            if status is not None:
                break
        os.close(fd)
    cpu = usage.ru_utime + usage.ru_stime if usage else 0.0
    if not interactive:
        records[-1].cpu = cpu
    return Result(
        records,
        bytes(stream),
        status,
        timed_out,
        cpu,
        clock() - start,
        answers.seen,
        (cols, rows, cw, ch),
        arrivals,
    )


# --------------------------------------------------------------------------
# Command line
# --------------------------------------------------------------------------


def table(res: Result) -> str:
    lines = [
        f"{'key':<10}{'bytes':>10}{'zlib':>10}{'kitty':>10}{'sixel':>10}{'iterm2':>10}{'text':>9}{'first s':>9}{'shown s':>9}{'image s':>9}{'done s':>9}{'text s':>9}{'cpu s':>7}"
    ]
    f = lambda v: "-" if v is None else f"{v:.3f}"  # noqa: E731
    for r in res.records:
        d = r.as_dict()
        k = r.kinds
        lines.append(
            f"{r.key:<10}{r.bytes:>10}{r.zlib:>10}{k.get('kitty', 0):>10}{k.get('sixel', 0):>10}{k.get('iterm2', 0):>10}"
            f"{k.get('text', 0):>9}{f(d['first_byte_s']):>9}{f(d['first_picture_s']):>9}{f(d['last_graphics_s']):>9}{f(d['done_s']):>9}{f(d['expected_s']):>9}{d['cpu_s']:>7.2f}"
        )
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    ap = argparse.ArgumentParser(
        prog="wire", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    sub = ap.add_subparsers(dest="cmd", required=True)
    r = sub.add_parser("run", help="run a command and measure it")
    r.add_argument("--profile", choices=sorted(PROFILES), default="kitty")
    r.add_argument("--size", default="120x40", help="columns x rows")
    r.add_argument("--cell", default="10x20", help="cell size in pixels")
    r.add_argument(
        "--link", default="unlimited", help="RATE/RTTms, such as 1M/80 or 256k/150 (default: unlimited)"
    )
    r.add_argument(
        "--buffer", type=int, default=131072, help="bytes the sender may hold unsent (default 131072)"
    )
    r.add_argument("--overhead", type=int, default=0, help="extra wire bytes per chunk (packet headers)")
    r.add_argument("--compress", action="store_true", help="shape by compressed size, as `ssh -C` would send")
    r.add_argument(
        "--keys",
        default="",
        help="comma list: KEY | idle[=S]:KEY | image[=S]:KEY | t=S:KEY; KEY~TEXT also times TEXT",
    )
    r.add_argument(
        "--idle", type=float, default=0.6, help="seconds of silence that count as idle (default 0.6)"
    )
    r.add_argument("--limit", type=float, default=120, help="give up after this many seconds")
    r.add_argument("--no-pixels", action="store_true", help="leave ws_xpixel/ws_ypixel zero")
    r.add_argument("--json", help="write the result here")
    r.add_argument("--raw", help="write the byte stream here")
    r.add_argument("--png", help="write the final picture here; '{n}' writes one for each key")
    r.add_argument("command", nargs=argparse.REMAINDER)
    c = sub.add_parser("render", help="byte stream -> picture")
    c.add_argument("stream")
    c.add_argument("png")
    c.add_argument("--size", default="120x40")
    c.add_argument("--cell", default="10x20")
    q = sub.add_parser("compare", help="PSNR and SSIM of a region of a picture against an original")
    q.add_argument("png")
    q.add_argument("original")
    q.add_argument("--box", help="left,top,width,height in pixels (default: whole picture)")
    a = ap.parse_args(argv)
    if a.cmd == "render":
        with open(a.stream, "rb") as f:
            im, scr = render(f.read(), *map(int, a.size.split("x")), *map(int, a.cell.split("x")))
        im.save(a.png)
        for err in scr.errors:
            print("note:", err, file=sys.stderr)
        return 0
    if a.cmd == "compare":
        im = Image.open(a.png).convert("RGB")
        if a.box:
            x, y, w, h = map(int, a.box.split(","))
            im = im.crop((x, y, x + w, y + h))
        ref = Image.open(a.original).convert("RGB").resize(im.size, Image.LANCZOS)
        print(json.dumps({"psnr": round(psnr(im, ref), 2), "ssim": round(ssim(im, ref), 4), "size": im.size}))
        return 0
    cmd = a.command[1:] if a.command[:1] == ["--"] else a.command
    if not cmd:
        ap.error("no command given")
    cols, rows = map(int, a.size.split("x"))
    cw, ch = map(int, a.cell.split("x"))
    link = parse_link(a.link, buffer=a.buffer, overhead=a.overhead, compress=a.compress)
    res = run(
        cmd,
        profile=a.profile,
        cols=cols,
        rows=rows,
        cw=cw,
        ch=ch,
        link=link,
        keys=parse_keys(a.keys, a.idle),
        idle=a.idle,
        limit=a.limit,
        pixels=not a.no_pixels,
    )
    out = dict(
        command=shlex.join(cmd),
        profile=a.profile,
        size=a.size,
        cell=a.cell,
        link=a.link,
        buffer=a.buffer,
        compress=a.compress,
        **res.as_dict(),
    )
    if a.json:
        with open(a.json, "w") as f:
            json.dump(out, f, indent=1)
    if a.raw:
        with open(a.raw, "wb") as f:
            f.write(res.stream)
    if a.png:
        if "{n}" in a.png:
            for n, rec in enumerate(res.records):
                res.picture(rec.offset)[0].save(a.png.replace("{n}", str(n)))
        else:
            im, scr = res.picture()
            im.save(a.png)
            for err in scr.errors:
                print("note:", err, file=sys.stderr)
    print(table(res))
    if res.timed_out:
        print("note: time limit reached", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
