"""A random order that nobody stores: a seeded permutation of 0 ... 2^bits - 1."""

from __future__ import annotations

import hashlib
from functools import lru_cache

_WORD = 0xFFFFFFFFFFFFFFFF


@lru_cache(maxsize=16)
def round_keys(seed: int) -> tuple[int, ...]:
    """Four keys of 64 bits for a seed."""
    data = hashlib.blake2b(str(seed).encode(), digest_size=32).digest()
    return tuple(int.from_bytes(data[i : i + 8], "big") for i in range(0, 32, 8))


def even_bits(last: int) -> int:
    """Bits of the smallest domain that holds 0 ... last - 1 and has two equal halves."""
    bits = max(2, last.bit_length())
    return bits + bits % 2


def permuted(place: int, bits: int, keys: tuple[int, ...]) -> int:
    """What stands at `place`, by a balanced Feistel network of four rounds (Luby and Rackoff, 1988)."""
    half = bits // 2
    mask = (1 << half) - 1
    left, right = place >> half, place & mask
    for key in keys:
        left, right = right, left ^ (_mixed(right, key) & mask)
    return left << half | right


def place_of(value: int, bits: int, keys: tuple[int, ...]) -> int:
    """The inverse: where `value` stands."""
    half = bits // 2
    mask = (1 << half) - 1
    left, right = value >> half, value & mask
    for key in reversed(keys):
        left, right = right ^ (_mixed(left, key) & mask), left
    return left << half | right


def _mixed(half: int, key: int) -> int:
    mixed = ((half + 1) * 0x9E3779B97F4A7C15 ^ key) & _WORD
    return ((mixed ^ mixed >> 29) * 0xBF58476D1CE4E5B9 & _WORD) >> 32
