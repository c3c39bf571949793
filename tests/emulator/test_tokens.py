"""Bytes cut into text and sequences, wherever they are cut by the line."""

from __future__ import annotations

import pytest

from devtools.emulator.tokens import Token, Tokenizer

SEQUENCES: list[tuple[bytes, str, str]] = [
    (b"text \xc3\xa9\r\n", "text", "text"),
    (b"\x1b[38;2;1;2;3m", "csi", "text"),
    (b"\x1b[?1;1;0S", "csi", "text"),
    (b"\x1b[?2026$p", "csi", "text"),
    (b"\x1b7", "esc", "text"),
    (b"\x1b(B", "esc", "text"),
    (b"\x1b_Ga=t,i=1;AAAA\x1b\\", "apc", "kitty"),
    (b"\x1bP0;1;0q#0!6~-\x1b\\", "dcs", "sixel"),
    (b"\x1bP$qm\x1b\\", "dcs", "other"),
    (b"\x1b]1337;File=inline=1:AAAA\x07", "osc", "iterm2"),
    (b"\x1b]11;?\x1b\\", "osc", "other"),
    (b"\x1b^private\x1b\\", "string", "other"),
]


@pytest.mark.parametrize(("data", "kind", "purpose"), SEQUENCES)
def test_each_sequence_is_one_token_of_its_kind(data: bytes, kind: str, purpose: str) -> None:
    (token,) = Tokenizer().feed(data)
    assert (token.kind, token.data, token.purpose) == (kind, data, purpose)


def test_cut_anywhere_the_sequences_are_the_same() -> None:
    whole = b"".join(data for data, _, _ in SEQUENCES)
    expected = [data for data, _, _ in SEQUENCES]
    for cut in range(1, len(whole)):
        tokenizer = Tokenizer()
        tokens = tokenizer.feed(whole[:cut]) + tokenizer.feed(whole[cut:])
        assert _joined(tokens) == expected


def test_byte_by_byte_the_sequences_are_the_same() -> None:
    tokenizer = Tokenizer()
    whole = b"".join(data for data, _, _ in SEQUENCES)
    tokens = [token for n in range(len(whole)) for token in tokenizer.feed(whole[n : n + 1])]
    assert _joined(tokens) == [data for data, _, _ in SEQUENCES]


def test_only_operating_system_commands_end_with_a_bell() -> None:
    tokenizer = Tokenizer()
    assert tokenizer.feed(b"\x1bPq\x07~") == []
    assert tokenizer.feed(b"\x1b\\") == [Token("dcs", b"\x1bPq\x07~\x1b\\")]
    assert tokenizer.feed(b"\x1b]5;a\x07b") == [Token("osc", b"\x1b]5;a\x07"), Token("text", b"b")]


def test_what_begins_no_sequence_does_not_hold_up_the_rest() -> None:
    tokens = Tokenizer().feed(b"\x1b[\x01a\x1b[H")
    assert b"".join(token.data for token in tokens) == b"\x1b[\x01a\x1b[H"
    assert tokens[-1] == Token("csi", b"\x1b[H")


def _joined(tokens: list[Token]) -> list[bytes]:
    """Pieces of one text put together."""
    found: list[bytes] = []
    before = ""
    for token in tokens:
        if token.kind == before == "text":
            found[-1] += token.data
        else:
            found.append(token.data)
        before = token.kind
    return found
