"""Filters as conditions on the index."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache

from tui.model.project import Project
from tui.model.task import Filter, State

Values = dict[str, object]


_IN_LIST = " and t.id in (select task from label where label = :label)"
_EACH = (
    " and exists (select 1 from label l where l.label = :label and l.stage in (0, 1, 2) and l.task = t.id)"
)


PRESENT = f" and +t.state != '{State.REMOVED}'"
"""Of a filter that names no states. The sign keeps it from choosing an index."""


def where_clause(where: Filter | None, *, few: bool = False) -> tuple[str, Values]:
    """SQL conditions on `task t`, each beginning with ' and ', with their named values. `few`: the query
    looks at a few tasks only, so a label is asked of each instead of listing all that have it. `since` is the place of
    an event here."""
    conditions = list(_conditions(where, few)) if where is not None else []
    values = {name: value for _, named in conditions for name, value in named.items()}
    return "".join(sql for sql, _ in conditions), values


def _conditions(where: Filter, few: bool) -> Iterator[tuple[str, Values]]:
    if where.states:
        named: Values = {f"state{i}": str(state) for i, state in enumerate(where.states)}
        yield f" and t.state in ({', '.join(':' + name for name in named)})", named
    else:
        yield PRESENT, {}
    if where.annotator is not None:
        yield " and t.annotator = :annotator", {"annotator": where.annotator}
    if where.path_glob is not None:
        yield " and t.path glob :glob", {"glob": where.path_glob.replace("[!", "[^")}
    if where.label is not None:
        yield _EACH if few else _IN_LIST, {"label": where.label}
    if where.flagged is not None:
        yield " and t.flagged = :flagged", {"flagged": int(where.flagged)}
    if where.changed is not None:
        yield " and t.changed = :changed", {"changed": int(where.changed)}
    if where.file_changed is not None:
        yield " and t.file_changed = :file_changed", {"file_changed": int(where.file_changed)}
    if where.since is not None:
        yield " and t.event > :since", {"since": where.since}
    if where.ids is not None:
        yield " and t.id in (select value from json_each(:ids))", {"ids": _listed(where.ids)}


@lru_cache(maxsize=4)
def _listed(ids: frozenset[int]) -> str:
    return json.dumps(sorted(ids))


OTHERS = " and t.annotator is not :who"

_NOT_DONE = (  # By :who, as another pass of the same image.
    " and not exists (select 1 from task o where o.path = t.path and o.pass != t.pass and o.annotator = :who)"
)


def not_own(project: Project) -> str:
    """SQL condition on `task t`: not the work of :who, nor of :login where the project says so."""
    return OTHERS + (" and t.login is not :login" if project.review.own_work == "login" else "")


def not_own_image(project: Project) -> str:
    """The same, and no image that :who did in another pass."""
    return not_own(project) + (_NOT_DONE if project.passes > 1 else "")


def joins(project: Project) -> tuple[str, ...]:
    """Which of those parts the passes of an image are found by."""
    return ("path",) if project.passes > 1 else ()


def needs(where: Filter | None) -> tuple[str, ...]:
    """Which of the index's parts that are made on demand a filter is served from."""
    return ("labels",) if where is not None and where.label is not None else ()
