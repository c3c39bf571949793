"""What the column says of the picture has as many rows whatever is known, so that the labels below stay where they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui.model.task import State, Task
from tui.widgets.rows import EMPTY, GOOD, Row, row, row_width
from tui.widgets.side import picture_rows

WIDTH = 23
TASK = Task(id=1, path="images/a very long file name of a picture.jpg", rev=0, state=State.TODO)
SIZED = replace(TASK, width=12000, height=9000)


@pytest.mark.parametrize("task", [TASK, SIZED, replace(SIZED, flagged=True)], ids=["new", "sized", "flagged"])
@pytest.mark.parametrize("sign", [EMPTY, row(("✓ labelled", GOOD))], ids=["open", "done"])
def test_the_picture_takes_as_many_rows_whatever_is_known_of_it(task: Task, sign: Row) -> None:
    rows = picture_rows(task, WIDTH, 4.0, sign)
    assert len(rows) == 3
    assert all(row_width(each) <= WIDTH for each in rows)
    said = ["".join(text for text, _ in each) for each in rows]
    assert said[0].endswith("picture.jpg" if not task.flagged else " ⚑ hard")
    assert said[2].endswith("✓ labelled") or not sign
