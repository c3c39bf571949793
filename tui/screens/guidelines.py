"""The project's guidelines as a page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from tui.model.project import Project
from tui.text import printable
from tui.widgets.pages import guideline_rows
from tui.widgets.panel import Page
from tui.widgets.rows import MUTED, Row, row, wrapped

MAX_BYTES = 1_000_000


def guidelines_page(project: Project) -> Page:
    """Markdown from the file that the project names, read now; a sentence when there is none."""
    text, why = read_guidelines(project)

    @lru_cache(maxsize=1)
    def rows(width: int) -> list[Row]:
        """Setting five thousand lines takes half a second, and the page is asked for with each key that scrolls."""
        return guideline_rows(text, width)

    def page(width: int, height: int) -> Sequence[Row]:
        if why:
            return [row((line, MUTED)) for line in wrapped(why, width)]
        return rows(min(width, 90))

    return page


def read_guidelines(project: Project) -> tuple[str, str]:
    """(text, ''), or ('', why there is none)."""
    if not project.guidelines:
        return "", "This project has no guidelines; 'guidelines' in termlabel.toml names the file."
    path = project.folder / project.guidelines
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES)
    except OSError as error:
        reason = "is not there yet" if isinstance(error, FileNotFoundError) else error.strerror
        return "", f"{printable(str(path))} {reason}. Write down what each label means; it is shown here."
    text = data.decode("utf-8", "replace").strip()
    return (text, "") if text else ("", f"{printable(str(path))} is empty.")
