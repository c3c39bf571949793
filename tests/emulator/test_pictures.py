"""Pictures of the three protocols: where they lie, what hides them, and what a program must not do."""

from __future__ import annotations

import base64

import pytest
from PIL import Image

from devtools.emulator import sixel
from devtools.emulator.placeholders import DIACRITICS, PLACEHOLDER
from tests.emulator.conftest import BLUE, GREEN, RED, Make, png


def upload(number: int, colour: tuple[int, int, int], size: tuple[int, int], more: str = "") -> bytes:
    return f"\x1b_Ga=t,f=100,i={number},q=1{more};".encode() + png(colour, size) + b"\x1b\\"


def test_a_placed_picture_lies_where_the_cursor_is(make: Make) -> None:
    terminal = make()
    terminal.feed(
        upload(3, RED, (30, 30)) + b"\x1b[2;3H\x1b_Ga=p,i=3,p=1,C=1,q=1,X=2,Y=4,z=-1200000000\x1b\\"
    )
    picture = terminal.picture()
    assert picture.getbbox() == (22, 24, 52, 54) and picture.getpixel((30, 30)) == RED
    assert (terminal.screen.x, terminal.screen.y) == (2, 1)
    # With the same names again it moves; cut and scaled to cells.
    terminal.feed(b"\x1b[H\x1b_Ga=p,i=3,p=1,x=10,y=10,w=10,h=10,c=4,r=2,q=1\x1b\\")
    assert terminal.picture().getbbox() == (0, 0, 40, 40)
    assert (terminal.screen.x, terminal.screen.y) == (4, 1)


def test_a_picture_in_parts_is_one_and_answers_come_as_asked(make: Make) -> None:
    terminal = make()
    data = base64.b64encode(bytes(RED) * 100)
    parts = [
        b"\x1b_Ga=t,f=24,s=10,v=10,i=5,m=1;" + data[:200] + b"\x1b\\",
        b"\x1b_Gm=0;" + data[200:] + b"\x1b\\",
    ]
    assert terminal.feed(parts[0]) == []
    assert terminal.feed(parts[1]) == [b"\x1b_Gi=5;OK\x1b\\"]
    assert terminal.feed(b"\x1b_Ga=p,i=5,q=1\x1b\\\x1b_Ga=p,i=6,q=1\x1b\\") == [
        b"\x1b_Gi=6;ENOENT:no such image\x1b\\"
    ]
    assert terminal.feed(b"\x1b_Gi=31,s=1,v=1,a=q,f=24;AAAA\x1b\\") == [b"\x1b_Gi=31;OK\x1b\\"]
    assert terminal.feed(b"\x1b_Ga=t,f=100,i=7,q=1;AAAA\x1b\\")[0].startswith(b"\x1b_Gi=7;EBADPNG:")


@pytest.mark.parametrize(
    ("bytes_sent", "word"),
    [
        (b"\x1b_Ga=t,f=100,i=1,m=1;AAAA\x1b\\\x1b_Gi=9,a=q;AAAA\x1b\\", "'q' inside an open upload"),
        (b"\x1b_Ga=t,f=100,i=1,m=1;AAAA\x1b\\\x1b_Ga=p,i=9\x1b\\", "'p' inside an open upload"),
        (b"\x1b_Ga=t,f=100,i=1,m=1;AAAA\x1b\\\x1b_Ga=t,f=100,i=2;AAAA\x1b\\", "an upload inside another"),
        (b"\x1b_Gm=0;AAAA\x1b\\", "a part of none"),
        (b"\x1b[?2026h\x1b_Ga=t,f=100,i=1,m=1;AAAA\x1b\\", "inside a synchronized frame"),
        (b"\x1b_Ga=p,i=1\x1b\\", "never sent or is freed"),
        (b"\x1b_Ga=d\x1b\\", "a=d without d="),
        (b"\x1b[?1049h\x1b[?1016h\x1b[?1049l", "left with pixel mouse on"),
        (b"\x1b[?1049h\x1b[?1049l\x1b_Ga=d,d=A,q=2\x1b\\", "graphics after the screen was left"),
        (b"\x1b[?1049h\x1b[?1049l\x1b[?2026h", "mode 2026 set after the screen was left"),
        (b"\x1b_Ga=p,i=x\x1b\\", "a damaged kitty string"),
    ],
)
def test_what_a_program_must_not_do_is_told(make: Make, bytes_sent: bytes, word: str) -> None:
    terminal = make()
    terminal.feed(bytes_sent)
    assert any(word in sentence for sentence in terminal.broken)
    assert set(terminal.broken) <= set(terminal.unclean())


def test_what_is_deleted_is_gone_and_its_data_with_a_capital(make: Make) -> None:
    terminal = make()
    place = b"\x1b_Ga=p,i=1,p=1,C=1,q=1\x1b\\\x1b_Ga=p,i=1,p=2,C=1,q=1\x1b\\\x1b_Ga=p,i=2,C=1,q=1\x1b\\"
    terminal.feed(upload(1, RED, (10, 20)) + upload(2, BLUE, (10, 20)) + place)
    terminal.feed(b"\x1b_Ga=d,d=I,i=1,p=1\x1b\\")
    assert terminal.kitty.stored.keys() == {1, 2} and len(terminal.screen.pictures.placed) == 2
    terminal.feed(b"\x1b_Ga=d,d=I,i=1\x1b\\")
    assert terminal.kitty.stored.keys() == {2} and {i for i, _ in terminal.screen.pictures.placed} == {2}
    other = (
        b"\x1b_Ga=p,i=2,p=1,z=-7,C=1,q=1\x1b\\\x1b_Ga=p,i=2,p=2,z=-7,C=1,q=1\x1b\\\x1b_Ga=d,d=z,z=-7\x1b\\"
    )
    terminal.feed(other)
    assert terminal.kitty.stored.keys() == {2} and len(terminal.screen.pictures.placed) == 1
    terminal.feed(b"\x1b_Ga=d,d=r,x=2,y=9\x1b\\")
    assert terminal.kitty.stored.keys() == {2} and not terminal.screen.pictures.placed
    terminal.feed(b"\x1b_Ga=d,d=R,x=2,y=9\x1b\\")
    assert not terminal.kitty.stored and not terminal.broken


def test_past_the_quota_what_is_not_placed_goes_without_blame(make: Make) -> None:
    terminal = make(quota=2 * 10 * 20 * 4)
    place = b"\x1b_Ga=p,i=%d,C=1,q=1\x1b\\"
    terminal.feed(upload(1, RED, (10, 20)) + place % 1 + upload(2, RED, (10, 20)) + upload(3, RED, (10, 20)))
    assert terminal.kitty.stored.keys() == {1, 3}
    assert terminal.feed(place % 2) == [b"\x1b_Gi=2;ENOENT:no such image\x1b\\"]
    assert not terminal.broken


def test_konsole_knows_neither_parents_nor_names_and_keeps_pictures_under_text(make: Make) -> None:
    orphan = upload(1, RED, (10, 20)) + b"\x1b_Ga=p,i=1,p=9,P=777777,Q=1,C=1\x1b\\"
    assert make("kitty").feed(orphan) == [b"\x1b_Gi=1,p=9;ENOPARENT:no such parent\x1b\\"]
    konsole = make("konsole")
    assert konsole.feed(orphan) == [b"\x1b_Gi=1,p=9;OK\x1b\\"]
    picture = b"\x1b[Hxxxx\x1b[H" + inline(BLUE, "width=2;height=1") + b"\x1b[H  "
    konsole.feed(picture)
    assert konsole.text().split("\n")[0] == "   x"
    assert konsole.picture().getpixel((15, 10)) == BLUE
    iterm2 = make("iterm2")
    iterm2.feed(picture)
    assert iterm2.picture().getextrema() == ((0, 0), (0, 0), (0, 0))


def test_placeholders_show_their_piece_of_the_picture(make: Make) -> None:
    image = Image.new("RGB", (20, 20), RED)
    image.paste(BLUE, (10, 0, 20, 20))
    payload = base64.b64encode(image.tobytes())
    mark = list(DIACRITICS)
    terminal = make()
    terminal.feed(b"\x1b_Ga=T,U=1,f=24,s=20,v=20,i=65793,c=2,r=1,q=2;" + payload + b"\x1b\\\x1b[38;2;1;1;1m")
    terminal.feed((PLACEHOLDER + mark[0] + mark[1] + " " + PLACEHOLDER + mark[0] + PLACEHOLDER).encode())
    picture = terminal.picture()
    assert [picture.getpixel((x, 10)) for x in (5, 15, 25, 35)] == [BLUE, (0, 0, 0), RED, BLUE]


def inline(colour: tuple[int, int, int], members: str, size: tuple[int, int] = (10, 10)) -> bytes:
    return f"\x1b]1337;File=inline=1;{members}:".encode() + png(colour, size) + b"\x07"


@pytest.mark.parametrize(
    ("members", "box", "cursor"),
    [
        ("width=4;height=1;preserveAspectRatio=0", (40, 20), (4, 0)),
        ("width=4;height=2", (40, 40), (4, 1)),
        ("width=50px", (50, 50), (5, 2)),
        ("height=50%", (60, 60), (6, 2)),
        ("width=auto;doNotMoveCursor=1", (10, 10), (0, 0)),
    ],
)
def test_an_inline_picture_has_the_size_that_is_asked_for(
    make: Make, members: str, box: tuple[int, int], cursor: tuple[int, int]
) -> None:
    terminal = make("iterm2")
    terminal.feed(inline(GREEN, members))
    assert terminal.picture().getbbox() == (0, 0, *box)
    assert (terminal.screen.x, terminal.screen.y) == cursor


def test_an_inline_picture_in_parts_is_one(make: Make) -> None:
    terminal = make("iterm2")
    data = png(GREEN, (10, 20))
    parts = [b"MultipartFile=inline=1", b"FilePart=" + data[:40], b"FilePart=" + data[40:], b"FileEnd"]
    for part in parts:
        terminal.feed(b"\x1b]1337;" + part + b"\x07")
    assert terminal.picture().getbbox() == (0, 0, 10, 20)


def test_a_terminal_ignores_protocols_that_it_does_not_have(make: Make) -> None:
    terminal = make("truecolor")
    terminal.feed(
        inline(GREEN, "width=4") + b'\x1bPq"1;1;6;6#0;2;100;0;0!6~\x1b\\' + upload(1, RED, (10, 20))
    )
    assert terminal.feed(b"\x1b_Gi=31,s=1,v=1,a=q,f=24;AAAA\x1b\\\x1b[6n") == [b"\x1b[1;1R"]
    assert terminal.picture().getbbox() is None and not terminal.broken


def test_sixels_are_the_pixels_of_their_bands() -> None:
    # Two bands; the second colour is drawn over the first from the left, one column further.
    image = sixel.decode(b'0;1;0q"1;1;4;8#1;2;100;0;0#1!4~$#2;2;0;0;100#2?~-#1@A')
    assert image.size == (4, 8)
    columns = [[image.getpixel((x, y)) for y in (0, 5, 6, 7)] for x in range(3)]
    red, blue, clear = (*RED, 255), (*BLUE, 255), (0, 0, 0, 0)
    assert columns == [[red, red, red, clear], [blue, blue, clear, red], [red, red, clear, clear]]


def test_sixel_colours_may_be_told_by_hue(make: Make) -> None:
    hues = {0: BLUE, 120: RED, 240: GREEN}
    for hue, colour in hues.items():
        assert sixel.decode(f"q#0;1;{hue};50;100~".encode()).getpixel((0, 0)) == (*colour, 255)


def test_a_sixel_picture_on_the_last_row_scrolls_the_screen(make: Make) -> None:
    terminal = make("sixel", rows=3)
    square = b'\x1bPq"1;1;6;18#0;2;100;0;0#0!6~-!6~-!6~\x1b\\'
    terminal.feed(b"first\x1b[2;1H" + square)
    assert not terminal.broken and terminal.text().startswith("first")
    terminal.feed(b"\x1b[3;1H" + square)
    assert terminal.broken and not terminal.text().startswith("first")
    assert terminal.picture().getbbox() == (0, 0, 6, 38)
    # What was made for a taller screen may still come.
    taller = make("sixel", rows=4)
    taller.resize(make("sixel", rows=3).size)
    taller.feed(b"\x1b[3;1H" + square)
    assert not taller.broken
    taller.older_size_gone()
    taller.feed(b"\x1b[3;1H" + square)
    assert taller.broken
