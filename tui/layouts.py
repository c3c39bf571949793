"""Keyboard layouts: which key of a US keyboard stands where a character is typed. For terminals that send characters only.

The rows are those of xkeyboard-config (`ru`, `ua`, `bg`, `gr`, `il`, `ara`, `fr`), key by key; a space where a key types
nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

_US = "`1234567890-=qwertyuiop[]asdfghjkl;'\\zxcvbnm,./"
_US_SHIFT = '~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"|ZXCVBNM<>?'
_DIGITS = "1234567890"

SHIFTED: Mapping[str, str] = dict(zip(_US, _US_SHIFT, strict=True))
"""What a key of a US keyboard types with shift."""

_ROWS = {
    "ru": ("ё1234567890-=йцукенгшщзхъфывапролджэ\\ячсмитьбю.", 'Ё!"№;%:?*()_+ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭ/ЯЧСМИТЬБЮ,'),
    "uk": ("'1234567890-=йцукенгшщзхїфівапролджєґячсмитьбю.", 'ʼ!"№;%:?*()_+ЙЦУКЕНГШЩЗХЇФІВАПРОЛДЖЄҐЯЧСМИТЬБЮ,'),
    "bg": ("(1234567890-.,уеишщксдзц;ьяаожгтнвмч„юйъэфхпрлб", ')!?+"%=:/–№$€ыУЕИШЩКСДЗЦ§ѝЯАОЖГТНВМЧ“ЮЙЪЭФХПРЛБ'),
    "el": ("`1234567890-=;ςερτυθιοπ[]ασδφγηξκλ '\\ζχψωβνμ,./", '~!@#$%^&*()_+:ΣΕΡΤΥΘΙΟΠ{}ΑΣΔΦΓΗΞΚΛ "|ΖΧΨΩΒΝΜ<>?'),
    "he": (";1234567890-=/'קראטוןםפ][שדגכעיחלךף,\\זסבהנמצתץ.", '~!@#$%^&*)(_+QWERTYUIOP}{ASDFGHJKL:"|ZXCVBNM><?'),
    "ar": (
        "ذ1234567890-=ضصثقفغعهخحجدشسيبلاتنمكط\\ئءؤرﻻىةوزظ",
        "\u0651!@#$%^&*)(_+\u064e\u064b\u064f\u064cﻹإ`÷×؛<>\u0650\u064d][ﻷأـ،/:\"…~\u0652}{ﻵآ',.؟",
    ),
}  # fmt: skip
"""Both rows of keys, without shift and with it, in the order of `_US`."""


def _places(rows: tuple[str, str]) -> dict[str, str]:
    """Letters and digits of a US keyboard mean themselves, wherever they stand; what a layout types at two places, the
    first of them."""
    pairs = [*zip(rows[0], _US, strict=True), *zip(rows[1], _US_SHIFT, strict=True)]
    return {
        typed: place
        for typed, place in reversed(pairs)
        if not (typed.isascii() and typed.isalnum()) and typed != " "
    }


LAYOUTS: Mapping[str, Mapping[str, str]] = {
    **{name: _places(rows) for name, rows in _ROWS.items()},
    # The digits are typed with shift. All else is Latin, and printed on the keys as it is typed.
    "fr": dict(zip("&é\"'(-è_çà", _DIGITS, strict=True)),
}
"""Names of layouts; for each a character to what the same key types on a US keyboard."""


def layout_of(character: str) -> str | None:
    """The first layout that types a character which a US keyboard has not."""
    if character.isascii():
        return None
    return next((name for name, places in LAYOUTS.items() if character in places), None)
