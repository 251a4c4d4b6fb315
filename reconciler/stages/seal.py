"""seal: what an import will send becomes a digest, so that an approval covers it whole.

An import carries more than its plan shows: what was observed of keys that nobody declares goes along, for a
server may empty what it is not told (A14). Pure. The digest is salted, and of the buyer only a mask goes into
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.model.change import Create, UpdateOrder
from reconciler.model.manifest import Catalogue
from reconciler.model.secret import digest, mask
from reconciler.model.steps import Steps
from reconciler.ports import OrderKind, Terms


def seal(steps: Steps, kind: OrderKind, catalogue: Catalogue, terms: Terms) -> Steps:
    """Give each import of an order the digest of its body; other steps stay as they are."""
    sealed = (
        replace(step, body=_digest(step, kind, catalogue, terms))
        if isinstance(step, Create | UpdateOrder)
        else step
        for step in steps.others
    )
    return Steps(sealed, steps.lines)


def _digest(step: Create | UpdateOrder, kind: OrderKind, catalogue: Catalogue, terms: Terms) -> str:
    live = step.live if isinstance(step, UpdateOrder) else None
    body = kind.encode(step.wanted, dict(step.statuses), catalogue, terms, live)
    return digest(terms.salt, step.address, "body", _seemly(body, step.wanted.identity))


def _seemly(body: Mapping[str, Any], identity: Mapping[str, Any]) -> Mapping[str, Any]:
    """Mask who the buyer is, and sort tags: a target may list them in any order."""
    masked = {key: mask(key, value) for key, value in identity.items() if key != "matching"}
    tags = {"tags": sorted(map(str, body["tags"]))} if isinstance(body.get("tags"), list) else {}
    return {**body, **tags, **masked}
