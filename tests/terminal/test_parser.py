"""The filter between the terminal and the key parser: replies and keys told apart at any splitting and any delay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.terminal.parser import LONGEST_WAIT, MAX_HELD, InputPiece, ReplyFilter
from tui.terminal.replies import Reply

E, ST = "\x1b", "\x1b\\"
REPLIES = {
    f"{E}_Gi=31;OK{ST}": Reply("_G", "i=31;OK"),
    f"{E}_Gi=12,p=1;ENOENT:Put command refers to nothing{ST}": Reply(
        "_G", "i=12,p=1;ENOENT:Put command refers to nothing"
    ),
    f"{E}P>|kitty(0.41.1){ST}": Reply("P", ">|kitty(0.41.1)"),
    f"{E}P1$r0;48:2::1:2:3m{ST}": Reply("P", "1$r0;48:2::1:2:3m"),
    f"{E}P0+r{ST}": Reply("P", "0+r"),
    f"{E}P!|00000000{ST}": Reply("P", "!|00000000"),
    f"{E}[?62;4;22c": Reply("c", "?62;4;22"),
    f"{E}[>1;4000;0c": Reply("c", ">1;4000;0"),
    f"{E}[0n": Reply("n", "0"),
    f"{E}[?997;1n": Reply("n", "?997;1"),
    f"{E}[6;20;10t": Reply("t", "6;20;10"),
    f"{E}[4;800;1200t": Reply("t", "4;800;1200"),
    f"{E}[8;40;120t": Reply("t", "8;40;120"),
    f"{E}[?1;0;256S": Reply("S", "?1;0;256"),
    f"{E}[?1;3S": Reply("S", "?1;3"),
    f"{E}[?0u": Reply("u", "?0"),
    f"{E}]11;rgb:0000/0000/0000{ST}": Reply("]", "11;rgb:0000/0000/0000"),
    f"{E}]1337;ReportCellSize=20.0;10.0;1.0{ST}": Reply("]", "1337;ReportCellSize=20.0;10.0;1.0"),
}
"""What must never reach the key parser."""
COPIED = {f"{E}[?2026;2$y": Reply("$y", "?2026;2"), f"{E}[7;5R": Reply("R", "7;5")}
KEYS = [
    "1", "é", "\r", "\x7f", "\x01", f"{E}[A", f"{E}OP", f"{E}[15~", f"{E}[1;2D", f"{E}a", f"{E}[97;1;97u",
    f"{E}[27u", f"{E}[<0;12;7M", f"{E}[<64;1;1m", f"{E}[I", f"{E}[O", f"{E}[48;40;120;800;1200t",
    f"{E}[200~2{E}_Gi=1;OK{ST}{E}[0n3{E}[201~", f"{E}[200~{E}[201~",
]  # fmt: skip
"""What must reach it untouched; a paste may hold whatever it likes."""
EVENTS = [*REPLIES, *COPIED, *KEYS]


def joined(pieces: Iterable[InputPiece]) -> list[InputPiece]:
    """Neighbouring text as one."""
    out: list[InputPiece] = []
    for piece in pieces:
        if isinstance(piece, str) and out and isinstance(out[-1], str):
            out[-1] += piece
        else:
            out.append(piece)
    return out


def expected(events: Sequence[str]) -> list[InputPiece]:
    pieces: list[InputPiece] = []
    for event in events:
        if event in REPLIES:
            pieces.append(REPLIES[event])
        elif event in COPIED:
            pieces += [COPIED[event], event]
        else:
            pieces.append(event)
    return joined(pieces)


def passed_through(filter_: ReplyFilter, parts: Iterable[tuple[str, float]]) -> list[InputPiece]:
    """Each part, and then so many seconds until the next."""
    now, out = 0.0, list[InputPiece]()
    for part, pause in parts:
        out += filter_.feed(part, now)
        # The driver looks every tenth of a second.
        ends = now + pause
        while now < ends:
            now = min(now + 0.1, ends)
            out += filter_.tick(now)
    out += filter_.tick(now + 60)
    return joined(out)


def test_every_position_cuts_in_two_without_harm() -> None:
    stream = "".join(EVENTS)
    for cut in range(len(stream) + 1):
        parts = [(stream[:cut], 0.05), (stream[cut:], 0.05)]
        assert passed_through(ReplyFilter(), parts) == expected(EVENTS), repr(stream[:cut][-20:])


@pytest.mark.parametrize("pause", [0.0, 0.6, 5.0])
def test_every_position_cuts_in_two_at_any_delay_where_escape_is_a_sequence(pause: float) -> None:
    stream = "".join(EVENTS)
    for cut in range(len(stream) + 1):
        parts = [(stream[:cut], pause), (stream[cut:], pause)]
        assert passed_through(ReplyFilter(kitty_keys=True), parts) == expected(EVENTS)


@pytest.mark.parametrize("pause", [0.6, 5.0])
@pytest.mark.parametrize("reply", REPLIES)
def test_no_part_of_a_reply_is_a_key_however_late(reply: str, pause: float) -> None:
    """Where ESC alone may be the Escape key, an ESC that stands alone for long has to be one; nothing else may."""
    for cut in range(1, len(reply)):
        pieces = passed_through(ReplyFilter(), [(f"1{reply[:cut]}", pause), (f"{reply[cut:]}2", 0.0)])
        text = "".join(piece for piece in pieces if isinstance(piece, str))
        assert text in ("12", f"1{E}2" if cut == 1 else "12", f"1{E}[2" if cut == 2 else "12")
        assert REPLIES[reply] in pieces


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(EVENTS), min_size=1, max_size=12),
    st.lists(st.integers(1, 40), min_size=1, max_size=30),
    st.lists(st.floats(0, 8), min_size=1, max_size=10),
)
def test_random_streams_and_splits(events: list[str], sizes: list[int], pauses: list[float]) -> None:
    stream, parts, position = "".join(events), list[tuple[str, float]](), 0
    while position < len(stream):
        size, pause = sizes[len(parts) % len(sizes)], pauses[len(parts) % len(pauses)]
        parts.append((stream[position : position + size], pause))
        position += size
    assert passed_through(ReplyFilter(kitty_keys=True), parts) == expected(events)
    quick = [(part, min(pause, 0.05)) for part, pause in parts]
    assert passed_through(ReplyFilter(), quick) == expected(events)


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("\x1b[]_PG?>;0159$|\\\x07\x18cntSuyRM~aé "), max_size=60))
def test_any_bytes_are_taken(noise: str) -> None:
    filter_ = ReplyFilter()
    filter_.feed(noise, 0.0)
    filter_.tick(60.0)
    # Whatever came, a full string terminator and a key later the keys are heard again.
    after = joined(filter_.feed(f"{E}[201~{ST}", 60.0) + filter_.feed("k", 61.0) + filter_.tick(90.0))
    assert any(isinstance(piece, str) and piece.endswith("k") for piece in after)


def test_escape_is_a_key_after_a_tenth_of_a_second() -> None:
    filter_ = ReplyFilter()
    assert filter_.feed(E, 0.0) == []
    assert filter_.tick(0.05) == []
    assert filter_.tick(0.1) == [E]


def test_typing_after_escape_stays_typing() -> None:
    filter_ = ReplyFilter()
    filter_.feed(E, 0.0)
    filter_.tick(0.2)
    for number, key in enumerate("_P]G2["):
        assert filter_.feed(key, 1.0 + number) == [key]


def test_alt_with_a_key_that_begins_replies_holds_nothing_back() -> None:
    assert joined(ReplyFilter().feed(f"{E}P2", 0.0)) == [f"{E}P2"]
    assert joined(ReplyFilter().feed(f"{E}_x{E}]y", 0.0)) == [f"{E}_x{E}]y"]


def test_a_reply_without_end_is_dropped_and_keys_go_on() -> None:
    filter_ = ReplyFilter()
    assert filter_.feed(f"{E}_Gi=1;O", 0.0) == []
    assert filter_.tick(LONGEST_WAIT + 1) == []
    assert filter_.feed("2", LONGEST_WAIT + 2) == ["2"]


def test_a_reply_broken_off_by_another_sequence_is_dropped() -> None:
    assert ReplyFilter().feed(f"{E}_Gi=1;O{E}[A", 0.0) == [f"{E}[A"]


def test_a_huge_string_is_not_kept() -> None:
    filter_ = ReplyFilter()
    for number in range(4):
        assert filter_.feed((f"{E}]52;c;" if not number else "") + "A" * MAX_HELD, number) == []
        assert len(filter_.held) <= MAX_HELD
    assert filter_.feed(f"A{ST}2", 5.0)[-1] == "2"


def test_what_another_filter_was_left_with_is_taken_up() -> None:
    first = ReplyFilter()
    first.feed(f"{E}_Gi=3", 0.0)
    assert ReplyFilter(first.held, 1.0).feed(f"1;OK{ST}5", 1.5) == [Reply("_G", "i=31;OK"), "5"]


@pytest.mark.parametrize("text", [t for t in REPLIES if not t.endswith("\x07")])
def test_a_reply_knows_its_text(text: str) -> None:
    assert REPLIES[text].text == text
