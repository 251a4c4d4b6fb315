"""The answers of Yandex Market's methods before they are written: a search, one order, stores, the key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciler.sandbox.checks import Json
from reconciler.sandbox.refusal import FORBIDDEN, NOT_FOUND, Refusal
from reconciler.sandbox.switches import Behaviour
from reconciler.sandbox.yandex.access import known_store, open_stores, scope, stores
from reconciler.sandbox.yandex.bending import put_extra
from reconciler.sandbox.yandex.order import an_id
from reconciler.sandbox.yandex.paging import following, page_of, walk_of
from reconciler.sandbox.yandex.search import Search, search_of
from reconciler.sandbox.yandex.shape_v1 import v1_order
from reconciler.sandbox.yandex.shape_v2 import v2_order
from reconciler.sandbox.yandex.shelf import YandexShelf

_DIGITS = 19


@dataclass(frozen=True, slots=True)
class Question:
    """One request to a method, after the key was accepted and the body was read."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Json
    how: Behaviour
    now: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """The words of an answer, and the orders in it."""

    words: dict[str, Any]
    shown: tuple[int, ...] = ()


def search_orders(question: Question, shelf: YandexShelf) -> Answer:
    """Answer POST v1/businesses/{businessId}/orders. Raises Refusal."""
    how, business = question.how, path_id(question.path, "businessId")
    search = search_of(question.body, how, question.now)
    every = stores(shelf, how)
    allowed = open_stores(every, business, search.campaigns)
    _check_ids(search, shelf, business, how)
    walk = walk_of(question.query, [business, dict(question.body)], how)
    within = f"campaign IN ({', '.join('?' * len(allowed))})"
    where, words = f"{within} AND {search.where}", (*allowed, *search.words)
    page = page_of(shelf, walk, where, words, how["yandex_page_order"])
    orders = [v1_order(shelf.shown(number), how) for number in page.numbers]
    answer: dict[str, Any] = {"orders": orders}
    if not orders and how["yandex_no_orders"] != "empty_list":
        answer = {"orders": None} if how["yandex_no_orders"] == "null" else {}
    answer["paging"] = following(walk, page, how["yandex_end_of_list"])
    put_extra(answer, how)
    if how["yandex_wrapper"] == "result":
        answer = {"status": "OK", "result": answer}
    return Answer(answer, page.numbers)


def one_order(question: Question, shelf: YandexShelf) -> Answer:
    """Answer GET v2/campaigns/{campaignId}/orders/{orderId}. Raises Refusal."""
    how = question.how
    campaign, number = (path_id(question.path, key) for key in ("campaignId", "orderId"))
    known_store(stores(shelf, how), campaign)
    order = shelf.order(number)
    if order is None or order.campaign != campaign:
        raise Refusal(f"order {number} is not found", NOT_FOUND)
    shown = shelf.shown(number)
    return Answer(put_extra({"order": v2_order(shown, how)}, how), (number,))


def campaigns(question: Question, shelf: YandexShelf) -> Answer:
    """Answer GET v2/campaigns, page by page. Raises Refusal."""
    how = question.how
    every = stores(shelf, how)
    walk = walk_of(question.query, "campaigns", how)
    page = every[walk.position : walk.position + walk.limit]
    after = walk.position + len(page)
    words: dict[str, Any] = {
        "campaigns": [
            {
                "domain": store.name,
                "id": store.campaign,
                "clientId": store.campaign + 100_000,
                "business": {"id": store.business, "name": f"Cabinet {store.business}"},
                "placementType": "FBS",
                "apiAvailability": store.availability,
            }
            for store in page
        ],
        "paging": {} if after >= len(every) else {"nextPageToken": walk.token(after)},
    }
    return Answer(put_extra(words, how))


def key_info(question: Question, shelf: YandexShelf) -> Answer:
    """Answer POST v2/auth/token: what the key may do."""
    del shelf
    key = {"name": "Sandbox key", "authScopes": [scope(question.how)]}
    return Answer(put_extra({"status": "OK", "result": {"apiKey": key}}, question.how))


def path_id(path: Mapping[str, str], key: str) -> int:
    """Read a number of the path. Raises Refusal."""
    text = path.get(key, "")
    if not text.isascii() or not text.isdigit() or len(text) > _DIGITS:
        raise Refusal(f"{key}: must be a positive 64-bit number")
    return an_id(int(text), key)


def _check_ids(search: Search, shelf: YandexShelf, business: int, how: Behaviour) -> None:
    """Refuse look-ups of orders that do not exist, or are another cabinet's, if they are to be (Y15, Y16)."""
    numbers = [*search.ids, *(shelf.number_of(external) for external in search.externals)]
    for number in numbers:
        owner = None if number is None else shelf.business_of(number)
        if owner is None and how["yandex_unknown_ids"] == "404":
            raise Refusal("an order is not found", NOT_FOUND)
        if owner not in (None, business) and how["yandex_foreign_ids"] != "silent":
            code = FORBIDDEN if how["yandex_foreign_ids"] == "403" else NOT_FOUND
            raise Refusal("an order belongs to another business", code)
