"""What became of a plan, as text."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.model.outcome import WORDS, Done, Outcome
from reconciler.model.outcomes import of_kind
from reconciler.reports.shown.values import clean, number
from reconciler.reports.text.style import COLOURS, Paint, plain

LISTED = 50
"""How many outcomes of one sort are listed; the rest is counted."""


def outcomes_text(outcomes: Sequence[Outcome], paint: Paint = plain, *, verbose: bool = False) -> str:
    """List what did not end as done, with the reason and the server's own words; with `verbose` all of it."""
    lines: list[str] = []
    for kind, name in WORDS.items():
        if kind is Done and not verbose:
            continue
        ended = [*of_kind(outcomes, kind)]
        shown = ended if verbose else ended[:LISTED]
        for outcome in shown:
            reason = f": {clean(outcome.reason)}" if outcome.reason else ""
            lines.append(f"  {paint(f'{name:<8}', COLOURS[name])} {clean(str(outcome.address))}{reason}")
        if len(shown) < len(ended):
            lines.append(
                f"           and {number(len(ended) - len(shown))} more {name}; -v lists all of them"
            )
    return "".join(f"{line}\n" for line in lines)
