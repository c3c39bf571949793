"""Stored pictures: the terminal's side of the kitty graphics protocol
(https://sw.kovidgoyal.net/kitty/graphics-protocol/), as far as programs here use it."""

from __future__ import annotations

import base64
import io
import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from devtools.emulator.pictures import PlacedImage
from devtools.emulator.screen import Screen

Keys = Mapping[str, str]
"""The control data of a command: `i=3,a=p`."""
_OWN = 1 << 33
"""From here on are numbers that a program cannot give."""


def parse(body: bytes) -> tuple[dict[str, str], bytes]:
    """The control data and the payload of an application program command (`G`…)."""
    head, _, payload = body[1:].partition(b";")
    return dict(
        part.split("=", 1) for part in head.decode("ascii", "replace").split(",") if "=" in part
    ), payload


def number(keys: Keys, key: str) -> int:
    """A number of the control data; 0 when it is left out."""
    return int(keys.get(key, 0))


def reply(keys: Keys, said: str) -> str:
    """What the terminal answers to a command; empty when it was asked to be quiet (`q`), or for no name."""
    named = ",".join(f"{key}={keys[key]}" for key in ("i", "I", "p") if key in keys)
    quiet = number(keys, "q")
    if not ("i" in keys or "I" in keys) or quiet == 2 or (quiet == 1 and said == "OK"):
        return ""
    return f"\x1b_G{named};{said}\x1b\\"


def decode(keys: Keys, parts: list[bytes]) -> Image.Image:
    """An uploaded picture (RGBA); each of the `parts` is base64 by itself.

    Raises:
        KeyError: its size is missing.
        ValueError: it is damaged.
        OSError: it is no picture, or a file that cannot be read.
    """
    data = b"".join(base64.b64decode(part + b"=" * (-len(part) % 4)) for part in parts)
    if keys.get("t") in ("f", "t"):
        data = Path(data.decode()).read_bytes()
    if keys.get("o") == "z":
        try:
            data = zlib.decompress(data)
        except zlib.error as error:
            raise ValueError(str(error)) from error
    if keys.get("f", "32") == "100":
        return Image.open(io.BytesIO(data)).convert("RGBA")
    mode = "RGB" if keys.get("f") == "24" else "RGBA"
    return Image.frombytes(mode, (int(keys["s"]), int(keys["v"])), data).convert("RGBA")


@dataclass(slots=True)
class Commands:
    """Puts the parts of uploads together as far as it takes to know what a command was."""

    _open: dict[str, str] | None = None

    def whole(self, body: bytes) -> dict[str, str] | None:
        """The control data of the command that ends with this one, the first part's for an upload in several; None
        when more is to come."""
        keys, _ = parse(body)
        command = keys if self._open is None else self._open
        self._open = command if keys.get("m") == "1" else None
        return command if self._open is None else None


@dataclass(slots=True)
class KittyImages:
    """What lies in the terminal's memory. `attached`: neither parents nor names of placements are known, as in
    Konsole. `quota`: bytes; past it everything that is not placed is dropped. `broken`: what a program did that it
    must not do."""

    screen: Screen
    attached: bool
    quota: int
    broken: list[str]
    stored: dict[int, Image.Image] = field(default_factory=dict)
    open: dict[str, str] | None = None
    """The control data of an upload whose last part has not come."""
    _parts: list[bytes] = field(default_factory=list)
    _named: dict[int, int] = field(default_factory=dict)
    _evicted: set[int] = field(default_factory=set)
    _given: int = _OWN

    def command(self, body: bytes, synchronized: bool) -> str:
        """Does what an application program command says; returns the answer, empty when there is none.
        `synchronized`: within a frame of mode 2026."""
        keys, payload = parse(body)
        action = keys.get("a", "t")
        if self.open is not None and set(keys) <= {"m", "q", "a"} and action in "tf":
            return self._part(keys, payload, synchronized)
        if self.open is not None:
            self._interrupted(action)
        if action in ("t", "T"):
            return self._upload(keys, payload, synchronized)
        actions: dict[str, Callable[[Keys], str]] = {"p": self._place, "d": self._delete}
        return actions[action](keys) if action in actions else ""

    def _interrupted(self, action: str) -> None:
        """A command that is no part of the open upload."""
        if action in "pdq":
            self.broken.append(f"{action!r} inside an open upload")
        if action in "dq":
            self.open = None

    # Uploads

    def _upload(self, keys: dict[str, str], payload: bytes, synchronized: bool) -> str:
        begins = "f" in keys or "s" in keys
        if self.open is not None or not begins:
            self.broken.append(f"an upload inside another, or a part of none: {keys}")
        if not begins:
            return ""
        self.open, self._parts = keys, []
        return self._part(keys, payload, synchronized)

    def _part(self, keys: Keys, payload: bytes, synchronized: bool) -> str:
        if synchronized:
            self.broken.append("an upload inside a synchronized frame")
        self._parts.append(payload)
        if keys.get("m") == "1" or self.open is None:
            return ""
        # How quiet it is to be says the last part, where it says anything.
        whole, self.open = self.open | {key: value for key, value in keys.items() if key == "q"}, None
        try:
            image = decode(whole, self._parts)
        except (KeyError, ValueError, OSError) as error:
            return reply(whole, f"EBADPNG:{error}")
        self._store(whole, image)
        return self._place(whole) if whole.get("a") == "T" else reply(whole, "OK")

    def _store(self, keys: dict[str, str], image: Image.Image) -> None:
        """In place of the picture of that number, whose placements go."""
        name = number(keys, "i") or self._own()
        keys["i"] = str(name)
        if "I" in keys:
            self._named[number(keys, "I")] = name
        self._unplace(lambda key: key[0] == name)
        self.screen.pictures.virtual.pop(name, None)
        self.stored[name] = image
        self._evicted.discard(name)
        self._keep_quota(name)

    def _own(self) -> int:
        self._given += 1
        return self._given

    def _keep_quota(self, newest: int) -> None:
        if sum(image.width * image.height * 4 for image in self.stored.values()) > self.quota:
            kept = {image for image, _ in self.screen.pictures.placed} | {newest}
            self._evicted |= self.stored.keys() - kept
            self.stored = {name: image for name, image in self.stored.items() if name in kept}

    def swept(self) -> None:
        """A picture was put on the screen, by whatever protocol."""

    # Placements

    def _place(self, keys: Keys) -> str:
        name = number(keys, "i") or self._named.get(number(keys, "I"), 0)
        image = self.stored.get(name)
        if image is None:
            if name not in self._evicted:
                self.broken.append(f"placement of image {name}, which was never sent or is freed")
            return reply(keys, "ENOENT:no such image")
        if "P" in keys and not self.attached:
            return reply(keys, "ENOPARENT:no such parent")
        if keys.get("U") == "1":
            self._show_in_placeholders(name, image, keys)
            return reply(keys, "OK")
        placed = self._placed(image, keys)
        self.screen.pictures.placed[name, (0 if self.attached else number(keys, "p")) or self._own()] = placed
        if keys.get("C") != "1":
            self.screen.pass_picture(placed.size)
        return reply(keys, "OK")

    def _show_in_placeholders(self, name: int, image: Image.Image, keys: Keys) -> None:
        width, height = self.screen.size.cell
        columns, rows = math.ceil(image.width / width), math.ceil(image.height / height)
        self.screen.pictures.virtual[name] = number(keys, "c") or columns, number(keys, "r") or rows

    def _placed(self, image: Image.Image, keys: Keys) -> PlacedImage:
        across, down = self.screen.size.cell
        x, y = number(keys, "x"), number(keys, "y")
        width, height = number(keys, "w") or image.width - x, number(keys, "h") or image.height - y
        columns, rows = number(keys, "c") * across, number(keys, "r") * down
        # Of one measure alone the other follows.
        size = (
            columns or (round(width * rows / height) if rows else width),
            rows or (round(height * columns / width) if columns else height),
        )
        return PlacedImage(
            image,
            self.screen.x * across + number(keys, "X"),
            self.screen.y * down + number(keys, "Y"),
            (x, y, x + width, y + height),
            size,
            number(keys, "z"),
        )

    def _unplace(self, wanted: Callable[[tuple[int, int]], bool]) -> None:
        for key in [key for key in self.screen.pictures.placed if wanted(key)]:
            del self.screen.pictures.placed[key]

    def _delete(self, keys: Keys) -> str:
        kind = keys.get("d")
        if kind is None:
            self.broken.append("a=d without d=: deletes everything that is visible")
        kind = kind or "a"
        name, placement = number(keys, "i"), number(keys, "p")
        first, last = number(keys, "x"), number(keys, "y")
        height = number(keys, "z")
        lying = {key for key, placed in self.screen.pictures.placed.items() if placed.z == height}
        choices: dict[str, Callable[[tuple[int, int]], bool]] = {
            "a": lambda key: True,
            "i": lambda key: key[0] == name and placement in (0, key[1]),
            "r": lambda key: first <= key[0] <= last,
            "z": lambda key: key in lying,
        }
        if kind.lower() not in choices:
            return ""
        chosen = choices[kind.lower()]
        self._unplace(chosen)
        if kind in "iI" and not placement:
            self.screen.pictures.virtual.pop(name, None)
        if kind.isupper():
            self._free(lambda image: chosen((image, placement)))
        return ""

    def _free(self, chosen: Callable[[int], bool]) -> None:
        """Data of what was chosen, unless it is still placed."""
        placed = {image for image, _ in self.screen.pictures.placed}
        self.stored = {
            name: image for name, image in self.stored.items() if name in placed or not chosen(name)
        }
