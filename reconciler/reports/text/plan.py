"""The plan as text: what would be done, by kind, with reason and place; bulk as a table of moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from reconciler.model.address import ORDER, ORDER_LINE
from reconciler.model.change import (
    Change,
    Pending,
    UpdateLine,
    UpdateOrder,
    Withhold,
    action,
    is_permanent,
    may_trigger,
)
from reconciler.model.plan import Drift, Plan
from reconciler.reports.text.diagnostics import remarks
from reconciler.reports.text.style import COLOURS, SIGNS, Paint, clean, number, plain, value
from reconciler.reports.text.summary import nothing_line, summary_line, target_line
from reconciler.reports.text.titles import TITLES

BULK_FROM = 12
"""So many changes of one sort are summed up in a table instead of listed one by one."""
SAMPLES = 3
LISTED_FIELDS = 4
"""How many fields of changed orders name a sort of change."""


def plan_text(plan: Plan, paint: Paint = plain, *, verbose: bool = False) -> str:
    """Show a whole plan; it ends with the fixed line."""
    lines = [f"Plan for {target_line(plan.target)}", ""]
    for kind, steps in groupby(plan.steps, key=lambda step: step.address.kind):
        lines += [paint(TITLES[kind], "bold"), *_section(list(steps), paint, verbose=verbose), ""]
    if plan.withheld:
        lines += [paint("Withheld", "bold"), *_withheld(plan.withheld, paint, verbose=verbose), ""]
    lines += [*_drift(plan.drift, paint, verbose=verbose)]
    lines += [*remarks(plan.diagnostics, paint)]
    return "\n".join([*lines, *_end(plan)]) + "\n"


def drift_text(plan: Plan, paint: Paint = plain, *, verbose: bool = False) -> str:
    """Show drift alone (`--refresh-only`)."""
    lines = [f"Drift of {target_line(plan.target)}", ""]
    lines += [*_drift(plan.drift, paint, verbose=verbose)] or ["No drift.", ""]
    return "\n".join([*lines, summary_line(plan)]) + "\n"


def _end(plan: Plan) -> Iterator[str]:
    nothing = nothing_line(plan)
    if nothing is not None:
        yield nothing
    yield summary_line(plan)


def _section(steps: Sequence[Pending], paint: Paint, *, verbose: bool) -> Iterator[str]:
    if steps[0].address.kind not in {ORDER, ORDER_LINE} or len(steps) < BULK_FROM or verbose:
        for step in steps:
            yield from _change(step, paint, verbose=verbose)
        return
    for (word, move, marks), group in groupby(sorted(steps, key=_sort), key=_sort):
        same = list(group)
        sign = paint(f"{SIGNS[word]:>2}", COLOURS[word])
        yield f"  {sign} {number(len(same)):>7} {move}{marks}"
        yield from _samples(same)
    yield "       -v lists all of them"


def _sort(step: Pending) -> tuple[str, str, str]:
    """Give what makes changes of one kind alike: a line's move, or the fields of an order that differ."""
    if isinstance(step, UpdateLine):
        only = step.fields[0]
        return action(step), f"{value(only.before)} → {value(only.after)}", _marks(step)
    if isinstance(step, UpdateOrder):
        paths = ", ".join(clean(each.path) for each in step.fields[:LISTED_FIELDS])
        return action(step), paths or "no field, for their lines", _marks(step)
    return action(step), "orders", _marks(step)


def _change(change: Change, paint: Paint, *, verbose: bool) -> Iterator[str]:
    word = action(change)
    sign = paint(f"{SIGNS[word]:>2}", COLOURS[word])
    where = clean(str(change.address))
    if isinstance(change, UpdateLine | Withhold) and len(change.fields) == 1 and not verbose:
        only = change.fields[0]
        move = f"{only.path}: {value(only.before)} → {value(only.after)}"
        yield f"  {sign} {where}  {move}{_marks(change)}{_place(change)}"
    else:
        yield f"  {sign} {where}{_marks(change)}{_place(change)}"
        yield from _fields(change)
    yield f"       {clean(change.reason)}"


def _fields(change: Change) -> Iterator[str]:
    created = action(change) in {"create", "ensure"}
    for each in change.fields:
        if created:
            yield f"       {clean(each.path)}: {value(each.after)}"
        else:
            yield f"       {clean(each.path)}: {value(each.before)} → {value(each.after)}"


def _marks(change: Change) -> str:
    marks = []
    if is_permanent(change):
        marks.append("permanent")
    if may_trigger(change):
        marks.append("may fire triggers")
    if isinstance(change, UpdateLine) and change.carried:
        marks.append("said by the import of its order")
    if isinstance(change, Withhold):
        marks.append(f"withheld: {change.why}")
        if change.acknowledged:
            marks.append("acknowledged")
    else:
        marks.append(str(change.evidence))
    return f"  [{', '.join(marks)}]"


def _place(change: Change) -> str:
    return f"  {clean(str(change.origin))}" if change.origin is not None else ""


# ------------------------------------------------------------------ bulk


def _withheld(withheld: Sequence[Withhold], paint: Paint, *, verbose: bool) -> Iterator[str]:
    if len(withheld) < BULK_FROM or verbose:
        for each in withheld:
            yield from _change(each, paint, verbose=False)
        return

    def sort(each: Withhold) -> tuple[str, str]:
        return str(each.why), each.reason

    for (why, reason), group in groupby(sorted(withheld, key=sort), key=sort):
        same = list(group)
        sign = paint(f"{SIGNS['withhold']:>2}", COLOURS["withhold"])
        yield f"  {sign} {number(len(same)):>7} {why}: {clean(reason)}"
        yield from _samples(same)
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
