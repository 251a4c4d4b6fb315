"""Plans to be shown, made by hand: one that has everything, one that is large, one of any texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from reconciler.model import address
from reconciler.model.change import (
    ABSENT,
    UNKNOWN,
    Create,
    Ensure,
    FieldChange,
    Pending,
    Release,
    Secret,
    UpdateDefinition,
    UpdateLine,
    UpdateOrder,
    Why,
    Withhold,
)
from reconciler.model.diagnostic import Origin, error, note, warning
from reconciler.model.drifting import Drifted, Drifting, Verdict
from reconciler.model.evidence import Evidence
from reconciler.model.manifest import DefinitionManifest, LineManifest, OrderManifest
from reconciler.model.outcome import Done, Failed, Lost, Moved, Outcome, Skipped
from reconciler.model.plan import Drift, Kept, Plan, Requests, TargetName

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
TARGET = TargetName("production", "https://ru.altkraft.com", "acme-prod", "postgresql://state/reconciler")
STATUSES = ("delivering", "delivered", "at_pickup_point", "packed", "canceled")


def a_line(
    order: str,
    line: str,
    before: Any,
    after: str,
    *,
    at: Origin = Origin("manifests/orders/corrections.yaml", 3, 5),  # noqa: B008 - frozen
    **more: Any,
) -> UpdateLine:
    """Make a change of one line's status."""
    evidence = Evidence.UNKNOWN if before is UNKNOWN else Evidence.OBSERVED
    settled = {
        "evidence": evidence,
        "reason": "its present status cannot be read"
        if before is UNKNOWN
        else "differs from what the target shows",
        **more,
    }
    return UpdateLine(
        address=address.order_line(order, line),
        origin=at,
        fields=(FieldChange("status", before, after),),
        wanted=LineManifest(order=order, line=line, status=after, origin=at),
        **settled,
    )


def an_ensure(where: address.Address, *, permanent: bool = True, **fields: Any) -> Ensure:
    """Make a definition that would be said."""
    at = Origin("manifests/definitions.yaml", 6, 5)
    return Ensure(
        address=where,
        evidence=Evidence.UNKNOWN if permanent else Evidence.INFERRED,
        reason="whether it exists cannot be read; if it does, its name may be overwritten; "
        "`adopt: true` records it without sending",
        origin=at,
        fields=tuple(FieldChange(path, UNKNOWN, after) for path, after in fields.items()),
        wanted=DefinitionManifest(address=where, fields=fields, origin=at),
        permanent=permanent,
    )


def a_refusal(order: str, line: str, why: Why, reason: str, *, acknowledged: bool = False) -> Withhold:
    """Make a line that is withheld."""
    return Withhold(
        address=address.order_line(order, line),
        evidence=Evidence.UNKNOWN,
        reason=reason,
        origin=Origin("manifests/orders/corrections.yaml", 24, 9),
        fields=(FieldChange("status", UNKNOWN, "delivered"),),
        why=why,
        acknowledged=acknowledged,
    )


def an_order(number: str, *, created: bool) -> Create | UpdateOrder:
    """Make an order that is created, or one of which several fields differ."""
    at = Origin("manifests/orders/full.yaml", 2, 5)
    wanted = OrderManifest(order=number, fields={}, identity={}, origin=at)
    if created:
        fields = (
            FieldChange("email", ABSENT, Secret("0123456789abcdef", "j…@example.com")),
            FieldChange("total_price", ABSENT, "1000.00"),
            FieldChange("tags", ABSENT, ["autumn", "vip"]),
        )
        return Create(
            address=address.order(number),
            evidence=Evidence.OBSERVED,
            reason="the target does not show it",
            origin=at,
            fields=fields,
            wanted=wanted,
            statuses=(("line_01", "new"),),
            needs=(address.line_status("packed"),),
        )
    return UpdateOrder(
        address=address.order(number),
        evidence=Evidence.OBSERVED,
        reason="differs from what the target shows",
        origin=at,
        fields=(
            FieldChange("tags", ["vip"], ["autumn", "vip"]),
            FieldChange("custom_fields.delivery_slot", ABSENT, 2),
            FieldChange("region", "north", "region_1"),
        ),
        wanted=wanted,
        statuses=(("1", "delivered"), ("2", "new")),
    )


def a_plan(*steps: Pending, **more: Any) -> Plan:
    """Make a plan of some steps."""
    settled = {
        "target": TARGET,
        "created_at": NOW,
        "requests": Requests(lines=len(steps), verifying=1),
        **more,
    }
    return Plan(steps=tuple(sorted(steps, key=lambda step: step.address.rank)), **settled)


def everything() -> Plan:
    """A plan in which each action, evidence and mark occurs."""
    released = address.line_status("on_the_shelf")
    updated = address.line_status("packed")
    at = Origin("manifests/statuses.yaml", 2, 5)
    return a_plan(
        an_ensure(
            address.custom_field("order", "delivery_slot"),
            name="Delivery slot",
            entity_type="order",
            value_type="enum",
            enum_values={"morning": 1, "evening": 2},
            default_value=1,
            required=False,
        ),
        an_ensure(
            address.custom_field("order", "season"), permanent=False, name="Сезон", value_type="unicode"
        ),
        an_ensure(
            address.line_status("at_pickup_point"), name="Arrived at the pick-up point", type="in_process"
        ),
        UpdateDefinition(
            address=updated,
            evidence=Evidence.RECORDED,
            reason="differs from what was recorded in run 41 on 2026-11-01",
            origin=at,
            fields=(FieldChange("name", "Packed", "Packed by hand"),),
            wanted=DefinitionManifest(address=updated, fields={}, origin=at),
        ),
        Release(
            address=released,
            evidence=Evidence.RECORDED,
            reason="no longer declared; it stays in the target",
            origin=None,
        ),
        an_order("1234001", created=True),
        an_order("1234007", created=False),
        a_line("1234000", "line_01", "delivering", "delivered"),
        a_line("1234000", "line_02", UNKNOWN, "at_pickup_point"),
        a_line("1234002", "1", "delivering", "delivered", evidence=Evidence.STALE),
        a_line("1234007", "1", UNKNOWN, "delivered", carried=True, triggers=False),
        withheld=(
            a_refusal(
                "2000003", "1", Why.FORBIDDEN, "the order itself is canceled; --allow-reopen would move it"
            ),
            a_refusal(
                "2000004", "7", Why.NOT_FOUND, "the order has no such line; it has 1, 2", acknowledged=True
            ),
            a_refusal("2000004", "1", Why.IMPOSSIBLE, "`from` asks for delivering, and it cannot be known"),
        ),
        drift=(
            Drift(address.order_line("1234000", "line_01"), "packed", "delivering", "moved by somebody else"),
            Drift(address.order("1234007"), {"region": "south"}, {"region": "north"}),
        ),
        kept=Kept({Evidence.OBSERVED: 8, Evidence.RECORDED: 4, Evidence.STALE: 2}, NOW),
        diagnostics=(
            note("expired and ignored: 1", Origin("manifests/orders/old.yaml", 33, 5), "remove the entry"),
            warning("2 lines of data/corrections.csv name no status that is declared", advice="declare it"),
        ),
        requests=Requests(definitions=1, imports=1, lines=3, verifying=4),
    )


def many(count: int) -> Plan:
    """A plan of so many line changes, ten lines an order, in some files, with three moves."""
    places = [Origin(f"manifests/orders/2026-11-{day:02}.yaml", 3, 5) for day in range(1, 9)]
    steps: list[Pending] = []
    for number in range(count):
        order, line = str(1_000_000 + number // 10), f"line_{number % 10:02}"
        before = UNKNOWN if number % 25 == 0 else STATUSES[number % 3]
        steps.append(a_line(order, line, before, STATUSES[3 + number % 2], at=places[number % 8]))
    return a_plan(*steps)


def said(text: str) -> Plan:
    """A plan that says one text wherever a text from outside can stand."""
    at = Origin(text, 1, 1)
    where = address.order_line(text, text)
    target = TargetName(text, text, text, text)
    line = a_line(text, text, text, text, at=at, reason=text)
    refusal = Withhold(
        address=where, evidence=Evidence.UNKNOWN, reason=text, origin=at, why=Why.FORBIDDEN,
        fields=(FieldChange(text, text, text),),
    )  # fmt: skip
    definition = an_ensure(address.custom_field("order", text), name=text, default_value=[text])
    return a_plan(
        definition,
        line,
        target=target,
        withheld=(refusal,),
        drift=(Drift(where, text, {"digest": text}, text), Drift(where, {text: text}, {text: text}, text)),
        diagnostics=(error(text, at, text, [at]), note(text)),
    )


def ends() -> Sequence[Outcome]:
    """Outcomes of every sort."""
    line = address.order_line
    return (
        Done(address.line_status("packed"), "", {"name": "Packed"}, 0.2),
        Done(line("1234000", "line_01"), "", "delivered", 0.1),
        Failed(line("1234000", "line_02"), "the target refused it: error 17, no such status", "packed", 0.2),
        Lost(line("1234002", "1"), "the connection was cut after it was sent", "delivered", 30.0),
        Skipped(line("1234002", "2"), "the run was stopped"),
        Moved(line("1234003", "1"), "approved status delivering → delivered; now canceled"),
    )


def drifted() -> Drifting:
    """What has drifted from the record: everything that occurs."""
    line, since = address.order_line, "recorded in run 41 on 2026-11-19"
    hidden = f"the target hides the status of this line; {since}"
    return Drifting(
        (
            _drifted(
                address.line_status("packed"), Verdict.UNTOLD, None, f"seen in use on an order; {since}"
            ),
            _drifted(
                address.order("1234000"),
                Verdict.CHANGED,
                {"total_price": "900", "tags": ["one", "two"]},
                since,
                {"total_price": "901", "tags": ["one"]},
            ),
            _drifted(line("1234000", "line_01"), Verdict.CHANGED, "delivered", since, "canceled"),
            _drifted(line("1234002", "1"), Verdict.GONE, "delivered", "the target does not show this order"),
            *(_drifted(line("77", str(place)), Verdict.UNTOLD, "packed", hidden) for place in range(1, 6)),
        ),
        same=4,
    )


def drifted_so(text: str) -> Drifting:
    """What has drifted, with one text wherever a text from outside can stand."""
    where = address.order_line(text, text)
    return Drifting(
        (
            _drifted(where, Verdict.CHANGED, text, text, text),
            _drifted(address.order(text), Verdict.CHANGED, {text: text}, text, {text: text}),
            _drifted(where, Verdict.GONE, text, text),
            *(_drifted(where, Verdict.UNTOLD, text, text) for _ in range(5)),
        ),
        complete=False,
    )


def _drifted(
    where: address.Address, verdict: Verdict, recorded: object, reason: str, observed: object = None
) -> Drifted:
    known = Evidence.RECORDED if verdict is Verdict.UNTOLD else Evidence.OBSERVED
    return Drifted(
        address=where, verdict=verdict, recorded=recorded, observed=observed, evidence=known, reason=reason
    )
