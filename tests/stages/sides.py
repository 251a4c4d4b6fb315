"""What tests of diff share: one order with its lines, shown and remembered as a test says."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from reconciler.model import address
from reconciler.model.diagnostic import Origin
from reconciler.model.evidence import Evidence, Present
from reconciler.model.manifest import (
    Catalogue,
    DefinitionManifest,
    LineManifest,
    Manifests,
    Mode,
    StatusFacts,
    StatusType,
)
from reconciler.model.observation import LiveOrder, World
from reconciler.model.record import Baseline, Memory, Record, Unsettled
from reconciler.model.rules import Rules
from reconciler.ports import Terms
from reconciler.shelves import KINDS
from reconciler.stages.diff import Sides

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
WRITTEN = NOW - timedelta(days=1)
HERE = Origin("m.yaml", 3, 5)
STATUSES = {
    "packed": StatusFacts(StatusType.IN_PROCESS),
    "quiet": StatusFacts(StatusType.IN_PROCESS, triggers=False),
    "sent_back": StatusFacts(StatusType.REFUNDED),
}


def wish(status: str = "delivered", line: str = "l1", order: str = "o1", **more: Any) -> LineManifest:
    return LineManifest(order=order, line=line, status=status, origin=HERE, **more)


def remembered(
    status: str, how: Evidence = Evidence.RECORDED, *, run: int = 7, at: datetime = WRITTEN
) -> Memory:
    return Memory(status, how, at, run)


def a_status(external_id: str = "packed", mode: Mode = Mode.MANAGED, **fields: Any) -> DefinitionManifest:
    spec = {"external_id": external_id, "name": "Packed", "type": "in_process", **fields}
    return DefinitionManifest(address=address.line_status(external_id), fields=spec, origin=HERE, mode=mode)


def lost(wanted: Any = "delivered") -> Unsettled:
    return Unsettled(7, WRITTEN, wanted, "the connection was cut")


def sides(
    *wishes: LineManifest,
    lines: Mapping[str, str | None] | None = None,
    order_status: str = "new",
    updated: datetime | None = WRITTEN,
    record: Record = Record(),  # noqa: B008 - frozen
    rules: Rules = Rules(),  # noqa: B008 - frozen
    world: World | None = None,
    definitions: tuple[DefinitionManifest, ...] = (),
    **more: Any,
) -> Sides:
    """Put line wishes beside an order o1 that shows these lines."""
    wanted: dict[str, dict[str, LineManifest]] = {}
    for each in wishes:
        wanted.setdefault(each.order, {})[each.line] = each
    live = LiveOrder("o1", endpoint="site", status=order_status, updated=updated, lines=lines or {"l1": None})
    return Sides(
        manifests=Manifests(
            definitions={each.address: each for each in definitions},
            lines=wanted,
            catalogue=Catalogue(statuses=STATUSES),
        ),
        world=world or World(orders={"o1": Present(live)}, whole=True, seen=1, requests=1),
        record=record,
        kinds=KINDS,
        terms=Terms(salt="acme"),
        rules=rules,
        now=NOW,
        covers=more.pop("covers", lambda _: True),
        **more,
    )


def record(memory: Memory | None = None, *, touched: bool = False, line: str = "l1", **more: Any) -> Record:
    """Remember a line of o1, and whether somebody touched the order since."""
    seen = WRITTEN - timedelta(seconds=1) if touched else WRITTEN
    baselines = {"o1": Baseline(seen, None, seen)} if memory is not None else {}
    lines = {"o1": {line: memory}} if memory is not None else {}
    return replace(Record(lines=lines, baselines=baselines), **more)
