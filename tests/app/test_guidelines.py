"""Guidelines of any length."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tui.config import load_project
from tui.screens.guidelines import guidelines_page
from tui.widgets.pages import guideline_rows


def test_a_long_page_is_set_once_for_each_width(
    project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project_folder / "guidelines.md").write_text("# Cats\n\n" + "A line.\n\n" * 100, encoding="utf-8")
    file = project_folder / "termlabel.toml"
    file.write_text(
        file.read_text("utf-8").replace("format = 1", 'format = 1\nguidelines = "guidelines.md"'), "utf-8"
    )
    widths: list[int] = []

    def counted(text: str, width: int) -> Any:
        widths.append(width)
        return guideline_rows(text, width)

    monkeypatch.setattr("tui.screens.guidelines.guideline_rows", counted)
    page = guidelines_page(load_project(project_folder))
    assert [len(page(60, 10)) for _ in range(5)] == [len(page(60, 10))] * 5
    page(50, 10)
    assert widths == [60, 50]
