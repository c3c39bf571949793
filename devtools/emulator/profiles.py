"""The terminals that are emulated: what each can do and what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass

_ORDINARY = frozenset({"1", "7", "25", "47", "1000", "1002", "1003", "1004", "1006", "1049", "2004", "2026"})
"""DEC private modes that nearly every terminal of today knows; 2026 is synchronized output."""


@dataclass(frozen=True, slots=True)
class Profile:
    """`da1`: parameters of the primary device attributes. `name`: as XTVERSION tells it; empty: it does not.
    `graphics`: of kitty, iterm2, sixel. `attached`: kitty commands are understood, but neither parents nor names of
    placements, and pictures stay under text, as in Konsole. `evicts`: stored pictures take the place of cells, and
    one that is covered is gone with its data, as in xterm.js from 6.1 on. `true_colours`: DECRQSS tells the colours set. `modes`:
    those that DECRQM knows; empty: it is not answered. `env`: variables that cross ssh, and COLORTERM where the
    terminal says nothing by itself."""

    da1: str
    name: str = ""
    graphics: frozenset[str] = frozenset()
    attached: bool = False
    evicts: bool = False
    kitty_keys: bool = False
    true_colours: bool = True
    modes: frozenset[str] = _ORDINARY | {"1016"}
    env: tuple[tuple[str, str], ...] = (("TERM", "xterm-256color"),)


PROFILES = {
    "kitty": Profile(
        "?62;",
        "kitty(0.41.1)",
        frozenset({"kitty"}),
        kitty_keys=True,
        modes=_ORDINARY | {"1016", "2048"},
        env=(("TERM", "xterm-kitty"),),
    ),
    "iterm2": Profile("?62;4;9;22", "", frozenset({"iterm2", "sixel"})),
    "konsole": Profile(
        "?62;1;4",
        "Konsole 22.12.3",
        frozenset({"kitty", "iterm2", "sixel"}),
        attached=True,
        modes=frozenset(),
    ),
    "xtermjs": Profile(
        "?62;4;9;22",
        "xterm.js(6.1.0-beta.304)",
        frozenset({"kitty", "iterm2", "sixel"}),
        evicts=True,
    ),
    "sixel": Profile("?62;4;22", "foot(1.13.1)", frozenset({"sixel"}), kitty_keys=True),
    "truecolor": Profile(
        "?62;22",
        "VTE(7600)",
        modes=_ORDINARY | {"2048"},
        env=(("TERM", "xterm-256color"), ("COLORTERM", "truecolor")),
    ),
    "256color": Profile("?62;22", true_colours=False, modes=_ORDINARY | {"2048"}),
    "plain": Profile("?64;1;2;6;22", "XTerm(379)", modes=(_ORDINARY | {"1016"}) - {"2026"}),
    "bare": Profile("?1;2", "", modes=frozenset()),
}
