"""Order: an order of the Market, declared in full or only by the statuses of its lines.

What an entry means is read in `states` and `full`, how it compares in `align`, what people see of it in
`show`, what is sent in `encode`; `declare` and `revise` write down what the target shows. The statuses of
lines are never part of an order's comparison: each is a resource of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel

from reconciler.kinds.order.align import align
from reconciler.kinds.order.declare import declare
from reconciler.kinds.order.encode import encode
from reconciler.kinds.order.full import read_full
from reconciler.kinds.order.recall import recall
from reconciler.kinds.order.revise import revise
from reconciler.kinds.order.shape import OrderEntry, is_line_state
from reconciler.kinds.order.show import show
from reconciler.kinds.order.states import read_line_states
from reconciler.kinds.order.veil import kept_fields, lacking, unveil, veil
from reconciler.model import address
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.draft import Draft, Edit
from reconciler.model.findings import Findings
from reconciler.model.manifest import Catalogue, OrderManifest
from reconciler.model.observation import LiveOrder
from reconciler.model.secret import digest
from reconciler.model.stated import Statement
from reconciler.ports import SPARING, USUAL_TERMS, Reading, Telling, Terms


class Order:
    """The kind `order`."""

    name: str = "order"
    section: str = "orders"
    shapes: tuple[type[BaseModel], ...] = (OrderEntry,)
    summary: str = "An order, or only the statuses that its lines have to have."
    capabilities: Mapping[str, str] = {
        "read": "By walking the list; there is no filter by order. The buyer's identity is not shown.",
        "write": "In batches by import. An order that the answer does not name is lost until it is read.",
        "edit": "By importing it whole; endpoint and identity are fixed; what is left out may stay.",
        "delete": "Not done here.",
        "triggers": "An import suppresses them unless skip_triggers is false for the target.",
    }

    def shape_of(self, _data: Mapping[str, Any]) -> type[BaseModel]:
        """Every entry has the same shape."""
        return OrderEntry

    def read(
        self,
        entry: BaseModel,
        document: Document,
        path: Sequence[str | int],
        catalogue: Catalogue,
        terms: Terms,
    ) -> Reading:
        """Turn an entry into what it states of lines and, as a full declaration, an order manifest."""
        declared = cast("OrderEntry", entry)
        findings = Findings(document, path)
        data = _entry(document, path)
        manifests: tuple[OrderManifest | Statement, ...]
        if is_line_state(declared):
            stated = read_line_states(declared, document, data, catalogue, findings)
            manifests = () if stated is None else (stated,)
        else:
            manifests = read_full(declared, document, data, catalogue, terms, findings)
        return Reading(() if findings.failed else manifests, findings.diagnostics, findings.dependent)

    def align(
        self, manifest: OrderManifest, live: LiveOrder, catalogue: Catalogue, terms: Terms
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Bring both sides into one comparable form, equal exactly when nothing has to be done."""
        return align(manifest, live, catalogue, terms)

    def shown(
        self, manifest: OrderManifest, catalogue: Catalogue, terms: Terms, comparable: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Flatten comparable data to dotted paths and JSON values, sensitive ones as `Secret`."""
        return show(manifest, catalogue, terms, comparable)

    def identity(self, manifest: OrderManifest, terms: Terms) -> str:
        """Give the salted digest of the matching identity, empty when none is declared."""
        if not manifest.identity:
            return ""
        return digest(terms.salt, manifest.address, "matching", dict(manifest.identity))

    def encode(
        self,
        manifest: OrderManifest,
        statuses: Mapping[str, str],
        catalogue: Catalogue,
        terms: Terms = USUAL_TERMS,
        live: LiveOrder | None = None,
    ) -> Mapping[str, Any]:
        """Give the object for the import's `data`, each line with the status given for it."""
        return encode(manifest, statuses, catalogue, terms, live)

    def recall(self, order: str, spec: Mapping[str, Any]) -> OrderManifest:
        """Rebuild what was wanted of an order from what the record keeps of it."""
        return recall(order, spec)

    def veil(self, live: LiveOrder, catalogue: Catalogue, terms: Terms) -> Mapping[str, Any]:
        """Give what may be kept of an order's detail, as JSON data."""
        return veil(live, catalogue, terms)

    def unveil(
        self, manifest: OrderManifest, kept: Mapping[str, Any], catalogue: Catalogue, terms: Terms
    ) -> Mapping[str, Any]:
        """Give a detail to compare with, from what was kept."""
        return unveil(manifest, kept, catalogue, terms)

    def kept_fields(self, catalogue: Catalogue) -> Mapping[str, str]:
        """Name the custom fields whose values are kept, each with what decides how that is done."""
        return kept_fields(catalogue)

    def lacking(
        self, manifest: OrderManifest, kept: Mapping[str, str], catalogue: Catalogue
    ) -> Address | None:
        """Name a field that an order sets and that was not kept as it is declared now."""
        return lacking(manifest, kept, catalogue)

    def fields_in_use(self, live: LiveOrder) -> Iterator[Address]:
        """Name the custom fields that carry a value in an order's detail."""
        for where, _ in self.values_in_use(live):
            yield where

    def values_in_use(self, live: LiveOrder) -> Iterator[tuple[Address, Any]]:
        """Name the same, each with its value; a field of lines once for every line."""
        detail = live.detail or {}
        yield from _used("order", detail)
        lines = detail.get("lines")
        for line in lines if isinstance(lines, list | tuple) else ():
            if isinstance(line, Mapping):
                yield from _used("line_order", line)

    def draft(
        self, live: LiveOrder, catalogue: Catalogue, terms: Terms, telling: Telling = SPARING
    ) -> Draft | str:
        """Write an order as shown as a full declaration, or say what keeps it from being one."""
        return declare(live, catalogue, terms, telling)

    def revision(
        self,
        manifest: OrderManifest,
        statuses: Mapping[str, str],
        live: LiveOrder,
        catalogue: Catalogue,
        terms: Terms,
        telling: Telling = SPARING,
    ) -> tuple[tuple[Edit, ...], tuple[str, ...]]:
        """Say what to edit in a declaration so that it says what is shown, and what cannot be edited."""
        return revise(manifest, statuses, live, catalogue, terms, telling)


def _used(entity_type: str, part: Mapping[str, Any]) -> Iterator[tuple[Address, Any]]:
    values = part.get("custom_fields")
    if isinstance(values, Mapping):
        for each, value in values.items():
            if value is not None:
                yield address.custom_field(entity_type, str(each)), value


def _entry(document: Document, path: Sequence[str | int]) -> Mapping[str, Any]:
    node = document.data
    for each in path:
        node = node[each]
    return cast("Mapping[str, Any]", node)
