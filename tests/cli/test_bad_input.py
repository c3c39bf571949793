"""Bad input gets one sentence that says what is wrong, where, and what to do; and the right exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Run
from tests.waiting import PATIENCE
from tui.cli.which_image import image_to_begin_with
from tui.errors import UsageError
from tui.manifest import new_tasks
from tui.model.annotation import Annotation
from tui.model.project import Project
from tui.model.task import NewTask
from tui.store import open_queue

ROOT = Path(__file__).parents[2]
STRANGE = ["two words", "a|b", 'say "cat"', "it's", "猫", "كلب أسود", "🐈‍⬛ cat", "naïve café"]


def edited(project: Path, old: str, new: str) -> Path:
    file = project / "termlabel.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return project


@pytest.mark.parametrize("command", ["annotate", "review", "stats", "check"])
def test_a_missing_folder(run: Run, tmp_path: Path, command: str) -> None:
    found = run(command, tmp_path / "nowhere")
    assert found.code == 2
    assert "nowhere" in found.sentence


def test_a_folder_without_pictures(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    found = run("annotate", tmp_path / "empty", "--labels", "cat,dog")
    assert (found.code, found.sentence) == (2, f"There are no pictures in {tmp_path / 'empty'}.")
    assert not (tmp_path / "empty" / "termlabel.toml").exists()


def test_pictures_that_are_no_project_yet_and_no_labels(run: Run, photos: Path) -> None:
    found = run("annotate", photos)
    assert found.code == 2
    assert f"termlabel annotate {photos} --labels cat,dog" in found.sentence


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind = ", "knd = ", ["line 2", "knd", "did you mean kind?"]),
        ('"classify"', '"clasify"', ["line 2", "clasify", "did you mean classify?"]),
        ("format = 1", "format = 9", ["line 1", "9", "update termlabel"]),
        ('name = "cat"', 'name = "dog"', ["line 10", "'dog'", "is there twice"]),
        ('name = "cat"', 'name = "cat', ["termlabel.toml", "line 7"]),
    ],
)
def test_a_project_file_that_is_wrong(run: Run, project: Path, old: str, new: str, words: list[str]) -> None:
    found = run("annotate", edited(project, old, new))
    assert found.code == 2
    assert str(project / "termlabel.toml") in found.sentence
    for word in words:
        assert word in found.sentence, found.sentence


def test_two_labels_with_one_key(run: Run, project: Path) -> None:
    edited(project, 'name = "cat"', 'name = "cat"\nkey = "c"')
    edited(project, 'name = "dog"', 'name = "dog"\nkey = "c"')
    found = run("annotate", project)
    assert found.code == 2
    for word in ("line 12", "'c'", "'cat'", "'dog'"):
        assert word in found.sentence


def test_a_label_s_key_that_is_taken(run: Run, project: Path) -> None:
    found = run("annotate", edited(project, 'name = "cat"', 'name = "cat"\nkey = "q"'))
    assert found.code == 2
    for word in ("'q'", "'cat'", "app.quit", "another key"):
        assert word in found.sentence


def test_a_keymap_with_a_clash(run: Run, project: Path) -> None:
    (project / "own.toml").write_text('[work]\nskip = "s"\nflag = "s"\n', encoding="utf-8")
    edited(project, 'kind = "classify"', 'kind = "classify"\nkeymap = "own.toml"')
    for command in (("annotate", project), ("keys", "--keymap", project / "own.toml")):
        found = run(*command)
        assert found.code == 2
        for word in ("own.toml, line 3", "work.flag", "s is already work.skip"):
            assert word in found.sentence


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("F6", "there is no key F6; did you mean f6?"),
        ("ctrl+G", "there is no key ctrl+G; did you mean ctrl+g?"),
        ("hyphen", "there is no key hyphen."),
        ("strg+a", "there is no key strg+a; did you mean"),
    ],
)
def test_a_key_that_does_not_exist(run: Run, project: Path, key: str, said: str) -> None:
    (project / "own.toml").write_text(f'[work]\nskip = "{key}"\n', encoding="utf-8")
    found = run("keys", "--keymap", project / "own.toml")
    assert found.code == 2
    assert f"own.toml, line 2: work.skip: {said}" in found.sentence


def test_an_unknown_keymap(run: Run, project: Path) -> None:
    edited(project, 'kind = "classify"', 'kind = "classify"\nkeymap = "emacs"')
    found = run("annotate", project)
    assert found.code == 2
    assert "'emacs'" in found.sentence and "vim" in found.sentence


@pytest.mark.parametrize("label", STRANGE)
def test_strange_label_names_go_through_unchanged(run: Run, tmp_path: Path, label: str) -> None:
    assert run("init", tmp_path / "p", "--label", label, "--label", "a,b").code == 0
    from tui.config import load_project

    assert [entry.name for entry in load_project(tmp_path / "p").labels] == [label, "a,b"]


@pytest.mark.parametrize("label", ["a\x1bb", "a\nb", "a\x00b", "a\x7fb", "a\x9bb"])
def test_labels_with_control_characters_are_refused_and_shown(run: Run, tmp_path: Path, label: str) -> None:
    found = run("init", tmp_path / "p", "--label", label)
    assert found.code == 2
    assert "control character" in found.sentence
    assert not (tmp_path / "p" / "termlabel.toml").exists()


def test_a_bidirectional_override_in_a_label_is_shown_never_sent(
    run: Run, tmp_path: Path, photos: Path
) -> None:
    assert run("init", tmp_path / "p", "--label", "a\u202eb", "--images", photos).code == 0
    found = run("annotate", tmp_path / "p", "--where", "label=a\u202eb", "--cell", "a\u202eb")
    assert "\u202e" not in found.err + found.out


NAMES = ["a\x1b]0;x\x07.jpg", "b\nc.jpg", "d\u202egpj.exe.jpg", os.fsdecode(b"e\xff\xfe.jpg")]


def test_file_names_of_any_bytes(run: Run, project: Path, photos: Path) -> None:
    for name in NAMES:
        (photos / name).write_bytes((photos / "1.jpg").read_bytes())
    (photos / "bad\x1b.jpg").write_bytes(b"\xff\xd8\xff")
    (photos / "no\x1b.txt").write_bytes(b"")
    added = run("add", project, photos)
    assert (added.code, "1 other is no picture: no␛.txt." in added.err) == (0, True)
    plain = run("stats", project)
    assert "\x1b" not in plain.out and "bad␛.jpg" in plain.out
    exported = run("export", project, "--format", "jsonl")
    images = {Path(json.loads(line)["image"]).name for line in exported.out.splitlines()}
    assert images == {"1.jpg", "2.jpg", "bad\x1b.jpg", *NAMES}
    assert "\x1b" not in exported.out
    for name in NAMES:
        assert run("history", project, photos / name).code == 0


def test_a_lost_mask_is_one_sentence_beside_the_numbers(run: Run, project: Path) -> None:
    with closing(open_queue(project)) as queue:
        for n in range(2):
            mask = {"kind": "mask", "label": "cat", "size": [9, 9], "counts": list(range(3000 + n))}
            (lease,) = queue.claim("ann", sitting="s")
            queue.submit(lease, Annotation((), (mask,)), who="ann", seconds=1, request_id=f"{n}")
    for path in (project / "queue" / "blobs").iterdir():
        path.unlink()
    found = run("stats", project, "--where", "label=cat", "--json")
    assert (found.code, json.loads(found.out)["labelled"]) == (0, 2)
    assert found.sentence.startswith("Task 1 and 1 more lack masks. The mask ")
    assert found.sentence.endswith(" is missing or damaged; 'termlabel check' says where it is used.")
    assert run("stats", project).err == ""


def test_an_annotator_of_any_name(run: Run, project: Path) -> None:
    found = run("annotate", project, "--as", "  ")
    assert (found.code, "--as NAME" in found.sentence) == (2, True)
    found = run(
        "annotate",
        edited(project, 'kind = "classify"', 'kind = "classify"\npeople = ["ann"]'),
        "--as",
        "x\x1b[2J\u202e\udcff",
    )
    assert found.code == 2
    assert found.sentence.startswith("x␛[2J⟦RLO⟧\\xff is not among the people of this project: ann.")


def test_a_folder_that_cannot_be_written(run: Run, photos: Path, tmp_path: Path) -> None:
    found = run("annotate", photos / "1.jpg", "--labels", "cat")
    assert found.code == 2
    (tmp_path / "file").write_text("", encoding="utf-8")
    found = run("init", tmp_path / "file" / "p", "--labels", "cat")
    assert (found.code, "is a file; a project is a folder" in found.sentence) == (2, True)


def test_a_queue_that_cannot_be_written(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.cli.work.needs_terminal", lambda: None)
    monkeypatch.setattr(
        "tui.cli.common.open_queue", lambda project, **rest: open_queue(project, readonly=True)
    )
    found = run("annotate", project)
    assert found.code == 1
    assert found.sentence == f"{project} cannot be written to, so that no decision could be saved."


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--cell", "10"], "--cell 10"),
        (["--where", "stat=todo"], "There are state"),
        (["--where", "state=done"], "There are todo"),
        (["--where", "flagged"], "'='"),
        (["--protocol", "vt52"], "vt52"),
        (["--order", "sorted"], "sorted"),
        (["--trace", "/nowhere/trace"], "/nowhere/trace"),
        (["--frobnicate"], "--frobnicate"),
    ],
)
def test_options_that_are_wrong(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], word: str
) -> None:
    monkeypatch.setattr("tui.cli.work.needs_terminal", lambda: None)
    found = run("annotate", project, *arguments)
    assert found.code == 2
    assert word in found.err


def test_no_terminal_at_all(project: Path) -> None:
    for command in (["annotate", str(project)], ["review", str(project)]):
        ended = subprocess.run(
            [sys.executable, "-m", "tui", *command],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE,
            env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
        )  # fmt: skip
        assert ended.returncode == 1
        assert ended.stdout == ""
        assert (
            ended.stderr == "termlabel: This needs a terminal: standard input or error is a pipe or a file.\n"
        )


def test_a_settings_file_that_is_wrong(run: Run, project: Path) -> None:
    folder = Path(os.environ["XDG_CONFIG_HOME"]) / "termlabel"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('them = "dark"\n', encoding="utf-8")
    found = run("annotate", project)
    assert found.code == 2
    assert "config.toml" in found.sentence and "did you mean theme?" in found.sentence


@pytest.mark.parametrize("closed", ["1>&-", "0<&- 1>&-", "1>&- 2>&-", "2>&-"])
def test_a_closed_stream_is_no_traceback_and_gets_into_no_file(project: Path, closed: str) -> None:
    log = project / "queue" / "events.jsonl"
    before = log.read_bytes()
    for command in ("keys", f"stats {project}", f"export {project} --format jsonl"):
        line = f"{sys.executable} -m tui {command} {closed}"
        found = subprocess.run(line, shell=True, capture_output=True, cwd=ROOT, check=False)
        assert (found.returncode, b"Traceback" in found.stderr) == (0, False), found.stderr
    assert log.read_bytes() == before


def test_a_manifest_whose_predictions_are_no_list(run: Run, project: Path) -> None:
    listed = project / "list.jsonl"
    listed.write_text('{"image": "a.jpg"}\n{"image": "b.jpg", "predictions": 5}\n', encoding="utf-8")
    found = run("add", project, listed)
    assert (found.code, found.out) == (2, "")
    assert f"{listed}, line 2: predictions is 5; a list of objects is wanted." in found.err


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ('"predictions": ["cat"]', "predictions is ['cat']; a list of objects is wanted"),
        ('"predictions": [null]', "predictions is [None]; a list of objects is wanted"),
        ('"predictions": {"label": "cat"}', "a list of objects is wanted"),
        ('"predictions": [{"label": ["cat"]}]', "a prediction has label ['cat']; a text is wanted"),
        ('"predictions": [{"label": "cat", "score": NaN}]', "which is no finite number"),
        ('"predictions": [{"label": "cat", "score": 1e999}]', "which is no finite number"),
        (
            '"predictions": [{"label": "cat", "score": "high"}]',
            "a prediction has score 'high'; a number is wanted",
        ),
        ('"predictions": [{"label": "cat", "labels": "dog"}]', "one text as label is wanted"),
        ('"predictions": [{"labels": [3]}]', "one text as label is wanted"),
        ('"predictions": [{"label": "c\\ud83d"}]', "with a text that is no UTF-8"),
        ('"priority": 9223372036854775808', "a whole number is wanted"),
        ('"score": 1e999', "a number is wanted"),
        ('"labels": [7]', 'a list such as ["cat"] is wanted'),
        ('"metadata": 7', "metadata is 7; an object is wanted"),
        ('"camera": "\\udcff"', "camera with a text that is no UTF-8"),
        (f'"deep": {"[" * 100_000}{"]" * 100_000}', "nested too deep"),
        (f'"deep": {"[" * 90}{"]" * 90}', "nested too deep"),
        (f'"big": {"9" * 5000}', "line 2"),
    ],
)
def test_one_slip_in_a_manifest_enters_nothing_and_names_its_line(
    run: Run, project: Path, members: str, words: str
) -> None:
    pictures(project, "a.jpg", "b.jpg")
    before = run("stats", project, "--json").out
    listed = project / "list.jsonl"
    listed.write_text(f'{{"image": "a.jpg"}}\n{{"image": "b.jpg", {members}}}\n', encoding="utf-8")
    found = run("add", project, listed)
    assert (found.code, found.out) == (2, "")
    assert f"{listed}, line 2" in found.err and words in found.err
    assert len(found.err.splitlines()) == 1
    assert run("stats", project, "--json").out == before


def pictures(folder: Path, *names: str) -> None:
    for n, name in enumerate(names):
        Image.new("L", (4 + n, 4)).save(folder / name)


def test_a_name_that_no_file_can_have_is_a_line_that_names_none(run: Run, project: Path) -> None:
    pictures(project, "a.jpg")
    listed = project / "list.jsonl"
    listed.write_text('{"image": "a\\u0000.jpg"}\n{"image": "a.jpg"}\n', encoding="utf-8")
    found = run("add", project, listed)
    assert found.code == 3
    assert "line 1" in found.err and "1 added" in found.err


def test_a_prediction_may_say_labels_for_label(tmp_path: Path) -> None:
    listed = tmp_path / "list.jsonl"
    box = {"kind": "box", "labels": ["dog"], "score": 0.5}
    pictures(tmp_path, "a.jpg")
    said = [{"labels": "cat"}, box, {"labels": ["sun", "sea"], "score": 0.9}]
    listed.write_text(json.dumps({"image": "a.jpg", "predictions": said}), encoding="utf-8")
    (task,) = new_tasks(Project(folder=tmp_path), [listed])
    assert task.predictions == [
        {"label": "cat"}, {"kind": "box", "label": "dog", "score": 0.5},
        {"label": "sun", "score": 0.9}, {"label": "sea", "score": 0.9},
    ]  # fmt: skip
    assert task.score == 0.5


def test_a_manifest_tells_more_about_pictures_that_are_there(run: Run, project: Path) -> None:
    pictures(project, "a.jpg", "b.jpg", "c.jpg")
    listed = project / "list.jsonl"
    one = {"image": "a.jpg", "priority": 1, "camera": "north", "labels": ["cat"], "score": 0.7}
    listed.write_text("\n".join(map(json.dumps, [one, {"image": "b.jpg"}])), encoding="utf-8")
    assert run("add", project, listed).code == 0
    more = [{"image": "a.jpg", "score": 0.9, "labels": ["dog"], "lens": 50}, {"image": "b.jpg", "priority": 7},
            {"image": "c.jpg", "priority": 2}]  # fmt: skip
    listed.write_text("\n".join(map(json.dumps, more)), encoding="utf-8")
    found = run("add", project, listed)
    assert (found.code, found.err) == (0, "1 added, 2 already there, 2 updated.\n")
    with closing(open_queue(project)) as queue:
        known = {task.path: task for task in queue.export()}
        first = known["a.jpg"]
        assert (first.priority, first.score, dict(first.metadata)) == (
            1,
            0.9,
            {"camera": "north", "lens": 50},
        )
        assert first.predictions == ({"label": "dog", "score": 0.9},)
        assert (known["b.jpg"].priority, known["c.jpg"].priority) == (7, 2)
    assert run("add", project, listed).err == "0 added, 3 already there.\n"
    assert run("add", project, project / "a.jpg", project / "b.jpg").err == "0 added, 2 already there.\n"
    assert run("undo", project).code == 0
    with closing(open_queue(project)) as queue:
        assert [(t.priority, t.score) for t in queue.export() if t.path < "c"][-2:] == [(1, 0.7), (0, None)]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1.jpg,cat,labelled,2026-13-45,1", "has labelled_at '2026-13-45'; a time such as"),
        ("1.jpg,cat,labelled,yesterday,1", "has labelled_at 'yesterday'"),
        ("1.jpg,cat,done,,1", "has status 'done'"),
        ("1.jpg,cat,labelled,,soon", "has seconds 'soon'; a number is wanted"),
    ],
)
def test_a_row_that_makes_no_sense_is_named_and_enters_nothing(
    run: Run, project: Path, tmp_path: Path, row: str, words: str
) -> None:
    file = tmp_path / "said.csv"
    file.write_text(f"image,labels,status,labelled_at,seconds\n{row}\n", encoding="utf-8")
    found = run("import", project, "--format", "csv", file)
    assert f"{file}, line 2" in found.err and words in found.err
    assert json.loads(run("stats", project, "--json").out)["labelled"] == 0


def test_the_time_of_a_row_is_the_time_of_the_label(run: Run, project: Path, tmp_path: Path) -> None:
    file = tmp_path / "said.csv"
    file.write_text(
        "image,labels,labelled_at\n1.jpg,cat,2026-11-03T04:05:06Z\n2.jpg,cat,2026-11-03\n", "utf-8"
    )
    assert run("import", project, "--format", "csv", file).code == 0
    rows = map(json.loads, run("export", project, "--format", "jsonl").out.splitlines())
    assert [row["labelled_at"] for row in rows] == ["2026-11-03T04:05:06.000Z", "2026-11-03T00:00:00.000Z"]


def test_what_another_person_said_fills_a_free_pass(run: Run, project: Path, tmp_path: Path) -> None:
    edited(project, "format = 1", "format = 1\npasses = 2")
    with closing(open_queue(project)) as queue:
        queue.add([replace(NewTask(task.path), pass_=2) for task in queue.export()], who="lead")
    one = {"image": "1.jpg", "status": "labelled", "labels": ["cat"], "shapes": [], "pass": 1}
    file = tmp_path / "said.jsonl"
    for who in ("ann", "bob", "ann", "carl"):
        file.write_text(json.dumps({**one, "annotator": who}), encoding="utf-8")
        run("import", project, "--format", "jsonl", file)
    rows = [json.loads(line) for line in run("export", project, "--format", "jsonl").out.splitlines()]
    said = {(Path(row["image"]).name, row["pass"]): row["annotator"] for row in rows}
    assert (said["1.jpg", 1], said["1.jpg", 2]) == ("ann", "bob"), "nobody gets two, and nobody is replaced"


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"seconds": 10**309}, "has seconds 1000"),
        ({"seconds": -1}, "has seconds -1; a number from 0 to 1000000000 is wanted"),
        ({"pass": 2**70}, f"has pass {2**70}; a number from 1 to 1000 is wanted"),
        ({"annotator": "\udce9"}, r"has annotator '\udce9'; a text in UTF-8 or null is wanted"),
    ],
)
def test_an_image_of_a_file_with_what_no_task_can_have_is_passed_over(
    run: Run, project: Path, tmp_path: Path, members: dict[str, object], words: str
) -> None:
    one = {"status": "labelled", "labels": ["cat"], "shapes": [], "annotator": "bob", "seconds": 2}
    lines = [{**one, "image": "1.jpg", **members}, {**one, "image": "2.jpg"}]
    file = tmp_path / "said.jsonl"
    file.write_text("".join(f"{json.dumps({'schema': 1, **line})}\n" for line in lines), encoding="utf-8")
    strict = run("import", project, file, "--strict")
    assert strict.code == 2
    assert f"said.jsonl, line 1: {words}" in strict.sentence
    found = run("import", project, file)
    assert f"said.jsonl, line 1: {words}" in found.out + found.err
    assert "1 entered" in found.out + found.err
    for command in ("stats", "check", "audit"):
        assert run(command, project).code == 0


def test_a_picture_to_begin_with_is_found_as_it_is_named_or_the_nearest_is_told(
    project: Path, photos: Path
) -> None:
    with closing(open_queue(project)) as queue:
        named = (str(photos / "2.jpg"), "2")
        assert [image_to_begin_with(queue, project, name) for name in named] == [2, 2]
        with pytest.raises(
            UsageError, match=rf"no such image in this project; did you mean {photos}/2\.jpg\?"
        ):
            image_to_begin_with(queue, project, str(photos / "2.jpeg"))


@pytest.mark.parametrize("command", ["labels", "keys"])
def test_what_the_encoding_of_the_caller_has_not_is_told_by_its_number(project: Path, command: str) -> None:
    """On a server whose locale was never set up."""
    edited(project, 'name = "cat"', 'name = "猫 λ"')
    arguments = [str(project)] if command == "labels" else []
    found = subprocess.run(
        [sys.executable, "-m", "tui", command, *arguments],
        capture_output=True, cwd=ROOT, check=False, env={**os.environ, "PYTHONIOENCODING": "latin-1"},
    )  # fmt: skip
    assert (found.returncode, b"Traceback" in found.stderr) == (0, False), found.stderr
    if command == "labels":
        assert rb"\u732b" in found.stdout
