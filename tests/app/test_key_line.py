"""The key line names what finishes what is in hand, in every mode and layer there is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest

from tests.sitting.test_draw import BOX
from tests.sitting.test_draw import Seat as Drawer
from tests.sitting.test_sheet import Reviewer, lease
from tests.sitting.test_walk import Desk
from tests.tools.hands import editor, type_
from tui.commands import COMMANDS, LOOKS
from tui.keymap import Keymap, load, names
from tui.model.project import Label
from tui.model.review import AuditCell
from tui.model.shapes import DrawnKind
from tui.model.task import Task
from tui.model.view_settings import ViewSettings
from tui.screens import modes
from tui.screens.editor_hints import draw_keys, drawing_keys, in_hand, review_shapes_keys, shape_hints
from tui.screens.go_layer import GoLayer
from tui.screens.hints import annotator_keys, labels_of, reviewer_keys, view_keys
from tui.screens.keys import KeyTable
from tui.screens.layers import FixLayer, KeyLayer, ReadingLayer, nothing
from tui.screens.list_layers import FinderLayer, ListLayer, PaletteLayer
from tui.screens.sheet_hints import audit_keys, sheet_keys
from tui.screens.text_layer import TextLayer, comment_layer
from tui.screens.view_layer import ViewLayer, view_rows
from tui.screens.walk_heads import half_done
from tui.sitting import inputs as i
from tui.sitting.audit import begin_audit
from tui.sitting.seeking import PictureSearch
from tui.sitting.state import Confirming, ConfirmingLeave, Leaving, Mode, Over, SittingRules, TakenOutFor
from tui.sitting.walk_state import Failure, Lost
from tui.tools.editor import viewed
from tui.tools.state import Editor
from tui.tools.view import View
from tui.widgets.clicks import ClickedKey, click_on
from tui.widgets.entry import Entry
from tui.widgets.key_line import ModeKeys, Role, key_rows
from tui.widgets.label_bar import LabelLine

NARROW = 78
"""Columns of the key line in a terminal of 80."""
SCOPES = ("app", "work", "annotate", "shapes", "review", "sheet", "audit")
NAMES = tuple(Label(name, name, "#e69f00") for name in ("cat", "dog"))
SUGGESTED = {"kind": "box", "label": "car", "x": 1, "y": 1, "width": 90, "height": 90, "score": 0.9}


def table_of(keymap: Keymap) -> KeyTable:
    """Without the clashes of scopes that are never active together being looked for."""
    return KeyTable.of(keymap, SCOPES, NAMES)  # type: ignore[arg-type]


TABLE = table_of(load("default"))


class NoPanel:
    """Where a page would be shown."""

    def open(self, *_: object) -> None:
        pass

    def again(self, **_: object) -> None:
        pass

    def close(self) -> None:
        pass

    def put(self, *_: object) -> None:
        pass


def layers(table: KeyTable) -> dict[str, KeyLayer]:
    """One of each kind, and one more where it works in two ways."""
    panel: Any = NoPanel()

    def lines() -> list[LabelLine]:
        return [LabelLine("cat", "cat", "#e69f00", "1")]

    def fix(several: bool) -> FixLayer:
        def asked() -> bool:
            return True

        return FixLayer(table, lines, several, lambda _: None, nothing, nothing, lambda _: None, asked)

    return {
        "a page": ReadingLayer(panel, "Guidelines", lambda width, height: [], ("i",)),
        "the palette": PaletteLayer(panel, table, lambda _: None),
        "finding a label": FinderLayer("Find label", lines, lambda _: None),
        "a fix": fix(False),
        "a fix of tags": fix(True),
        "a comment": comment_layer(lambda _: None),
        "going to a picture": GoLayer(panel, lambda: PictureSearch(found=(Task(1, "1.jpg"),))),
        "the view": ViewLayer(
            ViewSettings, lambda _: None, (), view_rows(draws=True, sheet=False), helps=("question_mark",)
        ),
    }


def walks(table: KeyTable) -> dict[str, ModeKeys]:
    """Walks of annotators and of reviewers, in each mode."""
    found: dict[str, ModeKeys] = {}
    for work, keys_of in (("annotate", annotator_keys), ("review", reviewer_keys)):
        desk = Desk(work=work)  # type: ignore[arg-type]
        desk.see()
        state = desk.state
        found[f"{work}"] = keys_of(state, table, zoomed=False)
        found[f"{work}, zoomed"] = keys_of(state, table, zoomed=True)
        visit = state.visit
        assert visit is not None
        lost = state.with_visit(replace(visit, standing=Lost()))
        found[f"{work}: somebody else's"] = keys_of(lost, table, zoomed=False)
        tags = replace(state, sitting=replace(state.sitting, rules=replace(state.rules, kind="tags")))
        found[f"{work} tags"] = keys_of(tags, table, zoomed=False)
        failed = replace(state, failures=(Failure(None, 1, "disk"),))  # type: ignore[arg-type]
        found[f"{work}: failed"] = keys_of(failed, table, zoomed=False)
        for mode in (Leaving(), Over()):
            found[f"{work}: {type(mode).__name__}"] = keys_of(state.in_mode(mode), table, zoomed=False)
        if work == "review":
            found["review: asked"] = keys_of(state.in_mode(ConfirmingLeave("?")), table, zoomed=False)
        ended = replace(state, at=len(state.walk), sitting=replace(state.sitting, ended=True))
        found[f"{work}: end"] = keys_of(ended, table, zoomed=False)
        found[f"{work}: empty"] = keys_of(replace(ended, walk=(), at=0), table, zoomed=False)
    asked = desk.state.in_mode(Confirming())
    found["nothing on it?"] = annotator_keys(asked, table, zoomed=False)
    found["undecided"] = annotator_keys(desk.state.in_mode(Confirming(3)), table, zoomed=False)
    desk.put(i.RejectKey())
    found["why"] = reviewer_keys(desk.state, table, zoomed=False)
    desk.put(i.FixKey())
    found["fixing, behind its layer"] = reviewer_keys(desk.state, table, zoomed=False)
    return found


def editors(table: KeyTable) -> dict[str, ModeKeys]:
    """What can be in hand while shapes are drawn, and what a reviewer of shapes sees."""
    found: dict[str, ModeKeys] = {}
    drawn = {
        "box": "b", "box, second corner": "b enter", "cuboid": "k", "cuboid, depth": "k enter enter", "polygon": "g enter right",
        "polyline": "l", "spline": "s enter right enter tab", "brush": "m", "pen down": "m space", "erasing": "m 5 enter E",
    }  # fmt: skip
    for name, keys in drawn.items():
        now = type_(editor(), keys)
        assert now.tool is not None
        for zoomed in (False, True):
            found[f"{name}{', zoomed' * zoomed}"] = drawing_keys(now, now.tool, table, zoomed=zoomed)
    for name, keys in (("jump", "j"), ("attribute", "b enter enter a")):
        waits = in_hand(type_(editor(), keys), table, zoomed=False)
        assert waits is not None
        found[name] = waits
    for name, start in (
        ("a shape", type_(editor(), "b enter enter")),
        ("a suggestion", editor(predictions=[SUGGESTED])),
        ("a locked shape", type_(editor(), "b enter enter x")),
        ("a locked suggestion", type_(editor(predictions=[SUGGESTED]), "x")),
        ("a locked label", type_(editor(), "x")),
        ("a mask", type_(editor(60, 40), "m enter escape")),
    ):
        found[name] = ModeKeys("", tuple(shape_hints(start, table, "done")))
    drawer = Drawer()
    found["shapes, not seen"] = draw_keys(drawer.state, table, zoomed=False)
    drawer.see()
    found["shapes"] = draw_keys(drawer.state, table, zoomed=False)
    drawer.press("b", "enter", "enter")
    found["shapes, one selected, zoomed"] = draw_keys(drawer.state, table, zoomed=True)
    reviewer = Drawer("review", (BOX,))
    reviewer.see()
    found["review of shapes"] = review_shapes_keys(reviewer.state, table, zoomed=False)
    reviewer.press("tab")
    found["review of a shape"] = review_shapes_keys(reviewer.state, table, zoomed=True)
    reviewer.press("x")
    found["why a shape"] = review_shapes_keys(reviewer.state, table, zoomed=False)
    reviewer.put(i.ReasonKey(1))
    found["review, a shape marked"] = review_shapes_keys(reviewer.state, table, zoomed=False)
    reviewer.press("e")
    found["fixing shapes"] = review_shapes_keys(reviewer.state, table, zoomed=False)
    return found


def sheets(table: KeyTable) -> dict[str, ModeKeys]:
    """Contact sheets and the audit."""
    desk = Reviewer([lease(n) for n in range(1, 5)])
    desk.see()
    state = desk.state
    found = {
        "sheet": sheet_keys(state, table),
        "sheet: one": sheet_keys(replace(state, enlarged=True), table),
        "sheet: again": sheet_keys(replace(state, retry=True), table),
        "sheet: end": sheet_keys(replace(state, cards=(), sitting=replace(state.sitting, ended=True)), table),
    }
    for event in (i.RejectKey(), i.LetterKey("b")):
        desk.put(event)
        found[f"sheet: {type(desk.state.mode).__name__}"] = sheet_keys(desk.state, table)
        desk.put(i.CancelKey())
    found["sheet: leaving"] = sheet_keys(state.in_mode(Leaving()), table)
    found["sheet: asked"] = sheet_keys(state.in_mode(ConfirmingLeave("?")), table)
    audit, _ = begin_audit(SittingRules("lead"), ((AuditCell("label", "cat", count=1),),), ((1, 1),))
    found["audit"] = audit_keys(audit, table)
    opened = replace(audit, opened=audit.cell, tasks=(Task(1, "1.jpg"),))
    found["audit: opened"] = audit_keys(opened, table)
    found["audit: one"] = audit_keys(replace(opened, enlarged=True), table)
    return found


def all_modes(table: KeyTable) -> dict[str, ModeKeys]:
    return walks(table) | editors(table) | sheets(table)


def text(row: Any) -> str:
    return "".join(words for words, _ in row)


EVERYTHING = all_modes(TABLE) | {name: layer.legend() for name, layer in layers(TABLE).items()}


def test_no_mode_and_no_layer_is_left_out() -> None:
    """Whoever adds one is told here to say what finishes it."""
    named = {type(layer) for layer in layers(TABLE).values()}
    kinds = {*KeyLayer.__subclasses__(), *ListLayer.__subclasses__()} - {ListLayer}
    assert named == {kind for kind in kinds if kind.__module__.startswith("tui.")}
    assert {kind.__name__ for kind in get_args(Mode)} == {
        "Looking", "Rejecting", "Fixing", "Confirming", "TakenOut", "ConfirmingLeave", "Leaving", "Over",
    }  # fmt: skip
    assert {name for name in vars(modes) if name.endswith("Mode") and name != "WorkMode"} == {
        "AnnotateMode", "DrawMode", "ReviewMode", "ReviewShapesMode", "SheetMode", "AuditMode",
    }  # fmt: skip
    assert set(get_args(DrawnKind)) <= EVERYTHING.keys()
    assert get_args(Editor.__annotations__["tool"]) or "Drawing | Brush | None" in str(
        Editor.__annotations__["tool"]
    )


def test_what_finishes_it_stands_first_and_nothing_important_is_left_out() -> None:
    for name, now in EVERYTHING.items():
        first, *others = now.in_order
        assert first.role is Role.FINISHES, name
        rows = [text(row) for row in key_rows(now, NARROW, 2)]
        assert len(rows) == 2 and max(map(len, rows)) <= NARROW
        assert rows[0].startswith(f" {first.sign}  {first.words}")
        for hint in others:
            if hint.role is not Role.REST:
                assert f" {hint.sign}  {hint.words}" in "".join(rows), (name, hint.words, rows)


def test_words_are_short_and_no_key_stands_there_twice() -> None:
    for name, now in EVERYTHING.items():
        keys = [key for hint in now.in_order for key in hint.keys]
        assert len(keys) == len(set(keys)), (name, keys)
        words = [hint.words for hint in now.in_order]
        assert len(words) == len(set(words)), (name, words)
        assert all(len(hint.words) <= 20 and hint.words == hint.words.lower() for hint in now.in_order), name


def test_no_key_is_named_that_the_keymap_can_change() -> None:
    other = Keymap("other", {command.id: (f"k{n}",) for n, command in enumerate(COMMANDS)})
    for name, now in all_modes(table_of(other)).items():
        letters = "a b c d" if name.startswith("sheet") else ""
        for hint in now.in_order:
            assert all(key.startswith("k") or key in letters for key in hint.keys), (name, hint)


def pressed(now: ModeKeys, width: int = NARROW) -> set[str]:
    """The keys that clicks on the key line press."""
    found = (click_on(row, x) for row in key_rows(now, width, 2) for x in range(width))
    return {click.key for click in found if isinstance(click, ClickedKey)}


def test_a_click_on_the_key_line_presses_what_is_shown_and_a_run_of_keys_is_none() -> None:
    for name, now in EVERYTHING.items():
        rows = "".join(text(row) for row in key_rows(now, NARROW, 2))
        shown = {
            key
            for hint in now.in_order
            if not hint.run and f" {hint.sign}  {hint.words}" in rows
            for key in hint.keys
        }
        alone = {hint.keys[0] for hint in now.in_order if hint.run and hint.keys[0] == hint.keys[-1]}
        assert pressed(now) - alone == shown, name
    row = key_rows(EVERYTHING["box"], NARROW, 2)[0]
    place = text(row).index("corner")
    assert click_on(row, place) == ClickedKey("enter", None)
    assert click_on(row, text(row).index("ruler")) is None
    zoomed = key_rows(EVERYTHING["box, zoomed"], 118, 2)
    assert ClickedKey("ctrl+right", None) in [click_on(row, x) for row in zoomed for x in range(118)]
    assert ClickedKey("plus", "+") in [click_on(row, x) for row in zoomed for x in range(118)]


def test_the_keys_that_look_elsewhere_are_free_while_something_is_drawn() -> None:
    for name in names():
        keymap = load(name)
        taken = keymap.taken("drawing")
        for command in LOOKS:
            assert any(key not in taken for key in keymap.of(command)), (name, command)
        told = [hint for hint in view_keys(table_of(keymap), zoomed=True, taken=taken) for _ in hint.keys]
        assert len(told) == 7 and not {key for hint in told for key in hint.keys} & set(taken)


def test_the_crosshair_stays_in_the_image_and_in_sight_unless_it_holds_something() -> None:
    right = View(1000, 750, 600, 0, 400, 300)
    for keys, at in (
        ("b", (600, 300)),
        ("m", (600, 300)),
        ("m space", (500, 375)),
        ("g enter left enter tab", (500, 375)),
    ):
        tool = viewed(type_(editor(), keys), right).tool
        assert tool is not None and tool.cross.at == at, keys
    box = type_(editor(), "b 9")
    assert box.tool is not None
    seen = viewed(box, View(1000, 750, 500, 0, 500, 375)).tool
    assert seen is not None and seen.cross.at == box.tool.cross.at


def test_what_ends_a_layer_ends_it() -> None:
    for name, layer in layers(TABLE).items():
        first = layer.legend().in_order[0]
        if isinstance(layer, TextLayer):
            layer.paste("blurred")
        assert callable(layer.key(first.keys[0], None)), name


@pytest.mark.parametrize(
    ("keys", "sets", "leaves"),
    [
        ("b", "corner", "leave"),
        ("b enter", "finish", "back, then leave"),
        ("k enter", "corner", "back, then leave"),
        ("k enter enter", "finish", "back, then leave"),
        ("g", "point", "leave"),
        ("g enter a b enter", "point; twice ends", "back, then leave"),
        ("g enter a b enter c c enter", "finish", "back, then leave"),
        ("g enter a b enter c c enter right", "point; twice ends", "back, then leave"),
        ("g enter a b enter tab", "let go", "let go"),
        ("l enter a b enter", "finish", "back, then leave"),
        ("m", "paint here", "done"),
        ("m space", "", "lift pen"),
    ],
)
def test_each_tool_says_what_its_keys_do_now(keys: str, sets: str, leaves: str) -> None:
    start = type_(editor(), keys)
    assert start.tool is not None
    now = {hint.command: hint.words for hint in drawing_keys(start, start.tool, TABLE, zoomed=False).hints}
    assert (now.get("drawing.set", ""), now.get("drawing.back", now.get("drawing.set"))) == (sets, leaves)
    # And so it is.
    assert (type_(editor(), f"{keys} enter").tool is None) == (sets == "finish")
    assert (type_(editor(), f"{keys} escape").tool is None) == (leaves in ("leave", "done"))


def test_help_has_one_line_for_a_group_of_keys_in_words_of_its_mode() -> None:
    for name in ("box", "polygon", "spline", "brush", "pen down", "erasing", "a shape", "annotate, zoomed"):
        for hint in EVERYTHING[name].hints:
            several = len(hint.keys) > 1 and not hint.run
            assert hint.help.count(";") <= 1 and not (several and "Move it" in hint.help), (name, hint)
            if name != "a shape":
                assert "ainting:" not in hint.help or name in ("brush", "pen down", "erasing"), (name, hint)
                assert "paint a dab" not in hint.help, (name, hint)


def test_a_locked_shape_is_unlocked_first_and_its_keys_change_nothing_else() -> None:
    for name in ("a locked shape", "a locked suggestion"):
        now = EVERYTHING[name]
        assert now.in_order[0].words == "unlock", name
        commands = {hint.command for hint in now.hints}
        assert commands.isdisjoint({"shapes.left", "shapes.shrink", "shapes.tighten", "shapes.attribute"})
    assert "shapes.delete" not in {hint.command for hint in EVERYTHING["a locked shape"].hints}
    for name in ("a shape", "a locked label"):
        assert "shapes.lock" in {hint.command for hint in EVERYTHING[name].hints}, name


def test_what_leads_elsewhere_is_never_cut() -> None:
    """In two rows of 80 columns, and what leaves a zoom as well."""
    for name, commands in {
        "annotate": ("work.guidelines",),
        "annotate, zoomed": ("work.fit", "work.pan-left"),
        "review": ("review.sheet", "work.guidelines"),
        "review, zoomed": ("review.sheet", "work.fit", "work.pan-left"),
        "review of a shape": ("review.sheet",),
        "sheet": ("sheet.single", "sheet.guidelines"),
        "sheet: one": ("sheet.single", "sheet.guidelines"),
        "shapes": ("work.guidelines",),
    }.items():
        shown = "".join(text(row) for row in key_rows(EVERYTHING[name], NARROW, 2))
        for hint in (hint for hint in EVERYTHING[name].hints if hint.command in commands):
            assert hint.role < Role.REST and f" {hint.sign}  {hint.words}" in shown, (name, hint.words)
        assert {*commands} <= {hint.command for hint in EVERYTHING[name].hints}, name
    assert " = esc  fit" in "".join(text(row) for row in key_rows(EVERYTHING["annotate, zoomed"], 118, 2))


def test_digits_of_labels_come_first_as_a_run() -> None:
    own = (Label("blurred", "blurred", "", "b"), Label("yes", "yes", "", "y"))
    six = [Label(f"l{n}", f"l{n}", "") for n in range(6)]
    table = KeyTable.of(load("default"), ("app", "work", "annotate"), (own[0], *six, own[1]))
    assert labels_of(table, "label", Role.FINISHES).sign == "1–6 b y"


def test_a_list_with_nothing_in_it_says_why_and_names_the_way_back() -> None:
    words = {"finding a label": "label", "the palette": "command", "going to a picture": "picture"}
    for name, layer in layers(TABLE).items():
        if not isinstance(layer, ListLayer):
            continue
        assert layer.key("up", None) == "stay" and "That is the first one." in text(layer.line(78))
        layer.paste("xyz")
        if name == "going to a picture":
            layer = GoLayer(NoPanel(), lambda: PictureSearch(of="xyz"))  # type: ignore[arg-type]
            layer._entry = Entry("xyz", 3)
        assert layer.line(78) is None
        for key in ("enter", "ctrl+p"):
            assert layer.key(key, None) == "stay"
            assert text(layer.line(78)) == f"! no {words[name]} holds “xyz”"
        assert layer.legend().in_order[0].keys == ("backspace",)
        layer.key("f9", None)
        assert text(layer.line(78)).startswith("! f9: nothing to do here")


def test_what_is_asked_before_a_picture_is_done_stands_at_the_head() -> None:
    state = Desk(kind="tags").state
    for undecided, word in ((0, "NOTHING ON IT?"), (3, "3 UNDECIDED")):
        hand = half_done(state.in_mode(Confirming(undecided)), TABLE)
        assert hand is not None and hand.word == word and "enter again" in hand.details[0]


def test_a_shape_whose_reason_is_asked_has_the_number_of_the_list() -> None:
    """Ids have gaps once shapes were deleted."""
    shapes = tuple({**BOX, "id": number} for number in (3, 7))
    seat = Drawer("review", shapes)
    seat.see()
    for _ in shapes:
        seat.press("tab")
    seat.press("x")
    hand = half_done(seat.state.walk, TABLE)
    assert hand is not None and hand.details[0] == "shape 2"


def test_leaving_without_what_is_taken_out_is_asked_at_the_head() -> None:
    desk = Desk(work="review", marks={4: TakenOutFor("wrong label")})
    hand = half_done(desk.state.in_mode(ConfirmingLeave("?")), TABLE)
    assert hand is not None and (hand.word, hand.details) == ("LEAVE?", ("1 taken out, not decided",))


def test_a_picture_of_a_sheet_that_is_taken_out_is_put_back_by_its_letter_enlarged_too() -> None:
    desk = Reviewer([lease(1)])
    desk.see()
    words = []
    for event in (i.Enlarge(), i.LetterKey("a"), i.Confirm()):
        desk.put(event)
        words.append([hint.words for hint in sheet_keys(desk.state, TABLE).in_order if hint.keys == ("a",)])
    assert words == [["take out"], ["put back"], ["put back"]]
