"""Stored pictures as xterm.js has them from 6.1 on (its addon-image 0.10), where they take the place of cells.

A placement writes itself into the cells that it reaches, and what was there is gone: there are no layers. Of each image
the *last* placement alone counts. When no cell shows that one any more, the next picture that is put anywhere takes the
image's data with it; every deletion frees data, and there are at most `MAX_IMAGES`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image

from devtools.emulator.kitty import Keys, KittyImages, number, reply

MAX_IMAGES = 256
MAX_BYTES = 128_000_000
"""Of all that is placed, four for a pixel; the oldest placement goes first, and its cells show a pattern."""
PATTERN = (128, 128, 128, 255)


@dataclass(slots=True)
class TiledImages(KittyImages):
    """`placements`: by their numbers, in the order in which they were made, the bytes of each."""

    placements: dict[int, int] = field(default_factory=dict)
    tallest: int = 0
    """Rows of the largest screen for which something may still be on its way."""
    _last: dict[int, int] = field(default_factory=dict)
    """The number of the last placement of each image."""

    def command(self, body: bytes, synchronized: bool) -> str:
        """As there; uploads may stand within a frame."""
        return super(TiledImages, self).command(body, False)

    def _keep_quota(self, newest: int) -> None:
        if len(self.stored) > MAX_IMAGES:
            for name in [name for name in self.stored if name not in self._last and name != newest]:
                if len(self.stored) <= MAX_IMAGES // 2 + 1:
                    break
                del self.stored[name]
                self._evicted.add(name)

    def _store(self, keys: dict[str, str], image: Image.Image) -> None:
        self._forget(number(keys, "i"))
        super(TiledImages, self)._store(keys, image)

    def _place(self, keys: Keys) -> str:
        name = number(keys, "i")
        image = self.stored.get(name)
        if image is None:
            return reply(keys, "ENOENT:image not found")
        placed = self._placed(image, keys)
        shown = placed.image.crop(placed.source)
        if shown.size != placed.size:
            shown = shown.resize(placed.size, Image.Resampling.BILINEAR)
        right, down = number(keys, "X"), number(keys, "Y")
        if right or down:
            width = shown.width if "c" in keys else shown.width + right
            height = shown.height if "r" in keys else shown.height + down
            inset = Image.new("RGBA", (width, height))
            inset.paste(shown, (right, down))
            shown = inset
        if number(keys, "z") < 0:
            # Behind the text, whose background is opaque.
            shown = Image.new("RGBA", shown.size)
        self._make_room(shown.width * shown.height * 4)
        there = self._own()
        self.placements[there] = shown.width * shown.height * 4
        self._last[name] = there
        end = self.screen.y + -(-shown.height // self.screen.size.cell[1])
        if end > max(self.tallest, self.screen.size.rows):
            self.broken.append("a stored picture reaches below the last row: the screen scrolls")
        up = max(0, end - self.screen.size.rows)
        if up:
            self.screen.scroll(up)
            self.screen.move(self.screen.x, max(0, self.screen.y - up))
        cell = self.screen.x, self.screen.y
        self.screen.pictures.tile(shown, cell, there, placed.grain)
        self.swept()
        if keys.get("C") != "1":
            self.screen.pass_picture(shown.size)
        return reply(keys, "OK")

    def swept(self) -> None:
        seen = set(self.screen.pictures.owners.values())
        for gone in self.placements.keys() - seen:
            self._end(gone)

    def _interrupted(self, action: str) -> None:
        """Uploads are told apart by their ids: other commands may stand between the parts of one, and a deletion ends it."""
        if action in "tT":
            self.broken.append("an upload inside another")
        if action == "d":
            self.open = None

    def _make_room(self, size: int) -> None:
        width, height = self.screen.size.cell
        while self.placements and sum(self.placements.values()) + size > MAX_BYTES:
            oldest = min(self.placements)
            for x, y in [cell for cell, there in self.screen.pictures.owners.items() if there == oldest]:
                box = (x * width, y * height, (x + 1) * width, (y + 1) * height)
                self.screen.pictures.layer.paste(PATTERN, box)
            self._end(oldest)

    def _end(self, placement: int) -> None:
        """A placement is gone, and the data with it where it is the last one of its image."""
        self.placements.pop(placement, None)
        for name in [name for name, last in self._last.items() if last == placement]:
            del self._last[name]
            self.stored.pop(name, None)
            self._evicted.add(name)

    def _forget(self, name: int) -> None:
        """The last placement of an image is deleted: cells that still show it show a pattern."""
        there = self._last.pop(name, None)
        if there is not None:
            self.placements.pop(there, None)
            width, height = self.screen.size.cell
            for x, y in [cell for cell, owner in self.screen.pictures.owners.items() if owner == there]:
                box = (x * width, y * height, (x + 1) * width, (y + 1) * height)
                self.screen.pictures.layer.paste(PATTERN, box)

    def _delete(self, keys: Keys) -> str:
        kind, name = keys.get("d", "a").lower(), number(keys, "i")
        for gone in list(self.stored) if kind == "a" else [name] if kind == "i" else []:
            self._forget(gone)
            self.stored.pop(gone, None)
        return ""
