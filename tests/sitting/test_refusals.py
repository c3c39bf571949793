"""Every key that does nothing says why."""

from __future__ import annotations

import pytest

from tests.sitting.test_draw import Seat
from tests.sitting.test_sheet import Reviewer, lease
from tests.sitting.test_walk import Desk
from tests.tools.hands import editor, with_shapes
from tui.commands import COMMANDS, SCOPES
from tui.keymap import load, names
from tui.model.shapes import Box
from tui.model.task import Lease, Task
from tui.screens.keys import KeyTable
from tui.screens.sheet import SheetMode
from tui.screens.unknown import unknown_key
from tui.screens.walk_keys import WALK_INPUTS
from tui.sitting import inputs as i
from tui.sitting import sentences
from tui.sitting.state import Leaving
from tui.tools.editor import COMMANDS as EDITED
from tui.tools.editor import press
from tui.tools.state import Editor

TABLE = KeyTable.of(load("default"), tuple(SCOPES), ())  # type: ignore[arg-type]
ELSEWHERE = {
    "app.help", "app.palette", "app.theme", "app.redraw", "app.line", "app.quit", "work.guidelines", "work.view", "sheet.view",
    "sheet.guidelines", "annotate.filter", "review.fix", "review.sheet", "review.comment", "sheet.comment", "sheet.single",
    "annotate.keep-zoom", "review.keep-zoom", "work.go-to", "work.note", "app.reload",
}  # fmt: skip
"""Commands that always open, ask, switch or say something."""
LOOKS = {
    command.id
    for command in COMMANDS
    if command.id.startswith(("work.zoom", "work.pan", "work.fit", "work.frame"))
}


def told(desk: Desk | Reviewer) -> str:
    message = desk.state.sitting.message
    return message.text if message is not None else ""


def at_the_end(work: str) -> Desk:
    """All pictures were gone through."""
    desk = Desk(1, work=work)  # type: ignore[arg-type]
    desk.see()
    desk.put(i.SkipKey())
    desk.put(i.Claimed(()))
    desk.put(i.Touch())
    assert desk.state.closing
    return desk


def test_every_command_is_looked_at_here() -> None:
    """A new one is a sitting's, an editor's, a look's, an audit's, a label's, or stands among those that always do something."""
    known = {*WALK_INPUTS, *SheetMode.inputs, *EDITED, *ELSEWHERE, *LOOKS}
    left = {c.id for c in COMMANDS if c.scope != "audit" and not c.id.startswith("annotate.label-")} - known
    assert not left


@pytest.mark.parametrize("command", sorted(WALK_INPUTS))
def test_where_no_picture_is_a_walk_s_command_does_something_or_says_why(command: str) -> None:
    desk = at_the_end("review" if command.startswith("review") else "annotate")
    effects = desk.put(WALK_INPUTS[command]())
    assert told(desk) or effects or isinstance(desk.state.mode, Leaving) or not desk.state.closing, command


@pytest.mark.parametrize("command", sorted(SheetMode.inputs))
def test_where_no_sheet_is_a_sheet_s_command_says_why(command: str) -> None:
    desk = Reviewer([])
    assert desk.state.closing
    effects = desk.put(SheetMode.inputs[command]())
    assert told(desk) or effects, command


def drawings() -> list[Editor]:
    """Nothing there; a box that fills the picture; drawing a box; painting."""
    empty = editor()
    filled = with_shapes(Box(0, 0, 1000, 750))
    return [
        empty,
        filled,
        press(empty, "shapes.box"),
        press(empty, "shapes.mask"),
        press(empty, "shapes.polygon"),
    ]


@pytest.mark.parametrize("number", range(5))
def test_an_editor_s_command_changes_something_or_says_why(number: int) -> None:
    start = drawings()[number]
    for command in sorted(EDITED):
        if (command.startswith("drawing.")) == (start.tool is not None):
            found = press(start, command, 9.0)
            assert found.message or found.wants or found != start, command


def test_without_a_picture_the_editor_s_keys_say_so() -> None:
    seat = Seat(n=1)
    seat.put(i.EditorCommand("shapes.box"))
    assert "not shown" in seat.said
    seat.see()
    seat.put(i.SkipKey())
    seat.put(i.Claimed(()))
    seat.put(i.EditorCommand("shapes.box"))
    assert seat.said == sentences.NO_PICTURE


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("т", 'т: no key here; of another layout? layout = "ru" in your settings reads it.'),
        ("ж", 'ж: no key here; of another layout? layout = "ru" in your settings reads it.'),
        ("ض", 'ض: no key here; of another layout? layout = "ar" in your settings reads it.'),
        ("漢", "漢: no key here; is another keyboard layout on?"),
        ("B", "B: no key here; is CapsLock on?"),
        ("y", "y: no key here; Y is one."),
        ("%", "%: no key here; {app.help} shows all that there are."),
        ("f9", "f9: no key here; {app.help} shows all that there are."),
    ],
)
def test_a_key_that_means_nothing_says_what_may_be_the_matter(key: str, words: str) -> None:
    unknown = unknown_key(key, {"b", "Y"}.__contains__)
    assert unknown is not None
    for desk in (Desk(), Reviewer([lease(1)])):
        desk.put(unknown)
        assert told(desk) == words


def test_a_key_that_is_only_held_for_others_says_nothing() -> None:
    for key in ("left_shift", "right_control", "caps_lock", "iso_level3_shift"):
        assert unknown_key(key, TABLE.means) is None


def test_while_drawing_a_key_says_how_to_leave() -> None:
    seat = Seat()
    seat.see()
    seat.put(i.EditorCommand("shapes.box"))
    seat.put(i.UnknownKey("%"))
    assert seat.said == "%: no key while drawing; {drawing.back} takes back, {app.help} shows all keys."
    seat.put(i.EditorCommand("drawing.set"))
    assert seat.said == ""


def test_a_held_key_is_told_once_beside_its_trace() -> None:
    desk = Desk()
    desk.see()
    desk.label()
    trace = "1.jpg: cat · {work.undo} takes back"
    for _ in range(3):
        assert not [x for x in desk.label(after=0.03) if not hasattr(x, "members")]
        assert told(desk) == f"{trace} · a held key counts once"
    desk.put(i.FlagKey())
    assert "not shown" in told(desk)
    desk.put(i.FlagKey(), 0.03)
    assert told(desk) == "A held key counts once: let it go, and press it again."


def test_a_label_that_the_project_has_not_is_named() -> None:
    desk = Desk()
    desk.see()
    assert not desk.put(i.LabelKey("bird", "b"))
    assert told(desk) == "bird is no label of this project; choose another."
    desk = Desk(0)
    task = Task(9, "9.jpg", predictions=({"label": "bird", "score": 0.9},))
    desk.put(i.Claimed((Lease(task, 9, 99.0, "annotate", 9),)))
    desk.see()
    assert not desk.put(i.Confirm())
    assert told(desk) == "bird is no label of this project; choose another."


@pytest.mark.parametrize("command", sorted(LOOKS))
def test_a_look_that_changes_nothing_says_why(command: str) -> None:
    desk = Desk()
    desk.put(i.IdleCommand(command))
    assert told(desk) and "nothing to do" not in told(desk)


@pytest.mark.parametrize("name", names())
def test_what_names_a_command_names_its_key(name: str) -> None:
    table = KeyTable.of(load(name), tuple(SCOPES), ())  # type: ignore[arg-type]
    desk = Desk()
    desk.put(i.IdleCommand("work.redo"))
    assert table.spoken(told(desk)) == f"{table.key_of('work.redo')}: nothing to do here."
