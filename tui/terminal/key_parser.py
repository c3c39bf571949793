"""Textual's parser of keys, behind the filter that takes out replies and what is told of keys beside them. What it needs of
Textual's inside is pinned with the driver's."""

from __future__ import annotations

import time
from collections.abc import Iterable

from textual._keyboard_protocol import MODIFIER_FUNCTIONAL_KEYS
from textual._xterm_parser import XTermParser
from textual.events import InputEvent, Key
from textual.message import Message

from tui.terminal.caps import TerminalCaps
from tui.terminal.keyboard import KeyReport
from tui.terminal.parser import ReplyFilter
from tui.terminal.replies import Reply


class TerminalReply(InputEvent):
    """A reply of the terminal. An input event, so that it takes the same way as the keys and overtakes none."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


class PressedKey(Key):
    """A key of which the terminal tells more than the toolkit hears. `place`, `caps`: see `KeyReport`."""

    def __init__(self, key: str, character: str | None, place: str, caps: bool) -> None:
        super().__init__(key, character)
        self.place, self.caps = place, caps


# It goes where keys go.
PressedKey.handler_name = Key.handler_name
_LOCKS = {"caps_lock", "num_lock", "scroll_lock"}


class GfxParser(XTermParser):
    """Textual's parser behind the filter that takes out replies."""

    def __init__(self, replies: ReplyFilter, caps: TerminalCaps, *, debug: bool = False) -> None:
        self._replies = replies
        super().__init__(debug)
        self.use_pixels(caps)

    def use_pixels(self, caps: TerminalCaps) -> None:
        """The mouse reports pixels (mode 1016). Textual counts cells by a ratio; only the ratio matters."""
        if caps.pixel_mouse and not caps.in_band_size:
            self.mouse_pixels = True
            width, height = caps.cell
            self.terminal_size = (1000, 1000)
            self.terminal_pixel_size = (round(1000 * width), round(1000 * height))

    def feed(self, data: str) -> Iterable[Message]:
        for piece in self._replies.feed(data, time.monotonic()):
            if isinstance(piece, Reply):
                yield TerminalReply(piece)
            elif isinstance(piece, KeyReport):
                yield from self._reported(piece)
            else:
                yield from self._keys(piece)

    def tick(self) -> Iterable[Message]:
        for piece in self._replies.tick(time.monotonic()):
            if isinstance(piece, str):
                yield from self._keys(piece)
                # It has waited long enough: the Escape key, now.
                self._timeout_time = 0.0
        yield from _real_keys(super().tick())

    def _reported(self, report: KeyReport) -> Iterable[Message]:
        for message in self._keys(report.sequence):
            if isinstance(message, Key):
                yield PressedKey(message.key, message.character, report.place, report.caps)

    def _keys(self, text: str) -> Iterable[Message]:
        for character in text:
            try:
                yield from _real_keys(super().feed(character))
            except (ArithmeticError, LookupError, ValueError):
                # A sequence that Textual cannot take ends its parser: dropped, and begun afresh.
                self._tokens.clear()
                self._gen = self.parse(self._tokens.append)
                self._awaiting = next(self._gen)


def _real_keys(messages: Iterable[Message]) -> Iterable[Message]:
    """Without Shift, CapsLock and the like by themselves, which kitty sends as keys."""
    by_themselves = MODIFIER_FUNCTIONAL_KEYS | _LOCKS
    return (m for m in messages if not (isinstance(m, Key) and m.key.rpartition("+")[2] in by_themselves))
