"""Asked: the record of an account, asked for in plain SQL and made of texts.

What `remembered` reads with the library of the rest of the store, for where that would take longer to load
than ten thousand lines to plan: see `at_rest`. A law of the tests holds the two together.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from sys import intern
from typing import Any, Final

from reconciler.model.address import ORDER, ORDER_LINE, Address, parse
from reconciler.model.collector import collector_paused
from reconciler.model.evidence import Evidence
from reconciler.model.record import Baseline, Memory, Record, Unsettled
from reconciler.store.scope import Scope

Ask = Callable[[str, Mapping[str, str]], Iterable[Any]]
"""Gives the rows of a SELECT; a value stands in it as `:name`."""

_LINE: Final = f"{ORDER_LINE}/"
_MET: Final[Mapping[str, Any]] = {}
"""What of most memories is unmet: nothing."""
_NO_WORD: Final = "its run ended before an answer was recorded"

_MEMORIES: Final = """
SELECT address, spec, how, "at", run, released, unmet, identity, source, reported, project
FROM memories WHERE account = :account ORDER BY address
"""
_BASELINES: Final = 'SELECT order_id, seen, "before", written FROM baselines WHERE account = :account'
_FINISHED: Final = "SELECT address, status FROM finished WHERE account = :account AND project = :project"
_LAST_RUN: Final = "SELECT max(id) FROM runs WHERE account = :account"
_UNSETTLED: Final = """
SELECT writes.run, writes.address, writes.action, writes.wanted, writes."before", writes.updated,
       writes.intended_at, writes.outcome_at, writes.reason
FROM writes JOIN runs ON runs.id = writes.run
WHERE runs.account = :account AND (writes.outcome IS NULL OR writes.outcome = 'lost')
  AND writes.settled_by IS NULL
  AND NOT EXISTS (
    SELECT later.number FROM writes AS later JOIN runs AS later_runs ON later_runs.id = later.run
    WHERE later.address = writes.address AND later.outcome IN ('done', 'failed')
      AND (later.run > writes.run OR (later.run = writes.run AND later.number > writes.number))
      AND later_runs.account = :account
  )
ORDER BY writes.run, writes.number
"""


def record(ask: Ask, scope: Scope) -> Record:
    """Read all that is remembered of an account for a project. Raises ValueError or KeyError for nonsense."""
    account = {"account": scope.account}
    with collector_paused():
        definitions, orders, lines, foreign = _memories(ask(_MEMORIES, account), scope.project)
    (last_run,) = next(iter(ask(_LAST_RUN, account)))
    return Record(
        definitions=definitions,
        orders=orders,
        lines=lines,
        baselines=_baselines(ask(_BASELINES, account)),
        finished=_finished(ask(_FINISHED, {**account, "project": scope.project})),
        unsettled=_unsettled(ask(_UNSETTLED, account)),
        last_run=last_run or 0,
        foreign=foreign,
    )


def _unsettled(rows: Iterable[Any]) -> dict[Address, Unsettled]:
    return {
        parse(address): Unsettled(
            run=run,
            at=datetime.fromisoformat(intended_at or outcome_at),
            wanted=_json(wanted),
            reason=reason or _NO_WORD,
            action=action,
            before=_json(before),
            updated=_moment(updated),
        )
        for run, address, action, wanted, before, updated, intended_at, outcome_at, reason in rows
    }


def _memories(
    rows: Iterable[Any], project: str
) -> tuple[dict[Address, Memory], dict[str, Memory], dict[str, dict[str, Memory]], dict[Address, str]]:
    """Read the memories of a project by kind, and which addresses are another's.

    A definition that was released by whatever project is remembered for all: it is in the target still.
    """
    definitions: dict[Address, Memory] = {}
    orders: dict[str, Memory] = {}
    lines: dict[str, dict[str, Memory]] = {}
    foreign: dict[Address, str] = {}
    how_of = {each.value: each for each in Evidence}
    spec_of, moment_of = _Texts(), _Moments()
    for text, spec, how, at, run, released, unmet, identity, source, reported, owner in rows:
        if owner != project and not released:
            foreign[parse(text)] = owner
            continue
        memory = Memory(
            spec_of[spec] if spec and spec[0] == '"' else _json(spec),
            how_of[how],
            moment_of[at],
            run,
            bool(released),
            _MET if unmet is None else json.loads(unmet),
            identity,
            intern(source),
            _moment(reported),
        )
        if text.startswith(_LINE):
            order, line = _ids(text)
            lines.setdefault(order, {})[line] = memory
            continue
        address = parse(text)
        if address.kind == ORDER:
            orders[address.parts[0]] = memory
        else:
            definitions[address] = memory
    return definitions, orders, lines, foreign


class _Texts(dict[str, str]):
    """The texts that stand in JSON, each read once and kept once."""

    def __missing__(self, written: str) -> str:
        found = self[written] = intern(json.loads(written))
        return found


class _Moments(dict[str, datetime]):
    """Moments by their text, each read once and kept once."""

    def __missing__(self, text: str) -> datetime:
        found = self[text] = datetime.fromisoformat(text)
        return found


def _baselines(rows: Iterable[Any]) -> dict[str, Baseline]:
    moment_of = _Moments()
    return {
        order: Baseline(seen and moment_of[seen], before and moment_of[before], moment_of[written])
        for order, seen, before, written in rows
    }


def _finished(rows: Iterable[Any]) -> dict[Address, str]:
    return {Address(ORDER_LINE, _ids(address)): intern(status) for address, status in rows}


def _json(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _ids(text: str) -> tuple[str, str]:
    """Give the order and the line of a line's address."""
    order, line = text.split("/")[1:] if "%" not in text else parse(text).parts
    return intern(order), intern(line)
