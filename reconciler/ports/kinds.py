"""Kinds: what the stages ask of a kind of resource. A kind reads, compares and writes; it sees no world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pydantic import BaseModel

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.document import Document
from reconciler.model.draft import Draft, Edit
from reconciler.model.manifest import Catalogue, DefinitionManifest, FieldFacts, OrderManifest, StatusFacts
from reconciler.model.observation import LiveOrder
from reconciler.model.source import SourceManifest
from reconciler.model.stated import Statement
from reconciler.model.usage import Usage


@dataclass(frozen=True, slots=True)
class Terms:
    """What a target's settings say about values; kinds need it to compare and to check."""

    amount_scale: int = 100
    order_statuses: frozenset[str] = frozenset()
    """Order statuses that are accepted: the documented ones and the configured ones."""
    salt: str = ""
    """Goes into the digests of personal values: the account."""
    xml: bool = False
    """True where values travel as XML, in which ids and labels become names of elements."""


USUAL_TERMS: Final = Terms()
"""What holds where the settings say nothing else."""


@dataclass(frozen=True, slots=True)
class Telling:
    """How much of an order goes into a manifest that is written for the user."""

    personal: bool = False
    """True: also who the buyer is, sensitive values, and what looks like an e-mail or a telephone number."""
    statuses: bool = True
    """False: not the statuses of the lines, because a source speaks of them."""


SPARING: Final = Telling()
"""Nothing personal: what is in Git stays there."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one entry of a manifest turned into."""

    manifests: tuple[DefinitionManifest | OrderManifest | Statement | SourceManifest, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    dependent: tuple[Diagnostic, ...] = ()
    """Findings that may only follow from a part that could not be read; not shown of a broken entry."""


class Kind(Protocol):
    """One kind of resource that manifests declare: its shape, and how an entry of it becomes manifests."""

    name: str
    """The first word of its addresses, such as `custom_field`."""
    section: str
    """The manifest key under which it is declared, such as `custom_fields`."""
    shapes: tuple[type[BaseModel], ...]
    """An entry as users write it; where there are several, the key `type` tells them apart. Unknown keys are
    forbidden.
    """
    summary: str
    """A sentence for `explain`."""
    capabilities: Mapping[str, str]
    """What the API can and cannot do with it, as sentences by topic (read, write, edit, delete, triggers) for
    `explain`.
    """

    def shape_of(self, data: Mapping[str, Any]) -> type[BaseModel]:
        """Give the shape of one entry: one of `shapes`, or one that refuses it because it names none."""
        ...

    def read(
        self,
        entry: BaseModel,
        document: Document,
        path: Sequence[str | int],
        catalogue: Catalogue,
        terms: Terms,
    ) -> Reading:
        """Turn one valid entry into manifests, with every reason why it cannot be meant so.

        The catalogue already knows every declared definition. Pure.
        """
        ...


class DefinitionKind(Kind, Protocol):
    """A kind that is said once for an account and can never be read back."""

    def facts(self, entry: BaseModel) -> tuple[Address, FieldFacts | StatusFacts]:
        """Tell what an entry adds to the catalogue."""
        ...

    def salvage(self, entry: Mapping[str, Any]) -> Mapping[Address, FieldFacts | StatusFacts]:
        """Tell what an entry that is not valid likely declares, so that its use is no second error."""
        ...

    def frozen(self, recorded: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[str, ...]:
        """Name the fields that differ and that no import may change (A23, A26, A33)."""
        ...

    def encode(self, manifest: DefinitionManifest) -> Mapping[str, Any]:
        """Give the JSON object that the import's definition section takes."""
        ...

    def external(self, where: Address, uses: Mapping[Address, Usage], catalogue: Catalogue) -> Draft:
        """Write the entry of one that is in use and kept elsewhere, with only what its use shows."""
        ...

    def restated(self, spec: Mapping[str, Any]) -> Draft | None:
        """Write the entry of one that the record holds, None where the record does not hold all of it."""
        ...


class OrderKind(Kind, Protocol):
    """The kind that is compared field by field."""

    def align(
        self, manifest: OrderManifest, live: LiveOrder, catalogue: Catalogue, terms: Terms
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Bring what is wanted and what is shown into one form, equal exactly when nothing has to be done.

        Both are nested plain data; unmanaged keys are left out of the live side, lines of the order that are
        not declared stay in as `lines.<id>` (contract, section 5; A10, A28, A29, A42 to A47).
        """
        ...

    def shown(
        self, manifest: OrderManifest, catalogue: Catalogue, terms: Terms, comparable: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Flatten comparable data to dotted paths and JSON values, sensitive ones as `Secret`."""
        ...

    def identity(self, manifest: OrderManifest, terms: Terms) -> str:
        """Give the salted digest of the matching identity, empty when none is declared."""
        ...

    def encode(
        self,
        manifest: OrderManifest,
        statuses: Mapping[str, str],
        catalogue: Catalogue,
        terms: Terms = USUAL_TERMS,
        live: LiveOrder | None = None,
    ) -> Mapping[str, Any]:
        """Give the JSON object that the import's `data` takes, each line with the status given for it.

        What `live` shows of keys that are not declared goes along, for an import may empty what it leaves
        out (A14).
        """
        ...

    def recall(self, order: str, spec: Mapping[str, Any]) -> OrderManifest:
        """Rebuild what was wanted of an order from what the record keeps of it, but for what is personal."""
        ...

    def veil(self, live: LiveOrder, catalogue: Catalogue, terms: Terms) -> Mapping[str, Any]:
        """Give what may be kept of an order's detail in a file, as JSON data: nothing personal."""
        ...

    def unveil(
        self, manifest: OrderManifest, kept: Mapping[str, Any], catalogue: Catalogue, terms: Terms
    ) -> Mapping[str, Any]:
        """Give a detail to compare with, from what `veil` kept."""
        ...

    def kept_fields(self, catalogue: Catalogue) -> Mapping[str, str]:
        """Name the custom fields whose values `veil` keeps, each with what decides how that is done."""
        ...

    def lacking(
        self, manifest: OrderManifest, kept: Mapping[str, str], catalogue: Catalogue
    ) -> Address | None:
        """Name a field that an order sets and that was not kept as it is declared now; None: all were."""
        ...

    def fields_in_use(self, live: LiveOrder) -> Iterable[Address]:
        """Name the custom fields that occur in an order's detail."""
        ...

    def values_in_use(self, live: LiveOrder) -> Iterable[tuple[Address, Any]]:
        """Name the same, each with its value."""
        ...

    def draft(
        self, live: LiveOrder, catalogue: Catalogue, terms: Terms, telling: Telling = SPARING
    ) -> Draft | str:
        """Write an order as shown as a full declaration, or say what keeps it from being one."""
        ...

    def revision(
        self,
        manifest: OrderManifest,
        statuses: Mapping[str, str],
        live: LiveOrder,
        catalogue: Catalogue,
        terms: Terms,
        telling: Telling = SPARING,
    ) -> tuple[tuple[Edit, ...], tuple[str, ...]]:
        """Say what to edit in a declaration so that it says what is shown, and what cannot be edited.

        `statuses` are those that it wants of its lines.
        """
        ...


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds that the program knows, as the stages use them."""

    definitions: Mapping[str, DefinitionKind]
    """By the first word of the address."""
    order: OrderKind

    source: Kind | None = None
    """The kind of entry that names a source of order states."""

    def every(self) -> Iterator[Kind]:
        """All of them, in the order of the manifest's sections."""
        yield from self.definitions.values()
        yield self.order
        if self.source is not None:
            yield self.source
