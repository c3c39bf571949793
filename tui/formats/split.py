"""Parts of a data set: which image is for training, which for validation."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tui.errors import UsageError


@dataclass(frozen=True, slots=True)
class Split:
    """`shares` sum to 1. Images are drawn by a hash of seed and path: the same whatever the order."""

    shares: tuple[tuple[str, float], ...]
    seed: int = 0

    @property
    def names(self) -> list[str]:
        """The parts, in the order in which they were named."""
        return [name for name, _ in self.shares]

    def plan(self, paths: Iterable[str]) -> Callable[[str], str]:
        """The rule that gives each path its part; parts are as large as the shares say, to one image.

        Holds eight bytes an image. A path's place among the hashes decides, so one more image moves
        only images at the borders.
        """
        ranks = array("Q", sorted(self._rank(path) for path in paths))
        borders, total = [], 0.0
        for _, share in self.shares[:-1]:
            total += share
            at = round(total * len(ranks))
            borders.append(ranks[at] if at < len(ranks) else 1 << 64)
        names = self.names
        return lambda path: names[bisect_right(borders, self._rank(path))]

    def _rank(self, path: str) -> int:
        key = f"{self.seed}\0{path}".encode("utf-8", "surrogateescape")
        return int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big")


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
