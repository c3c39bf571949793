"""What a terminal answers to questions that need nothing of what is on its screen.

ECMA-48 and xterm's control sequences (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html), mode 2048
(in-band resize), and the queries of the kitty and iTerm2 protocols.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field

from devtools.emulator import kitty
from devtools.emulator.profiles import Profile
from devtools.emulator.size import TerminalSize
from devtools.emulator.tokens import Token

_MODE_REQUEST = re.compile(rb"\x1b\[\?(\d+)\$p")
_MODES_CHANGE = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
_IN_BAND_SIZE = "2048"


@dataclass(slots=True)
class Questions:
    """`modes`: DEC private modes that are set."""

    profile: Profile
    size: TerminalSize
    modes: set[str] = field(default_factory=lambda: {"7", "25"})

    def reply(self, token: Token) -> str:
        """The answer to a question, empty to anything else. Keeps the modes that are set and reset."""
        known = _reports(self.profile, self.size).get(token.data.decode("latin-1"))
        if known is not None:
            return known
        if token.kind == "csi":
            return self._mode(token.data)
        if token.kind == "dcs" and token.body.startswith(b"+q"):
            return "\x1bP0+r\x1b\\"
        if token.purpose == "kitty" and "kitty" in self.profile.graphics:
            keys, _ = kitty.parse(token.body)
            return kitty.reply(keys, "OK") if keys.get("a") == "q" else ""
        return ""

    def _mode(self, data: bytes) -> str:
        if (request := _MODE_REQUEST.fullmatch(data)) and self.profile.modes:
            mode = request[1].decode()
            state = (1 if mode in self.modes else 2) if mode in self.profile.modes else 0
            return f"\x1b[?{mode};{state}$y"
        answer = ""
        if change := _MODES_CHANGE.fullmatch(data):
            modes = set(change[1].decode().split(";"))
            if change[2] == b"l":
                self.modes -= modes
                return answer
            self.modes |= modes
            if _IN_BAND_SIZE in modes & self.profile.modes:
                answer = self.size.report()
        return answer


@functools.lru_cache
def _reports(profile: Profile, size: TerminalSize) -> dict[str, str]:
    """Questions that are always put in the same words."""
    width, height = size.pixels
    reports = {
        "\x1b[c": f"\x1b[{profile.da1}c",
        "\x1b[>c": "\x1b[>1;4000;0c",
        "\x1b[=c": "\x1bP!|00000000\x1b\\",
        "\x1b[5n": "\x1b[0n",
        "\x1b[14t": f"\x1b[4;{height};{width}t",
        "\x1b[16t": f"\x1b[6;{size.cell[1]};{size.cell[0]}t",
        "\x1b[18t": f"\x1b[8;{size.rows};{size.columns}t",
    }
    for end in ("\x1b\\", "\x07"):
        reports[f"\x1b]10;?{end}"] = f"\x1b]10;rgb:dcdc/dcdc/dcdc{end}"
        reports[f"\x1b]11;?{end}"] = f"\x1b]11;rgb:0000/0000/0000{end}"
        if "iterm2" in profile.graphics:
            cell = f"{size.cell[1]:.1f};{size.cell[0]:.1f};1.0"
            reports[f"\x1b]1337;ReportCellSize{end}"] = f"\x1b]1337;ReportCellSize={cell}\x1b\\"
    if profile.name:
        reports["\x1b[>q"] = f"\x1bP>|{profile.name}\x1b\\"
    if profile.kitty_keys:
        reports["\x1b[?u"] = "\x1b[?0u"
    if "sixel" in profile.graphics:
        reports["\x1b[?1;1;0S"] = "\x1b[?1;0;256S"
    # A 0 may stand before the last letter.
    return reports | {
        f"{asked[:-1]}0{asked[-1]}": said for asked, said in reports.items() if asked[-1] in "cq"
    }
