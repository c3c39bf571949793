"""The prompts of every walk: for a picture to go to, which is looked for while it is typed; for a note."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from tui.model.task import Task
from tui.screens.layers import BACK, CHOOSES, UP_DOWN, KeyLayer, LayerAnswer, typed
from tui.screens.mode import WorkHost
from tui.screens.text_layer import TextLayer
from tui.sitting.inputs import IdleCommand, Remark
from tui.sitting.seeking import GoTo, PictureSearch, Sought
from tui.sitting.walk_state import Visit, WalkState
from tui.text import printable
from tui.widgets.entry import Entry
from tui.widgets.in_hand import InHand
from tui.widgets.key_line import Hint, ModeKeys, Role
from tui.widgets.rows import EMPTY, MUTED, STRONG, WARN, Row, clip_left, fit, highlighted, row, wrapped


def asking(host: WorkHost, walk: Callable[[], WalkState]) -> Mapping[str, Callable[[], None]]:
    """The commands of every walk that ask for words. `walk`: as it is now."""
    return {
        "work.go-to": lambda: host.open(GoLayer(host, lambda: walk().search)),
        "work.note": lambda: _ask_note(host, walk().visit),
    }


def _ask_note(host: WorkHost, visit: Visit | None) -> None:
    if visit is None:
        host.put(IdleCommand("work.note"))
    else:
        host.open(_note_layer(host, visit.task.note or ""))


def _note_layer(host: WorkHost, text: str) -> TextLayer:
    hand = InHand("NOTE", ("a line of words; empty takes it away",))
    return TextLayer(lambda: hand, "Note:", lambda words: host.put(Remark(words)), text=text, optional=True)


class GoLayer(KeyLayer):
    """Chooses a picture by its number, as `history` takes it, or a part of its path, in the column beside the picture.
    `search`: what was found so far."""

    typing = True

    def __init__(self, host: WorkHost, search: Callable[[], PictureSearch]) -> None:
        self._host, self._search = host, search
        self._entry, self._cursor = Entry(), 0

    @property
    def found(self) -> tuple[Task, ...]:
        """The pictures for what is typed now; none before the answer to that is there."""
        search = self._search()
        return search.found if search.of == self._entry.text.strip() else ()

    def key(self, key: str, character: str | None) -> LayerAnswer:
        found = self.found
        if key == "escape":
            return self._left
        if key == "enter":
            return self._gone(found)
        if key in UP_DOWN:
            self._cursor = max(0, min(self._cursor + UP_DOWN[key], len(found) - 1))
        else:
            self._type(typed(self._entry, key, character))
        return "stay"

    def _gone(self, found: tuple[Task, ...]) -> LayerAnswer:
        """To the one under the cursor, where there is one."""
        return partial(self._left, found[min(self._cursor, len(found) - 1)].id) if found else "stay"

    def paste(self, text: str) -> None:
        self._type(self._entry.typed(text))

    def _type(self, entry: Entry) -> None:
        self._entry, self._cursor = entry, 0
        self._host.put(Sought(entry.text))

    def _left(self, chosen: int | None = None) -> None:
        self._host.put(Sought(""))
        if chosen is not None:
            self._host.put(GoTo(chosen))

    def in_hand(self) -> InHand:
        return InHand("GO TO")

    def legend(self) -> ModeKeys:
        goes = [Hint(("enter",), "go", Role.FINISHES)] if self.found else []
        return ModeKeys("Going to a picture", (*goes, CHOOSES, BACK))

    def side(self, width: int, height: int) -> list[Row]:
        head = [self._entry.row(width, "number or name"), EMPTY]
        foot = [EMPTY, fit(row(("↑↓ choose  ⏎ goes  esc", MUTED)), width)]
        room = max(height - len(head) - len(foot), 1)
        return [*head, *self._rows(width, room), *foot]

    def _rows(self, width: int, room: int) -> list[Row]:
        found = self.found
        return self._window(found, width, room) if found else self._why_none(width)[:room]

    def _why_none(self, width: int) -> list[Row]:
        """What stands in place of pictures."""
        search, text = self._search(), self._entry.text.strip()
        if not text:
            words = "Its number, as history and exports have it, or a part of the file's name or folder."
            return [row((part, MUTED)) for part in wrapped(words, width)]
        if search.of != text:
            return [row(("looking …", MUTED))]
        if search.message:
            return [row((part, WARN)) for part in wrapped(printable(search.message), width)]
        return [row(("no picture of that name", MUTED))]

    def _window(self, found: tuple[Task, ...], width: int, room: int) -> list[Row]:
        """As many as there is room for, with the one under the cursor."""
        top = max(0, min(self._cursor - room + 1, len(found) - room))
        return [
            self._row(task, width, top + n == self._cursor) for n, task in enumerate(found[top : top + room])
        ]

    def _row(self, task: Task, width: int, here: bool) -> Row:
        number = f"{task.id} "
        pieces = row((number, MUTED), (clip_left(printable(task.path), max(width - len(number), 4)), STRONG))
        return highlighted(pieces, width) if here else pieces
