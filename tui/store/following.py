"""Unfinished work follows labels that get other names."""

from __future__ import annotations

from tui.model.annotation import Json
from tui.store.change import DraftStore
from tui.store.renames import Renames, named_anew, since

_SEQ = "seq"


class FollowingDrafts:
    """`save_draft` and `load_draft` of an `AnnotationQueue` whose project was read as of event `read_at`, with the
    `renames` in force then. What a draft says stays as it was said; it is read under the names of now."""

    def __init__(self, drafts: DraftStore, renames: Renames, read_at: int) -> None:
        self._drafts, self._read_at = drafts, read_at
        self._renames = tuple(each for each in renames if each.seq <= read_at)

    def save(self, task_id: int, who: str, draft: Json) -> None:
        """See `AnnotationQueue`."""
        self._drafts.save(task_id, who, {**draft, _SEQ: self._read_at})

    def load(self, task_id: int, who: str) -> Json | None:
        """See `AnnotationQueue`."""
        draft = self._drafts.load(task_id, who)
        if draft is None:
            return None
        said, at = {name: value for name, value in draft.items() if name != _SEQ}, draft.get(_SEQ)
        lists = {name: value for name, value in said.items() if isinstance(value, list)}
        return {**said, **named_anew(lists, since(self._renames, at if isinstance(at, int) else 0))}
