"""The state of a walk with an editor of shapes for the picture in front, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tui.model.annotation import Json
from tui.sitting import inputs as i
from tui.sitting.effects import Effect, Flag, Redo, Result, SetNote, Write
from tui.sitting.state import NEVER, Fixing, Marks, Sitting
from tui.sitting.walk_state import Visit, WalkState
from tui.tools.state import Editor, EditorRules
from tui.tools.view import View


@dataclass(frozen=True, slots=True)
class DrawState:
    """`walk`: from picture to picture. `view`: the part of the picture in front that is visible, as far as known.
    `latest_editor`: the editor of the picture that was seen last, and `editor_serial`, under which that was put in
    front; see `editor`.
    `submitted`: shapes by task id, which come back when only the decision is taken back. `flushing`: under which
    serial a draft is due. `waiting`: the command that waits for the picture's pixels, and the serial.
    `aimed`: when a key that begins to draw was refused, or the last of those that came with it (monotonic seconds)."""

    walk: WalkState
    rules: EditorRules
    view: View | None = None
    latest_editor: Editor | None = None
    editor_serial: int | None = None
    submitted: Mapping[int, tuple[Json, ...]] = field(default_factory=dict)
    flushing: int | None = None
    waiting: tuple[int, i.EditorCommand] | None = None
    aimed: float = NEVER

    @property
    def sitting(self) -> Sitting:
        """What every sitting has."""
        return self.walk.sitting

    @property
    def in_front(self) -> int | None:
        """The task in front, by its id, whether or not anything can be done with its shapes."""
        return self.walk.in_front

    @property
    def marks(self) -> Marks:
        """Of contact sheets before, what was not decided here."""
        return self.walk.marks

    @property
    def visit(self) -> Visit | None:
        """The task in front, None while nothing can be done with its shapes: it must be seen first."""
        visit = self.walk.visit
        if visit is None or visit.damage is not None or visit.lost or not self.sitting.seen:
            return None
        return visit

    @property
    def editor(self) -> Editor | None:
        """The editor of the picture in front; None before that was seen, so that nothing is drawn blind."""
        return (
            self.latest_editor if self.visit is not None and self.editor_serial == self.walk.arrived else None
        )

    @property
    def fixing(self) -> bool:
        """Whether a reviewer changes shapes."""
        return isinstance(self.walk.mode, Fixing)

    @property
    def edits(self) -> bool:
        """Whether commands change shapes now, or only look at them."""
        return self.fixing or not self.walk.reviews

    @property
    def wrong(self) -> Mapping[str, str]:
        """The shapes in front that a reviewer calls wrong, by their ids as text, and why."""
        visit = self.walk.visit
        if visit is None or self.fixing:
            return {}
        if self.walk.reviews and visit.undecided:
            return visit.wrong
        return visit.task.wrong if self.walk.reviews or visit.came_back else {}


DrawResult = Result[DrawState]


def marked(
    editor: Editor | None, incoming: i.Input, effects: tuple[Effect, ...], pending: tuple[Write, ...]
) -> Editor | None:
    """The editor once its picture was flagged or noted: that is what the next undo takes back, and not an edit before it;
    and the other way. `pending`: what was under way before."""
    if editor is None:
        return None
    if any(isinstance(effect, Flag | SetNote) for effect in effects):
        return replace(editor, decided=len(editor.past), redo_at=-1)
    if not isinstance(incoming, i.TakenBack):
        return editor
    again = any(isinstance(write, Redo) and write.request_id == incoming.request_id for write in pending)
    if again:
        return replace(editor, decided=len(editor.past), redo_at=-1)
    return replace(editor, decided=0, redo_at=len(editor.future))
