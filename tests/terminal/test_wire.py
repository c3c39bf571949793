"""Whole sequences, as documented by kitty and iTerm2."""

from __future__ import annotations

import base64

from tui.terminal import wire
from tui.terminal.wire import Placement


def test_a_small_upload_is_one_chunk() -> None:
    assert wire.upload(12, b"png") == ("\x1b_Ga=t,f=100,i=12,q=1;cG5n\x1b\\",)


def test_a_large_upload_is_cut_into_chunks_that_put_together_are_the_file() -> None:
    data = bytes(range(256)) * 40
    first, *rest = wire.upload(7, data)
    assert first.startswith("\x1b_Ga=t,f=100,i=7,q=1,m=1;")
    assert [part[:6] for part in rest] == ["\x1b_Gm=1"] * (len(rest) - 1) + ["\x1b_Gm=0"]
    payloads = [part[part.index(";") + 1 : -2] for part in (first, *rest)]
    assert all(len(payload) == 4096 for payload in payloads[:-1])
    assert base64.b64decode("".join(payloads)) == data


def test_on_a_slow_line_chunks_are_smaller() -> None:
    data = bytes(range(256)) * 40
    payloads = [part[part.index(";") + 1 : -2] for part in wire.upload(7, data, 1003)]
    assert all(len(payload) == 1000 for payload in payloads[:-1])
    assert base64.b64decode("".join(payloads)) == data


def test_placing_moving_and_taking_away() -> None:
    at = Placement((2, 1), wire.Z_PICTURE)
    assert wire.place(12, 1, at) == "\x1b[2;3H\x1b_Ga=p,i=12,p=1,z=-1200000000,C=1,q=1\x1b\\"
    scaled = Placement((2, 1), wire.Z_PICTURE, cells=(100, 38))
    assert wire.place(12, 1, scaled) == "\x1b[2;3H\x1b_Ga=p,i=12,p=1,c=100,r=38,z=-1200000000,C=1,q=1\x1b\\"
    zoomed = Placement((0, 0), wire.Z_PICTURE, source=(250, 190, 500, 380), cells=(100, 38))
    assert "x=250,y=190,w=500,h=380,c=100,r=38" in wire.place(12, 1, zoomed)
    edge = Placement((5, 3), wire.Z_EDGE, (3, 9), (0, 0, 200, 2))
    assert (
        wire.place(90, 8, edge) == "\x1b[4;6H\x1b_Ga=p,i=90,p=8,X=3,Y=9,w=200,h=2,z=-1100000000,C=1,q=1\x1b\\"
    )
    assert wire.unplace(11, 1) == "\x1b_Ga=d,d=i,i=11,p=1,q=2\x1b\\"
    assert wire.unplace_level(-1_199_999_985) == "\x1b_Ga=d,d=z,z=-1199999985,q=2\x1b\\"
    assert wire.free(11) == "\x1b_Ga=d,d=I,i=11,q=2\x1b\\"
    assert wire.fence(31) == "\x1b_Gi=31,s=1,v=1,a=q,f=24;AAAA\x1b\\"


def test_through_tmux_each_escape_is_doubled() -> None:
    assert wire.through_tmux("\x1b_Ga=d\x1b\\") == "\x1bPtmux;\x1b\x1b_Ga=d\x1b\x1b\\\x1b\\"


def test_beside_an_anchor_cells_are_counted_from_it() -> None:
    at = Placement((10, 7), wire.Z_PICTURE)
    beside = wire.place_beside(11, 1, at, 200, (4, 2))
    assert beside == "\x1b_Ga=p,i=11,p=1,P=200,Q=1,H=6,V=5,z=-1200000000,q=1\x1b\\"
