"""A terminal of one of the profiles: bytes go in, answers come out; nothing here reads or writes a device.

What a program must not do to a terminal and did is kept in words in `broken`.
"""

from __future__ import annotations

import codecs
import re

from PIL import Image

from devtools.emulator import picture, sixel
from devtools.emulator.inline import InlineFiles
from devtools.emulator.kitty import KittyImages
from devtools.emulator.pictures import Grain
from devtools.emulator.profiles import Profile
from devtools.emulator.questions import Questions
from devtools.emulator.screen import Cell, Screen
from devtools.emulator.size import TerminalSize
from devtools.emulator.tiled import TiledImages
from devtools.emulator.tokens import Token, Tokenizer

CURSOR_QUESTION, COLOURS_QUESTION = b"\x1b[6n", b"\x1bP$qm\x1b\\"
"""DSR 6, and DECRQSS of SGR: of what is asked, only these are answered from the screen."""
QUOTA = 320_000_000
"""Bytes of stored pictures: what kitty allows."""
_TAIL = {"1049", "25", "1004", "7", "2004"}
"""Modes that may still be set after the alternate screen was left."""
_STARTING_MODES = {"7", "25"}
_PRIVATE_MODES = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
_SYNCHRONIZED = "2026"


class Emulator:
    """`quota`: bytes of stored kitty images; past it everything that is not placed is dropped."""

    def __init__(self, profile: Profile, size: TerminalSize, quota: int = QUOTA) -> None:
        self.profile = profile
        self.screen = Screen(size, profile.attached, profile.evicts)
        self.questions = Questions(profile, size)
        self.broken: list[str] = []
        stored = TiledImages if profile.evicts else KittyImages
        self.kitty = stored(self.screen, profile.attached, quota, self.broken)
        self.keys_pushed = 0
        self._inline = InlineFiles(size)
        self._tokens = Tokenizer()
        # A character may come in two pieces.
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._main: tuple[list[list[Cell]], tuple[int, int]] | None = None
        """Cells and cursor of the screen before the alternate one."""
        self._left = False
        self._tallest = size.rows

    @property
    def size(self) -> TerminalSize:
        return self.screen.size

    @property
    def modes(self) -> set[str]:
        """DEC private modes that are set."""
        return self.questions.modes

    def clear(self) -> None:
        """No text and no pictures on the screen; what is stored stays."""
        self.screen.clear()

    def resize(self, size: TerminalSize) -> None:
        """The screen is empty at its new size. What the program wrote before it knew may still come, and is judged by
        the size that it was made for, until `older_size_gone`."""
        self._tallest = max(self._tallest, size.rows)
        self._tell_tallest()
        self.questions.size = size
        self._inline = InlineFiles(size)
        self.screen.resize(size)
        if self._main is not None:
            # What stood before the program began is cut to the new size.
            cells = self.screen.blank()
            for line, before in zip(cells, self._main[0], strict=False):
                line[: len(before)] = before[: size.columns]
            self._main = cells, self._main[1]

    def older_size_gone(self) -> None:
        """Nothing made for an older size is on its way any more."""
        self._tallest = self.size.rows
        self._tell_tallest()

    def _tell_tallest(self) -> None:
        if isinstance(self.kitty, TiledImages):
            self.kitty.tallest = self._tallest

    # Bytes in, answers out

    def feed(self, data: bytes) -> list[bytes]:
        """Answers to what is whole with `data` added."""
        answers = [self.take(token) for token in self._tokens.feed(data)]
        return [answer for answer in answers if answer]

    def take(self, token: Token) -> bytes:
        """Does what a sequence says; returns the answer, empty when there is none."""
        match token.kind:
            case "text":
                self.screen.write(self._decoder.decode(token.data))
                return b""
            case "csi":
                return self._control(token).encode()
            case "esc":
                self._escape(token.data)
                return b""
            case _:
                return self._string(token).encode()

    def _escape(self, data: bytes) -> None:
        match data[1:]:
            case b"7":
                self.screen.save_cursor()
            case b"8":
                self.screen.restore_cursor()
            case b"c":
                self.screen.clear()
            case _:
                pass

    def _control(self, token: Token) -> str:
        data = token.data
        if data == CURSOR_QUESTION:
            return f"\x1b[{self.screen.y + 1};{self.screen.x + 1}R"
        if change := _PRIVATE_MODES.fullmatch(data):
            for mode in change[1].decode().split(";"):
                self._mode(mode, change[2] == b"h")
        elif data[-1:] == b"u" and data[2:3] in (b"<", b">"):
            self.keys_pushed += 1 if data[2:3] == b">" else -1
        else:
            self.screen.control(data[2:-1].decode("ascii", "replace"), chr(data[-1]))
        return self.questions.reply(token)

    def _mode(self, mode: str, on: bool) -> None:
        if mode == "1049":
            self._alternate(on)
        elif mode == "7":
            self.screen.wraps = on
        if self._left and on and mode not in _TAIL:
            self.broken.append(f"mode {mode} set after the screen was left")

    def _alternate(self, on: bool) -> None:
        if on and self._main is None:
            self._main = self.screen.cells, (self.screen.x, self.screen.y)
            self.screen.clear()
            self._left = False
        elif not on and self._main is not None:
            if "1016" in self.modes:
                self.broken.append("the screen was left with pixel mouse on")
            self.screen.clear()
            self.kitty.stored.clear()
            self.screen.cells, cursor = self._main
            self.screen.move(*cursor)
            self._main = None
            self._left = True

    # Strings

    def _string(self, token: Token) -> str:
        purpose = token.purpose
        if self._left and (token.kind == "apc" or purpose == "iterm2"):
            self.broken.append("graphics after the screen was left")
        if token.data == COLOURS_QUESTION:
            return self._told_colours()
        if purpose in self.profile.graphics:
            try:
                answer = self._picture(token)
            except (KeyError, ValueError, OSError) as error:
                # It must not end a measurement.
                self.broken.append(f"a damaged {purpose} string: {error!r}")
                answer = ""
            return answer or self.questions.reply(token)
        return self.questions.reply(token)

    def _picture(self, token: Token) -> str:
        """A string of a graphics protocol that is understood."""
        match token.purpose:
            case "kitty":
                return self.kitty.command(token.body, _SYNCHRONIZED in self.modes)
            case "iterm2":
                shown = self._inline.take(token.body)
                if shown is not None:
                    self.screen.put_inline(shown.image, shown.moves, shown.grain)
                    self.kitty.swept()
            case _:
                if self.screen.put_sixel(sixel.decode(token.body)) > self._tallest - 1:
                    self.broken.append("a sixel picture touches the last row: the screen scrolls")
                self.kitty.swept()
        return ""

    def _told_colours(self) -> str:
        if not self.profile.true_colours:
            return "\x1bP0$r\x1b\\"
        back = self.screen.pen.back
        colour = f"0;48:2::{':'.join(map(str, back))}" if back else ""
        return f"\x1bP1$r{colour}m\x1b\\"

    # What is to be seen

    def text(self) -> str:
        """The screen's characters, line by line."""
        return self.screen.text()

    def picture(self, letters: bool = False) -> Image.Image:
        """The screen's pixels (RGB); without `letters`, of text only blocks and backgrounds."""
        return picture.draw(self.screen, self.kitty.stored, letters)

    def grain(self, column: int, row: int) -> Grain | None:
        """How many pixels of the screen, across and down, show one pixel of the picture in the middle of a cell, or
        of a half-block there; None: there is none."""
        return picture.grain(self.screen, column, row)

    def unclean(self) -> list[str]:
        """What a program that has ended left behind."""
        left = [f"mode {mode} is on" for mode in sorted(self.modes - _STARTING_MODES)]
        left += [f"mode {mode} is off" for mode in sorted(_STARTING_MODES - self.modes)]
        left += ["the alternate screen is in front"] if self._main is not None else []
        left += [f"{self.keys_pushed} kitty key modes are pushed"] if self.keys_pushed else []
        return left + self.broken
