"""A key that begins to draw, and the letters of the ruler after it, are one gesture: where the first is refused, the others
are no commands. Pure."""

from __future__ import annotations

from dataclasses import replace

from tui.sitting import decide, sentences
from tui.sitting import inputs as i
from tui.sitting.draw_state import DrawState
from tui.sitting.walk import touched
from tui.sitting.walk_state import WalkState

AIM_SECONDS = 0.7
"""Between two keys of one aim."""
_BEGINS = frozenset({"box", "polygon", "polyline", "spline", "cuboid", "mask"})
_LET_GO = "Not yet: the picture was not shown; the keys after it were let go too."


def refused(state: DrawState, incoming: i.EditorKey, at: float) -> DrawState:
    """Nothing can be drawn now, and why."""
    begins = isinstance(incoming, i.EditorCommand) and incoming.command.removeprefix("shapes.") in _BEGINS
    walked = state.walk.say(_why(state.walk), "warn")
    return replace(state, walk=walked, aimed=at if begins else state.aimed)


def _why(state: WalkState) -> str:
    why = decide.unfit(state, state.visit) if state.visit is not None else sentences.NO_PICTURE
    return why or decide.NOT_SEEN


def goes_on(state: DrawState, incoming: i.Input, at: float) -> bool:
    """Whether a key belongs to an aim whose beginning was refused."""
    key = isinstance(incoming, i.KeyInput) and not isinstance(incoming, i.Touch | i.Pointed | i.CancelKey)
    return key and at - state.aimed < AIM_SECONDS


def let_go(state: DrawState, at: float) -> DrawState:
    """The same after such a key."""
    return replace(state, walk=touched(state.walk, at).say(_LET_GO, "warn"), aimed=at)
