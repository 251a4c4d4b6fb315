"""products/list and sku/list: names and ids only, as documented; good for asking whether a product exists."""

from typing import Any

from reconciler.sandbox.call import Call
from reconciler.sandbox.checks import optional_string
from reconciler.sandbox.listing import decoded, encoded, limit_of
from reconciler.sandbox.shelf import Shelf


def products_list(call: Call, shelf: Shelf) -> dict[str, Any]:
    """Answer one page of products, each with its SKUs if it has any. Raises Refusal."""
    answer = _goods_list(call, shelf, "product")
    for product in answer["result"]:
        skus = shelf.connection.execute(
            "SELECT name, external_id FROM goods WHERE kind = 'sku' AND product = ? ORDER BY seq",
            (product["external_id"],),
        ).fetchall()
        if skus:
            product["sku"] = [{"name": name, "external_id": sku} for name, sku in skus]
    return answer


def sku_list(call: Call, shelf: Shelf) -> dict[str, Any]:
    """Answer one page of SKUs. Raises Refusal."""
    return _goods_list(call, shelf, "sku")


def _goods_list(call: Call, shelf: Shelf, kind: str) -> dict[str, Any]:
    position = decoded(optional_string(call.body, "from_id") or "", kind)
    rows = shelf.connection.execute(
        "SELECT seq, name, external_id FROM goods WHERE kind = ? AND seq > ? ORDER BY seq LIMIT ?",
        (kind, position, limit_of(call)),
    ).fetchall()
    return {
        "error": 0,
        "error_text": "",
        "next_from_id": encoded(rows[-1][0], kind) if rows else "",
        "result": [{"name": name, "external_id": good_id} for _, name, good_id in rows],
    }
