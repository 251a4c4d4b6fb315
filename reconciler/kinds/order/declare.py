"""Declare: an order as the target shows it, in the words of a manifest.

Only what is shown and can be declared is written; a required key that is not shown makes the whole order one
that cannot be. What tells who somebody is stays out unless it was asked for, because what is in Git stays
there.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from reconciler.kinds.order.telling import LOOKS, Undeclarable, looks_personal, values
from reconciler.model.amounts import hundredths, plain, read_amount, see_amount
from reconciler.model.draft import Draft
from reconciler.model.manifest import ORDER_STATUSES, Catalogue
from reconciler.model.observation import LiveOrder
from reconciler.model.scalars import read_count, read_email, read_id, read_personal, read_word
from reconciler.model.text import listed, text_of, visible
from reconciler.model.times import is_day, read_instant, rfc3339
from reconciler.model.typed import see_value
from reconciler.ports import Telling, Terms


def declare(live: LiveOrder, catalogue: Catalogue, terms: Terms, telling: Telling) -> Draft | str:
    """Give a full declaration that says what is shown, or the reason why there can be none."""
    try:
        return _order(live, catalogue, terms, telling)
    except Undeclarable as reason:
        return str(reason)


def _order(live: LiveOrder, catalogue: Catalogue, terms: Terms, telling: Telling) -> Draft:
    detail = live.detail or {}
    notes: list[str] = []
    total, delivery = amount("total_price", detail, terms), _delivery(detail, terms)
    lines = _lines(live, catalogue, terms, telling)
    found: dict[str, Any] = {
        "external_id": read(read_id, live.external_id, "its id"),
        **(_identity(detail) if telling.personal else {}),
        "endpoint": word("endpoint", detail),
        "status": _status(detail, terms),
        "total_price": plain(total),
        "delivery_cost": None if delivery is None else plain(delivery),
        "currency": word("currency", detail),
        "create_time": _create_time(detail.get("create_time"), notes),
        "tags": _tags(detail.get("tags"), telling, notes),
        "region": _region(detail.get("region"), notes),
        "custom_fields": values("order", detail, catalogue, telling, notes),
    }
    due = due_of(lines) + hundredths(delivery or Decimal(0))
    odd = due != hundredths(total)
    remarks = {"check_total": f"its lines and delivery_cost add up to {plain(Decimal(due) / 100)}"}
    return Draft(
        {
            **{key: value for key, value in found.items() if value not in (None, {}, [])},
            **({"check_total": False} if odd else {}),
            "lines": lines,
        },
        remarks if odd else {},
        tuple(notes),
    )


def due_of(lines: list[Draft]) -> int:
    """Add up what the lines cost, in hundredths."""
    return sum(
        hundredths(Decimal(each.values["final_price_per_item"])) * each.values["count"] for each in lines
    )


def _lines(live: LiveOrder, catalogue: Catalogue, terms: Terms, telling: Telling) -> list[Draft]:
    shown = (live.detail or {}).get("lines")
    if live.lines is None or not isinstance(shown, list | tuple):
        raise Undeclarable("its lines are not shown")
    if not shown:
        raise Undeclarable("it has no lines")
    lines = [line_draft(line, live, catalogue, terms, telling) for line in shown]
    if len({each.values["external_id"] for each in lines}) < len(lines):
        raise Undeclarable("two of its lines have one id")
    return lines


def line_draft(line: object, live: LiveOrder, catalogue: Catalogue, terms: Terms, telling: Telling) -> Draft:
    """Write one line of an order. Raises Undeclarable."""
    if not isinstance(line, Mapping):
        raise Undeclarable("its lines are not understood")
    line_id = read(read_id, text_of(line.get("external_id")), "the id of a line")
    of = f" of line {visible(line_id)}"
    notes: list[str] = []
    found: dict[str, Any] = {
        "external_id": line_id,
        "status": _line_status(line_id, live, catalogue, telling, notes),
        **_goods(line, of),
        "base_price_per_item": plain(amount("base_price_per_item", line, terms, of)),
        "min_price_per_item": _least(line, terms, of),
        "final_price_per_item": plain(amount("final_price_per_item", line, terms, of)),
        "count": read(read_count, see_value("int", {}, line.get("count")), f"count{of}"),
        "custom_fields": values("line_order", line, catalogue, telling, notes),
    }
    return Draft({key: value for key, value in found.items() if value not in (None, {})}, notes=tuple(notes))


def read(reader: Any, value: object, what: str) -> Any:
    """Read a value as a manifest would. Raises Undeclarable, without quoting what cannot be read."""
    if value is None or value == "":
        raise Undeclarable(f"{what} is not shown")
    try:
        return reader(value)
    except ValueError:
        raise Undeclarable(f"{what} is shown in a form that no manifest can have") from None


def word(key: str, part: Mapping[str, Any], of: str = "") -> str:
    """Read a required word. Raises Undeclarable."""
    return str(read(read_word, text_of(part.get(key)), f"{key}{of}"))


def amount(key: str, part: Mapping[str, Any], terms: Terms, of: str = "") -> Decimal:
    """Read a required amount, exactly. Raises Undeclarable, also for more than two decimals."""
    seen = see_amount(part.get(key), terms.amount_scale)
    written = plain(seen) if isinstance(seen, Decimal) else seen
    return Decimal(read(read_amount, written, f"{key}{of}"))


def _status(detail: Mapping[str, Any], terms: Terms) -> str:
    status, allowed = word("status", detail), terms.order_statuses or frozenset(ORDER_STATUSES)
    if status not in allowed:
        known = listed(sorted(allowed))
        raise Undeclarable(
            f"its status {visible(status)} is none of {known}; order_statuses in the settings adds to them"
        )
    return status


def _delivery(detail: Mapping[str, Any], terms: Terms) -> Decimal | None:
    shown = detail.get("delivery_cost")
    return None if shown is None or shown == "" else amount("delivery_cost", detail, terms)


def _least(line: Mapping[str, Any], terms: Terms, of: str) -> str:
    """Read the lowest price, of which 0 and absent are alike (A46)."""
    shown = line.get("min_price_per_item")
    return "0" if shown is None or shown == "" else plain(amount("min_price_per_item", line, terms, of))


def _goods(line: Mapping[str, Any], of: str) -> Mapping[str, str]:
    key = "product" if line.get("product") not in (None, "") else "sku"
    return {key: read(read_word, text_of(line.get(key)), f"the product or sku{of}")}


def _line_status(
    line_id: str, live: LiveOrder, catalogue: Catalogue, telling: Telling, notes: list[str]
) -> str | None:
    if not telling.statuses:
        notes.append("status: left to the source that speaks of it")
        return None
    status = (live.lines or {}).get(line_id)
    if status is None or catalogue.knows_status(status):
        return status
    notes.append("status: it is shown with one that no manifest can name")
    return None


def _create_time(shown: object, notes: list[str]) -> str | None:
    """Read when it was made; a day alone would be sent as midnight, so it is only told (A42)."""
    if not isinstance(shown, str) or not shown:
        return None
    try:
        moment = read_instant(shown)
    except ValueError:
        notes.append("create_time: it is shown in a form that is not understood")
        return None
    if is_day(shown):
        notes.append(f"create_time: {shown}; the time of day is not shown")
        return None
    return rfc3339(moment)


def _tags(shown: object, telling: Telling, notes: list[str]) -> list[str]:
    every = shown if isinstance(shown, list | tuple) else [shown]
    tags = [text for each in every if (text := text_of(each))]
    if not telling.personal and any(map(looks_personal, tags)):
        notes.append(f"tags: left out, one {LOOKS}")
        return []
    return tags


def _region(shown: object, notes: list[str]) -> str | None:
    if shown is None or shown == "":
        return None
    try:
        return read_word(text_of(shown))
    except ValueError:
        notes.append("region: it is shown in a form that no manifest can have")
        return None


def _identity(detail: Mapping[str, Any]) -> Mapping[str, str]:
    """Tell who the buyer is, as far as the list says so; nothing where it does not."""
    profile = detail.get("profile")
    known = {**(profile if isinstance(profile, Mapping) else {}), **detail}
    for key, reader in (("email", read_email), ("phone", read_personal), ("profile_id", read_personal)):
        try:
            return {"matching": key, key: reader(text_of(known.get(key)))}
        except ValueError:
            continue
    return {}
