"""The plan as text: what would be done, by kind, with reason and place; bulk as a table of moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reconciler.model.change import Change, Pending, UpdateLine, Withhold, action
from reconciler.model.plan import Drift, Plan
from reconciler.reports.shown.fixed import nothing_line, summary_line
from reconciler.reports.shown.grouping import BULK_FROM, by_kind, is_bulk, marks, moves, refusals
from reconciler.reports.shown.sources import because, heard, observed
from reconciler.reports.shown.titles import TITLES
from reconciler.reports.shown.values import clean, number, value
from reconciler.reports.text.diagnostics import remarks
from reconciler.reports.text.style import COLOURS, SIGNS, Paint, plain
from reconciler.reports.text.summary import target_line

SAMPLES = 3


def plan_text(plan: Plan, paint: Paint = plain, *, verbose: bool = False) -> str:
    """Show a whole plan; it ends with the fixed line."""
    lines = [f"Plan for {target_line(plan.target)}", *heard(plan, verbose=verbose), ""]
    for kind, steps in by_kind(plan.steps):
        lines += [paint(TITLES[kind], "bold"), *_section(steps, paint, verbose=verbose), ""]
    if plan.withheld:
        lines += [paint("Withheld", "bold"), *_withheld(plan.withheld, paint, verbose=verbose), ""]
    lines += [*_drift(plan.drift, paint, verbose=verbose)]
    lines += [*remarks(plan.diagnostics, paint)]
    return "\n".join([*lines, *_end(plan)]) + "\n"


def drift_text(plan: Plan, paint: Paint = plain, *, verbose: bool = False) -> str:
    """Show drift alone (`--refresh-only`)."""
    lines = [f"Drift of {target_line(plan.target)}", *observed(plan), ""]
    lines += [*_drift(plan.drift, paint, verbose=verbose)] or ["No drift.", ""]
    return "\n".join([*lines, summary_line(plan)]) + "\n"


def _end(plan: Plan) -> Iterator[str]:
    nothing = nothing_line(plan)
    if nothing is not None:
        yield nothing
    yield summary_line(plan)


def _section(steps: Sequence[Pending], paint: Paint, *, verbose: bool) -> Iterator[str]:
    if verbose or not is_bulk(steps):
        for step in steps:
            yield from _change(step, paint, verbose=verbose)
        return
    for move in moves(steps):
        sort = move.sort
        sign = paint(f"{SIGNS[sort.action]:>2}", COLOURS[sort.action])
        yield f"  {sign} {number(len(move.changes)):>7} {sort.told()}{_bracketed(sort.marks)}"
        yield from _samples(move.changes)
    yield "       -v lists all of them"


def _change(change: Change, paint: Paint, *, verbose: bool) -> Iterator[str]:
    word = action(change)
    sign = paint(f"{SIGNS[word]:>2}", COLOURS[word])
    where = clean(str(change.address))
    if isinstance(change, UpdateLine | Withhold) and len(change.fields) == 1 and not verbose:
        only = change.fields[0]
        move = f"{only.path}: {value(only.before)} → {value(only.after)}"
        yield f"  {sign} {where}  {move}{_bracketed(marks(change))}{_place(change)}"
    else:
        yield f"  {sign} {where}{_bracketed(marks(change))}{_place(change)}"
        yield from _fields(change)
    yield f"       {because(change)}"


def _fields(change: Change) -> Iterator[str]:
    created = action(change) in {"create", "ensure"}
    for each in change.fields:
        if created:
            yield f"       {clean(each.path)}: {value(each.after)}"
        else:
            yield f"       {clean(each.path)}: {value(each.before)} → {value(each.after)}"


def _bracketed(words: Sequence[str]) -> str:
    return f"  [{', '.join(words)}]"


def _place(change: Change) -> str:
    return f"  {clean(str(change.origin))}" if change.origin is not None else ""


# ------------------------------------------------------------------ bulk


def _withheld(withheld: Sequence[Withhold], paint: Paint, *, verbose: bool) -> Iterator[str]:
    if len(withheld) < BULK_FROM or verbose:
        for each in withheld:
            yield from _change(each, paint, verbose=False)
        return
    for refusal in refusals(withheld):
        sign = paint(f"{SIGNS['withhold']:>2}", COLOURS["withhold"])
        yield f"  {sign} {number(len(refusal.changes)):>7} {refusal.why}: {clean(refusal.reason)}"
        yield from _samples(refusal.changes)
    yield "       -v lists all of them"


def _samples(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes[:SAMPLES]:
        yield f"               {clean(str(change.address))}  ({change.origin})"
    if len(changes) > SAMPLES:
        yield f"               and {number(len(changes) - SAMPLES)} more"


def _drift(drift: Sequence[Drift], paint: Paint, *, verbose: bool) -> Iterator[str]:
    """Show what was changed outside; it is not pending, and the next apply takes it into the record."""
    if not drift:
        return
    yield paint("Drift (changed outside; not pending by itself)", "bold")
    shown = drift if verbose else drift[:BULK_FROM]
    for each in shown:
        yield from _drifted(each)
    if len(shown) < len(drift):
        yield f"       and {number(len(drift) - len(shown))} more; -v lists all of them"
    yield ""


def _drifted(each: Drift) -> Iterable[str]:
    if isinstance(each.recorded, dict) and isinstance(each.observed, dict):
        yield f"     {clean(str(each.address))}"
        for path in each.recorded:
            yield f"       {clean(path)}: {value(each.recorded[path])} → {value(each.observed.get(path))}"
    else:
        yield f"     {clean(str(each.address))}  {value(each.recorded)} → {value(each.observed)}"
    if each.reason:
        yield f"       {clean(each.reason)}"
