"""Custom field: the definition of a field that orders, lines, products or SKUs may carry values for.

The platform takes definitions inside an import and shows them nowhere, so what can be checked is checked
here: a default that does not fit its type would be found by nobody. It must not compare with a target; there
is nothing to compare with.

    shape    an entry as a user writes it
    check    whether it can be meant so
    draft    an entry that is written for the user
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel

from reconciler.kinds.custom_field.check import check
from reconciler.kinds.custom_field.draft import in_use, restated
from reconciler.kinds.custom_field.shape import ENTITY_TYPES, CustomFieldEntry
from reconciler.model import address
from reconciler.model.address import Address
from reconciler.model.custody import mode_of
from reconciler.model.document import Document
from reconciler.model.draft import Draft
from reconciler.model.findings import Findings
from reconciler.model.manifest import Catalogue, DefinitionManifest, FieldFacts
from reconciler.model.typed import Unfit, Value, read_value
from reconciler.model.usage import Usage
from reconciler.ports import Reading, Terms

__all__ = ["CustomField", "CustomFieldEntry"]


class CustomField:
    """The kind `custom_field`."""

    name: str = "custom_field"
    section: str = "custom_fields"
    shapes: tuple[type[BaseModel], ...] = (CustomFieldEntry,)
    summary: str = "The definition of a custom field of orders, order lines, products or SKUs."
    capabilities: Mapping[str, str] = {
        "read": "Never: no method lists definitions. A field that occurs in an order is known to exist.",
        "write": "Inside an import of orders. The answer says nothing about definitions.",
        "edit": "Name, default, required and members can be said again; what that does is not documented.",
        "delete": "Never. A definition is permanent, and its value type cannot be changed: use a new id.",
        "triggers": "None.",
    }

    def facts(self, entry: BaseModel) -> tuple[Address, FieldFacts]:
        """Tell what values of the field have to look like; a default that does not fit counts as none."""
        declared = cast("CustomFieldEntry", entry)
        members = declared.enum_values or {}
        where = address.custom_field(declared.entity_type or "", declared.external_id)
        default = _default(declared)
        return where, FieldFacts(
            declared.value_type,
            members,
            None if isinstance(default, Unfit) else default,
            bool(declared.sensitive),
        )

    def salvage(self, entry: Mapping[str, Any]) -> Mapping[Address, FieldFacts]:
        """Tell what a broken entry likely declares, of any type, so that its use is not a second error."""
        external_id = entry.get("external_id")
        if not isinstance(external_id, str):
            return {}
        said = entry.get("entity_type")
        types = (said,) if said in ENTITY_TYPES else ENTITY_TYPES
        facts = FieldFacts(None, sensitive=entry.get("sensitive") is not False)
        return {address.custom_field(str(each), external_id): facts for each in types}

    def shape_of(self, _data: Mapping[str, Any]) -> type[BaseModel]:
        """Every entry has the same shape."""
        return CustomFieldEntry

    def read(
        self,
        entry: BaseModel,
        document: Document,
        path: Sequence[str | int],
        catalogue: Catalogue,
        terms: Terms,
    ) -> Reading:
        """Turn an entry into its manifest."""
        declared = cast("CustomFieldEntry", entry)
        findings = Findings(document, path)
        default = _default(declared)
        check(declared, default, catalogue, terms, findings)
        if findings.failed or isinstance(default, Unfit):
            return Reading((), findings.diagnostics, findings.dependent)
        manifest = DefinitionManifest(
            address=address.custom_field(declared.entity_type or "", declared.external_id),
            fields=_fields(declared, default),
            origin=findings.at(),
            mode=mode_of(declared),
            sensitive=bool(declared.sensitive),
        )
        return Reading((manifest,), findings.diagnostics, findings.dependent)

    def frozen(self, recorded: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[str, ...]:
        """Name the fields that differ and that no import may change.

        These are the value type (A23) and an enum's numbers when one of them is gone (A26). A new member, or
        another label for a number that stays, may be said again.
        """
        differing = []
        if recorded.get("value_type") not in {None, wanted.get("value_type")}:
            differing.append("value_type")
        before = set((recorded.get("enum_values") or {}).values())
        if before - set((wanted.get("enum_values") or {}).values()):
            differing.append("enum_values")
        return tuple(differing)

    def encode(self, manifest: DefinitionManifest) -> Mapping[str, Any]:
        """Give the object for the import's `custom_fields`; an enum's default is a number (A25)."""
        return dict(manifest.fields)

    def external(self, where: Address, uses: Mapping[Address, Usage], catalogue: Catalogue) -> Draft:
        """Write the entry of one whose values occur; see `in_use`."""
        return in_use(where, uses, catalogue)

    def restated(self, spec: Mapping[str, Any]) -> Draft | None:
        """Write the entry of one that the record holds; see `restated`."""
        return restated(spec)


def _default(declared: CustomFieldEntry) -> Value | Unfit | None:
    if declared.default_value is None:
        return None
    try:
        return read_value(declared.value_type, declared.enum_values or {}, declared.default_value)
    except Unfit as unfit:
        return unfit


def _fields(declared: CustomFieldEntry, default: Value | None) -> Mapping[str, Any]:
    required = declared.required
    if required is None and not declared.external:
        required = False
    said = {
        "external_id": declared.external_id,
        "name": declared.name,
        "entity_type": declared.entity_type,
        "required": required,
        "value_type": declared.value_type,
        "default_value": default,
        "enum_values": declared.enum_values,
    }
    return {key: value for key, value in said.items() if value is not None}
