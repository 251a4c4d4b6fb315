"""drift: what is held on record, compared with what the target shows now. No manifest takes part.

Held is what was said and is to stay so: a wish of `hold: once` that is done holds nothing, a definition that
was released neither. Only what was read can have changed: what is hidden cannot be told, and what a reading
that broke off did not reach is not gone. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from reconciler.model import address
from reconciler.model.address import CUSTOM_FIELD, LINE_STATUS, Address
from reconciler.model.change import ABSENT, as_json
from reconciler.model.diagnostic import Origin
from reconciler.model.drifting import Drifted, Drifting, Verdict
from reconciler.model.evidence import Absent, Evidence, Present, Unknown
from reconciler.model.manifest import (
    Catalogue,
    FieldFacts,
    LineManifest,
    Manifests,
    OrderManifest,
)
from reconciler.model.observation import LiveOrder, World
from reconciler.model.record import Memory, Record
from reconciler.ports import Kinds, Terms

Selects = Callable[[Address], bool]

_NOWHERE: Final = Origin("", 0, 0)
_UNREAD: Final = "a definition can never be read"
_IN_USE: Final = "seen in use on an order, so it is there; how it is defined can never be read"
_HIDDEN: Final = "the target hides the status of this line"
_NOT_SHOWN: Final = "the target does not show this order (it may not exist, or the token may not see it)"


def held(record: Record, kinds: Kinds, selects: Selects) -> Manifests:
    """Give what has to be read to compare what is held, as if a manifest wanted it."""
    lines: dict[str, dict[str, LineManifest]] = {}
    for where, memory in _lines(record):
        if selects(where):
            order, line = where.parts
            lines.setdefault(order, {})[line] = LineManifest(
                order=order, line=line, status=memory.spec, origin=_NOWHERE
            )
    orders = {
        order: kinds.order.recall(order, memory.spec)
        for order, memory in record.orders.items()
        if selects(address.order(order))
    }
    return Manifests(orders=orders, lines=lines, catalogue=_catalogue(record))


def drift(record: Record, world: World, kinds: Kinds, terms: Terms, selects: Selects) -> Drifting:
    """Compare everything that is held. `world` has to hold what `held` names."""
    wanted = held(record, kinds, selects)
    found: list[Drifted] = []
    same = 0
    for each in (
        *_definitions(record, world, selects),
        *_orders(record, world, wanted, kinds, terms),
        *_of_lines(record, world, selects),
    ):
        if each is None:
            same += 1
        else:
            found.append(each)
    return Drifting(tuple(sorted(found, key=lambda each: each.address.rank)), same, not world.broken)


# ------------------------------------------------------------------ definitions


def _definitions(record: Record, world: World, selects: Selects) -> Iterator[Drifted | None]:
    for where, memory in record.definitions.items():
        if memory.released or not selects(where):
            continue
        if where in world.used:
            yield _untold(where, memory.spec, memory, _IN_USE, Evidence.INFERRED)
        else:
            yield _untold(where, memory.spec, memory, _UNREAD)


def _catalogue(record: Record) -> Catalogue:
    """Rebuild what is known of custom fields, for values are compared by their type."""
    return Catalogue(
        {
            where: FieldFacts(
                memory.spec.get("value_type"),
                memory.spec.get("enum_values") or {},
                memory.spec.get("default_value"),
            )
            for where, memory in record.definitions.items()
            if where.kind == CUSTOM_FIELD
        },
        {},
    )


# ------------------------------------------------------------------ orders


def _orders(
    record: Record, world: World, wanted: Manifests, kinds: Kinds, terms: Terms
) -> Iterator[Drifted | None]:
    for order, manifest in wanted.orders.items():
        memory = record.orders[order]
        match world.of(order):
            case Unknown(reason):
                yield _untold(manifest.address, None, memory, f"could not be read: {reason}")
            case Absent():
                yield _gone(manifest.address, None, _NOT_SHOWN)
            case Present(live):
                yield _order(memory, live, manifest, wanted.catalogue, kinds, terms)


def _order(
    memory: Memory,
    live: LiveOrder,
    manifest: OrderManifest,
    catalogue: Catalogue,
    kinds: Kinds,
    terms: Terms,
) -> Drifted | None:
    where = manifest.address
    if live.detail is None:
        return _untold(where, None, memory, "of this order only the status was read")
    _, seen = kinds.order.align(manifest, live, catalogue, terms)
    shown = kinds.order.shown(manifest, catalogue, terms, seen)
    told = {path: value for path, value in memory.spec.items() if not isinstance(value, Mapping)}
    now = {path: as_json(shown.get(path, ABSENT)) for path in told}
    moved = sorted(path for path, value in told.items() if now[path] != value)
    left = [path for path in moved if path in memory.unmet and memory.unmet[path] == now[path]]
    moved = [path for path in moved if path not in left]
    if not moved:
        return None
    return Drifted(
        address=where,
        verdict=Verdict.CHANGED,
        recorded={path: told[path] for path in moved},
        observed={path: now[path] for path in moved},
        evidence=Evidence.OBSERVED,
        reason=_since(memory),
    )


# ------------------------------------------------------------------ lines


def _lines(record: Record) -> Iterator[tuple[Address, Memory]]:
    """Give the lines that are held: not those whose wish is done and never comes back."""
    for order, lines in record.lines.items():
        for line, memory in lines.items():
            where = address.order_line(order, line)
            if record.finished.get(where) != memory.spec:
                yield where, memory


def _of_lines(record: Record, world: World, selects: Selects) -> Iterator[Drifted | None]:
    for where, memory in _lines(record):
        if not selects(where):
            continue
        if where in record.unsettled:
            yield _untold(where, memory.spec, memory, str(record.unsettled[where]))
            continue
        match world.of(where.parts[0]):
            case Unknown(reason):
                yield _untold(where, memory.spec, memory, f"its order could not be read: {reason}")
            case Absent():
                yield _gone(where, memory.spec, _NOT_SHOWN)
            case Present(live):
                yield _line(where, memory, live, record)


def _line(where: Address, memory: Memory, live: LiveOrder, record: Record) -> Drifted | None:
    order, line = where.parts
    if live.lines is None:
        return _untold(where, memory.spec, memory, "its lines were not read")
    if line not in live.lines:
        listed = ", ".join(sorted(live.lines)) or "none"
        return _gone(where, memory.spec, f"the order has no such line; it has {listed}")
    shown = live.lines[line]
    if shown == memory.spec:
        return None
    if shown is not None:
        return Drifted(
            address=where,
            verdict=Verdict.CHANGED,
            recorded=memory.spec,
            observed=shown,
            evidence=Evidence.OBSERVED,
            reason=_since(memory),
        )
    if record.touched(order, live.updated):
        reason = f"{_HIDDEN}, and the order changed since it was said"
        return _untold(where, memory.spec, memory, reason, Evidence.STALE)
    return _untold(where, memory.spec, memory, _HIDDEN)


# ------------------------------------------------------------------ parts


def _since(memory: Memory) -> str:
    return f"recorded in run {memory.run} on {memory.at:%Y-%m-%d}"


def _gone(where: Address, recorded: Any, reason: str) -> Drifted:
    return Drifted(
        address=where, verdict=Verdict.GONE, recorded=recorded, evidence=Evidence.OBSERVED, reason=reason
    )


def _untold(
    where: Address, recorded: Any, memory: Memory, reason: str, evidence: Evidence | None = None
) -> Drifted:
    return Drifted(
        address=where,
        verdict=Verdict.UNTOLD,
        recorded=recorded if where.kind not in {CUSTOM_FIELD, LINE_STATUS} else None,
        evidence=evidence or memory.how,
        reason=f"{reason}; {_since(memory)}",
    )
