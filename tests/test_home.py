"""The tests leave alone what whoever runs them has in the home: settings, caches, logs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal.fake import ROOT

OF_EACH_KIND = (
    "tests/app/test_terminal.py::test_what_is_keyed_is_what_is_exported[answers]",
    "tests/cli/test_prepare.py::test_again_nothing_is_encoded_and_clear_removes_it",
)
"""Tests that run the program in a terminal, without one, and in this process."""


@pytest.mark.slow
def test_a_run_leaves_the_home_as_it_was(tmp_path: Path) -> None:
    home, base = tmp_path / "home", tmp_path / "base"
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={base}", *OF_EACH_KIND],
        cwd=ROOT, env={**environment, "HOME": str(home)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert list(home.rglob("*")) == []
    assert list(base.rglob("xdg_state_home/termlabel/libraries.log")), "the program wrote no log at all"
