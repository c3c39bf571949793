"""A reviewer at a contact sheet, without a screen and without files."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.model.task import Lease, State, Task
from tui.sitting import begin, step
from tui.sitting import effects as e
from tui.sitting import inputs as i
from tui.sitting.sheet import begin_sheet, sheet_reducer, step_sheet
from tui.sitting.sheet_state import Card, CardDecisions, SheetState, group_of
from tui.sitting.sheet_walk import one_sheet, resized
from tui.sitting.state import (
    ConfirmingLeave,
    Leaving,
    Looking,
    Over,
    Rejecting,
    SittingRules,
    TakenOut,
    TakenOutFor,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def grids(columns: int, rows: int) -> i.Grids:
    """A sheet of always so many columns and rows, however few its cards are."""
    return ((columns, rows),) * (columns * rows)


def lease(number: int, label: str = "cat", rev: int = 1) -> Lease:
    task = Task(number, f"{number}.jpg", rev=rev, state=State.LABELLED, annotation=Annotation((label,)))
    return Lease(task, number, 1e12, "review", number)


@dataclass
class Reviewer:
    """Drives the reducer: `waiting` tasks are handed out when they are asked for."""

    waiting: list[Lease]
    columns: int = 3
    rows: int = 2
    now: float = 0.0
    state: SheetState = field(init=False)
    effects: list[e.Effect] = field(default_factory=list)

    def __post_init__(self) -> None:
        rules = SittingRules("rev", work="review", reasons=("wrong label", "other"), prefix="p")
        self.state, effects = begin_sheet(rules, grids(self.columns, self.rows), LETTERS)
        self._take(effects)

    def put(self, event: i.Input, after: float = 1.0) -> list[e.Effect]:
        self.now += after
        self.state, effects = step_sheet(self.state, event, self.now)
        self._take(effects)
        return list(effects)

    def _take(self, effects: tuple[e.Effect, ...]) -> None:
        self.effects += effects
        for effect in effects:
            if isinstance(effect, e.Claim):
                given, self.waiting = self.waiting[: effect.n], self.waiting[effect.n :]
                self.put(i.Claimed(tuple(given)), 0.0)

    def see(self) -> None:
        self.put(i.SeenOnScreen(self.state.sitting.serial))

    def save_all(self) -> None:
        for write in self.reviews:
            self.put(i.Saved(write.request_id, replace(write.task, state=State.ACCEPTED)), 0.0)

    @property
    def reviews(self) -> list[e.Review]:
        """Verdicts that are being saved."""
        return [write for write in self.state.sitting.pending if isinstance(write, e.Review)]

    @property
    def front(self) -> list[int]:
        return [card.task.id for card in self.state.cards]


def said(desk: Reviewer) -> str:
    return desk.state.sitting.message.text if desk.state.sitting.message is not None else ""


def verdicts(effects: list[e.Effect]) -> list[tuple[int, Verdict, str]]:
    return [(x.task.id, x.verdict, x.reason) for x in effects if isinstance(x, e.Review)]


def test_a_sheet_holds_one_label_and_the_next_one_is_named_early() -> None:
    desk = Reviewer([*(lease(n) for n in range(1, 5)), *(lease(n, "dog") for n in range(5, 9))])
    assert desk.front == [1, 2, 3, 4]
    shown = [x for x in desk.effects if isinstance(x, e.ShowSheet)]
    assert [t.id for t in shown[-1].tasks] == [1, 2, 3, 4]
    wanted = [x for x in desk.effects if isinstance(x, e.WantSheet)]
    assert [t.id for t in wanted[-1].tasks] == [5, 6, 7, 8]


def test_r_accepts_all_others_and_rejects_the_marked_in_one_stroke() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    desk.put(i.LetterKey("b"))
    desk.put(i.RejectKey())
    desk.put(i.ReasonKey(1))
    found = desk.put(i.AcceptShownKey())
    assert verdicts(found) == [
        (1, Verdict.ACCEPT, ""),
        (2, Verdict.REJECT, "wrong label"),
        *((n, Verdict.ACCEPT, "") for n in range(3, 7)),
    ]
    writes = [x for x in found if isinstance(x, e.Review)]
    assert len({x.stroke for x in writes}) == 1
    assert len({x.request_id for x in writes}) == 6
    assert desk.front == [7, 8, 9, 10, 11, 12]


# What letters, digits and enter do: keys in turn, and what is taken out for which reason. `.` is `enter`, which accepts
# where nothing is in hand (then all that is taken out is rejected); `_` is `space`, `>` an arrow, `!` is `escape`.
GRAMMAR = {
    "b": {2: ""},
    "b1": {2: "wrong label"},
    "bb": {},
    "b1b": {},
    "b1b2": {},
    "b2c1": {2: "other", 3: "wrong label"},
    "bc1": {2: "", 3: "wrong label"},
    "b.c1": {2: "", 3: "wrong label"},
    "b11": {2: "wrong label"},
    "1": {},
    "b>1": {2: ""},
    "b!": {},
    "b1!": {2: "wrong label"},
    "_1": {1: "wrong label"},
    "__": {},
    ">_2": {2: "other"},
    "b_": {},
    "b9": {2: ""},
    "b92": {2: "other"},
    "q": {},
    "ab x1": {1: "wrong label", 2: "wrong label"},
}


def press(desk: Reviewer, keys: str) -> list[e.Effect]:
    """Keys as the screen understands them; gives what the last one asked for."""
    found = list[e.Effect]()
    for key in keys.replace(" ", ""):
        in_hand = isinstance(desk.state.mode, TakenOut | Rejecting)
        plain: dict[str, i.Input] = {
            "_": i.MarkCard(),
            ">": i.MoveCursor(1, 0),
            "!": i.CancelKey(),
            "x": i.RejectKey(),
            "R": i.AcceptShownKey(),
            ".": i.Confirm() if in_hand else i.AcceptShownKey(),
        }
        digit = i.ReasonKey(int(key)) if key.isdecimal() else None
        found = desk.put(plain.get(key) or digit or i.LetterKey(key))
    return found


@pytest.mark.parametrize("keys", GRAMMAR)
def test_letters_take_out_and_digits_say_why(keys: str) -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    press(desk, keys)
    assert {c.task.id: c.reason for c in desk.state.cards if c.marked} == GRAMMAR[keys]
    assert not desk.reviews, "nothing is decided by these"
    found = press(desk, "R")
    assert {n: why for n, verdict, why in verdicts(found) if verdict is Verdict.REJECT} == GRAMMAR[keys]
    assert len(verdicts(found)) == 6


@pytest.mark.parametrize(("keys", "decides"), [(".", True), ("b.", False), ("b..", True), ("b1.", True)])
def test_enter_accepts_only_where_nothing_is_in_hand(keys: str, decides: bool) -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    assert bool(verdicts(press(desk, keys))) == decides


def test_keys_that_mean_nothing_say_so() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    for keys, word in (("1", "its letter comes first"), ("q", "no picture q"), ("b9", "no reason 9")):
        press(desk, keys)
        assert word in said(desk)


def test_a_held_letter_takes_out_once() -> None:
    desk = Reviewer([lease(n) for n in range(1, 7)])
    desk.see()
    for _ in range(4):
        desk.put(i.LetterKey("c"), after=0.03)
    assert [card.marked for card in desk.state.cards] == [n == 2 for n in range(6)]


def test_a_click_goes_there_and_a_second_one_takes_out() -> None:
    desk = Reviewer([lease(n) for n in range(1, 7)])
    desk.see()
    desk.put(i.ClickCard(4))
    assert desk.state.cursor == 4 and not desk.state.marked
    desk.put(i.ClickCard(4))
    desk.put(i.ReasonKey(2))
    desk.put(i.ClickCard(5))
    assert [c.reason for c in desk.state.cards if c.marked] == ["other"]


def test_keys_before_a_sheet_was_seen_take_nothing_out() -> None:
    desk = Reviewer([lease(n) for n in range(1, 7)])
    for key in "b_x":
        press(desk, key)
        assert "not shown" in said(desk)
    press(desk, "1")
    assert not desk.state.marked


def test_a_sheet_that_has_just_come_is_not_accepted() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    assert verdicts(desk.put(i.AcceptShownKey(), after=0.7)) == []
    assert "just come" in said(desk)
    assert len(verdicts(desk.put(i.AcceptShownKey(), after=0.2))) == 6
    desk.save_all()
    desk.see()
    assert verdicts(desk.put(i.AcceptShownKey(), after=0.4)) == [], "the next one is new again"
    desk.put(i.Enlarge())
    desk.see()
    desk.put(i.Enlarge())
    desk.put(i.SeenOnScreen(desk.state.sitting.serial), after=0.1)
    assert len(verdicts(desk.put(i.AcceptShownKey(), after=0.2))) == 6, "it was looked at before"


def test_what_was_decided_is_told_until_the_next_key() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    press(desk, "bcR")
    assert said(desk) == "4 accepted, 2 rejected · {sheet.undo} takes all of it back"
    desk.save_all()
    desk.see()
    assert said(desk).startswith("4 accepted")
    press(desk, ">")
    assert said(desk) == ""
    press(desk, "R")
    assert said(desk).startswith("6 accepted ·")


def test_the_grid_follows_the_number_of_cards() -> None:
    state, _ = begin_sheet(SittingRules("rev", prefix="p"), ((1, 1), (2, 1), (3, 1), (2, 2)), LETTERS)
    ahead = tuple(lease(n, "cat" if n < 5 else "dog") for n in range(1, 8))
    state, found = step_sheet(state, i.Claimed(ahead, plan="7 of 7."), 0.0)
    sheet, coming = (x for x in found if isinstance(x, e.ShowSheet | e.WantSheet))
    assert (len(sheet.tasks), sheet.columns, sheet.rows) == (4, 2, 2)
    assert (len(coming.tasks), coming.columns, coming.rows) == (3, 3, 1), "as it will be shown"
    assert state.sitting.plan == "7 of 7."
    for move, at in ((i.MoveCursor(0, 1), 2), (i.MoveCursor(1, 0), 3), (i.MoveCursor(0, -1), 1)):
        state, _ = step_sheet(state, move, 1.0)
        assert state.cursor == at


def test_nothing_is_accepted_that_was_not_shown() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    assert verdicts(desk.put(i.AcceptShownKey())) == []
    assert desk.state.sitting.message is not None and "not shown" in desk.state.sitting.message.text
    desk.see()
    desk.put(i.AcceptShownKey())
    desk.save_all()
    assert verdicts(desk.put(i.AcceptShownKey())) == [], "the second sheet was not seen"
    desk.put(i.SeenOnScreen(desk.state.sitting.serial - 1))
    assert verdicts(desk.put(i.AcceptShownKey())) == [], "a late answer for another sheet"


def test_a_held_key_decides_one_sheet() -> None:
    desk = Reviewer([lease(n) for n in range(1, 19)])
    desk.see()
    desk.put(i.AcceptShownKey())
    for _ in range(3):
        desk.save_all()
        desk.put(i.SeenOnScreen(desk.state.sitting.serial), after=0.01)
        assert verdicts(desk.put(i.AcceptShownKey(), after=0.03)) == []
    assert len(verdicts(desk.put(i.AcceptShownKey(), after=1.0))) == 6


def test_a_reason_is_for_all_marked_ones_that_have_none() -> None:
    desk = Reviewer([lease(n) for n in range(1, 7)])
    desk.see()
    for letter in "ac":
        desk.put(i.LetterKey(letter))
    desk.put(i.RejectKey())
    desk.put(i.Comment("blurred"))
    desk.put(i.LetterKey("f"))
    desk.put(i.RejectKey())
    desk.put(i.ReasonKey(2))
    cards = desk.state.cards
    assert [(c.task.id, c.reason, c.comment) for c in cards if c.marked] == [
        (1, "", "blurred"),
        (3, "", "blurred"),
        (6, "other", ""),
    ]
    desk.put(i.RejectKey())
    desk.put(i.ReasonKey(3))
    assert isinstance(desk.state.mode, Rejecting) and desk.state.sitting.message is not None


def test_without_a_mark_the_reason_marks_the_card_at_the_cursor() -> None:
    desk = Reviewer([lease(n) for n in range(1, 7)])
    desk.see()
    desk.put(i.MoveCursor(1, 1))
    desk.put(i.RejectKey())
    desk.put(i.Confirm())
    assert [c.task.id for c in desk.state.cards if c.marked] == [5]


def test_an_undo_brings_the_whole_sheet_back() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    desk.put(i.LetterKey("a"))
    desk.put(i.AcceptShownKey())
    desk.save_all()
    undo = desk.put(i.UndoKey())
    assert isinstance(undo[0], e.Undo)
    found = desk.put(i.TakenBack(undo[0].request_id, replace(lease(3).task, rev=3)))
    assert desk.front == [1, 2, 3, 4, 5, 6]
    assert {x.task_id for x in found if isinstance(x, e.Take)} == {1, 2, 3, 4, 5, 6}
    assert [c.task.id for c in desk.state.cards if c.marked] == [1]
    desk.see()
    assert verdicts(desk.put(i.AcceptShownKey())) == [], "the leases are not back yet"
    for n in range(1, 7):
        desk.put(i.Taken(n, lease(n, rev=3)))
    assert len(verdicts(desk.put(i.AcceptShownKey()))) == 6
    assert desk.front == [7, 8, 9, 10, 11, 12]


def test_the_lease_that_an_undo_brings_stays_with_its_card() -> None:
    desk = Reviewer([lease(n) for n in range(1, 19)])
    for _ in range(2):
        desk.see()
        desk.put(i.AcceptShownKey())
        desk.save_all()
    found = taken_back(desk, 8)
    assert {x.task_id for x in found if isinstance(x, e.Take)} == {7, *range(9, 13)}
    assert [c.task.id for c in desk.state.cards if c.lease is not None] == [8]
    for n in (7, *range(9, 13)):
        desk.put(i.TakeFailed(n, "Others write."))
    taken_back(desk, 2)
    assert desk.front == [1, 2, 3, 4, 5, 6]
    assert 8 in {held.task.id for held in desk.state.sitting.ahead}
    assert {2, 8} <= {held.task.id for held in desk.state.leases}


def taken_back(desk: Reviewer, number: int) -> list[e.Effect]:
    """An undo that brings this task back, with its lease."""
    (undo,) = desk.put(i.UndoKey())
    assert isinstance(undo, e.Undo)
    held = lease(number, rev=3)
    return desk.put(i.TakenBack(undo.request_id, held.task, held))


def test_nothing_is_decided_while_a_sheet_is_being_taken_back() -> None:
    desk = Reviewer([lease(n) for n in range(1, 25)])
    desk.see()
    desk.put(i.AcceptShownKey())
    desk.save_all()
    desk.see()
    (undo,) = desk.put(i.UndoKey())
    assert isinstance(undo, e.Undo)
    assert verdicts(desk.put(i.AcceptShownKey())) == []
    assert desk.state.sitting.message is not None and "being taken back" in desk.state.sitting.message.text
    desk.put(i.TakenBack(undo.request_id, replace(lease(6).task, rev=3)))
    assert desk.front == [1, 2, 3, 4, 5, 6]


def test_two_sheets_that_are_taken_back_one_right_after_the_other_both_come_back() -> None:
    desk = Reviewer([lease(n) for n in range(1, 19)])
    for _ in range(2):
        desk.see()
        desk.put(i.AcceptShownKey())
        desk.save_all()
    undos = [*desk.put(i.UndoKey()), *desk.put(i.UndoKey())]
    taken: list[e.Take] = []
    for undo, number in zip(undos, (12, 6), strict=True):
        assert isinstance(undo, e.Undo)
        found = desk.put(i.TakenBack(undo.request_id, replace(lease(number).task, rev=3)))
        taken += [x for x in found if isinstance(x, e.Take)]
    found = [x for take in taken for x in desk.put(i.Taken(take.task_id, lease(take.task_id, rev=3)))]
    assert not [x for x in found if isinstance(x, e.Release)]
    assert desk.front == [1, 2, 3, 4, 5, 6]
    assert {x.task.id for x in desk.state.sitting.ahead} == {*range(7, 19)}
    assert {x.task.id for x in desk.state.sitting.ahead[:6]} == {*range(7, 13)}


def test_a_verdict_that_could_not_be_saved_comes_back() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    desk.put(i.AcceptShownKey())
    first, second, *rest = desk.reviews
    for write in rest:
        desk.put(i.Saved(write.request_id, write.task), 0.0)
    desk.put(i.Failed(first.request_id, "The disk is full."))
    desk.put(i.Failed(second.request_id, "The disk is full."))
    assert desk.front == [1, 2]
    desk.see()
    assert [v[0] for v in verdicts(desk.put(i.AcceptShownKey()))] == [1, 2]
    assert desk.front == [7, 8, 9, 10, 11, 12]


def test_a_changed_label_is_told_with_both_versions() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    desk.put(i.AcceptShownKey())
    write = desk.reviews[0]
    now = replace(write.task, rev=2, annotation=Annotation(("dog",)))
    desk.put(i.Failed(write.request_id, "Task 1 was changed.", current=now, lasting=True))
    assert desk.state.sitting.message is not None
    assert "You had seen: cat. Now it is: dog." in desk.state.sitting.message.text


def test_the_words_of_a_comment_are_typed_without_a_reproof() -> None:
    desk = Reviewer([lease(n) for n in range(1, 7)])
    desk.see()
    desk.put(i.RejectKey())
    desk.put(i.Touch())
    assert desk.state.sitting.message is None and isinstance(desk.state.mode, Rejecting)
    desk.put(i.Comment("blurred"))
    assert desk.state.cards[0].comment == "blurred"


def test_quitting_waits_for_the_verdicts_and_gives_the_rest_back() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    desk.put(i.AcceptShownKey())
    desk.put(i.QuitKey())
    assert not desk.state.sitting.over
    desk.save_all()
    assert desk.state.sitting.over
    released = [x for x in desk.effects if isinstance(x, e.Release)]
    assert [x.task.id for x in released[-1].leases] == [7, 8, 9, 10, 11, 12]
    assert isinstance(desk.effects[-1], e.Quit)


def test_enlarging_shows_one_picture_and_needs_the_sheet_again_for_r() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    shown = desk.put(i.Enlarge())
    assert isinstance(shown[0], e.Show) and shown[0].task is not None and shown[0].task.id == 1
    desk.see()
    assert verdicts(desk.put(i.AcceptShownKey())) == []
    desk.put(i.CancelKey())
    desk.see()
    assert len(verdicts(desk.put(i.AcceptShownKey()))) == 6


@pytest.mark.parametrize(("columns", "rows"), [(2, 1), (3, 2), (8, 5)])
def test_another_grid_loses_no_card(columns: int, rows: int) -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    state, _ = resized(desk.state, grids(columns, rows))
    held = [c.task.id for c in state.cards] + [x.task.id for x in state.sitting.ahead]
    assert sorted(held) == list(range(1, 13))
    assert len(state.cards) <= columns * rows


def test_at_the_end_the_closing_page_stands() -> None:
    desk = Reviewer([lease(1)])
    desk.see()
    desk.put(i.AcceptShownKey())
    desk.save_all()
    assert desk.state.closing
    assert desk.state.sitting.account.counts == {"accepted": 1}
    for key in (
        i.AcceptShownKey(),
        i.RejectKey(),
        i.MarkCard(),
        i.LetterKey("a"),
        i.MoveCursor(1, 1),
        i.Enlarge(),
    ):
        assert verdicts(desk.put(key)) == []


def label_cards() -> CardDecisions:
    """Each card is labelled; a marked one as a dog."""

    def labelled(state: SheetState, card: Card, request_id: str, stroke: str) -> e.Submit:
        assert card.lease is not None
        return e.Submit(request_id, card.lease, Annotation(("dog" if card.marked else "cat",)), 0.0, {})

    def card_of(write: e.DecisionWrite) -> Card:
        assert isinstance(write, e.Submit)
        return Card(write.lease.task, write.lease, write.annotation.labels == ("dog",))

    return CardDecisions(labelled, card_of, lambda cards: f"{len(cards)} labelled")


def test_what_a_decided_card_means_is_the_work_s_affair() -> None:
    state, _ = begin_sheet(SittingRules("ann", prefix="p"), grids(3, 2), LETTERS)
    step = sheet_reducer(label_cards())
    opening: tuple[i.Input, ...] = (
        i.Claimed((lease(1), lease(2))),
        i.SeenOnScreen(1),
        i.LetterKey("b"),
        i.AcceptShownKey(),
    )
    for at, event in enumerate(opening):
        state, found = step(state, event, float(at))
    writes = [x for x in found if isinstance(x, e.Submit)]
    assert [x.annotation.labels for x in writes] == [("cat",), ("dog",)]
    assert state.sitting.pending == tuple(writes)
    assert state.sitting.message is not None and state.sitting.message.text == "2 labelled"
    state, _ = step(state, i.Saved(writes[0].request_id, writes[0].lease.task), 2.0)
    assert state.sitting.account.counts == {"labelled": 1} and state.sitting.pending == (writes[1],)
    state, _ = step(state, i.Failed(writes[1].request_id, "The disk is full."), 2.0)
    assert not state.sitting.pending and state.retry
    assert [(card.task.id, card.marked) for card in state.cards] == [(2, True)]
    for again in (i.SeenOnScreen(state.sitting.serial), i.AcceptShownKey(), i.QuitKey()):
        state, found = step(state, again, 5.0)
    assert state.sitting.leaving
    state, found = step(state, i.Saved(state.sitting.pending[0].request_id, lease(2).task), 6.0)
    assert state.sitting.account.counts == {"labelled": 2} and isinstance(found[-1], e.Quit)


def unsaved(n: int = 6) -> Reviewer:
    """The first `n` of a sheet could not be saved, the second of them was rejected; the others are durable."""
    desk = Reviewer([lease(k) for k in range(1, 13)])
    desk.see()
    desk.put(i.LetterKey("b"))
    desk.put(i.AcceptShownKey())
    for write in desk.reviews[:n]:
        desk.put(i.Failed(write.request_id, "The disk is full."), 0.0)
    desk.save_all()
    return desk


def test_an_undo_is_refused_while_verdicts_are_not_saved() -> None:
    desk = unsaved(2)
    assert desk.put(i.UndoKey()) == []
    message = desk.state.sitting.message
    assert message is not None
    assert message.text == "2 verdicts are not saved: {sheet.accept} tries again, {app.cancel} gives up."
    assert desk.front == [1, 2] and desk.state.retry and desk.state.marked == 1


def test_what_an_undo_brings_back_comes_after_verdicts_that_are_not_saved() -> None:
    desk = Reviewer([lease(k) for k in range(1, 13)])
    desk.see()
    desk.put(i.AcceptShownKey())
    first, *rest = desk.reviews
    undo = desk.put(i.UndoKey())[0]
    assert isinstance(undo, e.Undo)
    desk.put(i.Failed(first.request_id, "The disk is full."))
    for write in rest:
        desk.put(i.Saved(write.request_id, write.task), 0.0)
    desk.put(i.TakenBack(undo.request_id, lease(3).task, lease(3, rev=3)))
    assert desk.front == [1] and desk.state.retry
    assert desk.state.sitting.ahead[0].task.id == 3
    desk.see()
    desk.put(i.AcceptShownKey())
    assert desk.front[0] == 3


def test_verdicts_that_are_not_saved_stay_so_in_another_grid() -> None:
    desk = unsaved()
    desk.put(i.Resized(grids(2, 2)))
    assert desk.front == [1, 2, 3, 4] and desk.state.retry
    assert [x.task.id for x in desk.state.leases] == [*range(1, 13)]
    desk.put(i.QuitKey())
    message = desk.state.sitting.message
    assert message is not None
    assert message.text == "6 verdicts are not saved: {sheet.accept} tries again, {app.cancel} gives up."
    desk.see()
    found = verdicts(desk.put(i.AcceptShownKey()))
    assert [task for task, _, _ in found] == [1, 2, 3, 4] and found[1][1] is Verdict.REJECT
    assert desk.front == [5, 6] and desk.state.retry
    desk.put(i.Failed(desk.reviews[0].request_id, "The disk is full."))
    desk.put(i.Resized(grids(3, 2)))
    assert desk.front == [5, 6, 1]


def test_all_verdicts_that_are_not_saved_are_given_up_together() -> None:
    desk = unsaved()
    desk.put(i.Resized(grids(2, 2)))
    desk.put(i.CancelKey())
    assert not desk.state.retry and not desk.state.unsaved and not desk.state.marked
    assert [x.task.id for x in desk.state.leases] == [*range(1, 13)]
    assert isinstance(desk.put(i.QuitKey())[-1], e.Quit)


def test_a_reason_that_is_awaited_goes_with_the_sheet_it_was_for() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    desk.put(i.AcceptShownKey())
    desk.save_all()
    undo = desk.put(i.UndoKey())[0]
    assert isinstance(undo, e.Undo)
    desk.see()
    desk.put(i.RejectKey())
    desk.put(i.TakenBack(undo.request_id, lease(3).task, lease(3, rev=3)))
    assert isinstance(desk.state.mode, Looking)
    desk.put(i.ReasonKey(1))
    assert desk.front[0] == 1 and not desk.state.marked


def test_a_reason_that_is_awaited_is_not_for_a_verdict_that_comes_back() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    desk.put(i.AcceptShownKey())
    desk.see()
    desk.put(i.RejectKey())
    desk.put(i.Failed(desk.reviews[0].request_id, "The disk is full."))
    assert isinstance(desk.state.mode, Looking) and desk.front == [1]


def marks_in_front(desk: Reviewer) -> dict[int, str]:
    return {card.task.id: card.reason for card in desk.state.cards if card.marked}


def test_what_is_taken_out_is_so_again_in_a_larger_window() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    press(desk, "b2f1")
    desk.put(i.Resized(grids(2, 1)))
    assert marks_in_front(desk) == {2: "other"} and len(desk.state.marks) == 2
    desk.put(i.Resized(grids(3, 2)))
    desk.see()
    found = verdicts(press(desk, "R"))
    assert [n for n, verdict, _ in found] == [1, 2]
    desk.save_all()
    assert marks_in_front(desk) == {6: "wrong label"}
    desk.see()
    press(desk, "R")
    assert not desk.state.marks, "what is decided is not kept"


def test_what_is_taken_out_is_so_again_after_an_earlier_sheet_was_taken_back() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    press(desk, "R")
    desk.save_all()
    desk.see()
    press(desk, "b1")
    taken_back(desk, 6)
    assert desk.front[0] == 1 and not marks_in_front(desk)
    for n in range(1, 6):
        desk.put(i.Taken(n, lease(n, rev=3)))
    desk.see()
    press(desk, "R")
    assert marks_in_front(desk) == {8: "wrong label"}


def test_leaving_with_something_taken_out_asks_once() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    press(desk, "b1c")
    assert desk.put(i.QuitKey()) == []
    assert said(desk).startswith("2 taken out and not decided: {app.quit} again leaves without")
    press(desk, ">")
    assert desk.put(i.QuitKey()) == [], "another key came between"
    desk.put(i.AcceptShownKey())
    assert desk.state.cards and said(desk) == "Nothing was decided: {sheet.accept} again decides 6 pictures."
    assert desk.put(i.QuitKey()) == []
    assert isinstance(desk.put(i.QuitKey())[-1], e.Quit)


def test_what_is_taken_out_and_the_place_go_to_single_pictures_and_back() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    press(desk, "b1c")
    assert desk.state.in_front == 3
    assert isinstance(desk.put(i.QuitKey("switches"))[-1], e.Quit), "nothing is lost, nothing is asked"
    walk, _ = begin(SittingRules("rev", work="review", at=3, marks=desk.state.marks))
    walk, _ = step(walk, i.Claimed(tuple(lease(n) for n in (3, 2))), 0.0)
    walk, _ = step(walk, i.SeenOnScreen(walk.sitting.serial), 0.0)
    walk, _ = step(walk, i.AcceptKey(), 1.0)
    assert [*walk.marks] == [2], "what is decided is not kept"
    rules = SittingRules("rev", work="review", at=8, marks=walk.marks)
    state, _ = begin_sheet(rules, grids(3, 2), LETTERS)
    ahead = tuple(lease(n, "cat" if n < 5 else "dog") for n in range(1, 13))
    state, _ = step_sheet(state, i.Claimed(ahead), 0.0)
    assert [card.task.id for card in state.cards] == [5, 6, 7, 8, 9, 10] and state.cursor == 3
    assert [x.task.id for x in state.sitting.ahead] == [11, 12, 1, 2, 3, 4]
    assert [*state.marks] == [2]


def test_what_was_refused_is_told_until_it_is_decided_and_enter_asks_once() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    press(desk, "c1")
    desk.see()
    assert said(desk) == "c was not taken out: the sheet was not shown yet."
    press(desk, ">")
    assert said(desk).startswith("c was not taken out"), "it stands until a key decides"
    assert verdicts(press(desk, "R")) == []
    assert (
        said(desk) == "c was not taken out: the sheet was not shown yet; {sheet.accept} again accepts all 6."
    )
    assert len(verdicts(press(desk, "R"))) == 6


def test_what_was_refused_is_taken_out_by_pressing_it_again() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    press(desk, "cd")
    desk.see()
    press(desk, "c1d.")
    assert said(desk) == ""
    assert len(verdicts(press(desk, "R"))) == 6


def test_what_a_sheet_had_taken_out_is_asked_about_before_single_pictures_end_too() -> None:
    rules = SittingRules("rev", work="review", at=3, marks={8: TakenOutFor("wrong label")})
    asked, effects = step(begin(rules)[0], i.QuitKey(), 1.0)
    assert isinstance(asked.mode, ConfirmingLeave) and not effects
    assert "1 taken out" in (asked.sitting.message.text if asked.sitting.message else "")
    stays, _ = step(asked, i.CancelKey(), 2.0)
    assert isinstance(stays.mode, Looking)
    assert isinstance(step(stays, i.QuitKey(), 3.0)[0].mode, ConfirmingLeave)
    leaves, _ = step(asked, i.QuitKey(), 2.0)
    assert isinstance(leaves.mode, Leaving | Over)
    switches, _ = step(begin(rules)[0], i.QuitKey("switches"), 2.0)
    assert isinstance(switches.mode, Leaving | Over), "`v` takes them along"


@pytest.mark.parametrize(
    ("labels", "sheets"),
    [
        ("cccccccc", ["cccccc", "cc"]),
        ("ccdeeb", ["ccdeeb"]),
        ("cccddd", ["ccc", "ddd"]),
        ("ccddddd", ["cc", "ddddd"]),
        ("abcdefgh", ["abcdef", "gh"]),
        ("ccdddee", ["cc", "ddd", "ee"]),
        ("abccddeef", ["abccdd", "eef"]),
        ("abcdeff", ["abcde", "ff"]),
        ("", []),
    ],
)
def test_labels_of_a_few_pictures_come_on_one_sheet_each_whole(labels: str, sheets: list[str]) -> None:
    """Of six places: whoever sees one picture after the other needs no sheet."""
    rest = [lease(n, label) for n, label in enumerate(labels, 1)]
    found = []
    while sheet := one_sheet(rest, 6):
        found.append("".join(group_of(each.task) for each in sheet))
        rest = rest[len(sheet) :]
    assert found == sheets
