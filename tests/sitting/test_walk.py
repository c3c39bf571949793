"""A sitting as a table of inputs and effects."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui.model.review import Verdict
from tui.model.task import Lease, State, Task, Work
from tui.sitting import begin, effects, step
from tui.sitting import inputs as i
from tui.sitting.effects import Effect
from tui.sitting.seeking import FileLooked
from tui.sitting.state import Fixing, Rejecting, SittingRules


class Desk:
    """Keeps the state and the clock of a sitting under test."""

    def __init__(self, n: int = 4, work: Work = "annotate", **rules: object) -> None:
        self.now = 0.0
        base = SittingRules("ann", labels=("cat", "dog"), reasons=("wrong", "other"), work=work, prefix="t")
        self.state, _ = begin(replace(base, **rules))  # type: ignore[arg-type]
        state = State.TODO if work == "annotate" else State.LABELLED
        leases = [Lease(Task(k, f"{k}.jpg", state=state), k, 99.0, work, k) for k in range(1, n + 1)]
        self.put(i.Claimed(tuple(leases)))

    def put(self, event: i.Input, after: float = 1.0) -> tuple[Effect, ...]:
        self.now += after
        self.state, found = step(self.state, event, self.now)
        return found

    def see(self) -> None:
        self.put(i.SeenOnScreen(self.state.sitting.serial), 0.1)

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
    assert desk.state.sitting.message is not None
    desk.see()
    assert "Submit" in kinds(desk.label())
    assert desk.front == 2
    assert kinds(desk.label()) == []


def test_a_held_key_is_one_decision() -> None:
    desk = Desk()
    desk.see()
    desk.label()
    desk.put(i.SeenOnScreen(desk.state.sitting.serial), 0.01)
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


def test_what_was_left_undone_is_not_served_before_what_was_never_shown() -> None:
    """A queue gives out the first that nobody has: the ones given back would come round for ever."""
    desk, shown = Desk(4), [1]
    while len(shown) < 40:
        found = desk.put(i.NextKey())
        for claim in (each for each in found if isinstance(each, effects.Claim)):
            held = {lease.task.id for lease in desk.state.leases}
            free = [k for k in range(1, 21) if k not in held and k not in claim.skip][: claim.n]
            desk.put(i.Claimed(tuple(Lease(Task(k, f"{k}.jpg"), k, 99.0, "annotate", k) for k in free)))
        if desk.front is None:
            break
        shown.append(desk.front)
    assert shown == list(range(1, 21))


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


@pytest.mark.parametrize("key", [i.UndoKey(), i.RedoKey()])
def test_nothing_is_skipped_while_an_undo_or_redo_is_under_way(key: i.WorkKey) -> None:
    desk = Desk(2)
    (write,) = desk.put(key)
    assert kinds(desk.put(i.SkipKey())) == []
    assert desk.front == 1 and desk.state.sitting.message is not None
    assert isinstance(write, effects.Undo | effects.Redo)
    desk.put(i.TakenBack(write.request_id, None))
    assert kinds(desk.put(i.SkipKey()))[0] == "Skip"


def test_a_broken_picture_takes_no_label() -> None:
    desk = Desk()
    desk.put(i.Broken(desk.state.sitting.serial, "cut off"))
    assert kinds(desk.label()) == []
    desk.put(i.SkipKey())
    assert desk.front == 2


@pytest.mark.parametrize("work", ["annotate", "review"])
def test_a_picture_that_was_only_not_made_is_given_back_unrecorded_and_tried_again_when_it_is_in_front(
    work: Work,
) -> None:
    desk = Desk(2, work)
    found = desk.put(i.Broken(desk.state.sitting.serial, "no memory", lasting=False))
    assert kinds(found) == ["Release"] and not desk.state.sitting.pending
    assert desk.state.visit is not None and desk.state.visit.damage is not None
    desk.put(i.Claimed(()))
    found = (*desk.put(i.NextKey()), *desk.put(i.MoreTasks()), *desk.put(i.NextKey()))
    claims = [x for x in (*found, *desk.put(i.MoreTasks())) if isinstance(x, effects.Claim)]
    assert claims and all(1 in claim.skip for claim in claims)
    desk.put(i.Claimed(()))
    desk.put(i.PreviousKey())
    assert "Take" in kinds(desk.put(i.PreviousKey()))
    assert desk.state.visit.undone and desk.front == 1


def test_tags_toggle_and_enter_confirms_also_nothing() -> None:
    desk = Desk(kind="tags")
    desk.see()
    desk.label("dog")
    desk.label("cat")
    first = desk.put(i.Confirm())[0]
    assert isinstance(first, effects.Submit)
    assert first.annotation.labels == ("cat", "dog")
    desk.see()
    assert not desk.put(i.Confirm())
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
    assert isinstance(desk.state.mode, Rejecting)
    rejected = desk.put(i.ReasonKey(2))[0]
    assert isinstance(rejected, effects.Review)
    assert (rejected.verdict, rejected.reason) == (Verdict.REJECT, "other")
    desk.see()
    desk.put(i.RejectKey())
    assert kinds(desk.put(i.CancelKey())) == []
    assert not isinstance(desk.state.mode, Rejecting)


def test_undo_shows_the_picture_again() -> None:
    desk = Desk()
    desk.see()
    write = desk.label()[0]
    undo = desk.put(i.UndoKey())[0]
    saved(desk, write)
    assert isinstance(undo, effects.Undo)
    task = Task(1, "1.jpg", rev=2)
    desk.put(i.TakenBack(undo.request_id, task, Lease(task, 9, 99.0, "annotate")))
    assert desk.front == 1
    desk.see()
    again = desk.label("dog")[0]
    assert isinstance(again, effects.Submit)
    assert again.lease.token == 9


def saved(desk: Desk, write: Effect) -> tuple[Effect, ...]:
    assert isinstance(write, effects.Submit)
    task = replace(write.lease.task, rev=write.lease.task.rev + 1, state=State.LABELLED)
    return desk.put(i.Saved(write.request_id, task))


def test_a_held_key_counts_from_its_last_arrival() -> None:
    """As long as the key repeats it stays one decision, however long it is held."""
    desk = Desk(6)
    desk.see()
    assert "Submit" in kinds(desk.label())
    for _ in range(40):
        desk.put(i.SeenOnScreen(desk.state.sitting.serial), 0.0)
        assert kinds(desk.label(after=0.079)) == []
    assert desk.front == 2
    assert "Submit" in kinds(desk.label(after=0.081))


def test_another_key_in_between_is_another_decision() -> None:
    desk = Desk()
    desk.see()
    desk.label("cat")
    desk.put(i.SeenOnScreen(desk.state.sitting.serial), 0.0)
    assert "Submit" in kinds(desk.label("dog", after=0.01))


def test_two_failed_saves_are_both_kept_and_tried_again_in_order() -> None:
    desk = Desk(5)
    desk.see()
    first = desk.label("cat")[0]
    desk.see()
    second = desk.label("dog")[0]
    assert isinstance(first, effects.Submit) and isinstance(second, effects.Submit)
    for write in (first, second):
        desk.put(i.Failed(write.request_id, "The disk is full."))
    assert desk.front == 1
    assert desk.put(i.Confirm()) == (first, second)
    desk.put(i.Failed(first.request_id, "The disk is full."))
    assert desk.put(i.Confirm()) == (first,)
    saved(desk, second)
    saved(desk, first)
    assert desk.front == 3
    assert desk.state.sitting.message is not None and desk.state.sitting.message.text == "Saved."


def test_a_held_enter_after_a_failed_save_decides_nothing_more() -> None:
    desk = Desk()
    desk.see()
    first = desk.label()[0]
    assert isinstance(first, effects.Submit)
    desk.put(i.Failed(first.request_id, "The disk is full."))
    desk.put(i.Confirm())
    desk.put(i.SeenOnScreen(desk.state.sitting.serial), 0.0)
    assert kinds(desk.put(i.Confirm(), 0.03)) == []


def test_a_claim_that_fails_is_said_and_can_be_tried_again() -> None:
    desk = Desk(1)
    desk.put(i.NextKey())
    desk.put(i.Failed("", "The disk is full."))
    assert desk.state.sitting.message is not None
    assert kinds(desk.put(i.NextKey())) == ["Claim"]


def test_no_decision_while_an_undo_is_not_answered() -> None:
    desk = Desk()
    desk.see()
    desk.label()
    desk.see()
    desk.put(i.UndoKey())
    assert kinds(desk.label()) == []
    assert desk.front == 2


def test_a_terminal_too_small_takes_the_picture_away_until_it_is_seen_anew() -> None:
    desk = Desk()
    desk.see()
    (hidden,) = desk.put(i.Covered(True))
    assert hidden == effects.Show(None, desk.state.sitting.serial)
    desk.put(i.SeenOnScreen(desk.state.sitting.serial))
    assert kinds(desk.label()) == []
    (again,) = desk.put(i.Covered(False))
    assert isinstance(again, effects.Show) and again.task is not None
    assert kinds(desk.label()) == []
    desk.see()
    assert "Submit" in kinds(desk.label())


def test_skip_next_undo_and_quit_pass_before_the_picture_was_seen() -> None:
    desk = Desk()
    assert kinds(desk.put(i.SkipKey()))[0] == "Skip"
    desk.put(i.NextKey())
    assert desk.front == 3
    assert kinds(desk.put(i.UndoKey())) == ["Undo"]
    desk.put(i.TakenBack(desk.state.sitting.pending[-1].request_id, None))
    saved_skip = next(w for w in desk.state.sitting.pending if isinstance(w, effects.Skip))
    desk.put(i.Saved(saved_skip.request_id, Task(1, "1.jpg", state=State.SKIPPED)))
    assert "Quit" in kinds(desk.put(i.QuitKey()))


def test_a_lease_lost_in_front_is_taken_up_again_or_said() -> None:
    desk = Desk(1)
    desk.see()
    (take,) = desk.put(i.Renewed(frozenset({1})))
    assert take == effects.Take(1)
    desk.put(i.Taken(1, None))
    assert kinds(desk.label()) == []
    assert desk.state.sitting.message is not None and "{work.next} goes on" in desk.state.sitting.message.text


def test_what_was_claimed_while_leases_were_renewed_is_kept() -> None:
    desk = Desk(2)
    (renew,) = desk.put(i.Tick(), 900.0)
    assert isinstance(renew, effects.Renew)
    desk.put(i.Claimed((Lease(Task(9, "9.jpg"), 9, 99.0, "annotate", 9),)))
    desk.put(i.Renewed(frozenset({2})))
    assert [lease.task.id for lease in desk.state.leases] == [1, 9]


def test_request_ids_never_repeat() -> None:
    desk = Desk(8)
    seen = []
    for _ in range(6):
        desk.see()
        write = desk.label()[0]
        assert isinstance(write, effects.Submit)
        seen.append(write.request_id)
        saved(desk, write)
    assert len(set(seen)) == 6


def test_seconds_begin_when_the_picture_is_seen_and_add_up_over_visits() -> None:
    desk = Desk()
    desk.put(i.Touch(), 30.0)
    desk.see()
    desk.put(i.NextKey(), 2.0)
    desk.put(i.PreviousKey(), 5.0)
    desk.see()
    write = desk.label(after=3.0)[0]
    assert isinstance(write, effects.Submit)
    assert abs(write.seconds - 5.0) < 1e-9


def test_the_first_key_of_a_verdict_must_come_after_the_picture_too() -> None:
    desk = Desk(work="review")
    desk.put(i.RejectKey())
    desk.see()
    assert not isinstance(desk.state.mode, Rejecting)
    desk.put(i.FixKey())
    assert isinstance(desk.state.mode, Fixing)
    desk.put(i.NextKey())
    assert not isinstance(desk.state.mode, Fixing)


def test_a_reviewer_gets_what_was_said_before() -> None:
    desk = Desk(work="review")
    found = desk.put(i.NextKey())
    assert effects.Recall(2) in found
    past = (i.Past("rev", "reject", "wrong", None, ("cat",)),)
    desk.put(i.Recalled(2, past))
    assert desk.state.visit is not None and desk.state.visit.past == past


def test_enter_takes_what_the_model_said_and_nothing_that_is_no_label() -> None:
    desk = Desk()
    said = ({"label": "dog", "score": 0.6}, {"label": "cat", "score": 0.9})
    for number, predictions in enumerate((said, ({"label": "horse", "score": 0.99},), ()), 1):
        visit = desk.state.visit
        assert visit is not None and visit.task.id == number
        desk.state = desk.state.with_visit(replace(visit, task=replace(visit.task, predictions=predictions)))
        desk.see()
        found = [e for e in desk.put(i.Confirm()) if isinstance(e, effects.Submit)]
        if number == 1:
            assert [e.annotation.labels for e in found] == [("cat",)]
        else:
            assert found == []
            desk.put(i.NextKey())


class Arriving(Desk):
    """Nothing was claimed yet; `arrive` answers that."""

    def __init__(self, n: int = 4, **rules: object) -> None:
        super().__init__(n, **rules)  # type: ignore[arg-type]
        self.leases = self.state.leases
        self.state, _ = begin(self.state.rules)

    def arrive(self, count: int | None = None) -> tuple[Effect, ...]:
        return self.put(i.Claimed(self.leases[:count]))

    @property
    def said(self) -> str:
        return self.state.sitting.message.text if self.state.sitting.message else ""


def test_moving_on_while_the_first_picture_is_awaited_counts_when_it_is_there() -> None:
    desk = Arriving()
    for _ in range(2):
        desk.put(i.NextKey())
    assert desk.front is None and "on its way" in desk.said
    shown = [effect for effect in desk.arrive() if isinstance(effect, effects.Show) and effect.task]
    assert desk.front == 3 and shown[-1].task is not None and shown[-1].task.id == 3
    assert desk.said == ""
    desk.put(i.PreviousKey())
    assert desk.front == 2


def test_a_key_kept_for_a_picture_to_come_is_taken_back_by_the_way_back_and_by_escape() -> None:
    for back in (i.PreviousKey(), i.CancelKey()):
        desk = Arriving()
        desk.put(i.NextKey())
        desk.put(back)
        desk.arrive()
        assert desk.front == 1


def test_skipping_while_the_first_picture_is_awaited_skips_it_once_however_long_the_key_is_held() -> None:
    desk = Arriving(key_repeat=0.08)
    desk.put(i.SkipKey())
    for _ in range(5):
        desk.put(i.SkipKey(), after=0.03)
    assert kinds(desk.arrive()).count("Skip") == 1
    assert desk.front == 2


def test_earlier_work_asked_for_while_the_first_picture_is_awaited_is_shown() -> None:
    desk = Arriving()
    assert kinds(desk.put(i.PreviousKey())) == []
    assert "Earlier" in kinds(desk.arrive())
    desk.put(i.EarlierWork((Task(9, "9.jpg", state=State.LABELLED),)))
    assert desk.front == 9


def test_a_decision_before_the_first_picture_is_refused_in_words_that_stay() -> None:
    desk = Arriving()
    assert kinds(desk.label()) == []
    desk.arrive()
    assert desk.front == 1 and "not shown" in desk.said


def test_keys_kept_for_more_pictures_than_there_are_end_at_the_end() -> None:
    desk = Arriving(2)
    for _ in range(5):
        desk.put(i.NextKey())
    desk.arrive()
    assert desk.front is None and desk.state.early
    desk.put(i.Claimed(()))
    assert desk.state.closing and not desk.state.early
    assert desk.said == "Nothing comes after this."


def test_leaving_or_a_claim_that_fails_gives_up_what_was_kept() -> None:
    desk = Arriving()
    desk.put(i.NextKey())
    desk.put(i.Failed("", "The disk is full."))
    desk.put(i.NextKey())
    desk.arrive()
    assert desk.front == 1
    desk = Arriving()
    desk.put(i.NextKey())
    desk.put(i.QuitKey())
    assert desk.state.sitting.over
    assert desk.arrive() == ()


def test_a_note_is_there_at_once_and_the_decision_after_it_counts() -> None:
    desk = Desk()
    assert kinds(desk.put(i.Remark("early"))) == []
    desk.see()
    (write,) = (each for each in desk.put(i.Remark(" dark ")) if isinstance(each, effects.SetNote))
    assert (write.task_id, write.text, desk.state.visit and desk.state.visit.task.note) == (1, "dark", "dark")
    assert desk.put(i.Remark("dark")) == ()
    submit = desk.label()[0]
    assert isinstance(submit, effects.Submit) and submit.lease.task.rev == 1


def test_another_picture_in_front_is_told_and_the_decision_counts_for_the_new_one() -> None:
    desk = Desk(work="review")
    desk.see()
    now = Task(1, "1.jpg", rev=3, state=State.LABELLED, width=20, file_changed=True)
    desk.put(FileLooked(now))
    visit = desk.state.visit
    assert visit is not None
    assert (visit.task.file_changed, visit.task.width) == (True, 20)
    assert visit.lease is not None
    assert visit.lease.task.rev == 3
    assert desk.state.sitting.message is not None
    assert "another picture" in desk.state.sitting.message.text
    desk.put(FileLooked(Task(99, "99.jpg")))
