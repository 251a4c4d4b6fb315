"""The text of what has drifted: what changed and what is gone one by one, what cannot be told summed up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reconciler.model.drifting import Drifted, Drifting, Verdict
from reconciler.model.plan import TargetName
from reconciler.reports.shown.drifting import by_reason, drifting_line
from reconciler.reports.shown.values import clean, number, value
from reconciler.reports.text.style import COLOURS, Paint, plain
from reconciler.reports.text.summary import target_line

_HEADS: Final = {
    Verdict.CHANGED: "Changed outside",
    Verdict.GONE: "Gone",
    Verdict.UNTOLD: "Cannot be told",
}
_COLOURS: Final = {
    Verdict.CHANGED: COLOURS["update"],
    Verdict.GONE: COLOURS["failed"],
    Verdict.UNTOLD: COLOURS["release"],
}


def drifting_text(
    target: TargetName, drifting: Drifting, paint: Paint = plain, *, verbose: bool = False
) -> str:
    """Show everything that is held and drifted; ends with a line of fixed form."""
    lines = [f"Drift of {target_line(target)}", ""]
    for verdict, head in _HEADS.items():
        found = [each for each in drifting.found if each.verdict is verdict]
        if not found:
            continue
        lines.append(paint(head, "bold"))
        summed = verdict is Verdict.UNTOLD and not verbose
        lines += [*(_summed(found) if summed else _listed(found, paint)), ""]
    if not drifting.complete:
        lines += ["A read broke off: what it did not reach cannot be told.", ""]
    return "\n".join([*lines, drifting_line(drifting)]) + "\n"


def _summed(found: list[Drifted]) -> Iterator[str]:
    for reason, group in by_reason(found):
        yield f"  {number(len(group)):>7} {clean(reason)}"
    yield "          -v lists all of them"


def _listed(found: list[Drifted], paint: Paint) -> Iterator[str]:
    for each in found:
        where = paint(clean(str(each.address)), _COLOURS[each.verdict])
        if isinstance(each.recorded, dict) and isinstance(each.observed, dict):
            yield f"  {where}"
            for path in each.recorded:
                yield f"       {clean(path)}: {value(each.recorded[path])} → {value(each.observed[path])}"
        elif each.verdict is Verdict.CHANGED:
            yield f"  {where}  {value(each.recorded)} → {value(each.observed)}"
        else:
            yield f"  {where}" + (f"  {value(each.recorded)}" if each.recorded is not None else "")
        yield f"       {clean(each.reason)}"
