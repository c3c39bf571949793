"""What the column says of the picture has as many rows whatever is known, so that the labels below stay where they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tui.model.annotation import Annotation
from tui.model.project import Label, Project
from tui.model.task import State, Task
from tui.sitting.walk_state import Visit
from tui.widgets.label_bar import LabelLine
from tui.widgets.rows import EMPTY, GOOD, Row, row, row_width
from tui.widgets.side import picture_rows, review_rows, unlisted_rows

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


def test_a_label_that_the_project_file_does_not_have_is_named() -> None:
    project = Project(Path("p"), labels=(Label("cat", "Katze", "#e69f00"),))
    given = Annotation(("cat", "kit\x1bty"), ({"kind": "box", "label": "dog"}, {"kind": "box"}))
    said = ["".join(text for text, _ in each) for each in unlisted_rows(project, given, 40)]
    assert said == ["! dog is not in termlabel.toml", "! kit␛ty is not in termlabel.toml"]
    assert unlisted_rows(project, Annotation(("cat",)), 40) == []
    assert unlisted_rows(Project(Path("p")), given, 40) == [], "a project without labels has all"


def test_a_reviewer_sees_a_label_that_the_project_file_does_not_have() -> None:
    task = replace(SIZED, state=State.LABELLED, annotation=Annotation(("kitty",)))
    project = Project(Path("p"), labels=(Label("cat", "Katze", "#e69f00"),))
    visit = Visit(task, annotation=task.annotation)
    line = LabelLine("kitty", "kitty", "#808080")
    said = [
        "".join(text for text, _ in each) for each in review_rows(visit, project, [line], 40, zoom=1, now=0)
    ]
    assert {"■ kitty", "! kitty is not in termlabel.toml"} <= {*said}
