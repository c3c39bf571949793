"""Looking through an audit, as a pure reducer: a cursor goes over its numbers, `enter` shows the pictures behind
one of them as contact sheets. All that is decided here is that one of them goes back to its annotator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from tui.model.review import AuditCell
from tui.model.task import Task
from tui.sitting import inputs as i
from tui.sitting import sentences
from tui.sitting.effects import Pick, Recall, Result, SendBack, Show, ShowSheet, Undo, Want, WantSheet
from tui.sitting.inputs import Past
from tui.sitting.reducer import Reducer
from tui.sitting.seeking import FileLooked, Found, Opened
from tui.sitting.state import Leaving, Sitting, SittingRules
from tui.sitting.verdicts import why_not_back
from tui.sitting.work_state import WorkState


@dataclass(frozen=True, slots=True)
class AuditState(WorkState):
    """`grid`: the numbers, row by row; `row`, `column`: the cursor. `opened`: the number whose pictures are in front,
    `asked`: the one that is being looked up. `tasks`: its pictures, `at`: the cursor among them, `enlarged`: that
    one fills the canvas, and `recalled` is what reviewers said of it. `returned`: how many were sent back here. `grids`: of a sheet, by the number of its pictures."""

    grid: tuple[tuple[AuditCell, ...], ...]
    grids: i.Grids
    row: int = 0
    column: int = 0
    opened: AuditCell | None = None
    asked: AuditCell | None = None
    tasks: tuple[Task, ...] = ()
    at: int = 0
    enlarged: bool = False
    recalled: tuple[Past, ...] = ()
    returned: int = 0

    @property
    def size(self) -> int:
        """Pictures on a full sheet."""
        return len(self.grids)

    @property
    def columns(self) -> int:
        """Of the sheet in front."""
        return self.grid_of(self.page)[0]

    def grid_of(self, tasks: tuple[Task, ...]) -> tuple[int, int]:
        """Columns and rows of a sheet of these."""
        return self.grids[max(len(tasks), 1) - 1]

    @property
    def cell(self) -> AuditCell | None:
        """The number under the cursor."""
        return self.grid[self.row][self.column] if self.grid else None

    @property
    def first(self) -> int:
        """Where the sheet in front begins among the tasks."""
        return self.at // self.size * self.size

    @property
    def page(self) -> tuple[Task, ...]:
        """The tasks of the sheet in front."""
        return self.tasks[self.first : self.first + self.size]


AuditResult = Result[AuditState]


def begin_audit(rules: SittingRules, grid: tuple[tuple[AuditCell, ...], ...], grids: i.Grids) -> AuditResult:
    """At the first number. `grid` has no empty rows."""
    return AuditState(Sitting(rules), grid, grids), ()


def _key(state: AuditState, incoming: i.WorkKey, at: float) -> AuditResult:
    if isinstance(incoming, i.NoKey):
        return state.say(sentences.no_key(incoming, state)), ()
    return _audit_key(state, incoming) if isinstance(incoming, i.AuditKey) else (state, ())


def _touched(state: AuditState, at: float) -> AuditState:
    sitting, _ = state.sitting.touched(at)
    return replace(state, sitting=sitting)


def _audit_key(state: AuditState, incoming: i.AuditKey) -> AuditResult:
    match incoming:
        case i.QuitKey() if state.sitting.pending:
            return state.say(_SAVING), ()
        case i.QuitKey(then):
            sitting, effects = state.sitting.in_mode(Leaving(then)).ending(())
            return replace(state, sitting=sitting), effects
        case i.CancelKey():
            return _back(state)
        case i.Enlarge():
            return _entered(state)
        case i.MoveCursor(right, down):
            return _moved(state, right, down)
        case i.SendBackKey():
            return _sent_back(state)
        case i.UndoKey():
            return _taken_back(state)
        case _:
            assert_never(incoming)


def _canvas(state: AuditState, incoming: i.CanvasInput, at: float) -> AuditResult:
    match incoming:
        case i.SeenOnScreen(serial):
            sitting = state.sitting.saw(serial, at)
            return (replace(state, sitting=sitting) if sitting is not None else state), ()
        case i.Resized(grids):
            return _resized(state, grids)
        case i.Covered(covered):
            return _covered(state, covered)
        case i.Broken():
            return state, ()
        case _:
            assert_never(incoming)


def _answer(state: AuditState, incoming: i.QueueAnswer, at: float) -> AuditResult:
    match incoming:
        case i.Picked(cell, tasks):
            return _picked(state, cell, tasks) if cell == state.asked else (state, ())
        case i.Failed(request_id, message):
            sitting, _ = state.sitting.without_pending(request_id)
            return replace(state, asked=None, sitting=sitting).say(message, "error"), ()
        case i.Saved(request_id, task):
            told = sentences.decision(task, task, state.rules.titles)
            return _written(
                state, request_id, task, f"{sentences.name_of(task)}: {told} · {{audit.undo}} takes back", 1
            ), ()
        case i.TakenBack(request_id, task):
            if task is None:
                return _written(state, request_id, None, sentences.nothing_left(again=False), 0), ()
            return _written(state, request_id, task, f"↶ {sentences.name_of(task)}: taken back", -1), ()
        case i.Recalled(task_id, past):
            here = state.enlarged and state.tasks[state.at].id == task_id
            return (replace(state, recalled=past) if here else state), ()
        case (
            i.EarlierWork()
            | Found()
            | Opened()
            | FileLooked()
            | i.Claimed()
            | i.Taken()
            | i.TakeFailed()
            | i.Renewed()
            | i.MoreTasks()
            | i.DraftSaved()
            | i.DraftFailed()
        ):
            return state, ()
        case _:
            assert_never(incoming)


_SAVING = "One moment: this is being saved."


def _sent_back(state: AuditState) -> AuditResult:
    """`B`: the picture under the cursor goes back to its annotator."""
    if state.opened is None:
        return state.say("Open the pictures behind a number first: one of them can go back."), ()
    if state.sitting.pending or not state.sitting.seen:
        return state.say(_SAVING if state.sitting.pending else "Not yet: the pictures are not there."), ()
    task = state.tasks[state.at]
    if why := why_not_back(task, state.rules.who):
        return state.say(why, "warn"), ()
    sitting, request = state.sitting.with_request()
    write = SendBack(request, task, sitting.context(None, 0.0))
    return replace(state, sitting=sitting.with_pending(write)), (write,)


def _taken_back(state: AuditState) -> AuditResult:
    """What was decided elsewhere is taken back there."""
    if state.sitting.pending:
        return state.say(_SAVING), ()
    if not state.returned:
        return state.say("Nothing was sent back here that could be taken back."), ()
    sitting, request = state.sitting.with_request()
    write = Undo(request)
    return replace(state, sitting=sitting.with_pending(write)), (write,)


def _written(state: AuditState, request_id: str, task: Task | None, told: str, by: int) -> AuditState:
    """The picture as it is now, where it is among these; `by`: how many more were sent back."""
    sitting, _ = state.sitting.without_pending(request_id)
    tasks = tuple(task if task is not None and each.id == task.id else each for each in state.tasks)
    return replace(state, sitting=sitting, tasks=tasks, returned=state.returned + by).say(told, "good")


def _moved(state: AuditState, right: int, down: int) -> AuditResult:
    if state.opened is None:
        if not state.grid:
            return state, ()
        row = min(max(state.row + down, 0), len(state.grid) - 1)
        column = min(max(state.column + right, 0), len(state.grid[row]) - 1)
        return replace(state, row=row, column=column, asked=None), ()
    step = right + (down if state.enlarged else down * state.columns)
    to = min(max(state.at + step, 0), len(state.tasks) - 1)
    moved = replace(state, at=to)
    if state.enlarged or moved.first != state.first:
        return _shown(moved)
    return moved, ()


def _entered(state: AuditState) -> AuditResult:
    if state.opened is not None:
        return _shown(replace(state, enlarged=not state.enlarged))
    cell = state.cell
    if cell is None or not cell.count:
        return state.say("Nothing lies behind this number."), ()
    return replace(state, asked=cell), (Pick(cell),)


def _picked(state: AuditState, cell: AuditCell, tasks: tuple[Task, ...]) -> AuditResult:
    state = replace(state, asked=None)
    if not tasks:
        return state.say("These were changed since; nothing of it stands any more."), ()
    return _shown(replace(state, opened=cell, tasks=tasks, at=0, enlarged=False))


def _back(state: AuditState) -> AuditResult:
    """From the picture to the sheet, from the sheet to the numbers."""
    if state.enlarged:
        return _shown(replace(state, enlarged=False))
    if state.opened is None:
        return replace(state, asked=None), ()
    return _shown(replace(state, opened=None, tasks=(), at=0))


def _shown(state: AuditState) -> AuditResult:
    state = replace(state, sitting=state.sitting.with_next_serial(), recalled=())
    if state.sitting.covered or state.opened is None:
        return state, (Show(None, state.sitting.serial),)
    if state.enlarged:
        here, near = state.tasks[state.at], state.tasks[state.at + 1 : state.at + 2]
        return state, (Show(here, state.sitting.serial), Want(near), Recall(here.id))
    after = state.first + state.size
    coming = state.tasks[after : after + state.size]
    shown = ShowSheet(state.page, state.sitting.serial, *state.grid_of(state.page))
    return state, (shown, WantSheet(coming, *state.grid_of(coming)))


def _covered(state: AuditState, covered: bool) -> AuditResult:
    """Too small, or large enough again: what was seen before must be seen anew."""
    sitting = state.sitting.covering(covered)
    if sitting is None:
        return state, ()
    state = replace(state, sitting=sitting)
    return _shown(state) if state.opened is not None else (state, ())


def _resized(state: AuditState, grids: i.Grids) -> AuditResult:
    """Another canvas; the cursor stays on its picture."""
    if grids == state.grids:
        return state, ()
    state = replace(state, grids=grids)
    return _shown(state) if state.opened is not None else (state, ())


_REDUCER = Reducer(_touched, sentences.idle, _key, _canvas, _answer, lambda state, at: (state, ()))


def step_audit(state: AuditState, incoming: i.Input, at: float) -> AuditResult:
    """Take in one input that arrived at `at` (monotonic seconds)."""
    return _REDUCER.step(state, incoming, at)
