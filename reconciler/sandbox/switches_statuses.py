"""Switches about moving orders and their lines from status to status. Data only."""

from reconciler.sandbox.switch import switch

STATUSES = (
    switch(
        "order_status",
        "A35",
        "what a change of lines does to the order's own status",
        independent="nothing",
        recomputed="all delivered or all canceled is taken over; any refunded line makes it part_refunded",
    ),
    switch(
        "transitions",
        "A36",
        "which moves of a line are allowed",
        any="every one",
        terminal_locked="none out of a status of type canceled or refunded: 400",
    ),
    switch(
        "update_to_same",
        "A37",
        "an update of a line to the status it has",
        ok="is answered with success and fires a trigger",
        error="is answered 400",
    ),
    switch(
        "touch_on_same",
        "A37",
        "whether a write that changes nothing moves `update_time`",
        yes="it does",
        no="it does not",
    ),
    switch(
        "unknown_order_or_line",
        "A38",
        "an update of a line that does not exist",
        _404="is answered 404",
        _400="is answered 400",
        echo="is answered with success",
    ),
    switch(
        "update_time_moves",
        "",
        "which writes move an order's `update_time`",
        lines_too="imports and line updates",
        imports_only="imports",
        never="none; it stays the time of creation",
    ),
)
