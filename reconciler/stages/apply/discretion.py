"""Discretion: which values of the orders that are sent must not come back in a reason.

A server may quote what it was sent. The target masks what it knows to be personal; which fields are
sensitive only the manifests know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.model.change import Create, UpdateOrder
from reconciler.model.manifest import Catalogue
from reconciler.model.text import text_of


def sensitive(steps: Iterable[Create | UpdateOrder], catalogue: Catalogue) -> frozenset[str]:
    """Gather the sensitive field values that imports of these orders hold, declared or carried along."""
    found: set[str] = set()
    for step in steps:
        fields = step.wanted.fields
        found.update(_values("order", fields, catalogue))
        for line in fields.get("lines", {}).values():
            found.update(_values("line_order", line, catalogue))
        live = getattr(step, "live", None)
        if live is not None and live.detail is not None:
            found.update(_values("order", live.detail, catalogue))
            lines = live.detail.get("lines")
            for line in lines if isinstance(lines, list) else ():
                found.update(_values("line_order", line, catalogue))
    return frozenset(found)


def _values(entity_type: str, part: Any, catalogue: Catalogue) -> Iterator[str]:
    values = part.get("custom_fields") if isinstance(part, Mapping) else None
    for field_id, value in values.items() if isinstance(values, Mapping) else ():
        facts = catalogue.field_of(entity_type, field_id)
        text = text_of(value)
        if facts is not None and facts.sensitive and text:
            yield text
