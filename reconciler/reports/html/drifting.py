"""What has drifted from the record, as a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from reconciler.model.address import Address
from reconciler.model.change import ABSENT, UNKNOWN
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.drifting import Drifted, Drifting, Verdict
from reconciler.model.plan import TargetName
from reconciler.reports.html.frame import Facet, Page, write
from reconciler.reports.html.plan import target_facts
from reconciler.reports.html.rows import Row
from reconciler.reports.shown.drifting import MEANINGS, WORDS, drifting_line
from reconciler.reports.shown.meanings import EVIDENCE
from reconciler.reports.shown.titles import TITLES
from reconciler.reports.shown.values import moment

SIGNS = {"changed": "≠", "gone": "✗", "untold": "?"}


def drifting_page(
    target: TargetName,
    drifting: Drifting,
    accepted: Sequence[Address] = (),
    diagnostics: Sequence[Diagnostic] = (),
    *,
    at: datetime,
    tool_version: str,
) -> Iterator[str]:
    """Write what has drifted as an HTML page, in pieces; `at` is when it was looked at, in UTC."""
    notices = [f"Accepted into the record: {len(accepted)}. Nothing was sent."] if accepted else []
    if drifting.is_clear and drifting.complete:
        notices.append("No drift, as far as can be told.")
    if not drifting.complete:
        notices.append("This is not complete: a read broke off, and what it did not reach cannot be told.")
    page = Page(
        command="drift",
        title=f"Drift of {target.name}",
        line=drifting_line(drifting),
        facts={**target_facts(target), "Looked at": moment(at), "Version": tool_version},
        notices=notices,
        diagnostics=diagnostics,
        facets=_facets(drifting.found),
        meta={
            "signs": SIGNS,
            "kinds": TITLES,
            "evidence": EVIDENCE,
            "noun": "items",
            "reasoned": [*SIGNS],
        },
    )
    return write(page, map(_row, drifting.found), len(drifting.found))


def _row(each: Drifted) -> Row:
    return Row(
        word=WORDS[each.verdict],
        address=each.address,
        evidence=str(each.evidence),
        reason=each.reason,
        fields=_fields(each),
    )


def _fields(each: Drifted) -> tuple[tuple[str, object, object], ...]:
    if isinstance(each.recorded, dict) and isinstance(each.observed, dict):
        return tuple((path, was, each.observed.get(path)) for path, was in each.recorded.items())
    if each.recorded is None:
        return ()
    now = {Verdict.CHANGED: each.observed, Verdict.GONE: ABSENT, Verdict.UNTOLD: UNKNOWN}
    return (("status", each.recorded, now[each.verdict]),)


def _facets(found: Sequence[Drifted]) -> tuple[Facet, ...]:
    words = Counter(WORDS[each.verdict] for each in found)
    known = Counter(str(each.evidence) for each in found)
    kinds = Counter(each.address.kind for each in found)
    return (
        Facet(key="word", label="Verdict", counts={each: words[each] for each in SIGNS}, meanings=MEANINGS),
        Facet(
            key="evidence",
            label="Known by",
            counts={str(each): known[str(each)] for each in EVIDENCE if known[str(each)]},
            meanings={str(each): meaning for each, meaning in EVIDENCE.items()},
        ),
        Facet(
            key="kind",
            label="Kind",
            counts={each: kinds[each] for each in TITLES if kinds[each]},
            names=TITLES,
        ),
    )
