"""The state at a contact sheet: many small pictures of one label, decided at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from tui.model.annotation import label_names
from tui.model.task import Lease, Task
from tui.sitting.effects import DecisionWrite, Result
from tui.sitting.inputs import Grids, Past
from tui.sitting.state import Marks, TakenOutFor
from tui.sitting.work_state import WorkState


@dataclass(frozen=True, slots=True)
class Card:
    """One picture of a sheet. `lease` None: it is being taken again. `marked`: taken out, with `reason` and `comment`."""

    task: Task
    lease: Lease | None
    marked: bool = False
    reason: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class SheetState(WorkState):
    """`grids`: those of a sheet by the number of its cards; `letters`: of its cards, one for each. `cards`: the sheet in
    front, of one group. `past`: sheets decided in this sitting, latest last. `enlarged`: the card at the cursor fills the
    canvas. `retry`: the cards in front could not be saved before; `unsaved`: more of those, for which the sheet has no
    room. `looked`: the ids of the tasks on the sheet that was seen last, and since when (monotonic seconds).
    `seconds`: active ones on this sheet. `recalled`: earlier verdicts on the enlarged one, oldest first. `aside`: what is
    taken out and not decided of pictures that are not in front now.
    `refused`: ids of tasks that were to be taken out before the sheet was shown, until they are, or the person was told of them."""

    grids: Grids
    letters: str
    cards: tuple[Card, ...] = ()
    cursor: int = 0
    past: tuple[tuple[Card, ...], ...] = ()
    enlarged: bool = False
    retry: bool = False
    unsaved: tuple[Card, ...] = ()
    looked: tuple[frozenset[int], float] = (frozenset(), 0.0)
    recalled: tuple[Past, ...] = ()
    seconds: float = 0.0
    aside: Marks = field(default_factory=dict)
    refused: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        """Cards on a full sheet."""
        return len(self.grids)

    @property
    def grid(self) -> tuple[int, int]:
        """Columns and rows of the sheet in front."""
        return self.grid_of(len(self.cards))

    def grid_of(self, count: int) -> tuple[int, int]:
        """Columns and rows of a sheet of so many cards."""
        return self.grids[max(count, 1) - 1]

    @property
    def in_sight(self) -> bool:
        """Whether the whole sheet in front was seen, also where one picture of it is enlarged now."""
        return bool(self.cards) and self.looked[0].issuperset(card.task.id for card in self.cards)

    @property
    def in_front(self) -> int | None:
        """The task under the cursor, by its id."""
        return self.card.task.id if self.card is not None else None

    @property
    def marks(self) -> Marks:
        """All that is taken out and not decided."""
        return {**self.aside, **_marks_of(self.cards), **_marks_of(self.unsaved)}

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
    def refused_letters(self) -> str:
        """Of cards in front that were to be taken out before the sheet was shown."""
        cards = zip(self.letters, self.cards, strict=False)
        return "".join(letter for letter, card in cards if card.task.id in self.refused)

    @property
    def marked(self) -> int:
        """How many cards of the sheet in front are taken out."""
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

    def laid_out(self, leases: Sequence[Lease]) -> SheetState:
        """The same with a sheet of these in front; what was taken out of them before is so again."""
        cards = tuple(_card_of(lease, self.aside.get(lease.task.id)) for lease in leases)
        return replace(self, cards=cards, cursor=0).forgetting(lease.task.id for lease in leases)

    def laid_aside(self, cards: Sequence[Card]) -> SheetState:
        """The same with cards back in front of what lies ahead, undecided; what is taken out of them is kept. They are
        not looked for on the sheet in front."""
        state = replace(self, aside={**self.aside, **_marks_of(cards)})
        return state.with_ahead(
            (*(card.lease for card in cards if card.lease is not None), *self.sitting.ahead)
        )

    def forgetting(self, task_ids: Iterable[int]) -> SheetState:
        """The same without what is kept of these tasks."""
        gone = {*task_ids}
        return replace(self, aside={n: why for n, why in self.aside.items() if n not in gone})

    def with_ahead(self, ahead: tuple[Lease, ...]) -> SheetState:
        """The same with other leases for the next sheets."""
        return replace(self, sitting=replace(self.sitting, ahead=ahead))


SheetResult = Result[SheetState]


def _marks_of(cards: Iterable[Card]) -> Marks:
    return {card.task.id: TakenOutFor(card.reason, card.comment) for card in cards if card.marked}


def _card_of(lease: Lease, why: TakenOutFor | None) -> Card:
    if why is None:
        return Card(lease.task, lease)
    return Card(lease.task, lease, True, why.reason, why.comment)


@dataclass(frozen=True, slots=True)
class CardDecisions:
    """What sheets write of their cards.

    `write`: of one card that is decided, with a request id of its own, and the stroke that all writes of the sheet have
    in common. `card`: the way back, so that what was not saved can be decided again. `told`: what was done with
    these cards, for the row of messages.
    """

    write: Callable[[SheetState, Card, str, str], DecisionWrite]
    card: Callable[[DecisionWrite], Card]
    told: Callable[[tuple[Card, ...]], str]


def group_of(task: Task) -> str:
    """What the cards of one sheet have in common: the label, '' for none; several are joined."""
    return ", ".join(label_names(task.annotation))
