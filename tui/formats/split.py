"""Parts of a data set: which image is for training, which for validation."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from tui.errors import UsageError


@dataclass(frozen=True, slots=True)
class Split:
    """`shares` sum to 1. `seed`: another one draws other parts."""

    shares: tuple[tuple[str, float], ...]
    seed: int = 0

    @property
    def names(self) -> list[str]:
        """The parts, in the order in which they were named."""
        return [name for name, _ in self.shares]

    def part(self, queue: str, image: int) -> str:
        """The part of an image for ever: by a hash of the queue's id, the seed and the image's own number alone, so that no
        image that is added or leaves moves another. Parts are as large as the shares say on the whole, not to one image."""
        key = f"{queue}\0{self.seed}\0{image}".encode("utf-8", "surrogateescape")
        place = int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big") / 2**64
        borders = list(accumulate(share for _, share in self.shares))[:-1]
        return self.names[bisect_right(borders, place)]


def parse_split(text: str, seed: int) -> Split:
    """`train=0.8,val=0.2`.

    Raises:
        UsageError: not of this form, a part named twice, or shares that do not sum to 1.
    """
    shares: dict[str, float] = {}
    for piece in text.split(","):
        name, _, value = piece.strip().partition("=")
        try:
            share = float(value)
        except ValueError:
            share = -1.0
        if not name.isidentifier() or not 0 < share <= 1:
            raise UsageError(f"--split {text}: write it like train=0.8,val=0.2.")
        if name in shares:
            raise UsageError(f"--split {text}: {name} is there twice.")
        shares[name] = share
    if abs(sum(shares.values()) - 1) > 1e-6:
        raise UsageError(f"--split {text}: the shares sum to {sum(shares.values()):g}; 1 is wanted.")
    return Split(tuple(shares.items()), seed)
