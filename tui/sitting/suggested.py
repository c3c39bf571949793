"""Suggestions are decided by one press of a key each, as pictures are."""

from __future__ import annotations

from dataclasses import replace

from tui.sitting import decide, sentences
from tui.sitting import inputs as i
from tui.sitting.draw_state import DrawState
from tui.sitting.effects import Effect
from tui.tools.state import Editor

TAKES_UNSEEN = "shapes.accept-above"
"""Takes suggestions that are not selected: not while they are hidden."""
_ENTER = "enter"
"""The key that is done with a picture, as held keys are remembered."""
_DECIDES = {"annotate.confirm": _ENTER, "shapes.delete": "shapes.delete"}


def deciding_key(editor: Editor, incoming: i.EditorKey) -> str:
    """The key that takes or rejects suggestions, as held keys are remembered; '' for all else."""
    if not isinstance(incoming, i.EditorCommand) or (editor.jump, editor.asking) != (None, None):
        return ""
    if incoming.command == TAKES_UNSEEN and editor.suggestions:
        return incoming.command
    return _DECIDES.get(incoming.command, "") if editor.on_suggestion else ""


def refused(state: DrawState, key: str, at: float) -> tuple[DrawState, tuple[Effect, ...] | None]:
    """What comes of a key that is held down, or that was still about the picture before; None: it counts."""
    asks = state.sitting.rules.enter_confirms_nothing == "ask"
    if key == _ENTER and asks and state.sitting.goes_on_filing(at):
        return replace(state, walk=state.walk.say(sentences.STILL_THE_LAST)), ()
    sitting, repeats = state.sitting.press(key, at)
    walked = replace(state.walk, sitting=sitting)
    if not repeats:
        return replace(state, walk=walked), None
    walked, effects = decide.dropped(walked, "")
    return replace(state, walk=walked), effects


def traced(state: DrawState) -> DrawState:
    """What the editor says of the decision stays there while the key is held down."""
    told = state.latest_editor.message if state.latest_editor is not None else ""
    return replace(state, walk=replace(state.walk, sitting=replace(state.sitting, traced=told)))


def unseen_left(state: DrawState, editor: Editor) -> Editor:
    """Where predictions are hidden none is selected until the person goes to it: what is selected is shown."""
    hidden = editor.on_suggestion and not state.sitting.view.predictions
    return replace(editor, selected=None) if hidden else editor


def confirms(incoming: i.EditorKey) -> bool:
    """Whether it is the key that is done with a picture, or takes a suggestion."""
    return isinstance(incoming, i.EditorCommand) and incoming.command == "annotate.confirm"
