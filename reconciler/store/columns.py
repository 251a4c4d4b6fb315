"""Columns: what is remembered of lines, read as texts and kept in columns.

Of most lines no more is remembered than what was said, when, in which run and for whom. Of these nothing is
made but what they do not have in common: a line becomes a memory where somebody looks at it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from sys import intern
from typing import Any, Final

from reconciler.model.address import ORDER_LINE, parse
from reconciler.model.evidence import Evidence
from reconciler.model.memories import Gist, Memories, unpacked
from reconciler.store.ask import Ask

_LINE: Final = f"{ORDER_LINE}/"

PLAIN: Final = f"""(
  project = :project AND substr(address, 1, {len(_LINE)}) = '{_LINE}'
  AND substr(coalesce(CAST(spec AS TEXT), ''), 1, 1) = '"' AND order_id IS NOT NULL AND released IS FALSE
  AND unmet IS NULL AND identity = '' AND reported IS NULL
)"""
"""Tells of a row whether it is a line of a project of which nothing else is remembered; never NULL."""

_LINES: Final = f"""
SELECT order_id, address, run, CAST(spec AS TEXT), how, source, "at"
FROM memories WHERE account = :account AND {PLAIN}
"""  # noqa: S608 - of our own words


def plain_lines(ask: Ask, which: str, given: Mapping[str, Any]) -> Memories:
    """Read these lines, or those of them that more words of a condition choose."""
    found = Memories()
    known: dict[tuple[str, str, str], Gist] = {}
    moments: dict[str, datetime] = {}
    for order, of_order in groupby(ask(f"{_LINES} {which} ORDER BY address", given), itemgetter(0)):
        lines, said, times, told = [], [], [], []
        begin = f"{_LINE}{order}/"
        for _, text, run, spec, how, source, when in of_order:
            plain = "%" not in text and text.startswith(begin)
            lines.append(text[len(begin) :] if plain else _line(text, order))
            key = (spec, how, source)
            said.append(known.get(key) or known.setdefault(key, _gist(*key)))
            times.append(moments.get(when) or moments.setdefault(when, datetime.fromisoformat(when)))
            told.append(run)
        names, gists = tuple(map(intern, lines)), tuple(said)
        if order in found:  # a database that sorts as people do may give an order in parts
            found.keep(order, unpacked(names, gists, times, told))
        else:
            found.put(intern(order), names, gists, times, told)
    return found


def _line(text: str, order: str) -> str:
    """Give the id of a line of an order whose address is not plain. Raises ValueError."""
    line = parse(text).parts
    if line[0] != order:
        raise ValueError(f"{text} is no line of order {order}")
    return line[1]


def _gist(spec: str, how: str, source: str) -> Gist:
    return Gist(intern(json.loads(spec)), Evidence(how), intern(source))
