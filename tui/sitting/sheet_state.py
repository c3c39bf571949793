"""The state of a reviewer at a contact sheet: many small pictures of one label, judged at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tui.model.annotation import label_names
from tui.model.task import Lease, Task
from tui.sitting.effects import Review
from tui.sitting.inputs import Past, Totals
from tui.sitting.state import Message, Rules, Tone

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
class SheetState:
    """`cards`: the sheet in front, at most `columns * rows` of one group. `ahead`: claimed for the next sheets.
    `past`: sheets decided in this sitting, latest last. `enlarged`: the card at the cursor fills the canvas.
    `retry`: these could not be saved before. `rejecting`: a reason is waited for; `hinting`: letters mark cards.
    `recalled`: earlier verdicts on the enlarged one, oldest first. `serial`, `seen`: as in a sitting."""

    rules: Rules
    columns: int = 6
    rows: int = 4
    cards: tuple[Card, ...] = ()
    cursor: int = 0
    ahead: tuple[Lease, ...] = ()
    past: tuple[tuple[Card, ...], ...] = ()
    claiming: bool = False
    ended: bool = False
    enlarged: bool = False
    retry: bool = False
    rejecting: bool = False
    hinting: bool = False
    recalled: tuple[Past, ...] = ()
    serial: int = 0
    seen: bool = False
    mark: float | None = None
    seconds: float = 0.0
    pending: tuple[Review, ...] = ()
    undoing: tuple[str, ...] = ()
    message: Message | None = None
    quitting: bool = False
    over: bool = False
    requests: int = 0
    held: tuple[str, float] = ("", -1e9)
    accepted: int = 0
    rejected: int = 0
    totals: Totals = field(default_factory=Totals)
    renewed: float = 0.0

    @property
    def size(self) -> int:
        """Cards on a full sheet."""
        return self.columns * self.rows

    @property
    def card(self) -> Card | None:
        """The card at the cursor."""
        return self.cards[self.cursor] if self.cursor < len(self.cards) else None

    @property
    def closing(self) -> bool:
        """Whether nothing is left to look at."""
        return not self.cards and self.ended

    @property
    def marked(self) -> int:
        return sum(card.marked for card in self.cards)

    def say(self, text: str, tone: Tone = "hint") -> SheetState:
        return replace(self, message=Message(text, tone))

    def with_card(self, at: int, card: Card) -> SheetState:
        return replace(self, cards=(*self.cards[:at], card, *self.cards[at + 1 :]))


def group_of(task: Task) -> str:
    """What the cards of one sheet have in common: the label, '' for none; several are joined."""
    return ", ".join(label_names(task.annotation))
