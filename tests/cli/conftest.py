"""The command line, in this process: arguments in, exit code and both outputs out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from tui.cli import main


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line on standard error, without the program's name."""
        lines = self.err.splitlines()
        assert len(lines) == 1 and lines[0].startswith("termlabel: "), self.err
        return lines[0].removeprefix("termlabel: ")


Run = Callable[..., Outcome]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str | Path) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["termlabel", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        assert "Traceback" not in err
        return Outcome(code, out, err)

    return call


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder with two small pictures."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, colour in (("1.jpg", (90, 120, 40)), ("2.jpg", (40, 120, 90))):
        Image.new("RGB", (20, 10), colour).save(folder / name)
    return folder


@pytest.fixture
def project(run: Run, photos: Path, tmp_path: Path) -> Path:
    """A project with the labels cat and dog and two pictures."""
    folder = tmp_path / "pets"
    assert run("init", folder, "--labels", "cat,dog", "--images", photos).code == 0
    return folder
