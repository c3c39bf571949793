"""Keys that are pressed in a measured run, and what each waits for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Moment = Literal["idle", "image", "shown", "time"]
_STEP = re.compile(r"(?P<moment>idle|image|shown|t)(?:=(?P<value>[\d.]+))?:(?P<key>.+)", re.DOTALL)
_MOMENTS: dict[str, Moment] = {"idle": "idle", "image": "image", "shown": "shown", "t": "time"}
PATIENCE = 3.0
"""Seconds of silence after which no picture is waited for any more."""


@dataclass(frozen=True, slots=True)
class Step:
    """`value`: seconds: of silence (`idle`), after the first whole picture that followed the last key (`shown`), or
    since the start (`time`). `expected`: text that is looked for after the key."""

    moment: Moment
    value: float
    key: str
    expected: bytes = b""


@dataclass(frozen=True, slots=True)
class Situation:
    """What a run has come to, in seconds. `silent`: since anything happened, 0 while anything is under way. `shown`:
    since the first whole picture after the last key, None without one. `arrived`: a picture came after it and nothing
    is under way."""

    elapsed: float
    silent: float
    shown: float | None
    arrived: bool


def is_due(step: Step, now: Situation) -> bool:
    """Whether its key is to be pressed."""
    match step.moment:
        case "time":
            return now.elapsed >= step.value
        case "idle":
            return 0 < now.silent >= step.value
        case "shown":
            return (now.shown is not None and now.shown >= step.value) or now.silent >= PATIENCE
        case "image":
            return now.arrived or now.silent >= max(step.value, PATIENCE)


def parse_keys(text: str, idle: float) -> list[Step]:
    """Steps from `idle:n,idle=1.5:enter,image:n,shown=0.7:1,t=3:q`; a bare key is pressed after `idle` seconds of
    silence, and `KEY~TEXT` also reports when TEXT (without commas) reached the person.

    Raises:
        ValueError: a time is no number.
    """
    return [_step(item, idle) for item in (part.strip() for part in text.split(",")) if item]


def _step(item: str, idle: float) -> Step:
    # A step that begins with ~ presses it.
    head, _, expected = item[1:].partition("~")
    found = _STEP.fullmatch(item[0] + head)
    if found is None:
        return Step("idle", idle, item[0] + head, expected.encode())
    value = float(found["value"] or idle)
    return Step(_MOMENTS[found["moment"]], value, found["key"], expected.encode())
