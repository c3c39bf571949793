"""COCO run lengths: a mask as runs, column by column from the top left, the first run counting zeros.

The text form is that of pycocotools (`maskApi.c`, rleToString): from the fourth run on the difference to the
run two before, in groups of five bits, least significant first, each as the character 48 + bits + 32 * more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from operator import sub


class _Packed(dict[int, str]):
    """Number to its characters; a mask repeats few numbers."""

    def __missing__(self, number: int) -> str:
        rest, text = number, ""
        while True:
            bits, rest = rest & 31, rest >> 5
            more = rest != (-1 if bits & 16 else 0)
            text += chr(48 + bits + 32 * more)
            if not more:
                break
        if -50_000 < number < 50_000:
            self[number] = text
        return text


_PACKED = _Packed()


def pack(runs: Sequence[int]) -> str:
    """Runs to text."""
    numbers = (*runs[:3], *map(sub, runs[3:], runs[1:]))
    return "".join(map(_PACKED.__getitem__, numbers))


def unpack(text: str) -> list[int]:
    """Text to runs.

    Raises:
        ValueError: a character outside 0x30-0x6f, a text that ends inside a number, a negative run.
    """
    runs: list[int] = []
    value = shift = 0
    for character in text:
        code = ord(character) - 48
        if not 0 <= code < 64:
            raise ValueError(f"{character!r} does not occur in run lengths")
        value |= (code & 31) << shift
        shift += 5
        if code & 32:
            continue
        if code & 16:
            value -= 1 << shift
        if len(runs) > 2:
            value += runs[-2]
        if value < 0:
            raise ValueError(f"run {len(runs) + 1} is {value}")
        runs.append(value)
        value = shift = 0
    if shift:
        raise ValueError("the run lengths end inside a number")
    return runs


def check(runs: Iterable[int], size: tuple[int, int]) -> str:
    """What is wrong with runs of a mask of `size` (height, width); '' when nothing is."""
    total = 0
    for run in runs:
        if run < 0:
            return f"has a run of {run} pixels"
        total += run
    if total != size[0] * size[1]:
        return f"has runs over {total} pixels, {size[1]} x {size[0]} pixels are {size[0] * size[1]}"
    return ""


def area(runs: Sequence[int]) -> int:
    """Pixels that are set."""
    return sum(runs[1::2])


def box(runs: Sequence[int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The smallest box around the pixels that are set: x, y, width, height; all 0 when none is."""
    height = size[0]
    left = top = 1 << 62
    right = bottom = -1
    ends = list(accumulate(runs))
    for begin, end in zip(ends[0::2], ends[1::2], strict=False):
        if begin == end:
            continue
        first, last = begin // height, (end - 1) // height
        left, right = min(left, first), max(right, last)
        if first == last:
            top, bottom = min(top, begin % height), max(bottom, (end - 1) % height)
        else:
            top, bottom = 0, height - 1
    return (left, top, right - left + 1, bottom - top + 1) if right >= 0 else (0, 0, 0, 0)


def columns(runs: Sequence[int], size: tuple[int, int]) -> Iterator[tuple[int, int, int]]:
    """Stretches of the pixels that are set, each within one column: the column, its first row, the row after its last."""
    height, ends = size[0], list(accumulate(runs))
    for begin, end in zip(ends[0::2], ends[1::2], strict=False):
        while begin < end:
            column, first = divmod(begin, height)
            stop = min(end, (column + 1) * height)
            yield column, first, stop - column * height
            begin = stop


def common(a: Sequence[int], b: Sequence[int]) -> int:
    """Pixels set in both of two masks of one size."""
    ends_a, ends_b = list(accumulate(a)), list(accumulate(b))
    spans_a = list(zip(ends_a[0::2], ends_a[1::2], strict=False))
    spans_b = list(zip(ends_b[0::2], ends_b[1::2], strict=False))
    total = i = j = 0
    while i < len(spans_a) and j < len(spans_b):
        begin, end = max(spans_a[i][0], spans_b[j][0]), min(spans_a[i][1], spans_b[j][1])
        total += max(0, end - begin)
        if spans_a[i][1] < spans_b[j][1]:
            i += 1
        else:
            j += 1
    return total
