"""Steps of an editor are taken back and done again, and it is said what came of it."""

from __future__ import annotations

from dataclasses import replace

from tui.text import counted
from tui.tools.painted import with_masks
from tui.tools.state import TAKES_BACK, Editor, Gesture, Snapshot


def undo(editor: Editor) -> Editor:
    """The last edit of this picture. While one paints, only what was painted since."""
    if not _reaches(editor, editor.past):
        return editor.say("Nothing to take back on this picture.")
    found = _restored(editor, editor.past[-1], editor.past[:-1], (*editor.future, editor.snapshot()))
    return found.say(f"↶ {_difference(editor, found)}")


def redo(editor: Editor) -> Editor:
    """What was taken back last, again."""
    if not _reaches(editor, editor.future):
        return editor.say("Nothing was taken back.")
    found = _restored(editor, editor.future[-1], (*editor.past, editor.snapshot()), editor.future[:-1])
    return found.say(f"↷ {_difference(editor, found)} · {TAKES_BACK}")


def _difference(before: Editor, after: Editor) -> str:
    """What came back or went, in a few words."""
    if before.classes is not after.classes:
        return "painting as it was before"
    gone, come = _only_in(before, after), _only_in(after, before)
    word = _CAME[bool(come), bool(gone)]
    named = come or gone
    return f"{named[0] if len(named) == 1 else counted(len(named), 'shape')} {word}"


_CAME = {(True, False): "back", (False, True): "gone", (True, True): "as before", (False, False): "as before"}


def _only_in(one: Editor, other: Editor) -> list[str]:
    """The items that the other has not, as people call them."""
    known = set(map(id, other.items))
    return [one.named(n) for n, shape in enumerate(one.items) if id(shape) not in known]


def _reaches(editor: Editor, steps: tuple[Snapshot, ...]) -> bool:
    """Whether there is a step, and one of the painting while one paints."""
    return bool(steps) and (editor.classes is None or steps[-1].classes is not None)


def _restored(
    editor: Editor, to: Snapshot, past: tuple[Snapshot, ...], future: tuple[Snapshot, ...]
) -> Editor:
    shapes, classes = to.shapes, to.classes
    if classes is not None and editor.classes is None:
        # The step was painted, and painting is over.
        shapes, classes = with_masks(shapes, classes), None
    return replace(
        editor,
        shapes=shapes,
        suggestions=to.suggestions,
        classes=classes,
        selected=to.selected,
        numbers=to.numbers,
        past=past,
        future=future,
        gesture=Gesture(),
    )
