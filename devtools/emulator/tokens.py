"""Cuts what a program writes into text and control sequences, by ECMA-48 (5.4 control sequences, 5.6 control strings)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

TokenKind = Literal["text", "csi", "esc", "osc", "dcs", "apc", "string"]
Purpose = Literal["text", "kitty", "sixel", "iterm2", "other"]
"""What bytes are for: text with its colours and cursor moves, one of the graphics protocols, anything else."""
GRAPHICS: frozenset[Purpose] = frozenset({"kitty", "sixel", "iterm2"})

ST = b"\x1b\\"
_STRINGS: dict[bytes, TokenKind] = {
    b"\x1b]": "osc",
    b"\x1bP": "dcs",
    b"\x1b_": "apc",
    b"\x1b^": "string",
    b"\x1bX": "string",
}
_TEXT = re.compile(rb"[^\x1b]+")
_CONTROL = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")
_ESCAPE = re.compile(rb"\x1b[ -/]*[0-OQ-WYZ\\`-~]")
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*)?[ -/]*")
_SIXEL = re.compile(rb"\x1bP[\d;]*q")
_INLINE = (b"\x1b]1337;File=", b"\x1b]1337;Multipart", b"\x1b]1337;FilePart", b"\x1b]1337;FileEnd")


@dataclass(frozen=True, slots=True)
class Token:
    """Text, or one whole sequence from its ESC to its last byte."""

    kind: TokenKind
    data: bytes

    @property
    def body(self) -> bytes:
        """What stands in a control string, without introducer and terminator."""
        return self.data[2:-2] if self.data.endswith(ST) else self.data[2:-1]

    @property
    def purpose(self) -> Purpose:
        if self.kind in ("text", "csi", "esc"):
            return "text"
        if self.data.startswith(b"\x1b_G"):
            return "kitty"
        if _SIXEL.match(self.data):
            return "sixel"
        return "iterm2" if self.data.startswith(_INLINE) else "other"


class Tokenizer:
    """Takes bytes as they come: a sequence may be cut anywhere between two pieces."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0
        """Bytes of an unfinished string in which its end was looked for."""

    def feed(self, data: bytes) -> list[Token]:
        """What is whole with `data` added, in order."""
        self._buffer += data
        tokens: list[Token] = []
        at = 0
        while at < len(self._buffer) and (token := self._next(at)) is not None:
            tokens.append(token)
            at += len(token.data)
        del self._buffer[:at]
        return tokens

    def _next(self, at: int) -> Token | None:
        buffer = self._buffer
        if text := _TEXT.match(buffer, at):
            return Token("text", text[0])
        kind = _STRINGS.get(bytes(buffer[at : at + 2]))
        if kind is not None:
            return self._string(kind, at)
        if control := _CONTROL.match(buffer, at):
            return Token("csi", control[0])
        if escape := _ESCAPE.match(buffer, at):
            return Token("esc", escape[0])
        # An ESC that begins nothing known stands for itself.
        return None if _UNFINISHED.fullmatch(buffer, at) else Token("text", bytes(buffer[at : at + 1]))

    def _string(self, kind: TokenKind, at: int) -> Token | None:
        start = at + max(2, self._searched)
        found = self._buffer.find(ST, start)
        end = found + len(ST) if found >= 0 else 0
        if kind == "osc":
            # xterm ends these by BEL too.
            bell = self._buffer.find(b"\x07", start, found if found >= 0 else len(self._buffer))
            end = bell + 1 if bell >= 0 else end
        # The last byte may be the first half of a terminator.
        self._searched = 0 if end else len(self._buffer) - at - 1
        return Token(kind, bytes(self._buffer[at:end])) if end else None
