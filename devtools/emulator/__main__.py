"""Runs a command in an emulated terminal behind a shaped line, and shows what each key cost.

`python -m devtools.emulator run --profile kitty --link 256k/150 --keys idle:n,image:q -- termlabel demo`
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path

from PIL import Image

from devtools.emulator.emulator import Emulator
from devtools.emulator.likeness import psnr, ssim
from devtools.emulator.link import parse_link
from devtools.emulator.profiles import PROFILES
from devtools.emulator.records import KeyRecord, RunResult
from devtools.emulator.script import parse_keys
from devtools.emulator.session import run
from devtools.emulator.size import TerminalSize
from devtools.emulator.tokens import Purpose

_COLUMNS: tuple[Purpose, ...] = ("kitty", "sixel", "iterm2", "text")
_HEADINGS = ("bytes", "zlib", *_COLUMNS, "first s", "shown s", "image s", "done s", "text s", "cpu s")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="emulator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    terminal = argparse.ArgumentParser(add_help=False)
    terminal.add_argument("--profile", choices=sorted(PROFILES), default="kitty")
    terminal.add_argument("--size", default="120x40", help="columns x rows")
    terminal.add_argument("--cell", default="10x20", help="of a cell, in pixels")
    measured = commands.add_parser("run", parents=[terminal], help="run a command and measure it")
    measured.add_argument("--link", default="unlimited", help="bits per second / round trip in ms: 256k/150")
    measured.add_argument("--buffer", type=int, default=131_072, help="bytes the sender may hold unsent")
    measured.add_argument(
        "--overhead", type=int, default=0, help="bytes more for each piece (packet headers)"
    )
    measured.add_argument(
        "--picture-delay", type=float, default=0, help="milliseconds that the terminal takes for a picture"
    )
    measured.add_argument("--compress", action="store_true", help="shaped by compressed size, as by ssh -C")
    measured.add_argument(
        "--keys", default="", help="KEY, idle=S:KEY, image:KEY, shown=S:KEY, t=S:KEY; KEY~TEXT"
    )
    measured.add_argument("--idle", type=float, default=0.6, help="seconds of silence that count as idle")
    measured.add_argument("--limit", type=float, default=120, help="seconds after which it is ended")
    measured.add_argument("--no-pixels", action="store_true", help="the size in pixels is unknown")
    measured.add_argument("--json", type=Path, help="write the result here")
    measured.add_argument("--raw", type=Path, help="write the stream of bytes here")
    measured.add_argument("--png", help="write the last picture here; with {n} in it, one for each key")
    measured.add_argument("argv", nargs="+", metavar="-- COMMAND")
    rebuilt = commands.add_parser("render", parents=[terminal], help="a stream of bytes to a picture")
    rebuilt.add_argument("stream", type=Path)
    rebuilt.add_argument("png", type=Path)
    compared = commands.add_parser(
        "compare", help="PSNR and SSIM of a picture, or a part of it, against another"
    )
    compared.add_argument("png", type=Path)
    compared.add_argument("original", type=Path)
    compared.add_argument("--box", help="left,top,right,bottom in pixels; the whole picture when left out")
    chosen = parser.parse_args(arguments)
    return {"run": _run, "render": _render, "compare": _compare}[chosen.command](chosen)


def _run(chosen: argparse.Namespace) -> int:
    result = run(
        chosen.argv,
        profile=chosen.profile,
        size=_size(chosen),
        link=parse_link(
            chosen.link, buffer=chosen.buffer, overhead=chosen.overhead, compress=chosen.compress
        ),
        keys=parse_keys(chosen.keys, chosen.idle),
        idle=chosen.idle,
        limit=chosen.limit,
        pixels=not chosen.no_pixels,
        picture_delay=chosen.picture_delay / 1000,
    )
    if chosen.json:
        made = {
            name: getattr(chosen, name) for name in ("profile", "size", "cell", "link", "buffer", "compress")
        }
        told = {"command": shlex.join(chosen.argv), **made, **result.as_dict()}
        chosen.json.write_text(json.dumps(told, indent=1), encoding="utf-8")
    if chosen.raw:
        chosen.raw.write_bytes(result.stream)
    if chosen.png:
        _save_pictures(result, chosen.png)
    print("\n".join(_table(result.records)))
    if result.timed_out:
        print("note: the time limit was reached", file=sys.stderr)
    return 0


def _save_pictures(result: RunResult, name: str) -> None:
    if "{n}" in name:
        for number, record in enumerate(result.records):
            result.picture(record.end).save(name.replace("{n}", str(number)))
    else:
        _save(result.terminal(), Path(name))


def _save(terminal: Emulator, path: Path) -> None:
    terminal.picture(letters=True).save(path)
    for sentence in terminal.broken:
        print("note:", sentence, file=sys.stderr)


def _table(records: list[KeyRecord]) -> list[str]:
    lines = [f"{'key':<10}" + "".join(f"{heading:>10}" for heading in _HEADINGS)]
    for record in records:
        moments = (record.t_first, record.t_picture, record.t_graphics, record.t_last, record.t_expected)
        sizes = (record.bytes, record.compressed, *(record.purposes[purpose] for purpose in _COLUMNS))
        seconds = [*(record.after(moment) for moment in moments), record.cpu]
        cells = [*map(str, sizes), *("-" if value is None else f"{value:.3f}" for value in seconds)]
        lines.append(f"{record.key:<10}" + "".join(f"{cell:>10}" for cell in cells))
    return lines


def _render(chosen: argparse.Namespace) -> int:
    terminal = Emulator(PROFILES[chosen.profile], _size(chosen))
    terminal.feed(chosen.stream.read_bytes())
    _save(terminal, chosen.png)
    return 0


def _compare(chosen: argparse.Namespace) -> int:
    seen = Image.open(chosen.png).convert("RGB")
    if chosen.box:
        left, top, right, bottom = map(int, chosen.box.split(","))
        seen = seen.crop((left, top, right, bottom))
    wanted = Image.open(chosen.original).convert("RGB").resize(seen.size, Image.Resampling.LANCZOS)
    print(
        json.dumps(
            {"psnr": round(psnr(seen, wanted), 2), "ssim": round(ssim(seen, wanted), 4), "size": seen.size}
        )
    )
    return 0


def _size(chosen: argparse.Namespace) -> TerminalSize:
    columns, rows = map(int, chosen.size.split("x"))
    width, height = map(int, chosen.cell.split("x"))
    return TerminalSize(columns, rows, (width, height))


if __name__ == "__main__":
    sys.exit(main())
