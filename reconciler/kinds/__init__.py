"""The kinds: one module a kind of resource, pure. A new kind is a new module and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from reconciler.kinds.custom_field import CustomField
from reconciler.kinds.line_status import LineStatus
from reconciler.kinds.order import Order
from reconciler.kinds.order_line import OrderLine
from reconciler.kinds.order_source import OrderSource
from reconciler.ports import Kinds


class Explained(Protocol):
    """What `explain` says of a kind."""

    name: str
    summary: str
    capabilities: Mapping[str, str]


CUSTOM_FIELD: Final = CustomField()
LINE_STATUS: Final = LineStatus()
ORDER: Final = Order()

ORDER_SOURCE: Final = OrderSource()

KINDS: Final = Kinds({CUSTOM_FIELD.name: CUSTOM_FIELD, LINE_STATUS.name: LINE_STATUS}, ORDER, ORDER_SOURCE)
"""The kinds that manifests declare, definitions first."""

EXPLAINED: Final[Mapping[str, Explained]] = {
    each.name: each for each in (CUSTOM_FIELD, LINE_STATUS, ORDER, OrderLine(), ORDER_SOURCE)
}
"""Every kind that can be explained, by name."""
