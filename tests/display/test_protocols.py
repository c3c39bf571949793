"""A graphics protocol is two records: one that nobody has is added by two files, and everything works with it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from PIL import Image

from tests.terminal.fake import ROOT, FakeTerminal
from tui.display.protocols import DISPLAY
from tui.imaging.ladder import LOSSLESS, ladder
from tui.terminal.protocols import PROTOCOLS

TERMLABEL = ["-c", "import tests.display.dummy_protocol; from tui.cli import main; main()"]
ASK = """
import json
import tests.display.dummy_protocol
from tui.config import PROTOCOLS
from tui.imaging.sheet import grids_for
from tui.terminal.answers import replies
from tui.terminal.detect import decide
from tui.terminal.doctor import findings, sentences
from tui.terminal.layers import Surroundings

caps = decide(replies(b"\\x1bP>|dummyterm 1\\x1b\\\\\\x1b[?62;c"), {})
found = findings(caps, 1e9, Surroundings({}))
print(json.dumps([caps.protocol, caps.graphics.coarse, found["advice"], sentences(found)[0], PROTOCOLS]))
"""


def termlabel(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The program with the dummy protocol in its registry."""
    command = [sys.executable, *TERMLABEL, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def project(folder: Path) -> Path:
    photos = folder / "photos"
    photos.mkdir()
    for name in ("first.png", "second.png"):
        Image.new("RGB", (400, 300), "red").save(photos / name)
    done = termlabel("init", folder / "p", "--labels", "cat,dog", "--images", photos)
    assert done.returncode == 0, done.stderr
    return folder / "p"


def test_both_registries_name_the_same_protocols() -> None:
    assert set(PROTOCOLS) == set(DISPLAY)


def test_what_is_said_of_inline_files_at_rest_is_what_the_ladder_does() -> None:
    (said,) = re.findall(r"\(PNG\) where pictures come through at (\d+) Mbit/s", PROTOCOLS["iterm2"].at_rest)
    from_here = float(said) * 1e6
    qualities = [ladder("jpeg", rate, exact=True)[-1].quality for rate in (from_here, from_here * 0.99)]
    assert qualities == [LOSSLESS, None]


def test_a_dummy_is_recognised_advised_about_and_offered() -> None:
    done = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True, check=True)
    protocol, coarse, advice, sentence, choices = json.loads(done.stdout)
    assert (protocol, coarse) == ("dummy", True)
    assert "A dummy shows nothing." in advice
    assert sentence.endswith("dummy protocol: pictures are named, not shown")
    assert choices == ["auto", "kitty", "kitty-cells", "iterm2", "sixel", "blocks", "dummy"]


def test_pictures_are_prepared_for_a_dummy(tmp_path: Path) -> None:
    done = termlabel("prepare", project(tmp_path), "--protocol", "dummy", "--rate", "1000000")
    assert (done.returncode, done.stderr) == (0, "2 pictures encoded.\n")


def test_people_work_with_a_dummy(tmp_path: Path) -> None:
    """Its stage writes names; a decision counts when the fence behind a name was answered."""
    folder, trace = project(tmp_path), tmp_path / "trace.jsonl"
    command = [
        *TERMLABEL,
        "annotate",
        str(folder),
        "--as",
        "ann",
        "--protocol",
        "dummy",
        "--trace",
        str(trace),
    ]
    with FakeTerminal(command, profile="plain") as t:
        t.wait_until(lambda model: "<first.png>" in model.text(), what="the name of the first picture")
        t.wait_until(lambda _: trace.exists() and '"shown"' in trace.read_text(), what="the picture is seen")
        t.press("1")
        t.wait_until(lambda model: "<second.png>" in model.text(), what="the name of the second picture")
        t.press("q")
        assert t.wait_exit() == 0
    done = termlabel("export", folder, "--format", "jsonl")
    assert [json.loads(line)["labels"] for line in done.stdout.splitlines()] == [["cat"], []]
