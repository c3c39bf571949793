"""Pictures that belong to cells end as they are, as far as the terminal can show them, while somebody stays at them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devtools.emulator.colours import indexed
from tests.display.line_host import LineHost
from tests.display.stage_host import FakeStageHost
from tui.display.jobs import Picture
from tui.display.sharpness import Sharpness
from tui.imaging.fidelity import fidelity
from tui.imaging.raster import raster
from tui.model.scene import Frame
from tui.terminal.block_runs import CELL_BYTES
from tui.terminal.channel import Channel


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    folder, made = tmp_path_factory.mktemp("ends"), []
    for seed in range(2):
        rng = np.random.default_rng(seed)
        slope = (
            np.linspace([60, 90, 120], [200, 150, 170], 640)[None] + np.linspace(0, 40, 480)[:, None, None]
        )
        pixels = (slope + rng.normal(0, 1, (480, 640, 3))).clip(0, 255).astype(np.uint8)
        path = folder / f"{seed}.png"
        Image.fromarray(pixels if seed == 0 else np.repeat(pixels[..., :1], 3, axis=2)).save(path)
        made.append(Picture(path, 100_000_000))
    return made


def compared(host: FakeStageHost, picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """What is seen of the picture itself, and the fitted picture."""
    view = host.stage.viewport
    assert view is not None and isinstance(picture.source, Path)
    cut = raster(Image.open(picture.source), view, exact=True)
    assert cut is not None
    left, top = host.stage.origin[0] * 10 + cut.column * 10, host.stage.origin[1] * 20 + cut.row * 20
    x0, y0, x1, y1 = cut.inside
    shown = host.model.picture().convert("RGB").crop((left + x0, top + y0, left + x1, top + y1))
    return np.asarray(shown), np.asarray(cut.image.crop(cut.inside))


@pytest.mark.parametrize("which", [0, 1])
def test_on_a_fast_line_inline_files_end_without_a_loss(which: int, pictures: list[Picture]) -> None:
    host = FakeStageHost("iterm2", rate=50e6)
    host.stage.show(pictures[which], 1)
    host.run(10.0)
    assert np.array_equal(*compared(host, pictures[which]))
    sent = host.sent
    host.run(30.0)
    assert host.sent == sent, "when it is there, silence"
    # Another picture and back: what is exact stays so.
    host.stage.show(pictures[1 - which], 2)
    host.run(10.0)
    host.stage.show(pictures[which], 3)
    host.run(10.0)
    assert np.array_equal(*compared(host, pictures[which]))


def test_on_a_slow_one_nobody_would_tell(pictures: list[Picture]) -> None:
    for picture in pictures:
        host = FakeStageHost("iterm2", rate=1e6)
        host.stage.show(picture, 1)
        host.run(30.0)
        assert fidelity(*compared(host, picture)).indistinguishable


def test_sixels_end_with_the_tones_that_registers_can_name(pictures: list[Picture]) -> None:
    host = FakeStageHost("sixel", rate=1e6)
    host.stage.show(pictures[1], 1)
    host.run(60.0)
    shown, true = compared(host, pictures[1])
    whole = len(shown) // 16 * 16 - 32
    found = fidelity(shown[:whole], true[:whole])
    assert found.block <= 1 and found.banding <= 0.01
    assert len(np.unique(shown)) >= 32


@pytest.mark.parametrize(("protocol", "rate"), [("iterm2", 1e6), ("sixel", 1e6), ("blocks", 256e3)])
def test_the_sign_goes_when_the_last_step_is_there(
    protocol: str, rate: float, pictures: list[Picture]
) -> None:
    host = FakeStageHost(protocol, rate=rate)
    host.stage.show(pictures[0], 1)
    host.run(60.0)
    assert host.sharpnesses[0] != Sharpness.FINAL and host.sharpnesses[-1] == Sharpness.FINAL
    assert host.sharpnesses.count(Sharpness.FINAL) == 1


def half_blocks(host: FakeStageHost, picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    """What is seen of the picture itself, and the fitted picture as half-blocks show it: pixels of half a cell."""
    view = host.stage.viewport
    assert view is not None and isinstance(picture.source, Path)
    cut = raster(Image.open(picture.source), view, exact=True)
    assert cut is not None
    true = np.asarray(cut.reduced(cut.columns, cut.rows * 2))
    left, top = host.stage.origin[0] + cut.column, (host.stage.origin[1] + cut.row) * 2
    screen = np.asarray(host.model.picture().convert("RGB"))[5::10, 5::10]
    shown = screen[top : top + len(true), left : left + true.shape[1]]
    inside = true[..., 3] >= 128
    return shown[inside].astype(np.int64), true[inside][:, :3].astype(np.int64)


def until_seen(host: FakeStageHost) -> None:
    while ("seen", 1) not in host.said:
        host.run(0.02)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("protocol", ["blocks", "sixel"])
def test_half_blocks_that_come_first_have_24_bits_in_the_bytes_of_dithered_ones(
    protocol: str, which: int, pictures: list[Picture]
) -> None:
    host = FakeStageHost(protocol, rate=256e3)
    host.stage.show(pictures[which], 1)
    until_seen(host)
    shown, true = half_blocks(host, pictures[which])
    assert host.kinds["picture"] <= CELL_BYTES * len(true) / 2 * 1.1
    assert np.abs(shown - true).mean() < 3 and np.abs(shown - true).max() < 24
    assert which == 0 or (shown == shown[:, :1]).all()
    assert len(np.unique(shown[:, 0])) >= 32


def test_half_blocks_are_exact_at_rest(pictures: list[Picture]) -> None:
    for which in (0, 1):
        host = FakeStageHost("blocks", rate=256e3)
        host.stage.show(pictures[which], 1)
        host.run(20.0)
        assert np.array_equal(*half_blocks(host, pictures[which]))


def test_a_thin_line_does_not_lie_idle_while_half_blocks_become_exact(pictures: list[Picture]) -> None:
    host = LineHost(256e3, 0.15, (88, 36), "blocks")
    host.stage.show(pictures[0], 1)
    until_seen(host)
    before, began = host.sent, 0.0
    while host.sharpnesses[-1] != Sharpness.FINAL:
        host.run(0.02)
        began = began or (host.clock if host.sent > before else 0.0)
    assert np.array_equal(*half_blocks(host, pictures[0]))
    assert host.clock - began <= 1.1 * (host.sent - before) * 8 / 256e3 + 0.3


@pytest.mark.parametrize("protocol", ["blocks", "sixel"])
def test_a_terminal_of_256_colours_gets_no_others(protocol: str, pictures: list[Picture]) -> None:
    host = FakeStageHost(protocol, rate=256e3, exact=False)
    host.stage.caps = replace(host.stage.caps, truecolor=False)
    host.stage.show(pictures[0], 1)
    until_seen(host)
    listed = {indexed(number) for number in range(16, 256)}
    shown, _ = half_blocks(host, pictures[0])
    assert {tuple(pixel) for pixel in shown.tolist()} <= listed


def test_a_shape_over_half_blocks_that_came_first_leaves_the_rest(pictures: list[Picture]) -> None:
    host = FakeStageHost("blocks", rate=256e3, exact=False)
    host.stage.show(pictures[0], 1)
    host.run(5.0)
    before = np.asarray(host.model.picture())
    host.stage.draw((Frame(100, 100, 80, 60, "#ff0000"),))
    host.run(5.0)
    changed = (np.asarray(host.model.picture()) != before).any(axis=2)
    assert 0 < changed.mean() < 0.1
    host.stage.draw(())
    host.run(5.0)
    assert np.array_equal(np.asarray(host.model.picture()), before)


def test_what_is_drawn_leaves_what_is_exact_round_it(pictures: list[Picture]) -> None:
    host = FakeStageHost("iterm2", rate=50e6)
    host.stage.show(pictures[0], 1)
    host.run(10.0)
    host.stage.draw((Frame(100, 100, 80, 60, "#ff0000"),))
    host.run(5.0)
    host.stage.draw(())
    host.run(5.0)
    shown, true = compared(host, pictures[0])
    assert fidelity(shown, true).indistinguishable


def test_nothing_waits_for_rest_where_a_setting_says_so(pictures: list[Picture]) -> None:
    sent = {}
    for exact in (True, False):
        host = FakeStageHost("iterm2", rate=1e6)
        stage = host.stage
        stage._planner = replace(stage._planner, exact=exact)  # type: ignore[attr-defined]
        stage.show(pictures[0], 1)
        host.run(30.0)
        sent[exact] = host.sent
        # What a setting leaves out has a sign of its own.
        assert host.sharpnesses[-1] == (Sharpness.FINAL if exact else Sharpness.INEXACT)
    assert sent[False] < sent[True]


@pytest.mark.parametrize("protocol", ["kitty-cells", "iterm2", "sixel"])
@pytest.mark.parametrize("rate", [80e3, 500e3, 20e6])
def test_what_is_exact_stays_so_when_the_line_turns_out_to_be_another(
    protocol: str, rate: float, pictures: list[Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent again, and no sign says that something is to come."""
    host = FakeStageHost(protocol, rate=1e6)
    host.stage.show(pictures[0], 1)
    host.run(60.0)
    sent, told = host.sent, len(host.sharpnesses)
    assert host.sharpnesses[-1] == Sharpness.FINAL
    monkeypatch.setattr(Channel, "rate", rate)
    monkeypatch.setattr(Channel, "throughput", rate)
    host.stage.advance()
    host.run(60.0)
    assert host.sent == sent
    assert host.sharpnesses[told:] == []
