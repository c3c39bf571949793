"""Text, colours, the cursor and scrolling."""

from __future__ import annotations

import pytest

from devtools.emulator.colours import indexed
from tests.emulator.conftest import Make


@pytest.mark.parametrize(
    ("moves", "at"),
    [
        ("\x1b[3;5H", (4, 2)),
        ("\x1b[H", (0, 0)),
        ("\x1b[99;99H", (19, 5)),
        ("\x1b[3;5H\x1b[2A\x1b[C", (5, 0)),
        ("\x1b[3;5H\x1b[B\x1b[2D", (2, 3)),
        ("\x1b[3;5H\x1b[E", (0, 3)),
        ("\x1b[3;5H\x1b[F", (0, 1)),
        ("\x1b[3;5H\x1b[9G\x1b[2d", (8, 1)),
        ("\x1b[3;5H\x1b7\x1b[H\x1b8", (4, 2)),
        ("\x1b[3;5H\x1b[s\x1b[H\x1b[u", (4, 2)),
        ("ab\tc\b", (8, 0)),
        ("abc\r\n", (0, 1)),
    ],
)
def test_the_cursor_moves(make: Make, moves: str, at: tuple[int, int]) -> None:
    terminal = make()
    terminal.feed(moves.encode())
    assert (terminal.screen.x, terminal.screen.y) == at
    assert terminal.feed(b"\x1b[6n") == [f"\x1b[{at[1] + 1};{at[0] + 1}R".encode()]


def test_a_line_that_is_full_goes_on_below_and_the_screen_scrolls(make: Make) -> None:
    terminal = make(columns=4, rows=2)
    terminal.feed(b"abcd")
    assert (terminal.screen.x, terminal.screen.y) == (3, 0)
    terminal.feed(b"efghi")
    assert terminal.text() == "efgh\ni"


def test_without_wrapping_the_last_column_is_written_again(make: Make) -> None:
    terminal = make(columns=4, rows=2)
    terminal.feed(b"\x1b[?7labcdef")
    assert terminal.text() == "abcf\n"


def test_wide_characters_take_two_cells_and_marks_none(make: Make) -> None:
    terminal = make(columns=4, rows=2)
    terminal.feed("é日́x".encode())
    assert terminal.screen.x == 3
    assert [cell.text for cell in terminal.screen.cells[0]] == ["é", "日\u0301", "", "x"]
    terminal.feed("日".encode())
    assert terminal.text().split("\n")[1] == "日"


def test_a_character_in_two_pieces_is_one(make: Make) -> None:
    terminal = make()
    data = "日".encode()
    terminal.feed(data[:2])
    terminal.feed(data[2:])
    assert terminal.text().strip() == "日"


@pytest.mark.parametrize(
    ("erase", "left"),
    [
        ("\x1b[J", "abcd\nab\n"),
        ("\x1b[1J", "\n   d\nabcd"),
        ("\x1b[2J", "\n\n"),
        ("\x1b[K", "abcd\nab\nabcd"),
        ("\x1b[1K", "abcd\n   d\nabcd"),
        ("\x1b[2K", "abcd\n\nabcd"),
        ("\x1b[1X", "abcd\nab d\nabcd"),
    ],
)
def test_erasing(make: Make, erase: str, left: str) -> None:
    terminal = make(columns=4, rows=3)
    terminal.feed(b"abcd\x1b[2;1Habcd\x1b[3;1Habcd\x1b[2;3H" + erase.encode())
    assert terminal.text() == left


def test_what_is_erased_has_the_colour_of_the_background(make: Make) -> None:
    terminal = make()
    terminal.feed(b"\x1b[48;2;1;2;3m\x1b[2J")
    assert {cell.back for line in terminal.screen.cells for cell in line} == {(1, 2, 3)}


@pytest.mark.parametrize(
    ("sgr", "front", "back"),
    [
        ("38;2;1;2;3;48;2;4;5;6", (1, 2, 3), (4, 5, 6)),
        ("38:2:1:2:3", (1, 2, 3), None),
        ("38;5;196;48;5;244", (255, 0, 0), (128, 128, 128)),
        ("31;102", (205, 0, 0), (0, 255, 0)),
        ("91;42;39", None, (0, 205, 0)),
        ("31;42;7", (0, 205, 0), (205, 0, 0)),
        ("31;42;7;27;49", (205, 0, 0), None),
        ("31;42;0", None, None),
    ],
)
def test_colours(make: Make, sgr: str, front: object, back: object) -> None:
    terminal = make()
    terminal.feed(f"\x1b[{sgr}mx".encode())
    cell = terminal.screen.cells[0][0]
    assert (cell.front, cell.back) == (front, back)


def test_the_256_colours_have_the_levels_of_xterm() -> None:
    assert [indexed(n) for n in (16, 21, 226, 231, 232, 255)] == [
        (0, 0, 0), (0, 0, 255), (255, 255, 0), (255, 255, 255), (8, 8, 8), (238, 238, 238),
    ]  # fmt: skip


def test_block_elements_fill_their_part_of_the_cell(make: Make) -> None:
    terminal = make(columns=4, rows=1)
    terminal.feed("\x1b[38;2;255;0;0;48;2;0;0;255m▀▌▗x".encode())
    picture = terminal.picture()
    seen = [picture.getpixel(at) for at in ((5, 5), (5, 15), (12, 15), (17, 5), (27, 15), (22, 5), (35, 10))]
    red, blue = (255, 0, 0), (0, 0, 255)
    assert seen == [red, blue, red, blue, red, blue, blue]
