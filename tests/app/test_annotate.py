"""Whole walks of an annotator, by keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.app.conftest import Sit
from tui.store import open_queue

Fill = Callable[..., Path]
TAGS = 'kind = "tags"\n[[labels]]\nname = "cat"\n[[labels]]\nname = "dog"\n'


def labels_of(folder: Path) -> list[tuple[str, list[str]]]:
    queue = open_queue(folder, readonly=True)
    try:
        return [(str(task.state), list(task.annotation.labels)) for task in queue.export()]
    finally:
        queue.close()


async def test_one_key_one_picture(fill: Fill, sit: Sit) -> None:
    folder = fill()
    async with sit(folder) as seat:
        assert seat.front == "1.jpg"
        assert "0 of 5 done" in seat.text
        await seat.press("1", "2", "1")
        assert seat.front == "4.jpg"
        assert "3 of 5 done" in seat.text
    found = labels_of(folder)
    assert found[:3] == [("labelled", ["cat"]), ("labelled", ["dog"]), ("labelled", ["cat"])]
    assert found[3:] == [("todo", [])] * 2


async def test_a_label_before_the_picture_was_seen_is_dropped_with_a_hint(fill: Fill, sit: Sit) -> None:
    folder = fill()
    async with sit(folder, at_once=False) as seat:
        await seat.press("1")
        assert (seat.front, seat.state.sitting.pending) == ("1.jpg", ())
        assert "Not yet: the picture was not shown" in seat.text
        seat.canvas.see()
        await seat.until(lambda: seat.state.sitting.seen)
        await seat.press("1")
        assert seat.front == "2.jpg"
    assert [labels for _, labels in labels_of(folder) if labels] == [["cat"]]


async def test_a_held_key_is_one_decision(fill: Fill, sit: Sit) -> None:
    folder = fill()
    async with sit(folder, key_repeat_ms=60_000) as seat:
        await seat.press("1", "1", "1", "1")
        assert seat.front == "2.jpg"
        await seat.press("2")
        assert seat.front == "3.jpg"


async def test_undo_goes_on_after_a_restart_and_redo_comes_back(fill: Fill, sit: Sit) -> None:
    folder = fill()
    async with sit(folder) as seat:
        await seat.press("1", "2")
    async with sit(folder) as seat:
        assert seat.front == "3.jpg"
        await seat.press("backspace")
        assert seat.front == "2.jpg"
        await seat.press("u")
        assert seat.front == "1.jpg"
        assert "0 of 5 done" in seat.text
        await seat.press("U")
        assert "1 of 5 done" in seat.text
    assert [labels for _, labels in labels_of(folder)][:2] == [["cat"], []]


async def test_no_label_goes_to_the_picture_in_front_while_an_undo_is_under_way(fill: Fill, sit: Sit) -> None:
    folder = fill()
    async with sit(folder) as seat:
        await seat.press("1")
        await seat.key("backspace", "2")
        await seat.settle()
        assert seat.front in ("1.jpg", "2.jpg")
    found = [labels for _, labels in labels_of(folder)]
    assert found[1] == []


async def test_tags_toggle_and_are_confirmed_also_none(fill: Fill, sit: Sit) -> None:
    folder = fill(TAGS)
    async with sit(folder) as seat:
        await seat.press("2", "1")
        assert seat.text.count("✓") == 2
        await seat.press("enter", "enter")
        assert seat.front == "2.jpg" and "Nothing on it? enter again." in seat.text
        await seat.press("enter")
        assert seat.front == "3.jpg"
    assert labels_of(folder)[:2] == [("labelled", ["cat", "dog"]), ("labelled", [])]


async def test_tags_half_done_are_a_draft_for_the_next_sitting(fill: Fill, sit: Sit) -> None:
    folder = fill(TAGS)
    async with sit(folder) as seat:
        await seat.press("n", "2", "q")
    async with sit(folder) as seat:
        assert seat.front == "2.jpg"
        await seat.press("enter")
    assert labels_of(folder)[1] == ("labelled", ["dog"])


MANY = "".join(f'[[labels]]\nname = "kind {n}"\n' for n in range(1, 16)) + (
    '[[labels]]\nname = "猫, \\"big\\" 🐈"\nkey = "k"\n[[labels]]\nname = "كلب"\nkey = "ك"\n'
)


async def test_more_than_ten_labels_by_own_keys_and_by_the_filter(fill: Fill, sit: Sit) -> None:
    folder = fill(MANY)
    async with sit(folder) as seat:
        assert "猫" in seat.text
        await seat.press("0")
        await seat.press("k", "ك")
        await seat.press("slash")
        await seat.type("kind 14")
        assert "kind 14" in seat.text and "kind 13" not in seat.text
        await seat.press("enter")
        await seat.press("slash", "x", "x", "escape")
        assert seat.front == "5.jpg"
    found = [labels for _, labels in labels_of(folder)]
    assert found == [["kind 10"], ['猫, "big" 🐈'], ["كلب"], ["kind 14"], []]


async def test_an_earlier_picture_is_revised_and_the_walk_goes_one_forward(fill: Fill, sit: Sit) -> None:
    folder = fill()
    async with sit(folder) as seat:
        await seat.press("1", "1", "p", "p")
        assert seat.front == "1.jpg"
        assert "#1, 2 back" in seat.text
        await seat.press("2")
        assert seat.front == "2.jpg"
    assert [labels for _, labels in labels_of(folder)][:2] == [["dog"], ["cat"]]


async def test_back_beyond_the_sitting_comes_earlier_work_once_each(fill: Fill, sit: Sit) -> None:
    folder = fill()
    async with sit(folder) as seat:
        await seat.press("1", "1")
    async with sit(folder) as seat:
        seen = [seat.front]
        for _ in range(3):
            await seat.press("p")
            await seat.until(lambda: not seat.state.looking_back)
            seen.append(seat.front)
        assert seen == ["3.jpg", "2.jpg", "1.jpg", "1.jpg"]
        assert "Nothing of yours comes before this." in seat.text
        await seat.press("2", "n")
        assert seat.front == "3.jpg"
        await seat.press("p", "p", "p")
        assert seat.front == "1.jpg"


async def test_skip_flag_next_undone_and_the_closing_page(fill: Fill, sit: Sit) -> None:
    folder = fill()
    async with sit(folder) as seat:
        await seat.press("f")
        assert "⚑ hard" in seat.text
        await seat.press("space", "n", "1", "1", "1")
        assert seat.front is None
        assert "Nothing more for you now." in seat.text
        assert "3 labelled in this sitting, 1 skipped." in seat.text
        assert "1 left without a decision: N goes there." in seat.text
        await seat.press("1")
        assert seat.front is None
        await seat.press("N")
        assert seat.front == "2.jpg"
        await seat.press("2")
        await seat.press("p", "p")
        assert seat.front is not None
    states = [state for state, _ in labels_of(folder)]
    assert states == ["skipped", "labelled", "labelled", "labelled", "labelled"]


async def test_a_picture_that_cannot_be_decoded_shows_a_card_and_takes_no_label(fill: Fill, sit: Sit) -> None:
    folder = fill()
    async with sit(folder, broken=("1.jpg",)) as seat:
        await seat.until(lambda: "This picture cannot be read" in seat.text)
        assert "cut off after 10 bytes" in seat.text
        await seat.press("1")
        assert seat.front == "1.jpg"
        assert "UNREADABLE · space goes on" in seat.text and "Nothing counts here" in seat.said
        await seat.press("space", "1")
        assert seat.front == "3.jpg"
    assert [state for state, _ in labels_of(folder)][:2] == ["unreadable", "labelled"]


async def test_help_guidelines_and_palette_take_all_keys_until_they_close(fill: Fill, sit: Sit) -> None:
    folder = fill()
    (folder / "guidelines.md").write_text("# What a cat is\n\nA *small* tiger.\x1b[31m", encoding="utf-8")
    async with sit(folder) as seat:
        await seat.press("question_mark", "1")
        assert "All keys and what they do" in seat.text
        await seat.press("escape", "i")
        assert "What a cat is" in seat.text and "␛[31m" in seat.text
        await seat.press("i", "ctrl+p")
        await seat.type("flag")
        await seat.press("enter")
        assert "⚑ hard" in seat.text
        assert seat.front == "1.jpg"


async def test_zoom_and_pan_are_the_canvas_s(fill: Fill, sit: Sit) -> None:
    async with sit(fill()) as seat:
        seat.canvas.calls.clear()
        await seat.press("plus", "minus", "equals_sign", "ctrl+left", "J")
        assert [call[0] for call in seat.canvas.calls] == ["zoom", "zoom", "fit", "pan", "pan"]
        assert seat.front == "1.jpg"


async def test_a_terminal_too_small_says_so_and_waits(fill: Fill, sit: Sit) -> None:
    folder = fill()
    async with sit(folder, size=(20, 5)) as seat:
        assert "Too small: 20x5." in seat.text
        assert seat.canvas.picture is None
        await seat.press("1")
        assert seat.front == "1.jpg"
        await seat.pilot.resize_terminal(80, 24)
        await seat.until(lambda: seat.state.sitting.seen)
        assert "Too small" not in seat.text
        await seat.press("1")
        assert seat.front == "2.jpg"
        await seat.pilot.resize_terminal(30, 8)
        await seat.until(lambda: seat.state.sitting.covered)
        assert not seat.state.sitting.seen and "Too small: 30x8." in seat.text.replace("\n", " ")
        await seat.press("q")
        assert seat.state.sitting.over
    assert [labels for _, labels in labels_of(folder)][:2] == [["cat"], []]


async def test_leaving_gives_back_what_was_not_reached(fill: Fill, sit: Sit) -> None:
    folder = fill()
    async with sit(folder) as seat:
        await seat.press("1", "q")
        assert seat.state.sitting.over
        assert seat.canvas.calls[-1] == ("close",)
    async with sit(folder, "bob") as seat:
        assert seat.front == "2.jpg"


async def test_the_trace_tells_shown_decided_durable_refused(fill: Fill, sit: Sit, tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    async with sit(fill(), key_repeat_ms=60_000, trace=trace) as seat:
        await seat.press("1", "1")
    lines = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    events = [line["event"] for line in lines]
    assert events[:2] == ["shown", "decided"]
    assert sorted(events[2:]) == ["durable", "refused", "shown"]
    assert [line["t"] for line in lines] == sorted(line["t"] for line in lines)
    decided = next(line for line in lines if line["event"] == "decided")
    durable = next(line for line in lines if line["event"] == "durable")
    assert (decided["task"], decided["labels"], decided["request"]) == (1, ["cat"], durable["request"])


async def test_names_from_outside_are_shown_never_sent(fill: Fill, sit: Sit, pictures: Path) -> None:
    for n in range(1, 6):
        (pictures / f"{n}.jpg").rename(pictures / f"{n}\x1b]0;x\x07\u202e\udcff.jpg")
    async with sit(fill(), "ann\x1b[2J") as seat:
        assert "1␛]0;x␇⟦RLO⟧\\xff.jpg" in seat.text
        assert "ann␛[2J" in seat.text
        assert "\x1b" not in seat.text and "\u202e" not in seat.text


async def test_a_project_without_labels_or_without_pictures_says_so(
    fill: Fill, sit: Sit, tmp_path: Path
) -> None:
    async with sit(fill("labels = []\n")) as seat:
        assert "No labels yet: add [[labels]]" in seat.text
        await seat.press("1")
        assert seat.front == "1.jpg"
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "termlabel.toml").write_text("format = 1\n", encoding="utf-8")
    async with sit(bare) as seat:
        assert "No pictures yet: 'termlabel add' brings some." in seat.text


async def test_unknown_keys_say_so_and_lone_modifiers_change_nothing(fill: Fill, sit: Sit) -> None:
    async with sit(fill()) as seat:
        await seat.press("f")
        before = seat.text
        await seat.press("left_shift")
        assert seat.text == before
        for key, told in (
            ("f9", "f9: no key here; ? shows"),
            ("т", "т: no key here; of another layout?"),
            ("F", "F: no key here; is Caps"),
        ):
            await seat.press(key)
            assert told in seat.text


async def test_keys_step_through_frames_and_the_status_line_says_where_one_is(fill: Fill, sit: Sit) -> None:
    async with sit(fill()) as seat:
        seat.canvas.remarks = ("frame 2 of 12",)
        await seat.press("]", "[", "]")
        assert [call for call in seat.canvas.calls if call[0] == "frame"] == [
            ("frame", 1),
            ("frame", -1),
            ("frame", 1),
        ]
        assert seat.front == "1.jpg" and "frame 2 of 12" in seat.text


async def test_ctrl_g_goes_to_a_picture_by_a_part_of_its_name(fill: Fill, sit: Sit) -> None:
    async with sit(fill()) as seat:
        await seat.press("ctrl+g")
        assert "GO TO" in seat.text and "number or name" in seat.text
        await seat.type("4.j")
        await seat.until(lambda: "4.jpg" in seat.text)
        await seat.press("enter")
        assert seat.front == "4.jpg"
        await seat.press("2")
        assert seat.front == "2.jpg", "the walk goes on where it was"
        await seat.press("ctrl+g", "z")
        await seat.until(lambda: "no picture of that name" in seat.text)
        await seat.press("enter", "escape")
        assert seat.front == "2.jpg"


async def test_it_begins_at_the_picture_that_was_named(fill: Fill, sit: Sit) -> None:
    async with sit(fill(), at=3) as seat:
        assert seat.front == "3.jpg"
        await seat.press("1")
        assert seat.front == "1.jpg"


async def test_a_note_is_written_seen_by_others_and_taken_away(fill: Fill, sit: Sit) -> None:
    folder = fill()
    async with sit(folder) as seat:
        await seat.press("ctrl+n")
        await seat.type("left ear cut")
        await seat.press("enter")
        assert "✎ left ear cut" in seat.text
        await seat.press("1")
    async with sit(folder, who="rev", work="review") as seat:
        assert "✎ left ear cut" in seat.text
        await seat.press("ctrl+n", *["backspace"] * 12, "enter")
        assert "✎" not in seat.text and "its note is gone" in seat.text
        await seat.press("backspace")
        assert "✎ left ear cut" in seat.text


async def test_the_next_key_comes_to_every_picture(fill: Fill, sit: Sit, pictures: Path) -> None:
    for n in range(6, 25):
        (pictures / f"{n}.jpg").write_bytes((pictures / "1.jpg").read_bytes())
    async with sit(fill()) as seat:
        shown = [seat.front]
        for _ in range(23):
            await seat.press("n")
            shown.append(seat.front)
        assert shown == [f"{n}.jpg" for n in range(1, 25)]
        await seat.press("n")
        assert "24 left without a decision" in seat.text
