"""The state at a contact sheet: many small pictures of one label, decided at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tui.model.annotation import label_names
from tui.model.task import Lease, Task
from tui.sitting.effects import DecisionWrite, Result
from tui.sitting.inputs import Past
from tui.sitting.state import WorkState

HINTS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN"
"""One letter for each card of the largest sheet (8 x 5)."""


@dataclass(frozen=True, slots=True)
class Card:
    """One picture of a sheet. `lease` None: it is being taken again. `marked`: wrong, with `reason` and `comment`."""

    task: Task
    lease: Lease | None
    marked: bool = False
    reason: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class SheetState(WorkState):
    """`cards`: the sheet in front, at most `columns * rows` of one group. `past`: sheets decided in this sitting,
    latest last. `enlarged`: the card at the cursor fills the canvas. `retry`: the cards in front could not be saved
    before; `unsaved`: more of those, for which the sheet has no room.
    `seconds`: active ones on this sheet. `recalled`: earlier verdicts on the enlarged one, oldest first."""

    columns: int = 6
    rows: int = 4
    cards: tuple[Card, ...] = ()
    cursor: int = 0
    past: tuple[tuple[Card, ...], ...] = ()
    enlarged: bool = False
    retry: bool = False
    unsaved: tuple[Card, ...] = ()
    recalled: tuple[Past, ...] = ()
    seconds: float = 0.0

    @property
    def size(self) -> int:
        """Cards on a full sheet."""
        return self.columns * self.rows

    @property
    def card(self) -> Card | None:
        """The card at the cursor."""
        return self.cards[self.cursor] if self.cursor < len(self.cards) else None

    def touched(self, at: float) -> SheetState:
        """After a key at `at` (monotonic seconds), see `Sitting.touched`: the time counts for the sheet."""
        sitting, seconds = self.sitting.touched(at)
        return replace(self, sitting=sitting, seconds=self.seconds + seconds)

    def number_of(self, task_id: int) -> int | None:
        """Where on the sheet in front a task stands."""
        return next((n for n, card in enumerate(self.cards) if card.task.id == task_id), None)

    @property
    def closing(self) -> bool:
        """Whether nothing is left to look at."""
        return not self.cards and self.sitting.ended

    @property
    def marked(self) -> int:
        """How many cards of the sheet in front are wrong."""
        return sum(card.marked for card in self.cards)

    @property
    def leases(self) -> tuple[Lease, ...]:
        """All that are held: those of the sheet in front and of what is not saved, then those ahead."""
        cards = (*self.cards, *self.unsaved)
        return (*(card.lease for card in cards if card.lease is not None), *self.sitting.ahead)

    def with_card(self, at: int, card: Card) -> SheetState:
        """The same with another card in its place."""
        return replace(self, cards=(*self.cards[:at], card, *self.cards[at + 1 :]))

    def with_unsaved(self, cards: tuple[Card, ...]) -> SheetState:
        """The same with cards in front that could not be saved; those that do not fit follow them."""
        kept, rest = cards[: self.size], cards[self.size :]
        cursor = min(self.cursor, max(len(kept) - 1, 0))
        return replace(self, cards=kept, unsaved=rest, cursor=cursor, retry=True)

    def with_ahead(self, ahead: tuple[Lease, ...]) -> SheetState:
        """The same with other leases for the next sheets."""
        return replace(self, sitting=replace(self.sitting, ahead=ahead))


SheetResult = Result[SheetState]


@dataclass(frozen=True, slots=True)
class CardDecisions:
    """What sheets write of their cards.

    `write`: of one card that is decided, with a request id of its own, and the stroke that all writes of the sheet have
    in common. `card`: the way back, so that what was not saved can be decided again.
    """

    write: Callable[[SheetState, Card, str, str], DecisionWrite]
    card: Callable[[DecisionWrite], Card]


def group_of(task: Task) -> str:
    """What the cards of one sheet have in common: the label, '' for none; several are joined."""
    return ", ".join(label_names(task.annotation))
