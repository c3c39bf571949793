"""Tables as text: names are whole where there is room, and never alike where they differ."""

from __future__ import annotations

from tui.cli.tables import table

_NAMES = [f"{'a very long name ' * 3}{n}" for n in (1, 2)]


def _rows(*names: str) -> list[list[str]]:
    return [["label", "images"], *([name, "7"] for name in names)]


def test_names_are_cut_on_a_terminal_alone_and_only_as_far_as_it_needs() -> None:
    long = "x" * 60
    assert f"{long}       7" in list(table(_rows(long, "cat"), None))
    assert list(table(_rows(long, "cat"), 68))[1].startswith(long)
    lines = list(table(_rows(long, "cat"), 40))
    assert lines[1] == f"{'x' * 31}…       7"
    assert {len(line) for line in lines} == {40}


def test_no_two_rows_become_alike() -> None:
    lines = list(table(_rows(*_NAMES), 40))
    assert len({*lines}) == 3
    heads = next(table([["", *_NAMES], [_NAMES[0], "1", "2"]], 40))
    assert all(name in heads for name in _NAMES)
