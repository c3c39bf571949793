"""The wheel holds everything: installed alone, used from another folder, it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

OPEN_THE_DEMO = """
import asyncio, sys
from pathlib import Path
from tui.app import setup_of
from tui.config import load_project
from tui.demo import make_demo_project
from tui.launch import Launch
from tui.screens.window import TermlabelApp
from tui.store import open_queue
from tui.terminal.caps import TerminalCaps
from tui.trace import Trace
import tui

async def main() -> None:
    project = load_project(make_demo_project(Path(sys.argv[1])))
    queue = open_queue(project)
    launch = Launch(project, queue, "someone")
    app = TermlabelApp(setup_of(launch, TerminalCaps(), Trace(None)))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("q")
    app.work.finish()
    queue.close()
    print("demo ran", app.return_code, Path(tui.__file__).parent.parent.name)

asyncio.run(main())
"""


def run(*command: object, cwd: Path) -> str:
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_installed_wheel_runs_from_anywhere(tmp_path: Path) -> None:
    # The same hatchling as in an environment of its own, which would have to be made first.
    run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    wheel = next(tmp_path.glob("*.whl"))
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        f"tui/data/{p.relative_to(ROOT)}" for d in ("keymaps", "demo_images") for p in (ROOT / d).iterdir()
    }
    wanted |= {str(p.relative_to(ROOT)) for p in (ROOT / "tui").rglob("*") if p.suffix in (".py", ".tcss")}
    assert not wanted - inside
    venv.create(tmp_path / "env")
    programs = tmp_path / "env" / "bin"
    pip = (sys.executable, "-m", "pip", "--python", programs / "python", "-q", "--disable-pip-version-check")
    run(*pip, "install", "--no-compile", wheel, cwd=tmp_path)
    assert run(programs / "termlabel", "--version", cwd=tmp_path).startswith("termlabel ")
    assert "annotate" in run(programs / "termlabel", "--help", cwd=tmp_path)
    keys = json.loads(run(programs / "termlabel", "keys", "--json", cwd=tmp_path))
    assert {"work.undo", "review.reject"} <= {entry["id"] for entry in keys}
    said = run(programs / "python", "-c", OPEN_THE_DEMO, tmp_path / "demo", cwd=tmp_path)
    assert said.split() == ["demo", "ran", "0", "site-packages"]
