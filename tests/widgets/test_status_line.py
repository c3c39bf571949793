"""The status line: one's own count and pace, everybody's beside it, and what stays in few cells."""

from __future__ import annotations

from dataclasses import replace

from tui.widgets.rows import Row
from tui.widgets.status_line import Status, status_row

USUAL = Status("#38", 142, 58, 37, 12.4, 290.0, who="ann", protocol="kitty", share=0.7)


def text(row: Row) -> str:
    return "".join(piece for piece, _ in row)


def test_one_s_own_count_stands_beside_the_team_s() -> None:
    said = text(status_row(USUAL, 120))
    assert said.startswith("#38   you  37 · 12/min   142 of 200 done   5 min to go   ━━")


def test_one_more_done_changes_digits_alone() -> None:
    before = text(status_row(replace(USUAL, done=9, left=191, own=9, pace=None), 80))
    after = text(status_row(replace(USUAL, done=10, left=190, own=10, pace=9.6), 80))
    assert len(before) == len(after)
    assert before.index("of 200 done") == after.index("of 200 done")


def test_few_cells_keep_the_own_count_what_is_left_and_saving() -> None:
    said = text(status_row(replace(USUAL, saving=2, place="#38 of 40"), 52))
    assert said.startswith("#38 of 40   you 37   58 left") and "saving 2" in said
    said = text(status_row(replace(USUAL, saving=2, place="#38 of 40"), 33))
    assert said.startswith("you 37   58 left") and "saving 2" in said and len(said) <= 33
