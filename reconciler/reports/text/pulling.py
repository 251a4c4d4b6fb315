"""The text of a pull: what went into which file, or the changes line by line."""

from __future__ import annotations

from itertools import groupby

from reconciler.model.landing import Landing
from reconciler.model.plan import TargetName
from reconciler.reports.shown.values import clean
from reconciler.reports.text.style import COLOURS, Paint, plain
from reconciler.reports.text.summary import target_line


def pulling_text(target: TargetName, landing: Landing, paint: Paint = plain, *, diff: bool = False) -> str:
    """Show what was put where; ends with a line of fixed form."""
    if diff:
        return f"{landing.difference}{pulling_line(landing)}\n"
    lines = [f"Pulled from {target_line(target)}", ""]
    for file, entries in groupby(landing.entries, key=lambda each: each.file):
        lines.append(paint(clean(file), "bold"))
        for each in entries:
            sign = paint("+", COLOURS["create"]) if each.new else paint("~", COLOURS["update"])
            lines.append(f"   {sign} {clean(str(each.address))}  {clean(each.words)}")
        lines.append("")
    if not landing.entries:
        lines += ["Nothing that is in use is missing in the manifests.", ""]
    return "\n".join([*lines, pulling_line(landing)]) + "\n"


def pulling_line(landing: Landing) -> str:
    """Give the line of fixed form."""
    counts = landing.counts
    return (
        f"Pulled: {counts['custom_fields']} custom fields, {counts['line_statuses']} line statuses, "
        f"{counts['orders']} orders. {landing.reads} reads, 0 writes."
    )
