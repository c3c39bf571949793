"""Colours as numbers, and whether text on them can be read."""

from __future__ import annotations

from functools import lru_cache

BLACK, WHITE = "#000000", "#ffffff"


def rgb(colour: str) -> tuple[int, int, int]:
    """`#rrggbb` as three numbers from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(a: str, b: str) -> float:
    """From 1 to 21 (WCAG 2.2, contrast ratio)."""
    dark, light = sorted((_luminance(a), _luminance(b)))
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=1024)
def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on `colour`; the contrast is at least 4.58."""
    return BLACK if contrast(colour, BLACK) >= contrast(colour, WHITE) else WHITE


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, from sRGB)."""
    red, green, blue = (_linear(part / 255) for part in rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
