"""Lines: whether a line's status is to be said, by the contract's table and then by the guards."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from sys import intern

from reconciler.model import address
from reconciler.model.change import UNKNOWN, FieldChange, UpdateLine, Why, Withhold
from reconciler.model.decision import LINES, Line, Remembered, Shown, Verb
from reconciler.model.difference import PassedOver
from reconciler.model.evidence import Evidence
from reconciler.model.latest import is_outdated, moved, spoken, unmarks
from reconciler.model.manifest import LineManifest
from reconciler.model.observation import LiveOrder
from reconciler.model.plan import Drift, Taken
from reconciler.model.record import Memory, Unsettled
from reconciler.stages.diff import guards
from reconciler.stages.diff.sides import Findings, Sides


def decide_line(
    wish: LineManifest, live: LiveOrder, memory: Memory | None, sides: Sides, findings: Findings
) -> UpdateLine | Withhold | None:
    """Decide about one line of an order that is there; None when the line stays as it is.

    What is kept, taken and drifted goes into the findings; the change itself is given back, because an import
    of the order may carry it.
    """
    shown = None if live.lines is None else live.lines.get(wish.line)
    unsettled = _unsettled(wish, sides)
    if unsettled is not None:
        return _withhold(wish, Why.UNSETTLED, str(unsettled), Evidence.UNKNOWN, UNKNOWN)
    if wish.dispute and (wish.rival or shown != wish.status):
        return _withhold(wish, Why.CONFLICTING, wish.dispute, Evidence.UNKNOWN, shown or UNKNOWN)
    if shown is not None and memory is not None and memory.spec != shown:
        findings.drift.append(Drift(wish.address, memory.spec, shown, f"recorded in run {memory.run}"))
    touched = sides.record.touched(wish.order, live.updated)
    if memory is not None and is_outdated(wish, memory, sides.manifests.sources):
        if sides.remembers and shown not in {None, memory.spec}:
            seen = moved(Memory(shown, Evidence.OBSERVED, sides.now, 0), memory)
            findings.taken.append(Taken(wish.address, seen))
        _pass_over(wish, shown, memory, touched=touched, findings=findings)
        return None
    if sides.remembers:
        _take(wish, shown, memory, sides, findings)
    verdict = LINES[Line(_shown(shown, wish), _remembered(memory, wish), touched)]
    evidence = verdict.evidence or _strength(memory)
    again = evidence is Evidence.STALE and verdict.verb is Verb.KEEP and sides.rules.resends(wish.address)
    if verdict.verb is Verb.KEEP and not again:
        _keep(wish, memory, evidence, findings)
        return None
    change = _move(wish, live, shown, memory, evidence, sides)
    if again and isinstance(change, Withhold):  # it was asked to be said again, and stays as it is wanted
        _keep(wish, memory, evidence, findings)
        return None
    return change


def _keep(wish: LineManifest, memory: Memory | None, evidence: Evidence, findings: Findings) -> None:
    if evidence is Evidence.STALE and memory is not None:
        findings.keep_stale(wish.address, memory)
    else:
        findings.keep(evidence, memory)


def _pass_over(
    wish: LineManifest, shown: str | None, memory: Memory, *, touched: bool, findings: Findings
) -> None:
    """Leave a line as it is of which only an old report is there: what holds is what is recorded.

    It is no observed one, whatever is shown: nobody knows what is wanted of it now.
    """
    findings.pass_over(wish, PassedOver.OLDER)
    _keep(wish, memory, Evidence.STALE if shown is None and touched else _strength(memory), findings)


def _unsettled(wish: LineManifest, sides: Sides) -> Unsettled | None:
    """Find a lost write of the line, or of its order as a whole, for that one spoke for the line too."""
    lost = sides.record.unsettled
    return (lost.get(wish.address) or lost.get(address.order(wish.order))) if lost else None


def withhold_line(wish: LineManifest, why: Why, reason: str, evidence: Evidence) -> Withhold:
    """Withhold a line of an order that is not there, or could not be read."""
    return _withhold(wish, why, reason, evidence, UNKNOWN)


def _shown(shown: str | None, wish: LineManifest) -> Shown:
    if shown is None:
        return Shown.HIDDEN
    return Shown.WANTED if shown == wish.status else Shown.OTHER


def _remembered(memory: Memory | None, wish: LineManifest) -> Remembered:
    if memory is None:
        return Remembered.NOTHING
    return Remembered.WANTED if memory.spec == wish.status else Remembered.OTHER


def _strength(memory: Memory | None) -> Evidence:
    declared = memory is not None and memory.how is Evidence.DECLARED
    return Evidence.DECLARED if declared else Evidence.RECORDED


def _take(
    wish: LineManifest, shown: str | None, memory: Memory | None, sides: Sides, findings: Findings
) -> None:
    """Note of what was read of a line what the next apply writes into the record.

    A `hold: once` wish is done where it is seen, and where the target once accepted the same words.
    """
    if shown is None:
        said = _reported(wish, memory, sides)
        ours = memory is not None and memory.how is Evidence.RECORDED and memory.spec == wish.status
        done = wish.status if wish.once and ours else None
    else:
        done = wish.status if wish.once and shown == wish.status else None
        if memory is None or memory.spec != shown or done is not None:
            seen, alike = Memory(shown, Evidence.OBSERVED, sides.now, 0), shown == wish.status
            said = spoken(seen, wish, memory, sides.manifests.sources) if alike else moved(seen, memory)
        else:
            said = _reported(wish, memory, sides)
    if sides.record.finished and unmarks(wish) and wish.address in sides.record.finished:
        done = ""
    if said is not None and (done is not None or (said is not memory and said != memory)):
        findings.taken.append(Taken(wish.address, said, finished=done))


def _reported(wish: LineManifest, memory: Memory | None, sides: Sides) -> Memory | None:
    """Remember that a source has said again what is recorded, so that an older word is known as such."""
    if memory is None or wish.source is None or memory.spec != wish.status:
        return memory
    return spoken(memory, wish, memory, sides.manifests.sources)


def _move(
    wish: LineManifest,
    live: LiveOrder,
    shown: str | None,
    memory: Memory | None,
    evidence: Evidence,
    sides: Sides,
) -> UpdateLine | Withhold:
    recorded = memory.spec if memory is not None else None
    trusted = recorded if evidence is not Evidence.STALE else None
    before = shown or recorded or UNKNOWN
    objection = guards.object_to(
        wish,
        guards.Present(shown or trusted, shown or recorded, live.status),
        sides.manifests.catalogue,
        sides.rules,
    )
    if objection is not None:
        return _withhold(wish, objection.why, objection.reason, evidence, before)
    status = address.line_status(wish.status)
    return UpdateLine(
        address=wish.address,
        evidence=evidence,
        reason=intern(_known(shown, memory, evidence) + _untyped(shown or recorded, sides)),
        origin=wish.origin,
        fields=_status(before, wish.status),
        needs=(status,) if sides.managed(status) else (),
        wanted=wish,
        triggers=sides.manifests.catalogue.may_trigger(wish.status),
    )


@lru_cache(maxsize=1024)
def _status(before: Hashable, after: str) -> tuple[FieldChange, ...]:
    """Give a change of status. A plan has a million of them, and few that differ."""
    return (FieldChange("status", before, after),)


def _untyped(before: str | None, sides: Sides) -> str:
    """Say that nobody knows whether the present status ends a line; the contract moves it all the same."""
    if before is None or sides.manifests.catalogue.type_of(before) is not None:
        return ""
    return f"; nothing declares the type of {before}, so whether this reopens the line cannot be judged"


def _known(shown: str | None, memory: Memory | None, evidence: Evidence) -> str:
    if shown is not None:
        return "the target shows another status"
    if memory is None:
        return "its present status cannot be read"
    said = f"said {memory.spec} in run {memory.run} on {memory.at.date()}"
    if evidence is Evidence.STALE:
        return f"{said}; the order changed since and the line cannot be seen"
    return f"{said}; it cannot be read back"


def _withhold(wish: LineManifest, why: Why, reason: str, evidence: Evidence, before: Hashable) -> Withhold:
    return Withhold(
        address=wish.address,
        evidence=evidence,
        reason=reason,
        origin=wish.origin,
        fields=_status(before, wish.status) if before != wish.status else (),
        why=why,
        wanted=wish,
    )
