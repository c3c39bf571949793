"""What is in hand of a walk from picture to picture, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tui.model.project import KindName
from tui.screens.editor_heads import editor_in_hand
from tui.screens.keys import KeyTable
from tui.sitting.draw_state import DrawState
from tui.sitting.state import Confirming, ConfirmingLeave, Leaving, Over, Rejecting
from tui.sitting.walk_state import Lost, Visit, WalkState
from tui.sitting.work_state import WorkState
from tui.text import counted
from tui.tools.state import Editor
from tui.widgets.in_hand import InHand
from tui.widgets.side import zoom_words

_CALM: dict[KindName, str] = {"classify": "LABEL", "tags": "TAGS", "shapes": "SHAPES"}


def leaving_head(state: WorkState, noun: str) -> InHand | None:
    """That it ends when all is safe; None while it goes on."""
    if not isinstance(state.mode, Leaving | Over):
        return None
    count = len(state.sitting.pending)
    return InHand(
        "LEAVING", (f"waiting for {count} {noun}{'s' if count != 1 else ''}" if count else "one moment",)
    )


def reason_head(table: KeyTable, about: str = "") -> InHand:
    """The reason of a rejection is awaited."""
    return InHand("WHY?", tuple(filter(None, (about, "a digit says it"))))


def half_done(state: WalkState, table: KeyTable) -> InHand | None:
    """What must end before anything else; None when nothing of the kind is under way."""
    if (leaving := leaving_head(state, "verdict" if state.reviews else "decision")) is not None:
        return leaving
    if state.failure is not None:
        confirm = "review.confirm" if state.reviews else "annotate.confirm"
        again = "" if state.failure.lasting else f"{table.key_of(confirm)} tries again"
        return InHand("NOT SAVED", tuple(filter(None, (again, f"{table.key_of('app.cancel')} gives it up"))))
    if isinstance(state.mode, Rejecting):
        visit, shape = state.visit, state.mode.shape
        return reason_head(
            table, visit.name_of_shape(shape) if visit is not None and shape is not None else ""
        )
    if isinstance(state.mode, Confirming):
        return _asked_head(state.mode, table.key_of("annotate.confirm"))
    if isinstance(state.mode, ConfirmingLeave):
        changed = f"{counted(len(state.changed), 'picture')} changed, not saved"
        return InHand("LEAVE?", (changed if state.changed else f"{len(state.marks)} taken out, not decided",))
    return None


def _asked_head(asked: Confirming, enter: str) -> InHand:
    """Whether the picture is done as it is."""
    if asked.undecided:
        return InHand(f"{asked.undecided} UNDECIDED", (f"{enter} again leaves out",))
    return InHand("NOTHING ON IT?", (f"{enter} again",))


def at_rest(state: WalkState, table: KeyTable, zoom: float, details: Sequence[str] = ()) -> InHand:
    """Nothing is half done: how the picture is looked at, else the work."""
    if state.visit is None:
        return InHand("DONE", calm=True) if state.closing else InHand("ONE MOMENT", calm=True)
    if state.visit.damage is not None:
        return InHand("UNREADABLE", (f"{table.key_of('work.skip')} goes on",))
    work = "REVIEW" if state.reviews else _CALM[state.rules.kind]
    zoomed = zoom_words(zoom).upper()
    if zoomed:
        return InHand(zoomed, (f"{table.key_of('app.cancel')} fits", *details))
    if state.visit.changed and not state.reviews:
        return InHand("CHANGED", ("not saved", f"{table.key_of('annotate.confirm')} saves it"))
    if state.visit.task.file_changed:
        return InHand("FILE CHANGED", ("since it was labelled", *details))
    return InHand(work, tuple(details), calm=True)


def annotating(state: WalkState, table: KeyTable, zoom: float) -> InHand:
    """Of an annotator who gives labels."""
    return half_done(state, table) or at_rest(state, table, zoom, _labelling(state, table))


def _labelling(state: WalkState, table: KeyTable) -> tuple[str, ...]:
    visit, done = state.shown_visit, table.key_of("annotate.confirm")
    if visit is None:
        return ()
    if state.rules.kind == "tags":
        count = len(visit.annotation.labels)
        return (f"{count} chosen" if count else "none yet", f"{done} when complete")
    if isinstance(visit.standing, Lost):
        return (visit.standing.why,)
    guess = guess_words(visit)
    return (f"the model: {guess}", f"{done} takes it") if guess else ("its key decides",)


def guess_words(visit: Visit) -> str:
    """What the model says of a picture that waits, '' for nothing."""
    if visit.done or visit.task.predicted is None:
        return ""
    label, score = visit.task.predicted
    return f"{label} {score:.0%}".replace("%", " %")


def reviewing(state: WalkState, table: KeyTable, zoom: float) -> InHand:
    """Of a reviewer of labels. While one is put right, a layer says so."""
    return half_done(state, table) or at_rest(state, table, zoom, ("is it right?",))


def drawing(state: DrawState, table: KeyTable, zoom: float) -> InHand:
    """Of an annotator who draws, or of a reviewer of shapes."""
    half = half_done(state.walk, table)
    if half is not None:
        return half
    editor = state.editor
    hand = _of_editor(state, editor, table, zoom) if editor is not None else None
    if state.fixing:
        return (
            hand.within("FIX")
            if hand is not None
            else InHand("FIX", (f"{table.key_of('annotate.confirm')} accepts it",))
        )
    return hand or at_rest(state.walk, table, zoom, _shapes_words(state, editor))


def _of_editor(state: DrawState, editor: Editor, table: KeyTable, zoom: float) -> InHand | None:
    hand = editor_in_hand(editor, table.key_of)
    if hand is None or state.edits or editor.selected is None:
        return hand
    return InHand(hand.word, (f"shape {editor.selected + 1} of {len(editor.shapes)}",), hand.place)


def _shapes_words(state: DrawState, editor: Editor | None) -> tuple[str, ...]:
    if editor is None:
        return ()
    if state.walk.reviews:
        return ("are they right?",)
    open_ = len(editor.suggestions)
    suggested = (f"{open_} suggested",) if open_ else ()
    return (*suggested, f"next: {editor.title(editor.label)}") if editor.label else suggested
