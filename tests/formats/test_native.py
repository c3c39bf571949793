"""`jsonl` and `csv` to the letter of their description, and an exact way back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.formats.samples import B, project, read, task, write
from tui.cli import cli
from tui.formats.jsonl import COLUMNS
from tui.model.review import Verdict
from tui.model.shapes import json_of
from tui.model.task import State

ACCEPTED = task(
    17,
    path="photos/a.jpg",
    labels=["dog", "cat"],
    size=(4000, 3000),
    state=State.ACCEPTED,
    annotator="ann",
    labelled_at=1795452067.123,
    seconds=1.84,
    reviewer="rev",
    verdict=Verdict.ACCEPT,
)


def lines(path: Path) -> list[str]:
    return path.read_bytes().decode("utf-8").splitlines()


def test_one_line_has_these_members_in_this_order(tmp_path: Path) -> None:
    write("jsonl", [ACCEPTED], tmp_path / "out", of=project("cat", "dog", kind="tags"))
    assert lines(tmp_path / "out") == [
        '{"schema":1,"id":17,"pass":1,"image":"photos/a.jpg","status":"accepted","labels":["cat","dog"],"shapes":[],'
        '"flagged":false,"annotator":"ann","labelled_at":"2026-11-23T16:41:07.123Z","seconds":1.84,"reviewer":"rev",'
        '"verdict":"accept","fixed":false,"reason":null,"comment":null,"width":4000,"height":3000,"sha256":null,'
        '"metadata":{},"note":null,"file_changed":false}'
    ]


def test_members_that_do_not_apply_are_null(tmp_path: Path) -> None:
    write("jsonl", [task(1, state=State.TODO)], tmp_path / "out")
    data = json.loads(lines(tmp_path / "out")[0])
    assert tuple(data) == COLUMNS
    nulls = {name for name, value in data.items() if value is None}
    assert nulls == {"annotator", "labelled_at", "reviewer", "verdict", "reason", "comment", "sha256", "note"}
    assert (data["status"], data["labels"], data["shapes"], data["seconds"]) == ("todo", [], [], 0.0)


def test_a_skipped_task_has_no_time_of_a_label(tmp_path: Path) -> None:
    skipped = task(1, state=State.SKIPPED, annotator="ann", labelled_at=5.0)
    write("jsonl", [skipped], tmp_path / "out")
    assert json.loads(lines(tmp_path / "out")[0])["labelled_at"] is None


def test_bytes_that_are_not_utf8_stay_escaped(tmp_path: Path) -> None:
    write("jsonl", [task(1, path="b\udce9.jpg"), task(2, path="ü.jpg")], tmp_path / "out")
    assert '"image":"b\\udce9.jpg"' in lines(tmp_path / "out")[0]
    assert '"image":"ü.jpg"' in lines(tmp_path / "out")[1]
    assert [record.name for record in read("jsonl", tmp_path / "out")] == ["b\udce9.jpg", "ü.jpg"]


def test_a_shape_of_an_unknown_kind_passes_through(tmp_path: Path) -> None:
    strange = {"id": 1, "kind": "ellipse", "label": "car", "radius": [1, 2.5], "z": "?"}
    from tui.model.annotation import Annotation

    write("jsonl", [replace(task(1), annotation=Annotation((), (strange,)))], tmp_path / "out")
    assert json.loads(lines(tmp_path / "out")[0])["shapes"] == [strange]


def test_csv(tmp_path: Path) -> None:
    odd = task(2, path='x, "y".jpg', labels=["line\nbreak", "=1+1"], state=State.TODO, flagged=True)
    write("csv", [ACCEPTED, odd], tmp_path / "out", of=project("cat", "dog", kind="tags"))
    text = (tmp_path / "out").read_bytes().decode()
    assert text == (
        "id,pass,image,status,labels,flagged,annotator,labelled_at,seconds,reviewer,verdict,fixed,reason,comment,"
        "width,height,sha256,note,file_changed\n"
        "17,1,photos/a.jpg,accepted,cat|dog,false,ann,2026-11-23T16:41:07.123Z,1.84,rev,accept,false,,,4000,3000,,,false\n"
        '2,1,"x, ""y"".jpg",todo,"line\nbreak|=1+1",true,,,0.0,,,false,,,640,480,,,false\n'
    )


def test_history_on_request(tmp_path: Path) -> None:
    trail = [{"seq": 3, "op": "label"}]
    write("jsonl", [task(1, B)], tmp_path / "out", history=lambda _id: trail)
    assert json.loads(lines(tmp_path / "out")[0])["history"] == trail


@pytest.fixture
def reviewed(project_folder: Path) -> Iterator[Path]:
    """A project in which every state occurs, with the shapes and members that go with it."""
    from tui.model.annotation import Annotation
    from tui.model.task import NewTask
    from tui.store import open_queue

    queue = open_queue(project_folder)
    queue.add(
        [NewTask(f"p/{n}.jpg", width=640, height=480, metadata={"n": n}) for n in range(1, 7)], who="lead"
    )
    queue.add([NewTask("bad.jpg", state=State.UNREADABLE, reason="the file is empty")], who="lead")
    for n in range(1, 6):
        lease = queue.claim_task(n, who="ann", sitting="s")
        assert lease is not None
        if n == 5:
            queue.skip(lease, "dark", who="ann", request_id="5")
            continue
        said = Annotation(("cat",), (json_of(replace(B, label="dog")),)) if n < 4 else Annotation()
        queue.submit(lease, said, who="ann", seconds=n / 3, request_id=str(n))
    for n, verdict in ((1, Verdict.ACCEPT), (2, Verdict.REJECT), (3, Verdict.ACCEPT)):
        lease = queue.claim_task(n, who="rev", sitting="r", work="review")
        assert lease is not None
        fixed = Annotation(("dog",)) if n == 3 else None
        queue.review(
            lease,
            verdict,
            reason="not tight" if n == 2 else "",
            annotation=fixed,
            who="rev",
            seconds=1,
            request_id=f"r{n}",
        )
    queue.flag(4, True, who="ann", request_id="f")
    queue.note(6, "out of focus?", who="ann", request_id="n")
    queue.close()
    yield project_folder


def run(*arguments: str | Path) -> None:
    cli.main([str(each) for each in arguments], standalone_mode=False)


def test_out_and_in_again_gives_the_same_bytes(reviewed: Path, tmp_path: Path) -> None:
    text = (reviewed / "termlabel.toml").read_text().replace('"cat"', '"cat"\nattributes = []', 1)
    (reviewed / "termlabel.toml").write_text(text.replace("attributes = []", ""))
    run("export", reviewed, "--format", "jsonl", "--output", tmp_path / "a.jsonl")
    again = tmp_path / "again"
    again.mkdir()
    (again / "termlabel.toml").write_text((reviewed / "termlabel.toml").read_text())
    run("import", again, tmp_path / "a.jsonl")
    run("export", again, "--format", "jsonl", "--output", tmp_path / "b.jsonl")
    states = [json.loads(line)["status"] for line in lines(tmp_path / "a.jsonl")]
    assert states == ["accepted", "rejected", "accepted", "labelled", "skipped", "todo", "unreadable"]
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    run("check", again)


def test_importing_twice_changes_nothing(
    reviewed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("export", reviewed, "--format", "jsonl", "--output", tmp_path / "a.jsonl")
    run("import", reviewed, tmp_path / "a.jsonl")
    run("export", reviewed, "--format", "jsonl", "--output", tmp_path / "b.jsonl")
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    assert "4 labelled already and left alone" in capsys.readouterr().err
