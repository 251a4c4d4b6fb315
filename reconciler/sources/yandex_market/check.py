"""Check: whether a token, the ids of an entry and the API fit together, in plain words.

Two questions to the API, each cheap: what may this token do, and which stores are there (reference, section
1.1). Three numbers are easily mistaken for each other: the cabinet's `business_id`, a store's `campaign_id`,
and the store's id that the cabinet shows, which the API does not know at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final
from urllib.parse import quote

from reconciler.model.diagnostic import Diagnostic, error, note, warning
from reconciler.model.source import SourceManifest
from reconciler.model.text import listed, visible
from reconciler.model.yandex_market import MarketEntry
from reconciler.ports import Broken
from reconciler.sources.yandex_market.asking import Line
from reconciler.sources.yandex_market.shapes import Campaign, Campaigns, TokenInfo

ENOUGH: Final = "inventory-and-order-processing:read-only"
"""The least that reading orders needs."""
_READING: Final = frozenset(
    {
        "ALL_METHODS",
        "ALL_METHODS_READ_ONLY",
        "INVENTORY_AND_ORDER_PROCESSING",
        "INVENTORY_AND_ORDER_PROCESSING_READ_ONLY",
        "FINANCE_AND_ACCOUNTING",
    }
)
"""Any of these suffices for v1 (reference, section 1.1)."""
_READING_V2: Final = _READING | {"COMMUNICATION"}
_LEAST: Final = "INVENTORY_AND_ORDER_PROCESSING_READ_ONLY"
_CLOSED: Final = {
    "DISABLED_BY_INACTIVITY": "no goods were on show for 90 days",
    "DISABLED_BY_NO_ACTIVE_CONTRACT": "there is no active contract",
    "MANUALLY_DISABLED": "somebody switched it off",
    "DISABLED_BY_NO_PLACEMENT_TYPE": "no way of working is set for it",
}


def check(line: Line, source: SourceManifest, entry: MarketEntry) -> tuple[Diagnostic, ...]:
    """Look at the token, its rights, and the ids of an entry.

    Raises `Denied` when the token is refused as such, `Broken` when there is no answer.
    """
    rights, stores = _rights(line), _stores(line)
    return (*_judged_rights(source, entry, rights), *_judged_ids(source, entry, stores))


def _rights(line: Line) -> frozenset[str]:
    info = line.ask("token", "/v2/auth/token", TokenInfo, {})
    key = info.result.api_key if info is not None and info.result is not None else None
    scopes = (key.auth_scopes if key is not None else None) or ()
    return frozenset(each.upper().replace(":", "_").replace("-", "_") for each in scopes)


def _stores(line: Line) -> Sequence[Campaign]:
    stores: list[Campaign] = []
    seen: set[str] = set()
    token: str | None = None
    while True:
        path = "/v2/campaigns" + (f"?pageToken={quote(token, safe='')}" if token else "")
        answer = line.ask("stores", path, Campaigns)
        if answer is None:
            raise Broken("it does not know GET /v2/campaigns")
        page = answer.result or answer
        stores += [each for each in page.campaigns or () if each is not None]
        token = page.paging.next_page_token if page.paging is not None else None
        if not token or token in seen:
            return stores
        seen.add(token)


def _judged_rights(
    source: SourceManifest, entry: MarketEntry, rights: frozenset[str]
) -> Iterator[Diagnostic]:
    if not rights & (_READING_V2 if entry.version == "v2" else _READING):
        has = f"it has {_named(rights)}" if rights else "it has none that the Market names"
        yield error(
            f"{source.label}: the token may not read orders: {has}",
            source.origin,
            f"give it {ENOUGH} in the cabinet; that takes up to ten minutes to work",
        )
    elif rights != {_LEAST}:
        yield warning(
            f"{source.label}: the token may more than read orders: {_named(rights)}",
            source.origin,
            f"{ENOUGH} is enough",
        )


def _judged_ids(
    source: SourceManifest, entry: MarketEntry, stores: Sequence[Campaign]
) -> Iterator[Diagnostic]:
    campaigns = {each.id: each for each in stores if each.id is not None}
    cabinets = {each.business.id for each in stores if each.business is not None} - {None}
    known = sorted(each for each in cabinets if each is not None)
    business = entry.business_id
    if business is not None and business not in cabinets:
        hint = (
            "that is the id of a store: it belongs into campaign_ids"
            if business in campaigns
            else f"its cabinets are {listed(known) or 'none'}"
        )
        yield error(f"{source.label}: the token sees no cabinet {business}", source.origin, hint)
    for campaign in entry.campaign_ids or ():
        store = campaigns.get(campaign)
        if store is None:
            yield _unknown_store(source, campaign, cabinets, campaigns)
            continue
        if business in cabinets and store.business is not None and store.business.id != business:
            yield error(
                f"{source.label}: store {campaign} belongs to cabinet {store.business.id}, not {business}",
                source.origin,
                "correct business_id or campaign_ids",
            )
        yield from _open(source, campaign, store)
    if not entry.campaign_ids:
        ours = [each for each in campaigns.items() if each[1].business and each[1].business.id == business]
        for campaign, store in ours:
            yield from _open(source, campaign, store)
        if ours:
            yield note(
                f"{source.label}: all {len(ours)} stores of the cabinet are asked for: "
                f"{listed(sorted(each for each, _ in ours))}",
                source.origin,
            )


def _unknown_store(
    source: SourceManifest, campaign: int, cabinets: Collection[int | None], campaigns: Collection[int]
) -> Diagnostic:
    if campaign in cabinets:
        hint = "that is the id of a cabinet: it belongs into business_id"
    else:
        hint = (
            "the store's id that the cabinet shows is not the one of the API; "
            f"its stores are {listed(sorted(campaigns)) or 'none'}"
        )
    return error(f"{source.label}: the token sees no store {campaign}", source.origin, hint)


def _open(source: SourceManifest, campaign: int, store: Campaign) -> Iterator[Diagnostic]:
    state = str(store.api_availability or "AVAILABLE")
    if state != "AVAILABLE":
        why = _CLOSED.get(state, visible(state))
        yield error(
            f"{source.label}: store {campaign} is closed to the API: {why}",
            source.origin,
            "open it in the cabinet, or take it out of campaign_ids",
        )


def _named(rights: Collection[str]) -> str:
    return listed(sorted(_dashed(each) for each in rights))


def _dashed(right: str) -> str:
    """Name a right as the cabinet and the documentation do."""
    name = right.lower().replace("_", "-")
    return name.removesuffix("-read-only") + ":read-only" if name.endswith("-read-only") else name
