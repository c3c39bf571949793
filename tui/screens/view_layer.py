"""The view panel: how pictures are looked at, a row for each setting, in the column beside the picture. Over contact
sheets, which have none, it is one row below them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from tui.model.view_settings import AS_IT_IS, ColourChannel, ViewSettings
from tui.screens.layers import KeyLayer, LayerAnswer, nothing
from tui.widgets.in_hand import InHand
from tui.widgets.key_line import Hint, ModeKeys, Role
from tui.widgets.rows import ACCENT, CHOSEN, EMPTY, MUTED, PLAIN, STRONG, Row, fit, pad, row

STRETCHES = (0.0, 0.1, 0.5, 1.0, 2.0, 5.0)
"""Percent that are clipped at either end."""
_ON_OFF = {False: "off", True: "on"}
_SHOWN = {False: "hidden", True: "shown"}
TITLE_WIDTH = 15
_FAR = ("⇧←→", "change more", "", "")
_KEYS = (
    ("↑↓", "row", "←→", "change"),
    _FAR,
    ("r", "this row", "R", "all back"),
    ("⏎", "closes", "", ""),
)


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A setting by its name in `Adjustment` or `ViewSettings`. `turned`: its value so many steps further, by keys of one
    step and of a far one. `words`: a value as people say it. `help`: what it does. `over`: it is about what lies over the
    picture."""

    name: str
    title: str
    help: str
    turned: Callable[[Any, int, bool], Any]
    words: Callable[[Any], str]
    over: bool = False

    def value(self, view: ViewSettings) -> Any:
        """What it is set to."""
        return getattr(view if self.over else view.adjustment, self.name)

    def with_value(self, view: ViewSettings, value: Any) -> ViewSettings:
        """The settings with another value of it."""
        if self.over:
            return replace(view, **{self.name: value})
        return replace(view, adjustment=replace(view.adjustment, **{self.name: value}))

    def reset(self, view: ViewSettings) -> ViewSettings:
        """The settings with its neutral value."""
        return self.with_value(view, self.value(AS_IT_IS))


def _number(low: int, high: int, step: int, far: int) -> Callable[[Any, int, bool], Any]:
    def turned(value: int, steps: int, is_far: bool) -> int:
        return min(max(value + steps * (far if is_far else step), low), high)

    return turned


def _one_of(values: Sequence[Any], *, round_and_round: bool = False) -> Callable[[Any, int, bool], Any]:
    def turned(value: Any, steps: int, is_far: bool) -> Any:
        at = values.index(value) + steps
        return values[at % len(values) if round_and_round else min(max(at, 0), len(values) - 1)]

    return turned


_SIGNED = _number(-100, 100, 5, 20)
_EITHER = _one_of((False, True), round_and_round=True)
_CHANNELS = _one_of(get_args(ColourChannel), round_and_round=True)


def _percent(value: float) -> str:
    return f"{value:g} %"


VIEW_ROWS = (
    ViewRow(
        "brightness",
        "Brightness",
        "Lighter or darker by so many percent of the range",
        _SIGNED,
        "{:+d}".format,
    ),
    ViewRow("contrast", "Contrast", "Steeper or flatter around the middle", _SIGNED, "{:+d}".format),
    ViewRow(
        "gamma",
        "Gamma",
        "Above 1 shadows become lighter, below 1 darker",
        _number(20, 500, 10, 50),
        lambda value: f"{value / 100:.1f}",
    ),
    ViewRow(
        "level",
        "Level",
        "The middle of the values that are shown; of deep pictures nothing is lost",
        _number(0, 100, 1, 10),
        _percent,
    ),
    ViewRow(
        "window",
        "Window",
        "How wide the values around the level are that are shown",
        _number(1, 200, 1, 10),
        _percent,
    ),
    ViewRow(
        "stretch",
        "Auto-stretch",
        "So many percent are clipped at either end, the rest fills the range",
        _one_of(STRETCHES),
        lambda value: _percent(value) if value else "off",
    ),
    ViewRow(
        "local",
        "Local contrast",
        "Contrast evened out over the picture",
        _number(0, 100, 10, 30),
        lambda value: _percent(value) if value else "off",
    ),
    ViewRow("invert", "Invert", "Light becomes dark", _EITHER, lambda value: _ON_OFF[value]),
    ViewRow("channel", "Channel", "Red, green, blue or luma alone, as grey", _CHANNELS, str),
)
"""What is done to pixels."""
OVERLAY_ROWS = (
    ViewRow(
        "mask_opacity",
        "Masks",
        "Opacity of the insides of masks",
        _number(0, 100, 5, 20),
        _percent,
        over=True,
    ),
    ViewRow(
        "shapes",
        "Shapes",
        "Shown or hidden, but for the one that is edited",
        _EITHER,
        lambda value: _SHOWN[value],
        over=True,
    ),
)
"""What lies over the picture, where shapes are drawn."""
PREDICTION_ROW = ViewRow(
    "predictions",
    "Predictions",
    "What models guess: shown or hidden",
    _EITHER,
    lambda value: _SHOWN[value],
    over=True,
)
_STEPS = {
    "left": (-1, False), "h": (-1, False), "shift+left": (-1, True),
    "right": (1, False), "l": (1, False), "space": (1, False), "shift+right": (1, True),
}  # fmt: skip
_MOVES = {"up": -1, "k": -1, "shift+tab": -1, "down": 1, "j": 1, "tab": 1}


class ViewLayer(KeyLayer):
    """Arrows choose a setting and change it. `view`: as it is now; `changed`: is told another one; `keys`: those that
    close it; `helps`: those that call `help`; `rows`: the settings; `beside`: whether there is a column for it."""

    def __init__(
        self,
        view: Callable[[], ViewSettings],
        changed: Callable[[ViewSettings], None],
        keys: Sequence[str],
        rows: Sequence[ViewRow],
        *,
        helps: Sequence[str] = (),
        help: Callable[[], None] = nothing,
        beside: bool = True,
    ) -> None:
        self._view, self._changed, self._keys = view, changed, {*keys, "escape", "enter", "q"}
        self._helps, self._help, self._rows, self._beside = tuple(helps), help, rows, beside
        self._cursor = 0

    def key(self, key: str, character: str | None) -> LayerAnswer:
        if key in self._keys:
            return nothing
        if key in self._helps:
            self._help()
            return "stay"
        chosen, view = self._rows[self._cursor], self._view()
        if key in _MOVES:
            self._cursor = (self._cursor + _MOVES[key]) % len(self._rows)
        elif key in _STEPS:
            self._tell(chosen.with_value(view, chosen.turned(chosen.value(view), *_STEPS[key])))
        elif key in ("r", "backspace", "delete"):
            self._tell(chosen.reset(view))
        elif key == "R":
            self._tell(AS_IT_IS)
        return "stay"

    def in_hand(self) -> InHand:
        chosen = self._rows[self._cursor]
        return InHand("VIEW", (f"{chosen.title} {chosen.words(chosen.value(self._view()))}",))

    def legend(self) -> ModeKeys:
        """While it is open no other keys count."""
        hints = (
            Hint(("escape",), "close", Role.FINISHES),
            Hint(("left", "right"), "change", Role.CHANGES),
            Hint(("shift+left", "shift+right"), "by more", Role.CHANGES),
            Hint(("up", "down"), "row", Role.CHANGES),
            Hint(("r",), "reset row", Role.TAKES_BACK),
            Hint(("R",), "reset all", Role.TAKES_BACK),
            Hint(self._helps[:1], "help", Role.EVERYWHERE),
        )
        return ModeKeys("How pictures are looked at", hints)

    def _tell(self, view: ViewSettings) -> None:
        if view != self._view():
            self._changed(view)

    def line(self, width: int) -> Row | None:
        """Without a column: the chosen setting, and what can be pressed."""
        if self._beside:
            return None
        chosen, view = self._rows[self._cursor], self._view()
        keys = [piece for words in _KEYS if words != _FAR for piece in (*_key_row(*words), ("  ", MUTED))]
        return fit(
            row((f"▸ {chosen.title} {chosen.words(chosen.value(view))} ", CHOSEN), ("  ", MUTED), *keys),
            width,
        )

    def side(self, width: int, height: int) -> list[Row]:
        """What the side column shows meanwhile."""
        all_fit = height > len(self._rows) + len(_KEYS)
        keys = [words for words in _KEYS if all_fit or words != _FAR]
        foot = [EMPTY, *(fit(_key_row(*words), width) for words in keys)]
        room = max(height - len(foot), 1)
        first = max(0, min(self._cursor - room // 2, len(self._rows) - room))
        view = self._view()
        rows = [
            fit(_line(each, view, each is self._rows[self._cursor], width), width)
            for each in self._rows[first : first + room]
        ]
        return [*rows, *foot]


def view_rows(*, draws: bool, sheet: bool) -> tuple[ViewRow, ...]:
    """The settings where shapes are drawn or not; over contact sheets those of pixels alone."""
    if sheet:
        return VIEW_ROWS
    return (*VIEW_ROWS, *(OVERLAY_ROWS if draws else ()), PREDICTION_ROW)


def _key_row(key: str, word: str, other: str, what: str) -> Row:
    more = ((f"  {other} ", STRONG), (what, MUTED)) if other else ()
    return row((f"{key} ", STRONG), (word, MUTED), *more)


def _line(each: ViewRow, view: ViewSettings, chosen: bool, width: int) -> Row:
    value = each.value(view)
    role = ACCENT if value != each.value(AS_IT_IS) else PLAIN
    title = pad(each.title, min(TITLE_WIDTH, max(width - 8, 4)))
    if chosen:
        return row(
            ("▸ ", STRONG), (title, CHOSEN), (pad(each.words(value), max(width - len(title) - 2, 0)), CHOSEN)
        )
    return row(("  ", STRONG), (title, PLAIN), (each.words(value), role))
