"""Clerks over every backend of the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.store.conftest import BACKENDS, Backend
from tui.model.task import NewTask
from tui.store.base import AnnotationQueue


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, project_folder: Path) -> Backend:
    return BACKENDS[request.param](project_folder)


@pytest.fixture
def queue(backend: Backend) -> Iterator[AnnotationQueue]:
    """A queue with ten images."""
    opened = backend.open()
    opened.add([NewTask(f"{n}.jpg") for n in range(1, 11)], who="lead")
    yield opened
    opened.close()


class Troubled:
    """A queue of which one method raises `error` at its calls `at`, counted from 1, before it does anything, or after."""

    def __init__(
        self,
        queue: AnnotationQueue,
        method: str,
        error: Exception,
        at: tuple[int, ...] = (1,),
        *,
        after: bool = False,
    ) -> None:
        self._queue, self._method, self._error, self._at, self._after = queue, method, error, at, after
        self._calls = 0

    def __getattr__(self, name: str) -> object:
        found = getattr(self._queue, name)
        return self._in_trouble(found) if name == self._method else found

    def _in_trouble(self, method: Callable[..., object]) -> Callable[..., object]:
        def called(*args: object, **rest: object) -> object:
            self._calls += 1
            fails = self._calls in self._at
            if fails and not self._after:
                raise self._error
            answer = method(*args, **rest)
            if fails:
                raise self._error
            return answer

        return called
