"""What became of a plan, as a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reconciler.model.change import UNKNOWN
from reconciler.model.outcome import Outcome, word
from reconciler.model.outcomes import count
from reconciler.reports.html.frame import Facet, Page, write
from reconciler.reports.html.plan import target_facts
from reconciler.reports.html.rows import Row
from reconciler.reports.shown.applied import Applied
from reconciler.reports.shown.fixed import applied_line
from reconciler.reports.shown.meanings import OUTCOMES
from reconciler.reports.shown.titles import TITLES
from reconciler.reports.shown.values import moment

SIGNS = {"done": "✓", "failed": "✗", "lost": "?", "skipped": "-", "moved": "≠", "withheld": "!"}


def applied_page(applied: Applied, *, tool_version: str) -> Iterator[str]:
    """Write what became of a plan as an HTML page, in pieces."""
    facts = dict(target_facts(applied.target)) if applied.target is not None else {}
    facts["Run"] = ", ".join(map(str, applied.runs)) or str(applied.run or "")
    facts["Ended"] = moment(applied.ended_at) if applied.ended_at is not None else ""
    facts["Version"] = tool_version
    name = applied.target.name if applied.target is not None else ""
    page = Page(
        command=applied.command,
        title=f"Resumed: {name}" if applied.command == "resume" else f"What became of {name}",
        line=applied_line(count(applied.outcomes), applied.withheld_in_all),
        facts=facts,
        notices=[f"Next: {each}" for each in applied.next_commands],
        diagnostics=applied.diagnostics,
        facets=_facets(applied),
        meta={"signs": SIGNS, "kinds": TITLES, "evidence": {}, "noun": "outcomes", "reasoned": [*OUTCOMES]},
    )
    return write(page, _rows(applied), len(applied.outcomes) + len(applied.withheld))


def _rows(applied: Applied) -> Iterator[Row]:
    for outcome in applied.outcomes:
        yield Row(
            word=word(outcome),
            address=outcome.address,
            reason=outcome.reason,
            fields=_wanted(outcome),
            more={"Took": f"{outcome.seconds:.3f} s"} if outcome.seconds else {},
        )
    for each in applied.withheld:
        yield Row(
            word="withheld",
            address=each.address,
            marks=(str(each.why), *(("acknowledged",) if each.acknowledged else ())),
            reason=each.reason,
            origin=each.origin,
            fields=tuple((field.path, field.before, field.after) for field in each.fields),
        )


def _wanted(outcome: Outcome) -> tuple[tuple[str, object, object], ...]:
    """Give what was wanted; what was before it is not told in the report of an apply."""
    if outcome.after is None:
        return ()
    if isinstance(outcome.after, dict):
        return tuple((str(path), UNKNOWN, after) for path, after in outcome.after.items())
    return (("status", UNKNOWN, outcome.after),)


def _facets(applied: Applied) -> tuple[Facet, ...]:
    words = Counter(map(word, applied.outcomes))
    words["withheld"] = len(applied.withheld)
    kinds = Counter(outcome.address.kind for outcome in applied.outcomes)
    kinds.update(each.address.kind for each in applied.withheld)
    return (
        Facet(
            key="word", label="Outcome", counts={each: words[each] for each in OUTCOMES}, meanings=OUTCOMES
        ),
        Facet(
            key="kind",
            label="Kind",
            counts={each: kinds[each] for each in TITLES if kinds[each]},
            names=TITLES,
        ),
    )
