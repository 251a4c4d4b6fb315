"""The plan as a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from reconciler.model.change import Change, Create, UpdateOrder, action, wish_of
from reconciler.model.evidence import Evidence
from reconciler.model.manifest import LineManifest
from reconciler.model.plan import Drift, Plan, TargetName
from reconciler.model.source import SourceManifest
from reconciler.reports.html.frame import Facet, Page, write
from reconciler.reports.html.rows import Row
from reconciler.reports.shown.fixed import nothing_line, summary_line
from reconciler.reports.shown.grouping import marks
from reconciler.reports.shown.meanings import ACTIONS, EVIDENCE, MARKS
from reconciler.reports.shown.sources import because, heard
from reconciler.reports.shown.titles import TITLES
from reconciler.reports.shown.values import moment

SIGNS = {"create": "+", "update": "~", "ensure": "+?", "release": "x", "withhold": "!", "drift": "≠"}


def plan_page(plan: Plan, *, tool_version: str, drift_only: bool = False) -> Iterator[str]:
    """Write a plan as an HTML page, in pieces."""
    changes = () if drift_only else plan.changes
    what = "Drift of" if drift_only else "Plan for"
    nothing = None if drift_only or plan.drift else nothing_line(plan)
    notices = [nothing] if nothing is not None else []
    notices += heard(plan, verbose=True)
    if not plan.complete:
        notices.append("This plan is not complete: something could not be read, see the remarks.")
    page = Page(
        command="plan",
        title=f"{what} {plan.target.name}",
        line=summary_line(plan),
        facts={**target_facts(plan.target), "Drawn": moment(plan.created_at), "Version": tool_version},
        notices=notices,
        diagnostics=plan.diagnostics,
        facets=_facets(changes, plan.drift),
        meta={
            "signs": SIGNS,
            "kinds": TITLES,
            "evidence": EVIDENCE,
            "noun": "changes",
            "reasoned": ["withhold", "drift"],
        },
    )
    return write(page, _rows(changes, plan.drift), len(changes) + len(plan.drift))


def target_facts(target: TargetName) -> Mapping[str, str]:
    """Name the target as every report does."""
    return {"Target": target.name, "URL": target.url, "Account": target.account, "State": target.state}


def _rows(changes: Iterable[Change], drift: Iterable[Drift]) -> Iterator[Row]:
    for change in changes:
        yield Row(
            word=action(change),
            address=change.address,
            evidence=str(change.evidence),
            marks=_marks(change),
            reason=because(change),
            origin=change.origin,
            fields=tuple((each.path, each.before, each.after) for each in change.fields),
            more=_more(change),
        )
    for each in drift:
        yield Row(
            word="drift",
            address=each.address,
            evidence=str(Evidence.OBSERVED),
            reason=each.reason,
            fields=_drifted(each),
        )


def _marks(change: Change) -> tuple[str, ...]:
    return tuple(mark for mark in marks(change) if mark != str(change.evidence))


def _more(change: Change) -> Mapping[str, str]:
    """Tell what else a reviewer may ask of a change."""
    more = {}
    if change.needs:
        more["Needs"] = ", ".join(map(str, change.needs))
    if isinstance(change, Create | UpdateOrder) and change.statuses:
        more["Its import says"] = ", ".join(f"{line}: {status}" for line, status in change.statuses)
    wish = wish_of(change)
    if wish is not None and wish.source is not None:
        more["Source"] = _source(wish, wish.source)
    return more


def _source(wish: LineManifest, source: SourceManifest) -> str:
    """Tell which source a wish comes from, what it said, and when it last saw the order change."""
    reported = f"reported {moment(wish.reported)}" if wish.reported is not None else ""
    return ", ".join(filter(None, (source.label, wish.said, reported)))


def _drifted(each: Drift) -> tuple[tuple[str, object, object], ...]:
    if isinstance(each.recorded, dict) and isinstance(each.observed, dict):
        return tuple((path, was, each.observed.get(path)) for path, was in each.recorded.items())
    return (("status", each.recorded, each.observed),)


def _facets(changes: Collection[Change], drift: Sequence[Drift]) -> tuple[Facet, ...]:
    words = Counter(map(action, changes))
    words["drift"] = len(drift)
    known = Counter(str(change.evidence) for change in changes)
    known[str(Evidence.OBSERVED)] += len(drift)
    kinds = Counter(change.address.kind for change in changes)
    kinds.update(each.address.kind for each in drift)
    marked = Counter(mark for change in changes for mark in _marks(change))
    return (
        Facet(key="word", label="Action", counts={each: words[each] for each in ACTIONS}, meanings=ACTIONS),
        Facet(key="mark", label="Look first", counts=_dangerous_first(marked), meanings=MARKS),
        Facet(
            key="evidence",
            label="Known by",
            counts={each: known[each] for each in map(str, Evidence) if known[each]},
            meanings={str(each): meaning for each, meaning in EVIDENCE.items()},
        ),
        Facet(
            key="kind",
            label="Kind",
            counts={each: kinds[each] for each in TITLES if kinds[each]},
            names=TITLES,
        ),
    )


def _dangerous_first(marked: Counter[str]) -> dict[str, int]:
    return {mark: marked[mark] for mark in sorted(marked, key=lambda each: (each not in MARKS, each))}
