"""A reversal, as the manifest that carries it out. What is not known is a comment there, never an entry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.model.evidence import Evidence
from reconciler.model.history import RunRow
from reconciler.model.reversal import Left, LeftOut, Restored, Reversal
from reconciler.reports.shown.values import clean, moment, number

_PLAIN: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_WORDS_OF_YAML: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})

_HEADS: Final = {
    Left.UNKNOWN: "The status before is not known. Look it up, and add the line here:",
    Left.DOUBTED: "A status was on record, and whether the line still had it is not known. Look it up:",
    Left.UNSETTLED: "Whether it was done is not known. `reconciler resume` settles it; then revert again:",
    Left.LASTING: "No line states, and not taken back by this file:",
}


def reversal_manifest(reversal: Reversal, target: str) -> str:
    """Write the manifest. It is for this target alone, whose run it was."""
    lines = [*_opening(reversal.run), *_left_out(reversal)]
    if reversal.lines:
        lines += [f"targets: [{_word(target)}]", "orders:", *_orders(reversal)]
    return "\n".join(lines).rstrip("\n") + "\n"


def reversal_line(reversal: Reversal) -> str:
    """Count it in a line of fixed form."""
    count = reversal.counted
    return (
        f"Reverts: {number(len(reversal.lines))} lines of {number(len(reversal.by_order))} orders. "
        f"Left out: {number(count[Left.UNKNOWN] + count[Left.DOUBTED])} not known, "
        f"{number(count[Left.UNSETTLED])} unsettled, {number(count[Left.LASTING])} no line states."
    )


def _opening(run: RunRow) -> Iterator[str]:
    facts = run.facts
    known = (
        f"by {facts.actor}" if facts.actor else "",
        f"commit {facts.commit[:12]}" if facts.commit else "",
        facts.ci_url,
    )
    told = ", ".join(each for each in known if each)
    yield f"# Takes back the line statuses of run {run.id}: {clean(run.command)}, {moment(run.started_at)}"
    if told:
        yield f"# {clean(told)}"
    yield "#"
    yield "# Each line goes back to the status that it had before, and only from the one that the run gave"
    yield "# it: a line that has moved on since is withheld. This too may message customers."
    yield ""


def _left_out(reversal: Reversal) -> Iterator[str]:
    for why, head in _HEADS.items():
        found = [each for each in reversal.left if each.why is why]
        if found:
            yield f"# {head}"
            yield from (f"#   {_left(each)}" for each in found)
            yield ""


def _left(each: LeftOut) -> str:
    where = clean(str(each.address))
    if each.why is Left.LASTING:
        return f"{where}: {each.action}"
    before = clean(each.before) if each.before is not None else "?"
    return f"{where}: {before} → {clean(each.said or '')}"


def _orders(reversal: Reversal) -> Iterator[str]:
    for order, lines in reversal.by_order.items():
        yield f"  - external_id: {_quoted(order)}"
        if order in reversal.resting:
            yield f"    expires: {reversal.until}  # not `hold: once`: that very wish was done before"
        else:
            yield "    hold: once"
        yield "    lines:"
        yield from map(_entry, lines)


def _entry(line: Restored) -> str:
    said = f"{{external_id: {_quoted(line.address.parts[1])}, status: {_word(line.status)}"
    known = "" if line.evidence is Evidence.OBSERVED else f"  # {line.evidence}, not read"
    return f"      - {said}, from: [{_word(line.said)}]}}{known}"


def _word(text: str) -> str:
    """Write a word as people would, in quotes where YAML might take it for something else."""
    plain = _PLAIN.fullmatch(text) is not None and text not in _WORDS_OF_YAML
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    return f'"{"".join(_escaped(text))}"'


def _escaped(text: str) -> Iterable[str]:
    """Escape what has a meaning between double quotes, and what nobody could see there."""
    for each in text:
        if each in '"\\':
            yield f"\\{each}"
        elif each.isprintable():
            yield each
        else:
            yield f"\\U{ord(each):08x}"
