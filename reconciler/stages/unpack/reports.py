"""Reports: the JSON reports of applies become an archive, when the state itself was lost.

A report says what was done and with which value, so what is remembered of lines and definitions can be told
from it, and what is in doubt too. It does not say which update_time of an order is our own: what happened to
an order more than a minute after its report counts as somebody else's doing, which is the careful assumption.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from pydantic import AwareDatetime, Field

from reconciler.model import address
from reconciler.model.address import ORDER, ORDER_LINE, Address
from reconciler.model.archive import Archive, Kept
from reconciler.model.evidence import Evidence
from reconciler.model.history import RunFacts, RunRow, RunStory, WriteRow
from reconciler.model.record import Baseline, Memory
from reconciler.stages.unpack.reading import Shape, Unreadable, Where, read_as

_LINES: Final = "lines."
_STATUS: Final = ".status"


def rebuild(documents: Iterable[Any], account: str, project: str) -> tuple[Archive, tuple[Address, ...]]:
    """Put reports together, the oldest first, whatever order they come in.

    Gives too the addresses of which a report tells only a part and no earlier one the rest. Raises
    `Unreadable` for what is no report of an apply, or of another account.
    """
    spoken = (_read(each, account) for each in documents if not _is_silent(each))
    reports = sorted(spoken, key=lambda each: (each.ended_at, each.run))
    told = _Told()
    for report in reports:
        for number, outcome in enumerate(report.outcomes, start=1):
            told.hear(report, number, outcome)
    memories = {where: Kept(project, memory) for where, memory in told.memories.items()}
    runs = tuple(
        _story(each, told.writes[each.run]) for each in {each.run: each for each in reports}.values()
    )
    archive = Archive(account=account, memories=memories, baselines=told.baselines, runs=runs)
    return archive, tuple(sorted(told.partial - set(memories), key=lambda each: each.rank))


class _OutcomeShape(Shape):
    address: Where
    outcome: Literal["done", "failed", "lost", "skipped", "moved"]
    reason: str
    after: Any
    seconds: float


class _TargetShape(Shape):
    name: str
    account: str


class _ReportShape(Shape):
    format_version: str = Field(pattern=r"^1\.")
    command: Literal["apply", "resume"]
    ended_at: AwareDatetime
    target: _TargetShape
    run: int = Field(ge=1)
    exit_code: int
    summary: Mapping[str, int]
    outcomes: tuple[_OutcomeShape, ...]


def _is_silent(document: Any) -> bool:
    """Tell whether this is the report of an apply that was stopped before its run began."""
    if not isinstance(document, dict) or document.get("command") not in {"apply", "resume"}:
        return False
    return document.get("run") is None and document.get("outcomes") == []


def _read(document: Any, account: str) -> _ReportShape:
    report = read_as(_ReportShape, document)
    if report.target.account != account:
        raise Unreadable(f"it is of account {report.target.account}, and this is {account}")
    return report


@dataclass(slots=True)
class _Told:
    """What the reports have told so far."""

    memories: dict[Address, Memory] = field(default_factory=dict)
    baselines: dict[str, Baseline] = field(default_factory=dict)
    writes: dict[int, dict[Address, WriteRow]] = field(default_factory=dict)
    partial: set[Address] = field(default_factory=set)

    def hear(self, report: _ReportShape, number: int, outcome: _OutcomeShape) -> None:
        where = outcome.address
        self.writes.setdefault(report.run, {})[where] = _write(report, number, outcome)
        if outcome.outcome in {"done", "lost"} and where.kind in {ORDER, ORDER_LINE}:
            self.baselines[where.parts[0]] = Baseline(None, None, report.ended_at)
        if outcome.outcome != "done":
            return
        if where.kind == ORDER_LINE:
            if isinstance(outcome.after, str):
                self._keep(where, outcome.after, report)
        elif isinstance(outcome.after, dict):
            self._hear_fields(where, outcome.after, report)
        elif where in self.memories:  # a release says nothing more
            self.memories[where] = replace(self.memories[where], released=True)

    def _hear_fields(self, where: Address, after: Mapping[str, Any], report: _ReportShape) -> None:
        """Take in an order or a definition: as a whole, or as a change of what is known."""
        known = self.memories.get(where)
        statuses = _statuses(after) if where.kind == ORDER else {}
        said = {path: value for path, value in after.items() if path not in statuses}
        for path, status in statuses.items():
            line = path.removeprefix(_LINES).removesuffix(_STATUS)
            self._keep(address.order_line(where.parts[0], line), status, report)
        if where.kind != ORDER and not _is_whole(said) and known is None:
            self.partial.add(where)
        else:
            start = {} if where.kind == ORDER else {"external_id": where.parts[-1]}
            before = start if known is None or _is_whole(said) else known.spec
            merged = {**before, **said}
            self._keep(where, {key: value for key, value in merged.items() if value is not None}, report)

    def _keep(self, where: Address, spec: Any, report: _ReportShape) -> None:
        self.memories[where] = Memory(spec, Evidence.RECORDED, report.ended_at, report.run)


def _statuses(after: Mapping[str, Any]) -> dict[str, str]:
    return {
        path: value
        for path, value in after.items()
        if path.startswith(_LINES) and path.endswith(_STATUS) and isinstance(value, str)
    }


def _is_whole(said: Mapping[str, Any]) -> bool:
    """Tell whether a definition's report names it and its type, which a change never does together."""
    return "name" in said and ("type" in said or "value_type" in said)


def _write(report: _ReportShape, number: int, outcome: _OutcomeShape) -> WriteRow:
    sent = outcome.outcome in {"done", "failed", "lost"}
    return WriteRow(
        run=report.run,
        number=number,
        request=number if sent else None,
        address=outcome.address,
        action="",
        wanted=outcome.after,
        before=None,
        intended_at=report.ended_at if sent else None,
        outcome=outcome.outcome,
        outcome_at=report.ended_at,
        reason=outcome.reason,
        seconds=outcome.seconds,
        settled_by=None,
    )


def _story(report: _ReportShape, told: Mapping[Address, WriteRow]) -> RunStory:
    row = RunRow(
        id=report.run,
        target=report.target.name,
        command=report.command,
        started_at=report.ended_at,
        ended_at=report.ended_at,
        exit_code=report.exit_code,
        facts=RunFacts(),
        summary=dict(report.summary),
    )
    return RunStory(row, tuple(replace(each, number=at) for at, each in enumerate(told.values(), start=1)))
