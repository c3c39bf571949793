"""What the key line says in each mode of a walk: functions of its state and the key table. No key stands here by its name
where the keymap can change it."""

from __future__ import annotations

from collections.abc import Collection
from typing import assert_never

from tui.commands import BY_ID, LABEL_SLOTS
from tui.model.project import project_kind
from tui.model.task import State
from tui.screens.keys import KeyTable
from tui.sitting.state import (
    Confirming,
    ConfirmingLeave,
    Fixing,
    Leaving,
    Looking,
    Over,
    Rejecting,
    TakenOut,
)
from tui.sitting.walk_state import Failure, Visit, WalkState
from tui.widgets.key_line import Hint, ModeKeys, Role

SIDES = ("left", "up", "down", "right")
MANY_LABELS = 3
"""Keys of labels that are shown one by one; of more the first ones."""
LATER = ("work.redo", "work.note", "work.go-to", "app.reload")
"""What is told last of a picture in front."""


def told(
    table: KeyTable, words: str, role: Role, *commands: str, taken: Collection[str] = (), help: str = ""
) -> Hint:
    """What the first keys of commands do now; `taken`: keys that mean something else; `help`: more words on all of them, or
    on what this one does in this mode."""
    keys = tuple(key for command in commands for key in table.keys_of(command, taken)[:1])
    more = help or "; ".join(dict.fromkeys(BY_ID[command].help for command in commands))
    return Hint(keys, words, role, command=commands[0], help=more)


def back(table: KeyTable, words: str = "back") -> Hint:
    """The key that gives up what is half done."""
    return told(table, words, Role.TAKES_BACK, "app.cancel")


def moves(table: KeyTable, scope: str, words: str = "move") -> Hint:
    """The four keys of a scope that go to a side."""
    what = {"drawing": "the crosshair", "shapes": "what is in hand"}.get(scope)
    help = f"Move {what} by one image pixel; with shift by ten" if what else "Move the cursor"
    return told(table, words, Role.CHANGES, *(f"{scope}.{side}" for side in SIDES), help=help)


def plain(table: KeyTable, role: Role, *commands: str) -> list[Hint]:
    """Commands by their titles."""
    return [told(table, BY_ID[command].title.lower(), role, command) for command in commands]


def digit_keys(table: KeyTable, count: int) -> list[str]:
    """The first `count` digits, or the keys that stand in their place."""
    return [key for slot in LABEL_SLOTS[:count] for key in table.keymap.of(slot)[:1]]


def run_of(table: KeyTable, words: str, role: Role, count: int) -> Hint:
    """The first `count` digits, as a run."""
    return Hint(tuple(digit_keys(table, count)), words, role, run=count)


def labels_of(table: KeyTable, words: str, role: Role) -> Hint:
    """The keys of labels: the digits as a run, then those of their own, in the project's order."""
    keys = [key for key in table.labels.values() if key]
    run = next((n for n in range(len(LABEL_SLOTS), 0, -1) if {*digit_keys(table, n)} <= {*keys}), 0)
    digits = digit_keys(table, run)
    own = [key for key in keys if key not in digits]
    more = "… " if len(own) > MANY_LABELS else ""
    help = "The label that has this key in the column beside the picture"
    return Hint((*digits, *own[:MANY_LABELS]), f"{more}{words}", role, run=run, help=help)


def help_key(table: KeyTable) -> list[Hint]:
    """The one that is good everywhere."""
    return plain(table, Role.EVERYWHERE, "app.help")


def everywhere(table: KeyTable) -> list[Hint]:
    """The keys at the right end."""
    return plain(table, Role.EVERYWHERE, "app.help", "app.quit")


def view_keys(
    table: KeyTable, *, zoomed: bool, taken: Collection[str] = (), idle: bool = False
) -> list[Hint]:
    """What looks at another part of the picture; all of it once that is enlarged. `taken`: keys that mean something else;
    `idle`: nothing is in hand, so that `escape` leaves the zoom."""
    if not zoomed:
        return [told(table, "zoom", Role.REST, "work.zoom-in", taken=taken)]
    pans = [f"work.pan-{side}" for side in SIDES]
    role = Role.ELSEWHERE if idle else Role.REST
    return [
        told(
            table,
            "zoom",
            role,
            "work.zoom-in",
            "work.zoom-out",
            taken=taken,
            help="A larger or a smaller picture",
        ),
        told(table, "fit", role, "work.fit", *(["app.cancel"] if idle else []), taken=taken),
        told(table, "pan", role, *pans, taken=taken, help="Move the view over the picture"),
    ]


def walking(table: KeyTable, *more: str, zoomed: bool, idle: bool = True) -> list[Hint]:
    """What goes from picture to picture, and what looks at this one; `more`: further commands that lead elsewhere.
    `idle`: nothing is in hand that would be left first."""
    looks = view_keys(table, zoomed=zoomed, idle=idle)
    guidelines = plain(table, Role.REST if zoomed else Role.ELSEWHERE, "work.guidelines")
    leads_to = [*plain(table, Role.ELSEWHERE, *more), *guidelines]
    steps = plain(table, Role.REST, "work.next", "work.previous", "work.next-undone", *LATER)
    return [*looks, *leads_to, *steps] if zoomed else [*leads_to, *steps, *looks]


# The modes.


def leaving_keys(table: KeyTable) -> ModeKeys:
    """It ends when all is safe."""
    stay = told(table, "stay", Role.FINISHES, "app.cancel")
    return ModeKeys("Leaving, when everything is safe", (stay, *help_key(table)))


def stuck_keys(state: WalkState, table: KeyTable) -> ModeKeys | None:
    """Where a walk stands still: a decision is not saved, it is to end, nothing is left, it is asked whether nothing is on
    the picture in front, or that takes no decision. Else None."""
    if state.sitting.leaving:
        return leaving_keys(table)
    if state.failure is not None:
        return _failed_keys(state.failure, table, reviews=state.reviews)
    if state.closing:
        return end_keys(state, table)
    if isinstance(state.mode, Confirming):
        return _asked_keys(state.mode, table)
    if isinstance(state.mode, ConfirmingLeave):
        return _asked_to_leave(state, table)
    return _undecidable_keys(table) if _is_undecidable(state.visit) else None


def _is_undecidable(visit: Visit | None) -> bool:
    return visit is not None and (visit.lost or visit.damage is not None)


def _undecidable_keys(table: KeyTable) -> ModeKeys:
    goes_on = told(table, "go on", Role.FINISHES, "work.skip", "work.next")
    undo = plain(table, Role.TAKES_BACK, "work.undo", "work.previous")
    rest = plain(table, Role.REST, "work.next-undone", *LATER)
    return ModeKeys("Nothing to decide here", (goes_on, *undo, *rest, *everywhere(table)), "work")


_ASKED = {
    False: ("Is nothing on it?", "nothing on it", "there is"),
    True: ("Leave suggestions out?", "leave out", "look again"),
}
"""What is asked, the words for yes and those for no."""


def _asked_keys(asked: Confirming, table: KeyTable) -> ModeKeys:
    title, sure, not_so = _ASKED[asked.undecided > 0]
    yes = told(table, sure, Role.FINISHES, "annotate.confirm")
    no = told(table, not_so, Role.TAKES_BACK, "app.cancel")
    return ModeKeys(title, (yes, no, *everywhere(table)), "annotate")


def _failed_keys(failure: Failure, table: KeyTable, *, reviews: bool) -> ModeKeys:
    again = told(table, "try again", Role.FINISHES, "review.confirm" if reviews else "annotate.confirm")
    first = () if failure.lasting else (again,)
    return ModeKeys("A decision is not saved", (*first, back(table, "give it up"), *everywhere(table)))


def end_keys(state: WalkState, table: KeyTable) -> ModeKeys:
    """The closing page: leave, or go back."""
    leaves = told(table, "quit", Role.FINISHES, "app.quit")
    undo = plain(table, Role.TAKES_BACK, "work.undo")
    undone = any(visit.overlooked for visit in state.walk)
    rest = plain(table, Role.REST, "work.previous", *(["work.next-undone"] if undone else []), "work.redo")
    sheet = plain(table, Role.ELSEWHERE, "review.sheet") if state.reviews else []
    empty = not (state.walk or state.sitting.totals.done)
    title = "Nothing is here yet" if empty else "The end"
    middle = [] if empty else [*undo, *rest, *sheet]
    return ModeKeys(title, (leaves, *middle, *plain(table, Role.REST, "work.guidelines"), *help_key(table)))


def annotator_keys(state: WalkState, table: KeyTable, *, zoomed: bool) -> ModeKeys:
    """Giving labels."""
    if (stuck := stuck_keys(state, table)) is not None:
        return stuck
    kind = project_kind(state.rules.kind)
    labels = labels_of(table, "label", Role.FINISHES if kind.enter_needs_answer else Role.CHANGES)
    find = told(table, "find label", labels.role if not labels.keys else Role.REST, "annotate.filter")
    title = "Choosing the label" if kind.enter_needs_answer else "Choosing tags"
    hints = (
        *_confirming(state, table, needs_answer=kind.enter_needs_answer),
        labels,
        *plain(table, Role.FINISHES, "work.skip"),
        *plain(table, Role.CHANGES, "work.flag"),
        *plain(table, Role.TAKES_BACK, "work.undo"),
        find,
        *walking(table, zoomed=zoomed),
        *everywhere(table),
    )
    return ModeKeys(title, hints, "annotate")


def _confirming(state: WalkState, table: KeyTable, *, needs_answer: bool) -> list[Hint]:
    """`enter`, where it does something."""
    visit = state.visit
    if not needs_answer:
        return [told(table, "done", Role.FINISHES, "annotate.confirm")]
    if visit is None:
        return []
    if visit.annotation:
        return [told(table, "keep", Role.FINISHES, "annotate.confirm")]
    guess = visit.task.predicted if state.sitting.view.predictions else None
    if guess is None or guess[0] not in state.rules.labels:
        return []
    return [told(table, "take the guess", Role.FINISHES, "annotate.confirm")]


def reviewer_keys(state: WalkState, table: KeyTable, *, zoomed: bool, idle: bool = True) -> ModeKeys:
    """Looking at what others labelled, or in the middle of a verdict. `idle`: no shape is selected."""
    if (stuck := stuck_keys(state, table)) is not None:
        return stuck
    mode = state.mode
    match mode:
        case Rejecting():
            return reason_keys(table, len(state.rules.reasons), "review.comment")
        case Looking() | Fixing() | Confirming() | ConfirmingLeave() | TakenOut() | Leaving() | Over():
            return ModeKeys("Reviewing", tuple(_verdicts(state, table, zoomed=zoomed, idle=idle)), "review")
        case _:
            assert_never(mode)


def _asked_to_leave(state: WalkState, table: KeyTable) -> ModeKeys:
    """Something was changed and is not saved, or was taken out on a sheet and is not decided."""
    leaves = told(table, "leave without", Role.FINISHES, "app.quit")
    stays = (back(table, "stay"), *help_key(table))
    if state.changed:
        rest = plain(table, Role.CHANGES, "work.previous")
        here = (
            [told(table, "save this one", Role.FINISHES, "annotate.confirm")]
            if state.visit in state.changed
            else []
        )
        return ModeKeys("Leave without what is changed?", (leaves, *here, *rest, *stays), "annotate")
    sheet = plain(table, Role.CHANGES, "review.sheet")
    return ModeKeys("Leave without what is taken out?", (leaves, *sheet, *stays), "review")


def _verdicts(state: WalkState, table: KeyTable, *, zoomed: bool, idle: bool) -> list[Hint]:
    visit = state.visit
    marked = visit is not None and visit.wrong and visit.undecided
    accepted = visit is not None and visit.task.state is State.ACCEPTED
    accept = told(table, "send back", Role.FINISHES, "review.accept-shown") if marked else None
    return [
        accept or plain(table, Role.FINISHES, "review.accept")[0],
        *plain(table, Role.FINISHES, "review.reject", "review.fix", "work.skip"),
        *(plain(table, Role.CHANGES, "review.send-back") if accepted else ()),
        *plain(table, Role.CHANGES, "work.flag"),
        *plain(table, Role.TAKES_BACK, "work.undo"),
        *walking(table, "review.sheet", zoomed=zoomed, idle=idle),
        *everywhere(table),
    ]


def reason_keys(table: KeyTable, reasons: int, comment: str) -> ModeKeys:
    """After `x`: why it is wrong. `reasons`: how many the project has; `comment`: the command for words."""
    digits = [run_of(table, "the reason", Role.FINISHES, min(reasons, len(LABEL_SLOTS)))] if reasons else []
    hints = (
        *digits,
        told(table, "no reason", Role.FINISHES, "review.confirm"),
        told(table, "in words", Role.CHANGES, comment),
        back(table),
        *help_key(table),
    )
    return ModeKeys("Why is it wrong?", hints, comment.partition(".")[0])
