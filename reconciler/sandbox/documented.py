"""Which defaults the vendor's pages state or show in a sample; every other one is the plainest reading.

A switch stands here for its default alone: any other value of it is what some server may do.
"""

from typing import Final

DOCUMENTED: Final = frozenset(
    {
        "token_place",
        "error_codes",
        "xml_quotes",
        "end_of_list",
        "line_status",
        "amounts",
        "get_status_result",
        "time_format",
        "empty_keys",
        "min_price_zero",
        "extra_keys",
        "order_statuses",
        "skip_triggers",
        "field_identity",
        "default_value",
    }
)
"""By name.

`skip_triggers`, `default_value`, `order_statuses`, `token_place` and `end_of_list` are stated, all others are
seen in a sample.
"""
