"""Full: a full declaration of an order, turned into its comparable form.

Amounts become Decimals, times UTC at whole seconds, tags a set, lines a mapping by id, field values
canonical. Only what was said is there, so that only it is compared; what was said to be empty is there and
empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from reconciler.kinds.order.matching import read_identity, warn_of_literal_email
from reconciler.kinds.order.shape import LINE_NEEDS, ORDER_NEEDS, LineEntry, OrderEntry, beyond_state
from reconciler.kinds.order.states import read_states
from reconciler.model import address
from reconciler.model.address import Address
from reconciler.model.amounts import hundredths, plain
from reconciler.model.document import Document
from reconciler.model.findings import Findings
from reconciler.model.manifest import ORDER_STATUSES, Catalogue, OrderManifest
from reconciler.model.stated import Statement
from reconciler.model.text import did_you_mean, listed, quoted
from reconciler.model.typed import Unfit, Value, read_value
from reconciler.ports import Terms

_ORDER_KEYS: Final = (
    "endpoint", "status", "total_price", "delivery_cost", "currency", "create_time", "region",
)  # fmt: skip
_LINE_KEYS: Final = ("product", "sku", *LINE_NEEDS)


def read_full(
    entry: OrderEntry,
    document: Document,
    data: Mapping[str, Any],
    catalogue: Catalogue,
    terms: Terms,
    findings: Findings,
) -> tuple[OrderManifest | Statement, ...]:
    """Give the order, and what is stated of each line that has a status wanted."""
    _check_complete(entry, findings)
    _check_status(entry, terms, findings)
    identity = read_identity(entry, findings)
    warn_of_literal_email(entry, document, data, findings)
    stated = read_states(entry, document, data, catalogue, findings)
    fields = _order_fields(entry, catalogue, findings)
    if findings.failed:
        return ()
    _check_total(entry, findings)
    order = OrderManifest(
        order=entry.external_id,
        fields=fields,
        identity=identity,
        origin=findings.at(),
        needs=_needs(fields, stated, catalogue),
        expires=entry.expires,
    )
    return (order, stated)


def _check_complete(entry: OrderEntry, findings: Findings) -> None:
    subject = f"order {entry.external_id}"
    reason = f"it is a full declaration, for it has {beyond_state(entry)}"
    if entry.line_status is not None:
        findings.error(
            f"{subject} has line_status and is fully declared",
            "line_status",
            key=True,
            advice=f"{reason}: give each line its own status",
        )
    missing = [key for key in ORDER_NEEDS if getattr(entry, key) is None]
    if missing:
        findings.dependent_error(f"{subject} lacks {listed(missing)}", advice=reason)
    for index, line in enumerate(entry.lines or ()):
        lacking = [key for key in LINE_NEEDS if getattr(line, key) is None]
        if line.product is None and line.sku is None:
            lacking.insert(0, "product or sku")
        if lacking:
            findings.dependent_error(
                f"line {line.external_id} of {subject} lacks {listed(lacking)}",
                "lines",
                index,
                advice=reason,
            )
        if line.product is not None and line.sku is not None:
            findings.error(
                f"line {line.external_id} of {subject} has both product and sku",
                "lines",
                index,
                "sku",
                key=True,
                advice="leave one of them out",
            )


def _check_status(entry: OrderEntry, terms: Terms, findings: Findings) -> None:
    allowed = terms.order_statuses or frozenset(ORDER_STATUSES)
    if entry.status is None or entry.status in allowed:
        return
    known = [
        *(each for each in ORDER_STATUSES if each in allowed),
        *sorted(allowed.difference(ORDER_STATUSES)),
    ]
    guess = did_you_mean(entry.status, known)
    findings.error(
        f"status of order {entry.external_id} has to be one of {listed(known)}, not {quoted(entry.status)}",
        "status",
        advice=guess or "order_statuses in the settings adds to them",
    )


def _check_total(entry: OrderEntry, findings: Findings) -> None:
    if entry.check_total is False or entry.total_price is None:
        return
    pieces = sum(
        hundredths(line.final_price_per_item or Decimal(0)) * (line.count or 0) for line in entry.lines or ()
    )
    due = pieces + hundredths(entry.delivery_cost or Decimal(0))
    if due != hundredths(entry.total_price):
        whole, rest = divmod(due, 100)
        findings.dependent_error(
            f"total_price of order {entry.external_id} is {plain(entry.total_price)}, but "
            f"its lines and delivery_cost add up to {whole}{f'.{rest:02}' if rest else ''}",
            "total_price",
            advice="correct one of them, or say check_total: false",
        )


def _order_fields(entry: OrderEntry, catalogue: Catalogue, findings: Findings) -> Mapping[str, Any]:
    fields = {key: value for key in _ORDER_KEYS if (value := getattr(entry, key)) is not None}
    if entry.tags is not None:
        fields["tags"] = frozenset(entry.tags)
    subject = f"order {entry.external_id}"
    if entry.custom_fields is not None:
        fields["custom_fields"] = _values("order", entry.custom_fields, subject, catalogue, findings)
    fields["lines"] = {
        line.external_id: _line_fields(line, index, subject, catalogue, findings)
        for index, line in enumerate(entry.lines or ())
    }
    return fields


def _line_fields(
    line: LineEntry, index: int, subject: str, catalogue: Catalogue, findings: Findings
) -> Mapping[str, Any]:
    fields = {key: value for key in _LINE_KEYS if (value := getattr(line, key)) is not None}
    if line.custom_fields is not None:
        said = f"line {line.external_id} of {subject}"
        fields["custom_fields"] = _values(
            "line_order", line.custom_fields, said, catalogue, findings, "lines", index
        )
    return fields


def _values(
    entity_type: str,
    values: Mapping[str, Any],
    subject: str,
    catalogue: Catalogue,
    findings: Findings,
    *steps: str | int,
) -> Mapping[str, Value]:
    """Read field values by their declared types; null says that a value is not managed."""
    found = {}
    for field_id, value in values.items():
        facts = catalogue.field_of(entity_type, field_id)
        where = (*steps, "custom_fields", field_id)
        if facts is None:
            known = tuple(each.parts[1] for each in catalogue.fields if each.parts[0] == entity_type)
            findings.error(
                f"{subject}: no custom field {quoted(field_id)} is declared for {entity_type}",
                *where,
                key=True,
                advice=did_you_mean(field_id, known)
                or "declare it in custom_fields, with external: true if it is kept elsewhere",
            )
        elif value is not None:
            try:
                found[field_id] = read_value(facts.value_type, facts.enum_values, value)
            except Unfit as unfit:
                shown = "" if facts.sensitive else f", not {quoted(value)}"
                findings.error(
                    f"{subject}: custom field {field_id} has to be {unfit}{shown}",
                    *where,
                    advice=unfit.advice,
                )
    return found


def _needs(fields: Mapping[str, Any], stated: Statement, catalogue: Catalogue) -> tuple[Address, ...]:
    used = [address.custom_field("order", each) for each in fields.get("custom_fields", ())]
    for line in fields["lines"].values():
        used += [address.custom_field("line_order", each) for each in line.get("custom_fields", ())]
    used += [
        address.line_status(each.status) for each in stated.pattern.words if each.status in catalogue.statuses
    ]
    return tuple(dict.fromkeys(used))
