"""Shapes: the parts of answers that are needed, and of those only what is needed.

What is not named here is never decoded: the buyer, the address, prices and notes pass by as bytes. Lists may
be there, null or absent, which all means the same (reference, section 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from reconciler.sources.yandex_market.seen import Item, Order, Unit
from reconciler.sources.yandex_market.times import moment

Text = str | int | None


class Fault(Struct):
    """One reason for which the server says no."""

    code: Text = None
    message: Text = None


class Envelope(Struct):
    """What every answer may hold."""

    status: Text = None
    errors: list[Fault | None] | None = None

    @property
    def is_error(self) -> bool:
        """Tell whether the server says that it failed, whatever the HTTP status."""
        return self.status == "ERROR"

    @property
    def words(self) -> str:
        """Give the server's own words, empty without any."""
        told = (_text(each.message) or _text(each.code) for each in self.errors or () if each is not None)
        return "; ".join(each for each in told if each)


class UnitShape(Struct, rename="camel"):
    """Some units of an item, in v1."""

    status: Text = None
    count: int | None = None


class DetailShape(Struct, rename="camel"):
    """Some units of an item that did not stay with the buyer, in v2."""

    item_status: Text = None
    item_count: int | None = None


class ItemShape(Struct, rename="camel"):
    """An item, in both versions."""

    id: Text = None
    offer_id: Text = None
    count: int | None = None
    item_statuses: list[UnitShape | None] | None = None
    details: list[DetailShape | None] | None = None


class OrderShape(Struct, rename="camel"):
    """An order, in both versions: they call its id and its last change differently."""

    order_id: Text = None
    id: Text = None
    external_order_id: Text = None
    status: Text = None
    substatus: Text = None
    update_date: str | None = None
    updated_at: str | None = None
    fake: bool | None = None
    cancel_requested: bool | None = None
    items: list[ItemShape | None] | None = None


class Paging(Struct, rename="camel"):
    """Where the next page is."""

    next_page_token: str | None = None


class Page(Struct):
    """A page of orders, as v1 lays it out."""

    orders: list[OrderShape | None] | UnsetType | None = UNSET
    paging: Paging | None = None


class BusinessOrders(Envelope):
    """The answer of v1; some servers wrap the page in a `result`."""

    orders: list[OrderShape | None] | UnsetType | None = UNSET
    paging: Paging | None = None
    result: Page | None = None

    @property
    def page(self) -> Page | None:
        """The page wherever it stands; None when there is none."""
        if self.orders is not UNSET:
            return Page(self.orders, self.paging)
        return self.result if self.result is not None and self.result.orders is not UNSET else None


class OrderWrapped(Struct):
    """An order in a `result`."""

    order: OrderShape | None = None


class SingleOrder(Envelope):
    """The answer of v2."""

    order: OrderShape | None = None
    result: OrderWrapped | None = None

    @property
    def found(self) -> OrderShape | None:
        """The order wherever it stands."""
        return self.order or (self.result.order if self.result is not None else None)


class ApiKey(Struct, rename="camel"):
    """What a token may do."""

    name: Text = None
    auth_scopes: list[str] | None = None


class TokenResult(Struct, rename="camel"):
    """The token that was asked with."""

    api_key: ApiKey | None = None


class TokenInfo(Envelope):
    """The answer of auth/token."""

    result: TokenResult | None = None


class Business(Struct):
    """A cabinet."""

    id: int | None = None


class Campaign(Struct, rename="camel"):
    """A store."""

    id: int | None = None
    business: Business | None = None
    api_availability: Text = None


class CampaignsPage(Struct):
    """A page of stores."""

    campaigns: list[Campaign | None] | None = None
    paging: Paging | None = None


class Campaigns(Envelope):
    """The answer of campaigns."""

    campaigns: list[Campaign | None] | None = None
    paging: Paging | None = None
    result: CampaignsPage | None = None


ShapeT = TypeVar("ShapeT", bound=Envelope)


def orders_of(page: Page) -> Iterator[Order]:
    """Reduce the orders of a page; what has no id cannot be joined with anything and is left out."""
    for shape in page.orders or ():
        if shape is not None and _text(shape.order_id or shape.id):
            yield order_of(shape)


def order_of(shape: OrderShape) -> Order:
    """Keep of an order what tells the state of its lines."""
    items = [each for each in shape.items or () if each is not None]
    detailed = any(each.details for each in items)
    return Order(
        id=_text(shape.order_id or shape.id),
        external=_text(shape.external_order_id),
        status=_text(shape.status),
        substatus=_text(shape.substatus),
        updated=moment(shape.update_date or shape.updated_at),
        fake=bool(shape.fake),
        cancel_requested=bool(shape.cancel_requested),
        items=tuple(_item(each, detailed=detailed) for each in items),
    )


def _item(shape: ItemShape, *, detailed: bool) -> Item:
    """Keep of an item what tells the state of its line.

    v2 counts only the units that did not stay with the buyer. `detailed`: so it does for one item of the
    order, and of all others it is known then that nothing happened to them.
    """
    if shape.item_statuses:
        units = _units((each.status, each.count) for each in shape.item_statuses if each is not None)
        complete = True
    elif detailed:
        units = _units(
            (each.item_status, each.item_count) for each in shape.details or () if each is not None
        )
        complete = False
    else:
        units, complete = None, True
    return Item(_text(shape.id), _text(shape.offer_id), shape.count, units, complete)


def _units(counted: Iterable[tuple[Text, int | None]]) -> tuple[Unit, ...]:
    return tuple(Unit(_text(status), count) for status, count in counted)


def _text(value: Text) -> str:
    return "" if value is None else str(value).strip()


class Garbled(Exception):
    """A body is no JSON at all: a gateway's page, or cut off."""


class Misshapen(Exception):
    """A body is JSON, and not as documented; says where, and never what stood there."""


def decoded(body: bytes, shape: type[ShapeT]) -> ShapeT:
    """Read a body; numbers in quotes are numbers. Raises Garbled or Misshapen."""
    try:
        return msgspec.json.decode(body, type=shape, strict=False)
    except msgspec.ValidationError as fault:
        raise Misshapen(f"not of the documented shape{_place(fault)}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Garbled("no JSON") from None


def _place(fault: msgspec.ValidationError) -> str:
    _, at, path = str(fault).rpartition(" - at ")
    return f" at {path}" if at else ""
