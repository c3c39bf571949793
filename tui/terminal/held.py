"""Graphics that wait for a painting, so that both are shown in one frame of synchronized output."""

from __future__ import annotations

from tui.terminal.wire import SYNC_END, SYNC_START, is_transfer


class HeldGraphics:
    """What is sent while a painting is awaited, in its order. Of transfers nothing comes into the frame: until it ends the
    terminal shows nothing new, and for as long as a transfer takes it would stand still."""

    def __init__(self) -> None:
        self._frame: list[str] = []
        self._behind: list[str] = []

    def take(self, text: str) -> str:
        """The text when it is to be written now, as nothing waits that it would overtake; else it waits, and there is
        none."""
        transfer = is_transfer(text)
        if transfer and not self._frame:
            return text
        if text:
            (self._behind if transfer or self._behind else self._frame).append(text)
        return ""

    @property
    def framed(self) -> str:
        """What is shown with the painting."""
        # The painting is shown at once as a whole: what ends within it would let a part be seen.
        return "".join(self._frame).replace(SYNC_START, "").replace(SYNC_END, "")

    @property
    def behind(self) -> str:
        """What follows the frame."""
        return "".join(self._behind)

    @property
    def whole(self) -> str:
        """All of it, where nothing is painted."""
        return "".join((*self._frame, *self._behind))
