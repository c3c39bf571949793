"""What is asked of the studio's threads, and what of it is given up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue

import pytest

from tui.imaging.pipeline import Check, Studio

Posts = SimpleQueue[Callable[[], None]]
PATIENCE = 20.0


class Piece:
    """Work that says when it has begun, and goes on to its check when it may."""

    def __init__(self) -> None:
        self.begun, self.may = threading.Event(), threading.Event()

    def __call__(self, check: Check) -> str:
        self.begun.set()
        assert self.may.wait(PATIENCE)
        check()
        return "done"


@pytest.fixture
def posts() -> Posts:
    return SimpleQueue()


@pytest.fixture
def studio(posts: Posts) -> Iterator[Studio]:
    studio = Studio(posts.put)
    yield studio
    studio.close()


def test_what_is_dropped_is_given_up_at_its_check_and_asked_again_it_is_done(posts: Posts) -> None:
    found: list[str] = []
    studio = Studio(posts.put, threads=1)
    first, again = Piece(), Piece()
    studio.ask("a", 0, first, found.append)
    assert first.begun.wait(PATIENCE)
    studio.keep(lambda key: None)
    first.may.set()
    # One thread: what comes after it is done when it was given up.
    again.may.set()
    studio.ask("b", 0, again, found.append)
    posts.get(timeout=PATIENCE)()
    studio.ask("a", 0, again, found.append)
    posts.get(timeout=PATIENCE)()
    assert found == ["done"] * 2


def test_what_was_dropped_and_is_wanted_again_is_done_all_the_same(studio: Studio, posts: Posts) -> None:
    found: list[str] = []
    piece = Piece()
    studio.ask("a", 0, piece, found.append)
    assert piece.begun.wait(PATIENCE)
    studio.keep(lambda key: None)
    studio.keep(lambda key: 0)
    piece.may.set()
    posts.get(timeout=PATIENCE)()
    assert found == ["done"]


def test_what_stands_aside_leaves_a_thread_free(studio: Studio, posts: Posts) -> None:
    found: list[str] = []
    aside, other, front = Piece(), Piece(), Piece()
    studio.ask("aside", 1, aside, found.append, True)
    studio.ask("other", 2, other, found.append, True)
    assert aside.begun.wait(PATIENCE)
    studio.ask("front", 3, front, found.append)
    assert front.begun.wait(PATIENCE)
    assert not other.begun.is_set()
    for piece in (front, aside, other):
        piece.may.set()
        posts.get(timeout=PATIENCE)()
    assert found == ["done"] * 3


def test_what_waits_aside_and_comes_to_the_front_waits_no_more(studio: Studio, posts: Posts) -> None:
    found: list[str] = []
    aside, next_one = Piece(), Piece()
    studio.ask("aside", 0, aside, found.append, True)
    studio.ask("next", 1, next_one, found.append, True)
    assert aside.begun.wait(PATIENCE)
    studio.ask("next", 0, next_one, found.append)
    assert next_one.begun.wait(PATIENCE)
    for piece in (next_one, aside):
        piece.may.set()
        posts.get(timeout=PATIENCE)()
    assert found == ["done"] * 2
