"""What became of a plan, as Markdown: what did not end well first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.model.change import Withhold
from reconciler.model.outcome import WORDS, Done, Lost, Outcome, word
from reconciler.model.outcomes import count, of_kind
from reconciler.reports.markdown.fitting import Block, Item, fit
from reconciler.reports.markdown.opening import opening
from reconciler.reports.markdown.quoting import code, prose
from reconciler.reports.markdown.refused import refused
from reconciler.reports.markdown.remarks import remarks
from reconciler.reports.shown.applied import Applied
from reconciler.reports.shown.fixed import applied_line
from reconciler.reports.shown.grouping import refusals
from reconciler.reports.shown.meanings import OUTCOMES
from reconciler.reports.shown.values import number, value

_WHOLE = "`-o json=FILE` or `-o html=FILE` holds all of them."


def applied_markdown(applied: Applied, *, limit: int) -> str:
    """Give what became of a plan as Markdown of at most `limit` bytes; it begins with the fixed line."""
    line = applied_line(count(applied.outcomes), applied.withheld_in_all)
    begin = opening(line, applied.command, applied.target)
    begin += "".join(f"Next: {code(each)}\n\n" for each in applied.next_commands)
    blocks = [
        *_ended(applied.outcomes),
        *_withheld(applied.withheld),
        *remarks(applied.diagnostics),
        *_done(applied.outcomes),
    ]
    return fit(begin, blocks, limit, _WHOLE).rstrip("\n") + "\n"


def _ended(outcomes: Sequence[Outcome]) -> Iterator[Block]:
    """Give what did not end as done; lost before failed, for it may have reached a customer."""
    for kind in sorted(set(WORDS) - {Done}, key=lambda each: (each is not Lost, WORDS[each])):
        name = WORDS[kind]
        found = [*of_kind(outcomes, kind)]
        if found:
            head = f"### {number(len(found))} {name}: {OUTCOMES[name]}\n\n"
            yield Block(head, map(_outcome, found), len(found), dangerous=True, tail="\n")


def _withheld(withheld: Sequence[Withhold]) -> Iterator[Block]:
    if withheld:
        head = f"### {number(len(withheld))} withheld: nothing was done\n\n"
        yield Block(head, map(refused, refusals(withheld)), len(withheld), dangerous=True, tail="\n")


def _done(outcomes: Sequence[Outcome]) -> Iterator[Block]:
    done = [*of_kind(outcomes, Done)]
    if done:
        head = f"<details>\n<summary>Done: {number(len(done))}</summary>\n\n"
        yield Block(head, map(_outcome, done), len(done), tail="\n</details>\n\n")


def _outcome(outcome: Outcome) -> Item:
    wanted = f" → {code(value(outcome.after))}" if isinstance(outcome.after, str) else ""
    reason = f": {prose(outcome.reason)}" if outcome.reason else ""
    return Item(f"- **{word(outcome)}** {code(str(outcome.address))}{wanted}{reason}\n")
