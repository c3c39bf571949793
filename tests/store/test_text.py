"""What is written as JSON: nothing that comes in is lost or altered on its way."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.conftest import Backend, one
from tui.model.annotation import Annotation
from tui.model.task import Imported, NewTask
from tui.store.base import AnnotationQueue
from tui.store.jsontext import checked, dumps
from tui.store.tinydb_queue import QueueDB

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None))
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(VALUES)
def test_what_is_written_reads_as_it_was(value: object) -> None:
    text = dumps(value)
    assert json.loads(text) == value
    assert b"\n" not in text


def test_numbers_and_names_that_are_out_of_the_ordinary() -> None:
    assert dumps({"id": 2**70, "name": "\udce9.jpg"}) == b'{"id":1180591620717411303424,"name":"\\udce9.jpg"}'


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_json_cannot_hold_is_refused_at_every_door(
    queue: AnnotationQueue, backend: Backend, value: float
) -> None:
    lease = one(queue)
    said = Annotation((), ({"kind": "box", "x": value},))
    with pytest.raises(ValueError, match="JSON compliant"):
        queue.submit(lease, said, who="ann", seconds=1, request_id="x")
    mask = Annotation((), ({"kind": "mask", "counts": [*range(2000), value]},))
    with pytest.raises(ValueError, match="JSON compliant"):
        queue.submit(lease, mask, who="ann", seconds=1, request_id="y")
    with pytest.raises(ValueError, match="JSON compliant"):
        queue.add([NewTask("new.jpg", score=value)], who="lead")
    with pytest.raises(ValueError, match="JSON compliant"):
        queue.import_annotations([Imported(1, 0, {"state": "labelled", "seconds": value})], who="lead")
    with QueueDB(backend.folder) as db, pytest.raises(ValueError, match="JSON compliant"):
        db.table("mine").insert({"score": value})
    assert [event.op for event in queue.history(1)] == ["add"]
    assert queue.get(1).rev == 0


@given(st.dictionaries(st.text(), SCALARS))
def test_what_is_checked_is_json(value: dict[str, object]) -> None:
    assert json.loads(checked(value)) == value
