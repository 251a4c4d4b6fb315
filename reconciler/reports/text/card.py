"""The card: what the person on call has to know of a run that did not end well, in one look.

It answers what one asks at night, in this order: does it go on, whom did it reach, what is missing, may it
wait, what is blocked, what may I type. It says nothing that the report beside it does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from reconciler.model.address import ORDER_LINE, Address
from reconciler.model.outcome import Done, Failed, Lost, Moved, Outcome, Skipped
from reconciler.reports.shown.values import clean, number

SHOWN: Final = 5
"""How many blocked addresses are named."""


def card_text(
    run: int,
    triggers: Mapping[Address, bool],
    outcomes: Sequence[Outcome],
    target: str,
    *,
    why: str = "",
    died: bool = False,
) -> str:
    """Sum up a run for whoever was woken by it; `run` 0 is one that sent nothing.

    `triggers` tells of what was to be sent whether it may fire any, `why` for what reason a run stopped by
    itself, `died` that it ended without a word.
    """
    lost = [outcome for outcome in outcomes if isinstance(outcome, Lost)]
    said = {
        "Running": _running(run, why, died=died),
        "Messaged": _messaged(triggers, outcomes),
        "Not sent": _not_sent(outcomes),
        "Can wait": _can_wait(lost),
        "Blocked": _blocked(lost),
        "First": _first(lost, target),
    }
    return "".join(f"  {name:<9} {words}\n" for name, words in said.items())


def _running(run: int, why: str, *, died: bool) -> str:
    if not run:
        return "no, nothing was sent"
    if died:
        return f"no: run {run} died, nothing goes on by itself"
    ended = f"run {run} stopped by itself, for {clean(why)}" if why else f"run {run} has ended"
    return f"no: {ended}, nothing goes on by itself"


def _messaged(triggers: Mapping[Address, bool], outcomes: Sequence[Outcome]) -> str:
    """Count the orders whose customers may have got a message, those that nobody knows of included."""

    def orders(kind: type[Outcome]) -> set[str]:
        return {
            outcome.address.parts[0]
            for outcome in outcomes
            if isinstance(outcome, kind) and _may_reach(outcome.address, triggers)
        }

    surely, perhaps = orders(Done), orders(Lost)
    total = len(surely | perhaps)
    if not total:
        return "nobody: nothing that may fire triggers was sent"
    doubt = f", {number(len(perhaps))} of them with an answer that was lost" if perhaps else ""
    return f"perhaps the customers of {_counted(total, 'order')}{doubt}"


def _may_reach(where: Address, triggers: Mapping[Address, bool]) -> bool:
    """Tell whether a write may have fired triggers; a line of an earlier run counts as one that may."""
    return triggers.get(where, where.kind == ORDER_LINE)


def _not_sent(outcomes: Sequence[Outcome]) -> str:
    left = {
        "skipped": sum(isinstance(outcome, Skipped) for outcome in outcomes),
        "moved": sum(isinstance(outcome, Moved) for outcome in outcomes),
        "refused by the target": sum(isinstance(outcome, Failed) for outcome in outcomes),
    }
    told = ", ".join(f"{number(count)} {word}" for word, count in left.items() if count)
    return told or "nothing of what was approved"


def _can_wait(lost: Sequence[Lost]) -> str:
    if lost:
        return "yes: what is lost is never sent again by itself, and what is left stays approved"
    return "yes: what was not sent is sent only when somebody says so"


def _blocked(lost: Sequence[Lost]) -> str:
    if not lost:
        return "nothing"
    named = ", ".join(clean(str(outcome.address)) for outcome in lost[:SHOWN])
    rest = f" and {number(len(lost) - SHOWN)} more" if len(lost) > SHOWN else ""
    return f"only {named}{rest}, until settled"


def _first(lost: Sequence[Lost], target: str) -> str:
    if lost:
        return f"reconciler resume --settle-only -t {target}  (reads, sends nothing)"
    return f"reconciler plan -t {target}  (reads, sends nothing)"


def _counted(count: int, word: str) -> str:
    return f"{number(count)} {word}" if count == 1 else f"{number(count)} {word}s"
