"""Filters as conditions on the index."""

from __future__ import annotations

import json
from functools import lru_cache

from tui.model.task import Filter

Values = dict[str, object]


_IN_LIST = " and t.id in (select task from label where label = :label)"
_EACH = (
    " and exists (select 1 from label l where l.label = :label and l.stage in (0, 1, 2) and l.task = t.id)"
)


def where_clause(where: Filter | None, *, few: bool = False) -> tuple[str, Values]:
    """SQL conditions on `task t`, each beginning with ' and ', with their named values. `few`: the query
    looks at a few tasks only, so a label is asked of each instead of listing all that have it."""
    clause, values = "", Values()
    if where is None:
        return clause, values
    if where.states:
        names = [f"state{i}" for i in range(len(where.states))]
        clause += f" and t.state in ({', '.join(':' + name for name in names)})"
        values |= dict(zip(names, map(str, where.states), strict=True))
    if where.annotator is not None:
        clause, values["annotator"] = clause + " and t.annotator = :annotator", where.annotator
    if where.path_glob is not None:
        clause, values["glob"] = clause + " and t.path glob :glob", where.path_glob.replace("[!", "[^")
    if where.label is not None:
        clause += _EACH if few else _IN_LIST
        values["label"] = where.label
    if where.flagged is not None:
        clause, values["flagged"] = clause + " and t.flagged = :flagged", int(where.flagged)
    if where.changed is not None:
        clause, values["changed"] = clause + " and t.changed = :changed", int(where.changed)
    if where.ids is not None:
        clause += " and t.id in (select value from json_each(:ids))"
        values["ids"] = _listed(where.ids)
    return clause, values


@lru_cache(maxsize=4)
def _listed(ids: frozenset[int]) -> str:
    return json.dumps(sorted(ids))


def needs(where: Filter | None) -> tuple[str, ...]:
    """Which of the index's parts that are made on demand a filter is served from."""
    return ("labels",) if where is not None and where.label is not None else ()
