"""Whole drawings on the screen, by keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import Sit
from tui.imaging.memory import NotEnoughMemory
from tui.screens import pictures as pictures_module
from tui.sitting import aiming
from tui.store import open_queue
from tui.widgets.canvas import Canvas, MouseAction

Fill = Callable[..., Path]
SHAPES = (
    'kind = "shapes"\n[[labels]]\nname = "car"\nattributes = [{name = "plate", type = "text", required = true}]\n'
    '[[labels]]\nname = "person"\n'
)


def shapes_of(folder: Path) -> list[tuple[str, list[dict[str, Any]]]]:
    queue = open_queue(folder, readonly=True)
    try:
        return [(str(t.state), [dict(s) for s in t.annotation.shapes]) for t in queue.export()]
    finally:
        queue.close()


async def test_a_box_is_drawn_labelled_and_submitted(fill: Fill, sit: Sit) -> None:
    folder = fill(SHAPES)
    async with sit(folder) as seat:
        await seat.press("b", "enter", "enter", "2")
        assert "1 shape" in seat.text and "person" in seat.text
        await seat.press("enter")
        assert seat.front == "2.jpg"
        await seat.press("enter", "enter")
        assert seat.front == "3.jpg"
    state, shapes = shapes_of(folder)[0]
    assert state == "labelled"
    assert [(s["label"], s["x"], s["y"], s["width"], s["height"]) for s in shapes] == [
        ("person", 30, 20, 15, 10)
    ]
    assert shapes_of(folder)[1] == ("labelled", [])


async def test_keys_of_the_walk_are_letters_while_one_draws(fill: Fill, sit: Sit) -> None:
    async with sit(fill(SHAPES)) as seat:
        await seat.press("b", "q", "n", "a", "p")
        assert seat.front == "1.jpg"
        await seat.press("question_mark")
        assert "Drawing" in seat.text or "Keys" in seat.text
        await seat.press("escape", "escape")
        await seat.press("n")
        assert seat.front == "2.jpg"


async def test_undo_takes_back_edits_first_then_decisions(fill: Fill, sit: Sit) -> None:
    folder = fill(SHAPES)
    async with sit(folder) as seat:
        await seat.press("b", "enter", "enter", "2", "enter")
        await seat.press("b", "enter", "enter", "u")
        assert seat.front == "2.jpg" and "0 shapes" in seat.text
        await seat.press("u")
        assert seat.front == "1.jpg" and "1 shape" in seat.text
    assert shapes_of(folder)[0][0] == "todo"


async def test_required_attributes_are_asked_for(fill: Fill, sit: Sit) -> None:
    folder = fill(SHAPES)
    async with sit(folder) as seat:
        await seat.press("b", "enter", "enter", "enter")
        assert seat.front == "1.jpg" and "needs plate" in seat.text
        await seat.press("a")
        await seat.type("B X")
        await seat.press("enter", "enter")
        assert seat.front == "2.jpg"
    assert shapes_of(folder)[0][1][0]["attributes"] == {"plate": "B X"}


async def test_edits_that_were_left_are_there_after_a_restart(fill: Fill, sit: Sit) -> None:
    folder = fill(SHAPES)
    async with sit(folder) as seat:
        await seat.press("b", "enter", "enter", "2", "right")
        await seat.press("q")
    async with sit(folder) as seat:
        assert seat.front == "1.jpg"
        assert "1 shape" in seat.text
        await seat.press("enter")
    assert shapes_of(folder)[0][1][0]["x"] == 31


async def test_nothing_is_drawn_on_a_picture_that_was_not_seen(
    fill: Fill, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aiming, "AIM_SECONDS", 0.0)  # Else all keys here are those of one aim.
    async with sit(fill(SHAPES), at_once=False) as seat:
        await seat.press("b", "enter", "enter", "enter")
        assert seat.front == "1.jpg" and "Not yet" in seat.text
        seat.canvas.see()
        await seat.until(lambda: seat.state.sitting.seen)
        await seat.press("tab")
        assert "There is no shape to select" in seat.text


async def test_t_reads_the_picture_and_the_mouse_draws(fill: Fill, sit: Sit) -> None:
    async with sit(fill(SHAPES)) as seat:
        await seat.press("b")
        moves: tuple[tuple[MouseAction, int], ...] = (("down", 5), ("drag", 20), ("up", 20))
        for action, at in moves:
            seat.canvas.post_message(Canvas.Pointer(action, at, at, button=1))
        await seat.until(lambda: "1 shape" in seat.text)
        await seat.press("t")
        await seat.until(lambda: "lies on edges already" in seat.text)


async def test_a_tool_that_finds_no_memory_says_so(
    fill: Fill, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: object, **__: object) -> None:
        raise NotEnoughMemory("24 megapixels take 146 MB of memory, and 50 MB are free")

    monkeypatch.setattr(pictures_module, "load", load)
    async with sit(fill(SHAPES)) as seat:
        await seat.press("b", "enter", "enter", "t")
        await seat.until(lambda: "24 megapixels take 146 MB" in seat.text)
        await seat.press("n")
        assert seat.front == "2.jpg"


async def test_the_palette_draws_too(fill: Fill, sit: Sit) -> None:
    async with sit(fill(SHAPES)) as seat:
        await seat.press("ctrl+p")
        await seat.type("box")
        await seat.press("enter", "enter", "enter")
        assert "1 shape" in seat.text


async def test_predictions_are_suggested(fill: Fill, sit: Sit, pictures: Path, tmp_path: Path) -> None:
    folder = fill(SHAPES)
    line = {"image": "9.jpg", "predictions": [
        {"kind": "box", "label": "person", "x": 5, "y": 5, "width": 20, "height": 20, "score": 0.8}
    ]}  # fmt: skip
    (pictures / "9.jpg").write_bytes((pictures / "1.jpg").read_bytes())
    manifest = pictures / "more.jsonl"
    manifest.write_text(json.dumps(line) + "\n", encoding="utf-8")
    from tui.config import load_project
    from tui.manifest import new_tasks

    project = load_project(folder)
    queue = open_queue(project)
    queue.add(new_tasks(project, [manifest]), who="lead")
    queue.close()
    async with sit(folder, enter_confirms_nothing="at once") as seat:
        await seat.press("enter", "enter", "enter", "enter", "enter")
        assert seat.front == "9.jpg"
        assert "1 suggested" in seat.text
        await seat.press("enter", "w", "enter")
    shape = shapes_of(folder)[5][1][0]
    assert shape["x"] == 5 and shape["suggested"]["score"] == 0.8


async def test_a_reviewer_looks_at_each_shape_fixes_in_place_and_accepts(fill: Fill, sit: Sit) -> None:
    folder = fill(SHAPES)
    async with sit(folder) as seat:
        await seat.press("b", "enter", "enter", "2", "enter", "b", "7", "enter", "enter", "2", "enter")
    async with sit(folder, "rev", work="review") as seat:
        assert "1 shape" in seat.text and "person" in seat.text
        await seat.press("tab")
        assert ("zoom", 30, 20, 15, 10) in seat.canvas.calls
        await seat.press("left", "d")
        assert seat.front == "1.jpg"
        await seat.press("e", "tab", "left", "enter")
        assert seat.front == "2.jpg"
        await seat.press("e", "tab", "d", "escape", "escape")
        assert "1 shape" in seat.text
        await seat.press("a")
    queue = open_queue(folder, readonly=True)
    first, second, *_ = queue.export()
    queue.close()
    assert (str(first.state), first.fixed, first.annotation.shapes[0]["x"]) == ("accepted", True, 29)
    assert (str(second.state), second.fixed, len(second.annotation.shapes)) == ("accepted", False, 1)


async def test_a_reviewer_names_the_shapes_that_are_wrong_and_they_are_marked_when_they_come_back(
    fill: Fill, sit: Sit
) -> None:
    folder = fill(SHAPES + '[review]\nown_work = "name"\n')
    async with sit(folder) as seat:
        await seat.press("b", "enter", "enter", "2", "b", "7", "enter", "enter", "2", "enter")
    async with sit(folder, "rev", work="review") as seat:
        await seat.press("tab", "x", "2")
        assert "marked wrong" in seat.text and "wrong: not tight" in seat.text
        await seat.press("a")
        assert seat.front == "1.jpg" and "R sends the picture back" in seat.text
        await seat.press("tab", "x", "enter", "x")
        assert "right after all" in seat.text
        await seat.press("R")
    queue = open_queue(folder, readonly=True)
    first = next(iter(queue.export()))
    event = queue.history(first.id)[-1]
    queue.close()
    named = next(iter(first.wrong))
    assert (str(first.state), first.reason, dict(first.wrong)) == (
        "rejected",
        "not tight",
        {named: "not tight"},
    )
    assert first.comment == f"shape {named} (person): not tight"
    assert event.context["shapes"] == {named: "not tight"}
    async with sit(folder) as seat:
        assert seat.front == "1.jpg"
        assert "Came back" in seat.text and "wrong: not tight" in seat.text and "2 shapes" in seat.text
        await seat.press("right", "enter")
    queue = open_queue(folder, readonly=True)
    first = next(iter(queue.export()))
    queue.close()
    assert (str(first.state), dict(first.wrong), first.comment) == ("labelled", {}, None)
