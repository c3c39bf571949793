"""A person's own settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.config import Settings, load_settings, settings_file
from tui.errors import UsageError
from tui.model.project_file import parse_project


def write(text: str) -> None:
    file = settings_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_without_a_file_there_are_defaults() -> None:
    assert load_settings() == Settings()


def test_what_is_said_holds() -> None:
    write('name = "ann"\nscreen_nudges = true\naccept_above = 0.8\nkey_repeat_ms = 0\nexact = false\n')
    assert load_settings() == Settings(
        name="ann", screen_nudges=True, accept_above=0.8, key_repeat_ms=0, exact=False
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("screen_nudge = true", "did you mean screen_nudges?"),
        ("screen_nudges = 1", "screen_nudges is 1; true or false is wanted"),
        ("budget = true", "budget is True; a number is wanted"),
        ('accept_above = "high"', "a number such as 0.5 is wanted"),
        ("name = 3", "a text is wanted"),
        ('layout = "rus"', "layout is 'rus'; did you mean ru? it can be ru, uk, bg, el, he, ar, fr."),
    ],
)
def test_what_is_wrong_is_told(text: str, said: str) -> None:
    write(text)
    with pytest.raises(UsageError, match=said.replace("?", r"\?")):
        load_settings()


def test_settings_that_cannot_be_read_are_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else work would be recorded under the login name."""
    write('name = "ann"\n')
    _refuse(monkeypatch, PermissionError(13, "Permission denied"))
    with pytest.raises(UsageError, match=r"The settings .*config\.toml cannot be read \(Permission denied\)"):
        load_settings()


def _refuse(monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    def refused(*_: object, **__: object) -> str:
        raise error

    monkeypatch.setattr(Path, "read_text", refused)


def test_whether_enter_asks_is_the_project_s_word_and_a_person_s_before_it(tmp_path: Path) -> None:
    write('enter_confirms_nothing = "at once"\n')
    assert load_settings().enter_confirms_nothing == "at once"
    write('enter_confirms_nothing = "never"\n')
    with pytest.raises(UsageError, match="it can be ask or at once"):
        load_settings()
    project = parse_project({"enter_confirms_nothing": "at once"}, tmp_path)
    assert (
        project.enter_confirms_nothing == "at once"
        and parse_project({}, tmp_path).enter_confirms_nothing == "ask"
    )
