"""What a screen says about a sitting: pure functions of its state. Keys are named by what they do (`{work.undo}`): the
screen puts those of its keymap in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar, assert_never

from tui.layouts import layout_of
from tui.model.annotation import Annotation
from tui.model.project import project_kind
from tui.model.review import SENT_BACK
from tui.model.task import State, Task
from tui.sitting.farewell import Ended
from tui.sitting.inputs import CancelKey, IdleCommand, NoKey, Saved, TakenBack, UnknownKey, WorkKey
from tui.sitting.sheet_state import SheetState
from tui.sitting.walk_state import Damage, Visit, WalkState
from tui.sitting.work_state import WorkState
from tui.text import counted

S = TypeVar("S", bound=WorkState)
LONGEST_NAME = 28
"""Characters of a file's name in a message; of a longer one the middle is left out."""
ROOM = 76
"""Characters of a trace, so that 80 columns show it whole with its sign."""
LEAST_NAME = 8
"""Characters of a name of which something can be understood."""
_KEY = re.compile(r"\{[^}]+\}")
STILL_THE_LAST = "{annotate.confirm} twice so quickly is one key, for the picture before; again for this one."


def name_of(task: Task) -> str:
    """What a person knows a picture by: the last part of its path."""
    name = task.path.rpartition("/")[2]
    if len(name) <= LONGEST_NAME:
        return name
    head = (LONGEST_NAME - 1) // 2
    return f"{name[:head]}…{name[head + 1 - LONGEST_NAME :]}"


def said(annotation: Annotation, titles: Mapping[str, str], room: int = ROOM // 2) -> str:
    """What is on a picture, in so many characters. `titles`: of labels, by their names."""
    shapes = counted(len(annotation.shapes), "shape") if annotation.shapes else ""
    names = [titles.get(label, label) for label in annotation.labels]
    listed = _listed(names, max(room - len(shapes) - 2 * bool(shapes), LEAST_NAME))
    return ", ".join(filter(None, [listed, shapes])) or "nothing on it"


def _listed(names: Sequence[str], room: int) -> str:
    """`cat, dog and 3 more`: as many as there is room for; else the first one cut, or how many there are."""
    for n in range(len(names), 0, -1):
        more = f" and {len(names) - n} more" if n < len(names) else ""
        text = ", ".join(names[:n])
        if len(text) + len(more) <= room:
            return text + more
    if not names or room - len(more) < LEAST_NAME:
        return counted(len(names), "label") if names else ""
    return f"{names[0][: room - len(more) - 1]}…{more}"


_PLAIN: Mapping[State, str] = {
    State.TODO: "open again",
    State.SKIPPED: "skipped",
    State.UNREADABLE: "cannot be read",
    State.REMOVED: "removed from the project",
}
"""States of which nothing more is to be told."""


def decision(before: Task, after: Task, titles: Mapping[str, str], room: int = ROOM // 2) -> str:
    """What the decision was that made the one task of the other."""
    if before.flagged != after.flagged:
        return "flagged as hard" if after.flagged else "no longer flagged"
    if before.note != after.note:
        return f"noted: “{after.note}”" if after.note else "its note is gone"
    return answer(after, titles, room)


def answer(task: Task, titles: Mapping[str, str], room: int = ROOM // 2) -> str:
    """How it stands with a task; labels in so many characters."""
    if task.state is State.LABELLED:
        return said(task.annotation, titles, room)
    return _PLAIN.get(task.state) or _verdict(task, titles, room)


def _verdict(task: Task, titles: Mapping[str, str], room: int) -> str:
    """What a reviewer said."""
    if task.state is State.ACCEPTED:
        fixed = "fixed: "
        return fixed + said(task.annotation, titles, room - len(fixed)) if task.fixed else "accepted"
    if task.verdict is None:
        return SENT_BACK if task.reason in (None, SENT_BACK) else f"{SENT_BACK}: {task.reason}"
    why = task.reason or (f"“{task.comment}”" if task.comment else "")
    return f"rejected: {why}" if why else "rejected"


def trace(before: Task, after: Task, titles: Mapping[str, str]) -> str:
    """What a decision leaves on the screen."""
    head, back = f"{name_of(after)}: ", " · {work.undo} takes back"
    return f"{head}{decision(before, after, titles, _room_beside(head + back))}{back}"


def _room_beside(text: str) -> int:
    """Characters of a trace that are left beside a text with the names of keys."""
    return ROOM - len(_KEY.sub("backspace", text))


def taken_back(task: Task, was: Task | None, titles: Mapping[str, str], *, again: bool) -> str:
    """What an undo brought back, or (`again`) a redo. `was`: the task before it, None where that is not known."""
    sign, done = ("↷", "again") if again else ("↶", "taken back")
    back = "" if again else " · {work.redo} does it again"
    if was is None:
        return f"{sign} {name_of(task)}: {done}{back}"
    before, after = (was, task) if again else (task, was)
    head, tail = f"{sign} {name_of(task)}: ", f", {done}{back}"
    return f"{head}{decision(before, after, titles, _room_beside(head + tail))}{tail}"


def nothing_left(*, again: bool) -> str:
    """There is no decision to take back, or (`again`) none that was taken back."""
    return "Nothing was taken back that could come again." if again else "There is nothing left to take back."


def sheet_trace(accepted: int, rejected: int) -> str:
    """What a decided contact sheet leaves on the screen."""
    return f"{_verdicts(accepted, rejected)} · {{sheet.undo}} takes all of it back"


def sheet_taken_back(accepted: int, rejected: int) -> str:
    """What an undo of a whole contact sheet brought back."""
    return f"↶ {_verdicts(accepted, rejected)}, taken back"


def _verdicts(accepted: int, rejected: int) -> str:
    return f"{accepted} accepted, {rejected} rejected" if rejected else f"{accepted} accepted"


def given_back(task: Task, kept: int) -> str:
    """A lease was given up for those of the pictures left undone that came later."""
    return f"{name_of(task)} was given back: of those left without a decision {kept} stay with you."


def gone_on(visit: Visit, titles: Mapping[str, str]) -> str:
    """A picture was left as it is."""
    if visit.damage is not None:
        stays = "takes no label"
    elif visit.lost:
        stays = "is somebody else's"
    else:
        stays = f"stays {answer(visit.task, titles)}" if visit.done else "stays without a decision"
    return f"{name_of(visit.task)}: {stays}; on to the next"


def damaged(damage: Damage) -> str:
    """Why nothing can be decided about a picture."""
    whole = "cannot be shown whole" if damage.partial else "cannot be read"
    return f"Nothing counts here, it {whole}: {damage.reason.rstrip('.')}; {{work.skip}} goes on."


def counts_no_more(task: Task) -> str:
    """The file of a picture was found at fault: there is one less to be labelled."""
    return f"{name_of(task)} is unreadable: one picture less to do"


def passed_over(task: Task) -> str:
    """A reviewer said nothing of a picture."""
    return f"{name_of(task)}: no verdict, it goes back · {{work.previous}} returns to it"


def unfinished(state: WalkState) -> str:
    """What becomes of the work on the picture in front when that is left; '' where there is none, or it is decided."""
    visit, drafts = state.visit, project_kind(state.rules.kind).has_drafts
    if visit is not None and visit.changed and not state.reviews:
        return f"{name_of(visit.task)}: changed and not saved; {{work.previous}} goes back to it"
    if visit is None or not visit.unfinished or not drafts or state.reviews:
        return ""
    return f"{name_of(visit.task)}: {said(visit.annotation, state.rules.titles)}, kept as a draft"


NO_PICTURE = "No picture is in front; {work.previous} goes back, {work.go-to} goes to any."
NO_SHEET = "No sheet is in front."
_IDLE: Mapping[str, str] = {
    **dict.fromkeys(
        ("work.pan-left", "work.pan-right", "work.pan-up", "work.pan-down"),
        "Nothing more lies there; {work.zoom-in} enlarges the picture, then it can be moved.",
    ),
    **dict.fromkeys(("work.zoom-out", "work.fit"), "The whole picture is in sight already."),
    "work.zoom-in": "It cannot be enlarged any more.",
    **dict.fromkeys(("work.frame-next", "work.frame-previous"), "There is no further frame in this file."),
}
"""Of commands that do nothing as things are."""


def no_key(incoming: NoKey, state: WorkState) -> str:
    """Why a key did nothing."""
    match incoming:
        case UnknownKey(key, other_case):
            return f"{key}: no key here; {_perhaps(key, other_case)}"
        case IdleCommand(command) if not isinstance(state, WalkState) or state.visit is not None:
            return _IDLE.get(command, f"{{{command}}}: nothing to do here.")
        case IdleCommand():
            return _nothing_in_front(state)
        case _:
            assert_never(incoming)


def while_drawing(incoming: UnknownKey) -> str:
    """Why a key did nothing while something is drawn or painted."""
    if incoming.other_case:
        return f"{incoming.key}: no key while drawing; {_perhaps(incoming.key, True)}"
    return f"{incoming.key}: no key while drawing; {{drawing.back}} takes back, {{app.help}} shows all keys."


def _perhaps(key: str, other_case: bool) -> str:
    """What may be the matter with a key that means nothing."""
    if other_case:
        return "is CapsLock on?" if key.isupper() else f"{key.upper()} is one."
    if len(key) != 1 or key.isascii() or not key.isalpha():
        return "{app.help} shows all that there are."
    layout = layout_of(key)
    if layout is None:
        return "is another keyboard layout on?"
    return f'of another layout? layout = "{layout}" in your settings reads it.'


def idle(state: WorkState, incoming: WorkKey) -> str:
    """Why a key did nothing that means something elsewhere."""
    if isinstance(incoming, CancelKey):
        return "Nothing is open or half done."
    return _nothing_in_front(state) or "There is nothing to do for that key here."


def _nothing_in_front(state: WorkState) -> str:
    """Nothing can be done where nothing is; '' where something is."""
    if isinstance(state, SheetState):
        return "" if state.cards else NO_SHEET
    if not isinstance(state, WalkState) or state.visit is not None:
        return ""
    return NO_PICTURE if state.sitting.ended else "The next picture is on its way."


def held(trace: str) -> str:
    """A key that is held down counts once; `trace`: what it did then."""
    once = "a held key counts once"
    return f"{trace} · {once}" if trace else f"{once[0].upper()}{once[1:]}: let it go, and press it again."


def no_such_label(name: str) -> str:
    """A label that somebody or something gave, and that the project has not."""
    return f"{name} is no label of this project; choose another."


def confirm_key(*, reviews: bool) -> str:
    """What `enter` is to an annotator or a reviewer, for a message."""
    return "{review.confirm}" if reviews else "{annotate.confirm}"


def asks_reason(does: str) -> str:
    """What can be pressed while a reason is awaited; `does`: what comes of it without one."""
    return f"A digit gives the reason, {{review.confirm}} {does} without one, {{app.cancel}} goes back."


def position(state: WalkState) -> str:
    """Which picture stands in front, by the number that going to one and exports have, and how far one went back."""
    visit, back = state.visit, len(state.walk) - 1 - state.at
    if visit is None:
        return "–"
    return f"#{visit.task.id}, {back} back" if back else f"#{visit.task.id}"


def seconds_left(state: WorkState) -> float | None:
    """How long the rest takes at this pace, None while that is not known, and where nothing of it comes to this person."""
    pace, left = state.sitting.account.pace, state.sitting.totals.left
    return left / pace * 60 if pace and left and not state.closing else None


def passed(state: WalkState) -> int:
    """Pictures that a reviewer went on from without a verdict."""
    return sum(visit.passed for visit in state.walk)


def settled(state: S, answer: Saved | TakenBack) -> S:
    """The same where the queue had answered, and the app was ended before it was told; for the words on leaving alone."""
    sitting, write = state.sitting.counting(answer).without_pending(answer.request_id)
    return replace(state, sitting=sitting) if write is not None else state


def ended(state: WorkState) -> Ended:
    """The end of a run, from the last state of its last sitting."""
    sitting = state.sitting
    found = Ended(
        sitting.account, sitting.rules.work, unsaved=len(sitting.pending), came_back=sitting.totals.came_back
    )
    if not isinstance(state, WalkState):
        return found
    drafts = sum(visit.undone and visit.annotation != visit.task.annotation for visit in state.walk)
    kept = drafts if project_kind(state.rules.kind).has_drafts and not state.reviews else 0
    return replace(found, passed=passed(state), drafts=kept, unsaved=found.unsaved + len(state.failures))
