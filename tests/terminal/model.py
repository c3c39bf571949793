"""A model of a terminal: what is on its screen, what it answers, and what a program must not do to it.

Bytes go in, replies come out; nothing here reads or writes a device. Rules that were broken stand in `broken`.
"""

from __future__ import annotations

import base64
import codecs
import io
import re
import unicodedata
from dataclasses import dataclass, field

from PIL import Image

from tests.terminal.pixels import BASIC, Colour, colour_of, decode_kitty, decode_sixel

BELOW_BACKGROUND = -1_073_741_824
_TOKEN = re.compile(
    rb"\x1b\[([0-?]*)([ -/]*[@-~])"  # 1, 2: control sequence
    rb"|\x1b([_P^X\]])(.*?)(?:\x1b\\|(?<=.)\x07)"  # 3, 4: string
    rb"|\x1b([ -/]?[0-OQ-WYZ\\`-~])"  # 5: two or three characters; P and X begin a string
    rb"|([^\x1b]+)",  # 6: text
    re.DOTALL,
)
_BLOCKS = {"▀": (0, 0.5), "▄": (0.5, 1), "█": (0, 1)}
"""Which part of the cell's height is filled, from and to."""
_TAIL = {"1049", "25", "1004", "7", "2004"}
"""Modes that may still be set or reset after the alternate screen was left."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a terminal can do. `graphics`: of kitty, iterm2, sixel. `attached`: kitty commands are understood, but
    neither parents nor names of placements. `modes`: those that DECRQM answers."""

    da1: str
    name: str = ""
    graphics: frozenset[str] = frozenset()
    attached: bool = False
    kitty_keys: bool = False
    modes: frozenset[str] = frozenset({"2026", "1016"})
    env: tuple[tuple[str, str], ...] = (("TERM", "xterm-256color"),)


PROFILES = {
    "kitty": Profile(
        "?62;",
        "kitty(0.41.1)",
        frozenset({"kitty"}),
        kitty_keys=True,
        modes=frozenset({"2026", "1016", "2048"}),
        env=(("TERM", "xterm-kitty"),),
    ),
    "iterm2": Profile("?62;4;9;22", "", frozenset({"iterm2", "sixel"})),
    "konsole": Profile(
        "?62;1;4",
        "Konsole 22.12.3",
        frozenset({"kitty", "iterm2", "sixel"}),
        attached=True,
        modes=frozenset(),
    ),
    "sixel": Profile("?62;4;22", "foot(1.13.1)", frozenset({"sixel"}), kitty_keys=True),
    "plain": Profile("?64;1;2;6;22", "XTerm(379)", modes=frozenset({"1016"})),
    "bare": Profile("?1;2", "", modes=frozenset()),
}


@dataclass(slots=True)
class Placement:
    x: int
    y: int
    image: Image.Image
    z: int


@dataclass(slots=True)
class Cell:
    text: str = " "
    front: Colour = None
    back: Colour = None


@dataclass
class Model:
    """`cell`: pixels. `quota`: bytes of kitty images; past it everything that is not placed is dropped."""

    profile: Profile
    columns: int
    rows: int
    cell: tuple[int, int] = (10, 20)
    quota: int = 320_000_000
    broken: list[str] = field(default_factory=list)
    modes: set[str] = field(default_factory=lambda: {"7", "25"})
    images: dict[int, Image.Image] = field(default_factory=dict)
    placements: dict[tuple[int, int], Placement] = field(default_factory=dict)
    keys_pushed: int = 0

    def __post_init__(self) -> None:
        self.x = self.y = 0
        self._main: list[list[Cell]] | None = None
        self._buffer = b""
        # A character may come in two pieces.
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._open: dict[str, str] | None = None
        self._parts: list[bytes] = []
        self._known: set[int] = set()
        self._evicted: set[int] = set()
        self._front: Colour = None
        self._back: Colour = None
        self._reverse = False
        self._left = False
        self._answers: list[bytes] = []
        self._tallest = self.rows
        self._clear()

    def _clear(self) -> None:
        self.cells = self._sheet()
        self.layer = Image.new("RGBA", (self.columns * self.cell[0], self.rows * self.cell[1]))
        self.placements.clear()

    def _sheet(self) -> list[list[Cell]]:
        return [[Cell() for _ in range(self.columns)] for _ in range(self.rows)]

    def resize(self, columns: int, rows: int) -> None:
        """What the program wrote before it knew may still come, and is judged by the size that it was made for, until
        `settled`."""
        self.columns, self.rows = columns, rows
        self._tallest = max(self._tallest, rows)
        self.x, self.y = min(self.x, columns - 1), min(self.y, rows - 1)
        layer = self.layer
        self._clear()
        if self.profile.attached:
            self.layer.paste(layer)
        if self._main is not None:
            # What stood before the program began is cut to the new size.
            old, self._main = self._main, self._sheet()
            for line, before in zip(self._main, old, strict=False):
                line[: len(before)] = before[:columns]

    def settled(self) -> None:
        """Nothing made for an older size is on its way any more."""
        self._tallest = self.rows

    # Bytes in, answers out

    def feed(self, data: bytes) -> list[bytes]:
        """Replies to what is whole with `data` added."""
        self._buffer += data
        self._answers = []
        position = 0
        while match := _TOKEN.match(self._buffer, position):
            position = match.end()
            control, final, opener, body, short, text = match.groups()
            if text is not None:
                self._text(self._decoder.decode(text))
            elif final is not None:
                self._control(control.decode(), final.decode())
            elif opener is not None:
                self._string(opener, body, len(match[0]))
            elif short == b"c":
                self._clear()
        self._buffer = self._buffer[position:]
        return self._answers

    def _answer(self, text: str) -> None:
        self._answers.append(text.encode())

    def _text(self, text: str) -> None:
        for character in text:
            if character == "\r":
                self.x = 0
            elif character == "\n":
                self.y = min(self.y + 1, self.rows - 1)
            elif character == "\b":
                self.x = max(0, self.x - 1)
            elif character >= " ":
                self._put(character)

    def _put(self, character: str) -> None:
        if unicodedata.combining(character):
            return
        width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if self.x + width > self.columns:
            return
        front, back = (self._back, self._front) if self._reverse else (self._front, self._back)
        for extra in range(width):
            self.cells[self.y][self.x + extra] = Cell(character if not extra else "", front, back)
        self._wipe(self.x, self.y, width)
        self.x += width

    def _wipe(self, x: int, y: int, width: int) -> None:
        """Text takes the place of pictures that belong to cells; attached ones only lie under it."""
        if self.profile.attached:
            return
        w, h = self.cell
        self.layer.paste((0, 0, 0, 0), (x * w, y * h, (x + width) * w, (y + 1) * h))

    # Control sequences

    def _control(self, body: str, final: str) -> None:
        numbers = [int(n) if n.isdigit() else 0 for n in body.lstrip("?>=<").split(";")] if body else []
        first = numbers[0] if numbers else 0
        if final in "Hf":
            self.y = min(self.rows, max(1, first)) - 1
            self.x = min(self.columns, max(1, numbers[1] if len(numbers) > 1 else 1)) - 1
        elif final in "ABCD":
            dx, dy = {"A": (0, -1), "B": (0, 1), "C": (1, 0), "D": (-1, 0)}[final]
            self.x = min(self.columns - 1, max(0, self.x + dx * max(1, first)))
            self.y = min(self.rows - 1, max(0, self.y + dy * max(1, first)))
        elif final == "G":
            self.x = min(self.columns, max(1, first)) - 1
        elif final == "J" and first in (2, 3):
            self._clear()
        elif final == "K":
            for x in range(self.x, self.columns):
                self.cells[self.y][x] = Cell()
            self._wipe(self.x, self.y, self.columns - self.x)
        elif final == "X":
            for x in range(self.x, min(self.columns, self.x + max(1, first))):
                self.cells[self.y][x] = Cell()
            self._wipe(self.x, self.y, max(1, first))
        elif final == "m" and not body.startswith((">", "?")):
            self._colours(body)
        elif final in "hl" and body.startswith("?"):
            for mode in body[1:].split(";"):
                self._mode(mode, final == "h")
        elif final == "u":
            self._keys(body)
        else:
            self._question(body, final, first)

    def _keys(self, body: str) -> None:
        if body == "?" and self.profile.kitty_keys:
            self._answer("\x1b[?0u")
        elif body.startswith(">"):
            self.keys_pushed += 1
        elif body.startswith("<"):
            self.keys_pushed -= 1

    def _question(self, body: str, final: str, first: int) -> None:
        width, height = self.cell
        match final, body:
            case "c", ("" | "0"):
                self._answer(f"\x1b[{self.profile.da1}c")
            case "q", (">" | ">0") if self.profile.name:
                self._answer(f"\x1bP>|{self.profile.name}\x1b\\")
            case "t", "14":
                self._answer(f"\x1b[4;{self.rows * height};{self.columns * width}t")
            case "t", "16":
                self._answer(f"\x1b[6;{height};{width}t")
            case "t", "18":
                self._answer(f"\x1b[8;{self.rows};{self.columns}t")
            case "n", "5":
                self._answer("\x1b[0n")
            case "n", "6":
                self._answer(f"\x1b[{self.y + 1};{self.x + 1}R")
            case "S", "?1;1;0" if "sixel" in self.profile.graphics:
                self._answer("\x1b[?1;0;256S")
            case "$p", _ if self.profile.modes:
                mode = str(first)
                known = mode in self.profile.modes
                self._answer(f"\x1b[?{mode};{(1 if mode in self.modes else 2) if known else 0}$y")

    def _mode(self, mode: str, on: bool) -> None:
        if mode == "1049":
            self._alternate(on)
        elif self._left and on and mode not in _TAIL:
            self.broken.append(f"mode {mode} set after the screen was left")
        (self.modes.add if on else self.modes.discard)(mode)
        if mode == "2048" and on and mode in self.profile.modes:
            w, h = self.cell
            self._answer(f"\x1b[48;{self.rows};{self.columns};{self.rows * h};{self.columns * w}t")

    def _alternate(self, on: bool) -> None:
        if on and self._main is None:
            self._main = self.cells
            self._clear()
            self._left = False
        elif not on and self._main is not None:
            if "1016" in self.modes:
                self.broken.append("the screen was left with pixel mouse on")
            self._clear()
            self.images.clear()
            self.cells, self._main = self._main, None
            self._left = True

    def _colours(self, body: str) -> None:
        parts = [int(p or 0) for p in body.replace(":", ";").split(";")]
        while parts:
            code = parts.pop(0)
            if code == 0:
                self._front = self._back = None
                self._reverse = False
            elif code in (7, 27):
                self._reverse = code == 7
            elif code in (38, 48):
                colour = colour_of(parts)
                self._front, self._back = (colour, self._back) if code == 38 else (self._front, colour)
            elif code == 39 or 30 <= code <= 37 or 90 <= code <= 97:
                self._front = None if code == 39 else BASIC[code - 30 if code < 40 else code - 82]
            elif code == 49 or 40 <= code <= 47 or 100 <= code <= 107:
                self._back = None if code == 49 else BASIC[code - 40 if code < 50 else code - 92]

    # Strings: graphics

    def _string(self, opener: bytes, body: bytes, size: int) -> None:
        if self._left and (opener == b"_" or body.startswith(b"1337;File=")):
            self.broken.append("graphics after the screen was left")
        if opener == b"_" and body.startswith(b"G") and "kitty" in self.profile.graphics:
            self._kitty(body[1:])
        elif opener == b"]" and body.startswith(b"1337;File=") and "iterm2" in self.profile.graphics:
            self._iterm2(body[len(b"1337;File=") :])
        elif opener == b"P" and re.match(rb"[\d;]*q", body) and "sixel" in self.profile.graphics:
            self._sixel(body)
        elif opener == b"P" and body == b"$qm":
            colour = ":".join(map(str, self._back or ()))
            self._answer(f"\x1bP1$r0;48:2::{colour}m\x1b\\" if self._back else "\x1bP1$r0m\x1b\\")

    def _kitty(self, body: bytes) -> None:
        head, _, payload = body.partition(b";")
        keys = dict(part.split("=", 1) for part in head.decode().split(",") if "=" in part)
        if self._open is not None and set(keys) <= {"m", "q", "a"} and keys.get("a", "t") in "tf":
            self._chunk(keys, payload)
            return
        action = keys.get("a", "t")
        if self._open is not None:
            if action == "q":
                self.broken.append("a query inside an open upload")
            if action in "pd":
                self.broken.append(f"{action!r} inside an open upload")
            if action in "qd":
                self._open = None
        if action in "tT":
            if self._open is not None or "f" not in keys:
                self.broken.append(f"an upload inside another, or a part of none: {head.decode()}")
            if "f" not in keys:
                return
            self._open, self._parts = keys, []
            self._chunk(keys, payload)
        elif action == "q":
            self._reply(keys, "OK")
        elif action == "p":
            self._place(keys)
        elif action == "d":
            self._delete(keys)

    def _chunk(self, keys: dict[str, str], payload: bytes) -> None:
        assert self._open is not None
        if "2026" in self.modes:
            self.broken.append("an upload inside a synchronized frame")
        self._parts.append(payload)
        if keys.get("m") == "1":
            return
        # How quiet it is to be says the last part, where it says anything.
        first, self._open = self._open | {k: v for k, v in keys.items() if k == "q"}, None
        try:
            image = decode_kitty(first, [base64.b64decode(part) for part in self._parts])
        except (KeyError, ValueError, OSError) as error:
            self._reply(first, f"EBADPNG:{error}")
            return
        number = int(first.get("i", 0))
        self.images[number] = image
        self._known.add(number)
        self._evicted.discard(number)
        self._keep_quota(number)
        if first.get("a") == "T":
            self._place(first)
        else:
            self._reply(first, "OK")

    def _keep_quota(self, newest: int) -> None:
        if sum(i.width * i.height * 4 for i in self.images.values()) > self.quota:
            placed = {number for number, _ in self.placements} | {newest}
            self._evicted |= set(self.images) - placed
            self.images = {n: i for n, i in self.images.items() if n in placed}

    def _reply(self, keys: dict[str, str], said: str) -> None:
        quiet = int(keys.get("q", 0))
        if "i" not in keys or quiet == 2 or (quiet == 1 and said == "OK"):
            return
        named = ",".join(f"{k}={keys[k]}" for k in ("i", "p") if k in keys)
        self._answer(f"\x1b_G{named};{said}\x1b\\")

    def _place(self, keys: dict[str, str]) -> None:
        number, name = int(keys.get("i", 0)), int(keys.get("p", 0))
        image = self.images.get(number)
        if image is None:
            if number not in self._evicted:
                self.broken.append(f"placement of image {number}, which was never sent or is freed")
            self._reply(keys, "ENOENT:no such image")
            return
        if "P" in keys and not self.profile.attached:
            self._reply(keys, "ENOPARENT:no such parent")
            return
        if keys.get("U") == "1":
            self._reply(keys, "OK")
            return
        x, y = int(keys.get("x", 0)), int(keys.get("y", 0))
        image = image.crop(
            (x, y, x + int(keys.get("w", image.width - x)), y + int(keys.get("h", image.height - y)))
        )
        if "c" in keys and "r" in keys:
            box = int(keys["c"]) * self.cell[0], int(keys["r"]) * self.cell[1]
            image = image.resize(box, Image.Resampling.BILINEAR)
        left = self.x * self.cell[0] + int(keys.get("X", 0))
        top = self.y * self.cell[1] + int(keys.get("Y", 0))
        if self.profile.attached:
            name = len(self.placements) + 1
        self.placements[number, name] = Placement(left, top, image, int(keys.get("z", 0)))
        self._reply(keys, "OK")

    def _delete(self, keys: dict[str, str]) -> None:
        kind = keys.get("d")
        if kind is None:
            self.broken.append("a=d without d=: deletes everything that is visible")
            kind = "a"
        number, name = int(keys.get("i", 0)), int(keys.get("p", 0))
        first, last = int(keys.get("x", 0)), int(keys.get("y", 0))
        for key in list(self.placements):
            in_range = kind in "rR" and first <= key[0] <= last
            if kind in "aA" or in_range or (kind in "iI" and key[0] == number and name in (0, key[1])):
                del self.placements[key]
        if kind == "I" and not any(placed == number for placed, _ in self.placements):
            self.images.pop(number, None)
        if kind == "R":
            self.images = {n: i for n, i in self.images.items() if not first <= n <= last}
        if kind == "A":
            self.images.clear()

    def _iterm2(self, body: bytes) -> None:
        head, _, payload = body.partition(b":")
        keys = dict(part.split("=", 1) for part in head.decode().split(";") if "=" in part)
        image = Image.open(io.BytesIO(base64.b64decode(payload))).convert("RGBA")
        columns, rows = int(keys["width"]), int(keys["height"])
        image = image.resize((columns * self.cell[0], rows * self.cell[1]), Image.Resampling.BILINEAR)
        self.layer.paste(image, (self.x * self.cell[0], self.y * self.cell[1]))
        if self.profile.attached:
            # Seen in Konsole 22.12: the text of one column more goes.
            for line in self.cells[self.y : self.y + rows]:
                for x in range(self.x, min(self.columns, self.x + columns + 1)):
                    line[x] = Cell()
        self.y = min(self.rows - 1, self.y + rows - 1)

    def _sixel(self, body: bytes) -> None:
        image = decode_sixel(body)
        below = self.y - -image.height // self.cell[1]
        if below > self._tallest - 1:
            self.broken.append("a sixel picture touches the last row: the screen scrolls")
        self._scroll(below - (self.rows - 1))
        self.layer.paste(image, (self.x * self.cell[0], self.y * self.cell[1]), image)

    def _scroll(self, rows: int) -> None:
        if rows > 0:
            self.y -= rows
            self.cells = [*self.cells[rows:], *self._sheet()[:rows]]
            up = self.layer.crop((0, rows * self.cell[1], *self.layer.size))
            self.layer = Image.new("RGBA", self.layer.size)
            self.layer.paste(up)

    # What is to be seen

    def text(self) -> str:
        """The screen's characters, line by line."""
        return "\n".join("".join(cell.text for cell in line).rstrip() for line in self.cells)

    def picture(self) -> Image.Image:
        """The screen's pixels; letters are left out, half-blocks are drawn."""
        width, height = self.cell
        out = Image.new("RGBA", self.layer.size, (0, 0, 0, 255))
        by_depth = sorted(self.placements.values(), key=lambda p: p.z)
        for placement in by_depth:
            if placement.z < BELOW_BACKGROUND:
                _over(out, placement)
        if self.profile.attached:
            out.alpha_composite(self.layer)
        for y, line in enumerate(self.cells):
            for x, cell in enumerate(line):
                box = (x * width, y * height, (x + 1) * width, (y + 1) * height)
                if cell.back is not None:
                    out.paste((*cell.back, 255), box)
                if cell.text in _BLOCKS and cell.front is not None:
                    first, last = (box[1] + int(part * height) for part in _BLOCKS[cell.text])
                    out.paste((*cell.front, 255), (box[0], first, box[2], last))
        if not self.profile.attached:
            out.alpha_composite(self.layer)
        for placement in by_depth:
            if placement.z >= BELOW_BACKGROUND:
                _over(out, placement)
        return out.convert("RGB")

    def unclean(self) -> list[str]:
        """What a program that has ended left behind."""
        left = [f"mode {m} is on" for m in sorted(self.modes - {"7", "25"})]
        left += [f"mode {m} is off" for m in sorted({"7", "25"} - self.modes)]
        left += ["the alternate screen is in front"] if self._main is not None else []
        left += [f"{self.keys_pushed} kitty key modes are pushed"] if self.keys_pushed else []
        return left + self.broken


def _over(out: Image.Image, placement: Placement) -> None:
    image = placement.image
    box = image.crop(
        (0, 0, min(image.width, out.width - placement.x), min(image.height, out.height - placement.y))
    )
    out.alpha_composite(box, (placement.x, placement.y))
