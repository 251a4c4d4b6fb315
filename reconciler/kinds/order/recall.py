"""Recall: an order as it is on record becomes comparable again, without the manifest that declared it.

The reverse of `show`. What was personal is on record as a digest only, and cannot be recalled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import unquote

from reconciler.model.diagnostic import Origin
from reconciler.model.manifest import OrderManifest
from reconciler.model.times import read_instant

_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "tags": frozenset,
    "create_time": read_instant,
    **dict.fromkeys(
        ("total_price", "delivery_cost", "base_price_per_item", "min_price_per_item", "final_price_per_item"),
        Decimal,
    ),
}
_NOWHERE: Final = Origin("", 0, 0)


def recall(order: str, spec: Mapping[str, Any]) -> OrderManifest:
    """Rebuild what was wanted of an order from what the record keeps: JSON values by dotted path."""
    fields: dict[str, Any] = {"lines": {}}
    for path, value in spec.items():
        if isinstance(value, Mapping):
            continue
        part, steps = fields, [unquote(step) for step in path.split(".")]
        if steps[0] == "lines":
            part, steps = fields["lines"].setdefault(steps[1], {}), steps[2:]
        if steps[0] == "custom_fields":
            part.setdefault("custom_fields", {})[steps[1]] = value
        else:
            part[steps[0]] = value if value is None else _READ.get(steps[0], _as_it_is)(value)
    return OrderManifest(order=order, fields=fields, identity={}, origin=_NOWHERE)


def _as_it_is(value: Any) -> Any:
    return value
