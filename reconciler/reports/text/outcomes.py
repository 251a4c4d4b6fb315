"""What became of a plan, as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reconciler.model.outcome import WORDS, Done, Outcome, word
from reconciler.reports.text.style import COLOURS, Paint, clean, number, plain

LISTED = 50
"""How many outcomes of one sort are listed; the rest is counted."""


def outcomes_text(outcomes: Sequence[Outcome], paint: Paint = plain, *, verbose: bool = False) -> str:
    """List what did not end as done, with the reason and the server's own words; with `verbose` all of it."""
    lines: list[str] = []
    for kind, name in WORDS.items():
        if kind is Done and not verbose:
            continue
        ended = [outcome for outcome in outcomes if word(outcome) == name]
        shown = ended if verbose else ended[:LISTED]
        for outcome in shown:
            reason = f": {clean(outcome.reason)}" if outcome.reason else ""
            lines.append(f"  {paint(f'{name:<8}', COLOURS[name])} {clean(str(outcome.address))}{reason}")
        if len(shown) < len(ended):
            lines.append(
                f"           and {number(len(ended) - len(shown))} more {name}; -v lists all of them"
            )
    return "".join(f"{line}\n" for line in lines)


def count(outcomes: Iterable[Outcome]) -> Mapping[str, int]:
    """Count outcomes by the contract's word."""
    counted = dict.fromkeys(WORDS.values(), 0)
    for outcome in outcomes:
        counted[word(outcome)] += 1
    return counted


def applied_line(counted: Mapping[str, int], withheld: int) -> str:
    """Give the apply's fixed line (contract, section 6.4)."""
    numbers = ", ".join(f"{counted[name]} {name}" for name in WORDS.values())
    return f"Applied: {numbers}, {withheld} withheld."
