"""The plan as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from reconciler.model.change import Change, FieldChange, Pending, action
from reconciler.model.plan import Drift, Plan
from reconciler.reports.markdown.fitting import Block, Item, fit
from reconciler.reports.markdown.opening import opening
from reconciler.reports.markdown.quoting import code, prose
from reconciler.reports.markdown.refused import SAMPLES, refused, samples
from reconciler.reports.markdown.remarks import remarks
from reconciler.reports.shown.fixed import nothing_line, summary_line
from reconciler.reports.shown.grouping import by_kind, is_bulk, marks, moves, permanent, refusals, triggering
from reconciler.reports.shown.sources import because, heard
from reconciler.reports.shown.titles import TITLES
from reconciler.reports.shown.values import number, value

FIELDS = 40
"""How many fields of one change are listed."""
_WHOLE = "`reconciler plan -v` or `-o html=FILE` shows all of them."


def plan_markdown(plan: Plan, *, limit: int, drift_only: bool = False) -> str:
    """Give a plan as Markdown of at most `limit` bytes; it begins with the fixed line."""
    begin = opening(summary_line(plan), "refresh" if drift_only else "plan", plan.target)
    said = _nothing_drifted(plan) if drift_only else nothing_line(plan)
    if said is not None:
        begin += f"{said}\n\n"
    begin += "".join(f"{prose(each)}\n\n" for each in heard(plan))
    if not plan.complete:
        begin += "**This plan is not complete**: something could not be read, see the remarks.\n\n"
    blocks = [*_dangers(plan), *remarks(plan.diagnostics), *_details(plan)]
    return fit(begin, blocks, limit, _WHOLE).rstrip("\n") + "\n"


def _nothing_drifted(plan: Plan) -> str | None:
    return None if plan.drift else "No drift."


# ------------------------------------------------------------------ what is dangerous


def _dangers(plan: Plan) -> Iterator[Block]:
    """Give what is to be looked at first."""
    for title, steps in (
        ("permanent: nobody can delete them again", permanent(plan)),
        ("may fire triggers: customers may get a message", triggering(plan)),
    ):
        if steps:
            head = f"### {number(len(steps))} {title}\n\n"
            yield Block(head, _summed_up(steps), len(steps), dangerous=True, tail="\n")
    if plan.withheld:
        head = f"### {number(len(plan.withheld))} withheld: nothing will be done\n\n"
        yield Block(
            head, map(refused, refusals(plan.withheld)), len(plan.withheld), dangerous=True, tail="\n"
        )
    if plan.drift:
        head = f"### {number(len(plan.drift))} drifted: changed outside, not pending by itself\n\n"
        yield Block(head, map(_drifted, plan.drift), len(plan.drift), dangerous=True, tail="\n")


def _summed_up(steps: Sequence[Pending]) -> Iterator[Item]:
    """List a few changes one by one, many as a table of moves."""
    for place, (_, group) in enumerate(by_kind(steps)):
        if not is_bulk(group):
            yield from (Item(f"- {_line(step)}\n") for step in group)
            continue
        apart = "\n" if place else ""
        yield Item(f"{apart}| changes | move | marks | for example |\n|---:|---|---|---|\n", 0)
        for move in moves(group):
            told = f"{move.sort.action} {move.sort.told(code)} | {_joined(move.sort.marks)}"
            row = f"| **{number(len(move.changes))}** | {told} | {samples(move.changes)} |\n"
            yield Item(row, len(move.changes))


def _drifted(each: Drift) -> Item:
    where = code(str(each.address))
    if isinstance(each.recorded, dict) and isinstance(each.observed, dict):
        paths = list(each.recorded)[:FIELDS]
        moved = [f"{code(path)} {_moved(each.recorded[path], each.observed.get(path))}" for path in paths]
        told = ", ".join(moved)
    else:
        told = _moved(each.recorded, each.observed)
    reason = f" ({prose(each.reason)})" if each.reason else ""
    return Item(f"- {where}: {told}{reason}\n")


# ------------------------------------------------------------------ everything, folded away


def _details(plan: Plan) -> Iterator[Block]:
    for kind, steps in by_kind(plan.steps):
        yield _folded(f"{TITLES[kind]}: {_counted(steps)}", steps)
    if len(plan.withheld) > SAMPLES:
        yield _folded(f"Withheld: {number(len(plan.withheld))}", plan.withheld)


def _counted(steps: Iterable[Pending]) -> str:
    counted = Counter(map(action, steps))
    return ", ".join(f"{number(count)} {word}" for word, count in counted.items())


def _folded(title: str, changes: Sequence[Change]) -> Block:
    head = f"<details>\n<summary>{title}</summary>\n\n"
    return Block(head, map(_entry, changes), len(changes), tail="\n</details>\n\n")


def _entry(change: Change) -> Item:
    """List one change with its reason and all its fields."""
    reason = f"<br>{prose(because(change))}" if change.reason else ""
    lines = [f"- {_line(change)}{reason}"]
    if len(change.fields) > 1:
        created = action(change) in {"create", "ensure"}
        lines += [f"  - {_field(each, created=created)}" for each in change.fields[:FIELDS]]
        if len(change.fields) > FIELDS:
            lines.append(f"  - {number(len(change.fields) - FIELDS)} more fields")
    return Item("".join(f"{line}\n" for line in lines))


def _line(change: Change) -> str:
    """Name a change on one line: what is done to which address, how that is known, where it is declared."""
    said = f"**{action(change)}** {code(str(change.address))}"
    if len(change.fields) == 1:
        only = change.fields[0]
        said += f" {code(only.path)} {_moved(only.before, only.after)}"
    place = f" {code(str(change.origin))}" if change.origin is not None else ""
    return f"{said} ({_joined(marks(change))}){place}"


def _field(each: FieldChange, *, created: bool) -> str:
    if created:
        return f"{code(each.path)}: {code(value(each.after))}"
    return f"{code(each.path)}: {_moved(each.before, each.after)}"


def _moved(before: object, after: object) -> str:
    return f"{code(value(before))} → {code(value(after))}"


def _joined(words: Iterable[str]) -> str:
    return ", ".join(words)
