"""A reviewer's fix of labels, and what moving on gives up: without a screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sitting.test_draw import Seat
from tests.sitting.test_sheet import Reviewer, lease
from tests.sitting.test_walk import Desk
from tui.model.annotation import Annotation
from tui.model.review import Verdict
from tui.sitting import effects
from tui.sitting import inputs as i
from tui.sitting.state import Fixing, Looking, TakenOut
from tui.tools.view import View


def fixing(kind: str, *labels: str) -> Desk:
    desk = Desk(work="review", kind=kind)
    visit = desk.state.visit
    assert visit is not None
    desk.state = desk.state.with_visit(replace(visit, annotation=Annotation(labels)))
    desk.see()
    desk.put(i.FixKey())
    return desk


def test_one_label_is_the_fix() -> None:
    desk = fixing("classify", "cat")
    assert desk.put(i.Confirm()) == () and isinstance(desk.state.mode, Fixing)
    (review,) = [x for x in desk.put(i.LabelKey("dog")) if isinstance(x, effects.Review)]
    assert (review.verdict, review.annotation) == (Verdict.ACCEPT, Annotation(("dog",)))
    assert isinstance(desk.state.mode, Looking)


@pytest.mark.parametrize(
    ("chosen", "right"), [(("dog", "cat"), ("dog",)), (("dog",), ("cat", "dog")), (("cat",), ())]
)
def test_tags_are_chosen_in_the_sitting(chosen: tuple[str, ...], right: tuple[str, ...]) -> None:
    desk = fixing("tags", "cat")
    for name in chosen:
        desk.put(i.LabelKey(name))
    assert desk.state.mode == Fixing(right)
    (review,) = [x for x in desk.put(i.Confirm()) if isinstance(x, effects.Review)]
    assert review.annotation == Annotation(right)


def test_a_fix_given_up_keeps_nothing_of_what_was_chosen() -> None:
    desk = fixing("tags", "cat")
    desk.put(i.LabelKey("dog"))
    desk.put(i.CancelKey())
    desk.put(i.FixKey())
    assert desk.state.mode == Fixing(("cat",))


def test_chosen_tags_outlast_a_refusal() -> None:
    desk = fixing("tags", "cat")
    desk.put(i.LabelKey("dog"))
    desk.put(i.Covered(True))
    assert not [x for x in desk.put(i.Confirm()) if isinstance(x, effects.Review)]
    desk.put(i.Covered(False))
    desk.put(i.Confirm())
    assert desk.state.mode == Fixing(("cat", "dog"))
    desk.see()
    (review,) = [x for x in desk.put(i.Confirm()) if isinstance(x, effects.Review)]
    assert review.annotation == Annotation(("cat", "dog"))


def test_what_is_in_hand_goes_with_its_sheet() -> None:
    desk = Reviewer([lease(n) for n in range(1, 13)])
    desk.see()
    desk.put(i.LetterKey("b"))
    assert isinstance(desk.state.mode, TakenOut)
    desk.put(i.AcceptShownKey())
    assert desk.front == [7, 8, 9, 10, 11, 12] and isinstance(desk.state.mode, Looking)
    desk.see()
    desk.put(i.ReasonKey(1))
    assert not desk.state.marked


def test_what_was_visible_of_one_picture_is_forgotten_with_the_next() -> None:
    seat = Seat()
    seat.see()
    seat.put(i.Viewed(View(1000, 750, 100, 100, 200, 150, scale=4.0)))
    assert seat.state.view is not None
    seat.put(i.NextKey())
    assert seat.state.view is None
