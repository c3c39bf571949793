"""Takes the terminal's replies out of what it sends, so that they never become key presses; and what is told of keys beside them.

A filter without input and output: text and the time go in; text for the key parser and replies come out, in the
order in which they arrived. A reply may be cut anywhere and its pieces may be seconds apart. What looks like a
reply inside a bracketed paste is pasted text and stays where it is.
"""

from __future__ import annotations

import re

from tui.terminal.keyboard import KeyReport, report_of
from tui.terminal.replies import ESC, Reply

LONE_ESCAPE = 0.1
"""Seconds after which ESC alone (or ESC [) is taken for a key."""
LONGEST_WAIT = 10.0
"""Seconds without a further byte after which an unfinished sequence is given up. Nobody types such a beginning."""
MAX_HELD = 65536
"""Characters of one reply; what is longer was not asked for and is thrown away."""


InputPiece = str | Reply | KeyReport
"""Text for the key parser, a reply, or a key of which more is told than the parser takes."""

_CONTROL = re.compile(r"\x1b\[([0-?]*)([ -/]*[@-~])")
_CONTROL_BEGUN = re.compile(r"\x1b\[[0-?]*[ -/]*")
_STRING = re.compile(r"\x1b(?:(_G)|(P)(?=[>!01])|(\])(?=\d))")
_STRING_END = re.compile(r"\x1b\\|\x1b(?=[^\\])|[\x18\x1a]|\x07")
_TAKEN = {
    "c": re.compile(r"[?>=][\d;]*"),
    "n": re.compile(r"\??[\d;]+"),
    "t": re.compile(r"[34689];\d+;\d+"),
    "S": re.compile(r"\?[\d;]+"),
    "u": re.compile(r"\?\d*"),
}
_COPIED = {"$y": re.compile(r"\??\d+;\d"), "R": re.compile(r"\d+;\d+")}
"""The key parser understands these too and is to have them."""
_PASTE, _PASTE_END = "200~", "\x1b[201~"


class ReplyFilter:
    """`kitty_keys`: the terminal sends the Escape key as a whole sequence, so ESC alone is never a key.
    `held`: the beginning of a reply that another filter was left with at `now` (seconds)."""

    def __init__(self, held: str = "", now: float = 0.0, *, kitty_keys: bool = False) -> None:
        self.kitty_keys = kitty_keys
        self._held = held
        self._since = now
        self._pasting = False
        self._dropped_escape = ""
        """An ESC given up as a key: what follows may still show that it was the first byte of a reply."""
        self._dropped_escape_at = 0.0

    @property
    def held(self) -> str:
        """The beginning of a sequence whose end has not come."""
        return self._held

    def feed(self, data: str, now: float) -> list[InputPiece]:
        """What is whole with `data` added."""
        if not data:
            return []
        buffer = self._recall_escape(data, now) + data if not self._held else self._held + data
        self._held, self._dropped_escape, self._since = "", "", now
        pieces = _Pieces()
        position = 0
        while position < len(buffer):
            end = self._take(buffer, position, pieces)
            if end is None:
                self._hold(buffer[position:])
                break
            position = end
        return pieces.found

    def tick(self, now: float) -> list[InputPiece]:
        """What was held too long: an Escape key; the beginning of a reply is dropped."""
        if not self._held or now - self._since < self._max_wait():
            return []
        held, self._held = self._held, ""
        if len(held) > 2:
            return []
        self._dropped_escape, self._dropped_escape_at = held, now
        return [held]

    def _max_wait(self) -> float:
        may_be_key = self._held in (ESC, ESC + "[") and not self.kitty_keys and not self._pasting
        return LONE_ESCAPE if may_be_key else LONGEST_WAIT

    def _recall_escape(self, data: str, now: float) -> str:
        """The ESC given up before, when `data` goes on as only a reply does."""
        if not self._dropped_escape or now - self._dropped_escape_at > LONGEST_WAIT:
            return ""
        whole = self._dropped_escape + data
        string = _STRING.match(whole)
        if string and len(whole) > 3:
            return self._dropped_escape
        control = _CONTROL.match(whole)
        return self._dropped_escape if control and _kind(control) in _TAKEN else ""

    def _hold(self, rest: str) -> None:
        # Of a reply without end only the beginning is kept: enough to know it by, and to find its end.
        self._held = rest if len(rest) <= MAX_HELD else rest[:3] + rest[-1]

    def _take(self, buffer: str, position: int, pieces: _Pieces) -> int | None:
        """One step from `position`; None when the rest has to wait for more."""
        if self._pasting:
            return self._take_paste(buffer, position, pieces)
        escape = buffer.find(ESC, position)
        if escape != position:
            end = len(buffer) if escape < 0 else escape
            pieces.text(buffer[position:end])
            return end
        following = buffer[position + 1 : position + 2]
        if not following:
            return None
        if following == "[":
            return self._take_control(buffer, position, pieces)
        if following in "_P]":
            return self._take_string(buffer, position, pieces)
        # Alt with a key; or the Escape key, when another sequence follows.
        end = position + 1 if following == ESC else position + 2
        pieces.text(buffer[position:end])
        return end

    def _take_control(self, buffer: str, position: int, pieces: _Pieces) -> int | None:
        match = _CONTROL.match(buffer, position)
        if match is None:
            begun = _CONTROL_BEGUN.match(buffer, position)
            assert begun is not None
            if begun.end() == len(buffer):
                return None
            pieces.text(begun[0])
            return begun.end()
        kind = _kind(match)
        if kind in _TAKEN or kind in _COPIED:
            pieces.add(Reply(kind, match[1]))
        if kind not in _TAKEN:
            report = report_of(match[1]) if match[2] == "u" else None
            if report is not None:
                pieces.add(report)
            else:
                pieces.text(match[0])
        self._pasting = match[1] + match[2] == _PASTE
        return match.end()

    def _take_string(self, buffer: str, position: int, pieces: _Pieces) -> int | None:
        begin = _STRING.match(buffer, position)
        if begin is None:
            if len(buffer) - position <= 2:
                return None
            pieces.text(buffer[position : position + 2])
            return position + 2
        end = _string_end(buffer, begin)
        if end is None:
            return None
        if end[0] in ("\x1b\\", "\x07"):
            kind = begin[1] or begin[2] or begin[3]
            pieces.add(Reply(kind, buffer[begin.end() : end.start()]))
        return end.start() if end[0] == ESC else end.end()

    def _take_paste(self, buffer: str, position: int, pieces: _Pieces) -> int | None:
        end = buffer.find(_PASTE_END, position)
        if end >= 0:
            self._pasting = False
            pieces.text(buffer[position : end + len(_PASTE_END)])
            return end + len(_PASTE_END)
        keep = next((n for n in range(len(_PASTE_END) - 1, 0, -1) if buffer.endswith(_PASTE_END[:n])), 0)
        if len(buffer) - position == keep:
            return None
        pieces.text(buffer[position : len(buffer) - keep])
        return len(buffer) - keep


class _Pieces:
    """Pieces in order; neighbouring text is one."""

    def __init__(self) -> None:
        self.found: list[InputPiece] = []

    def text(self, text: str) -> None:
        if self.found and isinstance(self.found[-1], str):
            self.found[-1] += text
        else:
            self.found.append(text)

    def add(self, piece: Reply | KeyReport) -> None:
        self.found.append(piece)


def _string_end(buffer: str, begin: re.Match[str]) -> re.Match[str] | None:
    """What ends a string, or breaks it off; BEL ends operating system commands only."""
    end = _STRING_END.search(buffer, begin.end())
    while end and end[0] == "\x07" and begin[3] is None:
        end = _STRING_END.search(buffer, end.end())
    return end


def _kind(match: re.Match[str]) -> str:
    """The final characters of a control sequence that is a reply, '' for one that is not."""
    final = match[2]
    grammar = _TAKEN.get(final) or _COPIED.get(final)
    return final if grammar is not None and grammar.fullmatch(match[1]) else ""
