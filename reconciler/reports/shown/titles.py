"""Titles: what people call each kind."""

from __future__ import annotations

from typing import Final

from reconciler.model.address import CUSTOM_FIELD, LINE_STATUS, ORDER, ORDER_LINE

TITLES: Final = {
    CUSTOM_FIELD: "Custom fields",
    LINE_STATUS: "Line statuses",
    ORDER: "Orders",
    ORDER_LINE: "Order lines",
}
