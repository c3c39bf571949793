"""Going to any picture of the project."""

from __future__ import annotations

from tests.sitting.test_walk import Desk, kinds
from tui.model.annotation import Annotation
from tui.model.task import Lease, State, Task
from tui.sitting import begin, effects
from tui.sitting import inputs as i
from tui.sitting.seeking import Found, GoTo, Opened, Sought
from tui.sitting.state import SittingRules
from tui.sitting.walk_state import Lost


def asked(found: tuple[effects.Effect, ...]) -> list[str]:
    return [each.text for each in found if isinstance(each, effects.Find)]


def test_one_question_at_a_time_and_the_last_words_count() -> None:
    desk = Desk()
    assert asked(desk.put(Sought("b"))) == ["b"]
    assert asked(desk.put(Sought("be"))) == asked(desk.put(Sought("bed"))) == []
    assert asked(desk.put(Found("b", (Task(7, "b.jpg"),)))) == ["bed"]
    desk.put(Found("bed", (Task(9, "bed.jpg"),)))
    assert (desk.state.search.of, [task.id for task in desk.state.search.found]) == ("bed", [9])
    desk.put(Sought(""))
    assert desk.state.search.found == () and asked(desk.put(Sought(" "))) == []


def test_a_picture_that_is_free_is_worked_on_and_p_goes_back() -> None:
    desk = Desk()
    assert desk.put(GoTo(40)) == (effects.Open(40),)
    desk.put(Opened(Task(40, "40.jpg"), Lease(Task(40, "40.jpg"), 9, 99.0, "annotate"), Annotation(("dog",))))
    assert (desk.front, desk.state.chosen) == (40, ("dog",))
    desk.see()
    assert "Submit" in kinds(desk.label())
    assert desk.front == 2
    desk.put(i.PreviousKey())
    desk.put(i.PreviousKey())
    assert desk.front == 1


def test_one_of_the_walk_or_ahead_is_there_at_once() -> None:
    desk = Desk()
    assert "Show" in kinds(desk.put(GoTo(3))) and desk.front == 3
    assert [lease.task.id for lease in desk.state.leases] == [1, 3, 2, 4]
    desk.put(GoTo(1))
    assert desk.front == 1
    desk.put(i.NextKey())
    assert desk.front == 3


def test_what_somebody_else_labelled_is_shown_without_their_answer_and_not_decided() -> None:
    desk = Desk()
    task = Task(40, "40.jpg", state=State.LABELLED, annotator="bob", annotation=Annotation(("dog",)))
    desk.put(GoTo(40))
    desk.put(Opened(task))
    assert desk.front == 40 and desk.state.chosen == ()
    assert desk.state.sitting.message is not None
    assert desk.state.sitting.message.text == "Somebody else labelled this picture."
    desk.see()
    assert kinds(desk.label()) == [] and desk.front == 40
    held = Task(41, "41.jpg")
    desk.put(Opened(held))
    assert desk.state.visit is not None and desk.state.visit.standing == Lost()


def test_ones_own_earlier_work_is_revised() -> None:
    desk = Desk()
    task = Task(40, "40.jpg", rev=3, state=State.LABELLED, annotator="ann", annotation=Annotation(("dog",)))
    desk.put(Opened(task))
    desk.see()
    assert kinds(desk.label())[:1] == ["Revise"]


def test_a_reviewer_is_told_why_not() -> None:
    desk = Desk(work="review")
    for task, said in (
        (
            Task(40, "a.jpg", state=State.LABELLED, annotator="ann"),
            "This is your own work, which others review.",
        ),
        (Task(41, "b.jpg"), "Nobody labelled this picture yet."),
    ):
        desk.put(Opened(task))
        assert desk.state.sitting.message is not None and desk.state.sitting.message.text == said


def test_it_begins_with_the_picture_that_was_named_and_claims_no_other_before() -> None:
    _, found = begin(SittingRules("ann", at=40))
    assert kinds(found) == ["Open", "Claim"]
    state = Desk().state
    assert state.rules.at is None
