"""Who may ask what: the key, its scopes, and the stores that are open to the API."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.sandbox.refusal import FORBIDDEN, NO_TOKEN, NOT_FOUND, Refusal
from reconciler.sandbox.switches import Behaviour
from reconciler.sandbox.yandex.shelf import Store, YandexShelf

OPEN = "AVAILABLE"
AVAILABILITIES = (
    OPEN,
    "DISABLED_BY_INACTIVITY",
    "DISABLED_BY_NO_ACTIVE_CONTRACT",
    "MANUALLY_DISABLED",
    "DISABLED_BY_NO_PLACEMENT_TYPE",
)
_SCOPES: Mapping[str, str] = {
    "read_only": "INVENTORY_AND_ORDER_PROCESSING_READ_ONLY",
    "all_methods": "ALL_METHODS",
    "communication": "COMMUNICATION",
    "none": "OFFERS_AND_CARDS_MANAGEMENT",
}
_REFUSED: Mapping[str, tuple[str, ...]] = {
    "yandex/orders": ("communication", "none"),
    "yandex/order": ("none",),
}


def check_key(headers: Mapping[str, str], key: str | None) -> None:
    """Refuse with 401 what is no key, or not the right one; `key` None accepts any and none."""
    given = headers.get("api-key", "").strip()
    if given.lower().startswith("bearer"):
        raise Refusal("Api-Key: the token must stand alone, without the prefix Bearer", NO_TOKEN)
    if key is None or given == key:
        return
    raise Refusal("the Api-Key is wrong or revoked" if given else "there is no Api-Key", NO_TOKEN)


def check_scope(method: str, how: Behaviour) -> None:
    """Refuse with 403 a method that the key's scope does not cover (Y27)."""
    if how["yandex_scopes"] in _REFUSED.get(method, ()):
        raise Refusal(f"no access to this method with the scope {scope(how)}", FORBIDDEN)


def scope(how: Behaviour) -> str:
    """Return what the key may do."""
    return _SCOPES[how["yandex_scopes"]]


def stores(shelf: YandexShelf, how: Behaviour) -> list[Store]:
    """Return every store, as open as the switch Y28 says."""
    every = shelf.stores()
    if how["yandex_stores"] == "closed":
        return [replace(store, availability="MANUALLY_DISABLED") for store in every]
    return every


def open_stores(every: list[Store], business: int, campaigns: tuple[int, ...]) -> tuple[int, ...]:
    """Return the open stores of a cabinet, of these `campaigns` if there are any.

    Refuses with 403 another's cabinet or store, a closed store that is named, and a cabinet with none open.
    """
    ours = {store.campaign: store for store in every if store.business == business}
    if not ours:
        raise Refusal(f"no access to business {business}", FORBIDDEN)
    for campaign in campaigns:
        if campaign not in ours:
            raise Refusal(f"no access to campaign {campaign}", FORBIDDEN)
        check_open(ours[campaign])
    chosen = campaigns or tuple(ours)
    allowed = tuple(campaign for campaign in chosen if ours[campaign].availability == OPEN)
    if not allowed:
        check_open(ours[chosen[0]])
    return allowed


def check_open(store: Store) -> None:
    """Refuse with 403 a store that is closed to the API."""
    if store.availability != OPEN:
        raise Refusal(f"API is disabled for campaign {store.campaign}: {store.availability}", FORBIDDEN)


def known_store(every: list[Store], campaign: int) -> Store:
    """Return an open store by its id; refuses with 404 one that does not exist."""
    store = next((store for store in every if store.campaign == campaign), None)
    if store is None:
        raise Refusal(f"campaign {campaign} is not found", NOT_FOUND)
    check_open(store)
    return store
