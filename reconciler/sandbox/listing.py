"""orders/list: pages of orders under an opaque cursor.

A cursor is a position in the order of creation (or of the last write, or counted from the newest: A8). The
page after the last one is where servers differ most (A6).
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.call import HIDDEN_TOUCHPOINT, Call
from reconciler.sandbox.checks import an_int, optional_string
from reconciler.sandbox.refusal import Refusal
from reconciler.sandbox.shape import listed_order
from reconciler.sandbox.shelf import Shelf
from reconciler.sandbox.values import Order

DEFAULT_LIMIT = 100
MAXIMUM_LIMIT = 1000
_LONGEST_POSITION = 18
_SEEN = (
    "SELECT {key}, coalesce(p.shown, o.body) FROM orders o LEFT JOIN pending p ON p.seq = o.seq"
    " WHERE (p.seq IS NULL OR p.shown IS NOT NULL)"
    " AND o.endpoint = coalesce(?, o.endpoint) AND o.endpoint <> ?"
)


@dataclass(frozen=True, slots=True)
class Page:
    """Some orders, the position after them, and whether there are more."""

    orders: tuple[Order, ...]
    position: int
    last: bool


def orders_list(call: Call, shelf: Shelf) -> dict[str, Any]:
    """Answer one page. Without `from_id` a walk begins, which counts as one read (A50). Raises Refusal."""
    cursor = optional_string(call.body, "from_id") or ""
    endpoint = optional_string(call.body, "endpoint") or None
    size = _size(call)
    if not cursor:
        shelf.begin_walk()
    page = _page(shelf, call, endpoint, decoded(cursor, "orders"), size)
    end, orders = call.how["end_of_list"], page.orders
    following = _following(page, cursor, end)
    if not orders and cursor and end == "last_page_forever":
        orders = _last_rows(shelf, call, endpoint, size)
    fields = shelf.fields()
    answer: dict[str, Any] = {"error": 0, "error_text": ""}
    if following is not None:
        answer["next_from_id"] = following
    return answer | {"result": [listed_order(order, fields, call.how) for order in orders]}


def encoded(position: int, what: str) -> str:
    """Write a position as a cursor that callers can only hand back."""
    return urlsafe_b64encode(f"{what}:{position}".encode()).decode().rstrip("=")


def decoded(cursor: str, what: str) -> int:
    """Read a cursor of the list `what`; 0 for the empty one. Raises Refusal for what no page gave."""
    if not cursor:
        return 0
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        named, _, position = text.partition(":")
        if named == what and position.isdecimal() and len(position) <= _LONGEST_POSITION:
            return int(position)
    except ValueError:
        pass
    raise Refusal("from_id: is not a cursor of this list")


def limit_of(call: Call) -> int:
    """Return the number of rows asked for, within the maximum (A7). Raises Refusal."""
    limit = an_int(call.body.get("limit", DEFAULT_LIMIT), "limit")
    if limit <= 0:
        raise Refusal("limit: must be a positive whole number")
    if limit > MAXIMUM_LIMIT and call.how["limit_over_maximum"] == "reject":
        raise Refusal(f"limit: must not be above {MAXIMUM_LIMIT}")
    return min(limit, MAXIMUM_LIMIT)


def _size(call: Call) -> int:
    limit = limit_of(call)
    return max(1, limit // 2) if call.how["short_pages"] == "yes" else limit


def _page(shelf: Shelf, call: Call, endpoint: str | None, position: int, size: int) -> Page:
    manner = call.how["list_consistency"]
    if manner == "shifting":
        rows = _rows(
            shelf, call, endpoint, "o.seq", "ORDER BY o.seq DESC LIMIT ? OFFSET ?", size + 1, position
        )
        after = position + min(len(rows), size)
        return Page(tuple(order for _, order in rows[:size]), after, last=len(rows) <= size)
    key = "o.moved" if manner == "moving" else "o.seq"
    again = _row_before(shelf, call, endpoint, position) if manner == "duplicates" and size > 1 else ()
    size -= len(again)
    rows = _rows(shelf, call, endpoint, key, f"AND {key} > ? ORDER BY {key} LIMIT ?", position, size + 1)
    if not rows:
        return Page((), position, last=True)
    shown = rows[:size]
    return Page((*again, *(order for _, order in shown)), shown[-1][0], last=len(rows) <= size)


def _row_before(shelf: Shelf, call: Call, endpoint: str | None, position: int) -> tuple[Order, ...]:
    tail = "AND o.seq <= ? ORDER BY o.seq DESC LIMIT 1"
    return tuple(order for _, order in _rows(shelf, call, endpoint, "o.seq", tail, position))


def _last_rows(shelf: Shelf, call: Call, endpoint: str | None, size: int) -> tuple[Order, ...]:
    rows = _rows(shelf, call, endpoint, "o.seq", "ORDER BY o.seq DESC LIMIT ?", size)
    return tuple(order for _, order in reversed(rows))


def _rows(
    shelf: Shelf, call: Call, endpoint: str | None, key: str, tail: str, *words: int
) -> list[tuple[int, Order]]:
    hidden = "" if call.how["hidden_touchpoint"] == "none" else HIDDEN_TOUCHPOINT
    query = f"{_SEEN.format(key=key)} {tail}"
    rows = shelf.connection.execute(query, (endpoint, hidden, *words))
    return [(position, Order.from_json(json.loads(body))) for position, body in rows]


def _following(page: Page, cursor: str, end_of_list: str) -> str | None:
    """Return the answer's cursor; None when the key is left out (A6)."""
    if not page.orders:
        return cursor if end_of_list in ("same_cursor_forever", "last_page_forever") else ""
    if page.last and end_of_list == "no_cursor_on_last":
        return None
    if page.last and end_of_list == "empty_cursor":
        return ""
    return encoded(page.position, "orders")
