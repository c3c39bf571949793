"""What lies in the terminal's memory: which image under which id, how large, and what may go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable
from dataclasses import dataclass

CAP = 96_000_000
"""Bytes of pixels kept in the terminal. kitty's own limit is 320 MB; past it, it drops what is not on the screen."""
MAX_REFUSALS = 3
"""So often the terminal may refuse an image before it is left out."""
MAX_LOSSES = 8
"""So often it may have lost one while a picture is in front, before that is left out until another one is: a terminal
that keeps too little would have it sent for ever."""
_FIRST_SMALL, _LAST_SMALL = 20_000, 60_000


@dataclass(slots=True)
class Stored:
    """`there`: everything was sent. `used`: a counter, larger is later. `minor`: goes before all that is not."""

    id: int
    size: tuple[int, int]
    there: bool = False
    used: int = 0
    minor: bool = False

    @property
    def bytes(self) -> int:
        """What it takes in the terminal's memory, in bytes: four for each pixel."""
        return self.size[0] * self.size[1] * 4


class Refusals:
    """Images that the terminal could not take, or does not keep."""

    def __init__(self) -> None:
        self._refused: Counter[Hashable] = Counter()
        self._losses: Counter[Hashable] = Counter()

    def __contains__(self, key: Hashable) -> bool:
        """Whether it is not to be sent again."""
        return self._refused[key] >= MAX_REFUSALS or self._losses[key] >= MAX_LOSSES

    def count(self, key: Hashable, word: str) -> None:
        """The terminal said this error of an image."""
        (self._losses if word == "ENOENT" else self._refused)[key] += 1

    def begin(self) -> None:
        """Another picture comes to the front."""
        self._losses.clear()


class ImageLedger:
    """Ids count up from a random `first`, so that programs in one window do not meet."""

    def __init__(self, first: int, cap: int = CAP) -> None:
        self._next = _FIRST_SMALL + first % (_LAST_SMALL - _FIRST_SMALL)
        self._cap = cap
        self._images: dict[Hashable, Stored] = {}
        self.refusals = Refusals()
        self._clock = 0

    def __contains__(self, key: Hashable) -> bool:
        """Whether the image is there as a whole."""
        found = self._images.get(key)
        return found is not None and found.there

    def is_settled(self, key: Hashable) -> bool:
        """Whether there is no sense in sending it: it is there, or cannot be taken."""
        return key in self or key in self.refusals

    @property
    def bytes(self) -> int:
        """What all entries take in the terminal's memory, in bytes."""
        return sum(image.bytes for image in self._images.values())

    @property
    def known(self) -> Collection[Hashable]:
        """What is there or on its way there."""
        return self._images.keys()

    @property
    def ids(self) -> list[int]:
        """The ids of all entries, in the order in which they were entered."""
        return [image.id for image in self._images.values()]

    def enter(self, key: Hashable, size: tuple[int, int], *, minor: bool = False) -> Stored:
        """An entry for an image about to be sent; the same id again when it is known. `minor`: it goes before others."""
        found = self._images.get(key)
        if found is None:
            found = self._images[key] = Stored(self._next, size, minor=minor)
            self._next += 1
        self.touch(key)
        return found

    def arrived(self, key: Hashable) -> None:
        """The terminal has the image now; nothing is done about one that is not known."""
        if key in self._images:
            self._images[key].there = True

    def touch(self, key: Hashable) -> None:
        """It was used just now, so that it goes last when room is needed."""
        self._clock += 1
        if key in self._images:
            self._images[key].used = self._clock

    def find(self, key: Hashable) -> Stored | None:
        """The image when it is there as a whole."""
        found = self._images.get(key)
        return found if found is not None and found.there else None

    def lost(self, image: int) -> Hashable | None:
        """The terminal says that it has no such image; its key, None when it is not one of ours, or is only being
        sent (again): then this is about an earlier attempt."""
        for key, stored in self._images.items():
            if stored.id == image and stored.there:
                stored.there = False
                return key
        return None

    def drop(self, key: Hashable) -> Stored | None:
        """Forget an entry, which is returned; None when it was not known."""
        return self._images.pop(key, None)

    def overflow(self, keep: Collection[Hashable], most: int | None = None) -> list[Stored]:
        """What the terminal has and must go for the rest to fit (`most` entries, where that is given), minor ones first,
        then what was used longest ago; not those of `keep`, among which is to be what is on its way: it would arrive
        and nobody would know of it. Before all, entries go of which nothing arrived."""
        gone = []
        for key in sorted(self._images, key=self._value):
            if self.bytes <= self._cap and (most is None or len(self._images) <= most):
                break
            if key not in keep:
                gone.append(self._images.pop(key))
        return [image for image in gone if image.there]

    def _value(self, key: Hashable) -> tuple[bool, bool, int]:
        """The higher, the longer an entry is kept."""
        image = self._images[key]
        return image.there, not image.minor, image.used

    def forget_all(self) -> None:
        """The terminal's memory is empty: it was left, or begun anew."""
        self._images.clear()
