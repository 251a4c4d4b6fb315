"""Examining: one look at each thing that a plan or an apply of a target needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from reconciler.model.checkup import Check, Verdict
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.source import SourceManifest
from reconciler.pipeline import Declared, declare, emptiness
from reconciler.ports import Broken, Denied, Page
from reconciler.project import codes
from reconciler.project.guards import passing_state
from reconciler.project.opened import Opened
from reconciler.project.opening import place_of
from reconciler.project.watch import Watch
from reconciler.reports.text.lease import holder_line
from reconciler.settings import Chosen
from reconciler.settings.listen import Surroundings, market
from reconciler.sources.yandex_market import YandexMarket
from reconciler.store import StoreError

NAMED: Final = 3
"""How many faults of the manifests are named; `validate` lists all."""


def examine(opened: Opened, watch: Watch) -> Iterator[Check]:
    """Look at everything, in the order in which a run meets it."""
    chosen = opened.chosen
    declared = declare(place_of(chosen))
    yield _settings(chosen)
    yield _manifests(declared, chosen)
    yield from _target(opened, watch)
    yield from _sources(declared, Surroundings(chosen.root, opened.environment, watch.waiting, watch.sleep))
    yield from _state(opened)


def _settings(chosen: Chosen) -> Check:
    target = chosen.target
    said = f"target {target.name} is {target.url}, account {target.account}, project {chosen.project}"
    return Check("settings", Verdict.OK, said)


def _manifests(declared: Declared, chosen: Chosen) -> Check:
    found = (*declared.diagnostics, *emptiness(declared, place_of(chosen)))
    faults = [each for each in found if each.severity is Severity.ERROR]
    if faults:
        named = "; ".join(map(_named, faults[:NAMED]))
        return Check(
            "manifests",
            Verdict.FAILED,
            f"{len(faults)} errors, such as {named}",
            "`reconciler validate` lists them all",
            codes.INVALID,
        )
    manifests = declared.manifests
    lines = sum(len(wishes) for wishes in manifests.lines.values())
    said = (
        f"{len(manifests.definitions)} definitions, {len(manifests.orders)} full orders, "
        f"{lines} line states, {len(manifests.sources)} sources"
    )
    warnings = [each for each in found if each.severity is Severity.WARNING]
    if warnings:
        said += f"; {len(warnings)} warnings, such as {_named(warnings[0])}"
        return Check("manifests", Verdict.WARNING, said, "`reconciler validate` lists them all")
    return Check("manifests", Verdict.OK, said)


def _named(each: Diagnostic) -> str:
    return f"{each.origin}: {each.summary}" if each.origin is not None else each.summary


# ------------------------------------------------------------------ the target


def _target(opened: Opened, watch: Watch) -> Iterator[Check]:
    """Ask for one page of orders with each token that the settings name.

    A machine that plans has only the token that reads, and one that applies perhaps only the other: where
    one of them does, the lack of the other is a warning.
    """
    checks = [_way(name, opened, watch, reading=reading) for name, reading in _ways(opened.chosen)]
    served = any(check.verdict is Verdict.OK for check in checks)
    for check in checks:
        missing = check.verdict is Verdict.FAILED and "token is missing" in check.said
        yield replace(check, verdict=Verdict.WARNING, exit_code=0) if missing and served else check


def _ways(chosen: Chosen) -> list[tuple[str, bool]]:
    shape = chosen.shape
    if shape.read_token_env is None:
        return [("target", False)]
    ways = [("target, reading", True)]
    return [*ways, ("target, writing", False)] if shape.token_env or shape.token_file else ways


def _way(name: str, opened: Opened, watch: Watch, *, reading: bool) -> Check:
    try:
        return _asked(name, opened, watch, reading=reading)
    except Denied as refused:
        return Check(name, Verdict.FAILED, str(refused), refused.advice, refused.exit_code)
    except Broken as fault:
        said = f"{opened.target.url} could not be read: {fault}"
        return Check(
            name, Verdict.FAILED, said, "check the target's url and that its server answers", codes.ERROR
        )


def _asked(name: str, opened: Opened, watch: Watch, *, reading: bool) -> Check:
    with opened.reading(watch) if reading else opened.writing(watch) as target:
        page: Page | None = next(iter(target.walk(frozenset())), None)
        took = target.latency
    orders = page.orders if page is not None else ()
    said = f"orders/list answers in {1000 * (took or 0):.0f} ms, "
    if not orders:
        return Check(name, Verdict.OK, said + "and shows no order")
    lines = [status for order in orders for status in (order.lines or {}).values()]
    shows = "with" if any(status is not None for status in lines) else "without"
    return Check(name, Verdict.OK, said + f"{len(orders)} orders on its first page, {shows} line statuses")


# ------------------------------------------------------------------ live sources


def _sources(declared: Declared, around: Surroundings) -> Iterator[Check]:
    """Look at the token, the rights and the ids of each source that is asked over the network."""
    reader = market(around)
    for source in declared.manifests.sources.values():
        if source.live:
            yield _source(source, reader)


def _source(source: SourceManifest, reader: YandexMarket) -> Check:
    try:
        found = reader.check(source, datetime.now(UTC))
    except Denied as refused:
        return Check(source.label, Verdict.FAILED, str(refused), refused.advice, refused.exit_code)
    except Broken as fault:
        said = f"the Market could not be asked: {fault}"
        advice = "check the source's url and that its server answers"
        return Check(source.label, Verdict.FAILED, said, advice, codes.ERROR)
    said = "; ".join(_without(source.label, each.summary) for each in found)
    advice = "; ".join(each.advice for each in found if each.advice)
    severities = {each.severity for each in found}
    if Severity.ERROR in severities:
        return Check(source.label, Verdict.FAILED, said, advice, codes.DENIED)
    if Severity.WARNING in severities:
        return Check(source.label, Verdict.WARNING, said, advice)
    return Check(source.label, Verdict.OK, said or "its token may read orders, and its stores are open")


def _without(label: str, summary: str) -> str:
    return summary.removeprefix(f"{label}: ")


# ------------------------------------------------------------------ the state


def _state(opened: Opened) -> Iterator[Check]:
    chosen, where = opened.chosen, opened.target.state
    try:
        with opened.state() as store:
            record, holders = store.load(), store.holders()
            runs = store.runs(1)
    except StoreError as fault:
        yield Check("state", Verdict.FAILED, str(fault), fault.advice, codes.ERROR)
        return
    passing: Sequence[Diagnostic] = passing_state(chosen, opened.environment)
    if passing:
        yield Check("state", Verdict.FAILED, passing[0].summary, passing[0].advice, codes.REFUSED)
    elif not record.last_run:
        required = chosen.shape.state_required
        verdict = Verdict.FAILED if required else Verdict.WARNING
        advice = "a first apply needs --new-state" if required else "fine before the first apply"
        said = f"{where} knows of no earlier apply to {chosen.target.account}"
        yield Check("state", verdict, said, advice, codes.REFUSED if required else 0)
    else:
        held = len(record.definitions) + len(record.orders) + sum(map(len, record.lines.values()))
        last = f", the last on {runs[0].started_at:%Y-%m-%d}" if runs else ""
        said = f"{where} knows of {record.last_run} runs{last}, and remembers {held} items"
        yield Check("state", Verdict.OK, said)
    if record.unsettled:
        said = f"{len(record.unsettled)} writes were sent and never confirmed"
        yield Check("lost answers", Verdict.WARNING, said, f"`reconciler resume -t {chosen.target.name}`")
    present = [each for each in holders if each.expires_at > datetime.now(UTC)]
    if present:
        said = f"held by {'; '.join(map(holder_line, present))}"
        yield Check("lease", Verdict.WARNING, said, "an apply waits for it, or ends with exit 7")
    else:
        yield Check("lease", Verdict.OK, "nobody holds the account")
