"""A page lies over the canvas: nothing of the canvas is written into its cells."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.display.test_leftovers import CANVAS, COVER, DRAWS, RATES, Sitting, ToolkitHost, grey
from tests.display.test_stages import ALL
from tui.display.jobs import Picture
from tui.imaging.encode import Rgb
from tui.imaging.viewport import CellBox

DARK = (28, 28, 28)
WHOLE = (0, 0, *CANVAS[2:])
ACTS = (
    *DRAWS,
    *("work",) * 6,
    *("answer", "answer", "wait 0.01", "wait 0.5", "run 0.02", "run 0.4", "run 1"),
    *("go 0", "go 1", "zoom 1", "zoom 2.5", "light", "resize 20", "resize 24"),
)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    folder = tmp_path_factory.mktemp("pictures")
    return [grey(folder / f"{n}.png", n) for n in range(2)]


class PageHost(ToolkitHost):
    """`page`: cells of the canvas on which a page lies from the start; its text is painted before anything else is."""

    def __init__(self, protocol: str, rate: float, page: CellBox, *, attached: bool) -> None:
        super().__init__(protocol, rate, attached=attached)
        self.cover = page
        self.lie_on(DARK)

    def lie_on(self, ground: Rgb | None) -> None:
        super().lie_on(ground)
        self.open_page()

    def open_page(self) -> None:
        """Its text is painted, over the canvas."""
        assert self.cover is not None
        x, y, columns, rows = self.cover
        for row in range(y, y + rows):
            self.write(f"\x1b[0m\x1b[{CANVAS[1] + row + 1};{CANVAS[0] + x + 1}H{'p' * columns}")
        self.stage.overwritten([(row, x, x + columns) for row in range(y, y + rows)])

    @property
    def page_text(self) -> set[str]:
        """The signs that stand in its cells."""
        assert self.cover is not None
        x, y, columns, rows = self.cover
        left, top = CANVAS[0] + x, CANVAS[1] + y
        lines = self.model.screen.cells[top : top + rows]
        return {cell.text for line in lines for cell in line[left : left + columns]}

    @property
    def pictured(self) -> bool:
        """Whether a picture that belongs to cells lies on the page's."""
        assert self.cover is not None
        x, y, columns, rows = self.cover
        left, top = 10 * (CANVAS[0] + x), 20 * (CANVAS[1] + y)
        layer = self.model.screen.pictures.layer.crop((left, top, left + 10 * columns, top + 20 * rows))
        return layer.getchannel("A").getbbox() is not None


@pytest.mark.parametrize("page", [WHOLE, COVER])
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("protocol", [*ALL, "konsole"])
@given(acts=st.lists(st.sampled_from(ACTS), min_size=4, max_size=16))
@settings(max_examples=4)
def test_nothing_is_written_into_the_cells_of_a_page(
    protocol: str, rate: str, page: CellBox, pictures: list[Picture], acts: list[str]
) -> None:
    """It was open before there was a picture, and stays."""
    attached = protocol == "konsole"
    host = PageHost("iterm2" if attached else protocol, RATES[rate], page, attached=attached)
    host.workers.held = True
    host.stage.show(pictures[0], 1)
    sitting = Sitting(host, pictures, pictures[0])
    for act in (*acts, "run 20"):
        match act.split():
            case ["light"]:
                host.lie_on((238, 238, 238))
            case ["resize", columns]:
                host.stage.resized(CANVAS[:2], (int(columns), CANVAS[3]))
            case _:
                host.workers.held = act != "run 20"
                sitting.do(act)
        assert host.page_text == {"p"}
        assert not host.pictured
