"""Reading an order as it was sent: shape and types only, before anything is looked up.

`None` means that a key was left out, so that a re-import can tell it from one that was sent empty. Required
are the keys that the documentation calls required; prices and `count` of a line are in every sample but in no
visible table, so a line may lack them (then it has no price, and a count of 1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from reconciler.sandbox.amounts import parse_amount
from reconciler.sandbox.checks import (
    Json,
    a_list,
    a_string,
    an_int,
    an_object,
    optional_string,
    required,
    required_id,
    required_string,
)
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.switches import Behaviour
from reconciler.sandbox.times import parse_time

_IDENTITY_KEYS: Mapping[str, tuple[str, ...]] = {
    "email": ("email",),
    "email_profile": ("email",),
    "email_sub": ("email",),
    "phone": ("phone",),
    "phone_sub": ("phone",),
    "profile_id": ("profile_id",),
    "push_sub": ("provider", "subscription_id"),
    "custom": ("field_name", "field_value"),
    "custom_sub": ("field_name", "field_value"),
    "email_phone": ("email", "phone"),
    "email_phone_sub": ("email", "phone"),
}
_EITHER = ("email_phone", "email_phone_sub")


@dataclass(frozen=True, slots=True)
class SentLine:
    """One line as it was sent; prices are hundredths."""

    external_id: str
    status: str | None
    reference: str
    reference_key: str
    count: int
    base: int | None
    minimum: int | None
    final: int | None
    custom_fields: Json | None


@dataclass(frozen=True, slots=True)
class Sent:
    """One order as it was sent; amounts are hundredths, the buyer's identity is already a digest."""

    external_id: str
    endpoint: str
    status: str
    total_price: int
    currency: str
    lines: tuple[SentLine, ...]
    profile: str | None
    tags: tuple[str, ...] | None
    region: str | None
    delivery_cost: int | None
    custom_fields: Json | None
    create_time: str | None


def parse_order(value: object, how: Behaviour) -> Sent:
    """Read one order of an import. Raises Refusal naming the key that is missing or of the wrong type."""
    fields = an_object(value, "order")
    decimals = how["extra_decimals"]
    delivery = _given(fields, "delivery_cost", "0", how)
    tags = _given(fields, "tags", [], how)
    region = _given(fields, "region", "", how)
    values = _given(fields, "custom_fields", {}, how)
    created = optional_string(fields, "create_time")
    if (updated := optional_string(fields, "update_time")) is not None:
        parse_time(updated, "update_time")
    return Sent(
        external_id=required_id(fields, "external_id", how["id_length"]),
        endpoint=required_string(fields, "endpoint"),
        status=required_string(fields, "status"),
        total_price=parse_amount(required_string(fields, "total_price"), "total_price", decimals),
        currency=required_string(fields, "currency"),
        lines=_lines(fields, how),
        profile=profile_of(fields),
        tags=None if tags is None else tuple(a_string(tag, "tags") for tag in a_list(tags, "tags")),
        region=None if region is None else a_string(region, "region"),
        delivery_cost=None if delivery is None else _amount(delivery, "delivery_cost", decimals),
        custom_fields=None if values is None else an_object(values, "custom_fields"),
        create_time=None if created is None else parse_time(created, "create_time"),
    )


def profile_of(fields: Json) -> str | None:
    """Digest the buyer's identity that `matching` points at; None when its keys are not there.

    Raises Refusal for a matching mode that the documentation does not know, and for an identity of the wrong
    type.
    """
    mode = optional_string(fields, "matching") or "email"
    if mode not in _IDENTITY_KEYS:
        raise Refusal(f"matching: must be one of {', '.join(_IDENTITY_KEYS)}")
    parts = [
        (key, _identity(fields[key], key)) for key in _IDENTITY_KEYS[mode] if fields.get(key) is not None
    ]
    wanted = 1 if mode in _EITHER else len(_IDENTITY_KEYS[mode])
    if len(parts) < wanted:
        return None
    text = "\n".join(f"{key}={value}" for key, value in parts[:wanted])
    return sha256(text.encode()).hexdigest()[:40]


def identity_keys(fields: Json) -> str:
    """Name the keys that the order's `matching` asks for, for the text of a refusal."""
    return " and ".join(_IDENTITY_KEYS[optional_string(fields, "matching") or "email"])


def _identity(value: object, key: str) -> str:
    if key == "field_value" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    text = a_string(value, key).strip().lower()
    if not text:
        raise Refusal(f"{key}: must not be empty")
    return text


def _lines(fields: Json, how: Behaviour) -> tuple[SentLine, ...]:
    sent = a_list(required(fields, "lines"), "lines")
    if not sent:
        raise Refusal("lines: must hold at least one line")
    if how["lines_limit"] != "none" and len(sent) > int(how["lines_limit"]):
        raise Refusal(f"lines: must not be more than {how['lines_limit']}")
    lines: dict[str, SentLine] = {}
    for number, value in enumerate(sent):
        try:
            line = _line(an_object(value, "line"), how)
        except Refusal as refusal:
            raise refusal.within(f"lines[{number}].") from None
        if line.external_id in lines:
            raise Refusal(f"lines[{number}].external_id: {line.external_id!r} occurs twice")
        lines[line.external_id] = line
    return tuple(lines.values())


def _line(fields: Json, how: Behaviour) -> SentLine:
    key = "sku" if fields.get("sku") is not None and fields.get("product") is None else "product"
    if fields.get(key) is None:
        raise Refusal("product: is required, or sku instead")
    count = fields.get("count")
    if count is not None and an_int(count, "count") <= 0:
        raise Refusal("count: must be a positive whole number")
    values = _given(fields, "custom_fields", {}, how)
    return SentLine(
        external_id=required_id(fields, "external_id", how["id_length"]),
        status=optional_string(fields, "status"),
        reference=required_string(fields, key),
        reference_key=key,
        count=1 if count is None else an_int(count, "count"),
        base=_price(fields, "base_price_per_item", how),
        minimum=_price(fields, "min_price_per_item", how),
        final=_price(fields, "final_price_per_item", how),
        custom_fields=None if values is None else an_object(values, "custom_fields"),
    )


def _price(fields: Json, key: str, how: Behaviour) -> int | None:
    value = fields.get(key)
    return None if value is None else _amount(value, key, how["extra_decimals"])


def _amount(value: object, key: str, extra_decimals: str) -> int:
    return parse_amount(a_string(value, key), key, extra_decimals)


def _given(fields: Json, key: str, empty: Any, how: Behaviour) -> Any:
    """Return an optional key's value; null is empty, or left out, as the switch A14 says."""
    if key not in fields:
        return None
    value = fields[key]
    if value is None:
        return empty if how["null_values"] == "clear" else None
    return value
