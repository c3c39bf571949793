"""`termlabel check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_a_log_on_a_network_file_system_is_repaired_only_when_asked(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = project / "queue" / "events.jsonl"
    log.write_bytes(log.read_bytes() + b'{"cut off')
    before = log.read_bytes()
    monkeypatch.setattr("tui.store.opening.network_kind", lambda folder: "nfs4")
    refused = run("check", project, "--repair")
    assert refused.code == 1
    assert "network file system (nfs4)" in refused.sentence
    assert "--allow-network-fs" in refused.sentence
    assert "cut off" not in run("check", project).err, "looking is free"
    assert log.read_bytes() == before
    assert run("check", project, "--repair", "--allow-network-fs").code == 0
    assert log.read_bytes() == before.removesuffix(b'{"cut off')


def test_doctor_says_that_a_terminal_has_no_screen(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr("tui.terminal.doctor.examine", lambda **_: {"advice": ["force it"]})
    (advice,) = json.loads(run("doctor", "--json").out)["advice"]
    assert "TERM is dumb" in advice
