"""How the command line greets: help as help, the nearest of what was mistyped, and no screen where there can be none."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.conftest import Run
from tui.arrival import run as arrive
from tui.cli import COMMANDS


def test_nothing_typed_is_answered_with_the_help(run: Run) -> None:
    bare = run()
    assert (bare.code, bare.err) == (0, "")
    assert bare.out == run("--help").out
    assert "\n  annotate  Label images with the keyboard.\n" in bare.out and "␊" not in bare.out


def test_every_help_fits_80_columns(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for command in COMMANDS:
        for line in run(command, "--help").out.splitlines():
            # The list of what an option can be has no place to break.
            assert len(line) <= 80 or "[auto|" in line or "[jsonl|" in line, line


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["anotate"], "There is no command 'anotate'. Did you mean annotate?"),
        (["annotate", "--lables", "a"], "There is no option --lables. Did you mean --labels?"),
        (["export", "--format", "cocoo"], "There is no --format 'cocoo'. Did you mean coco?"),
        (["annotate", "--protocol", "Kity"], "There is no --protocol 'Kity'. Did you mean kitty?"),
        (["keys", "--keymap", "vm"], "There is no keymap 'vm'. Did you mean vim?"),
        (["export"], "--format is missing. It can be jsonl, csv,"),
        (["init"], "PROJECT is missing. Write termlabel init [OPTIONS] PROJECT."),
        (["init", "x", "--labels", "a,a"], "The label 'a' is there twice"),
        (["init", "x", "--labels", "a,,b"], "A label without a name"),
        (["init", "x", "--label", " "], "A label without a name"),
        (["\x1b[2J"], "There is no command '\\x1b[2J'."),
        (["stats", "a", "b\nc"], "Got unexpected extra argument (b␊c)."),
    ],
)
def test_what_is_mistyped_gets_the_nearest(run: Run, arguments: list[str], sentence: str) -> None:
    found = run(*arguments)
    assert found.code == 2
    assert found.sentence.startswith(sentence), found.sentence
    assert not Path("x").exists()


def test_a_project_in_place_of_a_file_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "notes"
    file.write_text("")
    found = run("init", file, "--labels", "a")
    assert (found.code, found.sentence) == (2, f"{file} is a file; a project is a folder.")


@pytest.mark.parametrize("term", ["dumb", "unknown", ""])
def test_a_terminal_without_a_screen_gets_one_sentence_before_anything_is_made(
    run: Run, photos: Path, monkeypatch: pytest.MonkeyPatch, term: str
) -> None:
    monkeypatch.setenv("TERM", term)
    for stream in (sys.stdin, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    for arguments in (("annotate", photos, "--labels", "cat"), ("demo",)):
        found = run(*arguments)
        assert found.code == 1
        assert f"TERM is {term or 'not set'}." in found.sentence
    assert not (photos / "termlabel.toml").exists()


def test_a_filter_that_nothing_passes_is_named(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.cli.work.needs_terminal", lambda: None)
    found = run("annotate", project, "--where", "path=cam1/*", "--where", "flagged=no")
    assert (found.code, found.sentence) == (1, "No image matches path=cam1/*, flagged=no (0 of 2).")
    found = run("review", project, "--of", "a\x1bb")
    assert (found.code, found.sentence) == (1, "No image matches annotator=a␛b (0 of 2).")


def test_ended_from_outside_before_there_is_a_window_the_terminal_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left: list[bool] = []

    @contextmanager
    def arrival(*_: object) -> Iterator[SimpleNamespace]:
        try:
            yield SimpleNamespace(awaits=None)
        finally:
            left.append(True)

    monkeypatch.setattr("tui.arrival.Arrival", arrival)
    monkeypatch.setattr("tui.arrival.begin_claiming", lambda *_: signal.raise_signal(signal.SIGTERM))
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        with pytest.raises(SystemExit) as ended:
            arrive(SimpleNamespace(display=SimpleNamespace(protocol="auto", cell=None)))  # type: ignore[arg-type]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert (ended.value.code, left) == (143, [True])


@pytest.mark.parametrize(
    "words",
    [
        "annotate",
        "annotate --labels a,b",
        "review",
        "stats",
        "audit",
        "add",
        "check",
        "export --format csv",
        "prepare",
    ],
)
def test_a_file_in_the_place_of_a_project_is_called_one(run: Run, photos: Path, words: str) -> None:
    command, *more = words.split()
    file = photos / "1.jpg"
    found = run(command, file, *more, *([photos] if command == "add" else []))
    assert (found.code, found.sentence) == (2, f"{file} is a file; a project is a folder.")
    assert (
        run(command, file / "below", *more, *([photos] if command == "add" else [])).sentence
        == found.sentence
    )
