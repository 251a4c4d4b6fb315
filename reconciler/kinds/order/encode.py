"""Encode: an order in the words of the import (reference, sections 4.2 and 4.3).

Always the full set of what is declared (A14): an import may replace what it is given, so half a list would
take the other half away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from reconciler.model.amounts import plain
from reconciler.model.manifest import OrderManifest
from reconciler.model.times import rfc3339


def encode(manifest: OrderManifest, statuses: Mapping[str, str]) -> Mapping[str, Any]:
    """Give one object for the import's `data`; a line without a status given for it carries none."""
    order = {key: _wire(value) for key, value in manifest.fields.items() if key != "lines"}
    lines = [
        {
            "external_id": line_id,
            **({"status": statuses[line_id]} if line_id in statuses else {}),
            **{key: _wire(value) for key, value in line.items()},
        }
        for line_id, line in manifest.fields.get("lines", {}).items()
    ]
    return {"external_id": manifest.order, **manifest.identity, **order, "lines": lines}


def _wire(value: Any) -> Any:
    match value:
        case Decimal():
            return plain(value)
        case datetime():
            return rfc3339(value)
        case frozenset():
            return sorted(value)
        case Mapping():
            return dict(value)
        case _:
            return value
