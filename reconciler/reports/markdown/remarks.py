"""Remarks: diagnostics as items of a list."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.reports.markdown.fitting import Block, Item
from reconciler.reports.markdown.quoting import code, prose
from reconciler.reports.shown.values import number

_RANK = {severity: rank for rank, severity in enumerate(Severity)}


def remarks(diagnostics: Sequence[Diagnostic]) -> list[Block]:
    """Give a block of diagnostics, errors first; none when there is nothing to say."""
    if not diagnostics:
        return []
    ordered = sorted(diagnostics, key=lambda each: _RANK[each.severity])
    failed = any(each.severity is Severity.ERROR for each in ordered)
    return [
        Block(
            f"### {number(len(ordered))} remarks\n\n",
            map(_remark, ordered),
            len(ordered),
            dangerous=failed,
            tail="\n",
        )
    ]


def _remark(each: Diagnostic) -> Item:
    place = f" {code(str(each.origin))}" if each.origin is not None else ""
    also = "".join(f", also {code(str(related))}" for related in each.related[:3])
    advice = f" ({prose(each.advice)})" if each.advice else ""
    return Item(f"- **{each.severity}**{place}{also}: {prose(each.summary)}{advice}\n")
