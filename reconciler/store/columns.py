"""Columns: what is remembered of lines, read as texts and kept in columns.

Of most lines no more is remembered than what was said, when, in which run and for whom. Of these nothing is
made but what they do not have in common: a line becomes a memory where somebody looks at it.
"""

from __future__ import annotations

import json
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from sys import intern
from typing import Final

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, select, type_coerce

from reconciler.model.address import ORDER_LINE, parse
from reconciler.model.evidence import Evidence
from reconciler.model.memories import Gist, Memories, unpacked
from reconciler.store.scope import Scope
from reconciler.store.tables import memories

_LINE: Final = f"{ORDER_LINE}/"


def is_plain(scope: Scope) -> ColumnElement[bool]:
    """Select the lines of a project of which nothing else is remembered; never NULL."""
    table = memories.c
    return and_(
        table.project == scope.project,
        func.substr(table.address, 1, len(_LINE)) == _LINE,
        func.substr(func.coalesce(cast(table.spec, Text), ""), 1, 1) == '"',  # a text
        table.order_id.is_not(None),
        table.released.is_(False),
        table.unmet.is_(None),
        table.identity == "",
        table.reported.is_(None),
    )


def plain_lines(connection: Connection, scope: Scope, *which: ColumnElement[bool]) -> Memories:
    """Read these lines, or those of them that are chosen."""
    table, found = memories.c, Memories()
    spec, at = cast(table.spec, Text), type_coerce(table.at, Text)
    chosen = select(table.order_id, table.address, table.run, spec, table.how, table.source, at)
    plain = chosen.where(table.account == scope.account, is_plain(scope), *which).order_by(table.address)
    gists: dict[tuple[str, str, str], Gist] = {}
    moments: dict[str, datetime] = {}
    for order, of_order in groupby(connection.execute(plain), itemgetter(0)):
        lines, said, times, told = [], [], [], []
        begins = len(f"{_LINE}{order}/")
        for _, text, run, spec, how, source, when in of_order:
            lines.append(text[begins:] if "%" not in text else parse(text).parts[1])
            key = (spec, how, source)
            said.append(gists.get(key) or gists.setdefault(key, _gist(*key)))
            times.append(moments.get(when) or moments.setdefault(when, datetime.fromisoformat(when)))
            told.append(run)
        shape = (tuple(map(intern, lines)), tuple(said))
        if order in found:  # a database that sorts as people do may give an order in parts
            found.keep(order, unpacked(shape, times, told))
        else:
            found.put(order, shape, times, told)
    return found


def _gist(spec: str, how: str, source: str) -> Gist:
    return Gist(intern(json.loads(spec)), Evidence(how), intern(source))
