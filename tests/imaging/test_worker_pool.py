"""What is asked of the threads of the worker pool, and what of it is given up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue

import pytest

from tests.waiting import PATIENCE, wait_until
from tui.imaging.worker_pool import Check, WorkerPool

Posts = SimpleQueue[Callable[[], None]]


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
def workers(posts: Posts) -> Iterator[WorkerPool]:
    workers = WorkerPool(posts.put)
    yield workers
    workers.close()


def test_what_is_dropped_is_given_up_at_its_check_and_asked_again_it_is_done(posts: Posts) -> None:
    found: list[str] = []
    workers = WorkerPool(posts.put, threads=1)
    first, again = Piece(), Piece()
    workers.ask("a", 0, first, found.append, str)
    assert first.begun.wait(PATIENCE)
    workers.keep(lambda key: None)
    first.may.set()
    # One thread: what comes after it is done when it was given up.
    again.may.set()
    workers.ask("b", 0, again, found.append, str)
    posts.get(timeout=PATIENCE)()
    workers.ask("a", 0, again, found.append, str)
    posts.get(timeout=PATIENCE)()
    assert found == ["done"] * 2


def test_what_was_dropped_and_is_wanted_again_is_done_all_the_same(workers: WorkerPool, posts: Posts) -> None:
    found: list[str] = []
    piece = Piece()
    workers.ask("a", 0, piece, found.append, str)
    assert piece.begun.wait(PATIENCE)
    workers.keep(lambda key: None)
    workers.keep(lambda key: 0)
    piece.may.set()
    posts.get(timeout=PATIENCE)()
    assert found == ["done"]


def test_what_stands_aside_leaves_a_thread_free(workers: WorkerPool, posts: Posts) -> None:
    found: list[str] = []
    aside, other, front = Piece(), Piece(), Piece()
    workers.ask("aside", 1, aside, found.append, str, True)
    workers.ask("other", 2, other, found.append, str, True)
    assert aside.begun.wait(PATIENCE)
    workers.ask("front", 3, front, found.append, str)
    assert front.begun.wait(PATIENCE)
    assert not other.begun.is_set()
    for piece in (front, aside, other):
        piece.may.set()
        posts.get(timeout=PATIENCE)()
    assert found == ["done"] * 3


def test_what_waits_aside_and_comes_to_the_front_waits_no_more(workers: WorkerPool, posts: Posts) -> None:
    found: list[str] = []
    aside, next_one = Piece(), Piece()
    workers.ask("aside", 0, aside, found.append, str, True)
    workers.ask("next", 1, next_one, found.append, str, True)
    assert aside.begun.wait(PATIENCE)
    workers.ask("next", 0, next_one, found.append, str)
    assert next_one.begun.wait(PATIENCE)
    for piece in (next_one, aside):
        piece.may.set()
        posts.get(timeout=PATIENCE)()
    assert found == ["done"] * 2


def test_who_stops_the_pool_waits_for_what_is_under_way(posts: Posts) -> None:
    workers, piece, order = WorkerPool(posts.put, threads=1), Piece(), list[str]()

    def work(check: Check) -> str:
        piece(lambda: None)
        order.append("done")
        return "done"

    def stop() -> None:
        workers.stop(PATIENCE)
        order.append("stopped")

    workers.ask("a", 0, work, lambda found: None, str)
    assert piece.begun.wait(PATIENCE)
    stopping = threading.Thread(target=stop)
    stopping.start()
    wait_until(lambda: workers.closed)
    piece.may.set()
    stopping.join(PATIENCE)
    assert order == ["done", "stopped"]
    assert posts.empty()


def test_a_pool_that_was_never_asked_stops_at_once_and_takes_nothing_in(
    workers: WorkerPool, posts: Posts
) -> None:
    workers.stop(0)
    assert workers.closed
    workers.ask("a", 0, Piece(), lambda found: None, str)
    assert not workers.asked("a")
    assert posts.empty()


def test_work_that_fails_is_told_and_stops_no_other(posts: Posts) -> None:
    found: list[str] = []
    workers = WorkerPool(posts.put, threads=1)

    def fails(check: Check) -> str:
        raise MemoryError("too large")

    for key in ("a", "b"):
        workers.ask(key, 0, fails, found.append, lambda error: f"{type(error).__name__}: {error}", True)
        posts.get(timeout=PATIENCE)()
        assert not workers.asked(key)
    whole = Piece()
    whole.may.set()
    workers.ask("c", 0, whole, found.append, str, True)
    posts.get(timeout=PATIENCE)()
    workers.close()
    assert found == ["MemoryError: too large"] * 2 + ["done"]


def test_what_is_made_counts_as_asked_until_it_is_told(workers: WorkerPool, posts: Posts) -> None:
    """Else whoever asks one piece after the other asks the next before the last has come, and from what was before it."""
    asked: list[bool] = []
    piece = Piece()
    workers.ask("a", 0, piece, lambda found: asked.append(workers.asked("a")), str)
    piece.may.set()
    tell = posts.get(timeout=PATIENCE)
    assert workers.asked("a")
    tell()
    assert asked == [False]
    assert not workers.asked("a")
