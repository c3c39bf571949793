"""What the answers of terminals mean. The recorded answers are those of real terminals at 100x30 cells."""

from __future__ import annotations

import pytest

from tui.terminal.answers import Answers, Unanswered, questions, replies
from tui.terminal.caps import TerminalCaps
from tui.terminal.detect import WindowSize, decide, in_tmux
from tui.terminal.probe import upgraded
from tui.terminal.replies import Reply

E, ST = "\x1b", "\x1b\\"
SIZE = WindowSize(100, 30)


def said(
    da1: str,
    name: str = "",
    *,
    cell: str = "",
    area: str = "",
    kitty: str = "",
    orphan: str = "",
    covered: str = "",
    registers: str = "",
    modes: tuple[int, int, int] | None = None,
    row: int = 5,
) -> bytes:
    """The replies of a terminal to the whole burst, in order."""
    parts = [f"{E}_Gi=31;{kitty}{ST}" if kitty else "", f"{E}_Gi=41,p=9;{orphan}{ST}" if orphan else ""]
    parts += [f"{E}_Gi=42;OK{ST}{E}_Gi=42;{covered}{ST}" if covered else ""]
    parts += [f"{E}P>|{name}{ST}" if name else "", f"{E}[6;{cell}t" if cell else ""]
    parts += [f"{E}[4;{area}t" if area else "", f"{E}[8;30;100t", registers]
    parts += [f"{E}[?{n};{m}$y" for n, m in zip((2026, 1016, 2048), modes, strict=True)] if modes else []
    parts += [f"{E}[{row};5R", f"{E}[{da1}"]
    return "".join(parts).encode()


PARENT = "ENOPARENT:Put command refers to a parent image with id: 777777 that does not exist"
REAL = {
    "kitty 0.41.1": said(
        "?62;c",
        "kitty(0.41.1)",
        cell="19;10",
        area="570;1000",
        kitty="OK",
        orphan=PARENT,
        covered="OK",
        modes=(2, 2, 2),
    ),
    "kitty 0.26.5": said("?62;c", "kitty(0.26.5)", cell="22;10", kitty="OK", orphan="OK", modes=(2, 2, 0)),
    "xterm vt340": said(
        "?63;1;2;4;6;9;15;16;22;28c",
        "XTerm(379)",
        cell="20;10",
        area="600;1000",
        registers=f"{E}[?1;0;256S{E}[?2;0;1000;600S",
        modes=(0, 2, 0),
    ),
    "xterm plain": said(
        "?64;1;2;6;9;15;16;17;18;21;22;28c",
        "XTerm(379)",
        cell="20;10",
        area="600;1000",
        registers=f"{E}[?1;3S",
        modes=(0, 2, 0),
    ),
    "foot 1.13.1": said(
        "?62;4;22c",
        "foot(1.13.1)",
        cell="19;10",
        area="570;1000",
        registers=f"{E}[?1;0;1024S",
        modes=(2, 2, 0),
    ),
    "xterm.js 6.0": said(
        "?62;4;9;22c", cell="19;10", area="570;963", registers=f"{E}[?1;0;256S", modes=(2, 2, 0), row=7
    ),
    "xterm.js 6.1-beta": said(
        "?62;4;9;22c",
        "xterm.js(6.1.0-beta.304)",
        cell="19;10",
        area="570;963",
        kitty="OK",
        orphan="OK",
        covered="ENOENT:image not found",
        registers=f"{E}[?1;0;4096S",
        modes=(2, 2, 0),
        row=7,
    ),
    "Konsole 22.12.3": said(
        "?62;1;4c",
        "Konsole 22.12.3",
        cell="21;10",
        area="630;1000",
        kitty="OK",
        orphan="OK",
        covered="OK",
        registers=f"{E}[?1;0;256S",
        row=7,
    ),
    "mlterm 3.9.0": said(
        "?63;1;2;3;4;6;7;15;18;22;29c",
        cell="19;10",
        area="570;1000",
        registers=f"{E}[?1;0;1024S",
        modes=(0, 0, 0),
        row=7,
    ),
}


@pytest.mark.parametrize(
    ("terminal", "protocol", "cell", "synchronized", "pixel_mouse"),
    [
        ("kitty 0.41.1", "kitty", (10, 19), True, True),
        ("kitty 0.26.5", "kitty", (10, 22), True, True),
        ("xterm vt340", "sixel", (10, 20), False, True),
        ("xterm plain", "blocks", (10, 20), False, True),
        ("foot 1.13.1", "sixel", (10, 19), True, True),
        ("xterm.js 6.0", "iterm2", (9.63, 19), True, True),
        ("xterm.js 6.1-beta", "kitty-cells", (9.63, 19), True, True),
        ("Konsole 22.12.3", "iterm2", (10, 21), False, False),
        ("mlterm 3.9.0", "iterm2", (10, 19), False, False),
    ],
)
def test_real_terminals(
    terminal: str, protocol: str, cell: tuple[float, float], synchronized: bool, pixel_mouse: bool
) -> None:
    caps = decide(replies(REAL[terminal]), {}, SIZE)
    assert caps.answers
    assert caps.protocol == protocol
    assert caps.cell == pytest.approx(cell)
    assert (caps.synchronized, caps.pixel_mouse) == (synchronized, pixel_mouse)


def test_what_only_some_can_do() -> None:
    caps = {name: decide(replies(answer), {}, SIZE) for name, answer in REAL.items()}
    assert {name for name, c in caps.items() if c.relative} == {"kitty 0.41.1"}
    assert {name for name, c in caps.items() if c.attached} == {"xterm.js 6.1-beta", "Konsole 22.12.3"}
    assert {name for name, c in caps.items() if c.in_band_size} == {"kitty 0.41.1"}
    assert caps["foot 1.13.1"].registers == 1024
    assert caps["xterm vt340"].max_sixel_size == (1000, 600)
    assert caps["xterm plain"].registers == 0


def test_force() -> None:
    caps = decide(replies(REAL["Konsole 22.12.3"]), {}, SIZE, protocol="kitty", cell=(9.5, 19))
    assert (caps.protocol, caps.cell, caps.attached) == ("kitty", (9.5, 19), True)


@pytest.mark.parametrize(
    "told",
    [
        # It never took the picture in, so that it is not gone because something covers it.
        f"{E}_Gi=31;OK{ST}{E}_Gi=42;ENOENT:no such image{ST}{E}[7;5R{E}[?62;4c",
        f"{E}_Gi=31;OK{ST}{E}_Gi=42;EINVAL:f{ST}{E}_Gi=42;ENOENT:no such image{ST}{E}[7;5R{E}[?62;4c",
        # What lies over a picture could not be shown.
        f"{E}_Gi=31;OK{ST}{E}_Gi=42;OK{ST}{E}_Gi=42;ENOENT:gone{ST}{E}[5;5R{E}[?62;4c",
        f"{E}_Gi=42;OK{ST}{E}_Gi=42;ENOENT:gone{ST}{E}[7;5R{E}[?62;4c",
    ],
)
def test_pictures_in_the_place_of_cells_are_known_by_what_covers_them_alone(told: str) -> None:
    assert decide(replies(told.encode()), {"TERM_PROGRAM": "vscode"}, SIZE).protocol in ("iterm2", "sixel")


def test_cells_of_a_fraction_of_a_pixel_take_one_column_more() -> None:
    caps = decide(replies(REAL["xterm.js 6.1-beta"]), {}, SIZE)
    assert (caps.protocol, caps.spare_columns) == ("kitty-cells", 2)
    whole = decide(replies(REAL["xterm.js 6.1-beta"]), {}, SIZE, cell=(9, 19))
    assert whole.spare_columns == 1
    assert decide(replies(REAL["Konsole 22.12.3"]), {}, SIZE).spare_columns == 1
    assert decide(replies(REAL["kitty 0.41.1"]), {}, SIZE).spare_columns == 0


def test_a_mute_terminal_gets_half_blocks_or_what_is_forced() -> None:
    assert decide(Answers(), {}, SIZE) == TerminalCaps(columns=100, rows=30)
    assert decide(Answers(), {}, SIZE, protocol="sixel").protocol == "sixel"


def test_ghostty_keeps_its_tier_without_relative_placements() -> None:
    answers = replies(said("?62;22c", "ghostty 1.3.1", cell="19;10", kitty="OK", orphan="OK"))
    caps = decide(answers, {}, SIZE)
    assert (caps.protocol, caps.relative, caps.attached) == ("kitty", False, False)


@pytest.mark.parametrize("outside", [True, False])
def test_tmux_shows_pictures_when_the_terminal_outside_answers(outside: bool) -> None:
    answer = f"{E}P>|tmux 3.5a{ST}{E}[8;29;100t{E}[1;1R{E}[?1;2;4c"
    if outside:
        answer += f"{E}P>|kitty(0.41.1){ST}{E}[6;19;10t{E}_Gi=41,p=9;{PARENT}{ST}{E}_Gi=32;OK{ST}"
    caps = decide(replies(answer.encode()), {"TMUX": "/tmp/tmux,1,0"}, WindowSize(100, 29, 3448, 160))
    assert caps.tmux
    assert caps.passthrough is outside
    assert caps.answered_by == ("" if outside else "tmux")
    assert caps.protocol == ("kitty" if outside else "blocks")
    assert caps.cell == ((10, 19) if outside else (10, 20))


@pytest.mark.parametrize(
    ("env", "ancestors", "by"),
    [
        ({}, (), ""),
        ({"ZELLIJ": "0"}, (), "zellij"),
        ({"STY": "1.pts", "TERM": "screen"}, (), "screen"),
        ({"TERM": "tmux-256color"}, (), "tmux"),
        ({}, ("bash", "mosh-server", "sshd"), "mosh"),
    ],
)
def test_what_answers_in_the_terminal_s_place_is_named_and_its_round_trip_is_none_of_the_line(
    env: dict[str, str], ancestors: tuple[str, ...], by: str
) -> None:
    answers = replies(f"{E}[8;29;100t{E}[1;1R{E}[?1;2c".encode())
    caps = decide(answers, env, SIZE, round_trip=0.001, ancestors=ancestors)
    assert (caps.answered_by, caps.round_trip) == (by, None if by else 0.001)


def test_variables_that_are_left_from_before_tell_nothing_where_pictures_come_through() -> None:
    assert decide(replies(REAL["kitty 0.41.1"]), {"ZELLIJ": "0"}, SIZE).answered_by == ""


def test_nothing_is_said_to_answer_where_nothing_does() -> None:
    assert decide(Answers(), {"TERM": "tmux-256color"}, SIZE).answered_by == ""


def test_tmux_gets_graphics_questions_only_wrapped() -> None:
    # It takes a bare application command for its pane's title.
    assert "\x1b_G" in questions(False)
    assert "\x1b_G" not in questions(True).replace("\x1b\x1b_G", "")


@pytest.mark.parametrize("tmux", [True, False])
def test_the_fence_stands_last(tmux: bool) -> None:
    assert questions(tmux).endswith("\x1b[6n\x1b[c")


@pytest.mark.parametrize(
    ("env", "inside"),
    [
        ({"TMUX": "x"}, True),
        ({"TERM": "tmux-256color"}, True),
        ({"TERM": "xterm-kitty"}, False),
        ({}, False),
    ],
)
def test_tmux_is_known_also_across_ssh(env: dict[str, str], inside: bool) -> None:
    assert in_tmux(env) is inside


def test_pixels_of_the_window_serve_when_the_terminal_tells_nothing() -> None:
    assert decide(Answers(), {}, WindowSize(100, 40, 1000, 800)).cell == (10, 20)


def test_a_border_is_not_counted_as_cells() -> None:
    # 14t and the window's pixels with a border of two cells' width.
    answers = replies(said("?62;c", cell="20;10", area="640;1140"))
    assert decide(answers, {}, WindowSize(100, 30, 1140, 640)).cell == (10, 20)


@pytest.mark.parametrize(
    ("answer", "env", "truecolor"),
    [
        (f"{E}P1$r0;48:2::1:2:3m{ST}{E}[?62c", {}, True),
        (f"{E}P1$r0;48:5:16m{ST}{E}[?62c", {}, False),
        (f"{E}P>|foot(1.13.1){ST}{E}[?62c", {}, True),
        (f"{E}[?62c", {"COLORTERM": "truecolor"}, True),
        (f"{E}[?62c", {}, False),
    ],
)
def test_colours(answer: str, env: dict[str, str], truecolor: bool) -> None:
    assert decide(replies(answer.encode()), env, SIZE).truecolor is truecolor


def test_late_answers_upgrade_once_the_fence_has_come() -> None:
    late = Unanswered(Answers(), "", 100.0)
    found = None
    for reply in (
        Reply("_G", "i=31;OK"),
        Reply("_G", f"i=41,p=9;{PARENT}"),
        Reply("R", "5;5"),
        Reply("c", "?62;"),
    ):
        late, found = upgraded(late, reply, 105.0)
    assert found is not None
    assert (found.protocol, found.round_trip) == ("kitty", 5.0)
    # What the running app asks for itself changes nothing.
    assert upgraded(late, Reply("_G", "i=9;OK"), 106.0)[1] is None
    assert upgraded(late, Reply("c", "?62;"), 106.0)[1] is None
