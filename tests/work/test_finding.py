"""Pictures by their number or a part of their name, and one of them opened, over every backend."""

from __future__ import annotations

from tui.model.task import NewTask
from tui.sitting import effects
from tui.sitting.seeking import Found, Opened
from tui.store.base import AnnotationQueue
from tui.work.claims import ClaimTerms
from tui.work.clerk import Clerk
from tui.work.finding import MOST, found_by


def test_the_number_comes_first_and_case_and_wildcards_do_not_matter(queue: AnnotationQueue) -> None:
    queue.add([NewTask("Bed[1].JPG"), NewTask("a/10.png"), NewTask("Überall.jpg")], who="lead")
    paths = {
        text: [task.path for task in found_by(queue, text)] for text in ("bed[", "10", "überall", "*", "0")
    }
    assert paths == {
        "bed[": ["Bed[1].JPG"],
        "10": ["10.jpg", "a/10.png"],
        "überall": ["Überall.jpg"],
        "*": [],
        "0": ["10.jpg", "a/10.png"],
    }


def test_names_that_begin_with_the_text_come_before_those_that_hold_it(queue: AnnotationQueue) -> None:
    names = ["a/my cat.jpg", "cats/dog.jpg", "b/Cat.jpg", "cat.jpg"]
    queue.add([NewTask(name) for name in names], who="lead")
    found = [task.path for task in found_by(queue, "cat")]
    assert found == ["cat.jpg", "b/Cat.jpg", "a/my cat.jpg", "cats/dog.jpg"]


def test_at_most_a_screenful_is_found(queue: AnnotationQueue) -> None:
    queue.add([NewTask(f"more/{n}.jpg") for n in range(MOST + 5)], who="lead")
    assert len(list(found_by(queue, "more"))) == MOST


def test_what_is_opened_is_held_where_it_can_be(queue: AnnotationQueue) -> None:
    ann = Clerk(queue, ClaimTerms("ann", "s"), lambda answer: None)
    bob = Clerk(queue, ClaimTerms("bob", "t"), lambda answer: None)
    first = ann.answer(effects.Open(7))
    assert isinstance(first, Opened) and first.lease is not None
    second = bob.answer(effects.Open(7))
    assert isinstance(second, Opened) and second.task is not None and second.lease is None
    gone = ann.answer(effects.Open(99))
    assert isinstance(gone, Opened) and gone.task is None and "99" in gone.message
    assert ann.answer(effects.Find("7")) == Found("7", tuple(found_by(queue, "7")))
