"""The prompts of every walk: for a picture to go to, which is looked for while it is typed; for a note."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tui.model.task import Task
from tui.screens.list_layers import ListLayer
from tui.screens.mode import WorkHost
from tui.screens.text_layer import TextLayer
from tui.sitting.inputs import IdleCommand, Remark
from tui.sitting.seeking import GoTo, PictureSearch, Sought
from tui.sitting.walk_state import Visit, WalkState
from tui.text import printable
from tui.widgets.in_hand import InHand
from tui.widgets.key_line import ModeKeys
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


class GoLayer(ListLayer[Task]):
    """Chooses a picture by its number, as `history` takes it, or a part of its path, in the column beside the picture.
    `search`: what was found so far."""

    takes = "go"

    def __init__(self, host: WorkHost, search: Callable[[], PictureSearch]) -> None:
        super().__init__()
        self._host, self._search, self._sought = host, search, ""

    @property
    def found(self) -> tuple[Task, ...]:
        """The pictures for what is typed now; none before the answer to that is there."""
        search = self._search()
        return search.found if search.of == self._entry.text.strip() else ()

    def take(self, chosen: Task) -> None:
        self._host.put(Sought(""))
        self._host.put(GoTo(chosen.id))

    def left(self) -> None:
        self._host.put(Sought(""))

    def changed(self) -> None:
        if self._entry.text != self._sought:
            self._sought = self._entry.text
            self._host.put(Sought(self._sought))

    def none_found(self) -> str:
        search, text = self._search(), self._entry.text.strip()
        if not text:
            return "type a number, or a part of a name"
        if search.of != text:
            return "still looking"
        return search.message or f"no picture holds “{text}”"

    def in_hand(self) -> InHand:
        return InHand("GO TO")

    def legend(self) -> ModeKeys:
        return ModeKeys("Going to a picture", self.hints())

    def side(self, width: int, height: int) -> list[Row]:
        head = [self._entry.row(width, "number or name"), EMPTY]
        foot = [EMPTY, fit(row(("↑↓ choose  ⏎ goes  esc", MUTED)), width)] if self.found else []
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
        return [row((f"no image {text}" if text.isdigit() else "no picture of that name", MUTED))]

    def _window(self, found: tuple[Task, ...], width: int, room: int) -> list[Row]:
        """As many as there is room for, with the one under the cursor."""
        top = max(0, min(self._cursor - room + 1, len(found) - room))
        digits = max(len(str(task.id)) for task in found)
        return [
            self._row(task, digits, width, top + n == self._cursor)
            for n, task in enumerate(found[top : top + room])
        ]

    def _row(self, task: Task, digits: int, width: int, here: bool) -> Row:
        number = f"{f'#{task.id}':>{digits + 1}} "
        pieces = row((number, MUTED), (clip_left(printable(task.path), max(width - len(number), 4)), STRONG))
        return highlighted(pieces, width) if here else pieces
