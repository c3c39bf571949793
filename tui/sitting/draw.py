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
from tui.sitting import decide, walk
from tui.sitting import inputs as i
from tui.sitting.draw_state import DrawResult, DrawState
from tui.sitting.effects import AskText, CallAfter, Effect, Fit, ReadPixels, ZoomTo
from tui.sitting.state import Looking, SittingRules
from tui.sitting.step import begin, step
from tui.sitting.walk_state import Visit
from tui.tools.editor import annotation_of, opened, press, viewed
from tui.tools.pointer import point
from tui.tools.state import Editor, EditorRules
from tui.tools.view import View

FLUSH_SECONDS = 1.1
"""After an edit the draft is brought up to date once more; a little longer than drafts are apart."""
LOOKING_COMMANDS = ("shapes.next", "shapes.previous", "shapes.zoom", "shapes.hide")
"""What a reviewer does with shapes without changing them."""


def begin_draw(rules: SittingRules, editor_rules: EditorRules, at: float = 0.0) -> DrawResult:
    """A new walk with an editor, which asks for its first tasks. `at`: now, in monotonic seconds."""
    state, effects = begin(rules, at)
    return DrawState(state, editor_rules), effects


def step_draw(state: DrawState, event: i.Input, at: float) -> DrawResult:
    """Take in one input that arrived at `at` (monotonic seconds)."""
    if state.sitting.over:
        return state, ()
    if isinstance(event, i.EditorInput):
        state, effects = _editor_input(state, event, at)
    elif isinstance(event, i.RejectKey | i.CancelKey):
        state, effects = _on_shape(state, event, at)
    else:
        state, effects = _walked(state, event, at)
    state, more = _with_editor(state, at)
    return state, (*effects, *more)


def _walked(state: DrawState, event: i.Input, at: float) -> DrawResult:
    """What the walk makes of an input. Another picture is looked at anew; a fix that ended leaves no trace."""
    fixing, before = state.fixing, state.sitting.serial
    walked, effects = step(state.walk, event, at)
    state = replace(state, walk=walked)
    if state.sitting.serial != before:
        return replace(state, view=None), effects
    if fixing and not state.fixing:
        return replace(state, serial=None), effects
    return state, effects


def _on_shape(state: DrawState, event: i.RejectKey | i.CancelKey, at: float) -> DrawResult:
    """`x` and `escape` of a reviewer who looks at one shape are about that shape."""
    editor = state.editor
    looking = state.walk.reviews and isinstance(state.walk.mode, Looking) and state.walk.failure is None
    if not looking or editor is None or editor.shape is None:
        return _walked(state, event, at)
    if isinstance(event, i.RejectKey):
        return _walked(state, i.MarkKey(str(editor.shape.id)), at)
    state = replace(state, walk=walk.touched(state.walk, at), last=press(editor, "app.cancel", at))
    return state, (Fit(),)


# Which picture the editor is for.


def _with_editor(state: DrawState, at: float) -> DrawResult:
    """Open an editor for the picture in front once that is seen, and tell it what is visible."""
    visit = state.visit
    view = state.view if state.view is not None or visit is None else _whole(visit)
    if visit is None or view is None:
        return state, ()
    effects: tuple[Effect, ...] = ()
    if state.serial != state.sitting.serial or state.last is None:
        state, effects = _opened(state, visit, view, at)
    editor = state.last
    assert editor is not None
    return replace(state, last=viewed(editor, view)), effects


def _whole(visit: Visit) -> View | None:
    task = visit.task
    return View.whole(task.width, task.height) if task.width and task.height else None


def _opened(state: DrawState, visit: Visit, view: View, at: float) -> DrawResult:
    last, shapes, task_id = state.last, visit.annotation.shapes, visit.task.id
    state = replace(state, serial=state.sitting.serial)
    if state.walk.reviews:
        return replace(state, last=opened(state.rules, view, shapes, last=last)), ()
    # When the decision was taken back, the work goes on where it was.
    restored = () if shapes or visit.done else state.submitted.get(task_id, ())
    predictions = () if visit.done else visit.task.predictions
    previous = last.shapes if last is not None else ()
    editor = opened(state.rules, view, shapes or restored, predictions, previous, last)
    state = replace(state, last=_wrong_selected(editor, state.wrong))
    if not restored:
        return state, ()
    rest = {other: drawn for other, drawn in state.submitted.items() if other != task_id}
    return _edited(replace(state, submitted=rest), at)


def _wrong_selected(editor: Editor, wrong: Mapping[str, str]) -> Editor:
    """The first shape that a reviewer calls wrong is selected, where there is one."""
    first = next((n for n, shape in enumerate(editor.shapes) if str(shape.id) in wrong), None)
    return replace(editor, selected=first) if first is not None else editor


# What comes in.


def _editor_input(state: DrawState, event: i.EditorInput, at: float) -> DrawResult:
    match event:
        case i.EditorCommand() | i.Pointed():
            return _key(replace(state, walk=walk.touched(state.walk, at)), event, at)
        case i.Viewed(view):
            return replace(state, view=view), ()
        case i.PixelsRead():
            return _pixels_read(state, event, at)
        case i.DraftDue(serial):
            return _draft_due(state, serial, at)
        case _:
            assert_never(event)


def _key(state: DrawState, event: i.EditorKey, at: float) -> DrawResult:
    failure, editor = state.walk.failure, state.editor
    if failure is not None:
        return replace(state, walk=state.walk.say(failure.text, "error")), ()
    if editor is None:
        blind = state.walk.visit is not None and not state.sitting.seen
        return (replace(state, walk=state.walk.say(decide.NOT_SEEN, "warn")) if blind else state), ()
    if not state.edits:
        return _look(state, editor, event, at)
    if isinstance(event, i.Pointed):
        found = point(editor, event.action, event.at, event.button, ctrl=event.ctrl)
    else:
        found = press(editor, event.command, at, n=event.n, text=event.text)
    return _became(replace(state, last=found), editor, event, at)


def _look(state: DrawState, editor: Editor, event: i.EditorKey, at: float) -> DrawResult:
    """A reviewer goes from shape to shape, enlarged."""
    if not isinstance(event, i.EditorCommand) or event.command not in LOOKING_COMMANDS:
        return state, ()
    editor = press(editor, event.command, at)
    return replace(state, last=editor), _zoomed(editor)


def _became(state: DrawState, before: Editor, event: i.EditorKey, at: float) -> DrawResult:
    """The editor after a key or the mouse: the walk is told of changes, and it gets what it wants."""
    editor = state.last
    assert editor is not None
    effects: tuple[Effect, ...] = ()
    if not state.fixing and (editor.shapes, editor.classes) != (before.shapes, before.classes):
        state, effects = _edited(state, at)
    state, wished = _granted(state, editor, event, at)
    return state, (*effects, *wished)


def _granted(state: DrawState, editor: Editor, event: i.EditorKey, at: float) -> DrawResult:
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
            return _waiting_for_pixels(state, event)
        case _:
            assert_never(editor.wants)


def _zoomed(editor: Editor) -> tuple[Effect, ...]:
    """The selected shape fills the canvas."""
    return (ZoomTo(*bounds(editor.shape)),) if editor.shape is not None else ()


def _annotation(state: DrawState) -> Annotation:
    """The picture in front as it is drawn now."""
    assert state.last is not None and state.walk.visit is not None
    return annotation_of(state.last, state.walk.visit.annotation.labels)


def _edited(state: DrawState, at: float) -> DrawResult:
    """Shapes have changed: they are the annotation now, and its draft is written, now and once more."""
    if state.sitting.leaving:
        return replace(state, walk=walk.waiting_to_leave(state.walk)), ()
    walked, effects = decide.edited(state.walk, _annotation(state), at)
    state, serial = replace(state, walk=walked), state.sitting.serial
    if state.flushing == serial:
        return state, effects
    return replace(state, flushing=serial), (*effects, CallAfter(FLUSH_SECONDS, i.DraftDue(serial)))


def _draft_due(state: DrawState, serial: int, at: float) -> DrawResult:
    """What was edited in the last second reaches the draft too; then nothing is written any more."""
    if state.flushing != serial:
        return state, ()
    state = replace(state, flushing=None)
    if serial != state.sitting.serial or state.editor is None:
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
    state, effects = _walked(replace(state, submitted=submitted), i.Confirm(), at)
    return state, (*drafted, *effects)


def _waiting_for_pixels(state: DrawState, event: i.EditorKey) -> DrawResult:
    """Read the picture in full size, unless that is under way; then the same command comes again."""
    visit, serial = state.walk.visit, state.sitting.serial
    under_way = state.waiting is not None and state.waiting[0] == serial
    if visit is None or under_way or not isinstance(event, i.EditorCommand):
        return state, ()
    return replace(state, waiting=(serial, event)), (ReadPixels(visit.task, serial),)


def _pixels_read(state: DrawState, event: i.PixelsRead, at: float) -> DrawResult:
    if state.waiting is None or state.waiting[0] != event.serial:
        return state, ()
    command, editor = state.waiting[1], state.editor
    state = replace(state, waiting=None)
    if editor is None or event.serial != state.sitting.serial:
        return state, ()
    if event.pixels is None:
        return replace(state, last=editor.say("The picture cannot be read in full size.")), ()
    return _key(replace(state, last=replace(editor, pixels=event.pixels)), command, at)
