"""A writer of PNGs (W3C PNG, 3rd edition): no chunk more than needed, no colour that is not used.

Tiles of pictures and overlays are small, so a palette of 256 entries or a byte for each pixel of a mask
would weigh more than their content. Strips of photographs come out some percent smaller than a general writer makes
them, in the same time: rows are filtered by the bits that are left, not by their sum.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def palette_png(indices: NDArray[np.uint8], palette: NDArray[np.uint8], *, level: int = 6) -> bytes:
    """`indices`: (height, width), each below the length of `palette`; `palette`: (colours, 4), RGBA, at most 256.

    Colours that do not occur are left out; the fewest bits per pixel that hold the rest are taken.
    """
    height, width = indices.shape
    used = np.flatnonzero(np.bincount(indices.ravel(), minlength=len(palette)))
    # Those with transparency first: the tRNS chunk may end where the opaque ones begin.
    used = used[np.argsort(palette[used, 3] == 255, kind="stable")]
    place = np.zeros(len(palette), dtype=np.uint8)
    place[used] = np.arange(len(used), dtype=np.uint8)
    bits = next(bits for bits in (1, 2, 4, 8) if len(used) <= 1 << bits)
    colours = palette[used]
    alphas = colours[colours[:, 3] < 255, 3].tobytes()
    rows = np.zeros((height, 1 + (width * bits + 7) // 8), dtype=np.uint8)
    rows[:, 1:] = _packed(place[indices], bits)
    packer = zlib.compressobj(level, zlib.DEFLATED, 15, 9)
    return b"".join(
        (
            SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 3, 0, 0, 0)),
            _chunk(b"PLTE", colours[:, :3].tobytes()),
            _chunk(b"tRNS", alphas) if alphas else b"",
            _chunk(b"IDAT", packer.compress(rows.tobytes()) + packer.flush()),
            _chunk(b"IEND", b""),
        )
    )


_BITS_LEFT = np.round(16 * np.log2(1 + np.minimum(np.arange(256), 256 - np.arange(256)))).astype(np.uint8)
"""About what a filtered byte costs, in sixteenths of a bit: its distance from zero either way, as a logarithm."""
_STRATEGIES = (zlib.Z_FILTERED, zlib.Z_HUFFMAN_ONLY)
"""The second one where grain leaves nothing that comes twice."""


def full_png(pixels: NDArray[np.uint8], level: int = 6) -> bytes:
    """A PNG of all colours of (height, width, 3), or of all greys of (height, width). `level`: of compression."""
    height, width = pixels.shape[:2]
    rows = _filtered(pixels.reshape(height, width, -1))
    packers = [zlib.compressobj(level, zlib.DEFLATED, 15, 8, strategy) for strategy in _STRATEGIES]
    kind = 2 if pixels.ndim == 3 else 0
    return b"".join(
        (
            SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)),
            _chunk(b"IDAT", min((packer.compress(rows) + packer.flush() for packer in packers), key=len)),
            _chunk(b"IEND", b""),
        )
    )


def _filtered(pixels: NDArray[np.uint8]) -> bytes:
    """Each row (of height, width, channels) with the filter that leaves the least, and that filter's number before it
    (section 9)."""
    height = len(pixels)
    left, up, before_up = (np.zeros_like(pixels) for _ in range(3))
    left[:, 1:], up[1:], before_up[1:, 1:] = pixels[:, :-1], pixels[:-1], pixels[:-1, :-1]
    between = ((left.astype(np.uint16) + up) // 2).astype(np.uint8)
    nothing = np.zeros_like(pixels)
    predicted = (nothing, left, up, between, _paeth(left, up, before_up))
    tried = np.stack([(pixels - each).reshape(height, -1) for each in predicted])
    chosen = np.argmin(_BITS_LEFT[tried].sum(axis=2, dtype=np.uint32), axis=0)
    best = tried[chosen, np.arange(height)]
    return np.concatenate([chosen.astype(np.uint8)[:, None], best], axis=1).tobytes()


def _paeth(left: NDArray[np.uint8], up: NDArray[np.uint8], before_up: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Whichever of three neighbours is nearest to left + up - before_up (section 9.4)."""
    across, down = up.astype(np.int16) - before_up, left.astype(np.int16) - before_up
    to_left, to_up, to_both = np.abs(across), np.abs(down), np.abs(across + down)
    nearer = np.where(to_up <= to_both, up, before_up)
    return np.where((to_left <= to_up) & (to_left <= to_both), left, nearer)


def _packed(values: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    """Pixels in bytes, the leftmost in the highest bits (section 7.2)."""
    if bits == 8:
        return values
    per_byte = 8 // bits
    height, width = values.shape
    padded = np.zeros((height, -(-width // per_byte) * per_byte), dtype=np.uint8)
    padded[:, :width] = values
    if bits == 1:
        return np.packbits(padded, axis=1)
    packed = np.zeros((height, padded.shape[1] // per_byte), dtype=np.uint8)
    for position in range(per_byte):
        packed |= padded[:, position::per_byte] << np.uint8(8 - bits * (position + 1))
    return packed


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
