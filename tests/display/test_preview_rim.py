"""What is clear in a preview beside its picture has a colour between that picture's edge and the terminal's background;
pictures are kept for that background."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.display.stage_host import FakeStageHost
from tui.display.jobs import Picture
from tui.display.prepare import PrepareTerms, prepare
from tui.display.protocols import encoding_of
from tui.imaging.cache import DiskCache
from tui.imaging.develop import Developer
from tui.model.project import MAX_PIXELS, Project
from tui.model.task import Task


@pytest.mark.parametrize("protocol", ["kitty", "kitty-cells"])
@pytest.mark.parametrize(("background", "nearest"), [((250, 250, 250), 180), ((0, 0, 0), 60)])
@pytest.mark.parametrize("coloured", [True, False])
def test_clear_pixels_of_what_is_sent_are_no_rim(
    protocol: str, background: tuple[int, int, int], nearest: int, coloured: bool, tmp_path: Path
) -> None:
    path = tmp_path / "edge.png"
    values = np.linspace(60, 180, 300).astype(np.uint8)[:, None].repeat(211, axis=1)
    pixels = np.stack([values, values, np.roll(values, 40 * coloured, axis=0)], axis=-1)
    Image.fromarray(pixels).save(path)
    host = FakeStageHost(protocol, rate=2e5, exact=False, background=background)
    host.stage.show(Picture(path, 10**8), 1)
    host.run(60.0)
    found = [np.asarray(image) for image in host.model.kitty.stored.values()]
    clear = [image[image[..., 3] == 0] for image in found]
    assert sum(map(len, clear)) > 0
    for colours in clear:
        assert (np.abs(colours[:, :3].astype(int) - nearest) <= 12).all()


@pytest.mark.parametrize("protocol", ["kitty", "kitty-cells", "blocks", "sixel", "iterm2"])
def test_what_was_prepared_for_a_background_is_found_there(
    protocol: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.radial_gradient("L").convert("RGB").save(tmp_path / "1.png")
    task = Task(1, "1.png")
    encoding, background, cache = encoding_of(protocol), (250, 240, 230), DiskCache(tmp_path / "cache")
    terms = PrepareTerms(encoding, (400, 400), (10.0, 20.0), exact=False, ground=background)
    (done,) = prepare(Project(tmp_path), [task], terms, cache)
    assert done.made and not done.reason
    monkeypatch.delattr(Developer, "_develop")
    host = FakeStageHost(protocol, rate=2e5, exact=False, background=background, cache=cache)
    host.stage.show(Picture(tmp_path / "1.png", MAX_PIXELS), 1)
    host.run(60.0)
    assert host.said == [("seen", 1)] and not host.reasons
