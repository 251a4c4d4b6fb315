"""Scaffold: the files that `init` makes, and the orders that its sandbox starts with.

A newcomer reads these before any page of documentation, so they teach; and they plan and apply as they are.
Pure: the day is passed in, and nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from reconciler.project.opening import MANIFEST_SCHEMA

SANDBOX: Final = ".reconciler/sandbox.db"
SETTINGS_SCHEMA: Final = ".reconciler/settings.schema.json"

_SETTINGS: Final = f"""\
# yaml-language-server: $schema={SETTINGS_SCHEMA}
# The settings of this repository; `reconciler schema settings` prints all that may stand here.
version: 1

# The target that is meant without -t. In CI, several targets make -t a duty.
default_target: sandbox

targets:
  # A stand-in for the platform that lives in one file: no server, no port, no token.
  sandbox:
    url: sandbox:{SANDBOX}

# Your own installation, once you have seen enough: take away the marks and put its address in.
#  production:
#    url: https://ru.altkraft.com
#    account: acme-prod           # the account's name in reports and in the record
#    token_env: ALTCRAFT_TOKEN    # the variable that holds the token; a token never stands in a file

# A plan that wants more than this is shown and then refused (exit 5).
limits:
  max_permanent_creates: 20        # definitions, which nobody can delete again
  max_line_changes: 1000
"""

_FIELDS: Final = """\
# yaml-language-server: $schema=../.reconciler/manifest.schema.json
# Custom fields: what an order, a line, a product or a SKU may carry beyond the platform's own keys.
# A definition is permanent. Nothing deletes it, and its value_type stays for ever: review with care.
# All keys: `reconciler explain custom_field`.
custom_fields:
  - external_id: "delivery_slot"
    name: Delivery slot
    entity_type: order
    value_type: enum
    enum_values: {morning: 1, evening: 2}
    default_value: morning
"""

_STATUSES: Final = """\
# yaml-language-server: $schema=../.reconciler/manifest.schema.json
# Line statuses beyond the built-in ones. Permanent, like every definition.
# All keys: `reconciler explain line_status`.
custom_line_statuses:
  - external_id: "at_pickup_point"
    name: Arrived at the pick-up point
    type: in_process
    # A move to this status may start a scenario that messages a customer, and the plan counts such moves.
    # Where you are sure that nothing hangs on it, say so: triggers: false
"""

_ORDERS: Final = """\
# yaml-language-server: $schema=../../.reconciler/manifest.schema.json
# Where the lines of existing orders have to be. An entry with more keys than these declares an order in full.
# All keys: `reconciler explain order`, `reconciler explain order_line`.
orders:
  - external_id: "{order}"
    hold: once             # done after one confirmed write: a line that moves on is not pulled back
    expires: {expires}    # the last day on which this counts
    lines:
      - {{external_id: "line_01", status: at_pickup_point}}
"""

_IGNORED: Final = """\
# What reconciler keeps on this machine. The schemas stay in Git, for editors.
.reconciler/*
!.reconciler/*.schema.json
"""

_ORDER: Final = "1234000"


def scaffold(today: date, *, manifest_schema: str, settings_schema: str) -> Mapping[str, str]:
    """Give the texts of the files by their paths; the settings come last, for they make it a repository."""
    expires = (today + timedelta(days=365)).isoformat()
    return {
        "manifests/fields.yaml": _FIELDS,
        "manifests/statuses.yaml": _STATUSES,
        f"manifests/orders/{today:%Y-%m}-corrections.yaml": _ORDERS.format(order=_ORDER, expires=expires),
        MANIFEST_SCHEMA: manifest_schema,
        SETTINGS_SCHEMA: settings_schema,
        ".gitignore": _IGNORED,
        "reconciler.yaml": _SETTINGS,
    }


def sandbox_orders(others: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Give the order that the manifests speak of, in the import's words, and some others beside it."""
    yield {
        "external_id": _ORDER,
        "matching": "email",
        "email": "johndoe@example.com",
        "endpoint": "website",
        "status": "paid",
        "total_price": "6988.50",
        "delivery_cost": "199.00",
        "currency": "RUB",
        "create_time": "2026-01-15T10:30:00Z",
        "lines": [_line("line_01", "kettle_17l", "4599.00"), _line("line_02", "desk_lamp", "2190.50")],
    }
    yield from others


def _line(external_id: str, product: str, price: str) -> Mapping[str, Any]:
    return {
        "external_id": external_id,
        "status": "delivering",
        "product": product,
        "base_price_per_item": price,
        "min_price_per_item": price,
        "final_price_per_item": price,
        "count": 1,
    }
