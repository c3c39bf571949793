"""A sitting as a table of inputs and effects."""

from __future__ import annotations

from dataclasses import replace

from tui.model.review import Verdict
from tui.model.task import Lease, State, Task, Work
from tui.sitting import begin, effects, step
from tui.sitting import inputs as i
from tui.sitting.effects import Effect
from tui.sitting.state import Rules


class Desk:
    """Keeps the state and the clock of a sitting under test."""

    def __init__(self, n: int = 4, work: Work = "annotate", **rules: object) -> None:
        self.now = 0.0
        base = Rules("ann", labels=("cat", "dog"), reasons=("wrong", "other"), work=work, prefix="t")
        self.state, _ = begin(replace(base, **rules))  # type: ignore[arg-type]
        state = State.TODO if work == "annotate" else State.LABELLED
        leases = [Lease(Task(k, f"{k}.jpg", state=state), k, 99.0, work, k) for k in range(1, n + 1)]
        self.put(i.Claimed(tuple(leases)))

    def put(self, event: i.Input, after: float = 1.0) -> tuple[Effect, ...]:
        self.now += after
        self.state, found = step(self.state, event, self.now)
        return found

    def see(self) -> None:
        self.put(i.Shown(self.state.serial), 0.1)

    def label(self, name: str = "cat", after: float = 1.0) -> tuple[Effect, ...]:
        return self.put(i.LabelKey(name, name), after)

    @property
    def front(self) -> int | None:
        return self.state.visit.task.id if self.state.visit else None


def kinds(found: tuple[Effect, ...]) -> list[str]:
    return [type(effect).__name__ for effect in found if not isinstance(effect, effects.Note)]


def test_a_label_for_a_picture_that_was_not_seen_is_dropped() -> None:
    desk = Desk()
    assert kinds(desk.label()) == []
    assert desk.state.message is not None
    desk.see()
    assert "Submit" in kinds(desk.label())
    assert desk.front == 2
    assert kinds(desk.label()) == []


def test_a_held_key_is_one_decision() -> None:
    desk = Desk()
    desk.see()
    desk.label()
    desk.put(i.Shown(desk.state.serial), 0.01)
    for _ in range(5):
        assert kinds(desk.label(after=0.03)) == []
    assert "Submit" in kinds(desk.label(after=0.2))


def test_the_write_stands_before_the_claim() -> None:
    desk = Desk()
    desk.see()
    assert kinds(desk.label())[:2] == ["Submit", "Claim"]


def test_an_earlier_picture_is_revised_and_the_walk_goes_one_forward() -> None:
    desk = Desk()
    desk.see()
    desk.label()
    desk.put(i.PreviousKey())
    assert desk.front == 1
    desk.see()
    found = desk.label("dog")
    revise = found[0]
    assert isinstance(revise, effects.Revise)
    assert (revise.task_id, revise.rev, revise.annotation.labels) == (1, 1, ("dog",))
    assert desk.front == 2


def test_at_most_eight_writes_are_under_way() -> None:
    desk = Desk(12)
    for _ in range(8):
        desk.see()
        assert "Submit" in kinds(desk.label())
    desk.see()
    assert kinds(desk.label()) == []
    assert desk.front == 9


def test_at_most_ten_pictures_stay_undone() -> None:
    desk = Desk(14)
    released = [e for _ in range(12) for e in desk.put(i.NextKey()) if isinstance(e, effects.Release)]
    assert [lease.task.id for e in released for lease in e.leases] == [1, 2]


def test_a_failed_save_stops_the_walk_and_is_tried_again_with_the_same_request() -> None:
    desk = Desk()
    desk.see()
    first = desk.label()[0]
    assert isinstance(first, effects.Submit)
    desk.put(i.Failed(first.request_id, "The disk is full."))
    assert desk.front == 1
    assert kinds(desk.label()) == []
    again = desk.put(i.Confirm())[0]
    assert again == first


def test_quitting_waits_for_what_is_under_way() -> None:
    desk = Desk()
    desk.see()
    write = desk.label()[0]
    assert isinstance(write, effects.Submit)
    assert kinds(desk.put(i.QuitKey())) == []
    task = replace(write.lease.task, rev=1, state=State.LABELLED)
    assert kinds(desk.put(i.Saved(write.request_id, task))) == ["Release", "Quit"]


def test_skipped_pictures_are_not_asked_for_again() -> None:
    desk = Desk(1)
    found = desk.put(i.SkipKey())
    assert kinds(found)[0] == "Skip"
    desk.put(i.Claimed(()))
    assert desk.state.closing
    claim = next(e for e in desk.put(i.MoreTasks()) if isinstance(e, effects.Claim))
    assert claim.skip == (1,)


def test_a_broken_picture_takes_no_label() -> None:
    desk = Desk()
    desk.put(i.Broken(desk.state.serial, "cut off"))
    assert kinds(desk.label()) == []
    desk.put(i.SkipKey())
    assert desk.front == 2


def test_tags_toggle_and_enter_confirms_also_nothing() -> None:
    desk = Desk(kind="tags")
    desk.see()
    desk.label("dog")
    desk.label("cat")
    first = desk.put(i.Confirm())[0]
    assert isinstance(first, effects.Submit)
    assert first.annotation.labels == ("cat", "dog")
    desk.see()
    second = desk.put(i.Confirm())[0]
    assert isinstance(second, effects.Submit)
    assert second.annotation.labels == ()


def test_active_seconds_cut_pauses() -> None:
    desk = Desk(idle_cut=10.0)
    desk.see()
    desk.put(i.Touch(), 100.0)
    write = desk.label(after=3.0)[0]
    assert isinstance(write, effects.Submit)
    assert write.seconds == 13.0


def test_review_keys() -> None:
    desk = Desk(work="review")
    desk.see()
    accepted = desk.put(i.AcceptKey())[0]
    assert isinstance(accepted, effects.Review)
    assert accepted.verdict is Verdict.ACCEPT
    desk.see()
    desk.put(i.RejectKey())
    desk.put(i.ReasonKey(7))
    assert desk.state.rejecting
    rejected = desk.put(i.ReasonKey(2))[0]
    assert isinstance(rejected, effects.Review)
    assert (rejected.verdict, rejected.reason) == (Verdict.REJECT, "other")
    desk.see()
    desk.put(i.RejectKey())
    assert kinds(desk.put(i.CancelKey())) == []
    assert not desk.state.rejecting


def test_undo_shows_the_picture_again() -> None:
    desk = Desk()
    desk.see()
    desk.label()
    undo = desk.put(i.UndoKey())[0]
    assert isinstance(undo, effects.Undo)
    task = Task(1, "1.jpg", rev=2)
    desk.put(i.TakenBack(undo.request_id, task, Lease(task, 9, 99.0, "annotate")))
    assert desk.front == 1
    desk.see()
    again = desk.label("dog")[0]
    assert isinstance(again, effects.Submit)
    assert again.lease.token == 9
