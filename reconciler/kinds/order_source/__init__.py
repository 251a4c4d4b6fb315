"""Order source: where order-line states come from in bulk, one entry of `order_sources`.

Each type of source has a shape of its own, told apart by `type`, and a module here that reads it. What a
source says is read elsewhere, by the reader of its type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from reconciler.kinds.order_source.table import read_table
from reconciler.kinds.order_source.yandex_market import read_market
from reconciler.model.document import Document
from reconciler.model.findings import Findings
from reconciler.model.manifest import Catalogue
from reconciler.model.table import TableEntry
from reconciler.model.yandex_market import MarketEntry
from reconciler.ports import Reading, Terms

_SHAPES: Final[Mapping[str, type[BaseModel]]] = {"table": TableEntry, "yandex_market": MarketEntry}


class _Untold(BaseModel):
    """An entry that does not name a type there is: until it does, nothing else about it can be judged."""

    model_config = ConfigDict(extra="ignore", strict=True, defer_build=True)

    type: Literal["table", "yandex_market"] = Field(description="Which type of source it is.")


class OrderSource:
    """The kind `order_source`."""

    name: str = "order_source"
    section: str = "order_sources"
    shapes: tuple[type[BaseModel], ...] = tuple(_SHAPES.values())
    summary: str = (
        "Where order-line states come from in bulk: a table of corrections, or Yandex Market's orders."
    )
    capabilities: Mapping[str, str] = {
        "table": "Read with the manifests, without a network; validate names every bad row.",
        "market": "Asked while a plan is drawn; what no rule names wants nothing and is counted.",
        "write": "Never. It says what is wanted of lines; they are written one by one like all others.",
        "precedence": "A manifest entry wins over a source; among sources `priority` decides.",
    }

    def shape_of(self, data: Mapping[str, Any]) -> type[BaseModel]:
        """Give the shape of the type that an entry names."""
        named = data.get("type")
        return _SHAPES.get(named, _Untold) if isinstance(named, str) else _Untold

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
        match entry:
            case TableEntry():
                manifest = read_table(entry, catalogue, findings)
            case MarketEntry():
                manifest = read_market(entry, catalogue, findings)
            case _:
                raise TypeError(f"{type(entry).__name__} is no entry of order_sources")
        found = () if findings.failed else (manifest,)
        return Reading(found, findings.diagnostics, findings.dependent)
