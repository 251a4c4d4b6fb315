"""Custom field: the definition of a field that orders, lines, products or SKUs may carry values for.

The platform takes definitions inside an import and shows them nowhere, so what can be checked is checked
here: a default that does not fit its type would be found by nobody. It must not compare with a target; there
is nothing to compare with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, cast, get_args

from pydantic import BaseModel, ConfigDict, Field

from reconciler.model import address, xml
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.draft import INFERRED, Draft
from reconciler.model.findings import Findings
from reconciler.model.manifest import Catalogue, DefinitionManifest, FieldFacts, Mode
from reconciler.model.scalars import Id, Text
from reconciler.model.text import counted, listed, quoted
from reconciler.model.typed import Unfit, Value, ValueType, read_value
from reconciler.model.usage import Usage
from reconciler.ports import Reading, Terms

EntityType = Literal["product", "sku", "order", "line_order"]

_ENTITY_TYPES: Final[tuple[str, ...]] = get_args(EntityType)
_CARRIERS: Final = frozenset({"order", "line_order"})
"""What is imported with values; those of products and SKUs are set elsewhere."""
_COMPLETE: Final = ("name", "entity_type", "value_type", "default_value")


class CustomFieldEntry(BaseModel):
    """A custom field as a manifest declares it."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        defer_build=True,
        json_schema_extra={
            "if": {"properties": {"external": {"enum": [False, None]}}},
            "then": {"required": list(_COMPLETE)},
            "else": {"required": ["entity_type"]},
        },
    )

    external_id: Id = Field(description="The field's id: the key of its values in orders and lines.")
    name: Text | None = Field(default=None, description="The label that people see.")
    entity_type: EntityType | None = Field(default=None, description="What carries the values.")
    value_type: ValueType | None = Field(
        default=None, description="The type of the values; it can never be changed."
    )
    enum_values: dict[str, int] | None = Field(
        default=None,
        description="The members of an enum: label to number. Numbers are unique and stay for ever.",
    )
    default_value: Any = Field(
        default=None,
        description="What orders that set no value have, by the declared type; of an enum a number or label.",
    )
    required: bool | None = Field(
        default=None, description="Whether an order has to set a value; false when left out."
    )
    sensitive: bool | None = Field(default=None, description="True masks the values in every output.")
    external: bool | None = Field(
        default=None, description="True: it exists and is kept elsewhere; it is known here and never written."
    )
    adopt: bool | None = Field(
        default=None,
        description="True: it exists exactly as written; the next apply records that and sends nothing.",
    )


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
        types = (said,) if said in _ENTITY_TYPES else _ENTITY_TYPES
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
        _check_complete(declared, findings)
        _check_members(declared, findings)
        if terms.xml:
            _check_names(declared, findings)
        default = _default(declared)
        if isinstance(default, Unfit):
            findings.error(
                f"default_value of custom field {declared.external_id} has to be {default}",
                "default_value",
                advice=default.advice,
            )
        _check_twins(declared, catalogue, findings)
        if findings.failed or isinstance(default, Unfit):
            return Reading((), findings.diagnostics, findings.dependent)
        manifest = DefinitionManifest(
            address=address.custom_field(declared.entity_type or "", declared.external_id),
            fields=_fields(declared, default),
            origin=findings.at(),
            mode=_mode(declared),
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
        """Write the entry of one whose values occur; its type only where all of them speak for it.

        Where the same id is a field of something else with another type, none is said: the platform may know
        fields by id alone (A24), and then one of the two would be wrong.
        """
        entity_type, external_id = where.parts
        usage = uses[where]
        value_type, twins = usage.value_type, _twins(where, uses, catalogue)
        unlike = [f"{said} as a field of {other}" for other, said in twins.items() if said != _said(usage)]
        notes = [_LOOK]
        if unlike:
            here = f"{_said(usage)} in {counted(usage.orders, 'order')} here"
            notes.insert(0, f"value_type: {here}, {' and '.join(unlike)}: one id, so look which it is")
            value_type = None
        elif value_type is None:
            notes.insert(0, f"value_type: {_untold(usage)}")
        values = {
            "external_id": external_id,
            "entity_type": entity_type,
            **({"value_type": value_type} if value_type else {}),
            "external": True,
        }
        return Draft(values, {"value_type": inference(usage)}, tuple(notes))

    def restated(self, spec: Mapping[str, Any]) -> Draft | None:
        """Write the entry of one that the record holds; of a sensitive default it holds only a digest."""
        keys = ("external_id", *_COMPLETE[:3], "enum_values", "default_value", "required")
        said = {key: spec[key] for key in keys if spec.get(key) is not None}
        if isinstance(said.get("default_value"), Mapping) or not said.keys() >= {"external_id", *_COMPLETE}:
            return None
        return Draft(said)


_LOOK: Final = "name, default, required and members cannot be read: Market > Settings, custom fields"


def inference(usage: Usage) -> str:
    """Say in a comment what an inferred type rests on."""
    said = f"{INFERRED}{counted(usage.orders, 'order')}"
    return f"{said}; the members of a list (enum) look the same" if usage.value_type == "int" else said


def _said(usage: Usage) -> str:
    return usage.value_type or usage.seen_as or "nothing"


def _untold(usage: Usage) -> str:
    """Say why the values do not tell the type."""
    if not usage.seen_as:
        return f"only empty values in {counted(usage.orders, 'order')}"
    if usage.unchanged:
        return f"text in {counted(usage.orders, 'order')}, all of it could be something else as well"
    return f"{usage.seen_as} in {counted(usage.orders, 'order')}"


def _twins(where: Address, uses: Mapping[Address, Usage], catalogue: Catalogue) -> Mapping[str, str]:
    """Name the types of fields of the same id that other things carry, as declared or else as seen."""
    found = {}
    for other in _ENTITY_TYPES:
        twin = address.custom_field(other, where.parts[1])
        facts = catalogue.fields.get(twin)
        if twin == where or (facts is None and twin not in uses):
            continue
        declared = facts.value_type if facts is not None else None
        if declared or twin in uses:
            found[other] = declared or _said(uses[twin])
    return found


def _mode(declared: CustomFieldEntry) -> Mode:
    if declared.external:
        return Mode.EXTERNAL
    return Mode.ADOPT if declared.adopt else Mode.MANAGED


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


def _check_complete(declared: CustomFieldEntry, findings: Findings) -> None:
    needed = ("entity_type",) if declared.external else _COMPLETE
    missing = [key for key in needed if getattr(declared, key) is None]
    if declared.value_type == "enum" and not declared.enum_values and not declared.external:
        missing.append("enum_values")
    if missing:
        findings.dependent_error(
            f"custom field {declared.external_id} lacks {listed(missing)}",
            advice=""
            if declared.external
            else "one that is kept elsewhere needs only external: true and entity_type",
        )
    if declared.external and declared.adopt:
        findings.error(
            f"custom field {declared.external_id} is both external and adopted",
            "adopt",
            key=True,
            advice="external: kept elsewhere; adopt: taken over as written. Leave one of them out",
        )


def _check_members(declared: CustomFieldEntry, findings: Findings) -> None:
    members = declared.enum_values
    if members is None:
        return
    if declared.value_type not in {"enum", None}:
        findings.error(
            f"enum_values of custom field {declared.external_id} have no meaning for {declared.value_type}",
            "enum_values",
            key=True,
        )
    elif not members:
        findings.error(f"enum_values of custom field {declared.external_id} must not be empty", "enum_values")
    owner: dict[int, str] = {}
    for label, number in members.items():
        if not label:
            findings.error(
                f"a member of custom field {declared.external_id} has an empty label",
                "enum_values",
                label,
                key=True,
            )
        if number in owner:
            findings.error(
                f"{owner[number]} and {label} of custom field {declared.external_id} are both {number}",
                "enum_values",
                label,
                related=[findings.at("enum_values", owner[number])],
            )
        owner.setdefault(number, label)


def _check_names(declared: CustomFieldEntry, findings: Findings) -> None:
    """Refuse what XML would have to write as an element's name and cannot: an id with values, a label."""
    advice = "a name starts with a letter or _, and holds letters, digits, - _ and . only"
    subject = f"custom field {declared.external_id}"
    if declared.entity_type in _CARRIERS and not xml.is_name(declared.external_id):
        findings.error(
            f"the id of {subject} cannot name an XML element, and wire_format is xml",
            "external_id",
            advice=advice,
        )
    for label in () if declared.external or declared.adopt else declared.enum_values or ():
        if label and not xml.is_name(label):
            findings.error(
                f"label {quoted(label)} of {subject} cannot name an XML element, and wire_format is xml",
                "enum_values",
                label,
                advice=advice,
                key=True,
            )


def _check_twins(declared: CustomFieldEntry, catalogue: Catalogue, findings: Findings) -> None:
    """Warn once of two fields of one id and unlike types: the API may know fields by id alone (A24)."""
    if declared.value_type is None or declared.entity_type is None:
        return
    for other in _ENTITY_TYPES[: _ENTITY_TYPES.index(declared.entity_type)]:
        twin = catalogue.field_of(other, declared.external_id)
        if twin and twin.value_type not in {None, declared.value_type}:
            said = f"{declared.value_type} here and {twin.value_type} for {other}"
            findings.warning(
                f"custom field {declared.external_id} is {said}",
                "value_type",
                advice="the platform may not tell fields of one id apart: give one of them another id",
            )
