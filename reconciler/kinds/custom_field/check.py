"""Check: whether the entry of a custom field can be meant so.

The platform shows no definition, so what is wrong with one would be found by nobody else.
"""

from __future__ import annotations

from typing import Final

from reconciler.kinds.custom_field.shape import COMPLETE, ENTITY_TYPES, CustomFieldEntry
from reconciler.model import xml
from reconciler.model.custody import check_custody
from reconciler.model.findings import Findings
from reconciler.model.manifest import Catalogue
from reconciler.model.text import listed, quoted
from reconciler.model.typed import Unfit, Value
from reconciler.ports import Terms

_CARRIERS: Final = frozenset({"order", "line_order"})
"""What is imported with values; those of products and SKUs are set elsewhere."""


def check(
    declared: CustomFieldEntry,
    default: Value | Unfit | None,
    catalogue: Catalogue,
    terms: Terms,
    findings: Findings,
) -> None:
    """Find what is wrong with an entry; `default` is its default value as its type reads it."""
    _check_complete(declared, findings)
    _check_members(declared, findings)
    if terms.xml:
        _check_names(declared, findings)
    if isinstance(default, Unfit):
        findings.error(
            f"default_value of custom field {declared.external_id} has to be {default}",
            "default_value",
            advice=default.advice,
        )
    _check_twins(declared, catalogue, findings)


def _check_complete(declared: CustomFieldEntry, findings: Findings) -> None:
    needed = ("entity_type",) if declared.external else COMPLETE
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
    check_custody(declared, f"custom field {declared.external_id}", findings)


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
    for other in ENTITY_TYPES[: ENTITY_TYPES.index(declared.entity_type)]:
        twin = catalogue.field_of(other, declared.external_id)
        if twin and twin.value_type not in {None, declared.value_type}:
            said = f"{declared.value_type} here and {twin.value_type} for {other}"
            findings.warning(
                f"custom field {declared.external_id} is {said}",
                "value_type",
                advice="the platform may not tell fields of one id apart: give one of them another id",
            )
