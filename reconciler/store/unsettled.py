"""Unsettled: the writes of which nobody knows whether they happened.

A write is in doubt when it was intended and has no outcome (its run died) or is `lost`. What settles it: its
own later outcome, a later write of the same address that was accepted or refused, an adoption, or forgetting
it. A later write that was never sent settles nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final

from reconciler.model.address import Address, parse
from reconciler.model.record import Unsettled
from reconciler.store.ask import Ask, json_of, moment_of

_NO_WORD: Final = "its run ended before an answer was recorded"

UNSETTLED: Final = """
SELECT writes.run, writes.address, writes.action, CAST(writes.wanted AS TEXT), CAST(writes."before" AS TEXT),
       writes.updated, writes.intended_at, writes.outcome, writes.outcome_at, writes.reason
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
"""What is in doubt is said in the words of the index `writes_in_doubt`, or no database would use it."""


def unsettled(
    ask: Ask, account: str, under_way: Callable[[], Collection[int]] = frozenset
) -> dict[Address, Unsettled]:
    """Give the latest write in doubt of each address of an account.

    What a run that is under way has sent and not heard of is none: one that began or ended meanwhile counts.
    """
    going = {*under_way()}
    rows = list(ask(UNSETTLED, {"account": account}))
    going.update(under_way())
    return {
        parse(address): Unsettled(
            run=run,
            at=datetime.fromisoformat(intended_at or outcome_at),
            wanted=json_of(wanted),
            reason=reason or _NO_WORD,
            action=action,
            before=json_of(before),
            updated=moment_of(updated),
        )
        for run, address, action, wanted, before, updated, intended_at, outcome, outcome_at, reason in rows
        if outcome is not None or run not in going
    }
