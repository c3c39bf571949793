"""What commands mean on a walk from picture to picture, and the keys that follow `x` of a reviewer."""

from __future__ import annotations

from collections.abc import Mapping

from tui.screens.mode import MakeInput, WorkHost
from tui.screens.text_layer import comment_layer
from tui.sitting import inputs as i

WALK_INPUTS: Mapping[str, MakeInput] = {
    "work.skip": i.SkipKey,
    "work.undo": i.UndoKey,
    "work.redo": i.RedoKey,
    "work.flag": i.FlagKey,
    "work.next": i.NextKey,
    "work.previous": i.PreviousKey,
    "work.next-undone": i.NextUndoneKey,
    "annotate.confirm": i.Confirm,
    "review.accept": i.AcceptKey,
    "review.accept-shown": i.AcceptShownKey,
    "review.reject": i.RejectKey,
    "review.send-back": i.SendBackKey,
    "review.confirm": i.Confirm,
    "annotate.keep-zoom": i.KeepZoomKey,
    "review.keep-zoom": i.KeepZoomKey,
}
"""Commands that are the sitting's business, by their ids."""


def reason_key(host: WorkHost, key: str, comment: str) -> bool:
    """Whether a key gives the reason of a rejection: a digit, none, or a comment (by the command of that id)."""
    number = host.table.digit(key)
    if number is not None:
        host.put(i.ReasonKey(number))
    elif host.table.is_for(key, "review.confirm"):
        host.put(i.Confirm())
    elif host.table.is_for(key, comment):
        host.put(i.Touch())
        host.open(comment_layer(lambda text: host.put(i.Comment(text))))
    else:
        return False
    return True
