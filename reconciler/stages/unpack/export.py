"""Export: the JSON document of `state export` becomes the archive that it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from reconciler.model.archive import Archive, Kept, Mark
from reconciler.model.evidence import Evidence
from reconciler.model.history import RunFacts, RunRow, RunStory, WriteRow
from reconciler.model.record import Baseline, Memory
from reconciler.stages.unpack.reading import Shape, Where, read_as

Name = Annotated[str, Field(min_length=1, max_length=255)]


def unpack(document: Any) -> Archive:
    """Read an export; raises `Unreadable`."""
    shape = read_as(_ArchiveShape, document)
    return Archive(
        account=shape.account,
        memories={each.address: _kept(each) for each in shape.memories},
        marks={each.address: Mark(each.project, each.status, each.run) for each in shape.finished},
        baselines={each.order: Baseline(each.seen, each.before, each.written) for each in shape.baselines},
        runs=tuple(map(_story, shape.runs)),
    )


class _MemoryShape(Shape):
    address: Where
    project: Name
    spec: Any
    how: Evidence
    at: AwareDatetime
    run: int = Field(ge=0)
    released: bool
    unmet: Mapping[str, Any]
    identity: str
    source: str = ""
    reported: AwareDatetime | None = None


class _MarkShape(Shape):
    address: Where
    project: Name
    status: str = Field(min_length=1)
    run: int = Field(ge=0)


class _BaselineShape(Shape):
    order: str = Field(min_length=1)
    seen: AwareDatetime | None
    before: AwareDatetime | None
    written: AwareDatetime


class _WriteShape(Shape):
    number: int = Field(ge=1)
    request: int | None
    address: Where
    action: str
    wanted: Any
    before: Any
    intended_at: AwareDatetime | None
    outcome: Literal["done", "failed", "lost", "skipped", "moved"] | None
    outcome_at: AwareDatetime | None
    reason: str
    seconds: float
    settled_by: str | None
    updated: AwareDatetime | None = None
    evidence: Evidence | None = None


class _RunShape(Shape):
    run: int = Field(ge=1)
    target: str
    command: str
    started_at: AwareDatetime
    ended_at: AwareDatetime | None
    exit_code: int | None
    host: str
    pid: int
    actor: str
    commit: str
    ci_url: str
    tool_version: str
    summary: Mapping[str, int]
    project: str = ""
    shard: Annotated[str, Field(pattern=r"^([0-9]+/[0-9]+)?$")] = ""
    writes: tuple[_WriteShape, ...]


class _ArchiveShape(Shape):
    format_version: str = Field(pattern=r"^1\.")
    command: Literal["state export"]
    account: Name
    memories: tuple[_MemoryShape, ...]
    finished: tuple[_MarkShape, ...]
    baselines: tuple[_BaselineShape, ...]
    runs: tuple[_RunShape, ...]


def _kept(shape: _MemoryShape) -> Kept:
    memory = Memory(
        shape.spec,
        shape.how,
        shape.at,
        shape.run,
        shape.released,
        dict(shape.unmet),
        shape.identity,
        shape.source,
        shape.reported,
    )
    return Kept(shape.project, memory)


def _story(shape: _RunShape) -> RunStory:
    facts = RunFacts(
        host=shape.host,
        pid=shape.pid,
        actor=shape.actor,
        commit=shape.commit,
        ci_url=shape.ci_url,
        tool_version=shape.tool_version,
    )
    row = RunRow(
        id=shape.run,
        target=shape.target,
        command=shape.command,
        started_at=shape.started_at,
        ended_at=shape.ended_at,
        exit_code=shape.exit_code,
        facts=facts,
        summary=dict(shape.summary),
        project=shape.project,
        shard=shape.shard,
    )
    return RunStory(row, tuple(WriteRow(run=shape.run, **dict(each)) for each in shape.writes))
