"""Diagnostics as a compiler prints them: the place, what is wrong, the line with a caret, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from reconciler.model.diagnostic import Diagnostic, Origin, Severity
from reconciler.reports.shown.values import clean
from reconciler.reports.text.masking import masked
from reconciler.reports.text.style import COLOURS, Paint, plain

WIDEST = 120
"""Columns of a source line that are shown; a longer one is cut around the caret."""


def diagnostics_text(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], paint: Paint = plain
) -> str:
    """Show diagnostics with excerpts of the files they speak of; empty when there are none."""
    split: dict[str, list[str]] = {}
    lines: list[str] = []
    for each in diagnostics:
        lines += [*_one(each, sources, split, paint)]
    return "".join(f"{line}\n" for line in lines)


def remarks(diagnostics: Iterable[Diagnostic], paint: Paint = plain) -> Iterator[str]:
    """Give diagnostics as single lines without excerpts, for the foot of a report."""
    found = False
    for each in diagnostics:
        found = True
        word = paint(str(each.severity), COLOURS[each.severity])
        advice = f" ({clean(each.advice)})" if each.advice else ""
        place = f"{each.origin}: " if each.origin is not None else ""
        yield f"{clean(place)}{word}: {clean(each.summary)}{advice}"
    if found:
        yield ""


def _one(
    each: Diagnostic, sources: Mapping[str, str], split: dict[str, list[str]], paint: Paint
) -> Iterator[str]:
    word = paint(f"{each.severity}:", COLOURS[each.severity])
    place = f"{clean(str(each.origin))}: " if each.origin is not None else ""
    yield f"{place}{word} {clean(each.summary)}"
    if each.origin is not None and each.origin.line:
        yield from _excerpt(each.origin, sources, split)
    for related in each.related:
        yield f"  also {clean(str(related))}"
    if each.advice:
        label = "help" if each.severity is not Severity.NOTE else "note"
        yield f"  {label}: {clean(each.advice)}"


def _excerpt(origin: Origin, sources: Mapping[str, str], split: dict[str, list[str]]) -> Iterator[str]:
    text = sources.get(origin.file)
    if text is None:
        return
    if origin.file not in split:
        split[origin.file] = text.split("\n")
    lines = split[origin.file]
    if origin.line > len(lines):
        return
    line = masked(lines[origin.line - 1].rstrip("\r"))
    column = max(origin.column, 1)
    start = max(0, column - WIDEST + 20)
    before = clean(line[start : column - 1].replace("\t", " "))
    rest = clean(line[column - 1 : start + WIDEST].replace("\t", " "))
    gutter = f"{origin.line:>6} | "
    yield f"{gutter}{before}{rest}"
    if origin.column:
        yield f"{' ' * (len(gutter) - 2)}| {' ' * len(before)}^"
