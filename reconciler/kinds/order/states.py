"""States: the part of an order entry that says which statuses its lines have to have.

Bulk corrections are entries of nothing else, by the hundred thousand, so nothing here looks up what it does
not need.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.kinds.order.shape import LineEntry, OrderEntry
from reconciler.model.address import EVERY_LINE
from reconciler.model.diagnostic import Origin
from reconciler.model.document import Document, pack
from reconciler.model.findings import Findings
from reconciler.model.manifest import BUILT_IN_STATUSES, Catalogue
from reconciler.model.shelf import Words
from reconciler.model.stated import Pattern, Statement
from reconciler.model.text import did_you_mean, listed, quoted


def read_states(
    entry: OrderEntry, document: Document, data: Mapping[str, Any], catalogue: Catalogue, findings: Findings
) -> Statement:
    """Give what is wanted of each line with a status; `data` is the entry as the document holds it."""
    check_duplicates(entry, findings)
    places = document.places.get(id(data.get("lines")))
    order = entry.external_id
    lines, words, stands = [], [], []
    for index, line in enumerate(entry.lines or ()):
        status = line.status
        if line.from_ is not None:
            _check_from(entry, line, index, catalogue, findings)
        if status is None:
            continue
        if status not in BUILT_IN_STATUSES and status not in catalogue.statuses:
            _unknown_status(
                status,
                f"line {line.external_id} of order {order}",
                catalogue,
                findings,
                "lines",
                index,
                "status",
            )
        lines.append(line.external_id)
        words.append(Words(status, "", None if line.from_ is None else frozenset(line.from_)))
        stands.append(places[index] if places is not None else _packed(findings.at("lines", index)))
    pattern = Pattern(tuple(words), entry.hold == "once", entry.expires)
    return Statement(order, tuple(lines), pattern, document.file, stands)


def _packed(origin: Origin) -> int:
    return pack(origin.line, origin.column)


def read_line_states(
    entry: OrderEntry, document: Document, data: Mapping[str, Any], catalogue: Catalogue, findings: Findings
) -> Statement | None:
    """Read an entry that states nothing but line statuses; None of one that says nothing."""
    if entry.hold != "once" and entry.expires is None:
        findings.dependent_warning(
            f"the line states of order {entry.external_id} never end",
            advice="an order lives on: say hold: once, or a day with expires",
        )
    if entry.line_status is not None:
        return _every_line(entry, document, catalogue, findings)
    if entry.lines is None:
        findings.dependent_error(
            f"order {entry.external_id} says nothing",
            advice="give lines with a status, line_status, or a full declaration",
        )
        return None
    for index, line in enumerate(entry.lines):
        if line.status is None:
            findings.dependent_error(
                f"line {line.external_id} of order {entry.external_id} lacks status", "lines", index
            )
    return read_states(entry, document, data, catalogue, findings)


def _every_line(entry: OrderEntry, document: Document, catalogue: Catalogue, findings: Findings) -> Statement:
    status = entry.line_status or ""
    if entry.lines is not None:
        findings.error(
            f"order {entry.external_id} has both line_status and lines",
            "line_status",
            key=True,
            advice="line_status is for every line of the order: leave one of them out",
        )
    if not catalogue.knows_status(status):
        _unknown_status(
            status, f"every line of order {entry.external_id}", catalogue, findings, "line_status"
        )
    pattern = Pattern((Words(status),), entry.hold == "once", entry.expires)
    return Statement(entry.external_id, (EVERY_LINE,), pattern, document.file, (_packed(findings.at()),))


def _check_from(
    entry: OrderEntry, line: LineEntry, index: int, catalogue: Catalogue, findings: Findings
) -> None:
    subject = f"line {line.external_id} of order {entry.external_id}"
    if line.status is None:
        findings.dependent_error(
            f"from of {subject} has no meaning without a status", "lines", index, "from", key=True
        )
    for position, status in enumerate(line.from_ or ()):
        if status not in BUILT_IN_STATUSES and status not in catalogue.statuses:
            _unknown_status(
                status, f"from of {subject}", catalogue, findings, "lines", index, "from", position
            )


def check_duplicates(entry: OrderEntry, findings: Findings) -> None:
    """Find line ids that occur twice in one order."""
    lines = entry.lines or []
    if len({line.external_id for line in lines}) == len(lines):
        return
    first: dict[str, int] = {}
    for index, line in enumerate(lines):
        if line.external_id in first:
            findings.error(
                f"line {line.external_id} of order {entry.external_id} is declared twice",
                "lines",
                index,
                "external_id",
                related=[findings.at("lines", first[line.external_id], "external_id")],
            )
        first.setdefault(line.external_id, index)


def _unknown_status(
    status: str, subject: str, catalogue: Catalogue, findings: Findings, *steps: str | int
) -> None:
    known = (*BUILT_IN_STATUSES, *catalogue.statuses)
    findings.error(
        f"{subject}: the line status {quoted(status)} is neither built in nor declared",
        *steps,
        advice=did_you_mean(status, known)
        or f"known are {listed(known)}; others are declared in custom_line_statuses",
    )
