"""Order line: one line's status, the only thing of it that is changed on its own.

It has no section: lines are declared inside their order. Here are the facts that `explain` shows.
"""

from __future__ import annotations

from collections.abc import Mapping


class OrderLine:
    """The kind `order_line`."""

    name: str = "order_line"
    summary: str = "The status of one order line, declared by `lines` or `line_status` of an order."
    capabilities: Mapping[str, str] = {
        "read": "By walking the list of orders; on the documented versions lines come without a status.",
        "write": "One line a call, after definitions and order imports, or within the import of its order.",
        "edit": "To any status that is built in or declared; the answer only echoes the request.",
        "delete": "Never.",
        "triggers": "A status update may fire them and cannot suppress them; it is never said twice blindly.",
    }
