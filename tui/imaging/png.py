"""A writer of palette PNGs (W3C PNG, 3rd edition): no chunk more than needed, no colour that is not used.

Tiles of pictures and overlays are small, so a palette of 256 entries or a byte for each pixel of a mask
would weigh more than their content.
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
