"""What a terminal that stores pictures says of them: that it has one, or why not."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

from tui.display.jobs import Rung
from tui.display.ledger import ImageLedger
from tui.display.stage import Stage
from tui.terminal.replies import GraphicsReply, ReplyValue, StatusReport


class ImageBooks(Protocol):
    """What a painter knows of the terminal's memory."""

    ledger: ImageLedger

    def lost(self, image: int) -> Hashable | None:
        """An image that the terminal says it has not; its key, None when it is not ours."""


def heed_answer(stage: Stage, books: ImageBooks, value: ReplyValue) -> None:
    """An answer of the terminal. What it has not is sent again, unless it cannot take it; a fence for a picture that was
    not there tells nothing."""
    match value:
        case StatusReport():
            stage.acknowledge(None)
        case GraphicsReply(int(number), message) if message and value.ok:
            stage.acknowledge(number)
        case GraphicsReply(int(number), message) if message and (key := books.lost(number)) is not None:
            stage.host.note("lost", {"image": number, "reason": value.error})
            books.ledger.refusals.count(key, value.error)
            if isinstance(key, Rung) and key.picture == stage.front:
                stage.gate.begin_again()
            stage.move_on()
