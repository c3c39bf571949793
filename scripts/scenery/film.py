"""Lens and film: depth of field, tone curve, vignette, grain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scripts.scenery.arrays import Array, f32


@dataclass(frozen=True, slots=True)
class Film:
    """`focus`: metres, None = all sharp. `aperture`: blur radius in finished pixels at infinity.
    `grain`: deviation in steps of 255."""

    exposure: float = 0.85
    focus: float | None = None
    aperture: float = 0.0
    grain: float = 0.6
    vignette: float = 0.30
    warmth: float = 0.0
    contrast: float = 1.06
    saturation: float = 0.82
    seed: int = 1


def lens_blur(light: Array, distance: Array, film: Film) -> Array:
    """Discs of confusion that grow with the distance from the plane in focus. The scene is cut into layers
    by blur; each is blurred by itself and laid over those behind it, so that nothing sharp bleeds."""
    if film.focus is None or film.aperture <= 0:
        return light
    radius = film.aperture * 2 * np.abs(1 - film.focus / np.maximum(distance, 1e-3))
    radius = np.minimum(radius, film.aperture * 2.2)
    behind = distance > film.focus
    edges = [0.0, 0.8, 2.0, 4.0, 7.0, 11.0, 16.0, 22.0, 30.0, 1e9]
    result = np.zeros_like(light)
    cover = np.zeros(light.shape[:2], np.float32)
    bright = np.minimum(light, 6.0)
    layers = [(behind, i) for i in reversed(range(len(edges) - 1))] + [
        (~behind, i) for i in range(len(edges) - 1)
    ]
    for side, i in layers:
        chosen = side & (radius >= edges[i]) & (radius < edges[i + 1])
        if not chosen.any():
            continue
        size = float(np.mean(radius[chosen]))
        alpha = chosen.astype(np.float32)
        layer = bright * alpha[..., None]
        if size >= 0.8:
            layer, alpha = _disc(layer, size), _disc(alpha[..., None], size)[..., 0]
        weight = np.clip(alpha, 0, 1)[..., None]
        colour = layer / np.maximum(alpha, 1e-3)[..., None]
        result = result * (1 - weight) + colour * weight
        cover = cover * (1 - weight[..., 0]) + weight[..., 0]
    return f32(result / np.maximum(cover, 1e-3)[..., None])


def _disc(image: Array, radius: float) -> Array:
    """Blurred by a disc, by way of frequencies."""
    h, w = image.shape[:2]
    pad = int(radius) + 2
    size = (_smooth(h + 2 * pad), _smooth(w + 2 * pad))
    y = np.fft.fftfreq(size[0]) * size[0]
    x = np.fft.fftfreq(size[1]) * size[1]
    kernel = np.clip(radius + 0.5 - np.hypot(y[:, None], x[None, :]), 0, 1)
    transfer = np.fft.rfft2(f32(kernel / kernel.sum()))
    result = np.empty_like(image)
    for channel in range(image.shape[2]):
        padded = np.pad(
            image[..., channel], ((pad, size[0] - h - pad), (pad, size[1] - w - pad)), mode="edge"
        )
        blurred = np.fft.irfft2(np.fft.rfft2(padded) * transfer, s=size)
        result[..., channel] = blurred[pad : pad + h, pad : pad + w]
    return f32(np.maximum(result, 0))


def _smooth(n: int) -> int:
    """The next number without prime factors above 5, for which transforms are fast."""
    while True:
        rest = n
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return n
        n += 1


def develop(light: Array, over: int, film: Film) -> Array:
    """Linear light at `over` samples a side to (h, w, 3) bytes."""
    h, w = light.shape[0] // over, light.shape[1] // over
    toned = _tone(light * film.exposure)
    grey = toned @ f32([0.25, 0.65, 0.10])
    toned = grey[..., None] + (toned - grey[..., None]) * film.saturation
    small = toned.reshape(h, over, w, over, 3).mean((1, 3))
    y, x = np.mgrid[0:h, 0:w]
    off = ((x / w - 0.5) ** 2 + (y / h - 0.5) ** 2) * 2
    small *= (1 - film.vignette * off**1.2)[..., None]
    small *= np.array([1 + film.warmth, 1.0, 1 - film.warmth])
    small = np.clip(0.5 + (small ** (1 / 2.2) - 0.5) * film.contrast, 0, 1)
    rng = np.random.default_rng(film.seed)
    grain: Array = f32(rng.normal(0, 1, (h + 1, w + 1)))
    grain = (grain[:-1, :-1] + grain[1:, :-1] + grain[:-1, 1:] + grain[1:, 1:]) / 2
    small = small * 255 + (grain * film.grain)[..., None]
    return np.asarray(np.clip(np.round(small), 0, 255), np.uint8)


def _tone(x: Array) -> Array:
    """A filmic curve (K. Narkowicz's fit to ACES, 2015)."""
    return np.asarray(np.clip(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0, 1))
