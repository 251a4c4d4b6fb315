"""The text of a rehearsal: what would be sent, what came of it, what is left, and what all of it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from reconciler.model.change import Change, UpdateLine, action
from reconciler.model.outcomes import count
from reconciler.model.plan import TargetName
from reconciler.model.rehearsal import Accident, Basis, Leg, Rehearsal, Rule, Sort, Wave
from reconciler.model.settlement import Settlement, Verdict
from reconciler.reports.shown.fixed import applied_line, summary_line
from reconciler.reports.shown.values import clean, number, value
from reconciler.reports.text.diagnostics import remarks
from reconciler.reports.text.outcomes import outcomes_text
from reconciler.reports.text.style import COLOURS, SIGNS, Paint, plain
from reconciler.reports.text.summary import target_line

LISTED: Final = 20
"""How many of a sort are listed; the rest is counted."""
_WIDTH: Final = 110
_WORDS: Final = {
    Sort.DEFINITIONS: ("definition", "definitions"),
    Sort.ORDERS: ("order", "orders"),
    Sort.LINES: ("line", "lines"),
}
_BASES: Final = {
    Basis.DOCUMENTED: "the vendor's pages say or show it",
    Basis.OBSERVED: "seen of the target, or said by the settings",
    Basis.CHOSEN: "said by --switch",
    Basis.ASSUMED: "nobody says; on a server where it is otherwise, this may end otherwise",
}


def rehearsal_text(
    target: TargetName, found: Rehearsal, paint: Paint = plain, *, verbose: bool = False
) -> str:
    """Show a whole rehearsal; it ends with a line of fixed form."""
    lines = [f"Rehearsal for {target_line(target)}", summary_line(found.plan), _copied(found), ""]
    for leg in found.legs:
        lines += [*_leg(leg, found, paint, verbose=verbose)]
    if found.open:
        lines += [paint("A person would have to settle", "bold"), *_open(found.open, verbose=verbose)]
        if found.waiting:
            lines.append(f"       and {number(len(found.waiting))} others would wait for that")
        lines.append("")
    if found.left:
        lines += [paint("Left", "bold"), *_left(found.left, paint, verbose=verbose), ""]
    if found.twice:
        lines += [paint("Carried out twice", "bold"), *(f"  {clean(str(each))}" for each in found.twice), ""]
    lines += [*_rules(found, paint, verbose=verbose), *remarks(found.diagnostics, paint)]
    lines.append(f"The target was read with {number(found.read)} requests; nothing was sent to change it.")
    return "\n".join([*lines, rehearsal_line(found)]) + "\n"


def rehearsal_line(found: Rehearsal) -> str:
    """Give the line of fixed form: every number always printed, never inflected."""
    verdict = "converges" if found.converges else "does not converge"
    return (
        f"Rehearsal: {verdict}. {len(found.left)} left, {len(found.open)} to settle, "
        f"{len(found.twice)} carried out twice. {sum(found.requests.values())} requests, "
        f"{found.triggers} may fire triggers."
    )


def _copied(found: Rehearsal) -> str:
    copied = found.copied
    parts = [f"{number(copied.orders)} orders", f"{number(copied.definitions)} definitions"]
    if copied.outlined:
        parts.append(f"{number(copied.outlined)} of the orders in outline")
    hidden = copied.recalled + copied.made_up
    if hidden:
        parts.append(
            f"{number(hidden)} hidden line statuses ({copied.recalled} recorded, {copied.made_up} made up)"
        )
    return f"Copied into a sandbox of its own: {', '.join(parts)}."


def _leg(leg: Leg, found: Rehearsal, paint: Paint, *, verbose: bool) -> Iterator[str]:
    resumed = leg.command == "resume"
    heads = {True: "Would then be sent by resume, in this order", False: "Would be sent, in this order"}
    if leg.waves:
        yield paint(heads[resumed], "bold")
        for place, wave in enumerate(leg.waves, 1):
            yield f"  {place:>2}. {_wave(wave)}"
        methods = ", ".join(f"{name} {number(times)}" for name, times in sorted(leg.requests.items()))
        yield f"      by method: {methods}"
        yield ""
    elif not resumed:
        yield from ("Nothing would be sent.", "")
    if found.accidents and not resumed:
        yield paint(f"Accidents (seed {found.seed})", "bold")
        yield from _accidents(found.accidents, verbose=verbose)
        yield ""
    told = outcomes_text(leg.outcomes, paint, verbose=verbose)
    if told:
        yield told.rstrip("\n")
    prefix = "After resume. " if resumed else ""
    yield prefix + applied_line(count(leg.outcomes), len(found.plan.withheld))
    yield ""


def _wave(wave: Wave) -> str:
    requests = "request" if wave.requests == 1 else "requests"
    parts = [f"{wave.sort:<12} {number(wave.requests):>6} {requests}"]
    if wave.items:
        one, many = _WORDS[wave.sort]
        parts.append(f"{number(wave.items)} {one if wave.items == 1 else many}")
    if wave.struck:
        parts.append(f"{number(wave.struck)} struck")
    return ", ".join(parts)


def _accidents(accidents: Sequence[Accident], *, verbose: bool) -> Iterator[str]:
    shown = accidents if verbose else accidents[:LISTED]
    for each in shown:
        about = f" ({clean(' '.join(each.ids[:2]))})" if each.ids else ""
        yield f"  {each.method}{about}: {each.means}"
    yield from _more(len(accidents) - len(shown))


def _open(settlements: Sequence[Settlement], *, verbose: bool) -> Iterator[str]:
    shown = settlements if verbose else settlements[:LISTED]
    for each in shown:
        likely = f" (likely: {each.hint})" if each.hint is not Verdict.OPEN else ""
        yield f"  {clean(str(each.address))}: {clean(each.how)}{likely}"
    yield from _more(len(settlements) - len(shown))


def _left(changes: Sequence[Change], paint: Paint, *, verbose: bool) -> Iterator[str]:
    shown = changes if verbose else changes[:LISTED]
    for change in shown:
        word = action(change)
        sign = paint(f"{SIGNS[word]:>2}", COLOURS[word])
        move = ""
        if isinstance(change, UpdateLine):
            only = change.fields[0]
            move = f"  {only.path}: {value(only.before)} → {value(only.after)}"
        yield f"  {sign} {clean(str(change.address))}{move}"
        if len(change.fields) and not isinstance(change, UpdateLine):
            yield f"       in {clean(', '.join(each.path for each in change.fields[:6]))}"
        yield f"       {clean(change.reason)}"
    yield from _more(len(changes) - len(shown))


def _more(count: int) -> Iterator[str]:
    if count > 0:
        yield f"  and {number(count)} more; -v lists all of them"


def _rules(found: Rehearsal, paint: Paint, *, verbose: bool) -> Iterator[str]:
    """Name the rules by what they rest on; in full with `verbose`, and where somebody chose them."""
    if not found.rules:
        return
    yield paint("Rules of the stand-in that were asked for", "bold")
    for basis, rules in found.by_basis().items():
        yield f"  {basis}: {len(rules)} ({_BASES[basis]})"
        if verbose:
            for rule in rules:
                yield f"       {_named(rule)}: {clean(rule.decides)}: {clean(rule.means)}"
        else:
            named = ", ".join(map(_named, rules))
            yield from wrap(named, _WIDTH, initial_indent="       ", subsequent_indent="       ")
    if not verbose:
        yield "       -v says what each means; --switch NAME=VALUE tries another"
    yield ""


def _named(rule: Rule) -> str:
    rows = f" ({', '.join(rule.rows)})" if rule.rows else ""
    return f"{rule.name}={rule.value}{rows}"
