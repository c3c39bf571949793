"""What lies between the program and the screen: multiplexers and the like, which may keep pictures from passing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_MAX_ANCESTORS = 64


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`env`: of the process. `ancestors`: names of the processes that started it, the nearest first. `terminal`: what the
    terminal calls itself."""

    env: Mapping[str, str]
    ancestors: Sequence[str] = ()
    terminal: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """`present`: how it is known. `remedy`: what to do where it lets no pictures through. `answers`: it answers in the
    place of the terminal on which the person looks, so that nothing of the line to that one can be measured."""

    name: str
    present: Callable[[Surroundings], bool]
    remedy: str
    answers: bool = False


def _vscode(around: Surroundings) -> bool:
    """tmux keeps the variables of the terminal that it was started in, which may be another one by now."""
    told = around.env.get("TERM_PROGRAM") == "vscode" and not around.env.get("TMUX")
    return told or around.terminal.startswith("xterm.js")


LAYERS: tuple[Layer, ...] = (
    Layer(
        "mosh",
        lambda around: "mosh-server" in around.ancestors,
        "mosh lets no pictures through, now or later: connect with ssh or et (Eternal Terminal) instead.",
        answers=True,
    ),
    Layer(
        "zellij",
        lambda around: "ZELLIJ" in around.env,
        "Zellij does not hand kitty pictures on: run termlabel outside of it, or in tmux in kitty or Ghostty.",
        answers=True,
    ),
    Layer(
        "screen",
        lambda around: bool(around.env.get("STY")) and not around.env.get("TMUX"),
        "GNU screen does not hand pictures on: run termlabel outside of it, or in tmux in kitty or Ghostty.",
        answers=True,
    ),
    Layer(
        "vscode",
        _vscode,
        "In VS Code's settings turn on terminal.integrated.enableImages; then open a new terminal.",
    ),
    Layer(
        "windows-terminal",
        lambda around: bool(around.env.get("WT_SESSION")),
        "Windows Terminal shows pictures (sixel) from version 1.22 on: update it.",
    ),
)
"""Beside tmux, which is asked for its settings."""


def layers(around: Surroundings) -> list[Layer]:
    """Those that are there."""
    return [layer for layer in LAYERS if layer.present(around)]


def answering(around: Surroundings, *, tmux: bool, kitty: bool) -> str:
    """The name of what answers in the place of the terminal on which the person looks; '' where that one answers by itself.
    `kitty`: kitty graphics were answered for, which nothing in between does: the variables of others are left from before."""
    if kitty:
        return ""
    between = (layer.name for layer in layers(around) if layer.answers)
    return next(between, "tmux" if tmux else "")


def ancestors() -> list[str]:
    """Names of the processes that started this one, the nearest first; none where the system does not tell."""
    names: list[str] = []
    process = "self"
    with suppress(OSError, ValueError, IndexError):
        while len(names) < _MAX_ANCESTORS:
            head, _, tail = (
                Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")
            )
            if process != "self":
                names.append(head.partition("(")[2])
            process = tail.split()[1]
            if int(process) < 1:
                break
    return names
