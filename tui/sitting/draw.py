"""A walk with an editor of shapes for the picture in front: one input in, the new state and the effects out.

An annotator's commands change shapes, and what came of it is the picture's annotation. A reviewer goes from shape to
shape, enlarged, and marks what is wrong; only a fix changes shapes, until it is accepted or given up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from tui.model.annotation import Annotation
from tui.model.measure import bounds
from tui.sitting import aiming, decide, sentences, suggested, walk
from tui.sitting import inputs as i
from tui.sitting.draw_state import DrawResult, DrawState, marked
from tui.sitting.effects import AskText, CallAfter, Effect, Fit, ReadPixels, ZoomTo
from tui.sitting.state import Confirming, Looking, SittingRules
from tui.sitting.step import begin, step
from tui.sitting.walk_state import Visit
from tui.tools.editor import annotation_of, opened, press, viewed
from tui.tools.pointer import point
from tui.tools.state import Editor, EditorRules
from tui.tools.view import View

FLUSH_SECONDS = 1.1
"""After an edit the draft is brought up to date once more; a little longer than drafts are apart."""
ESCAPES = ("app.cancel", "drawing.back")
"""What `escape` is to an editor."""
LOOKING_COMMANDS = ("shapes.next", "shapes.previous", "shapes.choose", "shapes.zoom", "shapes.hide")
"""What a reviewer does with shapes without changing them."""


def begin_draw(rules: SittingRules, editor_rules: EditorRules, at: float = 0.0) -> DrawResult:
    """A new walk with an editor, which asks for its first tasks. `at`: now, in monotonic seconds."""
    state, effects = begin(rules, at)
    return DrawState(state, editor_rules), effects


def step_draw(state: DrawState, incoming: i.Input, at: float) -> DrawResult:
    """Take in one input that arrived at `at` (monotonic seconds)."""
    if state.sitting.over:
        return state, ()
    if aiming.goes_on(state, incoming, at):
        return aiming.let_go(state, at), ()
    if isinstance(incoming, i.UnknownKey) and state.editor is not None and state.editor.tool is not None:
        walked = walk.touched(state.walk, at).say(sentences.while_drawing(incoming))
        return replace(state, walk=walked), ()
    if isinstance(incoming, i.EditorInput):
        state, effects = _editor_input(state, incoming, at)
    elif isinstance(incoming, i.RejectKey | i.CancelKey):
        state, effects = _on_shape(state, incoming, at)
    else:
        state, effects = _walked(state, incoming, at)
    if isinstance(incoming, i.SetView) and state.latest_editor is not None:
        state = replace(state, latest_editor=suggested.unseen_left(state, state.latest_editor))
    state, more = _with_editor(state, at)
    return state, (*effects, *more)


def _walked(state: DrawState, incoming: i.Input, at: float) -> DrawResult:
    """What the walk makes of an input. Another picture is looked at anew; a fix that ended leaves no trace."""
    fixing, before, pending = state.fixing, state.sitting.serial, state.sitting.pending
    walked, effects = step(state.walk, incoming, at)
    state = replace(state, walk=walked, latest_editor=marked(state.latest_editor, incoming, effects, pending))
    if state.sitting.serial != before:
        return replace(state, view=None), effects
    if fixing and not state.fixing:
        return replace(state, editor_serial=None), effects
    return state, effects


def _on_shape(state: DrawState, incoming: i.RejectKey | i.CancelKey, at: float) -> DrawResult:
    """`x` and `escape` of a reviewer who looks at one shape are about that shape."""
    editor = state.editor
    looking = state.walk.reviews and isinstance(state.walk.mode, Looking) and state.walk.failure is None
    if not looking or editor is None or editor.shape is None:
        return _walked(state, incoming, at)
    if isinstance(incoming, i.RejectKey):
        return _walked(state, i.MarkKey(str(editor.shape.id)), at)
    state = replace(state, walk=walk.touched(state.walk, at), latest_editor=press(editor, "app.cancel", at))
    return state, (Fit(),)


# Which picture the editor is for.


def _with_editor(state: DrawState, at: float) -> DrawResult:
    """Open an editor for the picture in front once that is seen, and tell it what is visible."""
    visit = state.visit
    view = state.view if state.view is not None or visit is None else _whole(visit)
    if visit is None or view is None:
        return state, ()
    effects: tuple[Effect, ...] = ()
    if state.editor_serial != state.walk.arrived or state.latest_editor is None:
        state, effects = _opened(state, visit, view, at)
    editor = state.latest_editor
    assert editor is not None
    return replace(state, latest_editor=viewed(editor, view)), effects


def _whole(visit: Visit) -> View | None:
    task = visit.task
    return View.whole(task.width, task.height) if task.width and task.height else None


def _opened(state: DrawState, visit: Visit, view: View, at: float) -> DrawResult:
    last, shapes, task_id = state.latest_editor, visit.annotation.shapes, visit.task.id
    state = replace(state, editor_serial=state.walk.arrived)
    if state.walk.reviews:
        return replace(state, latest_editor=opened(state.rules, view, shapes, last=last)), ()
    # When the decision was taken back, the work goes on where it was.
    restored = () if shapes or visit.done else state.submitted.get(task_id, ())
    predictions = () if visit.done else visit.task.predictions
    previous = last.shapes if last is not None else ()
    editor = opened(state.rules, view, shapes or restored, predictions, previous, last)
    state = replace(state, latest_editor=_wrong_selected(suggested.unseen_left(state, editor), state.wrong))
    if not restored:
        return state, ()
    rest = {other: drawn for other, drawn in state.submitted.items() if other != task_id}
    return _edited(replace(state, submitted=rest), at)


def _wrong_selected(editor: Editor, wrong: Mapping[str, str]) -> Editor:
    """The first shape that a reviewer calls wrong is selected, where there is one."""
    first = next((n for n, shape in enumerate(editor.shapes) if str(shape.id) in wrong), None)
    return replace(editor, selected=first) if first is not None else editor


# What comes in.


def _editor_input(state: DrawState, incoming: i.EditorInput, at: float) -> DrawResult:
    match incoming:
        case i.EditorCommand() | i.Pointed():
            return _key(replace(state, walk=walk.touched(state.walk, at)), incoming, at)
        case i.Viewed(view):
            return replace(state, view=view), ()
        case i.PixelsRead():
            return _pixels_read(state, incoming, at)
        case i.DraftDue(serial):
            return _draft_due(state, serial, at)
        case _:
            assert_never(incoming)


def _key(state: DrawState, incoming: i.EditorKey, at: float) -> DrawResult:
    if isinstance(state.walk.mode, Confirming) and not suggested.confirms(incoming):
        state = replace(state, walk=state.walk.in_mode(Looking()))
    if state.sitting.leaving:
        return _key_while_leaving(state, incoming, at)
    failure, editor = state.walk.failure, state.editor
    if failure is not None:
        return replace(state, walk=state.walk.say(failure.text, "error")), ()
    if editor is None:
        return aiming.refused(state, incoming, at), ()
    if not state.edits or decide.settled(state.walk, state.visit):
        return _look(state, editor, incoming, at)
    if not (key := suggested.deciding_key(editor, incoming)):
        return _pressed(state, editor, incoming, at)
    state, effects = suggested.refused(state, key, at)
    if effects is not None:
        return state, effects
    state, effects = _pressed(state, editor, incoming, at)
    return suggested.traced(state), effects


def _pressed(state: DrawState, editor: Editor, incoming: i.EditorKey, at: float) -> DrawResult:
    """A key or the mouse changes shapes."""
    if isinstance(incoming, i.Pointed):
        found = point(editor, incoming.action, incoming.at, incoming.button, ctrl=incoming.ctrl)
    elif incoming.command == suggested.TAKES_UNSEEN and not state.sitting.view.predictions:
        return replace(state, latest_editor=editor.say("Predictions are hidden: show them first.")), ()
    else:
        found = press(editor, incoming.command, at, n=incoming.n, text=incoming.text)
    return _became(replace(state, latest_editor=found), editor, incoming, at)


def _key_while_leaving(state: DrawState, incoming: i.EditorKey, at: float) -> DrawResult:
    """Nothing is drawn any more: `escape` stays, all else is told for what it waits."""
    if isinstance(incoming, i.EditorCommand) and incoming.command in ESCAPES:
        return _walked(state, i.CancelKey(), at)
    return replace(state, walk=walk.waiting_to_leave(state.walk)), ()


def _look(state: DrawState, editor: Editor, incoming: i.EditorKey, at: float) -> DrawResult:
    """A reviewer goes from shape to shape, enlarged."""
    if not isinstance(incoming, i.EditorCommand) or incoming.command not in LOOKING_COMMANDS:
        why = decide.settled(state.walk, state.visit)
        return (replace(state, walk=state.walk.say(why, "warn")) if why else state), ()
    editor = press(editor, incoming.command, at)
    return replace(state, latest_editor=editor), _zoomed(editor)


def _became(state: DrawState, before: Editor, incoming: i.EditorKey, at: float) -> DrawResult:
    """The editor after a key or the mouse: the walk is told of changes, and it gets what it wants."""
    editor = state.latest_editor
    assert editor is not None
    effects: tuple[Effect, ...] = ()
    if not state.fixing and (editor.shapes, editor.classes) != (before.shapes, before.classes):
        state, effects = _edited(state, at)
    state, asked = _granted(state, editor, incoming, at)
    return state, (*effects, *asked)


def _granted(state: DrawState, editor: Editor, incoming: i.EditorKey, at: float) -> DrawResult:
    """What the editor wants."""
    match editor.wants:
        case "":
            return state, ()
        case "submit":
            return _submitted(state, editor, at)
        case "zoom":
            return state, _zoomed(editor)
        case "text":
            return state, (AskText(editor.message),)
        case "pixels":
            return _waiting_for_pixels(state, incoming)
        case _:
            assert_never(editor.wants)


def _zoomed(editor: Editor) -> tuple[Effect, ...]:
    """The selected shape fills the canvas."""
    return (ZoomTo(*bounds(editor.shape)),) if editor.shape is not None else ()


def _annotation(state: DrawState) -> Annotation:
    """The picture in front as it is drawn now."""
    assert state.latest_editor is not None and state.walk.visit is not None
    return annotation_of(state.latest_editor, state.walk.visit.annotation.labels)


def _edited(state: DrawState, at: float) -> DrawResult:
    """Shapes have changed: they are the annotation now, and its draft is written, now and once more."""
    walked, effects = decide.edited(state.walk, _annotation(state), at)
    state, serial = replace(state, walk=walked), state.walk.arrived
    if state.flushing == serial:
        return state, effects
    return replace(state, flushing=serial), (*effects, CallAfter(FLUSH_SECONDS, i.DraftDue(serial)))


def _draft_due(state: DrawState, serial: int, at: float) -> DrawResult:
    """What was edited in the last second reaches the draft too; then nothing is written any more."""
    if state.flushing != serial:
        return state, ()
    state = replace(state, flushing=None)
    if serial != state.walk.arrived:
        return state, ()
    walked, effects = decide.draft(state.walk, at)
    return replace(state, walk=walked), effects


def _submitted(state: DrawState, editor: Editor, at: float) -> DrawResult:
    """`enter`: the picture is done, or the fix is accepted."""
    visit = state.walk.visit
    assert visit is not None
    if state.fixing:
        return _walked(state, i.Fix(_annotation(state)), at)
    state, drafted = _edited(state, at)
    submitted = {**state.submitted, visit.task.id: annotation_of(editor).shapes}
    undecided = len(editor.suggestions) if state.sitting.view.predictions else 0
    state, effects = _walked(replace(state, submitted=submitted), i.Confirm(undecided), at)
    return state, (*drafted, *effects)


def _waiting_for_pixels(state: DrawState, incoming: i.EditorKey) -> DrawResult:
    """Read the picture in full size, unless that is under way; then the same command comes again."""
    visit, serial = state.walk.visit, state.walk.arrived
    under_way = state.waiting is not None and state.waiting[0] == serial
    if visit is None or under_way or not isinstance(incoming, i.EditorCommand):
        return state, ()
    return replace(state, waiting=(serial, incoming)), (ReadPixels(visit.task, serial, _frame_of(state)),)


def _frame_of(state: DrawState) -> int:
    """Which frame of the file is looked at."""
    return state.view.frame if state.view is not None else 0


def _pixels_read(state: DrawState, incoming: i.PixelsRead, at: float) -> DrawResult:
    if state.waiting is None or state.waiting[0] != incoming.serial:
        return state, ()
    command, editor = state.waiting[1], state.editor
    state = replace(state, waiting=None)
    if editor is None or incoming.serial != state.walk.arrived:
        return state, ()
    if incoming.frame != _frame_of(state):
        return _key(state, command, at)
    if incoming.pixels is None:
        why = f": {incoming.reason}" if incoming.reason else ""
        return replace(
            state, latest_editor=editor.refuse(f"The picture cannot be read in full size{why}.")
        ), ()
    return _key(replace(state, latest_editor=replace(editor, pixels=incoming.pixels)), command, at)
