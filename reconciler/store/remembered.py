"""Remembered: the record of an account, read from its tables.

It is asked for in plain SQL that both databases understand, and made of texts: so a plan can read a file at
rest without the library of the rest of the store (see `at_rest`), and there is one way to read. A million
lines have to cost little: see `columns`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from sys import intern
from typing import Any, Final

from reconciler.model.address import ORDER, ORDER_LINE, Address, parse
from reconciler.model.collector import collector_paused
from reconciler.model.evidence import Evidence
from reconciler.model.memories import Memories
from reconciler.model.record import Baseline, Memory, Record
from reconciler.store.ask import Ask, json_of, listed, moment_of
from reconciler.store.columns import PLAIN, plain_lines
from reconciler.store.scope import Scope
from reconciler.store.unsettled import unsettled

MOST_NAMED: Final = 2_000
"""How many orders one statement names."""

_MEMORIES: Final = """
SELECT address, CAST(spec AS TEXT), how, "at", run, released, CAST(unmet AS TEXT), identity, source, reported,
       project
FROM memories WHERE account = :account
"""
_BASELINES: Final = 'SELECT order_id, seen, "before", written FROM baselines WHERE account = :account'
_FINISHED: Final = "SELECT address, status FROM finished WHERE account = :account AND project = :project"
_LAST_RUN: Final = "SELECT max(id) FROM runs WHERE account = :account"


def record(ask: Ask, scope: Scope, under_way: Callable[[], Collection[int]] = frozenset) -> Record:
    """Read all that is remembered of an account for a project.

    What a run that is under way has sent and not heard of is not in doubt: its answer is still to come.
    """
    with collector_paused():
        definitions, orders, lines, foreign = _memories(ask, scope)
        baselines = _baselines(ask, scope.account)
        finished = _finished(ask, scope)
    ((last_run,),) = ask(_LAST_RUN, {"account": scope.account})
    return Record(
        definitions=definitions,
        orders=orders,
        lines=lines,
        baselines=baselines,
        finished=finished,
        unsettled=unsettled(ask, scope.account, under_way),
        last_run=last_run or 0,
        foreign=foreign,
    )


def about(ask: Ask, scope: Scope, orders: Collection[str]) -> Record:
    """Read what is remembered of definitions and of these orders: memories and baselines, and nothing else.

    Where they are many all is read, for one statement cannot name them.
    """
    names, of_these = listed(orders) if len(orders) <= MOST_NAMED else ("", {})
    with collector_paused():
        which = f"AND (order_id IS NULL OR order_id IN ({names}))" if of_these else ""
        definitions, imported, lines, _ = _memories(ask, scope, which, of_these)
        touched = f"AND order_id IN ({names})" if of_these else ""
        return Record(
            definitions=definitions,
            orders=imported,
            lines=lines,
            baselines=_baselines(ask, scope.account, touched, of_these),
        )


def some(ask: Ask, scope: Scope, addresses: Collection[Address]) -> Mapping[Address, Memory]:
    """Read what is remembered of a few addresses, for a project."""
    names, asked = listed(map(str, addresses))
    if not asked:
        return {}
    chosen = f"{_MEMORIES} AND project = :project AND address IN ({names})"
    rows = ask(chosen, {"account": scope.account, "project": scope.project, **asked})
    return {parse(row[0]): _memory(*row[1:-1]) for row in rows}


def _memory(  # noqa: PLR0913, PLR0917 -- the columns of one row
    spec: str | None,
    how: str,
    at: str,
    run: int,
    released: object,
    unmet: str | None,
    identity: str,
    source: str,
    reported: str | None,
) -> Memory:
    return Memory(
        json_of(spec),
        Evidence(how),
        datetime.fromisoformat(at),
        run,
        bool(released),
        json_of(unmet) or {},
        identity,
        intern(source),
        moment_of(reported),
    )


def _memories(
    ask: Ask, scope: Scope, which: str = "", given: Mapping[str, Any] | None = None
) -> tuple[dict[Address, Memory], dict[str, Memory], Memories, dict[Address, str]]:
    """Read the memories of a project by kind, and which addresses are another's.

    A definition that was released by whatever project is remembered for all: it is in the target still.
    """
    definitions: dict[Address, Memory] = {}
    orders: dict[str, Memory] = {}
    foreign: dict[Address, str] = {}
    values = {"account": scope.account, "project": scope.project, **(given or {})}
    lines = plain_lines(ask, which, values)
    for text, *columns, project in ask(f"{_MEMORIES} AND NOT {PLAIN} {which} ORDER BY address", values):
        address = parse(text)
        if project != scope.project and not columns[4]:
            foreign[address] = project
        elif address.kind == ORDER_LINE:
            order, line = address.parts
            lines.keep(order, {line: _memory(*columns)})
        elif address.kind == ORDER:
            orders[address.parts[0]] = _memory(*columns)
        else:
            definitions[address] = _memory(*columns)
    return definitions, orders, lines, foreign


def _baselines(
    ask: Ask, account: str, which: str = "", given: Mapping[str, Any] | None = None
) -> dict[str, Baseline]:
    rows = ask(f"{_BASELINES} {which}", {"account": account, **(given or {})})
    return {
        order: Baseline(moment_of(seen), moment_of(before), datetime.fromisoformat(written))
        for order, seen, before, written in rows
    }


def _finished(ask: Ask, scope: Scope) -> dict[Address, str]:
    rows = ask(_FINISHED, {"account": scope.account, "project": scope.project})
    return {parse(address): intern(status) for address, status in rows}
