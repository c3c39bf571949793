"""The view panel, and what it leaves: kept from picture to picture, signed, recorded; the zoom that stays, the small map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import Seat, Sit
from tests.app.test_review import labelled
from tui import keymap
from tui.cli.report import step_object
from tui.imaging.viewport import Viewport
from tui.model import rle
from tui.model.scene import Area, Frame, Layers
from tui.model.shapes import Box, Mask, json_of
from tui.model.task import Event, Imported
from tui.model.view_settings import NEUTRAL, Adjustment, ViewSettings
from tui.screens.view_layer import OVERLAY_ROWS, PREDICTION_ROW, VIEW_ROWS, ViewLayer, view_rows
from tui.store import open_queue
from tui.store.trail import steps
from tui.widgets.rows import CHOSEN

Fill = Callable[..., Path]
SHAPES = 'kind = "shapes"\n[[labels]]\nname = "cat"\n[[labels]]\nname = "dog"\n'


def adjustments(seat: Seat) -> list[Adjustment]:
    """What the canvas was told, in order."""
    return [call[1] for call in seat.canvas.calls if call[0] == "adjust"]


def contexts(folder: Path) -> list[Mapping[str, Any]]:
    """Of all decisions, in the order of the log."""
    queue = open_queue(folder, readonly=True)
    try:
        events = [e for task in queue.export() for e in queue.history(task.id) if e.op != "add"]
        return [event.context for event in sorted(events, key=lambda event: event.seq)]
    finally:
        queue.close()


async def test_arrows_choose_and_change_and_it_is_said_which_key_does_what(fill: Fill, sit: Sit) -> None:
    for size in ((80, 24), (120, 40)):
        async with sit(fill(), "ann", size=size) as seat:
            await seat.key("V")
            for words in (
                "Brightness",
                "Auto-stretch",
                "Channel",
                "Predictions",
                "change",
                "all back",
                "closes",
            ):
                assert words in seat.text, size
            assert seat.text.count("1.jpg") == 1, "the canvas is not covered"
            assert "skip" not in seat.text and "quit" not in seat.text, "no key is told that does not count"
            await seat.key("right", "shift+right", "down", "left")
            assert adjustments(seat)[-1] == Adjustment(brightness=25, contrast=-5)
            assert "+25" in seat.text and "-5" in seat.text
            await seat.key("1", "n", "space", "up")
            assert seat.front == "1.jpg", "while it is open no key decides"
            await seat.key("up", "up", "right", "enter")
            assert "Brightness" not in seat.text and not seat.app.work.key_layers
            assert seat.state.sitting.view.adjustment == Adjustment(brightness=25, channel="red")


async def test_one_key_resets_a_row_and_another_all(fill: Fill, sit: Sit) -> None:
    async with sit(fill(), "ann") as seat:
        await seat.key("V", "right", "down", "down", "right", "r")
        assert adjustments(seat)[-1] == Adjustment(brightness=5)
        await seat.key("right", "R")
        assert adjustments(seat)[-1] == NEUTRAL
        told = len(adjustments(seat))
        await seat.key("R", "r", "V")
        assert len(adjustments(seat)) == told, "what changes nothing is not told"
        assert not seat.app.work.key_layers and "view:" not in seat.text


@pytest.mark.parametrize("row", [*VIEW_ROWS, *OVERLAY_ROWS, PREDICTION_ROW], ids=lambda row: row.name)
def test_every_row_goes_to_its_ends_and_back(row: Any) -> None:
    found = [ViewSettings()]
    layer = ViewLayer(lambda: found[-1], found.append, (), view_rows(draws=True, sheet=False))
    places = [*VIEW_ROWS, *OVERLAY_ROWS, PREDICTION_ROW].index(row)
    for key in ["down"] * places + ["shift+right"] * 60 + ["left"] * 250 + ["right"] * 2:
        assert layer.key(key, None) == "stay"
    values = {row.value(view) for view in found}
    assert len(values) >= 2 and all(row.words(value) for value in values)
    assert layer.key("r", "r") == "stay" and row.value(found[-1]) == row.value(ViewSettings())


async def test_settings_are_kept_signed_and_recorded_until_they_are_reset(fill: Fill, sit: Sit) -> None:
    folder = fill()
    async with sit(folder, "ann") as seat:
        await seat.press("1")
        await seat.key("V", "down", "down", *["right"] * 4, "escape")
        assert "view: γ1.4" in seat.text
        await seat.press("2", "f", "space")
        assert "view: γ1.4" in seat.text
        await seat.key("V", "R", "V")
        assert "view:" not in seat.text
        await seat.press("1")
    found = contexts(folder)
    assert [context.get("view") for context in found] == [
        None,
        {"gamma": 140},
        {"gamma": 140},
        {"gamma": 140},
        None,
    ]
    assert "view" not in found[0]


async def test_a_reviewer_s_settings_are_recorded_with_the_verdict_and_kept_over_contact_sheets(
    fill: Fill, sit: Sit
) -> None:
    folder = labelled(fill())
    async with sit(folder, "rev", work="review") as seat:
        await seat.key("V", "up", "left", "down", "down", "down", "right", "escape")
        assert "view: predictions hidden γ1.1" in seat.text
        await seat.press("a")
        await seat.press("v")
        await seat.until(lambda: bool(seat.app.work.setup.launch.sheet) and bool(seat.sheet.cards))
        assert seat.sheet.sitting.view == ViewSettings(Adjustment(gamma=110))
        assert "view: γ1.1" in seat.text and "predictions hidden" not in seat.text
        await seat.key("v")
        await seat.until(lambda: not seat.app.work.setup.launch.sheet)
        await seat.settle()
        assert "view: predictions hidden γ1.1" in seat.text
    assert contexts(folder)[-1]["view"] == {"gamma": 110, "predictions": False}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_over_a_contact_sheet_the_panel_is_a_row_and_its_settings_stay(
    fill: Fill, sit: Sit, size: tuple[int, int]
) -> None:
    folder = labelled(fill())
    async with sit(folder, "rev", work="review", sheet=True, size=size) as seat:
        await seat.until(lambda: "This pass" in seat.text)
        await seat.settle()
        room, cards = seat.app.work.room(), seat.cards
        assert cards
        await seat.key("V")
        for words in ("▸ Brightness +0", "↑↓ row", "←→ change", "R all back", "⏎ closes"):
            assert words in seat.text
        await seat.key("right", "down", "down", "shift+right", "R", "right", "space", "x", "b")
        assert "▸ Gamma 1.1" not in seat.text and "▸ Gamma 1.2" in seat.text
        assert adjustments(seat)[:3] == [Adjustment(brightness=5), Adjustment(5, gamma=150), NEUTRAL]
        await seat.key("up", "up", "up")
        assert "▸ Channel all" in seat.text, "what lies over pictures is no matter of a sheet"
        await seat.key("enter")
        assert not seat.app.work.key_layers and "▸" not in seat.text
        assert (seat.app.work.room(), seat.cards, seat.sheet.marked) == (room, cards, 0)
        assert seat.sheet.sitting.view == ViewSettings(Adjustment(gamma=120))
        await seat.press("R")
        await seat.press("v")
        await seat.until(lambda: not seat.app.work.setup.launch.sheet)
        await seat.settle()
        assert seat.state.sitting.view == ViewSettings(Adjustment(gamma=120))
    assert {context["view"]["gamma"] for context in contexts(folder) if "view" in context} == {120}
    assert sum("view" in context for context in contexts(folder)) == len(cards)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_panel_has_a_page_of_its_keys(fill: Fill, sit: Sit, size: tuple[int, int]) -> None:
    async with sit(fill(), "ann", size=size) as seat:
        await seat.key("V", "right")
        assert "?  help" in seat.text.splitlines()[-1]
        await seat.key("?")
        await seat.until(lambda: "esc closes" in seat.text)
        page = seat.text
        if size == (80, 24):
            await seat.key("end")
            page += seat.text
        assert "Reset all" in page and "pictures as they are" in page.lower()
        assert "Auto-stretch" in page and "clipped at either end" in page
        assert "Take back your last decision" not in page, "only keys that count"
        await seat.key("?")
        await seat.until(lambda: "Reset all" not in seat.text and "Brightness" in seat.text)
        await seat.key("right")
        assert adjustments(seat)[-1] == Adjustment(brightness=10), "the panel goes on where it was"
        await seat.key("f1")
        await seat.until(lambda: "esc closes" in seat.text)
        await seat.key("escape", "escape")
        assert not seat.app.work.key_layers


def test_the_trail_tells_how_a_picture_was_looked_at() -> None:
    def told(context: Mapping[str, Any]) -> dict[str, Any]:
        event = Event(1, 0.0, "ann", "ann", "h", "label", 1, 1, {"labels": ["cat"]}, {}, context)
        return step_object(steps([event])[0])

    assert told({"view": {"gamma": 140}})["view"] == {"gamma": 140}
    assert "view" not in told({"rank": 1})


PREDICTED = [{"label": "dog", "score": 0.9}]


def predicted(folder: Path, *predictions: Any) -> Path:
    queue = open_queue(folder)
    tasks = list(queue.export())
    queue.import_annotations(
        [Imported(t.id, t.rev, {"predictions": list(predictions)}) for t in tasks], who="m"
    )
    queue.close()
    return folder


async def test_hidden_predictions_are_not_told_and_not_taken_by_enter(fill: Fill, sit: Sit) -> None:
    async with sit(predicted(fill(), *PREDICTED), "ann") as seat:
        assert "the model: dog 90 %" in seat.text
        await seat.key("V", "up", "left", "escape")
        assert "the model:" not in seat.text and "view: predictions hidden" in seat.text
        await seat.press("enter")
        assert seat.front == "1.jpg" and "Choose a label" in seat.said
        await seat.key("V", "R", "V")
        await seat.press("enter")
        assert seat.front == "2.jpg"


def drawn(folder: Path, *shapes: Any) -> Path:
    """Predictions and shapes of every picture."""
    queue = open_queue(folder)
    members = {"shapes": [dict(json_of(shape)) for shape in shapes], "predictions": [
        {**json_of(Box(30, 20, 10, 8, id=9, label="dog")), "score": 0.8}
    ]}  # fmt: skip
    tasks = list(queue.export())
    queue.import_annotations([Imported(t.id, t.rev, members) for t in tasks], who="m")
    queue.close()
    return folder


async def test_shapes_and_predictions_are_hidden_but_what_is_selected_is_shown(fill: Fill, sit: Sit) -> None:
    boxes = (Box(5, 5, 10, 10, id=1, label="cat"), Box(20, 5, 10, 10, id=2, label="dog"))
    async with sit(drawn(fill(SHAPES), *boxes), "ann") as seat:

        def frames() -> list[tuple[float, bool]]:
            return [(mark.x, mark.dashed) for mark in seat.canvas.scene if isinstance(mark, Frame)]

        assert sorted(frames()) == [(5, False), (20, False), (30, True)]
        assert seat.app.work.desk.state.editor.on_suggestion
        await seat.key("V", "up", "right", "escape")
        assert sorted(frames()) == [(5, False), (20, False)]
        await seat.key("A")
        assert "Predictions are hidden" in seat.text
        await seat.key("V", "up", "up", "right", "escape")
        assert frames() == []
        await seat.key("n")
        await seat.settle()
        assert frames() == [], "nothing of the next picture either"
        assert "view: shapes hidden predictions hidden" in seat.text
        await seat.key("tab")
        assert len(frames()) == 1
        await seat.key("b")
        await seat.key("enter", "enter")
        assert seat.app.work.desk.state.editor.shape.label
        assert len(frames()) == 1, "the shape under way"


async def test_masks_have_the_opacity_that_is_set(fill: Fill, sit: Sit) -> None:
    mask = Mask((40, 60), rle.pack([0, 600, 1800]), id=1, label="cat")
    async with sit(drawn(fill(SHAPES), mask), "ann") as seat:

        def fills() -> list[float]:
            return [mark.fill for mark in seat.canvas.scene if isinstance(mark, Area | Layers)]

        assert fills() == [0.45]
        await seat.key("V", "up", "up", "up", "shift+left", "escape")
        assert fills() == [0.25] and "view: masks 25%" in seat.text


async def test_the_zoom_can_stay_while_annotating_too(fill: Fill, sit: Sit) -> None:
    async with sit(fill(), "ann") as seat:
        await seat.key("Z")
        assert "The zoom stays" in seat.said and seat.state.keep_zoom
        await seat.key("Z")
        assert not seat.state.keep_zoom


@pytest.mark.parametrize("name", keymap.names())
def test_the_keys_stand_in_every_keymap(name: str) -> None:
    keys = keymap.load(name)
    assert keys.of("work.view") == ("V",)
    assert keys.of("annotate.keep-zoom") and keys.of("review.keep-zoom")


async def test_a_label_that_had_the_key_before_keeps_it(fill: Fill, sit: Sit) -> None:
    for text in ("", 'kind = "shapes"\n'):
        folder = fill(f'{text}[[labels]]\nname = "cat"\nkey = "V"\n[[labels]]\nname = "dog"\nkey = "Z"\n')
        async with sit(folder, "ann") as seat:
            await seat.key("V")
            assert not seat.app.work.key_layers
            lines = {line.id: line.keys for line in seat.app.work.table.lines()}
            assert lines["work.view"] == lines["annotate.keep-zoom"] == ()


def test_a_keymap_that_had_the_key_before_keeps_it(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[work]\nflag = "V"\n[shapes]\nhide = "Z,h"\n')
    keys = keymap.load(str(own))
    assert keys.of("work.flag") == ("V",) and keys.of("work.view") == () == keys.of("annotate.keep-zoom")
    own.write_text('[work]\nflag = "V"\nview = "V"\n')
    with pytest.raises(keymap.KeymapError, match="V is already"):
        keymap.load(str(own))


async def test_a_small_map_says_where_in_the_picture_one_looks(fill: Fill, sit: Sit) -> None:
    async with sit(fill(), "ann") as seat:
        assert "█" not in seat.text
        view = Viewport.fit((60, 40), (880, 700), (10, 20)).zoomed(4.0)
        seat.canvas.viewport = view
        seat.app.work.redraw()
        await seat.processed()
        rows = [line[-20:] for line in seat.text.splitlines() if "··" in line[-20:]]
        assert len(rows) == 5 and sum(row.count("█") for row in rows) == 21
        seat.canvas.viewport = view.panned(-2, -2)
        seat.app.work.redraw()
        await seat.processed()
        first = next(line for line in seat.text.splitlines() if "█" in line)
        assert first.rstrip().endswith("·") and "█" not in first.split("·")[-1]
        seat.canvas.viewport = Viewport.fit((60, 40), (880, 700), (10, 20))
        seat.app.work.redraw()
        await seat.processed()
        assert "█" not in seat.text


def test_the_chosen_row_is_marked_whole() -> None:
    layer = ViewLayer(ViewSettings, lambda _: None, (), view_rows(draws=False, sheet=False))
    for width in (20, 24, 30):
        marked = [pieces for pieces in layer.side(width, 30) if any(role == CHOSEN for _, role in pieces)]
        assert len(marked) == 1
        text = "".join(words for words, role in marked[0] if role == CHOSEN)
        assert text.startswith("Brightness") and "+0" in text and len(text) == width - 2
