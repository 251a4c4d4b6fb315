"""Order source: where order-line states come from in bulk, one entry of `order_sources`.

Each type of source has a shape of its own, told apart by `type`, and a module here that reads it. What a
source says is read elsewhere, by the reader of its type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel

from reconciler.kinds.order_source.table import read_table
from reconciler.model.document import Document
from reconciler.model.findings import Findings
from reconciler.model.manifest import Catalogue
from reconciler.model.table import TableEntry
from reconciler.ports import Reading, Terms


class OrderSource:
    """The kind `order_source`."""

    name: str = "order_source"
    section: str = "order_sources"
    shape: type[BaseModel] = TableEntry
    summary: str = "Where order-line states come from in bulk: a table of corrections."
    capabilities: Mapping[str, str] = {
        "read": "A table is read with the manifests, without a network; validate names every bad row.",
        "write": "Never. It says what is wanted of lines; they are written one by one like all others.",
        "precedence": "A manifest entry wins over a source; among sources `priority` decides.",
    }

    def shape_of(self, _data: Mapping[str, Any]) -> type[BaseModel]:
        """Give the shape of the type that an entry names."""
        return self.shape

    def read(
        self,
        entry: BaseModel,
        document: Document,
        path: Sequence[str | int],
        catalogue: Catalogue,
        _terms: Terms,
    ) -> Reading:
        """Turn an entry into a source manifest."""
        findings = Findings(document, path)
        manifest = read_table(cast("TableEntry", entry), catalogue, findings)
        found = () if findings.failed else (manifest,)
        return Reading(found, findings.diagnostics, findings.dependent)
