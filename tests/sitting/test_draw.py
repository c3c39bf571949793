"""A whole drawing, from claim to submission and back, without a screen and without files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pytest

from tui.model.annotation import Annotation, Json
from tui.model.even_odd import ColumnSpan
from tui.model.geometry import Bounds, Point
from tui.model.project import Label
from tui.model.review import Verdict
from tui.model.shapes import Box, json_of
from tui.model.task import Lease, State, Task, Work
from tui.sitting import effects as e
from tui.sitting import inputs as i
from tui.sitting.draw import FLUSH_SECONDS, begin_draw, step_draw
from tui.sitting.draw_state import DrawState
from tui.sitting.state import Fixing, Looking, Mode, Rejecting, SittingRules
from tui.tools.keys import Keys, command_of
from tui.tools.state import Drawing, EditorRules
from tui.tools.view import View

WHOLE = View.whole(1000, 750)
LABELS = (Label("car", "car", "#e69f00", "1"), Label("person", "person", "#56b4e9", "2"))
KEYS = Keys.of(
    ["shapes.box", "shapes.right", "shapes.next", "shapes.copy", "shapes.tighten", "shapes.delete", "annotate.confirm",
     "app.cancel", "work.undo", "drawing.set", "drawing.back"],
    {"shapes.box": ["b"], "shapes.right": ["right"], "shapes.next": ["tab"], "shapes.copy": "c", "shapes.tighten": "t",
     "shapes.delete": "d", "annotate.confirm": ["enter"], "app.cancel": ["escape"], "work.undo": "u",
     "drawing.set": ["enter"], "drawing.back": ["escape"]}.__getitem__,
    {"car": "1", "person": "2"},
)  # fmt: skip
BOX: Json = {"kind": "box", "label": "car", "x": 500, "y": 375, "width": 250, "height": 187.5}


@dataclass
class Seat:
    """A person who draws: keeps the clock, hands out `n` pictures, rings the timers."""

    work: Work = "annotate"
    shapes: tuple[Json, ...] = ()
    n: int = 4
    predictions: tuple[Json, ...] = ()
    now: float = 0.0
    state: DrawState = field(init=False)
    timers: list[tuple[float, i.Input]] = field(default_factory=list)

    def __post_init__(self) -> None:
        rules = SittingRules("ann", kind="shapes", work=self.work, labels=("car", "person"), prefix="t",
                             reasons=("wrong label", "not tight"))  # fmt: skip
        self.state, (claim,) = begin_draw(rules, EditorRules(LABELS))
        assert isinstance(claim, e.Claim)
        found = State.TODO if self.work == "annotate" else State.LABELLED
        annotation = Annotation((), self.shapes)
        tasks = [Task(k, f"{k}.jpg", width=1000, height=750, state=found, annotation=annotation,
                      predictions=self.predictions)
                 for k in range(1, self.n + 1)]  # fmt: skip
        self.put(i.Claimed(tuple(Lease(task, task.id, 99.0, self.work, task.id) for task in tasks)))

    def put(self, event: i.Input, after: float = 1.0) -> tuple[e.Effect, ...]:
        self.now += after
        self.state, found = step_draw(self.state, event, self.now)
        self.timers += [(self.now + x.seconds, x.then) for x in found if isinstance(x, e.CallAfter)]
        return found

    def see(self, view: View | None = WHOLE) -> tuple[e.Effect, ...]:
        return (*self.put(i.Viewed(view), 0.1), *self.put(i.SeenOnScreen(self.state.sitting.serial), 0.1))

    def press(self, *keys: str) -> tuple[e.Effect, ...]:
        """Keys as a screen translates them: the editor's are its commands, others are the walk's."""
        found: tuple[e.Effect, ...] = ()
        for key in keys:
            arguments = command_of(self.state.editor, key, KEYS) if self.state.editor is not None else None
            walk: dict[str, i.KeyInput] = {
                "u": i.UndoKey(),
                "escape": i.CancelKey(),
                "x": i.RejectKey(),
                "e": i.FixKey(),
                "n": i.NextKey(),
            }
            event: i.KeyInput = walk.get(key, i.Touch())
            # Escape is the walk's while a reviewer only looks: about which shape it is, the sitting knows.
            if arguments is not None and (self.state.edits or key != "escape"):
                event = i.EditorCommand(**arguments)
            found += self.put(event)
        return found

    def ring(self) -> tuple[e.Effect, ...]:
        """The first timer goes off."""
        when, event = self.timers.pop(0)
        return self.put(event, max(when - self.now, 0.0))

    @property
    def mode(self) -> Mode:
        return self.state.sitting.mode

    @property
    def front(self) -> int:
        assert self.state.walk.visit is not None
        return self.state.walk.visit.task.id

    @property
    def said(self) -> str:
        editor, message = self.state.editor, self.state.sitting.message
        return message.text if message is not None else editor.message if editor is not None else ""

    @property
    def boxes(self) -> list[tuple[float, float, float, float]]:
        assert self.state.editor is not None
        return [(s.x, s.y, s.width, s.height) for s in self.state.editor.shapes if isinstance(s, Box)]


def only(found: Iterable[e.Effect], kind: type) -> list[e.Effect]:
    return [effect for effect in found if isinstance(effect, kind)]


def submitted(found: Iterable[e.Effect]) -> tuple[Json, ...]:
    (write,) = only(found, e.Submit)
    assert isinstance(write, e.Submit)
    return write.annotation.shapes


def drafted(effect: e.Effect) -> tuple[Json, ...]:
    assert isinstance(effect, e.SaveDraft) and effect.annotation is not None
    return effect.annotation.shapes


def test_four_keys_submit_the_box_that_the_guide_promises() -> None:
    seat = Seat()
    seat.see()
    found = seat.press("b", "enter", "enter", "enter")
    (shape,) = submitted(found)
    assert {name: shape[name] for name in BOX} == BOX
    assert seat.front == 2
    names = [type(effect).__name__ for effect in found if isinstance(effect, e.Submit | e.Claim | e.Show)]
    assert names == ["Submit", "Claim", "Show"]


def test_nothing_is_drawn_before_the_picture_was_seen() -> None:
    seat = Seat()
    seat.put(i.EditorCommand("shapes.box"))
    assert "Not yet" in seat.said and seat.state.editor is None
    seat.see()
    assert seat.state.editor is not None and seat.state.editor.tool is None


def test_the_editor_follows_what_is_visible() -> None:
    seat = Seat()
    seat.see(None)
    assert seat.state.editor is not None and seat.state.editor.view == WHOLE
    part = View(1000, 750, 100, 100, 200, 150, 4.0)
    seat.put(i.Viewed(part))
    seat.press("b", "enter", "enter")
    assert seat.boxes == [(200, 175, 50, 37.5)]
    seat.press("enter")
    seat.see()
    assert seat.state.editor.view == WHOLE


def test_an_edit_is_taken_back_before_a_decision() -> None:
    seat = Seat()
    seat.see()
    seat.press("b", "enter", "enter", "right")
    assert seat.boxes == [(501, 375, 250, 187.5)]
    seat.press("u")
    assert seat.boxes == [(500, 375, 250, 187.5)]
    assert only(seat.press("u", "u"), e.Undo)
    assert seat.boxes == []


@pytest.mark.parametrize("mark", [i.FlagKey(), i.Remark("dark")])
def test_a_flag_or_note_is_taken_back_before_the_edits_before_it_and_leaves_them(mark: i.Input) -> None:
    seat = Seat()
    seat.see()
    seat.press("b", "enter", "enter")
    (write,) = [each for each in seat.put(mark) if isinstance(each, e.Flag | e.SetNote)]
    was = Task(1, "1.jpg", width=1000, height=750, rev=1, flagged=True, note="dark")
    seat.put(i.Saved(write.request_id, was))
    (undo,) = only(seat.press("u"), e.Undo)
    assert isinstance(undo, e.Undo)
    task = replace(was, rev=2, flagged=False, note=None)
    seat.put(i.TakenBack(undo.request_id, task, Lease(task, 1, 99.0, "annotate", 1), was=was))
    assert seat.front == 1
    assert seat.boxes == [(500, 375, 250, 187.5)], "unfinished work stays"
    seat.press("u")
    assert seat.boxes == [], "and can still be taken back"
    seat.press("b", "enter", "enter")
    assert len(submitted(seat.press("enter"))) == 1


def test_unfinished_work_comes_with_a_picture_whose_flag_of_an_earlier_sitting_is_taken_back() -> None:
    seat = Seat()
    seat.see()
    (undo,) = only(seat.press("u"), e.Undo)
    assert isinstance(undo, e.Undo)
    was = Task(9, "9.jpg", width=1000, height=750, rev=4, flagged=True)
    task, draft = replace(was, rev=5, flagged=False), Annotation((), ({**BOX, "id": "1"},))
    seat.put(i.TakenBack(undo.request_id, task, Lease(task, 7, 99.0, "annotate", 1), was=was, draft=draft))
    seat.see()
    assert seat.front == 9 and len(seat.boxes) == 1
    assert not only(seat.put(i.NextKey()), e.SaveDraft), "it is kept as it was"


def test_the_undo_of_a_decision_brings_the_shapes_back_as_work_that_is_not_done() -> None:
    seat = Seat()
    seat.see()
    (write,) = only(seat.press("b", "enter", "enter", "enter"), e.Submit)
    (undo,) = only(seat.press("u"), e.Undo)
    assert isinstance(undo, e.Undo) and isinstance(write, e.Submit)
    seat.put(
        i.Saved(write.request_id, Task(1, "1.jpg", rev=1, state=State.LABELLED, annotation=write.annotation))
    )
    task = Task(1, "1.jpg", width=1000, height=750)
    seat.put(i.TakenBack(undo.request_id, task, Lease(task, 1, 99.0, "annotate", 1)))
    assert seat.front == 1 and seat.state.editor is None
    (draft,) = only(seat.see(), e.SaveDraft)
    assert len(drafted(draft)) == 1
    assert seat.boxes == [(500, 375, 250, 187.5)]
    assert len(submitted(seat.press("enter"))) == 1


def test_drafts_are_written_once_a_second_and_the_timer_writes_the_last_edit() -> None:
    seat = Seat()
    seat.see()
    found = seat.press("b", "enter", "enter")
    assert len(only(found, e.SaveDraft)) == 1
    assert [event for _, event in seat.timers] == [i.DraftDue(seat.state.sitting.serial)]
    found = seat.put(i.EditorCommand("shapes.right"), 0.2)
    assert not only(found, e.SaveDraft) and len(seat.timers) == 1
    message, since = seat.state.sitting.message, seat.state.sitting.sight
    (draft,) = only(seat.ring(), e.SaveDraft)
    assert drafted(draft)[0]["x"] == 501
    assert (seat.state.sitting.message, seat.state.sitting.sight) == (message, since), "the timer is no key"
    seat.put(i.EditorCommand("shapes.right"), 0.1)
    when, event = seat.timers[0]
    assert when == pytest.approx(seat.now + FLUSH_SECONDS) and isinstance(event, i.DraftDue)


def test_a_timer_of_a_picture_that_was_left_writes_nothing() -> None:
    seat = Seat()
    seat.see()
    seat.press("b", "enter", "enter", "n")
    seat.see()
    assert seat.front == 2
    assert not only(seat.ring(), e.SaveDraft)


def test_shapes_are_copied_from_the_picture_before() -> None:
    seat = Seat()
    seat.see()
    seat.press("b", "enter", "enter", "2", "enter")
    seat.see()
    assert seat.boxes == []
    seat.press("c")
    assert seat.boxes == [(500, 375, 250, 187.5)]
    assert [shape["label"] for shape in submitted(seat.press("enter"))] == ["person"]


def test_a_draft_of_what_was_taken_back_does_not_come_again() -> None:
    for leaves in (i.QuitKey(), i.NextKey(), None):
        seat = Seat()
        seat.see()
        assert only(seat.press("b", "enter", "enter"), e.SaveDraft)
        found = seat.put(i.EditorCommand("work.undo"), 0.2)
        assert seat.boxes == [] and not only(found, e.SaveDraft)
        found = seat.put(leaves, 0.2) if leaves is not None else seat.ring()
        assert only(found, e.SaveDraft) == [e.SaveDraft(1, None)]


def small_for_a_moment(seat: Seat) -> None:
    seat.put(i.Covered(True))
    assert seat.state.editor is None
    seat.put(i.Covered(False))
    assert seat.state.editor is None, "it was not seen again yet"
    seat.see()


def test_a_terminal_too_small_for_a_moment_loses_nothing_that_is_being_drawn() -> None:
    seat = Seat()
    seat.see()
    seat.put(i.EditorCommand("shapes.polygon"))
    seat.press("enter")
    seat.put(i.EditorCommand("drawing.right-far"))
    seat.press("enter")
    assert seat.state.editor is not None
    drawing = seat.state.editor.tool
    assert isinstance(drawing, Drawing) and len(drawing.points) == 2
    small_for_a_moment(seat)
    assert seat.state.editor.tool == drawing


def test_a_terminal_too_small_for_a_moment_keeps_what_can_be_taken_back_and_copied() -> None:
    seat = Seat()
    seat.see()
    seat.press("b", "enter", "enter", "enter")
    seat.see()
    seat.press("b", "enter", "enter", "right")
    before = seat.state.editor
    small_for_a_moment(seat)
    assert before is not None and seat.state.editor == before
    seat.press("u", "u", "c")
    assert seat.boxes == [(500, 375, 250, 187.5)]


def test_a_draft_is_written_while_the_terminal_is_too_small() -> None:
    seat = Seat()
    seat.see()
    seat.press("b", "enter", "enter")
    seat.put(i.EditorCommand("shapes.right"), 0.2)
    seat.put(i.Covered(True), 0.1)
    (draft,) = only(seat.ring(), e.SaveDraft)
    assert drafted(draft)[0]["x"] == 501


def test_a_fix_goes_on_after_a_terminal_was_too_small_for_a_moment() -> None:
    seat = Seat("review", (ONE, TWO))
    seat.see()
    seat.press("e", "tab", "d")
    small_for_a_moment(seat)
    assert isinstance(seat.mode, Fixing) and len(seat.boxes) == 1


def test_the_mouse_draws() -> None:
    seat = Seat()
    seat.see()
    seat.press("b")
    seat.put(i.Pointed("down", (100, 100)))
    seat.put(i.Pointed("drag", (300, 200)))
    found = seat.put(i.Pointed("up", (300, 200)))
    assert seat.boxes == [(100, 100, 200, 100)]
    assert only(found, e.SaveDraft)


class Edges:
    """A picture whose strong edges lie two pixels further in."""

    def tightened(self, box: Bounds) -> Bounds:
        x, y, width, height = box
        return (x + 2, y + 2, width - 4, height - 4)

    def alike(self, at: Point, tolerance: float) -> Iterable[ColumnSpan]:
        return ()


def test_a_command_that_needs_the_pixels_waits_for_them() -> None:
    seat = Seat()
    seat.see()
    found = seat.press("b", "enter", "enter", "t", "t")
    (read,) = only(found, e.ReadPixels)
    assert isinstance(read, e.ReadPixels) and read.task.id == 1
    seat.put(i.PixelsRead(read.serial - 1, Edges()))
    assert seat.boxes == [(500, 375, 250, 187.5)]
    seat.put(i.PixelsRead(read.serial, Edges()))
    assert seat.boxes == [(502, 377, 246, 183.5)]
    assert not only(seat.press("t"), e.ReadPixels)


def test_tools_go_by_the_frame_that_is_shown() -> None:
    """Pixels of another frame, of which the person sees nothing, do not count: read before it changed, or meanwhile."""
    seat = Seat()
    seat.see()
    (read,) = only(seat.press("b", "enter", "enter", "t"), e.ReadPixels)
    assert isinstance(read, e.ReadPixels) and read.frame == 0
    seat.put(i.Viewed(replace(WHOLE, frame=2)))
    (again,) = only(seat.put(i.PixelsRead(read.serial, Edges(), read.frame)), e.ReadPixels)
    assert isinstance(again, e.ReadPixels) and again.frame == 2
    assert seat.boxes == [(500, 375, 250, 187.5)]
    seat.put(i.PixelsRead(again.serial, Edges(), again.frame))
    assert seat.boxes == [(502, 377, 246, 183.5)]
    seat.put(i.Viewed(replace(WHOLE, x=10.0, frame=2)))
    assert not only(seat.press("t"), e.ReadPixels)
    seat.put(i.Viewed(WHOLE))
    (back,) = only(seat.press("t"), e.ReadPixels)
    assert isinstance(back, e.ReadPixels) and back.frame == 0


def test_a_picture_that_cannot_be_read_is_told() -> None:
    seat = Seat()
    seat.see()
    (read,) = only(seat.press("b", "enter", "enter", "t"), e.ReadPixels)
    assert isinstance(read, e.ReadPixels)
    seat.put(i.PixelsRead(read.serial, None))
    assert seat.said == "The picture cannot be read in full size."


def test_nothing_is_edited_while_a_decision_is_not_saved() -> None:
    seat = Seat()
    seat.see()
    (write,) = only(seat.press("b", "enter", "enter", "enter"), e.Submit)
    assert isinstance(write, e.Submit)
    seat.put(i.Failed(write.request_id, "The disk is full."))
    seat.see()
    seat.put(i.EditorCommand("shapes.delete"))
    assert "The disk is full." in seat.said and len(seat.boxes) == 1
    assert only(seat.put(i.Confirm()), e.Submit) == [write]


ONE, TWO = (json_of(Box(x, 10, 50, 40, id=n, label="car")) for n, x in ((1, 10), (2, 200)))


def test_a_shape_that_a_reviewer_marks_is_called_by_its_number_in_the_list() -> None:
    """Ids have gaps once shapes were deleted."""
    seat = Seat("review", ({**ONE, "id": 3}, {**TWO, "id": 8}))
    seat.see()
    for words in ("Shape 2 is marked wrong", "Shape 2 is right after all."):
        seat.press("tab", "tab")
        seat.press("x")
        if "marked" in words:
            seat.put(i.ReasonKey(2))
        assert seat.said.startswith(words)


def test_a_reviewer_marks_a_shape_and_sends_the_picture_back() -> None:
    seat = Seat("review", (ONE, TWO))
    seat.see()
    (zoom,) = only(seat.press("tab"), e.ZoomTo)
    assert zoom == e.ZoomTo(10, 10, 50, 40)
    seat.press("x")
    assert seat.state.walk.mode == Rejecting("1")
    seat.put(i.ReasonKey(2))
    assert isinstance(seat.mode, Looking) and dict(seat.state.wrong) == {"1": "not tight"}
    seat.put(i.AcceptKey())
    assert seat.front == 1 and "marked wrong" in seat.said
    assert only(seat.press("escape"), e.Fit) and seat.state.editor is not None
    assert seat.state.editor.shape is None
    (review,) = only(seat.put(i.AcceptShownKey()), e.Review)
    assert isinstance(review, e.Review)
    assert (review.verdict, review.reason, review.context["shapes"]) == (
        Verdict.REJECT,
        "not tight",
        {"1": "not tight"},
    )
    assert seat.front == 2


def test_a_reviewer_changes_nothing_but_in_a_fix() -> None:
    seat = Seat("review", (ONE, TWO))
    seat.see()
    seat.press("tab", "right", "d")
    seat.put(i.Pointed("down", (20, 20)))
    seat.put(i.Pointed("drag", (90, 90)))
    assert seat.boxes == [(10, 10, 50, 40), (200, 10, 50, 40)]


def test_a_fix_is_accepted_with_the_reviewer_s_shapes_or_leaves_no_trace() -> None:
    seat = Seat("review", (ONE, TWO))
    seat.see()
    seat.press("e", "tab", "d")
    assert isinstance(seat.state.walk.mode, Fixing) and len(seat.boxes) == 1
    seat.press("escape", "escape")
    assert isinstance(seat.mode, Looking) and len(seat.boxes) == 2
    assert not only(seat.press("e", "tab", "right"), e.SaveDraft)
    (review,) = only(seat.press("enter"), e.Review)
    assert isinstance(review, e.Review) and review.annotation is not None
    assert review.verdict is Verdict.ACCEPT
    assert [shape["x"] for shape in review.annotation.shapes] == [11, 200]
    assert seat.front == 2


def test_what_a_reviewer_named_is_selected_when_the_picture_comes_back() -> None:
    seat = Seat(n=0)
    task = Task(9, "9.jpg", width=1000, height=750, state=State.REJECTED, annotation=Annotation((), (ONE, TWO)),
                wrong={"2": "not tight"}, annotator="ann")  # fmt: skip
    seat.put(i.MoreTasks())
    seat.put(i.Claimed((Lease(task, 9, 99.0, "annotate", 9),)))
    seat.see()
    assert seat.state.editor is not None and seat.state.editor.selected == 1
    assert dict(seat.state.wrong) == {"2": "not tight"}


def test_letters_of_an_aim_whose_beginning_was_refused_are_no_commands() -> None:
    seat = Seat()
    assert not seat.put(i.EditorCommand("shapes.box"), 0.1)
    for key in (i.QuitKey(), i.FlagKey(), i.SkipKey(), i.EditorCommand("shapes.polygon")):
        assert not seat.put(key, 0.3)
        assert "let go" in seat.said
    assert only(seat.put(i.QuitKey(), 1.0), e.Quit), "a key by itself means what it says"


def seat_with_a_box_that_is_saved() -> Seat:
    """The second picture is in front."""
    seat = Seat()
    seat.see()
    (write,) = only(seat.press("b", "enter", "enter", "enter"), e.Submit)
    assert isinstance(write, e.Submit)
    task = Task(
        1,
        "1.jpg",
        width=1000,
        height=750,
        rev=1,
        state=State.LABELLED,
        annotator="ann",
        annotation=write.annotation,
    )
    seat.put(i.Saved(write.request_id, task))
    return seat


def test_what_was_changed_and_is_not_saved_is_told_and_asked_about_before_leaving() -> None:
    seat = seat_with_a_box_that_is_saved()
    seat.put(i.QuitKey(), 2.0)
    assert seat.state.sitting.leaving, "nothing is changed"


def test_a_change_of_decided_work_is_no_loss_without_a_word() -> None:
    seat = seat_with_a_box_that_is_saved()
    seat.see()
    seat.put(i.PreviousKey())
    seat.see()
    seat.press("tab", "right")
    assert seat.boxes == [(501, 375, 250, 187.5)]
    seat.put(i.NextKey(), 2.0)
    assert "changed and not saved" in seat.said
    seat.see()
    assert not only(seat.put(i.QuitKey(), 2.0), e.Quit)
    assert "1.jpg: changed, not saved; " in seat.said
    seat.put(i.CancelKey(), 2.0)
    seat.put(i.PreviousKey(), 2.0)
    seat.see()
    assert only(seat.press("enter"), e.Revise)
    seat.put(i.QuitKey(), 2.0)
    assert seat.state.sitting.leaving
