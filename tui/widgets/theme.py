"""The dark and the light theme.

Every colour is a member of the 256-colour palette (6x6x6 cube or grey ramp): over ssh, where
COLORTERM does not come through, the app looks the same as on a truecolor terminal.
"""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme

from tui.display.ground import THEMES as GROUNDS

DARK = Theme(
    name="termlabel-dark",
    dark=True,
    primary="#5fafd7",
    secondary="#87afaf",
    accent="#5fafd7",
    foreground="#dadada",
    background="#121212",
    surface=Color(*GROUNDS["dark"]).hex,
    panel="#262626",
    success="#87d787",
    warning="#ffaf5f",
    error="#ff8787",
    variables={"muted": "#949494", "line": "#444444", "chip": "#3a3a3a"},
)
LIGHT = Theme(
    name="termlabel-light",
    dark=False,
    primary="#005f87",
    secondary="#5f8787",
    accent="#005f87",
    foreground="#1c1c1c",
    background="#ffffff",
    surface=Color(*GROUNDS["light"]).hex,
    panel="#e4e4e4",
    success="#005f00",
    warning="#875f00",
    error="#af0000",
    variables={"muted": "#585858", "line": "#bcbcbc", "chip": "#d0d0d0"},
)
THEMES = {"dark": DARK, "light": LIGHT}


def surface_of(name: str) -> tuple[int, int, int]:
    """RGB of the surfaces of the theme with this name."""
    surface = next(theme.surface for theme in THEMES.values() if theme.name == name)
    return Color.parse(surface or "").rgb
